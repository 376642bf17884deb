"""PERM, continued: training treats the hidden units alike, by any rule that treats parameters alike."""

from proofs.derivations import permutation as derivations
from proofs.history import HistoryRule, HistoryTraining
from proofs.optimiser_runs import step_with_state_unpermuted
from proofs.optimiser_survey import add_trials, is_elementwise
from proofs.optimiser_table import table
from proofs.permutation import HYPOTHESES, SOURCES
from symmetry.actions import UnitPermutation
from symmetry.architecture import Architecture
from symmetry.cases import Direction, Minibatches
from symmetry.engine.measure import Trials
from symmetry.network import Batch, Network, backprop, map_parameters
from symmetry.optimisers import optimisers
from symmetry.statements.theorem import WIDE, BlackBoxes, FormalProof, theorem

STEPS = 2
"""Balls and residues follow two steps: the second is the first that has a history."""

DEEP, SHALLOW = Architecture((2, 3, 3, 2), batch=2), Architecture((3, 4, 2), batch=2)
"""Training is followed on small networks: compiling takes longer with every step and every layer."""


def add_noise(network: Network, noise: Direction) -> Network:
    """The network with a number of its own added to every parameter."""
    return map_parameters(lambda number, by: number + by, network, noise)


def elementwise_optimisers_commute(trials: Trials, *, name: str = "", state_permuted: bool = True) -> None:
    """Every optimiser that optax exports and that treats each parameter as if it were alone commutes with permutations.

    With a name, that optimiser only.
    """
    if state_permuted:
        names = [name] if name else [each for each in optimisers() if is_elementwise(each, trials.seed)]
        add_trials(trials, "commutes", names)
    else:
        outcome = step_with_state_unpermuted(optimisers()[name], trials.seed)
        trials.add(name, outcome.excess, outcome.vacuous)


def unpermuted(pi: UnitPermutation, state: Direction) -> Direction:
    return state


def noisy_update(
    network: Network, pi: UnitPermutation, batch: Batch, state: Direction, rule: HistoryRule, noise: Direction
):
    """PERM.6 for a rule that adds noise to every parameter: equal noise at equal places, whichever unit is there."""
    after, _ = rule.step(pi.act(network), backprop(pi.act(network), batch), pi.act(state))
    still_after, _ = rule.step(network, backprop(network, batch), state)
    return add_noise(after, noise).layers, pi.act(add_noise(still_after, noise)).layers


@theorem(
    "PERM.6",
    title="An update by any elementwise rule, optax's among them, commutes with permuting hidden units",
    statement=r"\theta' = \theta + u(g_1, \dots, g_t) \;\Rightarrow\; (\pi\cdot\theta)' = \pi\cdot\theta'",
    hypotheses=f"{HYPOTHESES}; each parameter moves by one function u of the gradients that it has had itself; what the "
    "rule remembers permutes with the units. Of optax: every optimiser found to be elementwise",
    cites=(*SOURCES, "kingma2015adam"),
    controls={
        "state left unpermuted": dict(remembered=unpermuted),
        "noisy_sgd": noisy_update,
    },
    derivation=derivations.update,
    architectures=(DEEP, SHALLOW),
    dtypes=WIDE,
    black_boxes=BlackBoxes(
        elementwise_optimisers_commute,
        {
            "state left unpermuted": dict(name="optax.adam", state_permuted=False),
            "noisy_sgd": dict(name="optax.noisy_sgd"),
        },
        together="optimisers",
    ),
    table=table,
    formal=FormalProof("formal/PERM-6.agda", control="state left unpermuted"),
)
def an_update_by_any_elementwise_rule_commutes_with_permuting(
    network: Network,
    pi: UnitPermutation,
    batch: Batch,
    state: Direction,
    rule: HistoryRule,
    *,
    remembered=UnitPermutation.act,
):
    moved, gradient = pi.act(network), backprop(pi.act(network), batch)
    after, state_after = rule.step(moved, gradient, remembered(pi, state))
    still_after, still_state = rule.step(network, backprop(network, batch), state)
    expected = pi.act(still_after), pi.act(still_state)
    return (after.layers, state_after.layers), tuple(each.layers for each in expected)


@theorem(
    "PERM.7",
    title="So do any number of training steps on the same minibatches",
    statement=r"\theta_T(\pi\cdot\theta_0) = \pi\cdot\theta_T(\theta_0)",
    hypotheses=f"{HYPOTHESES}; PERM.6 at every step, with weight decay and clipping by any function of the gradient's "
    "norm; the minibatches in one order",
    cites=SOURCES,
    controls={"a different order on one side": dict(order=-1)},
    architectures=(SHALLOW, DEEP),
    dtypes=WIDE,
    formal=FormalProof("formal/PERM-7.agda", control="a different order on one side"),
)
def training_commutes_with_permuting(
    network: Network, pi: UnitPermutation, minibatches: Minibatches, training: HistoryTraining, *, order: int = 1
):
    batches = minibatches.batches[:STEPS]
    moved = training.train(pi.act(network), batches[::order])
    return moved.layers, pi.act(training.train(network, batches)).layers
