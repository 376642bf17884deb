"""Derivations of GRAD: every width is a symbol, every depth follows by induction from the output backwards."""

import functools
import itertools

import numpy as np
import sympy
from sympy import exp, log

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, network_at, observed
from symmetry.engine.conclude import Part, Setting
from symmetry.engine.instantiate import PolynomialLoss
from symmetry.engine.normal_form import normal_form
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.symbol import Symbol

CHAIN_RULE_OF_THE_LOSS = f"{CHAIN_RULE}: L changes at the rate of the sum over k of dL/du_k times the rate of u_k"


def output_error(fault: str = ""):
    """GRAD.1."""
    error_of_loss = array("g")
    sign = -1 if fault == "y - a" else 1
    kept = 1 if fault == "phi' left out" else slope(z[n, k])
    moved = phi(z[n, q] + epsilon * one_if_equal(k, q))
    outputs = functools.partial(Sides, output_layer, indices=(n, k), widths=WIDTHS)
    yield Step(
        "Move the preactivation z[n, k] of one output by epsilon: only the output a[n, k] moves, at the slope of its activation.",
        rate(moved),
        one_if_equal(k, q) * slope(z[n, q]),
    )
    yield Step(
        "Write g for the gradient of the loss in the outputs of an example. So the error delta[n, k] = g[n, k] "
        "phi'(z[n, k]) is the rate at which the loss moves.",
        error_of_loss[n, k] * kept,
        total(error_of_loss[n, q] * rate(moved), q),
        assuming=CHAIN_RULE_OF_THE_LOSS,
        concludes=outputs("[0]"),
    )
    yield Step(
        "Half squared error: the gradient in the output a[n, k] is a[n, k] - y[n, k].",
        sign * (a[n, k] - y[n, k]),
        rate(total((a[n, q] + epsilon * one_if_equal(k, q) - y[n, q]) ** 2, q) / 2),
        concludes=outputs("[1]"),
    )
    logit, target = sympy.symbols("a y", real=True)
    probability = 1 / (1 + exp(-logit))
    yield Step(
        "Sigmoid with binary cross-entropy: with p = 1/(1 + exp(-a)), the loss -y log p - (1 - y) log(1 - p) of one "
        "output changes with its logit a as log(1 + exp(a)) - a y does ...",
        sympy.diff(-target * log(probability) - (1 - target) * log(1 - probability), logit),
        sympy.diff(log(1 + exp(logit)) - logit * target, logit),
        simplify=sympy.simplify,
    )
    logits = a[n, q] + epsilon * one_if_equal(k, q)
    yield Step(
        "... and the rate of that is p - y: of all outputs only the one moves whose logit is moved.",
        sign * (1 / (1 + exp(-a[n, k])) - y[n, k]),
        rate(total(log(1 + exp(logits)) - logits * y[n, q], q)),
        simplify=lambda gap: sympy.simplify(normal_form(gap).rewrite(exp)),
        concludes=outputs("[2]"),
    )
    other = sympy.Idx("q2", q.upper + 1)
    partition = total(exp(a[n, other]), other)
    targets = total(y[n, q], q)
    cross_entropy = targets * log(total(exp(logits), q)) - total(y[n, q] * logits, q)
    yield Step(
        "Softmax with cross-entropy is Y log S - sum of y[n, q] a[n, q], where S sums the exponentials and Y the targets; "
        "its gradient in the logit a[n, k] is Y p[n, k] - y[n, k], with p[n, k] = exp(a[n, k]) / S.",
        sign * (targets * exp(a[n, k]) / partition - y[n, k]),
        rate(cross_entropy),
    )
    yield Step(
        "If the targets of an example sum to Y = 1, that is p[n, k] - y[n, k].",
        sign * (exp(a[n, k]) / partition - y[n, k]),
        rate(cross_entropy),
        given=((targets, sympy.S.One),),
        concludes=Sides(functools.partial(output_layer, share=True), "[3]", (n, k), widths=WIDTHS),
    )


