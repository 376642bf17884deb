"""Where a function of the program and the textbook's formula differ on small integers: decided by numbers, not by text."""

import contextlib
import dataclasses
import itertools
import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.formal.integers import Given, ProductLoss, Square, exact
from symmetry.formal.notation import python_name
from symmetry.formal.signatures import ARRAYS, DIMENSIONS, Signature
from symmetry.numbers.formal import Term, indices_of
from symmetry.raised import described

SMALL = sorted(itertools.product((1, 2), repeat=4), key=lambda sizes: (sum(sizes), sizes))
SIZES = (*SMALL, (2, 3, 4, 5), (3, 3, 3, 3), (5, 4, 3, 2))
"""Sizes of batch, ins, units and next, the smallest first: all equal, all different, and 1, which broadcasts."""

RELATIVE = 1e-9
"""How far floats may differ, where a function does not run on integers."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a function did, in words, unless it returned what was expected; `raised` where it returned nothing."""

    words: str
    raised: bool = False


@dataclasses.dataclass(frozen=True)
class Difference:
    """Arguments for which a function returned something else than expected, or raised."""

    arguments: Mapping[str, Any]
    outcome: Outcome
    expected: np.ndarray

    def __str__(self) -> str:
        given = [_shown_argument(name, value) for name, value in self.arguments.items()]
        expected = "" if self.outcome.raised else f", and what was proved has {shown_array(self.expected)}"
        return f"with {', '.join(given)} it {self.outcome.words}{expected}"


def shown_array(array: Any) -> str:
    """An array of exact numbers in one line."""
    entries = np.asarray(array, dtype=object)
    return (
        str(np.vectorize(_shown_number, otypes=[object])(entries).tolist()).replace("'", "") if entries.size else "[]"
    )


def _shown_number(number: Any) -> str:
    return f"{float(number):.6g}" if isinstance(number, float | np.floating) else str(number)


def _shown_argument(name: str, value: Any) -> str:
    return str(value) if isinstance(value, Square | ProductLoss) else f"{python_name(name)} = {shown_array(value)}"


def difference(signature: Signature, expected: Term) -> Difference | None:
    """The smallest arguments tried for which the function does not return what the term is; None if there are none.

    Arguments for which it raises are named only where it returns nothing else than expected for any others.
    """
    indices = indices_of(signature.dimensions)
    raised = None
    for sizes, signs in itertools.product(SIZES, ((1, 4), (-3, 3))):
        given = Given(*_drawn(sizes, signs))
        wanted = given.array_of(expected, indices)
        found = outcome(lambda convert, given=given: signature.run(_with_all(given, convert)), wanted)
        if found is not None:
            differs = Difference({name: given.arguments[name] for name in signature.arguments}, found, wanted)
            if not found.raised:
                return differs
            raised = raised or differs
    return raised


def _drawn(sizes: tuple[int, ...], signs: tuple[int, int]) -> tuple[dict[str, Any], dict[str, int]]:
    size: dict[str, int] = dict(zip(DIMENSIONS, sizes, strict=True))
    drawn = random.Random(sum(sizes))
    arrays = {name: exact(tuple(size[each] for each in shape), drawn, *signs) for name, shape in ARRAYS.items()}
    targets = exact((size["batch"], size["units"]), drawn, *signs)
    return {**arrays, "φ": Square(), "loss": ProductLoss(), "error": ProductLoss(), "y": targets}, size


def _with_all(given: Given, convert: Callable[[np.ndarray], Any]) -> dict[str, Any]:
    return {name: convert(each) if isinstance(each, np.ndarray) else each for name, each in given.arguments.items()}


def outcome(run: Callable[[Callable[[np.ndarray], Any]], Any], wanted: np.ndarray) -> Outcome | None:
    """What a function did, unless it returned what was wanted: on exact integers, else on floats.

    `run` calls it with every array converted by a function.
    """
    with contextlib.suppress(Exception):  # a function of NumPy or JAX need not know fractions; floats decide then
        found = run(np.copy)
        return None if entries_equal(found, wanted) else Outcome(f"returns {_shown_result(found)}")
    try:
        with jax.enable_x64(True):
            found = np.asarray(run(lambda array: jnp.asarray(array.astype(float))))
        return None if entries_equal(found, wanted) else Outcome(f"returns {_shown_result(found)}")
    except Exception as error:  # whatever the reader's own code raises is what it did
        return Outcome(f"raises {described(error)}", raised=True)


def _shown_result(found: Any) -> str:
    return shown_array(found) if isinstance(found, np.ndarray | int | float | Fraction) else f"a {type(found).__name__}"


def entries_equal(found: Any, wanted: np.ndarray) -> bool:
    """Whether an array has the wanted shape and entries; floats may be off by rounding."""
    array = np.asarray(found, dtype=object)
    if array.shape != wanted.shape:
        return False
    return all(_close(one, other) for one, other in zip(array.ravel(), wanted.ravel(), strict=True))


def _close(found: Any, wanted: Any) -> bool:
    if isinstance(found, float | np.floating) or isinstance(wanted, float | np.floating):
        return bool(abs(float(found) - float(wanted)) <= RELATIVE * max(1.0, abs(float(wanted))))
    return bool(found == wanted)
