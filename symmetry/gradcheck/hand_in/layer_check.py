"""`check_layer`: the backward of one layer against the exact vector-Jacobian product of its forward.

Which arrays the gradients belong to that backward returns or leaves in attributes is found by name, by order or by shape.
"""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.gradcheck.argument_order import naming_swapped_arguments
from symmetry.gradcheck.check import Settings, checked
from symmetry.gradcheck.hand_in.call_matching import Signature
from symmetry.gradcheck.hand_in.copies import uncopied
from symmetry.gradcheck.hand_in.gradient_names import Source, by_name, in_attributes
from symmetry.gradcheck.hand_in.layer_run import Forward, LayerRun, owner_of, title_of
from symmetry.gradcheck.hand_in.members import Place, arrays_in, is_number, members, read, spelled
from symmetry.gradcheck.hand_in.network_parts import named_parameters
from symmetry.gradcheck.hand_in.same_draws import SameDraws
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree, is_array, is_float
from symmetry.gradcheck.report import Report, Words
from symmetry.gradcheck.verdict import WrongGradient
from symmetry.wording import count


@naming_swapped_arguments(functions=2)
def check_layer(
    forward: Callable,
    backward: Callable,
    *inputs: Tree,
    params: Leaves | Sequence[str] | None = None,
    outputs: int = 1,
    seed: int = 0,
    name: str | None = None,
) -> Report:
    """Checks the backward of one layer, so that a fault lies in the layer in which it is found.

    A random upstream gradient u, of the shape of the output, is handed to backward; the gradients are held against the
    exact derivative of sum(u * output), which is the vector-Jacobian product that backward stands for.

    >>> import numpy as np
    >>> def affine_forward(x, w, b):
    ...     return x @ w + b, (x, w)
    >>> def affine_backward(dout, cache):
    ...     x, w = cache
    ...     return dout @ w.T, x.T @ dout, dout.sum(axis=0)
    >>> x, w, b = np.array([[1.0, 2.0]]), np.array([[0.5], [0.25]]), np.array([1.0])
    >>> print(str(check_layer(affine_forward, affine_backward, x, w, b)).splitlines()[0])
    affine_backward: the gradient is right in all of 5 derivatives compared.

    Args:
        forward: a function or a method; it returns the output, or the output and what backward needs.
        backward: of the upstream gradient and what forward returned beside the output; or of that and the inputs; a method
            of the same object may take the upstream gradient alone, and a learning rate, which is then 1. It returns
            gradients in the order of forward's arrays of floats, or by name, None for what is not differentiated; a method
            may leave them in attributes such as `dW`, or move the parameters by them.
        inputs: the arguments of forward. Arrays of floats are differentiated; whole numbers, single floats, strings and
            dictionaries of settings are passed on, copied for each call.
        params: a dictionary of arrays that forward takes after the inputs, by name or as one dictionary; or names of
            attributes, if forward is a method. By default the attributes that have a gradient beside them.
        outputs: how many of what forward returns are outputs, before what it keeps. Of several, backward takes as many
            upstream gradients, or all of them in one tuple.
        seed: of the upstream gradient, and of what forward draws at random: the same in every call.
        name: how the report calls the layer; by default the name of backward.

    Returns: the report of `check_backprop`. A small example that it shows has an upstream gradient; of several outputs, the
        entries stand one after the other.

    Raises:
        WrongGradient: a gradient is wrong or missing.
        ValueError: it cannot be told what an argument of backward or one of its gradients belongs to; arguments seem
            swapped.
    """
    where = title_of(backward)
    run = _run(forward, backward, inputs, params, outputs, seed)
    given = {**run.inputs, **run.parameters}
    # A single float is a setting, such as a probability.
    arrays = {name: each for name, each in given.items() if is_array(each) and not isinstance(each, np.floating)}
    arrays = {name: array for name, array in arrays.items() if is_float(array)}
    arrays |= {spelled(place): leaf for place, leaf in run.leaves.items()}
    with run.draws:
        done = run.go_forward(arrays)
    upstream = _drawn(done.outputs, seed)
    done, returned = run.go_back(arrays, upstream)
    owner = run.owners[0]
    if params is None and owner is not None:
        # The arrays among its attributes that forward leaves and backward has a gradient for are parameters.
        kept = {place: array for place, array in arrays_in(owner).items() if place in done.kept}
        leaves = {place: array for place, array in kept.items() if in_attributes(done.owner, place, ()) is not None}
        run = dataclasses.replace(run, leaves=leaves)
        arrays |= {spelled(place): leaf for place, leaf in leaves.items()}
    sources = _gradients_of(run, arrays, done, returned, where)
    run = dataclasses.replace(run, watched=any(source.kind == "update" for source in sources.values()))
    point = {key: arrays[key] if key in arrays else run.inputs[key] for key in sources}

    def grads(parameters: Leaves, x: Tree, y: Tree) -> dict[str, Leaf]:
        done, returned = run.go_back(parameters, y)
        return {key: source.taken(done.owner, returned, parameters[key]) for key, source in sources.items()}

    return checked(run.loss_at, grads, point, (), upstream, Settings(seed=seed, name=name or where, words=WORDS))


