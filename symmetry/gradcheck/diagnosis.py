"""Which known fault reproduces a student's wrong values, said in words."""

import dataclasses
from collections.abc import Iterator

import jax
import numpy as np

from symmetry.gradcheck.comparison import Comparison, Outcome
from symmetry.gradcheck.faults import after_a_step, known_faults
from symmetry.gradcheck.parameters import Arrays
from symmetry.gradcheck.reading import Reading
from symmetry.gradcheck.student import Point
from symmetry.network import Layer, backprop

SAME = 1e-6
"""Relative difference up to which two gradients count as the same. It decides what a fault is called, nothing else."""


@dataclasses.dataclass(frozen=True)
class Cause:
    """A sentence that says what made arrays wrong, and which arrays those are."""

    sentence: str
    paths: tuple[str, ...]


def causes(comparison: Comparison, point: Point, reading: Reading | None) -> list[Cause]:
    """What made the wrong arrays wrong: as few causes as explain them, the likeliest first; none if nothing known fits."""
    arrays: Arrays = dict(point.arrays)
    wrong = comparison.wrong_paths()
    found: list[Cause] = []
    candidates = [*_of_arrays(comparison, arrays, wrong, reading)]
    if reading is not None:
        candidates += _of_networks(comparison, arrays, wrong, reading)
    while wrong:
        best = max(candidates, key=lambda cause: len(set(cause.paths) & set(wrong)), default=None)
        if best is None or not set(best.paths) & set(wrong):
            break
        shown = tuple(path for path in best.paths if path in wrong)
        found.append(dataclasses.replace(best, sentence=_about(best.sentence, shown), paths=shown))
        wrong = [path for path in wrong if path not in shown]
    return found


def _about(sentence: str, paths: tuple[str, ...]) -> str:
    """A cause's sentence about those arrays, with verbs that agree with their number."""
    one = len(paths) == 1
    verbs = {"is": "is", "has": "has", "equals": "equals"} if one else {"is": "are", "has": "have", "equals": "equal"}
    return sentence.format(arrays=listed(paths), **verbs)


def listed(paths: tuple[str, ...]) -> str:
    """W1, b1 and W2."""
    return paths[0] if len(paths) == 1 else f"{', '.join(paths[:-1])} and {paths[-1]}"


def _seen(comparison: Comparison, path: str) -> np.ndarray:
    """Which entries of an array were compared by themselves."""
    return comparison.outcome[comparison.places.spans[path]] != Outcome.UNSEEN


def _of(comparison: Comparison, path: str, row: np.ndarray) -> np.ndarray:
    return row[comparison.places.spans[path]][_seen(comparison, path)]


def _of_arrays(comparison: Comparison, arrays: Arrays, wrong: list[str], reading: Reading | None) -> Iterator[Cause]:
    """Causes that show without knowing the network: nothing, a factor, a transposition, a penalty."""
    yours = {path: _of(comparison, path, comparison.yours) for path in wrong}
    true = {path: _of(comparison, path, comparison.loss) for path in wrong}
    near = tuple(path for path in wrong if _same(yours[path], true[path]))
    if near:
        count = sum(len(comparison.wrong_in(path)) for path in near)
        entries = sum(len(yours[path]) for path in near)
        told = f"your {{arrays}} {{is}} off by less than a millionth, in {count} of {entries} derivatives"
        if 2 * count > entries:
            told += (
                ": a small constant, such as log(p + 1e-8), that stands in your loss and not in your gradient, or the other way "
                "round; or one factor that is not quite right"
            )
        yield Cause(told, near)
    wrong = [path for path in wrong if path not in near]
    silent = tuple(path for path in wrong if not np.any(yours[path]))
    if silent:
        yield Cause("your {arrays} {is} 0 everywhere, as if forgotten", silent)
    factors = {path: _factor(yours[path], true[path]) for path in wrong if path not in silent}
    for factor in sorted({round(f, 9) for f in factors.values() if f is not None}):
        same = tuple(path for path, f in factors.items() if f is not None and round(f, 9) == factor)
        yield Cause(_factor_in_words(factor, reading, len(same) == len(arrays)), same)
    transposed = tuple(path for path in wrong if _is_transposed(arrays[path].shape, yours[path], true[path]))
    if transposed:
        yield Cause("your {arrays} {is} transposed", transposed)
    if reading is not None:
        yield from _of_the_penalty(comparison, arrays, wrong, reading)
    else:
        decayed = {path: _factor(yours[path] - true[path], values_at_path(comparison, arrays, path)) for path in wrong}
        for factor in sorted({round(f, 9) for f in decayed.values() if f is not None}):
            same = tuple(path for path, f in decayed.items() if f is not None and round(f, 9) == factor)
            yield Cause(
                f"your {{arrays}} {{is}} off by {factor:g} times the parameter itself: "
                "the gradient of an L2 penalty with another factor than in your loss, or left out",
                same,
            )


def values_at_path(comparison: Comparison, arrays: Arrays, path: str) -> np.ndarray:
    """The array itself, at the entries that were compared."""
    return np.asarray(arrays[path]).ravel()[_seen(comparison, path)]


def _factor(one: np.ndarray, other: np.ndarray) -> float | None:
    """The number that one array is of another; None if it is none."""
    size = float(np.dot(other, other))
    if size == 0 or not np.any(one):
        return None
    factor = float(np.dot(one, other)) / size
    return factor if np.max(np.abs(one - factor * other)) <= SAME * np.max(np.abs(one)) else None


