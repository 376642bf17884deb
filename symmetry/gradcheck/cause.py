"""A cause of wrong values, and when two arrays count as the same."""

import dataclasses

import numpy as np

SAME = 1e-6
"""Relative difference up to which two gradients count as the same. It decides what a fault is called, nothing else."""


@dataclasses.dataclass(frozen=True)
class Cause:
    """A sentence that says what made arrays wrong, and which arrays those are.

    Attributes:
        sentence: with `{arrays}` for them, `{is}`, `{has}` or `{equals}` for verbs that agree with their number, and
            `{entries}` for how many of their entries were compared.
        paths: the arrays.
        weak: whether it only describes where an array is wrong, so that any other cause comes first.
    """

    sentence: str
    paths: tuple[str, ...]
    weak: bool = False

    def about(self, paths: tuple[str, ...], entries: int) -> "Cause":
        """The cause of these of its arrays only, with its sentence filled in."""
        plural = {"is": "are", "has": "have", "equals": "equal"}
        verbs = plural if len(paths) > 1 else {verb: verb for verb in plural}
        sentence = self.sentence.format(arrays=listed(paths), entries=f"all {entries:,} entries", **verbs)
        return dataclasses.replace(self, sentence=sentence, paths=paths)


def listed(paths: tuple[str, ...]) -> str:
    """W1, b1 and W2."""
    return paths[0] if len(paths) == 1 else f"{', '.join(paths[:-1])} and {paths[-1]}"


def escaped(text: str) -> str:
    """Text for a cause's sentence whose braces are not to be filled in, such as a path or a line of code."""
    return text.replace("{", "{{").replace("}", "}}")


def code(text: str) -> str:
    """Code of the student's in a cause's sentence, such as `x @ W`."""
    return f"`{escaped(text)}`"


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays agree where both are known, which must be somewhere."""
    known = np.isfinite(one) & np.isfinite(other)
    if not known.any():
        return False
    gap = np.max(np.abs(one - other)[known])
    return bool(gap <= SAME * max(np.max(np.abs(one[known])), np.max(np.abs(other[known])), 1e-300))


def agreeing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Entry by entry, whether two arrays agree to within that share of the largest; where one is unknown, they do."""
    largest = max(np.nanmax(np.abs(one), initial=0.0), np.nanmax(np.abs(other), initial=0.0))
    return ~(np.abs(one - other) > SAME * largest)


def factor_between(one: np.ndarray, other: np.ndarray) -> float | None:
    """The number that one array is of another, where both are known; None if it is none."""
    known = np.isfinite(one) & np.isfinite(other)
    one, other = np.asarray(one)[known], np.asarray(other)[known]
    size = float(np.dot(other, other))
    if size == 0 or not np.any(one):
        return None
    factor = float(np.dot(one, other)) / size
    return factor if np.max(np.abs(one - factor * other)) <= SAME * np.max(np.abs(one)) else None
