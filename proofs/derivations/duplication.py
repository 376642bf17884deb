"""Derivations of DUP: what one unit of a layer contributes to the next."""

import functools

import numpy as np
import sympy

from proofs.derivations.notation import *
from proofs.derivations.small_networks import OddPolynomial, batch_at, inputs_of_errors, network_at, observed
from symmetry.actions import TiedUnits
from symmetry.cases import HiddenUnit
from symmetry.engine.conclude import Setting
from symmetry.numbers.symbol import Symbol

PART = sympy.Symbol("lambda", real=True)


def with_unit(at, unit: int, hidden=None) -> Setting:
    """The network, one of its hidden units, and a batch."""
    network, batch = network_at(at, hidden=hidden), batch_at(at)
    chosen = HiddenUnit(np.array(unit), 0)
    return Setting({"network": network, "unit": chosen, "batch": batch}, observed(at, network, batch))


def merged_units(fault: str = ""):
    """DUP.1."""
    rest = total((1 - one_if_equal(j, s) - one_if_equal(j, t)) * contribution(), j)
    yield swap_step(
        "The next layer gets the sum over all units: over all except s and t, plus what these two contribute.",
        next_preactivation(contribution()),
        rest + contribution(s) + contribution(t) + c[k],
    )
    yield Step(
        "The preactivations of s and t differ by as much as their incoming weights and biases make them: if these are equal, so "
        "are the preactivations, in every example.",
        preactivation(t) - preactivation(s),
        total(x[n, i] * (W[i, t] - W[i, s]), i) + (b[t] - b[s]),
    )
    whole = V[s, k] + V[t, k]
    yield Step(
        "The layer has one activation, so together they contribute phi(z[n, s]) (V[s, k] + V[t, k]). Unit s alone contributes "
        "the same with the sum of their outgoing weights. The next layer, and so the output, stays the same.",
        chi(rest + contribution(s) + contribution(t) + c[k]),
        chi(rest + phi(z[n, s]) * (whole / 2 if fault == "v averaged" else whole) + c[k]),
        given=((z[n, t], z[n, s]),),
        assuming=INDUCTION_ON_LAYERS,
        concludes=Sides(twin_units, "", (n, k), (s, t), WIDTHS),
    )


def twin_units(at, first: int, second: int) -> Setting | None:
    """A network and one of its units; the law gives the next one the same incoming weights and bias."""
    if second != (first + 1) % at.size(m):
        return None
    setting = with_unit(at, first)
    network, batch = setting.arguments["network"], setting.arguments["batch"]
    ties = TiedUnits(((np.array(first), np.array(second)),))
    return setting._replace(at=observed(at, ties.act(network, outgoing=False), batch))


def split_at(at, unit: int) -> Setting:
    """The network, a unit, and the part that it keeps of its outgoing weights; its copy comes last among z, W and V."""
    setting = with_unit(at, unit)
    part, known = at.rational("lambda"), setting.at.known
    added = {"z": known["z"][:, [unit]], "W": known["W"][:, [unit]], "V": known["V"][[unit]]}
    copied = {name: np.concatenate([known[name], each], axis=0 if name == "V" else 1) for name, each in added.items()}
    factors = np.array([part if each == unit else 1 for each in range(at.size(m))] + [1 - part])
    return Setting(
        {**setting.arguments, "share": Symbol.of(part)},
        setting.at.knowing(**copied, f=factors),
        inputs_of_errors(setting.arguments["batch"]),
    )


def split_unit(fault: str = ""):
    """DUP.2."""
    rest = 2 - PART if fault == "parts that do not sum to 1" else 1 - PART
    yield Step(
        "Unit s and its copy have the same preactivation z[n, s]. They contribute lambda and 1 - lambda times what unit s "
        "contributed alone; the other units contribute the same. So the next layer, and the output, stays the same for every "
        "lambda.",
        chi(others(contribution()) + (PART * V[s, k] + rest * V[s, k]) * phi(z[n, s]) + c[k]),
        chi(next_preactivation(contribution())),
        assuming=INDUCTION_ON_LAYERS,
        concludes=Sides(split_at, "", (n, k), (s,), WIDTHS),
    )


either = sympy.Idx("j", m + 1)
"""A unit of the layer after the split: the copy is the last."""


