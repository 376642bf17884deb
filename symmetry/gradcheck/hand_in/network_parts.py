"""What a class consists of: which of its methods go forward and backward, and which of its arrays are parameters."""

from collections.abc import Mapping, Sequence

import numpy as np

from symmetry.gradcheck.hand_in.call_matching import canonical
from symmetry.gradcheck.hand_in.gradient_names import by_name, in_attributes
from symmetry.gradcheck.hand_in.handed_in import HandIn, Name
from symmetry.gradcheck.hand_in.members import Node, Place, arrays_in, is_number, leaves_at, place_of, read, spelled
from symmetry.gradcheck.parameters import Leaf, Tree, is_array, is_float

Groups = dict[Place, dict[Place, Leaf]]
"""Parameters as they were named, each with its arrays by place."""

METHODS = {
    "forward": (
        *("forward", "feedforward", "forwardpass", "forwardprop", "forwardpropagation", "forwardpropagate"),
        *("propagate", "predict", "query", "call"),
    ),
    "backward": (
        *("backward", "backprop", "backpropagation", "backpropogation", "backpropagate", "backwardpass"),
        *("backwardprop", "backwardpropagation", "backwardpropagate", "computegradients", "computegradient"),
        *("gradients", "gradient", "computegrads", "grads", "trainstep", "trainonbatch", "trainbatch", "train", "fit"),
    ),
    "loss": (
        *("loss", "cost", "computeloss", "computecost", "calculateloss", "calcloss", "getloss", "lossfunction"),
        *("lossfn", "costfunction", "criterion", "objective", "mse", "mseloss", "crossentropy", "crossentropyloss"),
    ),
}
"""Usual names of methods, the likeliest first, without capitals and underscores."""


def method_of(network: Node, given: Name | None, what: str, *, needed: bool = True) -> Name | None:
    """A method by its name: the one that is given, else the first of the usual ones; a function as it is.

    Raises:
        ValueError: there is no such method.
    """
    if getattr(given, "__self__", None) is network:  # net.loss would run on the object itself
        given = getattr(given, "__name__", None)
    if callable(given):
        return given
    kind = type(network).__name__
    names = [name for name in dir(network) if name == "__call__" or not name.startswith("__")]
    names = [name for name in names if not isinstance(getattr(type(network), name, None), property)]
    methods = [name for name in names if callable(getattr(network, name, None))]
    if isinstance(given, str):
        if not callable(getattr(network, given, None)):
            raise ValueError(f"{what}: {kind} has no method {given!r}; it has {', '.join(methods) or 'none'}.")
        return given
    short = {canonical(method): method for method in reversed(methods)}
    found = next((short[usual] for usual in METHODS[what] if usual in short), None)
    if found is None and needed:
        arguments = {"forward": "network, x", "backward": "network, x, y", "loss": "output, y"}[what]
        raise ValueError(
            f"{what}: none of the methods of {kind} ({', '.join(methods) or 'it has none'}) has a usual name; "
            f"pass {what}=, the name of a method or a function of ({arguments})."
        )
    return found


def named_parameters(network: Node, params: Sequence[str]) -> Groups:
    """The arrays of the parameters that were named.

    Raises:
        ValueError: there is no such attribute, it is no array of floats, or an array is named twice.
    """
    names = [params] if isinstance(params, str) else list(params)
    if not names:
        raise ValueError(f"params: it is empty; name the parameters. {described(network)}")
    groups: Groups = {}
    seen: dict[int, str] = {}
    for name in names:
        place = place_of(name)
        try:
            leaves = {each: leaf for each, leaf in leaves_at(network, place).items() if leaf is not None}
        except LookupError:
            raise ValueError(f"params: {type(network).__name__} has no {name}. {described(network)}") from None
        if not leaves:
            raise ValueError(f"params: {name} holds no array. {described(network)}")
        for each, leaf in leaves.items():
            _check_leaf(network, each, leaf, seen)
        groups[place] = leaves
    return groups


def _check_leaf(network: Node, place: Place, leaf: Node, seen: dict[int, str]) -> None:
    path = spelled(place)
    if isinstance(leaf, int) or not is_number(leaf):
        inside = [spelled((*place, *below)) for below in arrays_in(leaf)]
        remedy = f"name its arrays, such as {', '.join(inside[:2])}" if inside else described(network).removesuffix(".")
        raise ValueError(f"params: {path} is of type {type(leaf).__name__}; parameters are floats: {remedy}.")
    if is_array(leaf) and id(leaf) in seen:
        raise ValueError(f"params: {path} and {seen[id(leaf)]} are one array; name it once.")
    seen[id(leaf)] = path


def described(network: Node) -> str:
    """A sentence that lists the arrays of floats of an object."""
    arrays = [f"{spelled(place)} {np.shape(array)}" for place, array in arrays_in(network).items() if place]
    more = f" and {len(arrays) - 12} more" if len(arrays) > 12 else ""
    return f"Its arrays of floats are {', '.join(arrays[:12])}{more}." if arrays else "It holds no array of floats."


def found_parameters(hand_in: HandIn, x: Tree, y: Tree, where: str) -> Groups:
    """The arrays that a gradient is found for, else those that backward moved.

    Raises:
        ValueError: there are none.
    """
    network = hand_in.copied({}, x, y)
    held = {id(each) for each in (*hand_in.data[0], *hand_in.data[1])}
    arrays = {place: array for place, array in arrays_in(hand_in.network).items() if place and id(array) not in held}
    before = arrays_in(network)
    with hand_in.draws:
        values = hand_in.outcome(network, x, y)
        # What forward sets is no parameter, such as an activation that was kept.
        after = arrays_in(network)
        arrays = {place: array for place, array in arrays.items() if after.get(place) is before.get(place, before)}
        arrays = {place: array for place, array in arrays.items() if _is_still(network, place, array)}
        returned = hand_in.run_backward(network, values)
    if isinstance(returned, tuple | list):  # such as a loss and a dictionary
        returned = next((part for part in returned if isinstance(part, Mapping)), None)
    named = [place for place in arrays if by_name(returned, place, plain=True) is not None]
    beside = {place: in_attributes(network, place, ()) for place in arrays}
    moved = [place for place, array in arrays.items() if place not in beside.values()]
    moved = [place for place in moved if not _is_still(network, place, arrays[place])]
    left = [place for place, found in beside.items() if found is not None]
    chosen = named or (moved if hand_in.step is not None else []) or left or moved
    if not chosen:
        raise ValueError(
            f"params: {where} moves no array of {type(network).__name__} and leaves no gradient under a usual name; "
            f"pass params=. {described(hand_in.network)}"
        )
    return {place: {place: arrays[place]} for place in chosen}


def _is_still(network: Node, place: Place, array: Leaf) -> bool:
    try:
        now = read(network, place)
    except LookupError:
        return False
    return is_array(now) and is_float(now) and np.array_equal(now, array)
