"""`dimension`: the certified rank of a model's derivative in its parameters, and what its symmetries leave of them."""

from collections.abc import Callable, Sequence

from symmetry.array import Tree
from symmetry.dimension.elimination import Elimination
from symmetry.dimension.generators import moves
from symmetry.dimension.invariance import Place, symmetries_of
from symmetry.dimension.jacobian import Model
from symmetry.dimension.report import Dimension, Named
from symmetry.dimension.visits import networks_of, visited
from symmetry.discovery.discover import groups_of
from symmetry.given import require_whole

MOST_PARAMETERS = 600
"""More of them take minutes: a smaller model of the same kind has the same symmetries."""

NETWORKS = 12
"""Sets of parameters: in a model that is linear in pieces each is on a piece of its own, where some units may be dead."""

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

    >>> import jax, jax.numpy as jnp
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
    for number, own in enumerate(networks_of(model, networks, seed)):
        progress("differentiating", number, networks)
        visits.append(visited(model, own, (seed, number)))
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
