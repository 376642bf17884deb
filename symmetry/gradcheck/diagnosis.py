"""Which known fault reproduces a student's wrong values, in words."""

import dataclasses
from collections.abc import Iterator

import jax
import numpy as np

from symmetry.gradcheck.cause import SAME, Cause, factor_between, same
from symmetry.gradcheck.comparison import GradientComparison, Outcome
from symmetry.gradcheck.faults import Fault, after_a_step, known_faults
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.paths import path_causes
from symmetry.gradcheck.reading import Reading
from symmetry.gradcheck.scaled import penalised, scaled
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.wrong_places import lost_where_indices_repeat, rearranged, wrong_in_places
from symmetry.network import backprop


def causes(
    comparison: GradientComparison, point: Point, reading: Reading | None, student: Student | None = None
) -> list[Cause]:
    """What made the wrong arrays wrong: as few causes as explain them, the likeliest first; none if nothing known fits.

    The student's loss runs once more, to follow the error's paths; without a student this is left out.
    """
    wrong = tuple(comparison.wrong_paths())
    gradients = Gradients.of(comparison, point.arrays, wrong, point.x, point.y)
    known = (path for path in wrong if len(comparison.wrong_in(path)))
    near = tuple(path for path in known if same(gradients.yours[path], gradients.true[path]))
    far = tuple(path for path in wrong if path not in near)
    network = [] if reading is None else _of_networks(gradients, reading)
    gradients = dataclasses.replace(gradients, wrong=far)
    candidates = [_of_what_is_near(comparison, near)] if near else []
    if reading is not None:
        candidates += _of_examples(gradients, reading)
    with np.errstate(all="ignore"):
        candidates += array_faults(gradients, reading)
    candidates += network
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


def array_faults(gradients: Gradients, reading: Reading | None = None) -> Iterator[Cause]:
    """Every cause that shows in the arrays alone, whatever network they are of, the likeliest first.

    Each was computed, and compared with all entries that are known. With a reading of the network, a penalty is named exactly.
    """
    zero = (path for path in gradients.wrong if not np.any(np.nan_to_num(gradients.yours[path])))
    silent = tuple(path for path in zero if gradients.compared(path))
    if silent:
        yield Cause("your {arrays} {is} 0 everywhere, as if forgotten", silent)
    yield from scaled(gradients)
    yield from rearranged(gradients)
    yield from penalised(gradients, reading)
    yield from lost_where_indices_repeat(gradients)
    yield from wrong_in_places(gradients)


def _of_what_is_near(comparison: GradientComparison, near: tuple[str, ...]) -> Cause:
    count = sum(len(comparison.wrong_in(path)) for path in near)
    outcomes = [comparison.outcome[comparison.places.spans[path]] for path in near]
    entries = sum(int(np.sum(each != Outcome.UNSEEN)) for each in outcomes)
    sentence = f"your {{arrays}} {{is}} off by less than a millionth, in {count} of {entries} derivatives"
    if 2 * count > entries:
        sentence += (
            ": a small constant, such as log(p + 1e-8), that stands in your loss and not in your gradient, or the other way "
            "round; or one factor that is not quite right"
        )
    return Cause(sentence, near)


def _of_examples(gradients: Gradients, reading: Reading) -> list[Cause]:
    """Factors that are a count of examples, in a network whose loss is known to sum or to average over them."""
    factors = {path: factor_between(gradients.yours[path], gradients.true[path]) for path in gradients.wrong}
    found = {path: factor for path, factor in factors.items() if factor is not None}
    return gradients.causes({path: _counted_in_words(factor, reading) for path, factor in found.items()})


def _counted_in_words(factor: float, reading: Reading) -> str | None:
    examples, inputs = reading.examples, reading.layout.x.shape[1]
    summed = "summed over the batch, but your loss is averaged over it"
    if examples < 2:
        return None
    if abs(factor * examples - 1) < SAME:
        if reading.averaged:
            return f"your {{arrays}} {{is}} averaged over the batch twice: divided by the {examples} examples once too often"
        return "your {arrays} {is} averaged over the batch, but your loss is summed over it"
    if abs(factor / examples - 1) < SAME:
        return f"your {{arrays}} {{is}} {summed} (1/{examples} is missing)"
    if abs(factor * examples + 1) < SAME:
        return "your {arrays} {has} the wrong sign, and is averaged over the batch once too often"
    if abs(factor / examples + 1) < SAME:
        return f"your {{arrays}} {{has}} the wrong sign, and is {summed}"
    if inputs > 1 and abs(factor * inputs / examples - 1) < SAME:
        return f"your {{arrays}} {{is}} divided by {inputs}, the number of inputs, where the {examples} examples belong"
    return None


def _of_networks(gradients: Gradients, reading: Reading) -> list[Cause]:
    """Faults of a network that reproduce wrong arrays; those that reproduce every array, right ones included, first."""
    arrays, yours, wrong = gradients.arrays, gradients.yours, gradients.wrong
    whole, partial = [], []
    with jax.enable_x64(True):
        network, batch = reading.network(arrays), reading.batch()
        usual = reading.gradient(backprop(network, batch).layers, arrays)
        tried = [*known_faults(network, batch), *_updated_too_early(gradients, reading)]
    for fault in tried:
        found = reading.gradient(fault.layers, arrays)
        scaled_ones = wrong if fault.free_factor else ()
        matching = [
            path
            for path in arrays
            if same(found[path], yours[path])
            or (path in scaled_ones and factor_between(yours[path], found[path]) is not None)
        ]
        reproduced = tuple(path for path in matching if path in wrong and not same(found[path], usual[path]))
        if reproduced:
            cause = Cause(f"your {{arrays}} {{equals}} backprop with {fault.words}", reproduced)
            (whole if len(matching) == len(arrays) else partial).append(cause)
    return whole + partial


def _updated_too_early(gradients: Gradients, reading: Reading) -> Iterator[Fault]:
    """Backprop through weights that were updated first, with the step that fits; none if no step does."""
    arrays = gradients.arrays
    network, batch = reading.network(arrays), reading.batch()
    if len(network.layers) < 2 or (path := reading.layout.weights[-2]) not in gradients.wrong:
        return
    base, end = (reading.gradient(after_a_step(network, batch, step), arrays)[path] for step in (0.0, 1.0))
    step = factor_between(gradients.yours[path] - base, end - base)
    if step is not None:
        taken = step / reading.scale
        words = f"the weights above updated (by a step of {taken:.4g}) before the gradient of the layer below was taken"
        yield Fault(words, after_a_step(network, batch, step))
