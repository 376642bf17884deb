"""Training in the program's own operators, so that every number system can follow it."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import jax

from symmetry.activation import ABSOLUTE_VALUE, value
from symmetry.architecture import Architecture
from symmetry.cases import KINDS, case_kind
from symmetry.draw import Source
from symmetry.network import Batch, Network, backprop, map_parameters
from symmetry.normalisation import reciprocal_square_root


def gradient_step(network: Network, gradient, inverse_rate: int) -> Network:
    """One step of gradient descent with step size 1/`inverse_rate`: theta - gradient / inverse_rate."""
    return map_parameters(lambda parameter, slope: parameter - slope / inverse_rate, network, gradient)


def clipped(gradient):
    """The gradient, shortened to length 1 if it is longer: g min(1, 1/|g|), |g| the norm of all parameters together.

    With q = |g|^2, max(q, 1) is (q + 1 + |q - 1|) / 2.
    """
    squared = squared_norm(gradient)
    factor = reciprocal_square_root((squared + 1 + value(squared - 1, ABSOLUTE_VALUE)) / 2)
    return map_parameters(lambda slope: slope * factor, gradient)


@dataclasses.dataclass(frozen=True)
class GradientDescent:
    """Gradient descent with step size 1/`steps`, heavy-ball momentum and weight decay.

    Every parameter moves by its velocity: m <- momentum m - (g + decay theta) / steps, theta <- theta + m. Momentum and
    decay are given as whole numbers too: 1/`momentum` and 1/`decay`, or None for none.
    """

    steps: int
    momentum: int | None = None
    decay: int | None = None

    def train(self, network: Network, batches: Sequence[Batch]) -> Network:
        """The network after one step on each batch in turn."""
        velocity = None
        for batch in batches:
            gradient = self._decayed(backprop(network, batch), network)
            if velocity is None or self.momentum is None:
                velocity = map_parameters(lambda slope: -slope / self.steps, gradient)
            else:
                velocity = map_parameters(self._accelerated, velocity, gradient)
            network = map_parameters(lambda parameter, speed: parameter + speed, network, velocity)
        return network

    def _decayed(self, gradient, network: Network):
        decay = self.decay
        if decay is None:
            return gradient
        return map_parameters(lambda slope, parameter: slope + parameter / decay, gradient, network)

    def _accelerated(self, speed, slope):
        assert self.momentum is not None
        return speed / self.momentum - slope / self.steps


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class HistoryRule:
    """Any update of each parameter from all the gradients it has had: s <- psi(s + g), theta <- theta + u(s) / 256.

    Of psi (`memory`) and u (`function`) nothing is known, so the state s stands for the whole history.
    """

    memory: Any
    function: Any

    def step(self, network: Network, gradient, state=None) -> tuple[Network, Any]:
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
    clipping: Any

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
    """Floats remember by tanh, lest a gradient's size grows from step to step."""
    return HistoryRule(source.activation(f"{name} memory", "tanh"), source.activation(name, None))


@case_kind(HistoryTraining)
def _(source: Source, architecture: Architecture, name: str) -> HistoryTraining:
    """Floats are scaled by the sigmoid of the squared norm."""
    rule = KINDS[HistoryRule].draw(source, architecture, name)
    return HistoryTraining(rule, source.activation(f"{name} clipping", "sigmoid"))


def squared_norm(gradient):
    """The sum of the squares of a gradient's entries, the inputs' left out."""
    parts = [part for layer in gradient.layers for part in (layer.weight, layer.bias) if part is not None]
    squares = [(part * part).sum() for part in parts]
    return sum(squares[1:], squares[0])
