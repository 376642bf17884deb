"""Derivations of PERM: swaps of two units generate every permutation, so a swap of any two units s and t is followed.

F[j] may be anything that belongs to unit j: a weight, a preactivation, a product. With Kronecker deltas, the entry at
place j after the swap is F[j] + delta_js (F[t] - F[s]) + delta_jt (F[s] - F[t]), and sums over places collapse.
"""

import sympy

from proofs.derivations.notation import *


def swaps_generate():
    """A swap moves the entries of two units, and every permutation is a product of swaps."""
    belongs = array("F")
    yield swap_step(
        "Swap units s and t, and write F[j] for anything that belongs to unit j. After the swap, the entry at place j is F[j] + "
        "delta_js (F[t] - F[s]) + delta_jt (F[s] - F[t]). At place s that is F[t] ...",
        swapped(belongs[j], s),
        belongs[t],
    )
    yield swap_step("... at place t it is F[s] ...", swapped(belongs[j], t), belongs[s])
    yield Step(
        "... and at every other place the entry stays the same.",
        swapped(belongs[j]),
        belongs[j],
        distinct=((j, s), (j, t)),
    )
    last = array("number")
    yield swap_step(
        "Swaps suffice. Let a permutation send the last unit t to s. Followed by the swap of s and t, it sends t to t and "
        "permutes only the other units: by induction on their number it is a product of swaps.",
        swapped(last[j], s),
        last[t],
        assuming="the principle of induction; acting by a product acts by its factors in turn (PERM.8)",
    )


def swapped_preactivation(sentence: str) -> Step:
    """The preactivation at a place after the swap is that of the unit now there."""
    moved = total(x[n, i] * swapped(W[i, j]), i) + swapped(b[j])
    return Step(sentence, moved, swapped(preactivation()))


def cycled(formula, place, forwards=True):
    """The entry at a place after units s, t and w move round: t comes to s, w to t and s to w, or the inverse."""
    steps = zip((s, t, w), (t, w, s) if forwards else (w, s, t), strict=True)
    moves = [one_if_equal(place, here) * (of_unit(formula, there) - of_unit(formula, here)) for here, there in steps]
    return of_unit(formula, place) + sum(moves)


def function(fault: str = ""):
    """PERM.1."""
    yield from swaps_generate()
    yield swapped_preactivation(
        "Acting moves the columns of W and the bias b together, so the preactivation at place j, the sum of x[n, i] W[i, j] "
        "+ b[j], is that of the unit now there.",
    )
    if fault == "permute incoming weights only":
        acted = swapped(phi(z[n, j])) * V[j, k]
    elif fault == "permute outgoing weights by the inverse":
        acted = cycled(phi(z[n, j]), j) * cycled(V[j, k], j, forwards=False)
    else:
        acted = swapped(contribution())
        for place, unit in ((s, t), (t, s)):
            yield swap_step(
                f"The rows of the next weight V move with the units, so place {place} contributes what unit {unit} contributed "
                "before: its activation times its own outgoing weight.",
                swapped(phi(z[n, j]), place) * swapped(V[j, k], place),
                contribution(unit),
            )
    yield Step(
        "The next layer depends only on the sum over places, and a swap does not change a sum. So every preactivation u[n, k] of "
        "the next layer stays the same, and so does everything after it.",
        next_preactivation(acted),
        next_preactivation(contribution()),
    )


def activations(fault: str = ""):
    """PERM.2."""
    yield from swaps_generate()
    moved = {
        "permute outgoing weights only": phi(z[n, s]),
        "permute by the inverse": cycled(phi(z[n, j]), s, forwards=False),
    }.get(fault, phi(swapped(z[n, j], s)))
    yield swapped_preactivation(
        "The preactivation at place j is that of the unit now there, since columns and biases move together.",
    )
    yield swap_step(
        "So the activation at place s is that of unit t, since the whole layer has one activation phi.",
        moved,
        phi(z[n, t]),
    )
    yield swap_step("At place t it is that of unit s.", phi(swapped(z[n, j], t)), phi(z[n, s]))
    yield Step(
        "The layers after it stay the same (PERM.1), so several layers may be permuted at once.",
        next_preactivation(swapped(contribution())),
        next_preactivation(contribution()),
    )


def loss(fault: str = ""):
    """PERM.3."""
    yield from function(fault)
    of_output = unknown_function("loss")
    yield Step(
        "A loss is a function of the outputs and the targets: equal outputs, equal loss, whatever the function.",
        of_output(next_preactivation(swapped(contribution()))),
        of_output(next_preactivation(contribution())),
    )


