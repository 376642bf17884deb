"""Derivations of SCALE: a unit with a homogeneous activation, phi(c z) = c^K phi(z) for c > 0, rescaled by c.

The degree K is any positive whole number. Homogeneity is a hypothesis, used as a substitution. The first step shows that
the identity, ReLU and leaky ReLU are homogeneous.
"""

import dataclasses
import functools

import numpy as np
import sympy
from sympy import IndexedBase

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, inputs_of_errors, network_at, observed
from proofs.hessian import curvatures
from symmetry.actions import LinearMaps, Rescaling
from symmetry.activation import IDENTITY, LEAKY_RELU, SQUARE
from symmetry.engine.conclude import Setting
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Layer, Network
from symmetry.numbers.symbol import Symbol

K = sympy.Symbol("K", integer=True, positive=True)
"""The degree of homogeneity."""
factor = sympy.IndexedBase("alpha", positive=True)[j]
"""The number c of the statements, one for each unit: alpha[j] > 0."""

HOMOGENEITY = "the hypothesis phi(c z) = c^K phi(z) for c > 0"

RESCALED = factor * z[n, j]
HOMOGENEOUS = (
    (phi(RESCALED), factor**K * phi(z[n, j])),
    (slope(RESCALED), factor ** (K - 1) * slope(z[n, j])),
)
"""What the hypothesis says of the activation of a rescaled unit, and of its slope (SCALE.2)."""

EULER = ((preactivation(), z[n, j]), (slope(z[n, j]), K * phi(z[n, j]) / z[n, j]))
"""Euler's relation z phi'(z) = K phi(z), with z = x W + b."""


def of_degree(degree: int, at) -> Setting:
    """A network whose activations are homogeneous of degree 1, factors and a batch; the letters are for K = degree."""
    network, batch = network_at(at, hidden=LEAKY_RELU), batch_at(at)
    rescaling = Rescaling((at.array("alpha", m).map(abs),))
    gradient = program.backprop(network.with_hidden(activation_of(degree)), batch)
    first, second = gradient.layers
    known = {"K": degree, "alpha": rescaling.factors[0], "eta": sympy.Rational(1, 16)}
    known |= {"G": first.weight, "g": first.bias, "H": second.weight}
    at = observed(at, network.with_hidden(activation_of(degree)), batch).choosing(phi=activation_of(degree))
    return Setting(
        {"network": network, "rescaling": rescaling, "batch": batch}, at.knowing(**known), inputs_of_errors(batch)
    )


def activation_of(degree: int):
    return {1: LEAKY_RELU, 2: SQUARE}[degree]


def without_factors(degree: int, at) -> Setting:
    """The same for a law that rescales nothing."""
    setting = of_degree(degree, at)
    network, _, batch = setting.arguments.values()
    return setting._replace(arguments={"network": network, "batch": batch})


RESCALING = [functools.partial(of_degree, degree) for degree in (1, 2)]
ALONE = [functools.partial(without_factors, degree) for degree in (1, 2)]
"""Settings, each the same function wherever it is named, so that a law is run on it once."""


def of_each_degree(settings, paths, indices=(), *, each_part: bool = False) -> tuple[Sides, ...]:
    """Where the law computes the two sides for K = 1 and for K = 2."""
    return tuple(
        Sides(setting, path, indices, widths=WIDTHS, each_part=each_part)
        for setting, path in zip(settings, paths, strict=True)
    )


def two_slopes(argument):
    """An activation with the slope alpha left of 0 and beta right of it."""
    left, right = sympy.symbols("mu nu", real=True)
    return (left + right) / 2 * argument + (right - left) / 2 * sympy.Abs(argument)


def function(fault: str = ""):
    """SCALE.1."""
    scale = sympy.Symbol("c", negative=True) if fault == "c < 0" else factor
    yield Step(
        "The identity, ReLU and leaky ReLU have a slope mu left of 0 and a slope nu right of it: phi(z) = (mu + nu) "
        "z/2 + (nu - mu) |z|/2. For c > 0, |c z| = c |z|, so phi(c z) = c phi(z): their degree is K = 1. (The square's "
        "is 2, by the law of powers.)",
        two_slopes(scale * z[n, s]),
        scale * two_slopes(z[n, s]),
    )
    yield Step(
        "Rescale each unit j by a number alpha[j], the c of its weights. Its preactivation is alpha[j] z[n, j].",
        preactivation(j, factor),
        factor * preactivation(),
    )
    yield Step(
        "Its activation is alpha[j]^K phi(z[n, j]). With the outgoing weights alpha[j]^(-K) V[j, k] it contributes the same as "
        "before. So the next layer stays the same, and so does everything after it, layer after layer.",
        chi(next_preactivation(phi(RESCALED) * (factor**-K * V[j, k]))),
        chi(next_preactivation(contribution())),
        given=() if fault == "tanh" else HOMOGENEOUS[:1],
        assuming=f"{HOMOGENEITY}; {INDUCTION_ON_LAYERS}",
        concludes=of_each_degree(RESCALING, ("[0]", "[1]"), (n, k)),
    )


