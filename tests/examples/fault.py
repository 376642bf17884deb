"""A fault that people make in backprop: the correct code with one line changed, as it would be handed in."""

import dataclasses
import inspect
import linecache
import textwrap
from collections.abc import Callable, Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Fault:
    """One fault: `loss` is right, `grads` is not its gradient, and `sentence` says what went wrong.

    `diagnosis` is what a check should say of it, at seed 0. The fault runs on `draw(seed, dtype, **sizes)`: a matrix can be
    transposed unnoticed only where it is square. `needs_paths` says that nothing names the fault yet: neither the arrays nor
    the error's paths through the loss show where the wrong values came from.
    """

    name: str
    sentence: str
    loss: Callable
    grads: Callable
    diagnosis: str
    sizes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    needs_paths: bool = False


def named(*faults: Fault) -> dict[str, Fault]:
    """The faults by name.

    Raises:
        ValueError: two have the same name.
    """
    found = {fault.name: fault for fault in faults}
    if len(found) < len(faults):
        names = [fault.name for fault in faults]
        raise ValueError(f"faults {names} share a name; give each its own.")
    return found


def with_line(function: Callable, line: str, wrong: str) -> Callable:
    """The function whose source has `wrong` (no line, one or more) in place of its only line `line`.

    Raises:
        ValueError: the function has no such line, or several.
    """
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    places = [number for number, text in enumerate(lines) if text.strip() == line]
    if len(places) != 1:
        raise ValueError(f"{function.__name__} has {len(places)} lines {line!r}; name a line that it has once.")
    indent = lines[places[0]].removesuffix(line)
    lines[places[0] : places[0] + 1] = textwrap.indent(wrong, indent).splitlines()
    return _compiled("\n".join(lines) + "\n", function, f"<{function.__name__}: {line!r} -> {wrong!r}>")


def _compiled(source: str, function: Callable, filename: str) -> Callable:
    # So that tracebacks and `inspect` show the changed lines.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    defined: dict[str, Callable] = {}
    exec(compile(source, filename, "exec"), function.__globals__, defined)
    return defined[function.__name__]
