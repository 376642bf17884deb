"""`discover`: the groups of units of a model, from the equations of its function alone."""

from collections.abc import Callable, Mapping

from symmetry.discovery.axes import Axes, freeze, fresh, resolved, sets_of
from symmetry.discovery.blocks import blocks_of
from symmetry.discovery.found import Sets, found_groups
from symmetry.discovery.groups import UnitGroups
from symmetry.discovery.leaves import Tree
from symmetry.discovery.mirrors import mirrored
from symmetry.discovery.traced import Traced, traced
from symmetry.discovery.twins import classes_of
from symmetry.discovery.unification import unify
from symmetry.discovery.values import Value
from symmetry.discovery.walk import Walk


def discover(apply: Callable, params: Tree, *inputs: Tree, mirrors: Mapping[str, str] | None = None) -> UnitGroups:
    """The groups of units of a model: permuting the units of a group leaves its function as it is, for all parameters.

    Each axis of each value is followed through JAX's equations. Axes that must move together are joined; one that meets
    an input, a result, or an operation that depends on positions is frozen. Nothing is run, and values of parameters are
    never looked at, so shapes are enough. Whatever is returned is a symmetry in exact arithmetic; a symmetry can be missed,
    and `frozen` of the result says what froze each axis.

    Args:
        apply: any function `apply(params, *inputs)` of arrays that JAX can trace.
        params: a tree of arrays or of `jax.ShapeDtypeStruct`; other leaves stay as they are.
        inputs: trees of arrays or shapes, along which nothing is permuted.
        mirrors: results that mirror parameters, such as {"1/batch_stats": "batch_stats"} for new batch statistics, and so
            may move with them; other results stay as they are.

    Raises:
        CannotTrace: JAX cannot trace the function, or it returns other things than arrays.
        ValueError: `mirrors` names what is not there.

    >>> import jax, jax.numpy as jnp
    >>> def mlp(params, x):
    ...     return jnp.tanh(x @ params["W1"] + params["b1"]) @ params["W2"]
    >>> shapes = {"W1": (3, 8), "b1": (8,), "W2": (8, 2)}
    >>> params = {name: jax.ShapeDtypeStruct(shape, "float32") for name, shape in shapes.items()}
    >>> print(discover(mlp, params, jax.ShapeDtypeStruct((5, 3), "float32")))
    b1: 8 units (W1:1, W2:0, b1:0)
    """
    model = traced(apply, params, inputs)
    walk, axes = _walked(model, mirrors or {})
    spaces = list(dict.fromkeys(tuple(map(resolved, space)) for space in walk.spaces))
    free = dict.fromkeys(units for own in axes.values() for axis in own for units in sets_of(axis) if not units.frozen)
    sets = Sets(classes_of(free, spaces, walk.marks), blocks_of(free, spaces))
    return found_groups(axes, sets)


def _walked(model: Traced, mirrors: Mapping[str, str]) -> tuple[Walk, dict[str, Axes]]:
    """The axes of the parameters, once the program has been gone through and its ends are frozen."""
    mirrors = mirrored(mirrors, model.params, model.results)
    walk = Walk()
    shapes = [tuple(one.shape) for one in model.program.in_avals]
    own = [Value(fresh(shape)) for shape in shapes[: len(model.params)]]
    given = [Value(fresh(shape, "an input")) for shape in shapes[len(own) :]]
    for value, used in zip(own, model.used, strict=False):
        if not used:
            _freeze_all(value.axes, "no result depends on it")
        walk.space(value.axes)
    results = walk.run(model.program, *own, *given)
    axes = {path: value.axes for path, value in zip(model.params, own, strict=True)}
    for path, result in zip(model.results, results, strict=True):
        if path in mirrors:
            _unify_mirror(path, result.axes, mirrors[path], axes[mirrors[path]])
        else:
            _freeze_all(result.axes, "a result")
    return walk, axes


def _freeze_all(axes: Axes, reason: str) -> None:
    for axis in axes:
        freeze(axis, reason)


def _unify_mirror(path: str, result: Axes, param: str, own: Axes) -> None:
    shapes = [tuple(axis.size for axis in axes) for axes in (result, own)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"mirrors: the result {path!r} has shape {shapes[0]}, but the parameter {param!r} has {shapes[1]}."
        )
    for one, other in zip(result, own, strict=True):
        unify(one, other)
