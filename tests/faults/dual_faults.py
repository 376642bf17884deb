"""Faults of duals: tangents that are forgotten, summed along the wrong axis, or not broadcast."""

from tests.faults.fault import Fault, one_edit_each

DUAL = "symmetry.numbers.dual"

DUALS: list[Fault] = one_edit_each(
    "duals",
    (
        *("METH.8", "softmax's tangent across the batch", DUAL),
        *(
            "logits.tangent - (p * logits.tangent).sum(-1, keepdims=True)",
            "logits.tangent - (p * logits.tangent).sum(0, keepdims=True)",
        ),
    ),
    (
        *("METH.8", "softmax's tangent over all entries", DUAL),
        *(
            "logits.tangent - (p * logits.tangent).sum(-1, keepdims=True)",
            "logits.tangent - (p * logits.tangent).sum()",
        ),
        "nntrainer/nntrainer, pull request 430: softmax ran over all axes; it belongs to the last.",
    ),
    (
        *("METH.8", "softmax's tangent without the mean", DUAL),
        *("p * (logits.tangent - (p * logits.tangent).sum(-1, keepdims=True))", "p * (1 - p) * logits.tangent"),
        "pocketpy/cTensor, pull request 31: "
        "the softmax was differentiated without its full Jacobian, p_i (1[i = j] - p_j).",
    ),
    (
        *("METH.8", "log-sum-exp's tangent across the batch", DUAL),
        *(
            "(softmax(logits.primal) * logits.tangent).sum(-1, keepdims=True)",
            "(softmax(logits.primal) * logits.tangent).sum(0, keepdims=True)",
        ),
    ),
    (
        *("METH.7", "a tangent that is not broadcast", DUAL),
        *("self.tangent if primal.shape == self.shape else self.tangent + other * 0", "self.tangent"),
    ),
    (
        *("METH.7", "the product rule with one factor", DUAL),
        *(
            "self.primal * other.tangent + self.tangent * other.primal",
            "self.tangent * other.primal + 0 * other.tangent",
        ),
    ),
    (
        *("METH.7", "the product rule of matrices with one factor", DUAL),
        *("self.primal @ other.tangent + self.tangent @ other.primal", "self.tangent @ other.primal"),
    ),
    (
        *("METH.7", "a product of tangents added", DUAL),
        *(
            "self.primal * other.tangent + self.tangent * other.primal",
            "self.primal * other.tangent + self.tangent * other.primal + self.tangent * other.tangent",
        ),
    ),
    (
        *("METH.7", "a tangent multiplied on the wrong side", DUAL),
        *("Dual(other @ self.primal, other @ self.tangent)", "Dual(other @ self.primal, self.tangent.T @ other.T)"),
    ),
    (
        *("METH.7", "a constant less a dual, its tangent not negated", DUAL),
        *("return -self + other", "return Dual(-self.primal, self.tangent) + other"),
    ),
    (
        *("METH.7", "a difference that adds tangents", DUAL),
        *(
            "return self + -other",
            ("return self + (Dual(-other.primal, other.tangent) if isinstance(other, Dual) else -other)"),
        ),
    ),
    (
        *("METH.7", "a quotient whose tangent is not divided", DUAL),
        *("self.primal / constant, self.tangent / constant", "self.primal / constant, self.tangent"),
    ),
    (
        *("METH.7", "a sum of all tangents", DUAL),
        *("self.tangent.sum(axis, keepdims=keepdims)", "self.tangent.sum(0, keepdims=keepdims)"),
    ),
    (
        *("METH.7", "axes kept in one part", DUAL),
        *("self.tangent.sum(axis, keepdims=keepdims)", "self.tangent.sum(axis)"),
    ),
    (
        *("METH.7", "a tangent that is not negated", DUAL),
        *("Dual(-self.primal, -self.tangent)", "Dual(-self.primal, self.tangent)"),
    ),
    (
        *("METH.7", "a tangent without its constant factor", DUAL),
        *("Dual(self.primal * other, self.tangent * other)", "Dual(self.primal * other, self.tangent + other * 0)"),
    ),
    (
        *("METH.8", "the value for the slope", DUAL),
        *(
            "derivative(z.primal, activation, order + 1) * z.tangent",
            "derivative(z.primal, activation, order) * z.tangent",
        ),
    ),
    (
        *("METH.8", "the slope for the curvature", DUAL),
        *("derivative(z.primal, activation, order + 1) * z.tangent", "derivative(z.primal, activation, 1) * z.tangent"),
    ),
    (
        *("METH.8", "the chain rule forgotten", DUAL),
        *(
            "derivative(z.primal, activation, order + 1) * z.tangent",
            "derivative(z.primal, activation, order + 1) + 0 * z.tangent",
        ),
    ),
    (
        *("METH.8", "the slope of a reciprocal root of another sign", DUAL),
        *("-(root * root * root) / 2", "(root * root * root) / 2"),
    ),
    (
        *("METH.8", "the slope of a reciprocal root squared", DUAL),
        *("-(root * root * root) / 2", "-(root * root) / 2"),
    ),
    (
        *("METH.8", "derivatives along the wrong entries", DUAL),
        *(
            "derivatives[start : start + math.prod(shape)].reshape(*shape)",
            "derivatives[start : start + math.prod(shape)][::-1].reshape(*shape)",
        ),
    ),
    (
        *("METH.8", "the Hessian's rows for its diagonal", DUAL),
        *(
            "[rate * along for rate, along in zip(rates, direction, strict=True)]",
            "[rate + 0 * along for rate, along in zip(rates, direction, strict=True)]",
        ),
    ),
)
