"""Derivations of PERM: swaps of two units generate every permutation, so a swap of any two units s and t is followed.

F[j] may be anything that belongs to unit j: a weight, a preactivation, a product. With Kronecker deltas, the entry at
place j after the swap is F[j] + delta_js (F[t] - F[s]) + delta_jt (F[s] - F[t]), and sums over places collapse.
"""

import sympy

from proofs.derivations.hidden_unit import (
    contribution,
    incoming_gradients,
    next_preactivation,
    outgoing_gradient,
    preactivation,
    unit_error,
)
from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function


def swaps_generate():
    """A swap moves the entries of two units, and every permutation is a product of swaps."""
    belongs = array("F")
    yield Step(
        "Swap units s and t, and write F[j] for anything that belongs to unit j. After the swap, the entry at place j is F[j] + "
        "delta_js (F[t] - F[s]) + delta_jt (F[s] - F[t]). At place s that is F[t] ...",
        swapped(lambda unit: belongs[unit], s),
        belongs[t],
        distinct=DIFFERENT,
    )
    yield Step("... at place t it is F[s] ...", swapped(lambda unit: belongs[unit], t), belongs[s], distinct=DIFFERENT)
    yield Step(
        "... and at every other place the entry stays the same.",
        swapped(lambda unit: belongs[unit], j),
        belongs[j],
        distinct=((j, s), (j, t)),
    )
    last = array("number")
    yield Step(
        "Swaps suffice. Let a permutation send the last unit t to s. Followed by the swap of s and t, it sends t to t and "
        "permutes only the other units: by induction on their number it is a product of swaps.",
        swapped(lambda unit: last[unit], s),
        last[t],
        assuming="the principle of induction; acting by a product acts by its factors in turn (PERM.8)",
        distinct=DIFFERENT,
    )


def swapped_preactivation(sentence: str) -> Step:
    """The preactivation at a place after the swap is that of the unit now there."""
    moved = total(x[n, i] * swapped(lambda unit: W[i, unit]), i) + swapped(lambda unit: b[unit])
    return Step(sentence, moved, swapped(preactivation))


def cycled(of, place, forwards=True):
    """The entry at a place after units s, t and w move round: t comes to s, w to t and s to w, or the inverse."""
    units = (s, t, w)
    steps = zip(units, (t, w, s) if forwards else (w, s, t), strict=True)
    return of(place) + sum(one_if_equal(place, here) * (of(there) - of(here)) for here, there in steps)


def function(fault: str = ""):
    """PERM.1."""
    yield from swaps_generate()
    yield swapped_preactivation(
        "Acting moves the columns of W and the bias b together, so the preactivation at place j, the sum of x[n, i] W[i, j] "
        "+ b[j], is that of the unit now there.",
    )
    if fault == "permute incoming weights only":
        acted = swapped(lambda unit: phi(z[n, unit])) * V[j, k]
    elif fault == "permute outgoing weights by the inverse":
        acted = cycled(lambda unit: phi(z[n, unit]), j) * cycled(lambda unit: V[unit, k], j, forwards=False)
    else:
        acted = swapped(contribution)
        for place, unit in ((s, t), (t, s)):
            yield Step(
                f"The rows of the next weight V move with the units, so place {place} contributes what unit {unit} contributed "
                "before: its activation times its own outgoing weight.",
                swapped(lambda unit: phi(z[n, unit]), place) * swapped(lambda unit: V[unit, k], place),
                contribution(unit),
                distinct=DIFFERENT,
            )
    yield Step(
        "The next layer depends only on the sum over places, and a swap does not change a sum. So every preactivation u[n, k] of "
        "the next layer stays the same, and so does everything after it.",
        next_preactivation(acted),
        next_preactivation(contribution(j)),
    )


def activations(fault: str = ""):
    """PERM.2."""
    yield from swaps_generate()
    moved = {
        "permute outgoing weights only": phi(z[n, s]),
        "permute by the inverse": cycled(lambda unit: phi(z[n, unit]), s, forwards=False),
    }.get(fault, phi(swapped(lambda unit: z[n, unit], s)))
    yield swapped_preactivation(
        "The preactivation at place j is that of the unit now there, since columns and biases move together.",
    )
    yield Step(
        "So the activation at place s is that of unit t, since the whole layer has one activation phi.",
        moved,
        phi(z[n, t]),
        distinct=DIFFERENT,
    )
    yield Step(
        "At place t it is that of unit s.",
        phi(swapped(lambda unit: z[n, unit], t)),
        phi(z[n, s]),
        distinct=DIFFERENT,
    )
    yield Step(
        "The layers after it stay the same (PERM.1), so several layers may be permuted at once.",
        next_preactivation(swapped(contribution)),
        next_preactivation(contribution(j)),
    )


def loss(fault: str = ""):
    """PERM.3."""
    yield from function(fault)
    of_output = unknown_function("loss")
    yield Step(
        "A loss is a function of the outputs and the targets: equal outputs, equal loss, whatever the function.",
        of_output(next_preactivation(swapped(contribution))),
        of_output(next_preactivation(contribution(j))),
    )


