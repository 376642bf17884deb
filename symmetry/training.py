"""Training in the program's own operators, so that every number system can follow it."""

import dataclasses
from collections.abc import Sequence

from symmetry.activation import ABSOLUTE_VALUE, value
from symmetry.network import Batch, Layer, Network, backprop
from symmetry.normalisation import reciprocal_square_root


def descended(network: Network, gradient, steps: int) -> Network:
    """One step of gradient descent with step size 1/`steps`: theta - gradient / steps."""
    return _combined(network, gradient, lambda parameter, slope: parameter - slope / steps)


def clipped(gradient):
    """The gradient, shortened to length 1 if it is longer: g min(1, 1/|g|), |g| the norm of all parameters together.

    With q = |g|^2, max(q, 1) is (q + 1 + |q - 1|) / 2.
    """
    parts = [part for layer in gradient.layers for part in (layer.weight, layer.bias) if part is not None]
    squared = sum([(part * part).sum() for part in parts[1:]], (parts[0] * parts[0]).sum())
    factor = reciprocal_square_root((squared + 1 + value(squared - 1, ABSOLUTE_VALUE)) / 2)
    return _combined(gradient, gradient, lambda slope, _: slope * factor)


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
                velocity = _combined(gradient, gradient, lambda slope, _: -slope / self.steps)
            else:
                velocity = _combined(velocity, gradient, self._accelerated)
            network = _combined(network, velocity, lambda parameter, speed: parameter + speed)
        return network

    def _decayed(self, gradient, network: Network):
        decay = self.decay
        if decay is None:
            return gradient
        return _combined(gradient, network, lambda slope, parameter: slope + parameter / decay)

    def _accelerated(self, speed, slope):
        assert self.momentum is not None
        return speed / self.momentum - slope / self.steps


def _combined(thing, other, combine):
    """A network or gradient whose parameters are combined with those of another, one by one."""

    def pair(one, another):
        return None if one is None else combine(one, another)

    layers = zip(thing.layers, other.layers, strict=True)
    combined = tuple(Layer(pair(one.weight, two.weight), pair(one.bias, two.bias)) for one, two in layers)
    return dataclasses.replace(thing, layers=combined)
