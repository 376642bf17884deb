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
    belongs = sympy.IndexedBase("F", real=True)
    yield Step(
        "Swap units s and t. Whatever belongs to a unit, write F[j] for it; at place j then stands F[j] + delta_js (F[t] - "
        "F[s]) + delta_jt (F[s] - F[t]). At place s that is F[t] ...",
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
    last = sympy.IndexedBase("number", real=True)
    yield Step(
        "Swaps suffice. Let a permutation send the last unit t to s. Following it by the swap of s and t sends t to t, and "
        "what is left permutes the other units: by induction on their number it is a product of swaps.",
        swapped(lambda unit: last[unit], s),
        last[t],
        assuming="the principle of induction; acting by a product acts by its factors in turn (PERM.8)",
        distinct=DIFFERENT,
    )


def preactivation(unit):
    """z of a unit, written out."""
    return total(x[n, i] * W[i, unit], i) + b[unit]


def next_preactivation(contribution):
    """u[n, k] of the next layer, from what each unit of this one contributes."""
    return total(contribution, j) + c[k]


def cycled(of, place, forwards=True):
    """What stands at a place after units s, t and w move round: t comes to s, w to t and s to w, or the inverse."""
    units = (s, t, w)
    steps = zip(units, (t, w, s) if forwards else (w, s, t), strict=True)
    return of(place) + sum(one_if_equal(place, here) * (of(there) - of(here)) for here, there in steps)


def function(fault: str = ""):
    """PERM.1."""
    yield from swaps_generate()
    yield Step(
        "Acting moves the columns of W and the bias b together, so the preactivation at place j, the sum of x[n, i] W[i, j] "
        "+ b[j], is the one that belongs to the unit now there.",
        total(x[n, i] * swapped(lambda unit: W[i, unit]), i) + swapped(lambda unit: b[unit]),
        swapped(preactivation),
    )

    def contribution(unit):
        return phi(z[n, unit]) * V[unit, k]

    if fault == "permute incoming weights only":
        acted = swapped(lambda unit: phi(z[n, unit])) * V[j, k]
    elif fault == "permute outgoing weights by the inverse":
        acted = cycled(lambda unit: phi(z[n, unit]), j) * cycled(lambda unit: V[unit, k], j, forwards=False)
    else:
        acted = swapped(contribution)
        for place, unit in ((s, t), (t, s)):
            yield Step(
                f"The rows of the next weight V move with the units, so place {place} contributes what unit {unit} did: "
                f"its activation times its own outgoing weight.",
                swapped(lambda unit: phi(z[n, unit]), place) * swapped(lambda unit: V[unit, k], place),
                contribution(unit),
                distinct=DIFFERENT,
            )
    yield Step(
        "The next layer sees only the sum over places, and a sum does not see a swap: every preactivation u[n, k] of the "
        "next layer is what it was, and so is everything after it.",
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
    yield Step(
        "The preactivation at place j is the one that belongs to the unit now there, since columns and biases move together.",
        total(x[n, i] * swapped(lambda unit: W[i, unit]), i) + swapped(lambda unit: b[unit]),
        swapped(preactivation),
    )
    yield Step(
        "So the activation at place s is unit t's, since one phi serves the whole layer.",
        moved,
        phi(z[n, t]),
        distinct=DIFFERENT,
    )
    yield Step(
        "At place t it is unit s's.",
        phi(swapped(lambda unit: z[n, unit], t)),
        phi(z[n, s]),
        distinct=DIFFERENT,
    )
    yield Step(
        "The layers after it are left as they were (PERM.1), so several layers may be permuted at once.",
        next_preactivation(swapped(lambda unit: phi(z[n, unit]) * V[unit, k])),
        next_preactivation(phi(z[n, j]) * V[j, k]),
    )


def loss(fault: str = ""):
    """PERM.3."""
    yield from function(fault)
    of_output = unknown_function("loss")
    yield Step(
        "A loss is a function of the outputs and the targets: equal outputs, equal loss, whatever the function.",
        of_output(next_preactivation(swapped(lambda unit: phi(z[n, unit]) * V[unit, k]))),
        of_output(next_preactivation(phi(z[n, j]) * V[j, k])),
    )


def hidden_delta(unit):
    """delta of a unit by GRAD.2, from the next layer's errors."""
    return slope(z[n, unit]) * total(error[n, k] * V[unit, k], k)


def gradient(fault: str = ""):
    """PERM.4."""
    yield from swaps_generate()

    def compared(of, place, unit):
        return of(place) if fault == "compare unpermuted" else of(unit)

    yield Step(
        "The next layer's preactivations are what they were (PERM.1), so by GRAD.2 its errors e[n, k] are too. The error at "
        "place s, phi'(z) times the sum of e[n, k] V[s, k], is then the one that belongs to unit t.",
        slope(swapped(lambda unit: z[n, unit], s)) * total(error[n, k] * swapped(lambda unit: V[unit, k], s), k),
        compared(hidden_delta, s, t),
        distinct=DIFFERENT,
    )
    yield Step(
        "So the gradients of the incoming weights and the bias, the sums over n of a[n, i] delta[n, j] and of delta[n, j] "
        "(GRAD.3), move with the units ...",
        total(a[n, i] * swapped(lambda unit: delta[n, unit]), n) + total(swapped(lambda unit: delta[n, unit]), n),
        swapped(lambda unit: total(a[n, i] * delta[n, unit], n) + total(delta[n, unit], n)),
    )
    yield Step(
        "... and so do the gradients of the outgoing weights, the sum over n of phi(z[n, j]) e[n, k]: at place s, unit t's.",
        total(phi(swapped(lambda unit: z[n, unit], s)) * error[n, k], n),
        compared(lambda unit: total(phi(z[n, unit]) * error[n, k], n), s, t),
        distinct=DIFFERENT,
    )
    yield Step(
        "The layer below gets the sum over places of delta[n, j] W[i, j], which a swap does not change: all other gradients "
        "are what they were.",
        total(swapped(lambda unit: delta[n, unit] * W[i, unit]), j),
        total(delta[n, j] * W[i, j], j),
    )


def hessian(fault: str = ""):
    """PERM.5. Here the indices run over all parameters, and s and t are two that the permutation swaps."""
    yield from swaps_generate()
    g, H, v, u = (sympy.IndexedBase(name, real=True) for name in ("g", "H", "v", "u"))
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
        "So if H v = lambda v, then H(pi theta) pi v = pi (lambda v) = lambda pi v. Permuting is invertible: the two spectra "
        "are one, with multiplicities.",
        swapped(lambda unit: eigenvalue * v[unit]),
        eigenvalue * swapped(lambda unit: v[unit]),
    )


def action(fault: str = ""):
    """PERM.8."""
    belongs, g, h = (sympy.IndexedBase(name) for name in ("F", "g", "h"))
    composed = g[h[j]] if fault == "composition in the wrong order" else h[g[j]]
    acted = sympy.IndexedBase("F'")
    yield Step(
        "Acting by h puts F[h[j]] at place j: call that F'[j]. Acting then by g puts there what stood at place g[j], which is "
        "F'[g[j]] = F[h[g[j]]]: the action of the one permutation that sends j to h[g[j]].",
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
        "layer's own permutation g moves its columns, and C[i, j] = W[i, g[j]]. Whichever comes first, the other finds the same.",
        rows_first[i, g[j]],
        columns_first[h[i], j],
        given=((rows_first[i, g[j]], W[h[i], g[j]]), (columns_first[h[i], j], W[h[i], g[j]])),
    )
    yield Step("The identity changes nothing.", belongs[h[j]], belongs[j], given=((h[j], j),))
