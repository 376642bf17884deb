"""One rule for the numbers that speak for a theorem: rounded upwards, so that what is printed never says more than was found."""

import math
from decimal import ROUND_CEILING, Context, Decimal

EVERY_DIGIT = Context(prec=400)
"""More digits than the largest float has."""


def share_of_bound(worst: float) -> str:
    """The worst difference as a part of its bound, in hundredths; 0.00 only if the sides never differed.

    >>> share_of_bound(0.2001), share_of_bound(0.21), share_of_bound(1e-9), share_of_bound(0.0)
    ('0.21', '0.21', '0.01', '0.00')
    """
    return _rounded_up(worst, "0.01")


def exponent_of_chance(log2: float) -> str:
    """The power of 2 below which the chance lies that a false identity passed.

    >>> exponent_of_chance(-348.7), exponent_of_chance(-348.0)
    ('-348', '-348')
    """
    return _rounded_up(log2, "1")


def percentage(share: float, step: str = "1") -> str:
    """A share in per cent, such as that of the cases that could not have failed.

    >>> percentage(0.00012, "0.01"), percentage(0.5)
    ('0.02%', '50%')
    """
    return f"{_rounded_up(share, step, power=2)}%"


def _rounded_up(number: float, step: str, power: int = 0) -> str:
    """The number times that power of ten: of the decimal that a record shows, since a product of floats is rounded, too."""
    if not math.isfinite(number):
        return str(number)
    return str(Decimal(str(number)).scaleb(power).quantize(Decimal(step), ROUND_CEILING, EVERY_DIGIT))
