"""Faults planted in one line of a right gradient."""

from collections.abc import Callable
from typing import Any

from ..fault import Fault, with_line


def planting(loss: Callable, grads: Callable) -> Callable[..., Fault]:
    """A function that makes a fault of a line of `grads` and of what stands in its place.

    It takes the fault's name, the line, what is wrong in its place, the sentence that says what went wrong, and what a
    diagnosis should say; `paths` says that none says it yet.
    """

    def plant(
        name: str, line: str, wrong: str, sentence: str, diagnosis: str, *, paths: bool = False, **sizes: Any
    ) -> Fault:
        return Fault(name, sentence, loss, with_line(grads, line, wrong), diagnosis, sizes, paths)

    return plant