def output_layer(at, share: bool = False) -> Setting:
    """A network and a batch; the letters z, a and y are those of its outputs. For a `share`, the targets sum to 1."""
    network, batch = network_at(at, output=PolynomialActivation("phi", at.seed)), batch_at(at)
    preactivations, activations = program.forward_pass(network, batch.x)
    logits, outputs = preactivations[-1], activations[-1]
    targets = batch.y - (batch.y.sum(-1, keepdims=True) - 1) / at.size(p) if share else batch.y
    known = at.knowing(z=logits, a=logits, y=targets, g=network.loss.error(outputs, batch.y))
    return Setting({"network": network, "batch": batch}, known)


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
        total(error[n, k] * weight, k) * own,
        total(error[n, k] * rate(moved), k),
        assuming="the principle of induction, on the number of layers that follow",
        concludes=Sides(hidden_layer, "[0]", (n, j), widths=WIDTHS),
    )


def hidden_layer(at) -> Setting:
    """A network and a batch; W and b are those of the layer after the hidden units."""
    network, batch = network_at(at), batch_at(at)
    at = observed(at, network, batch)
    return Setting({"network": network, "batch": batch}, at.knowing(W=at.known["V"], b=at.known["c"]))


def parameter_gradient(fault: str = ""):
    """GRAD.3."""
    scale = 1 / N if fault == "mean for sum" else 1
    incoming = phi(z[n, j]) if fault == "a^l for a^(l-1)" else a[n, i]
    yield Run(
        "The program's `weight_gradient` computes a^T delta, whose entry [i, j] is the sum of a[n, i] delta[n, j] ...",
        lambda at: program.weight_gradient(at.array("a", N, d), at.array("delta", N, m)),
        scale * total(a[n, i] * delta[n, j], n),
        (i, j),
        (N, d, m),
    )
    yield Run(
        "... and `bias_gradient` the sum of delta over the batch. These are the gradients:",
        lambda at: program.bias_gradient(at.array("delta", N, m)),
        scale * total(delta[n, j], n),
        (j,),
        (N, m),
    )
    by_weight = total(a[n, h] * (W[h, r] + epsilon * one_if_equal(h, i) * one_if_equal(r, j)), h) + b[r]
    yield Step(
        "Move the weight W[i, j] by epsilon: of the preactivations z[n, r] = sum of a[n, h] W[h, r] + b[r], only unit j's "
        "moves, in example n at the rate a[n, i].",
        rate(by_weight),
        one_if_equal(r, j) * incoming,
    )
    yield Step(
        "With delta[n, r] = dL/dz[n, r], the loss moves at the rate of the sum over examples and units.",
        scale * total(incoming * delta[n, j], n),
        total(delta[n, r] * rate(by_weight), n, r),
        assuming=CHAIN_RULE_OF_THE_LOSS,
        concludes=Sides(one_layer, "[0].weight", (i, j), widths=WIDTHS),
    )
    by_bias = total(a[n, h] * W[h, r], h) + b[r] + epsilon * one_if_equal(r, j)
    yield Step(
        "Move the bias b[j] instead: unit j's preactivation moves at the rate 1 in every example, so the loss moves at the "
        "rate of the sum of the errors.",
        scale * total(delta[n, j], n),
        total(delta[n, r] * rate(by_bias), n, r),
        assuming=CHAIN_RULE_OF_THE_LOSS,
        concludes=Sides(one_layer, "[0].bias", (j,), widths=WIDTHS),
    )


def one_layer(at) -> Setting:
    """A network of the layer alone, and a batch: any layers before it give its inputs a, any after it its errors delta."""
    layer = Layer(at.array("W", d, m), at.array("b", m))
    network = Network((layer,), (PolynomialActivation("phi", at.seed),), PolynomialLoss("loss", at.seed))
    batch = Batch(at.array("x", N, d), at.array("y", N, m))
    preactivations, activations = program.forward_pass(network, batch.x)
    (delta,) = program.backpropagate(network, preactivations, activations, batch.y)
    return Setting(
        {"network": network, "batch": batch}, at.knowing(a=batch.x, x=batch.x, z=preactivations[0], delta=delta)
    )


