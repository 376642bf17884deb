"""Derivations of PERM: swaps of two units generate every permutation, so a swap of any two units s and t is followed.

What belongs to a unit may be anything: a weight, a preactivation, a product. With Kronecker deltas, what stands at
place j after the swap is F[j] + delta_js (F[t] - F[s]) + delta_jt (F[s] - F[t]), and sums over places collapse.
"""

import sympy

from proofs.derivations.notation import *
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function

DIFFERENT = ((s, t),)


def swaps_generate():
    """Every permutation is a product of swaps, and what a swap puts where."""
    belongs, last = arrays("F number")
    yield Step(
        "Swap units s and t. Write F[j] for anything that belongs to unit j. After the swap, place j holds F[j] + delta_js (F[t] "
        "- F[s]) + delta_jt (F[s] - F[t]). At place s that is F[t] ...",
        swapped(lambda unit: belongs[unit], s),
        belongs[t],
        distinct=DIFFERENT,
    )
    yield Step("... at place t it is F[s] ...", swapped(lambda unit: belongs[unit], t), belongs[s], distinct=DIFFERENT)
    yield Step(
        "... and at every other place what stood there before.",
        swapped(lambda unit: belongs[unit], j),
        belongs[j],
        distinct=((j, s), (j, t)),
    )
    yield Step(
        "Swaps suffice. Let a permutation send the last unit t to s. Follow it by the swap of s and t: then t stays in its "
        "place, and the other units are permuted. By induction on the number of units this is a product of swaps.",
        swapped(lambda unit: last[unit], s),
        last[t],
        assuming="the principle of induction; acting by a product acts by its factors in turn (PERM.8)",
        distinct=DIFFERENT,
    )


def cycled(of, place, forwards=True):
    """What stands at a place after units t, w and s come to the places s, t and w, or after the inverse."""
    units = (s, t, w)
    steps = zip(units, (t, w, s) if forwards else (w, s, t), strict=True)
    return of(place) + sum(one_if_equal(place, here) * (of(there) - of(here)) for here, there in steps)


def swapped_preactivations():
    """What the swap does to the preactivations of the layer itself."""
    return Step(
        "Acting moves the columns of W and the bias b together. So the preactivation at place j, the sum of x[n, i] W[i, j] "
        "+ b[j], is that of the unit which is now there.",
        total(x[n, i] * swapped(lambda unit: W[i, unit]), i) + swapped(lambda unit: b[unit]),
        swapped(preactivation),
    )


