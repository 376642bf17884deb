"""Derivations of TIE: two units s and t of one layer, equal at the start, followed through one step of training."""

import sympy

from proofs.derivations.noether import orthogonal_pull_back
from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function


def ties(expression, *arrays) -> tuple:
    """The hypothesis for an expression: in the given arrays, each entry of unit t equals that of unit s."""
    entries = [entry for entry in expression.atoms(sympy.Indexed) if entry.base in arrays and t in entry.indices]
    return tuple(
        (entry, entry.func(entry.base, *[s if q == t else q for q in entry.indices]))
        for entry in sorted(entries, key=str)
    )


def tied(expression, *arrays):
    """The expression with unit t's entries of the given arrays replaced by unit s's."""
    return expression.xreplace(dict(ties(expression, *arrays)))


def tied_step(sentence: str, of, *arrays, assuming: str = "") -> Step:
    """If units s and t have equal entries in the given arrays, `of` gives the same for both."""
    return Step(sentence, of(t), of(s), given=ties(of(t), *arrays), assuming=assuming)


def equal_gradients(fault: str = ""):
    """TIE.1."""
    outgoing = () if fault == "tie incoming weights only" else (V,)
    yield tied_step(
        "Units s and t have equal incoming weights and biases, so in every example equal preactivations z ...",
        preactivation,
        W,
        b,
    )
    yield tied_step("... and, as the layer has one activation, equal activations.", lambda unit: phi(z[n, unit]), z)
    yield tied_step(
        "Their outgoing weights are equal too, and both get the same errors e[n, k] of the next layer: by GRAD.2 their "
        "errors delta are equal.",
        unit_error,
        z,
        *outgoing,
    )
    yield tied_step(
        "So are the gradients of incoming weights and bias, the sums over n of a[n, i] delta[n, t] and of delta[n, t] ...",
        lambda unit: incoming_gradients(delta[n, unit], a),
        delta,
    )
    yield tied_step(
        "... and of the outgoing weights, the sum over n of phi(z[n, t]) e[n, k].",
        outgoing_gradient,
        z,
    )


def equal_updates(fault: str = ""):
    """TIE.2."""
    rates, first, second = arrays("rate g1 g2")
    update = unknown_function("u")

    def updated(unit):
        step = update(first[i, unit], second[i, unit])
        return W[i, unit] + (rates[unit] * step if fault == "a learning rate per unit" else step)

    yield tied_step(
        "An update is any function u of the parameter's gradients g1, g2, ... so far. Equal parameters with equal gradients "
        "(TIE.1) get equal updates, so they are equal after the step.",
        updated,
        W,
        first,
        second,
    )
    yield tied_step(
        "By induction on the steps: if the units are equal after the first step, TIE.1 gives equal gradients for the second "
        "step, and the parameters are equal after it too.",
        lambda unit: updated(unit) + update(first[i, unit], second[i, unit]),
        W,
        first,
        second,
        assuming=INDUCTION,
    )


def fixed_points(fault: str = ""):
    """TIE.4."""
    (here,) = arrays("G")
    yield from orthogonal_pull_back(fault != "g not orthogonal")
    yield Step(
        "Where g theta = theta, G1 is G. So g G, the sum over r of delta_jr G[r], is G: the gradient is a fixed point of g.",
        total(one_if_equal(j, r) * here[r], r),
        here[j],
    )

    def swap(row, column):
        return swapped(lambda unit: one_if_equal(unit, column), row)

    yield Step(
        "The swap of two units is such a g: its rows are orthonormal. If the two units are equal, the swap does not change "
        "theta, and by PERM.3 L is invariant. This gives TIE.1 again.",
        total(swap(j, w) * swap(r, w), w),
        one_if_equal(j, r),
        distinct=((s, t),),
    )


def merged_training(fault: str = ""):
    """TIE.5."""
    copies = sympy.Symbol("M", integer=True, positive=True)
    copy = sympy.Idx("g", copies)
    v, weight, z_of_unit = arrays("v w z")

    def incoming_gradient(outgoing):
        return total(a[n, i] * slope(z_of_unit[n]) * total(error[n, k] * outgoing, k), n)

    outgoing_gradient = total(phi(z_of_unit[n]) * error[n, k], n)
    slow = eta if fault == "rate eta on both" else eta / copies
    yield Step(
        "M tied units contribute M times phi(z[n]) v[k] to the next layer. One unit with the outgoing weights M v contributes "
        "the same.",
        total(phi(z_of_unit[n]) * v[k], copy),
        phi(z_of_unit[n]) * (copies * v[k]),
    )
    yield Step(
        "So the errors e of the next layer are the same, and the merged unit's gradient in w is M times that of each copy ...",
        incoming_gradient(copies * v[k]),
        copies * incoming_gradient(v[k]),
    )
    yield Step(
        "... so the copies' step at rate eta is the merged unit's step at rate eta/M.",
        weight[i] - eta * incoming_gradient(v[k]),
        weight[i] - slow * incoming_gradient(copies * v[k]),
    )
    yield Step(
        "The gradient in the outgoing weights is the same for each copy and for the merged unit. The M outgoing weights "
        "together take the merged unit's step at rate eta M.",
        total(v[k] - eta * outgoing_gradient, copy),
        copies * v[k] - eta * copies * outgoing_gradient,
    )
