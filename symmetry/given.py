"""What callers hand in, looked at once, where it enters: each error says what was got and what is expected."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np

from symmetry.wording import shortened


@runtime_checkable
class HasAxes(Protocol):
    """An array."""

    @property
    def ndim(self) -> int: ...


def shown(value: object) -> str:
    """A value in an error: its text, if that is short, and else how it begins.

    >>> shown([1, 2]), shown("x" * 100)
    ('[1, 2]', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ...")
    """
    return shortened(" ".join(repr(value).split()))


def require_whole(where: str, number: object, least: int = 0) -> None:
    """Raise unless an argument is a whole number that is not too small.

    Raises:
        ValueError: it is not.
    """
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
        which = "that is not negative" if least == 0 else f"of at least {least}"
        raise ValueError(f"{where} is {shown(number)}; pass a whole number {which}, such as 16.")


def require_kind(where: str, value: object, kind: Any, words: str) -> None:
    """Raise unless an argument is of a class or one of several, as `isinstance` takes them; `words` names what they are.

    Raises:
        ValueError: it is of another.
    """
    if not isinstance(value, kind):
        raise ValueError(f"{where} is {shown(value)}, of type {type(value).__name__}; pass {words}.")


def require_several(where: str, values: object, words: str) -> None:
    """Raise unless an argument is a list, a tuple or an array that has an axis, of what `words` names.

    Raises:
        ValueError: it is not.
    """
    require_kind(where, values, (Sequence, HasAxes), words)
    try:
        iter(cast(Iterable, values))
    except TypeError:  # an array of one number
        raise ValueError(f"{where} is {shown(values)}; pass {words}.") from None
    if isinstance(values, str | bytes):
        raise ValueError(f"{where} is the text {values!r}; pass {words}.")


def require_texts(where: str, values: object) -> None:
    """Raise unless an argument holds texts: not one text, whose letters would count.

    Raises:
        ValueError: it does not.
    """
    require_kind(where, values, (Sequence, Mapping, set, frozenset), "a list of texts")
    if isinstance(values, str):
        raise ValueError(f"{where} is the text {values!r}; pass a list of texts, such as [{values!r}].")
    assert isinstance(values, Iterable)
    for each in values:
        require_kind(f"{where}: an item", each, str, "texts only")
