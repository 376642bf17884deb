"""Gradients that hold right values in wrong places, or are wrong in some places only: which, and what is wrong there."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from symmetry.gradcheck.cause import SAME, Cause, agreeing, escaped, factor_between, same
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.scaled import arrays_in, factor_in_words, sizes_of

MOST_AXES = 4
"""Axes up to which every order of them is tried."""

MOST_PLACES = 500
"""Length of an axis up to which every shift along it is tried."""

MOST_INDICES = 10_000
"""Whole numbers of the data up to which repeats are looked for along each axis, too."""


def rearranged(gradients: Gradients) -> Iterator[Cause]:
    """Every cause that moves right values elsewhere, the simplest first; and what only keeps their total."""
    yield from _of_other_arrays(gradients)
    for words_of in (_turned, _laid_out, _reordered, _scattered, _spread):
        yield from gradients.causes({path: words_of(gradients, path) for path in gradients.whole})
    yield from gradients.causes({path: _of_the_same_total(gradients, path) for path in gradients.whole}, weak=True)


def _of_other_arrays(gradients: Gradients) -> Iterator[Cause]:
    """The derivative of another array: two exchanged, or one twice."""
    sources: dict[str, tuple[str, str]] = {}
    for path in gradients.whole:
        for other, true in gradients.true.items():
            for turned, values in (("", true), (", transposed", true.T)):
                fits = other != path and values.shape == gradients.yours[path].shape
                if path not in sources and fits and gradients.is_other(path, values):
                    sources[path] = other, turned
    for path, (other, _) in sources.items():
        if path < other and sources.get(other, ("", ""))[0] == path:
            words = "your {arrays} {is} exchanged: each equals the derivative in the other ({entries})"
            yield Cause(words, tuple(each for each in gradients.arrays if each in (path, other)))
    for path, (other, turned) in sources.items():
        yield Cause(f"your {{arrays}} {{equals}} the derivative in {escaped(other)}{turned} ({{entries}})", (path,))


def _turned(gradients: Gradients, path: str) -> str:
    """Two axes exchanged, any reversed: as few as give these values."""
    true = gradients.true[path]
    if true.ndim > MOST_AXES:
        return ""
    orders = [each for each in itertools.permutations(range(true.ndim)) if len(_moved(each)) <= 2]
    orders = [each for each in orders if true.transpose(each).shape == true.shape]
    long = [axis for axis in range(true.ndim) if true.shape[axis] > 1]
    flips = [flip for count in range(len(long) + 1) for flip in itertools.combinations(long, count)]
    for order, flip in sorted(itertools.product(orders, flips), key=lambda way: len(way[1]) + 2 * len(_moved(way[0]))):
        if gradients.is_other(path, np.flip(true.transpose(order), flip)):
            exchanged = "{is} transposed" if order == (1, 0) else f"{{has}} {_named_axes(_moved(order))} exchanged"
            words = [exchanged] if _moved(order) else []
            words += [f"{{has}} {_named_axes(flip)} reversed"] if flip else []
            return f"your {{arrays}} {' and '.join(words)} ({{entries}})"
    return ""


def _moved(order: tuple[int, ...]) -> list[int]:
    return [place for place, axis in enumerate(order) if axis != place]


def _named_axes(axes: Sequence[int]) -> str:
    return ("axis " if len(axes) == 1 else "axes ") + " and ".join(map(str, axes))


def _laid_out(gradients: Gradients, path: str) -> str:
    """Reshaped without the axes put in order first."""
    true = gradients.true[path]
    for order in itertools.permutations(range(true.ndim)) if true.ndim <= MOST_AXES else ():
        if gradients.is_other(path, true.transpose(order).reshape(true.shape)):
            words = "your {arrays} {has} the right values laid out in another order"
            return f"{words}: as if reshaped with the axes in the order {order} ({{entries}})"
    return ""


def _reordered(gradients: Gradients, path: str) -> str:
    """The slices along one axis in another order."""
    yours, true = gradients.yours[path], gradients.true[path]
    for axis, size in enumerate(true.shape) if max(true.shape, default=0) <= MOST_PLACES else ():
        name = f"axis {axis}" if axis < true.ndim - 1 else "the last axis"
        words = f"your {{arrays}} {{has}} the right values in another order along {name}"
        for step in sorted(range(1, size), key=lambda step: min(step, size - step)):
            if gradients.is_other(path, np.roll(true, step, axis)):
                return f"{words}: moved by {step if step <= size - step else step - size} ({{entries}})"
        sources = _sources(np.moveaxis(yours, axis, 0), np.moveaxis(true, axis, 0))
        if sources is not None and gradients.is_other(path, np.take(true, sources, axis)):
            return f"{words}: {_order_in_words(sources)} ({{entries}})"
    return ""


def _sources(yours: np.ndarray, true: np.ndarray) -> list[int] | None:
    """Which row of the derivative each of the student's rows is, itself where it may be; None unless it is one to one."""
    scale = float(np.max(np.abs(true), initial=0.0))
    free = list(range(len(true)))
    found = []
    for place, row in enumerate(yours):
        fits = [each for each in free if np.max(np.abs(row - true[each])) <= SAME * scale]
        if not fits:
            return None
        found.append(place if place in fits else fits[0])
        free.remove(found[-1])
    return found