def gradient(fault: str = ""):
    """PERM.4."""
    yield from swaps_generate()

    def compared(of, place, unit):
        return of(place) if fault == "compare unpermuted" else of(unit)

    yield Step(
        "The next layer's preactivations stay the same (PERM.1), and by GRAD.2 so do its errors e[n, k]. The error at place s, "
        "phi'(z) times the sum of e[n, k] V[s, k], is then that of unit t.",
        slope(swapped(lambda unit: z[n, unit], s)) * total(error[n, k] * swapped(lambda unit: V[unit, k], s), k),
        compared(unit_error, s, t),
        distinct=DIFFERENT,
    )
    yield Step(
        "So the gradients of the incoming weights and the bias, the sums over n of a[n, i] delta[n, j] and of delta[n, j] "
        "(GRAD.3), move with the units ...",
        total(a[n, i] * swapped(lambda unit: delta[n, unit]), n) + total(swapped(lambda unit: delta[n, unit]), n),
        swapped(incoming_gradients),
    )
    yield Step(
        "... and so do the gradients of the outgoing weights, the sum over n of phi(z[n, j]) "
        "e[n, k]: at place s it is that of unit t.",
        total(phi(swapped(lambda unit: z[n, unit], s)) * error[n, k], n),
        compared(outgoing_gradient, s, t),
        distinct=DIFFERENT,
    )
    yield Step(
        "The layer below gets the sum over places of delta[n, j] W[i, j], which a swap does not change: all other gradients "
        "stay the same.",
        total(swapped(lambda unit: delta[n, unit] * W[i, unit]), j),
        total(delta[n, j] * W[i, j], j),
    )


def hessian(fault: str = ""):
    """PERM.5. Here the indices run over all parameters, and s and t are two that the permutation swaps."""
    yield from swaps_generate()
    g, H, v, u = arrays("g H v u")

    def along(unit):
        return total(H[unit, r] * v[r], r)

    yield Step(
        "Write g for the gradient; g[j] at theta + epsilon v is g[j] + epsilon times the sum of H[j, r] v[r], up to higher "
        "orders. PERM.4 at theta + epsilon v, differentiated: H(pi theta) pi v = pi H(theta) v, since pi is linear.",
        rate(swapped(lambda unit: g[unit] + epsilon * along(unit))),
        along(j) if fault == "compare unpermuted" else swapped(along),
        assuming="a derivative sees only the first order of g",
    )
    yield Step(
        "Let u = pi v, so v = pi u for a swap: the sum of H[j, r] (pi u)[r] is the sum of H with its columns swapped, times "
        "u. With the step before, H(pi theta) = pi H(theta) pi^T: swapped by rows and by columns.",
        total(H[j, r] * swapped(lambda unit: u[unit], r), r),
        total(swapped(lambda unit: H[j, unit], r) * u[r], r),
    )
    eigenvalue = sympy.Symbol("lambda", real=True)
    yield Step(
        "So if H v = lambda v, then H(pi theta) pi v = pi (lambda v) = lambda pi v. Permuting is invertible, so the two spectra "
        "are equal, with multiplicities.",
        swapped(lambda unit: eigenvalue * v[unit]),
        eigenvalue * swapped(lambda unit: v[unit]),
    )


def action(fault: str = ""):
    """PERM.8."""
    belongs, acted, then, first = (sympy.IndexedBase(name) for name in ("F", "F'", "g", "h"))
    composed = then[first[j]] if fault == "composition in the wrong order" else first[then[j]]
    yield Step(
        "Acting by h puts F[h[j]] at place j: call that F'[j]. Acting then by g puts F'[g[j]] = F[h[g[j]]] there. That is the "
        "action of the one permutation that sends j to h[g[j]].",
        acted[then[j]],
        belongs[composed],
        given=((acted[then[j]], belongs[first[then[j]]]),),
    )
    yield Step(
        "A swap undoes itself. Every permutation is a product of swaps, so the product of the same swaps in reverse order is its "
        "inverse.",
        swapped(lambda unit: swapped(lambda inner: belongs[inner], unit)),
        belongs[j],
        distinct=DIFFERENT,
    )
    rows_first, columns_first = (sympy.IndexedBase(name) for name in ("R", "C"))
    yield Step(
        "Layers act independently. The layer before moves the rows of a layer's weight W by h, and R[i, j] = W[h[i], j]; the "
        "layer's own permutation g moves its columns, and C[i, j] = W[i, g[j]]. Whichever comes first, the result is the same.",
        rows_first[i, then[j]],
        columns_first[first[i], j],
        given=tuple((at, W[first[i], then[j]]) for at in (rows_first[i, then[j]], columns_first[first[i], j])),
    )
    yield Step("The identity changes nothing.", belongs[first[j]], belongs[j], given=((first[j], j),))
