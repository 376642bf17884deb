"""Derivations of PERM, continued: an update by any rule with a history, followed through a swap of two units."""

from proofs.derivations.notation import *
from proofs.derivations.permutation import gradient
from symmetry.engine.derive import Step
from symmetry.numbers.symbol import unknown_function


def update(fault: str = ""):
    """PERM.6."""
    yield from gradient()
    state, gradients, noise = arrays("S G noise")
    remember, move = unknown_function("psi", ()), unknown_function("u", ())

    def remembered(unit):
        return remember(state[i, unit], gradients[i, unit])

    def past(place):
        return state[i, place] if fault == "state left unpermuted" else swapped(lambda unit: state[i, unit], place)

    places = (
        (s, t, "At place s that is what the weight of unit t would remember ..."),
        (t, s, "... at place t, what the weight of unit s would remember ..."),
    )
    yield Step(
        "Let G be the gradient of W, which a swap of the units s and t swaps too (PERM.4). A rule with a state remembers "
        "for each parameter some function psi of its previous state and of the parameter's own gradient. After the first "
        "step, that is psi of 0 and the gradient: at place s, the gradient of unit t.",
        remember(0, swapped(lambda unit: gradients[i, unit], s)),
        remember(0, gradients[i, t]),
        distinct=DIFFERENT,
    )
    for place, unit, words in places:
        yield Step(
            f"By induction on the steps: if the state S has been swapped so far, psi(S, G) is swapped after the next. {words}",
            remember(past(place), swapped(lambda unit: gradients[i, unit], place)),
            remembered(unit),
            assuming="the principle of induction, on the number of steps: u(g_1, ..., g_t) is a function of such a state",
            distinct=DIFFERENT,
        )
    yield Step(
        "... and at every other place, what it would remember without a swap.",
        remember(past(j), swapped(lambda unit: gradients[i, unit], j)),
        remembered(j),
        distinct=((j, s), (j, t)),
    )

    def updated(place, of):
        moved = of(lambda unit: W[i, unit]) + move(of(lambda unit: state[i, unit]))
        return moved + noise[i, place] if fault == "noisy_sgd" else moved

    for place, unit in ((s, t), (t, s)):
        yield Step(
            f"The weight at place {place} moves by a function u of its own state. It started as the weight of unit {unit}, "
            "and it ends as that.",
            updated(place, lambda of, place=place: swapped(of, place)),
            updated(unit, lambda of, unit=unit: of(unit)),
            distinct=DIFFERENT,
        )
    yield Step(
        "Every other weight moves as without a swap. So the updated layer is swapped as a whole; biases and outgoing weights, "
        "which the swap moves like the incoming weights, are updated by the same u.",
        updated(j, lambda of: swapped(of, j)),
        updated(j, lambda of: of(j)),
        distinct=((j, s), (j, t)),
    )
