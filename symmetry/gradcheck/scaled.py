"""Gradients off by a factor, by being clipped, or by a multiple of the parameter: how much it is, and what it counts."""

from collections.abc import Iterator, Mapping

import numpy as np

from symmetry.gradcheck.cause import SAME, Cause, agreeing, escaped, factor_between
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.parameters import Tree
from symmetry.gradcheck.reading import Reading

ROUND = 1e-5
"""Relative difference up to which a norm counts as a round number: many add 1e-6 to the norm before they divide by it."""

MOST_LEAVES = 16
"""Arrays of one tree that are looked at."""


def scaled(gradients: Gradients) -> Iterator[Cause]:
    """Every cause that is a factor, or that cuts off what is large."""
    factors = {path: factor_between(gradients.yours[path], gradients.true[path]) for path in gradients.wrong}
    found = {path: factor for path, factor in factors.items() if factor is not None and abs(factor - 1) > SAME}
    sizes = sizes_of(gradients.x, gradients.y)
    yield from _normed(gradients, {path: factor for path, factor in found.items() if not known(factor, sizes)})
    for factor in sorted({round(factor, 9) for factor in found.values()}):
        same = tuple(path for path, each in found.items() if round(each, 9) == factor)
        if known(factor, sizes) or sum(map(gradients.compared, same)) > 1:
            verb = "{has}" if factor == -1 else "{is}"
            everywhere = len(same) == len(gradients.arrays)
            yield Cause(f"your {{arrays}} {verb} {factor_in_words(factor, sizes, everywhere)}", same)
    yield from _clipped(gradients)


def known(factor: float, sizes: Mapping[int, str]) -> bool:
    """Whether a factor says what it is: a sign, a 2, or a length of the data."""
    counts = {1, 2, *sizes}
    ratios = {one / other for one in sizes for other in (*sizes, one - 1) if other != one and other > 1}
    return any(abs(abs(factor) / each - 1) < SAME for each in (*counts, *(1 / each for each in counts), *ratios))


def factor_in_words(factor: float, sizes: Mapping[int, str], everywhere: bool = False) -> str:
    """What a factor means, after "is"; after "has" if it is -1.

    >>> factor_in_words(1 / 6, {6: "the number of examples"})
    'divided by 6, the number of examples, once too often'
    """
    if abs(factor + 1) < SAME:
        belongs = ": the output error is target minus prediction, where prediction minus target belongs"
        return "the wrong sign" + (belongs if everywhere else "")
    times = f"{factor:.{6 if abs(factor - 1) > 1e-5 else 9}g} times the derivative of your loss"
    if factor < 0:
        rest = factor_in_words(-factor, sizes)
        return times + (f", of the wrong sign and {rest}" if known(factor, sizes) else "")
    for two, words in ((2, ": a 2 too many"), (0.5, ": a 2 left out")):
        if abs(factor / two - 1) < SAME:
            return times + words + (f" (2 is also {sizes[2]})" if 2 in sizes else "")
    for size, name in sizes.items():
        if abs(factor * size - 1) < SAME:
            return f"divided by {size}, {name}, once too often"
        if abs(factor / size - 1) < SAME:
            return f"{times}; {size} is {name}: summed where your loss takes a mean"
        if size > 2 and abs(factor * (size - 1) / size - 1) < SAME and size - 1 not in sizes:
            return f"divided by {size - 1} where {size}, {name}, belongs"
    for size, name in sizes.items():
        for other in sizes:
            if other != size and abs(factor * size / other - 1) < SAME:
                return f"divided by {size}, {name}, where {other}, {sizes[other]}, belongs"
    return times + _root_in_words(factor)


def _root_in_words(factor: float) -> str:
    """The scale that a factor is, if it is the root of a whole number or 1 over it."""
    square = max(factor, 1 / factor) ** 2
    whole = round(square)
    if abs(square / whole - 1) > SAME or whole > 1_000 or round(whole**0.5) ** 2 == whole:
        return ""
    return f": a scale of 1/sqrt({whole}) left out" if factor > 1 else f": a scale of 1/sqrt({whole}) too many"


def _normed(gradients: Gradients, factors: dict[str, float]) -> Iterator[Cause]:
    """Scaled to a norm that is a round number: over all arrays by one factor, or each by its own."""
    if set(factors) != set(gradients.arrays) or len(gradients.whole) < len(factors) or min(factors.values()) <= 0:
        return
    norms = [float(np.linalg.norm(gradients.yours[path])) for path in factors]
    norm = float(np.linalg.norm(norms))
    if max(factors.values()) / min(factors.values()) - 1 < SAME and _is_round(norm):
        factor = next(iter(factors.values()))
        words = f"your {{arrays}} {{is}} scaled to a norm of {norm:.3g} over all arrays"
        yield Cause(f"{words}: {factor:.6g} times the derivative of your loss ({{entries}})", tuple(factors))
    elif len(factors) > 1 and _is_round(norms[0]) and max(norms) / min(norms) - 1 < ROUND:
        yield Cause(f"your {{arrays}} {{is}} scaled to a norm of {norms[0]:.3g} each", tuple(factors))