def function(fault: str = ""):
    """PERM.1."""
    yield from swaps_generate()
    yield swapped_preactivations()
    if fault == "permute incoming weights only":
        acted = swapped(lambda unit: phi(z[n, unit])) * V[j, k]
    elif fault == "permute outgoing weights by the inverse":
        acted = cycled(lambda unit: phi(z[n, unit]), j) * cycled(lambda unit: V[unit, k], j, forwards=False)
    else:
        acted = swapped(contribution)
        for place, unit in ((s, t), (t, s)):
            yield Step(
                f"The rows of the next weight V move with the units. So place {place} contributes what unit {unit} contributed: "
                "its activation times its own outgoing weight.",
                swapped(lambda unit: phi(z[n, unit]), place) * swapped(lambda unit: V[unit, k], place),
                contribution(unit),
                distinct=DIFFERENT,
            )
    yield Step(
        "The next layer only uses the sum over places, and a swap does not change a sum. So every preactivation u[n, k] of "
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
    yield swapped_preactivations()
    yield Step(
        "The whole layer has one activation phi, so the activation at place s is that of unit t.",
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
        "Every loss is a function of the outputs and the targets: equal outputs give an equal loss.",
        of_output(next_preactivation(swapped(contribution))),
        of_output(next_preactivation(contribution(j))),
    )


def gradient(fault: str = ""):
    """PERM.4."""
    yield from swaps_generate()

    def compared(of, place, unit):
        return of(place) if fault == "compare unpermuted" else of(unit)

    yield Step(
        "The next layer's preactivations stay the same (PERM.1), so by GRAD.2 its errors e[n, k] stay the same too. Then the "
        "error at place s, phi'(z) times the sum of e[n, k] V[s, k], is that of unit t.",
        slope(swapped(lambda unit: z[n, unit], s)) * total(error[n, k] * swapped(lambda unit: V[unit, k], s), k),
        compared(unit_error, s, t),
        distinct=DIFFERENT,
    )
    yield Step(
        "So the gradients of the incoming weights and the bias, the sums over n of a[n, i] delta[n, j] and of delta[n, j] "
        "(GRAD.3), move with the units ...",
        incoming_gradients(swapped(lambda unit: delta[n, unit]), a),
        swapped(lambda unit: incoming_gradients(delta[n, unit], a)),
    )
    yield Step(
        "... and so do the gradients of the outgoing weights, the sum over n of phi(z[n, j]) e[n, k]: place s has that of t.",
        total(phi(swapped(lambda unit: z[n, unit], s)) * error[n, k], n),
        compared(outgoing_gradient, s, t),
        distinct=DIFFERENT,
    )
    yield Step(
        "The layer before gets the sum over places of delta[n, j] W[i, j], which a swap does not change: all other gradients "
        "stay the same.",
        total(swapped(lambda unit: delta[n, unit] * W[i, unit]), j),
        total(delta[n, j] * W[i, j], j),
    )


def hessian(fault: str = ""):
    """PERM.5. Here the indices run over all parameters; the permutation swaps parameters s and t."""
    yield from swaps_generate()
    g, H, v, u = arrays("g H v u")
    tangent = sympy.Lambda(j, g[j] + epsilon * total(H[j, r] * v[r], r))
    rates = total(H[j, r] * v[r], r)
    yield Step(
        "Write g for the gradient; g[j] at theta + epsilon v is g[j] + epsilon times the sum of H[j, r] v[r], up to higher "
        "orders. PERM.4 at theta + epsilon v, differentiated: H(pi theta) pi v = pi H(theta) v, since pi is linear.",
        rate(swapped(lambda unit: tangent(unit))),
        rates if fault == "compare unpermuted" else swapped(lambda unit: total(H[unit, r] * v[r], r)),
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
        "So if H v = lambda v, then H(pi theta) pi v = pi (lambda v) = lambda pi v. Permuting is invertible, so both spectra "
        "are the same, with multiplicities.",
        swapped(lambda unit: eigenvalue * v[unit]),
        eigenvalue * swapped(lambda unit: v[unit]),
    )


def action(fault: str = ""):
    """PERM.8."""
    belongs, g, h = (sympy.IndexedBase(name) for name in ("F", "g", "h"))
    composed = g[h[j]] if fault == "composition in the wrong order" else h[g[j]]
    acted = sympy.IndexedBase("F'")
    yield Step(
        "Acting by h puts F[h[j]] at place j: call that F'[j]. If g acts next, place j gets what stood at place g[j], that is, "
        "F'[g[j]] = F[h[g[j]]]. This is the action of the single permutation that sends j to h[g[j]].",
        acted[g[j]],
        belongs[composed],
        given=((acted[g[j]], belongs[h[g[j]]]),),
    )
    yield Step(
        "A swap undoes itself; every permutation is a product of swaps, and the product of the same swaps in the other order "
        "is its inverse.",
        swapped(lambda unit: swapped(lambda inner: belongs[inner], unit)),
        belongs[j],
        distinct=DIFFERENT,
    )
    rows_first, columns_first = (sympy.IndexedBase(name) for name in ("R", "C"))
    yield Step(
        "Layers act independently. The layer before moves the rows of a layer's weight W by h, and R[i, j] = W[h[i], j]; the "
        "layer's own permutation g moves its columns, and C[i, j] = W[i, g[j]]. Both orders give the same result.",
        rows_first[i, g[j]],
        columns_first[h[i], j],
        given=((rows_first[i, g[j]], W[h[i], g[j]]), (columns_first[h[i], j], W[h[i], g[j]])),
    )
    yield Step("The identity changes nothing.", belongs[h[j]], belongs[j], given=((h[j], j),))