def gradient(fault: str = ""):
    """PERM.4."""
    yield from swaps_generate()
    compared = s if fault == "compare unpermuted" else t
    yield swap_step(
        "The next layer's preactivations stay the same (PERM.1), and by GRAD.2 so do its errors e[n, k]. The error at place s, "
        "phi'(z) times the sum of e[n, k] V[s, k], is then that of unit t.",
        slope(swapped(z[n, j], s)) * total(error[n, k] * swapped(V[j, k], s), k),
        unit_error(compared),
    )
    yield Step(
        "So the gradients of the incoming weights and the bias, the sums over n of a[n, i] delta[n, j] and of delta[n, j] "
        "(GRAD.3), move with the units ...",
        incoming_gradients(swapped(delta[n, j])),
        swapped(incoming_gradients()),
    )
    yield swap_step(
        "... and so do the gradients of the outgoing weights, the sum over n of phi(z[n, j]) "
        "e[n, k]: at place s it is that of unit t.",
        total(phi(swapped(z[n, j], s)) * error[n, k], n),
        outgoing_gradient(compared),
    )
    yield Step(
        "The layer below gets the sum over places of delta[n, j] W[i, j], which a swap does not change: all other gradients "
        "stay the same.",
        total(swapped(delta[n, j] * W[i, j]), j),
        total(delta[n, j] * W[i, j], j),
    )


def hessian(fault: str = ""):
    """PERM.5. Here the indices run over all parameters, and s and t are two that the permutation swaps."""
    yield from swaps_generate()
    g, H, v, u = arrays("g H v u")
    along = total(H[j, r] * v[r], r)
    yield Step(
        "Write g for the gradient; g[j] at theta + epsilon v is g[j] + epsilon times the sum of H[j, r] v[r], up to higher "
        "orders. PERM.4 at theta + epsilon v, differentiated: H(pi theta) pi v = pi H(theta) v, since pi is linear.",
        rate(swapped(g[j] + epsilon * along)),
        along if fault == "compare unpermuted" else swapped(along),
        assuming="a derivative sees only the first order of g",
    )
    yield Step(
        "Let u = pi v, so v = pi u for a swap: the sum of H[j, r] (pi u)[r] is the sum of H with its columns swapped, times "
        "u. With the step before, H(pi theta) = pi H(theta) pi^T: swapped by rows and by columns.",
        total(H[j, r] * swapped(u[j], r), r),
        total(swapped(H[j, r], r, unit=r) * u[r], r),
    )
    eigenvalue = sympy.Symbol("lambda", real=True)
    yield Step(
        "So if H v = lambda v, then H(pi theta) pi v = pi (lambda v) = lambda pi v. Permuting is invertible, so the two spectra "
        "are equal, with multiplicities.",
        swapped(eigenvalue * v[j]),
        eigenvalue * swapped(v[j]),
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
    yield swap_step(
        "A swap undoes itself. Every permutation is a product of swaps, so the product of the same swaps in reverse order is its "
        "inverse.",
        swapped(swapped(belongs[j])),
        belongs[j],
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


def update(fault: str = ""):
    """PERM.6."""
    yield from gradient()
    state, gradients, noise = arrays("S G noise")
    remember, move = unknown_function("psi", ()), unknown_function("u", ())

    def remembered(unit):
        return remember(state[i, unit], gradients[i, unit])

    def swap_remembered(place):
        past = state[i, place] if fault == "state left unpermuted" else swapped(state[i, j], place)
        return remember(past, swapped(gradients[i, j], place))

    yield swap_step(
        "Let G be the gradient of W, which a swap of the units s and t swaps too (PERM.4). A rule with a state remembers "
        "for each parameter some function psi of its previous state and of the parameter's own gradient. After the first "
        "step, that is psi of 0 and the gradient: at place s, the gradient of unit t.",
        remember(0, swapped(gradients[i, j], s)),
        remember(0, gradients[i, t]),
    )
    for place, unit, words in (
        (s, t, "At place s that is what the weight of unit t would remember ..."),
        (t, s, "... at place t, what the weight of unit s would remember ..."),
    ):
        yield swap_step(
            f"By induction on the steps: if the state S has been swapped so far, psi(S, G) is swapped after the next. {words}",
            swap_remembered(place),
            remembered(unit),
            assuming="the principle of induction, on the number of steps: u(g_1, ..., g_t) is a function of such a state",
        )
    yield Step(
        "... and at every other place, what it would remember without a swap.",
        swap_remembered(j),
        remembered(j),
        distinct=((j, s), (j, t)),
    )
    noisy = 1 if fault == "noisy_sgd" else 0

    def updated(place, of):
        return of(W[i, j], place) + move(of(state[i, j], place)) + noisy * noise[i, place]

    for place, unit in ((s, t), (t, s)):
        yield swap_step(
            f"The weight at place {place} moves by a function u of its own state. It started as the weight of unit {unit}, "
            "and it ends as that.",
            updated(place, swapped),
            updated(unit, of_unit),
        )
    yield Step(
        "Every other weight moves as without a swap. So the updated layer is swapped as a whole; biases and outgoing weights, "
        "which the swap moves like the incoming weights, are updated by the same u.",
        updated(j, swapped),
        updated(j, of_unit),
        distinct=((j, s), (j, t)),
    )
