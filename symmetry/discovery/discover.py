"""`discover`: the groups of units of a model, from the equations of its function alone."""

from collections.abc import Callable, Mapping

from symmetry.discovery.axes import Axes, freeze, fresh, resolved, sets_of
from symmetry.discovery.blocks import blocks_of
from symmetry.discovery.found import Array, Sets, found_groups
from symmetry.discovery.groups import UnitGroups
from symmetry.discovery.leaves import Tree
from symmetry.discovery.mirrors import mirrored
from symmetry.discovery.slices import UNUSED, slices_of
from symmetry.discovery.traced import Traced, traced
from symmetry.discovery.twins import classes_of
from symmetry.discovery.unification import unify
from symmetry.discovery.values import Value
from symmetry.discovery.walk import Walk
from symmetry.gradcheck.jaxpr.values import shaped


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
    return groups_of(traced(apply, params, inputs), {} if mirrors is None else mirrors)


def groups_of(model: Traced, mirrors: Mapping[str, str]) -> UnitGroups:
    """The groups of a model that JAX has traced."""
    walk, arrays = _walked(model, mirrors)
    spaces = list(dict.fromkeys(tuple(map(resolved, space)) for space in walk.spaces))
    free = dict.fromkeys(
        units for array in arrays for axis in array.axes for units in sets_of(axis) if not units.frozen
    )
    sets = Sets(classes_of(free, spaces, walk.marks), blocks_of(free, spaces))
    return found_groups(arrays, sets)


def _walked(model: Traced, mirrors: Mapping[str, str]) -> tuple[Walk, list[Array]]:
    """What moves in the parameters, once the program has been gone through and its ends are frozen."""
    mirrors = mirrored(mirrors, model.params, model.results)
    walk = Walk()
    own, arrays = [], []
    for path, argument, used in zip(model.params, model.arguments, model.used, strict=False):
        shape = shaped(argument).shape
        slices = None if path in mirrors.values() else slices_of(model.live, argument, shape)
        own.append(Value(fresh(shape, None if used and slices is None else UNUSED)))
        if slices is None:
            arrays.append(Array(path, own[-1].axes))
        else:
            walk.slices[argument] = slices
            arrays += [Array(path, slices.in_the_array(at), (slices.axis, at)) for at in range(len(slices.parts))]
    for array in arrays:
        walk.space(array.axes)
    given = [Value(fresh(shaped(argument).shape, "an input")) for argument in model.arguments[len(own) :]]
    results = walk.run(model.program, *own, *given)
    axes = {array.path: array.axes for array in arrays}
    for path, result in zip(model.results, results, strict=True):
        if path in mirrors:
            _unify_mirror(path, result.axes, mirrors[path], axes[mirrors[path]])
        else:
            _freeze_all(result.axes, "a result")
    return walk, arrays


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
