"""Questions that the threads ask, with answers; every sentence of an answer rests on theorems and claims."""

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Question:
    """A question that the threads ask, with an answer whose sentences each name what supports them.

    Attributes:
        asks: the question in our words.
        threads: keys of the threads that ask it.
        answer: pairs of a sentence and the ids of the theorems and claims that it rests on.
    """

    id: str
    asks: str
    threads: tuple[str, ...]
    answer: tuple[tuple[str, tuple[str, ...]], ...]


QUESTIONS: dict[str, Question] = {}
"""Every question, by id."""


def question(id: str, asks: str, threads: Sequence[str], answer: Sequence[tuple[str, Sequence[str]]]) -> Question:
    """Registers a question with its answer."""
    QUESTIONS[id] = Question(id, asks, tuple(threads), tuple((text, tuple(support)) for text, support in answer))
    return QUESTIONS[id]
