"""Laws about code that runs on floats only, such as a model of the reader's own, as measured laws.

They are written like any law, as two sides. Here cases are drawn for them, and the sides compared by the yardstick.
"""

import functools
import math
from collections.abc import Callable

import jax
import numpy as np

from symmetry.architecture import SAMPLED
from symmetry.cases import case_types, draw_cases
from symmetry.engine.measure import CASES_AT_ONCE, Trials
from symmetry.numbers.ball.source import RandomFloats

NUMBERS_AT_ONCE = 2_000_000
"""Numbers of all cases of one call, about: memory is bounded."""


def measured(law: Callable, most: int | None = None) -> Callable:
    """The law as one of `Trials`, on random networks within their budget, and at most so many.

    Called with cases, it is the law itself.
    """

    @functools.wraps(law)
    def of_trials(*arguments, **named):
        if not arguments or not isinstance(arguments[0], Trials):
            return law(*arguments, **named)
        _try(law, arguments[0], min(arguments[0].budget, most or arguments[0].budget))

    return of_trials


def _try(law: Callable, trials: Trials, budget: int) -> None:
    """Compares the sides of the law on random cases, and counts them."""
    types, seed = case_types(law), int(trials.generator.integers(2**31))
    one = draw_cases(types, RandomFloats((seed,), 1), SAMPLED)
    numbers = sum(math.prod(np.shape(leaf)) for leaf in jax.tree.leaves(one))
    size = int(np.clip(NUMBERS_AT_ONCE // max(numbers, 1), 1, min(CASES_AT_ONCE, budget)))

    def of_one_case(case):
        return law(**case)

    for number in range(-(-budget // size)):
        cases = draw_cases(types, RandomFloats((seed, number), size), SAMPLED)
        trials.compare_sides(of_one_case, cases, kept=min(size, budget - number * size))
