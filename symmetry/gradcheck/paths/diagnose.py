"""What may have gone wrong on the error's paths through the student's own loss: each was computed, and gave their values."""

from collections.abc import Iterable, Iterator

from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.paths import exchanged, factors, left_out, misdirected, slopes, steps
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.record import recorded
from symmetry.gradcheck.paths.trial import Found, Judge, Trial
from symmetry.gradcheck.student import Point, Student


def path_causes(student: Student, point: Point, gradients: Gradients) -> list[Found]:
    """All that gives the student's values in some wrong arrays, the simplest first, what gives all arrays before the rest.

    Raises:
        TooMuch, CannotRun: the loss cannot be followed.
    """
    if student.in_jax or not gradients.wrong:
        return []
    judge = Judge(Graph(recorded(student, point)), gradients)
    if not judge.fits:
        return []
    found: list[Found] = []
    for family in _families(judge):
        found += judge.found(family)
        simple = (each for each in found if each.whole and not each.plain and not each.solved)
        if any(set(each.paths) == set(gradients.wrong) for each in simple):
            break
    return sorted(found, key=lambda each: (not each.whole, each.solved))


def _families(judge: Judge) -> Iterator[Iterable[Trial]]:
    graph, places = judge.graph, judge.places
    yield left_out.whole_statements(graph)
    yield left_out.operands_of_statements(graph)
    yield left_out.pairs_of_statements(graph)
    yield slopes.slopes(graph)
    yield factors.factors(graph)
    yield misdirected.largest_entries(graph)
    yield left_out.terms(graph)
    yield steps.single_steps(graph, places)
    yield steps.single_steps_of_operands(graph)
    yield steps.piling_up(graph)
    yield steps.handed_on(graph)
    yield slopes.slopes_between_steps(graph)
    yield exchanged.turned(graph)
    yield exchanged.neighbours(graph)
    yield exchanged.updated_before_use(graph, judge.gradients)
    yield factors.other_factors(graph)
    yield misdirected.transposed_errors(graph)
    yield misdirected.reordered_errors(graph)
    yield misdirected.exchanged_errors(graph)
    yield misdirected.few_places(graph)
    yield factors.moved_windows(graph)
    yield misdirected.shifted_errors(graph)
