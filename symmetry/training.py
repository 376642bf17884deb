"""Training in the program's own operators, so that every number system can follow it."""

import dataclasses
from collections.abc import Sequence
from typing import Annotated

from symmetry.activation import ABSOLUTE_VALUE, ActivationLike, reciprocal_square_root, value
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.network import Batch, HasLayers, Layered, Network, backprop, map_parameters
from symmetry.source import Source


def gradient_step(network: Network, gradient: HasLayers, inverse_rate: int) -> Network:
    """One step of gradient descent with step size 1/`inverse_rate`: theta - gradient / inverse_rate."""
    return map_parameters(lambda parameter, slope: parameter - slope / inverse_rate, network, gradient)


def clipped(gradient: Layered) -> Layered:
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
        velocity, steps, momentum, decay = None, self.steps, self.momentum, self.decay
        for batch in batches:
            gradient = backprop(network, batch)
            if decay is not None:
                gradient = map_parameters(lambda slope, parameter: slope + parameter / decay, gradient, network)
            if velocity is None or momentum is None:
                velocity = map_parameters(lambda slope: -slope / steps, gradient)
            else:
                velocity = map_parameters(lambda speed, slope: speed / momentum - slope / steps, velocity, gradient)
            network = map_parameters(lambda parameter, speed: parameter + speed, network, velocity)
        return network


def squared_norm(gradient: HasLayers) -> Array:
    """The sum of the squares of a gradient's entries, the inputs' left out."""
    parts = [part for layer in gradient.layers for part in (layer.weight, layer.bias) if part is not None]
    squares = [(part * part).sum() for part in parts]
    return sum(squares[1:], squares[0])


@pytree
class ElementwiseRule:
    """An update rule: each parameter moves by u(gradient of that parameter), u any function of one variable."""

    function: ActivationLike

    def step(self, network: Network, gradient: HasLayers) -> Network:
        """The network after one update."""
        return map_parameters(lambda parameter, slope: parameter + value(slope, self.function), network, gradient)


@case_kind(ElementwiseRule)
def _(source: Source, architecture: Architecture, name: str) -> ElementwiseRule:
    return ElementwiseRule(source.activation(name, None))


OddRule = Annotated[ElementwiseRule, "odd"]
"""An update rule with u(-g) = -u(g), as gradient descent has."""


@case_kind(OddRule)
def _(source: Source, architecture: Architecture, name: str) -> ElementwiseRule:
    return ElementwiseRule(source.activation(name, None, family="odd"))
