"""A line on a terminal that says what a long check is doing; nothing where nobody looks."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

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

        shown.append(Console(stderr=True).status(said[-1]))
        shown[0].start()

    def step(what: str) -> None:
        said.append(f"{name}: {what}")
        for status in shown:
            status.update(said[-1])

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
