"""TIE, continued: tied units stay tied in training, by any rule with a history and by the optimisers people use.

An optimiser that commutes with permutations keeps ties, since a tied network is one that a swap leaves as it is
(TIE.4), where its result is determined. GaLore's is not: it completes the singular vectors of a gradient that tied units
make singular to a basis, and any completion will do. It commutes but for rounding, and unties from its second step.
"""

from proofs.equal_initialisation import SOURCES, pairs_of
from proofs.history import HistoryTraining
from proofs.optimiser_survey import add_trials, survey
from proofs.permuted_training import DEEP, SHALLOW, STEPS, add_noise
from symmetry.actions import TiedUnits
from symmetry.cases import Direction, Minibatches
from symmetry.engine.measure import Trials
from symmetry.network import Network
from symmetry.statements.theorem import WIDE, BlackBoxes, FormalProof, theorem


def noise_for_each_unit(
    network: Network, ties: TiedUnits, minibatches: Minibatches, training: HistoryTraining, noise: Direction
):
    """TIE.3 with a number of its own added to every parameter."""
    trained = training.train(ties.act(network), minibatches.batches[:STEPS])
    return pairs_of(add_noise(trained, noise), ties)


def commuting_optimisers_keep_ties(trials: Trials, *, name: str = "") -> None:
    """Every optimiser that optax exports and that commutes with permutations (PERM.6) keeps ties.

    With a name, that optimiser only.
    """
    found = survey(trials.seed) if not name else {}
    commuting = [each for each, made in found.items() if not made.reason and made.verdict("commutes") == "yes"]
    add_trials(trials, "ties", [name] if name else commuting)


@theorem(
    "TIE.3",
    title="Units that start equal stay equal through training",
    statement=r"(w_s, b_s, v_s) = (w_t, b_t, v_t) \text{ at step } 0 \;\Rightarrow\; (w_s, b_s, v_s) = (w_t, b_t, v_t) "
    r"\text{ at step } T",
    hypotheses="TIE.1; any minibatches; any rule that moves each parameter by one function of its gradients so far, after "
    "weight decay and clipping by any function of the gradient's norm, momentum among them; and each optimiser of optax that "
    "commutes with permutations (the table of PERM.6)",
    cites=SOURCES,
    controls={"noise per unit": noise_for_each_unit},
    architectures=(SHALLOW, DEEP),
    dtypes=WIDE,
    black_boxes=BlackBoxes(
        commuting_optimisers_keep_ties,
        {"noise per unit": dict(name="optax.noisy_sgd")},
        together="optimisers",
    ),
    formal=FormalProof("formal/TIE-3.agda", control="noise per unit"),
)
def tied_units_stay_tied_through_training(
    network: Network, ties: TiedUnits, minibatches: Minibatches, training: HistoryTraining
):
    return pairs_of(training.train(ties.act(network), minibatches.batches[:STEPS]), ties)
