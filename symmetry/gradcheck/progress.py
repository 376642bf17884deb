"""A line on a terminal that says what a long check is doing; nothing where nobody looks."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

PATIENCE = 2.0
"""Seconds after which a check says what it is doing."""


@contextlib.contextmanager
def progress(name: str) -> Iterator[Callable[[str], None]]:
    """Says the steps of a check on standard error, if that is a terminal and the check takes long.

    >>> with progress("grads") as step:
    ...     step("comparing")
    """
    said, shown = [name], []

    def show() -> None:
        from rich.console import Console  # takes longer to import than most checks run

        shown.append(Console(stderr=True).status(as_it_is()))
        shown[0].start()

    def as_it_is() -> "RenderableType":
        from rich.text import Text  # a name in brackets is no markup

        return Text(said[-1])

    def step(what: str) -> None:
        said.append(f"{name}: {what}")
        for status in shown:
            status.update(as_it_is())

    timer = threading.Timer(PATIENCE, show)
    timer.daemon = True
    if sys.stderr is not None and sys.stderr.isatty():
        timer.start()
    try:
        yield step
    finally:
        timer.cancel()
        for status in shown:
            status.stop()
