"""Gradients that are off by a multiple of the parameter itself: an L2 penalty left out, or one that the loss has not."""

from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import SAME, Cause, factor_between
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.reading import Reading


def multiples_of_parameters(gradients: Gradients) -> dict[str, float]:
    """By what multiple of the parameter each wrong array is off, where it is."""
    found = {}
    for path in gradients.wrong:
        gap = (gradients.yours[path] - gradients.true[path]).ravel()
        multiple = factor_between(gap, np.float64(gradients.arrays[path]).ravel())
        if multiple is not None:
            found[path] = multiple
    return found


def penalised(gradients: Gradients, reading: Reading | None) -> Iterator[Cause]:
    """Causes that are a penalty; with a reading of the network they say what the loss itself penalises."""
    multiples = multiples_of_parameters(gradients)
    words = {path: _in_words(multiple, path, reading) for path, multiple in multiples.items()}
    for cause in gradients.causes(words):
        if sum(gradients.compared(path) for path in cause.paths) > 1:
            yield cause


def _in_words(multiple: float, path: str, reading: Reading | None) -> str:
    if reading is None:
        fault = "left out, or too small" if multiple < 0 else "that your loss does not have there, or too large"
        return (
            f"your {{arrays}} {{is}} off by {multiple:.6g} times the parameter itself: the gradient of an L2 penalty {fault} "
            "({entries})"
        )
    due = 2 * reading.penalty if path in reading.penalised else 0.0
    if due and abs(multiple / due + 1) < SAME:
        return "your {arrays} {equals} backprop with the gradient of your loss's L2 penalty left out"
    if due:
        return f"your {{arrays}} {{equals}} backprop with the gradient of your loss's L2 penalty times {multiple / due + 1:.6g}"
    return f"your {{arrays}} {{equals}} backprop with an L2 penalty ({multiple:.6g} times the parameter) that your loss has not"
