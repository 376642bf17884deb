"""Numbers and long texts as people write and read them."""

import math
import textwrap
from collections.abc import Iterable


def count(number: int, what: str) -> str:
    """A number of things; the word before " of " becomes plural.

    >>> count(1, "step"), count(2_000, "run of code")
    ('1 step', '2,000 runs of code')
    """
    first, of, rest = what.partition(" of ")
    return f"{number:,} {first}{'' if number == 1 else 's'}{of}{rest}"


def shortened(text: str, most: int = 60) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 4]} ..."


def wrapped(text: str, width: int, indent: str = "", later: str | None = None) -> str:
    """A paragraph of lines of at most that width where words can wrap, indented; `later` indents all lines but the first."""
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def listed(head: str, items: Iterable[str], width: int) -> str:
    """Items below a heading, wrapped to that width.

    >>> print(listed("Controls", ["phi left out", "mean for sum"], 60))
    Controls
      - phi left out
      - mean for sum
    """
    return "\n".join([wrapped(head, width, "", "  "), *(wrapped(f"- {each}", width, "  ", "    ") for each in items)])


def whole_number(text: str) -> int:
    """A positive whole number, also written as 1e8.

    >>> whole_number("1e6")
    1000000

    Raises:
        ValueError: it is not one.
    """
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number; pass a whole number such as 10000 or 1e6.") from None
    if not math.isfinite(number) or number != int(number) or number < 1:
        raise ValueError(f"{text} is not a positive whole number; pass one such as 10000 or 1e6.")
    return int(number)
