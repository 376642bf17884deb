"""Copies of an object that someone wrote, with other arrays in it: the object that was handed in stays as it is."""

import copy
from collections.abc import Iterable, Sequence

import numpy as np

from symmetry.gradcheck.exact import Numbers, exact_constants
from symmetry.gradcheck.hand_in.members import Node, arrays_in, members, nodes_in
from symmetry.gradcheck.parameters import Leaf, Tree, is_array, is_float

MOST_KEPT = 20_000
"""Entries of kept arrays up to which they are made exact, too."""


def duplicate(node: Node, replaced: Iterable[tuple[object, object]], shared: Sequence[object] = ()) -> Node:
    """A deep copy in which some objects are replaced, wherever they are held.

    Arrays that are held under two names stay one. What cannot be copied, such as a module or an open file, is shared.

    Raises:
        ValueError: the object cannot be copied.
    """
    try:
        return copy.deepcopy(node, {id(old): new for old, new in replaced} | {id(each): each for each in shared})
    except Exception as error:
        raise ValueError(
            f"{type(node).__name__}: it cannot be copied ({error}), and a check never changes what it is given; "
            "give the class a __deepcopy__, or pass loss and grads to symmetry.check_backprop."
        ) from error


def uncopied(node: object) -> list[object]:
    """The members of an object that cannot be copied, and those of its members; found once, since it takes trials."""
    found: dict[int, object] = {}

    def copied(part: object) -> bool:
        try:
            copy.deepcopy(part, {id(each): each for each in found.values()})
        except Exception:  # whatever a class raises that refuses to be copied
            return False
        return True

    def search(part: object, level: int) -> None:
        if copied(part):
            return
        for member in members(part).values() if level < 4 else ():
            search(member, level + 1)
        if part is not node and not copied(part):
            found[id(part)] = part

    search(node, 0)
    return list(found.values())


def like_parameters(node: object, parameters: Iterable[Leaf], left: Iterable[object]) -> list[tuple[object, object]]:
    """Kept arrays of floats and what takes their place in a run on exact or complex numbers, so that these can be stored.

    Those in `left` stay as they are.
    """
    parameters, known = list(parameters), {id(each) for each in left}
    exact = any(isinstance(each, Numbers) for each in parameters)
    if not exact and not any(np.iscomplexobj(each) for each in parameters if isinstance(each, np.ndarray)):
        return []
    kept = [each for each in arrays_in(node).values() if isinstance(each, np.ndarray) and id(each) not in known]
    if exact and sum(each.size for each in kept) > MOST_KEPT:
        return []
    return [(each, exact_constants(each) if exact else each.astype(complex)) for each in kept]


def widened_data(data: Tree, parameters: Iterable[Leaf]) -> Tree:
    """The same numbers in the type of the parameters where that is wider, since what is done to data alone rounds in theirs.

    In a run on exact numbers, data narrower than float64 become exact constants.
    """
    if not isinstance(data, np.ndarray) or not is_float(data) or data.dtype.itemsize >= 8 or isinstance(data, Numbers):
        return data
    parameters = [each for each in parameters if isinstance(each, np.ndarray)]
    if any(isinstance(each, Numbers) for each in parameters):
        return exact_constants(data) if data.size <= MOST_KEPT else data.astype(float)
    widest = max((each.real.dtype for each in parameters), key=lambda dtype: dtype.itemsize, default=data.dtype)
    return data.astype(widest) if widest.itemsize > data.dtype.itemsize else data


def holders_of(node: object, data: Tree) -> list[object]:
    """The objects inside that are the data that were passed: the very object, else arrays equal to it."""
    inside = [each for each in nodes_in(node) if type(each) is type(data)]
    if any(each is data for each in inside):
        return [data]
    if not is_array(data) or data.ndim == 0:
        return []
    return [each for each in inside if each.shape == data.shape and np.array_equal(each, data)]
