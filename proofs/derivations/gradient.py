"""Derivations of GRAD: every width is a symbol, every depth follows by induction from the output backwards."""

import sympy
from sympy import exp, log

from proofs.derivations.notation import *
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.numbers.symbol import Symbol

CHAIN_RULE_OF_THE_LOSS = f"{CHAIN_RULE}: L changes at the rate of the sum over k of dL/du_k times the rate of u_k"


def output_error(fault: str = ""):
    """GRAD.1."""
    error_of_loss = array("g")
    sign = -1 if fault == "y - a" else 1
    kept = 1 if fault == "phi' left out" else slope(z[n, k])
    moved = phi(z[n, q] + epsilon * one_if_equal(k, q))
    yield Step(
        "Move the preactivation z[n, k] of one output by epsilon: only the output a[n, k] moves, at the slope of its activation.",
        rate(moved),
        one_if_equal(k, q) * slope(z[n, q]),
    )
    yield Step(
        "Write g for the gradient of the loss in the outputs of an example. So the loss moves at the rate "
        "delta[n, k] = g[n, k] phi'(z[n, k]).",
        total(error_of_loss[n, q] * rate(moved), q),
        error_of_loss[n, k] * kept,
        assuming=CHAIN_RULE_OF_THE_LOSS,
    )
    yield Step(
        "Half squared error: the gradient in the output a[n, k] is a[n, k] - y[n, k].",
        rate(total((a[n, q] + epsilon * one_if_equal(k, q) - y[n, q]) ** 2, q) / 2),
        sign * (a[n, k] - y[n, k]),
    )
    logit, target = sympy.symbols("a y", real=True)
    probability = 1 / (1 + exp(-logit))
    yield Step(
        "Sigmoid with binary cross-entropy: with p = 1/(1 + exp(-a)), the gradient in the logit a is p - y.",
        sympy.diff(-target * log(probability) - (1 - target) * log(1 - probability), logit),
        sign * (probability - target),
        simplify=sympy.simplify,
    )
    logits = a[n, q] + epsilon * one_if_equal(k, q)
    other = sympy.Idx("q2", q.upper + 1)
    partition = total(exp(a[n, other]), other)
    cross_entropy = total(y[n, q], q) * log(total(exp(logits), q)) - total(y[n, q] * logits, q)
    yield Step(
        "Softmax with cross-entropy is Y log S - sum of y[n, q] a[n, q], where S sums the exponentials and Y the targets; "
        "its gradient in the logit a[n, k] is Y p[n, k] - y[n, k], with p[n, k] = exp(a[n, k]) / S.",
        rate(cross_entropy),
        sign * (total(y[n, q], q) * exp(a[n, k]) / partition - y[n, k]),
    )
    one = sympy.Symbol("Y", real=True)
    yield Step(
        "If the targets of an example sum to Y = 1, that is p[n, k] - y[n, k].",
        one * exp(a[n, k]) / partition - y[n, k],
        sign * (exp(a[n, k]) / partition - y[n, k]),
        given=((one, sympy.S.One),),
    )


def hidden_error(fault: str = ""):
    """GRAD.2."""
    next_slope = unknown_function("psi", (1,))
    weight = 1 if fault == "weights left out" else W[j, k]
    own = {"phi' left out": 1, "phi' of the wrong layer": next_slope(z[n, j])}.get(fault, slope(z[n, j]))
    moved = total(phi(z[n, r] + epsilon * one_if_equal(j, r)) * W[r, k], r) + b[k]
    yield Step(
        "Move the preactivation z[n, j] of one hidden unit by epsilon. Unit k of the next layer has the preactivation "
        "u[n, k] = sum of phi(z[n, r]) W[r, k] + b[k], which moves at the rate phi'(z[n, j]) W[j, k].",
        rate(moved),
        own * weight,
    )
    yield Step(
        "Write e[n, k] for dL/du[n, k], the error of the next layer. The loss moves at the rate of the sum over k, and "
        "phi'(z[n, j]) does not depend on k, so it leaves the sum.",
        total(error[n, k] * rate(moved), k),
        total(error[n, k] * weight, k) * own,
        assuming=CHAIN_RULE_OF_THE_LOSS,
    )
    yield Run(
        "The program's `hidden_error` computes exactly this: entry [n, j] of (e W^T) * phi'(z).",
        lambda at: program.hidden_error(
            at.array("e", N, p), at.array("W", m, p), at.array("z", N, m), PolynomialActivation("phi", at.seed)
        ),
        total(error[n, k] * weight, k) * own,
        (n, j),
        (N, m, p),
    )
    yield Step(
        "Induction from the output backwards: for the last layer e is the output error (GRAD.1). If e[n, k] is dL/du[n, k] "
        "for layer l + 1, then delta[n, j] is dL/dz[n, j] for layer l, whatever the widths. So this holds for every layer.",
        total(error[n, k] * rate(moved), k),
        total(error[n, k] * W[j, k], k) * slope(z[n, j]),
        assuming="the principle of induction, on the number of layers that follow",
    )


