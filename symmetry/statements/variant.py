"""Variants of a law: the law with some of its knobs turned, or another function in its place."""

import dataclasses
import functools
import inspect
import re
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
        ValueError: it is neither, or the law has no keyword-only parameter of such a name.
    """
    if not isinstance(variant, Mapping):
        if not inspect.isfunction(variant):
            raise ValueError(f"{where}: expected a function, or a dictionary of knobs of the law, and got {variant!r}.")
        return _typed_like(law, variant)
    known = [each.name for each in inspect.signature(law).parameters.values() if each.kind is each.KEYWORD_ONLY]
    if unknown := sorted(set(variant) - set(known)):
        raise ValueError(f"{where}: the law has no knob {unknown[0]!r}; its keyword-only parameters are {known}.")

    @functools.wraps(law)
    def turned(*cases, **named):
        return law(*cases, **named, **variant)

    return turned


def _typed_like(law: Callable, variant: Callable) -> Callable:
    """A function whose parameters without types, such as those of a lambda, have the types of the law's of those names."""
    own, types = inspect.get_annotations(variant), inspect.get_annotations(law)
    taken = {name: types[name] for name in inspect.signature(variant).parameters if name in types and name not in own}
    if not taken:
        return variant

    @functools.wraps(variant)
    def typed(*cases, **named):
        return variant(*cases, **named)

    typed.__annotations__ = {**taken, **own}
    return typed


def slug(name: str) -> str:
    """A control's name as it stands in an item.

    >>> slug("phi' left out")
    'phi-left-out'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def require_names(id: str, controls: object) -> None:
    """Raise unless controls are a dictionary whose names can be told apart in items.

    Raises:
        ValueError: they are no dictionary, a name is empty, or two are alike but for signs and capitals.
    """
    if not isinstance(controls, Mapping):
        raise ValueError(f"{id}: expected controls as a dictionary of names and variants, and got {controls!r}.")
    items: dict[str, str] = {}
    for name in controls:
        item = slug(str(name))
        if not item or item in items:
            other = f"{items[item]!r} is taken for the same" if item else "it has neither letter nor number"
            raise ValueError(f"{id}: a control cannot be called {name!r}, since {other}; say in words what is broken.")
        items[item] = name


def turned_knobs(variant: object) -> str:
    """The knobs that a control turns, "incoming = 1, outgoing = 1"; "" for a law of its own."""
    variant = variant.law if isinstance(variant, PassesEmptily) else variant
    if not isinstance(variant, Mapping):
        return ""
    return ", ".join(f"{name} = {getattr(value, '__name__', repr(value))}" for name, value in variant.items())
