"""Gradients that are right except in some places: which, and what is wrong there."""

from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import SAME, Cause, agreeing, escaped, factor_between
from symmetry.gradcheck.data_sizes import arrays_in, sizes_of
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.scaled import factor_in_words

MOST_INDICES = 10_000
"""Whole numbers of the data up to which repeats are looked for along each axis, too."""


def lost_where_indices_repeat(gradients: Gradients) -> Iterator[Cause]:
    """Right where an index occurs once in data of whole numbers, wrong where it occurs more often: all of these, no other."""
    words = {}
    for path in gradients.wrong:
        for name, indices in [*arrays_in(gradients.x, "x"), *arrays_in(gradients.y, "y")]:
            if indices.dtype.kind in "iu" and indices.size and not words.get(path):
                words[path] = _lost(gradients, path, name, indices)
    yield from gradients.causes(words)


def _lost(gradients: Gradients, path: str, name: str, indices: np.ndarray) -> str:
    yours, true = gradients.yours[path], gradients.true[path]
    for axis, size in enumerate(true.shape):
        if indices.min() < 0 or indices.max() >= size:
            continue
        indices = indices.astype(np.int64)
        other_axes = tuple(each for each in range(true.ndim) if each != axis)
        wrong = ~agreeing(yours, true).all(other_axes)
        filled = np.any(np.nan_to_num(true) != 0, other_axes)
        once = np.bincount(indices.ravel(), minlength=size) == 1
        if not np.any(once & ~wrong & filled):
            continue
        for where, repeated in _repeated(indices, size).items():
            if wrong.any() and np.array_equal(wrong & filled, repeated & filled) and not np.any(wrong & once):
                right, there = int(np.sum(once & ~wrong)), where.format(name=name)
                return (
                    f"your {{arrays}} {{is}} right in all {right} places of axis {axis} that occur once in {name}, and wrong in "
                    f"exactly those that repeat{there} ({int(wrong.sum())}): contributions lost where an index repeats{there}; "
                    "`=` and `g[i] += d` keep one of them, np.add.at adds all"
                )
    return ""


def _repeated(indices: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """Which indices occur more than once: at all, and, where that is less, along each axis."""
    found = {"": np.bincount(indices.ravel(), minlength=size) > 1}
    for axis in reversed(range(indices.ndim)) if indices.ndim > 1 and indices.size <= MOST_INDICES else ():
        lines = np.moveaxis(indices, axis, -1).reshape(-1, indices.shape[axis])
        found[f" within axis {axis} of {{name}}"] = np.any(
            [np.bincount(line, minlength=size) > 1 for line in lines], axis=0
        )
    return found


def wrong_in_places(gradients: Gradients) -> Iterator[Cause]:
    """What is wrong where an array is wrong in some places only; every cause is weak."""
    words = {}
    for path in gradients.wrong:
        wrong = ~agreeing(gradients.yours[path], gradients.true[path])
        right = np.isfinite(gradients.true[path]) & ~wrong
        if wrong.any() and np.any(gradients.true[path][right]):
            words[path] = _in_words(gradients, path, wrong, right)
    yield from gradients.causes(words, weak=True)


def _in_words(gradients: Gradients, path: str, wrong: np.ndarray, right: np.ndarray) -> str:
    yours, true = gradients.yours[path], gradients.true[path]
    place = _place(path, wrong)
    where = f"in {place}" if place else f"in {int(wrong.sum())} of {int((wrong | right).sum())} entries"
    except_there = f"your {{arrays}} {{is}} right except {where}"
    if not np.any(true[wrong]):
        return f"{except_there}, where the derivative of your loss is 0: what the loss leaves out, such as padding, counted"
    if not np.any(yours[wrong]):
        return f"{except_there}: 0 there, as if forgotten"
    sentence = _there(gradients, path, wrong) if place and wrong.sum() > 1 else ""
    if sentence:
        return f"{except_there}: {sentence} there"
    rest = _place(path, right)
    sentence = _there(gradients, path, wrong) if rest and np.ndim(true) > 1 and wrong.sum() > 1 else ""
    return f"your {{arrays}} {{is}} right in {rest} and {sentence} in the rest" if sentence else ""


def _there(gradients: Gradients, path: str, places: np.ndarray) -> str:
    """A factor, or a multiple of the parameter, that gives all values in these places."""
    yours, true = gradients.yours[path][places], gradients.true[path][places]
    factor = factor_between(yours, true)
    sizes = sizes_of(gradients.x, gradients.y)
    if factor is not None:
        return "of the wrong sign" if abs(factor + 1) < SAME else factor_in_words(factor, sizes)
    decay = factor_between(yours - true, gradients.arrays[path][places].astype(float))
    return "" if decay is None else f"off by {decay:.6g} times the parameter itself"


def _place(path: str, places: np.ndarray) -> str:
    """The one index along one axis that places are all of, in NumPy's notation, such as `W[:, 0]`; or nothing."""
    for axis in range(places.ndim):
        filled = np.flatnonzero(places.any(tuple(each for each in range(places.ndim) if each != axis)))
        if len(filled) == 1 and places.shape[axis] > 1:
            return f"{escaped(path)}[{', '.join([':'] * axis + [str(filled[0])])}]"
    return ""