def gradient(fault: str = ""):
    """SCALE.2."""
    power = 1 if fault == "g for g^-T" else -1
    c_ = sympy.Symbol("c", positive=True)
    at, here = c_ * z[n, s], z[n, s]
    yield Step(
        "Differentiate both sides of phi(c z) = c^K phi(z): the left moves at the rate c phi'(c z) ...",
        rate(phi(c_ * (here + epsilon))),
        c_ * slope(at),
    )
    yield Step(
        "... and the right at the rate c^K phi'(z), so phi'(c z) = c^(K-1) phi'(z).",
        rate(c_**K * phi(here + epsilon)),
        c_ * slope(at),
        given=((slope(at), c_ ** (K - 1) * slope(here)),),
        assuming=HOMOGENEITY,
    )
    error_of_rescaled = slope(RESCALED) * total(error[n, k] * (factor**-K * V[j, k]), k)
    yield Step(
        "Rescale each unit j by alpha[j]. The next layer stays the same (SCALE.1), and so do its errors e[n, k]. A unit's error is "
        "divided by alpha[j]. So are the gradients of its incoming weights and bias, the sums of I[n] times the error, where I[n] "
        "is a weight's input, and 1 for the bias.",
        gradient_in(error_of_rescaled),
        factor**power * gradient_in(unit_error()),
        given=HOMOGENEOUS,
        concludes=of_each_degree(RESCALING, ("[0]", "[1]"), (j,), each_part=True),
    )
    yield Step(
        "That of its outgoing weights, the sum of its activation times e[n, k], is multiplied by alpha[j]^K. So each gradient is "
        "divided by the number that its parameter is multiplied by: that is g^-T, since g is diagonal.",
        total(phi(RESCALED) * error[n, k], n),
        factor**K * outgoing_gradient(),
        given=HOMOGENEOUS,
        assuming=HOMOGENEITY,
        concludes=of_each_degree(RESCALING, ("[0].layers[1].weight", "[1].layers[1].weight"), (j, k)),
    )
    yield Step(
        "The gradient of the next bias stays the same ...",
        total(error[n, k], n),
        total(error[n, k], n),
        concludes=of_each_degree(RESCALING, ("[0].layers[1].bias", "[1].layers[1].bias"), (k,)),
    )
    yield Step(
        "... and so does that of the layer's inputs: they get the error divided by alpha[j] through the weights multiplied by "
        "alpha[j]. So nothing changes in the layers before.",
        total(error_of_rescaled * (factor * W[i, j]), j),
        total(unit_error() * W[i, j], j),
        given=HOMOGENEOUS,
        concludes=of_each_degree(RESCALING, ("[0].x", "[1].x"), (n, i)),
    )


def euler(fault: str = ""):
    """SCALE.4."""
    degree = K + 1 if fault == "k wrong" else K
    yield Step(
        "Let c = 1 + epsilon in phi(c z) = c^K phi(z). The left side moves at the rate z phi'(z) ...",
        rate(phi((1 + epsilon) * z[n, j])),
        z[n, j] * slope(z[n, j]),
    )
    yield Step(
        "... and the right side at the rate K phi(z): Euler's relation z phi'(z) = K phi(z).",
        rate((1 + epsilon) ** K * phi(z[n, j])),
        K * phi(z[n, j]),
        assuming=HOMOGENEITY,
    )
    yield Step(
        "The gradients of a unit's weights and bias are the sums of x[n, i] delta[n, j] and of delta[n, j] (GRAD.3). Their product "
        "with W and b is the sum of z[n, j] delta[n, j].",
        total(W[i, j] * total(x[n, i] * delta[n, j], n), i) + b[j] * total(delta[n, j], n),
        total(preactivation() * delta[n, j], n),
    )
    yield Step(
        "With delta[n, j] = phi'(z[n, j]) times the sum of e[n, k] V[j, k] (GRAD.2), and with Euler's relation, that is K times the "
        "product of V with its gradient, the sum of phi(z[n, j]) e[n, k].",
        total(preactivation() * unit_error(), n),
        degree * total(V[j, k] * outgoing_gradient(), k),
        given=EULER,
        concludes=of_each_degree(ALONE, ("[0][0]", "[1][0]"), (j,)),
    )