def _clipped(gradients: Gradients) -> Iterator[Cause]:
    """Right up to a constant, and that constant where the derivative is larger; more than once, or a round one."""
    words: dict[str, str] = {}
    constants: list[float] = []
    for path in gradients.wrong:
        yours, true = gradients.yours[path], gradients.true[path]
        most = float(np.nanmax(np.abs(yours), initial=0.0))
        large = np.abs(true) > most * (1 + SAME)
        if most and agreeing(yours, np.clip(true, -most, most)).all() and np.any(yours[~large & np.isfinite(yours)]):
            constants += [most] * int(large.sum())
            words[path] = (
                f"your {{arrays}} {{is}} the derivative of your loss clipped to [{-most:.6g}, {most:.6g}]: "
                "equal wherever it is smaller ({entries})"
            )
    if words and (_is_round(constants[0]) or len({f"{each:.6g}" for each in constants}) < len(constants)):
        yield from gradients.causes(words)


def _is_round(number: float) -> bool:
    """Whether two digits write it."""
    return abs(float(f"{number:.2g}") / number - 1) < ROUND


def penalised(gradients: Gradients, reading: Reading | None) -> Iterator[Cause]:
    """Causes that are an L2 penalty; with a reading of the network they say what the loss itself penalises."""
    words = {}
    for path in gradients.wrong:
        gap = gradients.yours[path] - gradients.true[path]
        multiple = factor_between(gap, np.asarray(gradients.arrays[path], np.float64))
        if multiple is not None:
            words[path] = _penalty_in_words(multiple, path, reading)
    yield from (each for each in gradients.causes(words) if sum(map(gradients.compared, each.paths)) > 1)


def _penalty_in_words(multiple: float, path: str, reading: Reading | None) -> str:
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


def arrays_in(data: Tree, name: str) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of numbers in whatever was given as data, each with the name of its place, such as `x[0]`."""
    try:
        # A tuple of arrays holds different things; a list of them is how some courses hand over examples.
        apart = isinstance(data, tuple) and any(hasattr(child, "dtype") for child in data)
        array = np.asarray(None if apart else data)
    except Exception:  # a ragged list, an array of JAX that was donated, an object that raises
        array = np.asarray(None)
    if array.dtype.kind in "fiub":
        yield name, array
    elif isinstance(data, dict):
        for key, child in list(data.items())[:MOST_LEAVES]:
            yield from arrays_in(child, escaped(f"{name}[{key!r}]"))
    elif isinstance(data, list | tuple):
        for index, child in enumerate(data[:MOST_LEAVES]):
            yield from arrays_in(child, f"{name}[{index}]")


def sizes_of(x: Tree, y: Tree) -> dict[int, str]:
    """What every length above 1 counts, as "the number of examples" or "the length of axis 1 of x".

    >>> sizes_of(np.ones((5, 3)), np.ones((5, 2)))
    {5: 'the number of examples', 3: 'the length of axis 1 of x', 2: 'the length of axis 1 of y'}
    """
    leaves = [*arrays_in(x, "x"), *arrays_in(y, "y")]
    examples, count = _axis_of_examples(leaves), "the number of examples"
    names: dict[int, list[str]] = {}
    for name, array in leaves:
        for axis, size in enumerate(array.shape):
            named = count if axis == examples else f"the length of axis {axis} of {name}"
            names.setdefault(size, []).append(named)
    chosen = {size: [count] if count in found else list(dict.fromkeys(found))[:2] for size, found in names.items()}
    return {size: " and ".join(found) for size, found in chosen.items() if size > 1}


def _axis_of_examples(leaves: list[tuple[str, np.ndarray]]) -> int | None:
    """The one axis along which inputs and targets have the same length; None if there are several, or none."""
    shapes = [array.shape for _, array in leaves]
    if len(shapes) != 2:
        return None
    one, other = shapes
    shared = [axis for axis, sizes in enumerate(zip(one, other, strict=False)) if sizes[0] == sizes[1] > 1]
    if shared[:1] == [0] and len(one) > 2 >= len(other):
        return 0
    return shared[0] if len(shared) == 1 else None
