"""Budgets as people write them: 10000, 1e6."""

import math


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