def _order_in_words(sources: list[int]) -> str:
    moved = [place for place, source in enumerate(sources) if place != source]
    if all(sources[sources[place]] == place for place in moved):
        low = [place for place in moved if place < sources[place]]
        one, other = (" and ".join(map(str, places)) for places in (low, [sources[place] for place in low]))
        return f"places {one} exchanged with {other}" if len(low) > 1 else f"{one} and {other} exchanged"
    return f"the places {sources}"


def _scattered(gradients: Gradients, path: str) -> str:
    """The right values, whatever their order."""
    yours, true = gradients.yours[path], gradients.true[path]
    ordered = np.sort(true.ravel())
    distinct = 1 + int(np.sum(np.diff(ordered) > SAME * np.max(np.abs(ordered))))
    if distinct < 3 or same(yours, true) or not same(np.sort(yours.ravel()), ordered):
        return ""
    return "your {arrays} {has} the right values in another order ({entries})"


def _spread(gradients: Gradients, path: str) -> str:
    """One sum or mean along axes in every entry along them: summed over an axis too many."""
    true = gradients.true[path]
    long = [axis for axis in range(min(true.ndim, MOST_AXES)) if true.shape[axis] > 1]
    for count in range(1, len(long) + 1):
        for axes in itertools.combinations(long, count):
            for word, values in (("sum", true.sum(axes, keepdims=True)), ("mean", true.mean(axes, keepdims=True))):
                if gradients.is_other(path, values + np.zeros(true.shape)):
                    summed = f"the {word} of the derivative over {_named_axes(axes)}"
                    return f"your {{arrays}} {{has}} in every entry {summed} ({{entries}})"
    return ""


def _of_the_same_total(gradients: Gradients, path: str) -> str:
    """Other entries that add up to the same number, which is not 0 for other reasons."""
    yours, true = gradients.yours[path], gradients.true[path]
    total, size = float(true.sum()), float(np.abs(true).sum())
    gaps = yours - true
    if true.size < 2 or abs(total) < 1e-3 * size or abs(float(gaps.sum())) > SAME * float(np.abs(gaps).sum()):
        return ""
    if same(yours, true) or 2 * np.sum(agreeing(yours, true)) > true.size:
        return ""
    return (
        "your {arrays} {has} the right total in the wrong entries: summed over another axis than the loss sums, or handed to "
        "other entries"
    )


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
        repeats = [np.bincount(line, minlength=size) > 1 for line in lines]
        found[f" within axis {axis} of {{name}}"] = np.any(repeats, axis=0)
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
