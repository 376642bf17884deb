"""Numbers and arrays of a report, short enough to read."""

import numpy as np

from symmetry.gradcheck.jaxpr.values import is_inexact, is_key
from symmetry.same.sides import Leaf

MOST_SHOWN = 12
"""Numbers of an array up to which it is shown whole, and entries up to which they are listed."""


def shown(number: float, other: float) -> str:
    """A number with as many digits as set it apart from another.

    >>> shown(0.25, 0.75), shown(0.123456789, 0.123456788)
    ('0.25', '0.123456789')
    """
    apart = (digits for digits in (6, 9, 12) if f"{number:.{digits}g}" != f"{other:.{digits}g}")
    return f"{number:.{next(apart, 17)}g}"


def shown_array(name: str, leaf: Leaf) -> str:
    """An array: whole if it is short, else what is other than 0."""
    if is_key(leaf):
        return f"{name} = keys of random numbers"
    array = np.asarray(leaf, np.float64) if is_inexact(leaf.dtype) else np.asarray(leaf)
    kind = f"{np.dtype(leaf.dtype).name}, shape {tuple(leaf.shape)}"
    if array.size <= MOST_SHOWN:
        return f"{name} = {_nested(array.tolist())}; {kind}"
    places = np.argwhere(array)
    if not len(places):
        return f"{name} = 0 everywhere; {kind}"
    if len(places) > MOST_SHOWN:
        return f"{name}: {len(places):,} entries other than 0; {kind}"
    entries = ", ".join(f"{[int(i) for i in place]}: {_nested(array[tuple(place)].item())}" for place in places)
    return f"{name} = 0 except for {entries}; {kind}"


def _nested(entry: object) -> str:
    if isinstance(entry, list):
        return f"[{', '.join(map(_nested, entry))}]"
    return f"{entry + 0.0:.6g}" if isinstance(entry, float) else str(entry)
