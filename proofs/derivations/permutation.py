"""Derivations of PERM: pi is any permutation of the units of a layer, and pi[j] the unit that it brings to place j.

All that belongs to a unit moves with it. What does not move is a sum over places: that is the lemma, which follows swaps.
"""

import functools

from proofs.derivations.notation import *
from proofs.derivations.permuted_networks import permuted_along, permuted_rule, permuted_twice, two_layers_permuted
from proofs.derivations.small_networks import permuted

computed = functools.partial(Sides, permuted, widths=WIDTHS)
"""What the law computes with the network permuted by pi and with the network as it is."""


def swaps_reorder_sums():
    """A swap moves the entries of two units, every permutation is a product of swaps, and sums over places see none."""
    last = array("number")
    yield swap_step(
        "Swap units s and t, and write F[j] for anything that belongs to unit j. After the swap, the entry at place j is F[j] + "
        "delta_js (F[t] - F[s]) + delta_jt (F[s] - F[t]). At place s that is F[t] ...",
        swapped(F[j], s),
        F[t],
    )
    yield swap_step("... at place t it is F[s] ...", swapped(F[j], t), F[s])
    yield Step(
        "... and at every other place the entry stays the same.",
        swapped(F[j]),
        F[j],
        distinct=((j, s), (j, t)),
    )
    yield Step("So the sum over all places stays the same.", total(swapped(F[j]), j), total(F[j], j))
    yield swap_step(
        "Swaps suffice. Let a permutation send the last unit t to s. Followed by the swap of s and t, it sends t to t and "
        "permutes only the other units: by induction on their number it is a product of swaps.",
        swapped(last[j], s),
        last[t],
        assuming="the principle of induction; acting by a product acts by its factors in turn",
    )


REORDERING = Lemma(
    "sums and swaps",
    "PERM.8",
    "every permutation pi is a product of swaps, and no swap changes the sum over the places of a layer.",
    total(F[pi[j]], j),
    total(F[j], j),
    swaps_reorder_sums,
)


def contribution_of_weights(unit=j, outgoing=None):
    """What a unit adds to u[n, k] of the next layer, from the weights."""
    return phi(preactivation(unit)) * (V[unit, k] if outgoing is None else outgoing)


def contributions_move():
    """A sum does not see the order of its terms."""
    yield Step(
        "A sum does not see the order of its terms, and the next layer sees the hidden units only through a sum: u[n, k] is "
        "the sum over the units of phi(z[n, j]) V[j, k], plus c[k]. So u stays the same if every unit keeps its own "
        "contribution and only changes its place.",
        next_preactivation(contribution(pi[j])),
        next_preactivation(contribution()),
    )
    yield REORDERING.cited


def function(fault: str = ""):
    """PERM.1."""
    yield from contributions_move()
    outgoing = {
        "permute incoming weights only": V[j, k],
        "permute outgoing weights by the inverse": V[Reordering("inverse", (m,))[j], k],
    }.get(fault)
    yield Step(
        "And every unit does. Permuting moves the columns of W and the entries of b, so place j computes phi(z) of unit pi[j]; "
        "it moves the rows of V with them, so place j multiplies that by unit pi[j]'s own outgoing weights. Whatever follows "
        "u, such as the output activation chi, is the same: f(pi theta, x) = f(theta, x).",
        chi(next_preactivation(contribution_of_weights(pi[j], outgoing))),
        chi(next_preactivation(contribution_of_weights())),
        assuming=INDUCTION_ON_LAYERS,
        concludes=computed(indices=(n, k)),
    )


def activations(fault: str = ""):
    """PERM.2."""
    incoming, rows = Reordering("inverse", (m,)) if fault == "permute by the inverse" else pi, pi
    place = incoming[j]
    if fault == "permute outgoing weights only":
        place = j
    hidden = functools.partial(Sides, two_layers_permuted, widths=WIDTHS)
    yield Step(
        "Permuting moves the columns of W and the entries of b alike, so the activation at place j is that of unit pi[j].",
        phi(preactivation(place)),
        phi(preactivation(pi[j])),
        concludes=hidden("[0]", (n, j)),
    )
    yield from contributions_move()
    yield Step(
        "So nothing is lost in the next layer. If that is a hidden layer too, with a permutation rho of its own, its activation "
        "at place k is that of unit rho[k], whatever pi did before it.",
        chi(next_preactivation(contribution_of_weights(rows[j])).xreplace({k: rho[k]})),
        chi(next_preactivation(contribution_of_weights()).xreplace({k: rho[k]})),
        assuming=INDUCTION_ON_LAYERS,
        concludes=hidden("[1]", (n, k)),
    )


