"""Faults that show at a point: a kink, a huge argument, extreme logits, a batch on which all units are dead."""

from tests.faults.fault import Fault, one_edit_each

TABLE = "symmetry.activation.table"
SYMBOL_FUNCTIONS = "symmetry.numbers.symbol.functions"
BALL_FUNCTIONS = "symmetry.numbers.ball.functions"
LOSS = "symmetry.loss"
NETWORK = "symmetry.network"
ACTIVATION = "symmetry.activation.activation"

AT_A_POINT: list[Fault] = one_edit_each(
    "at a point",
    (
        *("METH.9", "the slope of relu at 0 taken from the right", TABLE),
        *(
            "lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))",
            "lax.select(z >= 0, lax.full_like(z, right), lax.full_like(z, left))",
        ),
        "pytorch/tutorials, pull request 269: only h < 0 got the gradient 0, so that 0 kept it; its slope is 0 there.",
    ),
    (
        *("METH.9", "half the slope of relu at 0", TABLE),
        *(
            "lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))",
            "(lax.sign(z) * (right - left) + right + left) / 2",
        ),
        "jax-ml/jax, issue 37821: the gradient of jnp.maximum(x, 0) at 0 is 1/2; by the convention of ReLU it is 0.",
    ),
    (
        *("METH.9", "the slope of |z| at 0 is 1", TABLE),
        *("(lax.abs, lax.sign, constant(0))", "(lax.abs, sides(-1, 1), constant(0))"),
    ),
    (
        *("METH.9", "the kink of a formula", SYMBOL_FUNCTIONS),
        *(
            "{phi.name: _read(phi.formula) for phi in EVERY_FUNCTION}",
            "{phi.name: _read(phi.formula.replace('z <= 0', 'z < 0')) for phi in EVERY_FUNCTION}",
        ),
    ),
    (
        *("METH.9", "the slope of a formula at its kink", SYMBOL_FUNCTIONS),
        *("if order == 1 and name in _SLOPES:", "if order == 2 and name in _SLOPES:"),
    ),
    (
        *("METH.6", "the kink of a piecewise ball", BALL_FUNCTIONS),
        *("jnp.where(_may_be_zero(z), gap, jnp.where(on_left", "jnp.where(on_left, left.radius, jnp.where(on_left"),
    ),
    (
        *("METH.9", "softplus without the shift", TABLE),
        *("lax.max(z, lax.full_like(z, 0)) + lax.log1p(lax.exp(lax.min(z, -z)))", "lax.log1p(lax.exp(z))"),
        "rushter/MLAlgorithms, pull request 30: softplus of large z was inf; it is z.",
    ),
    (
        *("METH.3", "softplus shifted by |z|", TABLE),
        *("lax.max(z, lax.full_like(z, 0)) + lax", "lax.abs(z) + lax"),
    ),
    (
        *("METH.9", "the curvature of GELU where z^2 overflows", TABLE),
        *("(2 - lax.min(z * z, lax.full_like(z, 10_000)))", "(2 - z * z)"),
    ),
    (
        *("METH.9", "SiLU as a quotient that overflows", TABLE),
        *("lambda z: z * lax.logistic(z)", "lambda z: z * lax.exp(z) / (1 + lax.exp(z))"),
    ),
    (
        *("METH.9", "the slope of a sigmoid as a quotient that overflows", TABLE),
        *("return lax.logistic(z) * lax.logistic(-z)", "return lax.exp(z) / ((1 + lax.exp(z)) * (1 + lax.exp(z)))"),
    ),
    (
        *("METH.3", "the slope of a sigmoid that cancels", TABLE),
        *("return lax.logistic(z) * lax.logistic(-z)", "return lax.logistic(z) * (1 - lax.logistic(z))"),
    ),
    (
        *("METH.3", "the slope of tanh that cancels", TABLE),
        *("return 4 * _sigmoid_slope(2 * z)", "return 1 - lax.tanh(z) * lax.tanh(z)"),
    ),
    (
        *("METH.9", "log-sum-exp without the shift", LOSS),
        *("shift = logits.max(-1, keepdims=True)", "shift = 0 * logits.max(-1, keepdims=True)"),
    ),
    (
        *("METH.9", "log-sum-exp shifted by the largest of the batch", LOSS),
        *("shift = logits.max(-1, keepdims=True)", "shift = logits.max()"),
    ),
    (
        *("METH.9", "log-sum-exp shifted by the mean", LOSS),
        *("shift = logits.max(-1, keepdims=True)", "shift = logits.mean(-1, keepdims=True)"),
    ),
    (
        *("METH.9", "softmax without the shift", LOSS),
        *("jnp.exp(logits - logits.max(-1, keepdims=True))", "jnp.exp(logits)"),
    ),
    (
        *("METH.9", "softmax across the batch", LOSS),
        *("exponentials / exponentials.sum(-1, keepdims=True)", "exponentials / exponentials.sum(0, keepdims=True)"),
    ),
    (
        *("METH.9", "cross-entropy by the logarithm of the softmax", LOSS),
        *(
            "value=lambda a, y: (y * (log_sum_exp(a) - a)).sum()",
            (
                "value=lambda a, y: (-y * jnp.log(softmax(a))).sum() if isinstance(a, jax.Array) "
                "else (y * (log_sum_exp(a) - a)).sum()"
            ),
        ),
        "tensorflow/models, pull request 181: cross-entropy by hand became NaN after epochs; it is finite.",
    ),
    (
        *("METH.8", "a softmax error that forgets how targets sum", LOSS),
        *("y.sum(-1, keepdims=True) * softmax(a) - y", "softmax(a) - y"),
    ),
    (
        *("METH.8", "the mean absolute error over examples", LOSS),
        *("slope(a - y, ABSOLUTE_VALUE) / y.shape[-1]", "slope(a - y, ABSOLUTE_VALUE) / y.shape[0]"),
    ),
    (
        *("METH.10", "a relu that leaks where all are dead", TABLE),
        *(
            "lambda z: lax.select(z > 0, z, lax.full_like(z, 0))",
            "lambda z: lax.select((z > 0) | ~(z > 0).any(), z, lax.full_like(z, 0))",
        ),
    ),
    (
        *("METH.9", "a slope of relu that lives where all are dead", TABLE),
        *(
            "lax.select(z > 0, lax.full_like(z, right), lax.full_like(z, left))",
            "lax.select((z > 0) | ~(z > 0).any(), lax.full_like(z, right), lax.full_like(z, left))",
        ),
    ),
    (
        *("METH.10", "a hidden error that revives a dead layer", NETWORK),
        *(
            "return (next_error @ next_weight.T) * slope(z, activation)",
            (
                "return (next_error @ next_weight.T) * (slope(z, activation) + (1 - slope(z, "
                "activation)) * (slope(z, activation).sum() == 0))"
            ),
        ),
    ),
    (
        *("METH.3", "16-bit types that compute in 16 bits", ACTIVATION),
        *("jnp.promote_types(z.dtype, jnp.float32)", "z.dtype"),
    ),
)