def balance(fault: str = ""):
    """SCALE.5."""
    of_incoming, of_bias, of_outgoing = arrays("G g H")

    def imbalance(step):
        moved = total((W[i, j] - step * of_incoming[i, j]) ** 2, i) + (b[j] - step * of_bias[j]) ** 2
        return moved - K * total((V[j, k] - step * of_outgoing[j, k]) ** 2, k)

    first_order = total(W[i, j] * of_incoming[i, j], i) + b[j] * of_bias[j]
    first_order -= K * total(V[j, k] * of_outgoing[j, k], k)
    second_order = total(of_incoming[i, j] ** 2, i) + of_bias[j] ** 2 - K * total(of_outgoing[j, k] ** 2, k)
    yield Step(
        "Write G, g and H for the gradients in W, b and V, and Q = |W|^2 + b^2 - K |V|^2 for each unit. Under gradient flow Q "
        "changes at the rate -2 (W.G + b g - K V.H) ...",
        rate(imbalance(epsilon)),
        -2 * first_order,
    )
    yield Step(
        "... which is 0: W.G + b g, the sum of z[n, j] times the unit's errors, is K V.H by Euler's relation (SCALE.4).",
        total(preactivation() * unit_error(), n) - K * total(V[j, k] * outgoing_gradient(), k),
        0,
        given=EULER,
        concludes=of_each_degree(ALONE, ("[0][0]", "[2][0]"), (j,)),
    )
    power = 1 if fault == "eta for eta^2" else 2
    balanced = (first_order - b[j] * of_bias[j]) / -b[j]
    yield Step(
        "A step of size eta changes Q by -2 eta times the same bracket, which is 0, plus eta^2 (|G|^2 + g^2 - K |H|^2), "
        "which remains.",
        imbalance(eta) - imbalance(0),
        eta**power * second_order,
        given=((of_bias[j], balanced),),
        concludes=of_each_degree(ALONE, ("[1][0]", "[3][0]"), (j,)),
    )


def trace(fault: str = ""):
    """SCALE.7."""
    slopes = array("G")
    curved, curved_bias, curved_out, rest = (IndexedBase(name, nonnegative=True) for name in ("S", "B", "T", "R"))
    inward, outward = unknown_function("G"), unknown_function("H")
    weight, weight_out, c_ = *sympy.symbols("w v", real=True), sympy.Symbol("c", positive=True)
    yield Step(
        "Write G(w) for the gradient in a weight w. By SCALE.2 it is G(w)/c after rescaling by c. Moving c w by epsilon is "
        "moving w by epsilon/c, so the second derivative is divided by c^2 ...",
        rate(inward(weight + epsilon / c_) / c_),
        inward(weight).diff(weight) / c_**2,
    )
    yield Step(
        "... and for an outgoing weight, where the gradient is c^K H(v), it is multiplied by c^(2K).",
        rate(c_**K * outward(weight_out + c_**K * epsilon)),
        c_ ** (2 * K) * outward(weight_out).diff(weight_out),
    )
    square, bound, others_, size, size_out = sympy.symbols("q B R S T", positive=True)
    yield Step(
        "At a minimum no second derivative is negative. Write S and T for the traces of the blocks of a unit's incoming and outgoing "
        "weights, R for all others, q for c^2, and B for any bound. The trace less B is (S - B q)/q + q^K T + R. For every q up "
        "to S/B all three terms are 0 or more: the trace is at least B, so there is no bound. (If T is positive instead, let q "
        "grow.)",
        size / square + square**K * size_out + others_ - bound,
        (size - bound * square) / square + square**K * size_out + others_,
        assuming="at a minimum the Hessian is positive semi-definite",
    )

    def along(of, of_bias, of_outgoing):
        return total(of, i, j) + total(of_bias, j) + total(of_outgoing, j, k) + total(rest[k], k)

    moved = along(
        rate((slopes[i, j] + curved[i, j] * epsilon / factor) / factor),
        rate(curved_bias[j] * epsilon / factor / factor),
        rate(factor**K * (curved_out[j, k] * (epsilon * factor**K))),
    )
    here = along(curved[i, j] / factor**2, curved_bias[j] / factor**2, factor ** (2 * K) * curved_out[j, k])
    if fault == "constant trace":
        here = along(curved[i, j], curved_bias[j], curved_out[j, k])
    at_fit = functools.partial(Sides, perfect_fit, widths=WIDTHS)
    yield Step(
        "Now for a whole layer: S, B and T are the second derivatives in the weights, biases and outgoing weights of the units, R "
        "those in the next bias. Along the orbit the trace of the Hessian is the sum of S/alpha^2, B/alpha^2, alpha^(2K) T and R.",
        moved,
        here,
        concludes=at_fit("[0]"),
    )
    yield Inequality(
        "At a minimum the last three sums are not negative: the trace is at least the first, which has no bound as alpha falls to "
        "0.",
        total(curved[i, j] / factor**2, i, j),
        here,
        assuming="at a minimum no second derivative is negative",
        concludes=at_fit("[1]"),
    )


