"""Where a model is differentiated: sets of parameters, and at each of them inputs until several bring nothing new."""

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.dimension.elimination import Elimination
from symmetry.dimension.invariance import Place
from symmetry.dimension.jacobian import Model
from symmetry.discovery.leaves import Leaf, has_floats
from symmetry.gradcheck.tape import CannotRun
from symmetry.modelcheck.networks import drawn, inputs_drawn
from symmetry.numbers.ball.source import RandomFloats

SIZES = (1.0, 4.0)
"""By what generated inputs are multiplied in turn: far from 0, biases decide less about which units are active."""

PATIENCE = 4
"""How many inputs in a row may bring nothing new before no more are tried."""


class Visit:
    """One set of parameters: derivatives at inputs, until several bring nothing new."""

    def __init__(self, params: np.ndarray) -> None:
        self.params, self.rows, self.inputs, self.skipped, self.rank = params, [], 0, 0, 0

    @property
    def place(self) -> Place:
        """Where it was, and the derivatives there."""
        rows = np.array(self.rows, dtype=object) if self.rows else np.empty((0, len(self.params)), object)
        return Place(self.params, rows.reshape(-1, len(self.params)))


def visited(model: Model, own: Mapping[str, Leaf], seed: tuple[int, int]) -> Visit:
    """The derivatives at one set of parameters.

    Raises:
        ValueError: the model does not run on balls.
    """
    flat = np.concatenate([np.asarray(own[path], np.float64).ravel() for path in model.floats])
    visit, elimination, idle, number = Visit(flat), Elimination(model.size), 0, 0
    while idle < PATIENCE and elimination.rank < model.size:
        try:
            found = model.rows(own, _inputs(model.inputs, (*seed, number)))
        except CannotRun as error:
            raise ValueError(
                f"dimension: the model does not run on balls: {error}; pass a smaller or plainer one."
            ) from error
        added = elimination.add_all(found.balls) if found.smooth else 0
        visit.rows += list(found.balls) if found.smooth else []
        visit.inputs += found.smooth
        visit.skipped += not found.smooth
        idle, number = (0 if added else idle + 1), number + 1
    visit.rank = elimination.rank
    return visit


def networks_of(model: Model, count: int, seed: int) -> list[Mapping[str, Leaf]]:
    """The given parameters, if they have values, and random ones of their sizes."""
    given = not any(isinstance(leaf, jax.ShapeDtypeStruct) for leaf in model.arrays.values())
    found: list[Mapping[str, Leaf]] = [model.arrays] if given else []
    for number in range(len(found), count):
        source = RandomFloats((seed, number), 1)
        found.append({path: np.asarray(leaf[0]) for path, leaf in drawn(model.arrays, source).items()})
    return found


def _inputs(inputs: Sequence[Leaf], seed: tuple[int, ...]) -> list[Leaf]:
    """The given inputs first, as far as they have values; then random floats, and whole numbers of the same range."""
    if seed[-1] == 0:
        return inputs_drawn(inputs, seed, only_shapes=True)
    draws, size = np.random.default_rng(seed), SIZES[seed[-1] % len(SIZES)]
    return [_redrawn(leaf, draws, size) for leaf in inputs_drawn(inputs, seed)]


def _redrawn(leaf: Leaf, draws: np.random.Generator, size: float) -> Leaf:
    if has_floats(leaf):
        return np.asarray(leaf, np.float64) * size
    if not jnp.issubdtype(leaf.dtype, jnp.integer) or not np.size(leaf):
        return leaf
    low, high = int(np.min(leaf)), int(np.max(leaf))
    return draws.integers(low, high, np.shape(leaf), endpoint=True).astype(leaf.dtype)