def loss(fault: str = ""):
    """PERM.3."""
    yield REORDERING.cited
    outgoing = {
        "permute incoming weights only": V[j, k],
        "permute outgoing weights by the inverse": V[Reordering("inverse", (m,))[j], k],
    }.get(fault)
    yield Step(
        "A loss is a function of the outputs and the targets of each example. Permuting the hidden units permutes the terms of a "
        "sum (PERM.1), so the outputs are equal. Equal outputs, equal loss, whatever the function.",
        losses(chi(next_preactivation(contribution_of_weights(pi[j], outgoing)))),
        losses(chi(next_preactivation(contribution_of_weights()))),
        concludes=computed(),
    )


def error_of(preactivation):
    """e[n, k] of the next layer: a function of all its preactivations u of the example."""
    return unknown_function("e")(Every(preactivation.xreplace({k: q}), q))


def gradient(fault: str = ""):
    """PERM.4."""
    place = j if fault == "compare unpermuted" else pi[j]
    yield Step(
        "Permuting the hidden units does not change u of the next layer, since a sum does not see the order of its terms "
        "(PERM.1). The errors e of the next layer are computed from u alone (GRAD.2), so they stay the same.",
        error_of(next_preactivation(contribution(pi[j]))),
        error_of(next_preactivation(contribution())),
    )
    yield REORDERING.cited
    for path, indices, formula, sentence in (
        (
            ".layers[0].weight",
            (i, j),
            lambda unit: incoming_gradient(unit_error(unit)),
            "All else moves with the units. The error of place j, phi'(z) times the sum of e[n, k] V, is that of unit pi[j], and "
            "so are the gradients of its incoming weights ...",
        ),
        (".layers[0].bias", (j,), lambda unit: bias_gradient(unit_error(unit)), "... of its bias ..."),
        (".layers[1].weight", (j, k), outgoing_gradient, "... and of its outgoing weights."),
    ):
        yield Step(sentence, formula(pi[j]), formula(place), concludes=computed(path, indices))
    yield Step(
        "The gradient of the next bias, the sum of the errors e, stays the same.",
        total(error[n, k], n),
        total(error[n, k], n),
        concludes=computed(".layers[1].bias", (k,)),
    )
    yield Step(
        "The layer below gets a sum over the units too, of delta[n, j] W[i, j]: it does not see their order. So the gradient in "
        "the layer's inputs, and in all before it, stays the same.",
        total(of_unit(unit_error() * W[i, j], pi[j]), j),
        total(unit_error() * W[i, j], j),
        concludes=computed(".x", (n, i)),
    )


def hessian(fault: str = ""):
    """PERM.5. At first the indices run over all parameters, which pi permutes too."""
    g, H, v = arrays("g H v")
    yield Step(
        "Permuting is linear: the gradient along pi theta + epsilon pi v is that along theta + epsilon v, permuted (PERM.4). The "
        "latter changes at the rate H v. So H(pi theta) (pi v) = pi (H v). Let pi H pi^T be H with its rows and columns "
        "permuted. It sends pi v to the same, since a sum does not see the order of its terms: so it is H(pi theta). And if "
        "H v = lambda v, then H(pi theta) pi v = lambda pi v: the two spectra are equal.",
        total(H[pi[j], pi[r]] * v[pi[r]], r),
        total(H[pi[j], r] * v[r], r),
    )
    yield REORDERING.cited
    along = functools.partial(Sides, permuted_along, widths=WIDTHS)
    yield Step(
        "Written for what belongs to the unit at place j: the entry of the gradient at pi theta + epsilon pi v is g[pi[j]] + "
        "epsilon H[pi[j]], up to higher orders, where H[j] now is the entry of H v. It moves at the rate H[pi[j]].",
        rate(g[pi[j]] + epsilon * H[pi[j]]),
        H[j] if fault == "compare unpermuted" else H[pi[j]],
        assuming="a derivative sees only the first order of g",
        concludes=along(".layers", (j,), each_part=True),
    )
    yield Step(
        "What belongs to no hidden unit, the next bias, stays at its place.",
        rate(c[k] + epsilon * H[k]),
        H[k],
        concludes=along(".layers[1].bias", (k,)),
    )


