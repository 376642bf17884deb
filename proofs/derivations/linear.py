"""Derivation of SCALE.6: invertible maps of the hidden space of a linear network, and what they conserve."""

import dataclasses
import functools

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.derivations.small_networks import batch_at, network_at
from symmetry.actions import LinearMaps, Rescaling
from symmetry.activation import IDENTITY
from symmetry.engine.conclude import Setting
from symmetry.network import Layer, Network
from symmetry.numbers.symbol import Symbol


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
        "Write G[i, r] for the gradient in W, the sum over n of x[n, i] times the unit's error, which is the sum of "
        "e[n, k] V[r, k]; and H[j, k] for that in V, the sum of z[n, j] e[n, k]. So W^T G = H V^T. Under gradient "
        "flow M = W^T W - V V^T changes at the rate -(D + D^T), where D = W^T G - H V^T is 0: M is conserved.",
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