def _run(
    forward: Callable, backward: Callable, inputs: tuple, params: Leaves | Sequence[str] | None, outputs: int, seed: int
) -> LayerRun:
    """The layer, its inputs named as forward names them."""
    owners = owner_of(forward), owner_of(backward)
    signature = Signature.of(forward)
    names = [*signature.needed, *signature.optional]
    named = {names[i] if i < len(names) else f"inputs[{i}]": given for i, given in enumerate(inputs)}
    parameters: Leaves = {}
    leaves: dict[Place, Leaf] = {}
    if isinstance(params, Mapping):
        parameters = {key if key not in named else f"params.{key}": given for key, given in params.items()}
    elif params is not None:
        if owners[0] is None:
            raise ValueError(
                "params: names of attributes are for a method of an object, and forward is a plain function; "
                "pass a dictionary of arrays."
            )
        leaves = dict(item for group in named_parameters(owners[0], params).values() for item in group.items())
    draws = SameDraws(forward, backward, *inputs, seed=seed)
    return LayerRun(forward, backward, owners, named, parameters, leaves, outputs, draws, uncopied(list(owners)))


WORDS = Words(loss="sum(upstream * output)", x="", y="upstream")
"""How a report calls what a layer is held against."""

GRID = 2.0**-6
"""What the upstream gradient's entries are multiples of, so that their sums are exact in float32, too."""


def _drawn(outputs: tuple, seed: int) -> Leaf:
    """A random upstream gradient without zeros; of several outputs, one after the other."""
    draw = np.random.default_rng(seed)
    shape = np.shape(outputs[0]) if len(outputs) == 1 else (sum(int(np.prod(np.shape(each))) for each in outputs),)
    steps = np.round(draw.normal(size=shape) / GRID)
    drawn = np.where(steps == 0, 1.0, steps) * GRID
    if isinstance(outputs[0], jax.Array):
        return jnp.asarray(drawn, outputs[0].dtype)
    return drawn.astype(outputs[0].dtype if is_array(outputs[0]) and is_float(outputs[0]) else float)