def update(fault: str = ""):
    """PERM.6."""
    state, gradients, gradients_moved, noise = arrays("S G G' noise")
    remember, move = unknown_function("psi"), unknown_function("u")
    noisy = 1 if fault == "noisy_sgd" else 0
    past = state[j] if fault == "state left unpermuted" else state[pi[j]]
    permuted_gradient = ((gradients_moved[j], gradients[pi[j]]),)
    after = functools.partial(Sides, permuted_rule, widths=WIDTHS)
    for path, at_place, of_its_unit, sentence in (
        (
            "[0]",
            F[pi[j]] + move(remember(past, gradients_moved[j])) + noisy * noise[j],
            F[pi[j]] + move(remember(state[pi[j]], gradients[pi[j]])) + noisy * noise[pi[j]],
            "A rule remembers for each parameter some function psi of its previous state S and of the parameter's own gradient, "
            "and moves it by one function u of that. At place j there is a weight or bias F[pi[j]], whose gradient G'[j] is that "
            "of unit pi[j] (PERM.4). By induction so is its state. So it moves as it does in unit pi[j] ...",
        ),
        (
            "[1]",
            remember(past, gradients_moved[j]),
            remember(state[pi[j]], gradients[pi[j]]),
            "... and what is remembered for the next step is what unit pi[j] remembers.",
        ),
    ):
        yield Step(
            sentence,
            at_place,
            of_its_unit,
            given=permuted_gradient,
            assuming="the principle of induction, on the number of steps: u(g_1, ..., g_t) is a function of such a state",
            concludes=after(path, (j,), each_part=True),
        )
    old, kept, slope_moved, slope_of = (each[k] for each in (c, state, gradients_moved, gradients))
    for path, left, right, sentence in (
        (
            "[0][1].bias",
            old + move(remember(kept, slope_moved)),
            old + move(remember(kept, slope_of)),
            "The next bias, which belongs to no hidden unit, has one gradient in both, and so one update ...",
        ),
        ("[1][1].bias", remember(kept, slope_moved), remember(kept, slope_of), "... and one state."),
    ):
        yield Step(sentence, left, right, given=((slope_moved, slope_of),), concludes=after(path, (k,)))


def action(fault: str = ""):
    """PERM.8."""
    sigma, inverse, below = (Reordering(name, (size,)) for name, size in (("sigma", m), ("inverse", m), ("rho", d)))
    acted = array("F'")
    both = functools.partial(Sides, permuted_twice, indices=(j,), widths=WIDTHS, each_part=True)
    yield Step(
        "Write F[j] for anything that belongs to unit j. Acting by sigma puts F[sigma[j]] at place j: call that F'[j]. Acting "
        "then by pi puts F'[pi[j]] = F[sigma[pi[j]]] there. That is the action of one permutation, which sends j to "
        "sigma[pi[j]].",
        acted[pi[j]],
        F[pi[sigma[j]] if fault == "composition in the wrong order" else sigma[pi[j]]],
        given=((acted[pi[j]], F[sigma[pi[j]]]),),
        concludes=both(path="[0]"),
    )
    yield Step("The identity changes nothing.", F[j], F[j], concludes=both(path="[1]"))
    for path, twice, sentence in (
        ("[2]", pi[inverse[j]], "The inverse sends pi[j] back to j. So acting by it after pi leads back ..."),
        ("[3]", inverse[pi[j]], "... as does acting by pi after it."),
    ):
        yield Step(sentence, F[twice], F[j], given=((twice, j),), concludes=both(path=path))
    yield from swaps_reorder_sums()
    rows_first, columns_first = arrays("R C")
    yield Step(
        "Layers act independently. The layer before moves the rows of a layer's weight W by rho, and R[i, j] = W[rho[i], j]; the "
        "layer's own permutation pi moves its columns, and C[i, j] = W[i, pi[j]]. Whichever comes first, the result is the same.",
        rows_first[i, pi[j]],
        columns_first[below[i], j],
        given=tuple((at, W[below[i], pi[j]]) for at in (rows_first[i, pi[j]], columns_first[below[i], j])),
    )
    yield Step(
        "So permuting all layers at once is permuting one after the other.",
        F[pi[j]],
        F[pi[j]],
        concludes=both(path="[4]"),
    )
