"""Ctrl-C in tests of commands."""

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def ctrl_c_is_heard() -> Iterator[None]:
    """Processes that are started meanwhile hear Ctrl-C, even where a shell has started this one to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