def _gradients_of(run: LayerRun, arrays: Leaves, done: Forward, returned: Tree, where: str) -> dict[str, Source]:
    """For every array that backward has a gradient for, where it comes from.

    Raises:
        ValueError: it cannot be told which arrays the gradients belong to.
        WrongGradient: there is none, or none for a parameter.
    """
    places = {spelled(place): place for place in run.leaves}
    # Gradients of attributes may be among what is returned, too.
    whole = len(returned) == len(arrays) if isinstance(returned, tuple | list) else not is_number(returned)
    floats = {name: array for name, array in arrays.items() if name not in places or whole}
    positions = [name if name in arrays or isinstance(given, float) else None for name, given in run.inputs.items()]
    positions += list(run.parameters)
    found = {name: Source("returned", at) for name, at in _in_returned(returned, floats, positions, where).items()}
    for name in arrays if done.owner is not None else ():
        if name not in found:
            source = _in_object(done, places.get(name, (name,)), list(places.values()), arrays[name])
            found |= {} if source is None else {name: source}
    missing = [name for name in (*run.parameters, *places) if name in arrays and name not in found]
    if missing or not found:
        what = missing[0] if missing else ", ".join(arrays) or "any input"
        beside = f", and no attribute like d{what} holds it" if done.owner is not None else ""
        raise WrongGradient(
            f"{where}: no gradient of {what} was found: it is not in what backward returns{beside}; "
            f"return one for each of {', '.join(arrays) or 'the arrays of floats'}, in this order or by name."
        )
    return {name: found[name] for name in (*arrays, *found) if name in found}


def _in_object(done: Forward, place: Place, order: list[Place], before: Leaf) -> Source | None:
    """Where an object holds the gradient after backward ran: in an attribute, or in how its parameter moved."""
    at = in_attributes(done.owner, place, order)
    if at is not None:
        return Source("attribute", at)
    moved = place in order and not np.array_equal(read(done.owner, place), before)
    return Source("update", place) if moved else None


def _in_returned(returned: Tree, floats: Leaves, positions: Sequence[str | None], where: str) -> dict[str, Place]:
    """The places of gradients in what backward returned, for the arrays that it has one of, by name.

    `positions` names all arguments of forward in turn, None for those that cannot be differentiated.

    Raises:
        ValueError: it cannot be told which arrays they belong to.
        WrongGradient: there are gradients of no array's shape.
    """
    if returned is None:
        return {}
    if is_number(returned):
        return {name: () for name in _in_order((returned,), floats, positions, where) if name is not None}
    if isinstance(returned, tuple | list) and not hasattr(returned, "_asdict"):
        parts = enumerate(zip(_in_order(tuple(returned), floats, positions, where), returned, strict=True))
        return {name: (at,) for at, (name, part) in parts if name is not None and part is not None}
    names = dict.fromkeys([*floats, *(name for name in positions if name is not None)])
    found = {name: at for name in names if (at := by_name(returned, (name,), plain=True)) is not None}
    if not found:
        raise WrongGradient(
            f"{where}: it returns {', '.join(map(str, members(returned))) or type(returned).__name__}, and forward takes "
            f"{', '.join(floats)}; return gradients named like these, such as d{next(iter(floats), 'x')}."
        )
    return found


def _in_order(returned: tuple, floats: Leaves, positions: Sequence[str | None], where: str) -> Sequence[str | None]:
    """The name that each gradient belongs to: in order; by its shape where there are fewer than arrays."""
    names = list(floats)
    if len(returned) == len(names):
        return names
    if len(returned) == len(positions):
        return positions
    if len(returned) > len(names):
        raise ValueError(
            f"{where}: it returns {count(len(returned), 'gradient')}, and there are {count(len(names), 'array of floats')}"
            f" ({', '.join(names) or 'none'}); name the parameters of the layer in params, or return a dictionary by name."
        )
    shapes = [None if part is None else np.shape(part) for part in returned]

    def fits(chosen: tuple[str, ...]) -> bool:
        return all(shape in (None, np.shape(floats[name])) for shape, name in zip(shapes, chosen, strict=True))

    fitting = list(filter(fits, itertools.combinations(names, len(returned))))
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"{name} {np.shape(array)}" for name, array in floats.items())
    given = f"{count(len(returned), 'gradient')}, of shapes {', '.join(map(str, shapes))}"
    start = f"{where}: it returns {given}, for {listed}"
    if not fitting:
        raise WrongGradient(f"{start}; a gradient has the shape of its array.")
    raise ValueError(
        f"{start}: which they belong to cannot be told; return a dictionary by name, None for what is left out, "
        "or check forward=lambda x: ..., with the other arrays fixed."
    )
