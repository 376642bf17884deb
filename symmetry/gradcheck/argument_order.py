"""Arguments of a check in another order than it takes them: found by trying the others, where the given one fails."""

import contextlib
import functools
import inspect
import io
import itertools
import operator
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ParamSpec

from symmetry.gradcheck.report import Report
from symmetry.gradcheck.student import copied
from symmetry.raised import described

Arguments = ParamSpec("Arguments")

TRIES = 24
"""Orders that are tried at most, those first that move the fewest arguments."""

MOST_PERMUTED = 5
"""Arguments of which all orders are looked at, and not only those that swap two."""


def naming_swapped_arguments(
    functions: int, *, handed: bool = False
) -> Callable[[Callable[Arguments, Report]], Callable[Arguments, Report]]:
    """Makes a check that stops as it is called, and runs on its arguments in another order, say which seem swapped.

    Args:
        functions: how many of its first arguments are functions.
        handed: whether each of them is called with the arguments that follow.
    """

    def decorated(check: Callable[Arguments, Report]) -> Callable[Arguments, Report]:
        @functools.wraps(check)
        def naming(*arguments: Arguments.args, **named: Arguments.kwargs) -> Report:
            try:
                return check(*arguments, **named)
            except Exception as error:  # whatever a check raises on what it cannot take
                given, rest = ({}, {}) if _ran(error) else _bound(check, arguments, named)
                refused = isinstance(error, AssertionError)
                found = _no_function(given, functions) or _other_order(check, functions, given, rest, refused)
                if handed and not refused:
                    found = found or _other_parameters(given, functions)
                if not found:
                    raise
                why = f"as given, it stops at {described(error)}"
                raise ValueError(f"{check.__name__}({', '.join(given)}): {found}; {why}.") from error

        return naming

    return decorated


def _ran(error: Exception) -> bool:
    """Whether a check came to a verdict."""
    return getattr(error, "report", None) is not None


def _bound(check: Callable, arguments: tuple, named: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments that have an order, by name, and the others."""
    signature = inspect.signature(check)
    try:
        bound = signature.bind(*arguments, **named).arguments
    except TypeError:  # an argument is missing, or one too many: what the check itself says
        return {}, {}
    given: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            given[name] = bound.pop(name)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            given |= {f"{name}[{place}]": value for place, value in enumerate(bound.pop(name, ()))}
    return given, bound


def _no_function(given: Mapping[str, Any], functions: int) -> str:
    """What stands where a function is asked for, if too few arguments are functions."""
    if not given or sum(map(callable, given.values())) >= functions:
        return ""
    name, value = next((name, value) for name, value in given.items() if not callable(value))
    return f"{name} is a {type(value).__name__}, and a function is expected, not what it returns"


def _other_order(
    check: Callable, functions: int, given: Mapping[str, Any], rest: Mapping[str, Any], refused: bool
) -> str:
    """Which arguments seem to stand in each other's place; "" where no other order runs.

    If the check itself refused what it was given, such as a loss that is random, functions must change their places.
    """
    names, values = list(given), list(given.values())
    for order in _orders(functions, values):
        if refused and order[:functions] == tuple(range(functions)):
            continue
        try:
            with _silent():
                check(*(values[place] for place in order), **rest)
        except Exception as error:  # an order that does not fit may raise anything
            if not _ran(error):
                continue
        moved = [names[place] for place, came in enumerate(order) if place != came]
        if len(moved) == 2:
            return f"{moved[0]} and {moved[1]} seem swapped"
        passed = ", ".join(names[order.index(place)] for place in range(len(order)))
        return f"the arguments seem to be passed as {passed}"
    return ""


def _other_parameters(given: Mapping[str, Any], functions: int) -> str:
    """Which function seems to take what it is called with in another order; "" where no other order runs."""
    names = list(given)[functions:]
    for name, function in list(given.items())[:functions]:
        for order in itertools.permutations(names):
            try:
                with _silent():
                    function(*(copied(given[each]) for each in order))
            except Exception:  # neither may the reader's function be called in that order
                continue
            if order != tuple(names):
                called = getattr(function, "__name__", name)
                return f"{called} is called with {', '.join(names)}, and seems to take {', '.join(order)}"
            break
    return ""


def _orders(functions: int, values: Sequence[Any]) -> list[tuple[int, ...]]:
    """Other orders with functions in front, those first that move the fewest."""
    given = tuple(range(len(values)))
    base = sorted(given, key=lambda place: bool(functions) and not callable(values[place]))
    orders = [tuple(base), *(_transposed(base, *pair) for pair in itertools.combinations(given, 2))]
    orders += itertools.permutations(base) if len(base) <= MOST_PERMUTED else []
    fitting = [each for each in dict.fromkeys(orders) if all(callable(values[place]) for place in each[:functions])]
    fitting.sort(key=lambda order: sum(map(operator.ne, order, given)))
    return [each for each in fitting if each != given][:TRIES]


def _transposed(order: Sequence[int], one: int, other: int) -> tuple[int, ...]:
    return tuple(order[{one: other, other: one}.get(place, place)] for place in range(len(order)))


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Nothing that the reader's code prints or warns of is seen again."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
