"""The code that is run, highlighted: a law, and what it calls of its own chapter."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import pygments
from markupsafe import Markup
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from symmetry.shown import body
from symmetry.theorem import Theorem


def highlighted(source: str) -> Markup:
    """Python source as `<span>`s whose classes the style sheet colours."""
    text = pygments.highlight(source, PythonLexer(stripall=True), HtmlFormatter(nowrap=True))
    return Markup(text.rstrip())  # what pygments writes is escaped


def law_source(theorem: Theorem) -> Markup:
    """The law of a theorem."""
    return highlighted(body(theorem))


def called_source(function: Callable) -> Markup:
    """The functions of its own module that a function calls, and those that they call, in the order of the file."""
    called = _called(function, {})
    sources = [textwrap.dedent(inspect.getsource(each)) for each in sorted(called.values(), key=_line)]
    return highlighted("\n\n".join(sources)) if sources else Markup("")


def _called(function: Any, found: dict[str, Any]) -> dict[str, Any]:
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        own = inspect.isfunction(value) and value.__module__ == function.__module__ and value is not function
        if own and name not in found:
            found[name] = value
            _called(value, found)
    return found


def _names(code: CodeType) -> Iterator[str]:
    """Every global name that a function mentions, also inside the functions and lambdas in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _line(function: Callable) -> int:
    return function.__code__.co_firstlineno
