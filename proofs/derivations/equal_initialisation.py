"""Derivations of TIE: two units s and t of one layer, equal at the start, followed through one step of training."""

import sympy

from proofs.derivations.noether import gradient_of_an_orthogonal_map
from proofs.derivations.notation import *


def ties(expression, *shared, sign: int = 1) -> tuple:
    """The hypothesis about the expression's entries of the shared arrays, in pairs: unit t's are sign times unit s's."""
    entries = [entry for entry in expression.atoms(sympy.Indexed) if entry.base in shared and t in entry.indices]
    return tuple(
        (entry, sign * entry.func(entry.base, *[s if index == t else index for index in entry.indices]))
        for entry in sorted(entries, key=str)
    )


def tied_step(sentence: str, formula, *shared, sign: int = 1, given_sign: int = 1, assuming: str = "") -> Step:
    """A step that says that a formula in j is the same for units s and t, if they share the entries of some arrays.

    If the entries differ by a sign, `given_sign`, the formulas may differ by one too, `sign`.
    """
    left, right = of_unit(formula, t), sign * of_unit(formula, s)
    return Step(sentence, left, right, assuming, given=ties(left, *shared, sign=given_sign))


def equal_gradients(fault: str = ""):
    """TIE.1."""
    outgoing = () if fault == "tie incoming weights only" else (V,)
    yield tied_step(
        "Units s and t have equal incoming weights and biases, so in every example equal preactivations z ...",
        preactivation(),
        W,
        b,
    )
    yield tied_step("... and equal activations, since the layer has one activation.", phi(z[n, j]), z)
    yield tied_step(
        "Their outgoing weights are equal too, and both read the same errors e[n, k] of the next layer: by GRAD.2 their "
        "errors delta are equal.",
        unit_error(),
        z,
        *outgoing,
    )
    yield tied_step(
        "So are the gradients of incoming weights and bias, the sums over n of a[n, i] delta[n, t] and of delta[n, t] ...",
        incoming_gradients(),
        delta,
    )
    yield tied_step("... and of the outgoing weights, the sum over n of phi(z[n, t]) e[n, k].", outgoing_gradient(), z)


def equal_updates(fault: str = ""):
    """TIE.2."""
    rates, first, second = arrays("rate g1 g2")
    step = unknown_function("u")(first[i, j], second[i, j])
    updated = W[i, j] + (rates[j] * step if fault == "a learning rate per unit" else step)
    yield tied_step(
        "An update is any function u of the gradients g1, g2, ... that the parameter has had. Equal parameters with equal "
        "gradients (TIE.1) get equal updates, so they are equal after the step.",
        updated,
        W,
        first,
        second,
    )
    yield tied_step(
        "By induction on the steps: if the units are equal after the first step, TIE.1 gives equal gradients for the second, "
        "which starts from equal parameters.",
        updated + step,
        W,
        first,
        second,
        assuming=INDUCTION_ON_STEPS,
    )


def fixed_points(fault: str = ""):
    """TIE.4."""
    G = array("G")
    orthogonal = array("P")[j, r] if fault == "g not orthogonal" else one_if_equal(j, r)
    yield from gradient_of_an_orthogonal_map(orthogonal)
    yield Step(
        "If g theta = theta, G1 is G. So g G, the sum over r of delta_jr G[r], is G: the gradient is a fixed point of g.",
        total(orthogonal * G[r], r),
        G[j],
    )
    swap = one_if_equal(j, w)
    yield swap_step(
        "The swap of two units is such a g: its rows are orthonormal. A network in which they are equal is such a theta, and "
        "PERM.3 says that L is invariant. So TIE.1 follows once more.",
        total(swapped(swap) * swapped(swap, r), w),
        one_if_equal(j, r),
    )


def merged_training(fault: str = ""):
    """TIE.5."""
    copies = sympy.Symbol("M", integer=True, positive=True)
    copy = sympy.Idx("g", copies)
    outgoing, weight = arrays("v w")

    def incoming_gradient(of):
        return total(a[n, i] * slope(z[n]) * total(error[n, k] * of, k), n)

    gradient = total(phi(z[n]) * error[n, k], n)
    slow = eta if fault == "rate eta on both" else eta / copies
    yield Step(
        "M tied units contribute M times phi(z[n]) v[k] to the next layer: as much as one unit with the outgoing weights M v.",
        total(phi(z[n]) * outgoing[k], copy),
        phi(z[n]) * (copies * outgoing[k]),
    )
    yield Step(
        "So the errors e of the next layer are the same, and the merged unit's gradient in w is M times that of each copy ...",
        incoming_gradient(copies * outgoing[k]),
        copies * incoming_gradient(outgoing[k]),
    )
    yield Step(
        "... so the copies' step at rate eta is the merged unit's step at rate eta/M.",
        weight[i] - eta * incoming_gradient(outgoing[k]),
        weight[i] - slow * incoming_gradient(copies * outgoing[k]),
    )
    yield Step(
        "The gradient in the outgoing weights is the same for each copy and for the merged unit. The M outgoing weights "
        "together take the merged unit's step at rate eta M.",
        total(outgoing[k] - eta * gradient, copy),
        copies * outgoing[k] - eta * copies * gradient,
    )
