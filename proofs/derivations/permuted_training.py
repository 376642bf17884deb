"""Derivations of PERM, continued: an update by any rule with a history, followed through a swap of two units."""

from proofs.derivations.notation import *
from proofs.derivations.permutation import gradient


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
