"""TIE: what rounding does to a tie, which exact arithmetic keeps for ever (higham2002accuracy)."""

from proofs import tie_gaps
from proofs.equal_initialisation import pairs_of
from symmetry.actions import TiedUnits
from symmetry.architecture import Architecture
from symmetry.cases import LipschitzNetwork
from symmetry.network import Batch
from symmetry.numbers import Ball
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import GradientDescent

STEPS = 8
"""Steps that balls follow; after some more their radii explode."""

DESCENT = GradientDescent(256)


def where_it_is(first: Ball, second: Ball) -> Ball:
    return second


def ten_radii_away(first: Ball, second: Ball) -> Ball:
    """The second number, moved away from the first by 10 times the radius of their difference."""
    away = 10 * (first.radius + second.radius)
    return Ball(second.center + away.astype(second.dtype), second.radius)


@theorem(
    "TIE.17",
    title="In floats a tie opens by no more than the rounding radius",
    statement=r"\theta_s = \theta_t \;\Rightarrow\; |\mathrm{fl}(\theta_s) - \mathrm{fl}(\theta_t)| \leq r_s + r_t "
    r"\text{ after } T \leq 8 \text{ steps}",
    hypotheses="two units equal in (w, b, v) at the start; gradient descent with step size 1/256 in the program's own operators; "
    "Lipschitz hidden activations, lest the weights run away; r the radii that balls derive, which bound the distance to the "
    "exact parameters, equal for ever (TIE.3). The table is about thousands of steps, on one input, tanh units and two outputs "
    "with the last unit tied to another: of 8 runs, those whose gap is 0 at every step, and the largest gap after so many "
    "steps; last, the gap after 300 steps in 200 bits of units that a rounding error of 2^-200 told apart. Which ties survive "
    "depends on the instructions that the compiler chooses for so many units; where one rounding breaks a tie, TIE.16 opens it",
    cites=("higham2002accuracy", "goodfellow2016deep"),
    controls={"a gap planted at 10 times the radius": dict(plant=ten_radii_away)},
    evidence=("sampled",),
    systems=("balls",),
    architectures=(Architecture((3, 4, 2)), Architecture((2, 3, 3, 2))),
    dtypes=WIDE,
    table=tie_gaps.table,
)
def rounding_opens_a_tie_by_no_more_than_the_radius(
    network: LipschitzNetwork, ties: TiedUnits, batch: Batch, *, plant=where_it_is
):
    first, second = pairs_of(DESCENT.train(ties.act(network), [batch] * STEPS).layers, ties)
    planted = [
        tuple(None if one is None else plant(one, other) for one, other in zip(*pair, strict=True))
        for pair in zip(first, second, strict=True)
    ]
    return first, planted
