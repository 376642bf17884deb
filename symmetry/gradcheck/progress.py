"""A line on a terminal that says what a long check is doing; nothing where nobody looks."""

import sys
import threading
from typing import Any

PATIENCE = 2.0
"""Seconds after which a check says what it is doing."""


class Progress:
    """Says the steps of a check on standard error, if that is a terminal and the check takes long.

    >>> with Progress("grads") as progress:
    ...     progress.step("comparing")
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._text = name
        self._status: Any = None
        self._timer = threading.Timer(PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> "Progress":
        if sys.stderr is not None and sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._status is not None:
            self._status.stop()

    def step(self, what: str) -> None:
        """Says what comes next."""
        self._text = f"{self._name}: {what}"
        if self._status is not None:
            self._status.update(self._text)

    def _show(self) -> None:
        from rich.console import Console  # takes longer to import than most checks run

        self._status = Console(stderr=True).status(self._text)
        self._status.start()