def _factor_in_words(factor: float, reading: Reading | None, everywhere: bool) -> str:
    examples = reading.examples if reading is not None else 0
    if abs(factor + 1) < SAME:
        return "your {arrays} {has} the wrong sign" + (
            ": the output error is target minus prediction, where prediction minus target belongs" if everywhere else ""
        )
    if examples > 1 and abs(factor * examples - 1) < SAME:
        if reading is not None and reading.averaged:
            return (
                "your {arrays} {is} averaged over the batch twice: "
                + f"divided by the {examples} examples once too often"
            )
        return "your {arrays} {is} averaged over the batch, but your loss is summed over it"
    if examples > 1 and abs(factor / examples - 1) < SAME:
        return (
            "your {arrays} {is} summed over the batch, but your loss is averaged over it"
            + f" (1/{examples} is missing)"
        )
    if examples > 1 and abs(factor * examples + 1) < SAME:
        return "your {arrays} {has} the wrong sign, and is averaged over the batch once too often"
    if examples > 1 and abs(factor / examples + 1) < SAME:
        return "your {arrays} {has} the wrong sign, and is summed over the batch, but your loss is averaged over it"
    inputs = reading.layout.x.shape[1] if reading is not None else 0
    if inputs > 1 and examples > 1 and abs(factor * inputs / examples - 1) < SAME:
        return (
            "your {arrays} {is} divided by " + f"{inputs}, the number of inputs, where the {examples} examples belong"
        )
    return "your {arrays} {is} " + f"{factor:.6g} times the derivative of your loss"


def _is_transposed(shape: tuple[int, ...], yours: np.ndarray, true: np.ndarray) -> bool:
    if len(shape) != 2 or shape[0] != shape[1] or yours.size != shape[0] * shape[1]:
        return False
    return _same(yours.reshape(shape).T.ravel(), true)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.max(np.abs(one - other)) <= SAME * max(np.max(np.abs(one)), np.max(np.abs(other)), 1e-300))


def _of_the_penalty(comparison: Comparison, arrays: Arrays, wrong: list[str], reading: Reading) -> Iterator[Cause]:
    """A penalty's gradient left out, with another factor, or given to what is not penalised."""
    groups: dict[str, list[str]] = {}
    for path in wrong:
        yours, true = _of(comparison, path, comparison.yours), _of(comparison, path, comparison.loss)
        factor = _factor(yours - true, values_at_path(comparison, arrays, path))
        if factor is None:
            continue
        due = 2 * reading.penalty if path in reading.penalised else 0.0
        if due and abs(factor / due + 1) < SAME:
            words = "the gradient of your loss's L2 penalty left out"
        elif due:
            words = f"the gradient of your loss's L2 penalty times {factor / due + 1:.6g}"
        else:
            words = f"an L2 penalty ({factor:.6g} times the parameter) that your loss has not"
        groups.setdefault(words, []).append(path)
    for words, paths in groups.items():
        yield Cause(f"your {{arrays}} {{equals}} backprop with {words}", tuple(paths))


def _of_networks(comparison: Comparison, arrays: Arrays, wrong: list[str], reading: Reading) -> list[Cause]:
    """Faults of a network that reproduce wrong arrays; those that reproduce every array, right ones included, first."""
    whole, partial = [], []
    with jax.enable_x64(True):
        network, batch = reading.network(arrays), reading.batch()
        usual = reading.gradient(backprop(network, batch).layers, arrays)
        tried = [(fault.words, fault.layers, fault.free_factor) for fault in known_faults(network, batch)]
        tried += _updated_too_early(comparison, arrays, wrong, reading)
    for words, layers, free in tried:
        gradient = reading.gradient(layers, arrays)
        matching = []
        for path in arrays:
            found = values_at_path(comparison, gradient, path)
            yours = _of(comparison, path, comparison.yours)
            if _same(found, yours) or (free and path in wrong and _factor(yours, found) is not None):
                matching.append(path)
        told = [path for path in matching if path in wrong and not _same(gradient[path].ravel(), usual[path].ravel())]
        if told:
            cause = Cause(f"your {{arrays}} {{equals}} backprop with {words}", tuple(told))
            (whole if len(matching) == len(arrays) else partial).append(cause)
    return whole + partial


def _updated_too_early(comparison: Comparison, arrays: Arrays, wrong: list[str], reading: Reading) -> list:
    """Backprop through weights that were updated first, with the step that fits; none if no step does."""
    network, batch = reading.network(arrays), reading.batch()
    if len(network.layers) < 2:
        return []
    still, moved = after_a_step(network, batch, 0.0), after_a_step(network, batch, 1.0)
    path = reading.layout.weights[-2]
    if path not in wrong:
        return []
    base, end = (values_at_path(comparison, reading.gradient(layers, arrays), path) for layers in (still, moved))
    step = _factor(_of(comparison, path, comparison.yours) - base, end - base)
    if step is None:
        return []
    step_taken = step / reading.scale
    words = (
        f"the weights above updated (by a step of {step_taken:.4g}) before the gradient of the layer below was taken"
    )
    layers: tuple[Layer, ...] = after_a_step(network, batch, step)
    return [(words, layers, False)]
