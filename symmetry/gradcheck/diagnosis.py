"""Which known fault reproduces a student's wrong values, in words."""

from collections.abc import Iterator

import jax
import numpy as np

from symmetry.gradcheck.array_faults import array_faults
from symmetry.gradcheck.cause import SAME, Cause, factor_between, listed, same
from symmetry.gradcheck.comparison import GradientComparison, Outcome
from symmetry.gradcheck.faults import after_a_step, known_faults
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.parameters import Arrays
from symmetry.gradcheck.paths import path_causes
from symmetry.gradcheck.reading import Reading
from symmetry.gradcheck.student import Point, Student
from symmetry.network import Layer, backprop

__all__ = ["Cause", "causes", "listed"]


def causes(
    comparison: GradientComparison, point: Point, reading: Reading | None, student: Student | None = None
) -> list[Cause]:
    """What made the wrong arrays wrong: as few causes as explain them, the likeliest first; none if nothing known fits.

    The student's loss runs once more, to follow the error's paths; without a student this is left out.
    """
    arrays = point.arrays
    wrong = tuple(comparison.wrong_paths())
    near = tuple(path for path in wrong if _is_near(comparison, path))
    far = tuple(path for path in wrong if path not in near)
    gradients = Gradients.of(comparison, arrays, far, point.x, point.y)
    candidates = [_of_what_is_near(comparison, near)] if near else []
    if reading is not None:
        candidates += _of_examples(gradients, reading)
    with np.errstate(all="ignore"):
        candidates += array_faults(gradients, reading)
    if reading is not None:
        candidates += _of_networks(comparison, arrays, list(wrong), reading)
    if student is not None and not any(set(each.paths) >= set(far) and not each.weak for each in candidates):
        candidates = _with_paths(candidates, student, point, gradients, reading is not None)
    return explained(wrong, candidates, gradients)


def _with_paths(
    candidates: list[Cause], student: Student, point: Point, gradients: Gradients, known: bool
) -> list[Cause]:
    """The candidates and those on the error's paths: these first, but where the network is known or arrays say as much."""
    try:
        with np.errstate(all="ignore"):
            found = path_causes(student, point, gradients)
    except Exception:  # the paths only add to what is known, and must not hide it
        return candidates
    described = {each.paths: each for each in reversed(candidates) if each.weak}
    by_path = {each: each.cause(described.get(each.paths)) for each in found}
    first = [cause for each, cause in by_path.items() if not each.plain and not known]
    return [*first, *candidates, *(cause for each, cause in by_path.items() if each.plain or known)]


def explained(wrong: tuple[str, ...], candidates: list[Cause], gradients: Gradients) -> list[Cause]:
    """As few candidates as explain the wrong arrays; those that only describe where they are wrong come last."""
    found: list[Cause] = []
    for weak in (False, True):
        rest = [cause for cause in candidates if cause.weak == weak]
        while wrong:
            best = max(rest, key=lambda cause: len(set(cause.paths) & set(wrong)), default=None)
            if best is None or not set(best.paths) & set(wrong):
                break
            shown = tuple(path for path in best.paths if path in wrong)
            found.append(best.about(shown, sum(map(gradients.compared, shown))))
            wrong = tuple(path for path in wrong if path not in shown)
    return found


def _is_near(comparison: GradientComparison, path: str) -> bool:
    known = len(comparison.wrong_in(path)) > 0
    return known and same(_of(comparison, path, comparison.yours), _of(comparison, path, comparison.loss))


def _of(comparison: GradientComparison, path: str, row: np.ndarray) -> np.ndarray:
    """The entries of an array that were compared one by one, out of all entries in a row."""
    return row[comparison.places.spans[path]][_seen(comparison, path)]


def _seen(comparison: GradientComparison, path: str) -> np.ndarray:
    return comparison.outcome[comparison.places.spans[path]] != Outcome.UNSEEN


