"""Balls: floats with a bound on their rounding error, in a file each: the class, its functions, cases and source."""

from symmetry.numbers.ball.ball import Ball, summation_error, underflow, unit_roundoff
from symmetry.numbers.ball.functions import exponential, left_or_right, logarithm, stated_error
