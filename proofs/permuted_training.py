"""PERM, continued: training treats the hidden units alike, by any rule that treats parameters alike."""

from proofs.derivations import permuted_training as derivations
from proofs.optimiser_table import table
from proofs.optimisers import add_trials, is_elementwise, with_state_unpermuted
from proofs.permutation import HYPOTHESES, SOURCES
from symmetry.architecture import Architecture
from symmetry.cases import Direction, Minibatches
from symmetry.engine.measure import Trials
from symmetry.group import UnitPermutation
from symmetry.network import Batch, Network, backprop, map_parameters
from symmetry.optimisers import optimisers
from symmetry.statements.theorem import WIDE, BlackBoxes, theorem
from symmetry.training import HistoryRule, HistoryTraining

STEPS = 2
"""Steps that balls and residues follow: a second one is the first with a history."""

DEEP, SHALLOW = Architecture((2, 3, 3, 2), batch=2), Architecture((3, 4, 2), batch=2)
"""Where training is followed: compiling takes longer with every step and every layer."""


def update_law(permuted_state):
    """Both sides of PERM.6, for what the permuted network's rule remembers."""

    def law(network: Network, pi: UnitPermutation, batch: Batch, state: Direction, rule: HistoryRule):
        moved, gradient = pi.act(network), backprop(pi.act(network), batch)
        after, remembered = rule.step(moved, gradient, permuted_state(pi, state))
        still_after, still_remembered = rule.step(network, backprop(network, batch), state)
        expected = pi.act(still_after), pi.act(still_remembered)
        return (after.layers, remembered.layers), tuple(each.layers for each in expected)

    return law


def with_noise(network: Network, noise: Direction) -> Network:
    """The network with a number of its own added to every parameter."""
    return map_parameters(lambda number, by: number + by, network, noise)


def noisy_update(
    network: Network, pi: UnitPermutation, batch: Batch, state: Direction, rule: HistoryRule, noise: Direction
):
    """PERM.6 for a rule that adds noise to every parameter: equal noise at equal places, whoever stands there."""
    after, _ = rule.step(pi.act(network), backprop(pi.act(network), batch), pi.act(state))
    still_after, _ = rule.step(network, backprop(network, batch), state)
    return with_noise(after, noise).layers, pi.act(with_noise(still_after, noise)).layers


def elementwise_optimisers_commute(trials: Trials) -> None:
    """Every optimiser that optax exports and that treats each parameter as if it were alone commutes with permutations."""
    add_trials(trials, "commutes", [name for name in optimisers() if is_elementwise(name, trials.seed)])


def adam_with_its_state_unpermuted(trials: Trials) -> None:
    outcome = with_state_unpermuted(optimisers()["optax.adam"], trials.seed)
    trials.add("optax.adam", outcome.excess, outcome.vacuous)


@theorem(
    "PERM.6",
    title="An update by any elementwise rule, optax's among them, commutes with permuting hidden units",
    statement=r"\theta' = \theta + u(g_1, \dots, g_t) \;\Rightarrow\; (\pi\cdot\theta)' = \pi\cdot\theta'",
    hypotheses=f"{HYPOTHESES}; each parameter moves by one function u of the gradients that it has had itself; what the "
    "rule remembers permutes with the units. Of optax: every optimiser found to be elementwise",
    cites=(*SOURCES, "kingma2015adam"),
    controls={
        "state left unpermuted": update_law(lambda pi, state: state),
        "noisy_sgd": noisy_update,
    },
    derivation=derivations.update,
    architectures=(DEEP, SHALLOW),
    dtypes=WIDE,
    black_boxes=BlackBoxes(
        elementwise_optimisers_commute,
        {
            "state left unpermuted": adam_with_its_state_unpermuted,
            "noisy_sgd": lambda trials: add_trials(trials, "commutes", ["optax.noisy_sgd"]),
        },
    ),
    table=table,
)
def an_update_by_any_elementwise_rule_commutes_with_permuting(
    network: Network, pi: UnitPermutation, batch: Batch, state: Direction, rule: HistoryRule
):
    return update_law(lambda pi, state: pi.act(state))(network, pi, batch, state, rule)


def training_law(order):
    """Both sides of PERM.7, for the order in which the permuted network meets the minibatches."""

    def law(network: Network, pi: UnitPermutation, minibatches: Minibatches, training: HistoryTraining):
        batches = minibatches.batches[:STEPS]
        moved = training.train(pi.act(network), batches[::order])
        return moved.layers, pi.act(training.train(network, batches)).layers

    return law


@theorem(
    "PERM.7",
    title="So do any number of training steps on the same minibatches",
    statement=r"\theta_T(\pi\cdot\theta_0) = \pi\cdot\theta_T(\theta_0)",
    hypotheses=f"{HYPOTHESES}; PERM.6 at every step, with weight decay and clipping by any function of the gradient's "
    "norm; the minibatches in one order",
    cites=SOURCES,
    controls={"a different order on one side": training_law(-1)},
    architectures=(SHALLOW, DEEP),
    dtypes=WIDE,
)
def training_commutes_with_permuting(
    network: Network, pi: UnitPermutation, minibatches: Minibatches, training: HistoryTraining
):
    return training_law(1)(network, pi, minibatches, training)
