"""The numbers that data has lengths of, with their names: what a gradient may be divided by once too often."""

from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import escaped
from symmetry.gradcheck.parameters import Tree

MOST_LEAVES = 16
"""Arrays of one tree that are looked at."""


def arrays_in(data: Tree, name: str) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of numbers in whatever was given as data, each with the name of its place, such as `x[0]`."""
    try:
        # A tuple of arrays holds different things; a list of them is how some courses hand over examples.
        apart = isinstance(data, tuple) and any(hasattr(child, "dtype") for child in data)
        array = np.asarray(None if apart else data)
    except Exception:  # a ragged list, an array of JAX that was donated, an object that raises
        array = np.asarray(None)
    if array.dtype.kind in "fiub":
        yield name, array
    elif isinstance(data, dict):
        for key, child in list(data.items())[:MOST_LEAVES]:
            yield from arrays_in(child, escaped(f"{name}[{key!r}]"))
    elif isinstance(data, list | tuple):
        for index, child in enumerate(data[:MOST_LEAVES]):
            yield from arrays_in(child, f"{name}[{index}]")


def sizes_of(x: Tree, y: Tree) -> dict[int, str]:
    """What every length above 1 counts, as "the number of examples" or "the length of axis 1 of x".

    >>> sizes_of(np.ones((5, 3)), np.ones((5, 2)))
    {5: 'the number of examples', 3: 'the length of axis 1 of x', 2: 'the length of axis 1 of y'}
    """
    leaves = [*arrays_in(x, "x"), *arrays_in(y, "y")]
    examples, count = _axis_of_examples(leaves), "the number of examples"
    names: dict[int, list[str]] = {}
    for name, array in leaves:
        for axis, size in enumerate(array.shape):
            named = count if axis == examples else f"the length of axis {axis} of {name}"
            names.setdefault(size, []).append(named)
    chosen = {size: [count] if count in found else list(dict.fromkeys(found))[:2] for size, found in names.items()}
    return {size: " and ".join(found) for size, found in chosen.items() if size > 1}


def _axis_of_examples(leaves: list[tuple[str, np.ndarray]]) -> int | None:
    """The one axis along which inputs and targets have the same length; None if there are several, or none."""
    shapes = [array.shape for _, array in leaves]
    if len(shapes) != 2:
        return None
    one, other = shapes
    shared = [axis for axis, sizes in enumerate(zip(one, other, strict=False)) if sizes[0] == sizes[1] > 1]
    if shared[:1] == [0] and len(one) > 2 >= len(other):
        return 0
    return shared[0] if len(shared) == 1 else None