def batch_gradient(fault: str = ""):
    """GRAD.6."""
    scale = 1 / N if fault == "mean" else 1
    loss, slopes = arrays("l g")
    yield Run(
        "The program's loss of a batch is the sum over its examples: here of half squared errors.",
        lambda at: Symbol.of(HALF_SQUARED_ERROR.value(at.array("a", N, p), at.array("y", N, p))),
        total((a[n, k] - y[n, k]) ** 2, n, k) / 2,
        (),
        (N, p),
    )
    yield Run(
        "The program's `weight_gradient` of a batch is the sum of those of one example at a time.",
        lambda at: one_example_at_a_time(at.array("a", N, d), at.array("delta", N, m)),
        total(a[n, i] * delta[n, j], n),
        (i, j),
        (N, d, m),
    )
    yield Step(
        "Write l[n] for the loss of example n. Along any direction, such as that of one weight, in which it moves at the rate "
        "g[n], the loss of the batch moves at the rate of the sum of g[n]. So the gradient of the batch is the sum of the "
        "gradients that `backprop` gives for one example at a time.",
        rate(total(loss[n] + epsilon * slopes[n], n)),
        scale * total(slopes[n], n),
        assuming="a derivative sees only the first order: l[n] may be replaced by its tangent",
        concludes=Sides(examples_apart, widths=WIDTHS, each_part=True),
    )


def one_example_at_a_time(inputs, errors):
    """The weight gradients of the examples, added."""
    return sum(program.weight_gradient(inputs[[row]], errors[[row]]) for row in range(len(inputs)))


def examples_apart(at) -> Setting:
    """A network and a batch; g has, for each weight and bias, the gradients of the examples."""
    network, batch = network_at(at), batch_at(at)
    rows = range(at.size(N))
    gradients = [program.backprop(network, Batch(batch.x[[row]], batch.y[[row]])) for row in rows]
    parts = {}
    for index, name in itertools.product((0, 1), ("weight", "bias")):
        stacked = np.stack([getattr(gradient.layers[index], name) for gradient in gradients], axis=-1)
        parts[f"[{index}].{name}"] = Part(None, {"g": stacked})
    return Setting({"network": network, "batch": batch}, at, parts)


def input_gradient(fault: str = ""):
    """GRAD.7."""
    moved = total((x[n, h] + epsilon * one_if_equal(h, i)) * W[h, r], h) + b[r]
    weight = W[j, i] if fault == "transpose left out" else W[i, j]
    yield Step(
        "Move the input x[n, i] by epsilon: unit r's preactivation in example n moves at the rate W[i, r].",
        rate(moved),
        of_unit(weight, r),
    )
    yield Run(
        "The program's `input_gradient` computes entry [n, i] of delta W^T.",
        lambda at: program.input_gradient(at.array("delta", N, m), at.array("W", d, m)),
        total(delta[n, j] * W[i, j], j),
        (n, i),
        (N, d, m),
    )
    yield Step(
        "With delta[n, r] = dL/dz[n, r] of the first layer, the loss moves at the rate of the sum over its units: that is what "
        "`backprop` returns.",
        total(delta[n, j] * weight, j),
        total(delta[n, r] * rate(moved), r),
        assuming=CHAIN_RULE_OF_THE_LOSS,
        concludes=Sides(first_layer, ("[0]", "[1]"), (n, i), widths=WIDTHS),
    )


def first_layer(at) -> Setting:
    """A network and a batch."""
    network, batch = network_at(at), batch_at(at)
    return Setting({"network": network, "batch": batch}, observed(at, network, batch))
