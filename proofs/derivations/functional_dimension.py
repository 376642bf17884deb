"""The derivation of FDIM.2: rescaling a unit moves the parameters and not the function."""

import dataclasses
import functools

import numpy as np
import sympy

from proofs.derivations.notation import *
from symmetry.activation import RELU
from symmetry.engine.conclude import Setting
from symmetry.numbers.symbol import Symbol

E, width = arrays("E n")
"""E[n, j, k]: how fast output k moves with the activation of unit j in example n. And n[l]: the units of layer l."""
layers = sympy.Symbol("L", integer=True, positive=True)
l = sympy.Idx("l", layers)


def relu_dimension(fault: str = ""):
    """FDIM.2."""
    from proofs.functional_dimension import WITNESSES

    settings = {f"[{place}]": functools.partial(at_a_witness, widths) for place, widths in enumerate(WITNESSES)}
    yield Step(
        "Let a unit's weights and bias grow at the rate of their own size. Its preactivation does so too ...",
        rate(preactivation(j, 1 + epsilon)),
        preactivation(),
    )
    moved = rate(phi((1 + epsilon) * z[n, j]) * V[j, k] / (1 + epsilon))
    yield Step(
        "... and if its outgoing weights shrink at that rate, what it adds to the next layer changes at the rate (z phi'(z) - "
        "phi(z)) V.",
        moved,
        (z[n, j] * slope(z[n, j]) - phi(z[n, j])) * V[j, k],
    )
    yield Step(
        "For ReLU phi(z) = z phi'(z), so that nothing moves behind the unit: the outputs move at the rate 0.",
        (z[n, j] * slope(z[n, j]) - phi(z[n, j])) * E[n, j, k],
        0,
        given=((phi(z[n, j]), z[n, j] * slope(z[n, j])),),
        assuming=CHAIN_RULE,
        concludes=tuple(
            Sides(setting, f"[1]{place}", (j, n, k), widths=(*WIDTHS, layers)) for place, setting in settings.items()
        ),
    )
    yield Step(
        "With G, g and H for the derivatives in W, b and V, the rate along the direction is the sum of W G and b g less that of "
        "V H. Take one outgoing weight V[s, k] apart that is not 0: the rate is 0, so V[s, k] H[s, k] is the rest, and the "
        "derivative in this weight is a sum of derivatives in other parameters of the unit.",
        total(W[i, s] * G[i, s], i) + b[s] * g[s] - total(V[s, q] * H[s, q], q),
        total(W[i, s] * G[i, s], i) + b[s] * g[s] - others_of_the_unit() - V[s, k] * H[s, k],
    )
    hidden = total(width[l], l) - width[0]
    rest = 0 if fault == "P" else hidden
    yield Step(
        "Strike out one such parameter for each hidden unit: layer by layer, the derivatives in the others span it. Layer l + 1 "
        "has "
        "n[l] n[l + 1] weights and n[l + 1] biases, so that P - hidden units are left. At the witnesses the rank modulo p is "
        "this number, and it stays so nearby: a minor that is not 0 stays so.",
        total(width[l] * width[l + 1] + width[l + 1], l) - hidden,
        total((width[l] + 1) * width[l + 1], l) - rest,
        assuming="each unit has its own outgoing weights; minors are continuous where no unit switches",
        concludes=tuple(Sides(setting, f"[0]{place}", widths=(*WIDTHS, layers)) for place, setting in settings.items()),
    )


G, g, H = arrays("G g H")
"""Derivatives of an output in the weights and the bias of a unit, and in its outgoing weights."""


def others_of_the_unit():
    """What the derivatives in the outgoing weights of unit s but V[s, k] add up to, each times its weight."""
    return total((1 - one_if_equal(k, q)) * V[s, q] * H[s, q], q)


def at_a_witness(widths, at) -> Setting | None:
    """No arguments; the letters are those of the law's witness of these widths, and j counts all of its hidden units."""
    from proofs.exact_ranks import OneOutput
    from proofs.functional_dimension import WITNESSES, witness

    if at.seed:
        return None
    network, x = witness(widths, WITNESSES[widths])
    preactivations, activations = program.forward_pass(network, x)
    into, out = np.concatenate(preactivations[:-1], axis=1), []
    for output in range(widths[-1]):
        of_one = dataclasses.replace(network, loss=OneOutput(output))
        errors = program.backpropagate(of_one, preactivations, activations, None)
        hidden = zip(errors[1:], network.layers[1:], strict=True)
        out.append(np.concatenate([error_ @ layer.weight.T for error_, layer in hidden], axis=1))
    sizes = {N: len(x), m: into.shape[1], p: widths[-1], layers: len(widths) - 1}
    known = {"z": Symbol.of(into), "E": Symbol.of(np.stack(out, axis=-1)), "n": Symbol.of(widths)}
    at = dataclasses.replace(at, sizes={**at.sizes, **sizes})
    return Setting({}, at.knowing(**known).choosing(phi=RELU))
