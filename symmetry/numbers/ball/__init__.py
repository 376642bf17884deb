"""Balls: floats with a bound on their rounding error, in a file each: the class, its functions, comparison and source."""

from symmetry.numbers.ball import comparison
from symmetry.numbers.ball.ball import Ball
from symmetry.numbers.ball.functions import exponential, left_or_right, logarithm, stated_error
from symmetry.numbers.ball.rounding import summation_error, underflow, unit_roundoff
