"""Ids of statements: chapter and number, such as PERM.1."""

import re

from symmetry.given import shown

ID = r"[A-Z]+\.[1-9][0-9]*"


class UnknownId(ValueError):
    """No theorem or chapter has the id that was asked for."""


def chapter_and_number(id: str) -> tuple[str, int]:
    """The chapter of an id and its number there, which is how ids are ordered.

    >>> chapter_and_number("PERM.10")
    ('PERM', 10)
    """
    chapter, number = id.split(".")
    return chapter, int(number)


def require_id(id: str) -> None:
    """Raise unless the id looks like PERM.1.

    Raises:
        ValueError: it is not made of capitals, a dot and a number.
    """
    if not (isinstance(id, str) and re.fullmatch(ID, id)):
        raise ValueError(
            f"theorem id {shown(id)} is malformed; expected capitals, a dot and a number, such as 'PERM.1'."
        )
