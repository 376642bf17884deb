"""`dimension`: the certified rank of a model's derivative in its parameters, and what its symmetries leave of them."""

from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.array import Tree
from symmetry.dimension.elimination import Elimination
from symmetry.dimension.generators import moves
from symmetry.dimension.invariance import Place, symmetries_of
from symmetry.dimension.jacobian import Model
from symmetry.dimension.report import Dimension, Named
from symmetry.discovery.discover import groups_of
from symmetry.discovery.leaves import Leaf, has_floats
from symmetry.given import require_whole
from symmetry.gradcheck.tape import CannotRun
from symmetry.modelcheck.networks import drawn, inputs_drawn
from symmetry.numbers.ball.source import RandomFloats

MOST_PARAMETERS = 600
"""More of them take minutes: a smaller model of the same kind has the same symmetries."""

NETWORKS = 12
"""Sets of parameters: in a model that is linear in pieces each is on a piece of its own, where some units may be dead."""

SIZES = (1.0, 4.0)
"""By what generated inputs are multiplied in turn: far from 0, biases decide less about which units are active."""

PATIENCE = 4
"""How many inputs in a row may bring nothing new before no more are tried."""

Progress = Callable[[str, int, int], None]


def dimension(
    apply: Callable,
    params: Tree,
    *inputs: Tree,
    networks: int = NETWORKS,
    seed: int = 0,
    progress: Progress = lambda what, done, total: None,
) -> Dimension:
    """Bounds the number of dimensions of the functions near a model's parameters, from below and from above.

    From below, certified: the rank of the derivative of the results in the parameters, at a set of parameters and many
    inputs, by elimination on balls. From above: the parameters less the directions of continuous symmetries, each tried at
    every set of parameters; directions are counted once, by their rank. Sources: zhao2023symmetries, phuong2020functional.

    >>> import jax.numpy as jnp
    >>> def mlp(params, x):
    ...     return jnp.maximum(x @ params["W"] + params["b"], 0) @ params["V"]
    >>> shapes = {"W": (2, 3), "b": (3,), "V": (3, 1)}
    >>> params = {name: jax.ShapeDtypeStruct(shape, "float32") for name, shape in shapes.items()}
    >>> found = dimension(mlp, params, jax.ShapeDtypeStruct((4, 2), "float32"))
    >>> found.parameters, found.lower, found.upper
    (12, 9, 9)

    Args:
        apply: any function `apply(params, *inputs)` of arrays that JAX can trace.
        params: a tree of arrays, or of shapes (`jax.ShapeDtypeStruct`); floats count as parameters, integers do not.
        inputs: arrays or shapes; others of the same shapes are generated.
        networks: how many sets of parameters: the given ones if they have values, the others random.
        seed: of what is random here.
        progress: called with what is being done, how much of it is done, and how much there is.

    Raises:
        CannotTrace: JAX cannot trace the function.
        ValueError: there are no parameters or too many, nothing is returned that depends on them, or it does not run on balls.
    """
    require_whole("dimension: networks", networks, 1)
    require_whole("dimension: seed", seed)
    model = Model.of(apply, params, inputs)
    if not 0 < model.size <= MOST_PARAMETERS:
        raise ValueError(
            f"dimension: the model has {model.size:,} parameters of floats; pass one with 1 to {MOST_PARAMETERS}: narrower "
            "layers have the same kinds of symmetries."
        )
    visits = []
    for number, own in enumerate(_networks(model, networks, seed)):
        progress("differentiating", number, networks)
        visits.append(_visited(model, own, (seed, number)))
    if not any(len(visit.place.rows) for visit in visits):
        raise ValueError(
            "dimension: no result has a derivative in a parameter at any input tried; pass parameters and inputs at which the "
            "results depend on them, and numbers that are compared are not equal."
        )
    lower = max(visit.rank for visit in visits)
    named = _named(model, [visit.place for visit in visits], lower, progress)
    return Dimension(
        model.size,
        lower,
        model.size - sum(each.dimensions for each in named),
        named,
        len(visits),
        sum(visit.inputs for visit in visits),
        sum(len(visit.place.rows) for visit in visits),
        sum(visit.skipped for visit in visits),
        seed,
    )


class _Visit:
    """One set of parameters: derivatives at inputs, until several bring nothing new."""

    def __init__(self, params: np.ndarray) -> None:
        self.params, self.rows, self.inputs, self.skipped, self.rank = params, [], 0, 0, 0

    @property
    def place(self) -> Place:
        rows = np.array(self.rows, dtype=object) if self.rows else np.empty((0, len(self.params)), object)
        return Place(self.params, rows.reshape(-1, len(self.params)))


def _visited(model: Model, own: Mapping[str, Leaf], seed: tuple[int, int]) -> _Visit:
    """The derivatives at one set of parameters.

    Raises:
        ValueError: the model does not run on balls.
    """
    flat = np.concatenate([np.asarray(own[path], np.float64).ravel() for path in model.floats])
    visit, elimination, idle, number = _Visit(flat), Elimination(model.size), 0, 0
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


def _networks(model: Model, count: int, seed: int) -> list[Mapping[str, Leaf]]:
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


def _named(model: Model, places: Sequence[Place], lower: int, progress: Progress) -> tuple[Named, ...]:
    """The symmetries and how many directions each kind adds, at the set of parameters where they are most."""
    tried = list(moves(model.places, groups_of(model.program, {})))
    eliminations = [Elimination(model.size) for _ in places]
    counted: dict[tuple[str, str], int] = {}
    for number, move in enumerate(tried):
        if model.size - max(each.rank for each in eliminations) <= lower:
            break  # every direction that changes nothing is accounted for
        progress("trying symmetries", number, len(tried))
        before = max(each.rank for each in eliminations)
        for symmetry in symmetries_of(move, places):
            for elimination, place in zip(eliminations, places, strict=True):
                elimination.add(symmetry.tangent(place.params))
        after = max(each.rank for each in eliminations)
        if after > before:
            key = move.kind, move.where
            counted[key] = counted.get(key, 0) + after - before
    return tuple(Named(*key, dimensions) for key, dimensions in counted.items())
