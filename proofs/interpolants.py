"""ReLU networks through given points of one dimension: what n hidden units can be made to compute."""

import dataclasses

import jax
import numpy as np

from symmetry.activation import IDENTITY, RELU
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.cases import case_kind
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Layer, Network
from symmetry.source import Source


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class IncreasingPoints:
    """n + 1 points (x_i, y_i) of increasing x: the first x, shape (), the n gaps, all positive, and the values y."""

    start: Array
    gaps: Array
    values: Array

    @property
    def x(self) -> Array:
        """The x of the points: shape (n + 1,)."""
        count = self.gaps.shape[0]
        return (np.tri(count + 1, count, -1, dtype=int) @ self.gaps[:, None])[:, 0] + self.start


@case_kind(IncreasingPoints, hidden_units=1)
def _(source: Source, architecture: Architecture, name: str) -> IncreasingPoints:
    """One point more than the widest hidden layer has units."""
    units = max(architecture.hidden_widths)
    start, gaps = source.numbers(f"{name} start", ()), source.positive_numbers(f"{name} gaps", (units,))
    return IncreasingPoints(start, gaps, source.numbers(f"{name} values", (units + 1,)))


def interpolant(points: IncreasingPoints) -> Network:
    """The network of n ReLU units, 1-n-1, that is linear between the n + 1 points and goes through each.

    Unit i wakes at x_i and adds what the slope changes by there: f(x) = y_0 + sum_i (s_i - s_{i-1}) relu(x - x_i), where
    s_i = (y_{i+1} - y_i) / (x_{i+1} - x_i) and s_{-1} = 0. See CAP.7.

    >>> import jax.numpy as jnp
    >>> from symmetry.network import forward
    >>> points = IncreasingPoints(jnp.array(0.0), jnp.array([1.0, 1.0]), jnp.array([5.0, 7.0, 6.0]))
    >>> forward(interpolant(points), jnp.array([[0.0], [0.5], [1.0], [2.0]])).ravel().tolist()
    [5.0, 6.0, 7.0, 6.0]
    """
    count = points.gaps.shape[0]
    slopes = (points.values[1:] - points.values[:-1]) / points.gaps
    differences = np.eye(count, dtype=int) - np.eye(count, k=-1, dtype=int)
    wake = Layer(np.ones((1, count), int), -points.x[:-1])
    turn = Layer(differences @ slopes[:, None], points.values[:1])
    return Network((wake, turn), (RELU, IDENTITY), HALF_SQUARED_ERROR)