def split_gradient(fault: str = ""):
    """DUP.4."""
    rest = 2 - PART if fault == "a split that changes the function" else 1 - PART
    factor = array("f")[either]
    law = functools.partial(Sides, split_at, units=(s,), widths=WIDTHS)

    def error_of(outgoing, unit=either):
        return slope(z[n, unit]) * total(error[n, k] * outgoing, k)

    yield Step(
        "The split leaves the next layer as it is (DUP.2) ...",
        others(contribution()) + (PART + rest) * contribution(s),
        total(contribution(), j),
    )
    yield Step(
        "... and so its errors e[n, k]. Write f[j] for the part of the outgoing weights that unit j keeps: lambda for "
        "unit s, 1 - lambda for its copy, 1 for the others. The error of a unit is f[j] times as large as before "
        "(GRAD.2), and so are the gradients of its incoming weights and bias, the sums of I[n] times the error, with "
        "I[n] = 1 for the bias.",
        gradient_in(error_of(factor * V[either, k])),
        factor * gradient_in(error_of(V[either, k])),
        concludes=law("", (either,), each_part=True),
    )
    incoming, outgoing = arrays("g h")
    yield Step(
        "The gradient in the outgoing weights, the sum over n of phi(z[n, s]) e[n, k], is the same for both units. Call it "
        "h[k], and write g[i] for the gradient in w before the split. The squared length of both units' gradients is a "
        "multiple of that of g plus twice that of h. It is 0 wherever the gradient of unit s was 0: a critical point stays "
        "critical under every split.",
        total((PART * incoming[i]) ** 2 + ((1 - PART) * incoming[i]) ** 2, i)
        + total(outgoing[k] ** 2 + outgoing[k] ** 2, k),
        (PART**2 + (1 - PART) ** 2) * total(incoming[i] ** 2, i) + 2 * total(outgoing[k] ** 2, k),
    )
    for path, indices, formula, sentence in (
        (
            ".layers[1].weight",
            (either, k),
            outgoing_gradient(either),
            "So the outgoing weights' gradients are as before ...",
        ),
        (".layers[1].bias", (k,), total(error[n, k], n), "... and so is that of the next bias."),
    ):
        yield Step(sentence, formula, formula, concludes=law(path, indices))
    yield Step(
        "The layer before reads the errors through the incoming weights, which the two units share: their parts add up to "
        "what came from unit s alone. So the gradients of all layers before this one stay the same.",
        others(unit_error() * W[i, j]) + (error_of(PART * V[s, k], s) + error_of(rest * V[s, k], s)) * W[i, s],
        total(unit_error() * W[i, j], j),
        concludes=law(".x", (n, i)),
    )


def dead_unit(fault: str = ""):
    """DUP.3."""
    dead = functools.partial(Sides, units=(s,), widths=WIDTHS)
    yield Step(
        "The next layer gets the sum over all units: the sum over the others, plus what unit s contributes.",
        total(contribution(), j),
        others(contribution()) + contribution(s),
    )
    removed = 0 if fault == "outgoing weights not zero" else one_if_equal(j, s) * V[s, k]
    yield Step(
        "If its outgoing weights are 0, it contributes nothing: the next layer, and so the output, is that of the network "
        "without it.",
        chi(total(phi(z[n, j]) * (V[j, k] - removed), j) + c[k]),
        chi(others(contribution()) + c[k]),
        concludes=dead(either_dead, "[0]", (n, k)),
    )
    yield Step(
        "If its incoming weights and bias are multiplied by lambda, so is its preactivation: at lambda = 0 the "
        "preactivation is 0 in every example.",
        preactivation(s, PART),
        PART * preactivation(s),
    )
    yield Step(
        "If phi(0) = 0, its activation is then 0, and again it contributes nothing.",
        chi(others(contribution()) + phi(sympy.S.Zero) * V[s, k] + c[k]),
        chi(others(contribution()) + c[k]),
        given=((phi(sympy.S.Zero), sympy.S.Zero),),
        assuming=INDUCTION_ON_LAYERS,
        concludes=dead(through_zero, "[1]", (n, k)),
    )


def either_dead(at, unit: int) -> Setting:
    """A network, one whose activations vanish at 0, a unit and a batch; the letters are those of the first."""
    setting = with_unit(at, unit)
    return setting._replace(
        arguments={**setting.arguments, "through_zero": network_at(at, hidden=OddPolynomial(at.seed))}
    )


def through_zero(at, unit: int) -> Setting:
    """The same, with the letters of the second."""
    arguments, phi = either_dead(at, unit).arguments, OddPolynomial(at.seed)
    return Setting(arguments, with_unit(at, unit, phi).at.choosing(phi=phi))
