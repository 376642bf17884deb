"""Variants of a law: the law with some of its knobs turned, or another function in its place."""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

Knobs: TypeAlias = Mapping[str, object]
"""Values for keyword-only parameters of a law, by name: the law with those turned away from their defaults."""

Variant: TypeAlias = Callable | Knobs
"""A law beside a theorem's own: its own with some knobs turned, or another function."""


@dataclasses.dataclass(frozen=True)
class PassesEmptily:
    """A control that holds only because there is nothing to compare: every network must be reported vacuous."""

    law: Variant


def function_of(control: Callable | PassesEmptily) -> Callable:
    """A control as the function that is run."""
    return cast(Callable, control.law) if isinstance(control, PassesEmptily) else control


def law_of(variant: Variant, law: Callable, where: str) -> Callable:
    """A variant as a function: a law of its own, or the given one with knobs turned.

    Raises:
        ValueError: the law has no keyword-only parameter of such a name.
    """
    if not isinstance(variant, Mapping):
        return variant
    known = [each.name for each in inspect.signature(law).parameters.values() if each.kind is each.KEYWORD_ONLY]
    if unknown := sorted(set(variant) - set(known)):
        raise ValueError(f"{where}: the law has no knob {unknown[0]!r}; its keyword-only parameters are {known}.")

    @functools.wraps(law)
    def turned(*cases, **named):
        return law(*cases, **named, **variant)

    return turned


def turned_knobs(variant: object) -> str:
    """The knobs that a control turns, "incoming = 1, outgoing = 1"; "" for a law of its own."""
    variant = variant.law if isinstance(variant, PassesEmptily) else variant
    if not isinstance(variant, Mapping):
        return ""
    return ", ".join(f"{name} = {getattr(value, '__name__', repr(value))}" for name, value in variant.items())
