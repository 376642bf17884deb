"""Which of a layer's arrays the gradients belong to that its backward returns or leaves in attributes."""

import itertools
from collections.abc import Sequence

import numpy as np

from symmetry.gradcheck.hand_in.gradient_names import Source, by_name, in_attributes
from symmetry.gradcheck.hand_in.layer_run import Forward, LayerRun
from symmetry.gradcheck.hand_in.members import Place, is_number, members, read, spelled
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree
from symmetry.gradcheck.verdict import WrongGradient


def gradients_of(run: LayerRun, arrays: Leaves, done: Forward, returned: Tree, where: str) -> dict[str, Source]:
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
    found = {name: Source("returned", at) for name, at in in_returned(returned, floats, positions, where).items()}
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


def in_returned(returned: Tree, floats: Leaves, positions: Sequence[str | None], where: str) -> dict[str, Place]:
    """The places of gradients in what backward returned, for the arrays that it has one of, by name.

    `positions` names all arguments of forward in turn, None for those that cannot be differentiated.

    Raises:
        ValueError: it cannot be told which arrays they belong to.
        WrongGradient: there are gradients of no array's shape.
    """
    if returned is None:
        return {}
    if is_number(returned):
        names = _in_order((returned,), floats, positions, where)
        return {name: () for name in names if name is not None}
    if isinstance(returned, tuple | list) and not hasattr(returned, "_asdict"):
        names = _in_order(tuple(returned), floats, positions, where)
        return {
            name: (at,)
            for at, (name, part) in enumerate(zip(names, returned, strict=True))
            if name is not None and part is not None
        }
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
            f"{where}: it returns {len(returned)} gradients, and there are {len(names)} arrays of floats"
            f" ({', '.join(names) or 'none'}); name the parameters of the layer in params, or return a dictionary by name."
        )
    shapes = [None if part is None else np.shape(part) for part in returned]
    fitting = [
        chosen
        for chosen in itertools.combinations(names, len(returned))
        if all(shape in (None, np.shape(floats[name])) for shape, name in zip(shapes, chosen, strict=True))
    ]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(f"{name} {np.shape(array)}" for name, array in floats.items())
    start = f"{where}: it returns {len(returned)} gradients, of shapes {', '.join(map(str, shapes))}, for {listed}"
    if not fitting:
        raise WrongGradient(f"{start}; a gradient has the shape of its array.")
    raise ValueError(
        f"{start}: which they belong to cannot be told; return a dictionary by name, None for what is left out, "
        "or check forward=lambda x: ..., with the other arrays fixed."
    )
