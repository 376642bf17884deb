"""Work in a thread of its own, so that the main thread answers Ctrl-C at once: a compiler at work hears no signal."""

import contextvars
import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

Made = TypeVar("Made")

STACK = 64 * 2**20
"""Bytes of stack for the thread: some systems give a thread much less than the main one has, and formulas nest deeply."""

OFTEN = 0.1
"""Seconds after which the main thread looks up from waiting: where a wait cannot be interrupted, signals are heard then."""


def in_background(items: Iterable[Made]) -> Iterator[Made]:
    """The items, each as soon as it is made, by a thread that ends with the process.

    Raises:
        BaseException: whatever making them raises.

    >>> list(in_background(range(3)))
    [0, 1, 2]
    """
    made: queue.SimpleQueue[tuple[Made] | BaseException | None] = queue.SimpleQueue()

    def make() -> None:
        try:
            for item in items:
                made.put((item,))
            made.put(None)
        except BaseException as error:
            made.put(error)

    before = threading.stack_size(STACK)
    try:
        threading.Thread(target=contextvars.copy_context().run, args=[make], daemon=True).start()
    finally:
        threading.stack_size(before)
    while (one := _next(made)) is not None:
        if isinstance(one, BaseException):
            raise one
        yield one[0]


def _next(made: "queue.SimpleQueue[Made]") -> Made:
    while True:
        try:
            return made.get(timeout=OFTEN)
        except queue.Empty:
            continue
