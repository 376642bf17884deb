"""Training by any update rule with a memory: a rule may use all the gradients that a parameter has had."""

import dataclasses
from collections.abc import Sequence

import jax

from symmetry.activation import ActivationLike, value
from symmetry.architecture import Architecture
from symmetry.cases import CASE_KINDS, case_kind
from symmetry.network import Batch, HasLayers, Network, backprop, map_parameters
from symmetry.source import Source
from symmetry.training import squared_norm


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class HistoryRule:
    """Any update of each parameter from all the gradients it has had: s <- psi(s + g), theta <- theta + u(s) / 256.

    psi (`memory`) and u (`function`) are unknown, so the state s stands for the whole history.
    """

    memory: ActivationLike
    function: ActivationLike

    def step(self, network: Network, gradient: HasLayers, state: HasLayers | None = None) -> tuple[Network, HasLayers]:
        """The network after one update, and the new state; no state before the first."""
        seen = gradient if state is None else map_parameters(lambda slope, past: past + slope, gradient, state)
        state = map_parameters(lambda total: value(total, self.memory), seen)
        moved = map_parameters(lambda parameter, past: parameter + value(past, self.function) / 256, network, state)
        return moved, state


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class HistoryTraining:
    """Training by any rule with a history, with weight decay, and with clipping by any function of the global norm.

    The rule gets c(|g|^2 / 2^20) g, where g is the gradient plus 1/16 of the parameters and c (`clipping`) is unknown.
    """

    rule: HistoryRule
    clipping: ActivationLike

    def train(self, network: Network, batches: Sequence[Batch]) -> Network:
        """The network after one step on each batch in turn."""
        state = None
        for batch in batches:
            decayed = map_parameters(lambda slope, parameter: slope + parameter / 16, backprop(network, batch), network)
            factor = value(squared_norm(decayed) / 2**20, self.clipping)
            shortened = map_parameters(lambda slope, factor=factor: slope * factor, decayed)
            network, state = self.rule.step(network, shortened, state)
        return network


@case_kind(HistoryRule)
def _(source: Source, architecture: Architecture, name: str) -> HistoryRule:
    """Floats remember by tanh, so that a gradient's size does not grow from step to step."""
    return HistoryRule(source.activation(f"{name} memory", "tanh"), source.activation(name, None))


@case_kind(HistoryTraining)
def _(source: Source, architecture: Architecture, name: str) -> HistoryTraining:
    """Floats are scaled by the sigmoid of the squared norm."""
    rule = CASE_KINDS[HistoryRule].draw(source, architecture, name)
    return HistoryTraining(rule, source.activation(f"{name} clipping", "sigmoid"))