def perfect_fit(at) -> Setting:
    """A network, factors and a batch; the letters are second derivatives where the network fits the batch perfectly."""
    setting = of_degree(1, at)
    network, _, batch = setting.arguments.values()
    fitted = dataclasses.replace(network, loss=HALF_SQUARED_ERROR)
    curved = curvatures(fitted, program.Batch(batch.x, program.forward(fitted, batch.x))).layers
    known = {"S": curved[0].weight, "B": curved[0].bias, "T": curved[1].weight, "R": curved[1].bias}
    return setting._replace(at=setting.at.knowing(**known))


def invertible_maps(fault: str = ""):
    """SCALE.6. Linear networks: W leads from inputs to units and V from units to outputs, z = x W, u = z V."""
    A, B, product = arrays("A B P")
    linear = functools.partial(Sides, linear_units, widths=WIDTHS)
    between = total(A[j, r] * B[r, t], r)
    yield Step(
        "W becomes W A, V becomes B V. The next layer gets the sum over the new units r of (z A)[n, r] (B V)[r, k]: the sum over "
        "pairs of old units of z[n, j] (A B)[j, t] V[t, k].",
        total(total(z[n, j] * A[j, r], j) * total(B[r, t] * V[t, k], t), r),
        total(z[n, j] * between * V[t, k], j, t),
    )
    inverse = product[j, t] if fault == "singular matrix" else one_if_equal(j, t)
    yield Step(
        "A B = 1, so every preactivation of the next layer stays the same, and so does everything after it, layer after layer.",
        chi(total(z[n, j] * between * V[t, k], j, t)),
        chi(total(z[n, j] * V[j, k], j)),
        given=((between, inverse),),
        assuming="B is the inverse of A",
        concludes=linear("[0]", (n, k)),
    )

    def gradient_in_of(unit):
        return total(x[n, i] * total(error[n, k] * V[unit, k], k), n)

    def gradient_out_of(unit):
        return total(total(x[n, h] * W[h, unit], h) * error[n, k], n)

    def flow(one, other):
        return total(W[i, one] * gradient_in_of(other), i) - total(gradient_out_of(one) * V[other, k], k)

    yield Step(
        "Write G[i, r] for the gradient in W, the sum over n of x[n, i] times the unit's error, which is the sum of e[n, k] V[r, k]; "
        "and H[j, k] for that in V, the sum of z[n, j] e[n, k]. So W^T G = H V^T. Under gradient flow M = W^T W - V V^T "
        "changes at the rate -(D + D^T), where D = W^T G - H V^T is 0: M is conserved.",
        flow(j, r) + flow(r, j),
        0,
        concludes=linear("[1][0]", (j, r)),
    )

    def imbalance(step):
        incoming = total((W[i, j] - step * gradient_in_of(j)) * (W[i, r] - step * gradient_in_of(r)), i)
        outgoing = (V[each, k] - step * gradient_out_of(each) for each in (j, r))
        return incoming - total(sympy.Mul(*outgoing), k)

    power = 1 if fault == "eta for eta^2" else 2
    remaining = total(gradient_in_of(j) * gradient_in_of(r), i) - total(gradient_out_of(j) * gradient_out_of(r), k)
    yield Step(
        "A step of size eta changes M by -eta (D + D^T), which is 0, plus eta^2 (G^T G - H H^T), which remains.",
        imbalance(eta) - imbalance(0),
        eta**power * remaining,
        concludes=linear("[2][0]", (j, r)),
    )


def linear_units(at) -> Setting:
    """A linear network without biases, maps of its hidden space with the factors of its units, and a batch."""
    network, batch = network_at(at, hidden=IDENTITY), batch_at(at)
    network = dataclasses.replace(network, layers=tuple(Layer(layer.weight) for layer in network.layers))
    maps = LinearMaps((at.array("below", m, m),), (at.array("above", m, m),))
    rescaling = Rescaling((at.array("alpha", m).map(abs),))
    identity = Network((Layer(Symbol.of(np.eye(at.size(m), dtype=int))), network.layers[1]), (), None)
    matrix = maps.act(rescaling.act(identity)).layers[0].weight
    inverse = Symbol.of(sympy.Matrix(matrix.tolist()).inv().tolist())
    (z, _), activations = program.forward_pass(network, batch.x)
    _, error = program.backpropagate(network, [z, _], activations, batch.y)
    known = {"A": matrix, "B": inverse, "z": z, "e": error, "eta": sympy.Rational(1, 16)}
    arguments = {"network": network, "maps": maps, "rescaling": rescaling, "batch": batch}
    return Setting(arguments, at.knowing(**known))