def _of_what_is_near(comparison: GradientComparison, near: tuple[str, ...]) -> Cause:
    count = sum(len(comparison.wrong_in(path)) for path in near)
    entries = sum(int(_seen(comparison, path).sum()) for path in near)
    sentence = f"your {{arrays}} {{is}} off by less than a millionth, in {count} of {entries} derivatives"
    if 2 * count > entries:
        sentence += (
            ": a small constant, such as log(p + 1e-8), that stands in your loss and not in your gradient, or the other way "
            "round; or one factor that is not quite right"
        )
    return Cause(sentence, near)


def values_at_path(comparison: GradientComparison, arrays: Arrays, path: str) -> np.ndarray:
    """The array itself, at the entries that were compared."""
    return np.asarray(arrays[path]).ravel()[_seen(comparison, path)]


def _of_examples(gradients: Gradients, reading: Reading) -> Iterator[Cause]:
    """Factors that are a count of examples, in a network whose loss is known to sum or to average over them."""
    words = {}
    for path in gradients.wrong:
        factor = factor_between(gradients.yours[path].ravel(), gradients.true[path].ravel())
        words[path] = None if factor is None else _counted_in_words(factor, reading)
    yield from gradients.causes(words)


def _counted_in_words(factor: float, reading: Reading) -> str | None:
    examples, inputs = reading.examples, reading.layout.x.shape[1]
    if examples < 2:
        return None
    if abs(factor * examples - 1) < SAME:
        if reading.averaged:
            return f"your {{arrays}} {{is}} averaged over the batch twice: divided by the {examples} examples once too often"
        return "your {arrays} {is} averaged over the batch, but your loss is summed over it"
    if abs(factor / examples - 1) < SAME:
        return (
            f"your {{arrays}} {{is}} summed over the batch, but your loss is averaged over it (1/{examples} is missing)"
        )
    if abs(factor * examples + 1) < SAME:
        return "your {arrays} {has} the wrong sign, and is averaged over the batch once too often"
    if abs(factor / examples + 1) < SAME:
        return "your {arrays} {has} the wrong sign, and is summed over the batch, but your loss is averaged over it"
    if inputs > 1 and abs(factor * inputs / examples - 1) < SAME:
        return f"your {{arrays}} {{is}} divided by {inputs}, the number of inputs, where the {examples} examples belong"
    return None


def _of_networks(comparison: GradientComparison, arrays: Arrays, wrong: list[str], reading: Reading) -> list[Cause]:
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
            if same(found, yours) or (free and path in wrong and factor_between(yours, found) is not None):
                matching.append(path)
        reproduced = [
            path for path in matching if path in wrong and not same(gradient[path].ravel(), usual[path].ravel())
        ]
        if reproduced:
            cause = Cause(f"your {{arrays}} {{equals}} backprop with {words}", tuple(reproduced))
            (whole if len(matching) == len(arrays) else partial).append(cause)
    return whole + partial


def _updated_too_early(comparison: GradientComparison, arrays: Arrays, wrong: list[str], reading: Reading) -> list:
    """Backprop through weights that were updated first, with the step that fits; none if no step does."""
    network, batch = reading.network(arrays), reading.batch()
    if len(network.layers) < 2:
        return []
    still, moved = after_a_step(network, batch, 0.0), after_a_step(network, batch, 1.0)
    path = reading.layout.weights[-2]
    if path not in wrong:
        return []
    base, end = (values_at_path(comparison, reading.gradient(layers, arrays), path) for layers in (still, moved))
    step = factor_between(_of(comparison, path, comparison.yours) - base, end - base)
    if step is None:
        return []
    step_taken = step / reading.scale
    words = (
        f"the weights above updated (by a step of {step_taken:.4g}) before the gradient of the layer below was taken"
    )
    layers: tuple[Layer, ...] = after_a_step(network, batch, step)
    return [(words, layers, False)]