def parameter_gradient(fault: str = ""):
    """GRAD.3."""
    scale = 1 / N if fault == "mean for sum" else 1
    incoming = phi(z[n, j]) if fault == "a^l for a^(l-1)" else a[n, i]
    by_weight = total(a[n, h] * (W[h, r] + epsilon * one_if_equal(h, i) * one_if_equal(r, j)), h) + b[r]
    yield Step(
        "Move the weight W[i, j] by epsilon: of the preactivations z[n, r] = sum of a[n, h] W[h, r] + b[r], only unit j's "
        "moves, in example n at the rate a[n, i].",
        rate(by_weight),
        one_if_equal(r, j) * incoming,
    )
    yield Step(
        "With delta[n, r] = dL/dz[n, r], the loss moves at the rate of the sum over examples and units.",
        total(delta[n, r] * rate(by_weight), n, r),
        scale * total(incoming * delta[n, j], n),
        assuming=CHAIN_RULE_OF_THE_LOSS,
    )
    by_bias = total(a[n, h] * W[h, r], h) + b[r] + epsilon * one_if_equal(r, j)
    yield Step(
        "Move the bias b[j] instead: unit j's preactivation moves at the rate 1 in every example, so the loss moves at the "
        "rate of the sum of the errors.",
        total(delta[n, r] * rate(by_bias), n, r),
        scale * total(delta[n, j], n),
        assuming=CHAIN_RULE_OF_THE_LOSS,
    )
    yield Run(
        "The program's `weight_gradient` computes the first: entry [i, j] of a^T delta.",
        lambda at: program.weight_gradient(at.array("a", N, d), at.array("delta", N, m)),
        scale * total(a[n, i] * delta[n, j], n),
        (i, j),
        (N, d, m),
    )
    yield Run(
        "The program's `bias_gradient` computes the second: entry [j] of the sum of delta over the batch.",
        lambda at: program.bias_gradient(at.array("delta", N, m)),
        scale * total(delta[n, j], n),
        (j,),
        (N, m),
    )


def batch_gradient(fault: str = ""):
    """GRAD.6."""
    scale = 1 / N if fault == "mean" else 1
    loss, slopes = arrays("l g")
    yield Step(
        "The loss of a batch is the sum of its examples' losses l[n]. Along any direction in which the loss of example n "
        "moves at the rate g[n], the loss of the batch moves at the rate of the sum of g[n].",
        rate(total(loss[n] + epsilon * slopes[n], n)),
        scale * total(slopes[n], n),
        assuming="a derivative sees only the first order: l[n] may be replaced by its tangent",
    )
    yield Run(
        "The program's loss of a batch is such a sum: half squared errors, added over examples and outputs.",
        lambda at: Symbol.of(HALF_SQUARED_ERROR.value(at.array("a", N, p), at.array("y", N, p))),
        total((a[n, k] - y[n, k]) ** 2, n, k) / 2 * scale,
        (),
        (N, p),
    )
    yield Run(
        "So the gradient of a weight is the sum of the gradients that the program's `weight_gradient` gives for one example "
        "at a time, each a[n, i] delta[n, j] (GRAD.3).",
        lambda at: one_example_at_a_time(at.array("a", N, d), at.array("delta", N, m)),
        scale * total(a[n, i] * delta[n, j], n),
        (i, j),
        (N, d, m),
    )


def one_example_at_a_time(inputs, errors):
    """The weight gradients of the examples, added."""
    return sum(program.weight_gradient(inputs[[row]], errors[[row]]) for row in range(len(inputs)))


def input_gradient(fault: str = ""):
    """GRAD.7."""
    moved = total((x[n, h] + epsilon * one_if_equal(h, i)) * W[h, r], h) + b[r]
    weight = W[j, i] if fault == "transpose left out" else W[i, j]
    yield Step(
        "Move the input x[n, i] by epsilon: unit r's preactivation in example n moves at the rate W[i, r].",
        rate(moved),
        of_unit(weight, r),
    )
    yield Step(
        "With delta[n, r] = dL/dz[n, r] of the first layer, the loss moves at the rate of the sum over its units.",
        total(delta[n, r] * rate(moved), r),
        total(delta[n, j] * weight, j),
        assuming=CHAIN_RULE_OF_THE_LOSS,
    )
    yield Run(
        "The program's `input_gradient` computes this: entry [n, i] of delta W^T.",
        lambda at: program.input_gradient(at.array("delta", N, m), at.array("W", d, m)),
        total(delta[n, j] * W[i, j], j),
        (n, i),
        (N, d, m),
    )
