"""Findings about parameters that move late or never, because of what is 0 at the start, and about those without effect."""

from collections.abc import Mapping, Sequence

import numpy as np

from symmetry.starts.course import Course, Gap
from symmetry.starts.finding import AS_EXPECTED, CANNOT_BE_TOLD, Finding
from symmetry.starts.layered import Layered
from symmetry.starts.problem import Problem
from symmetry.starts.relation import Relation
from symmetry.starts.waiting import Foresight
from symmetry.starts.words import listed, verb

Opened = Sequence[tuple[Relation, Mapping[str, Gap]]]
"""Units that are equal along some axes, and their gaps."""


def zero_findings(
    problem: Problem, course: Course, foresight: Foresight, layered: Layered | None, opened: Opened, descends: bool
) -> list[Finding]:
    """What waits, by what it waits for; what never moves; and what has no effect."""
    table = theorem_of_table(problem, foresight, layered) if descends else ()
    waiting: dict[tuple[tuple[str, ...], int], list[str]] = {}
    for path, step in foresight.step.items():
        if step > 1:
            waiting.setdefault((foresight.causes[path], step), []).append(path)
    found = []
    for (causes, step), paths in waiting.items():
        theorems = table or theorems_of_zero_weight(paths, causes, layered, problem)
        found.append(_waits(paths, causes, step, course, foresight, theorems, opened))
    if foresight.never:
        found.append(_never(foresight, course, table))
    if foresight.without_effect:
        found.append(_without_effect(sorted(foresight.without_effect), course))
    return found


def theorem_of_table(problem: Problem, foresight: Foresight, layered: Layered | None) -> tuple[str, ...]:
    """TIE.8, if the start is all 0 and its hypotheses hold, and what is foreseen is a row of its table."""
    if layered is None or any(np.any(array) for array in problem.start.values()) or not problem.plain_loss:
        return ()
    *hidden, output = layered.activations
    if output or not hidden or len(set(hidden)) != 1:
        return ()
    behind = {path: len(layered.activations) - layer for path, layer in layered.layer.items()}
    bias = {path: problem.start[path].ndim == 1 for path in behind}
    rows = (
        {path: layers + 1 for path, layers in behind.items()},
        {path: int(layers == 0 and bias[path]) for path, layers in behind.items()},
        {path: int(layers == 0) for path, layers in behind.items()},
    )
    return ("TIE.8",) if dict(foresight.step) in rows else ()


def theorems_of_zero_weight(
    paths: Sequence[str], causes: tuple[str, ...], layered: Layered | None, problem: Problem
) -> tuple[str, ...]:
    """In a network of layers: no errors come back through weights that are 0, and what they send on may be 0."""
    if layered is None or len(causes) != 1 or problem.start[causes[0]].ndim != 2:
        return ()
    zero, layers = layered.layer[causes[0]], [layered.layer[path] for path in paths]
    return (*(("GRAD.2",) if min(layers) < zero else ()), *(("GRAD.3",) if max(layers) > zero else ()))


def _waits(
    paths: Sequence[str],
    causes: tuple[str, ...],
    step: int,
    course: Course,
    foresight: Foresight,
    theorems: tuple[str, ...],
    opened: Opened,
) -> Finding:
    seen = {path: course.first_felt(path) for path in paths}
    zero = f"{listed(causes)} {verb(causes, 'is', 'are')} 0 at the start, so" if causes else "At this start"
    reason = f": {', '.join(theorems)}" if theorems else ""
    first = [f"{path} itself moves at step {course.first_moved(path)}" for path in causes if course.first_moved(path)]
    own = [
        f"the units of {relation.group.name} part in it at step {part}" for relation, part in _parting(opened, causes)
    ]
    rest = f" ({', and '.join([*first, *own])})" if first or own else ""
    if set(seen.values()) == {step}:
        happened, verdict = "", AS_EXPECTED
    elif not foresight.exact and all(when == 0 or when >= step for when in seen.values()):
        happened, verdict = f" In training the first came at {_steps(seen)}.", AS_EXPECTED
    else:
        happened, verdict = f" But in training the first came at {_steps(seen)}: why cannot be told.", CANNOT_BE_TOLD
    moves = _move(paths, step, course)
    return Finding(
        "waits",
        listed(paths),
        (),
        f"{zero} no gradient reaches {listed(paths)} before step {step}{moves}{rest}{reason}.{happened}",
        theorems,
        False,
        verdict,
        {"first gradient": {path: when or None for path, when in seen.items()}, "waits for": list(causes)},
    )


def _move(paths: Sequence[str], step: int, course: Course) -> str:
    """What training showed of the moves themselves; an optimiser may move without a gradient, or not with one."""
    early = [path for path in paths if 0 < course.first_moved(path) < step]
    if early:
        return f", and only the optimiser itself moves {listed(early)} earlier, as weight decay does"
    return f", when {verb(paths, 'it moves', 'they move')}" if all(course.first_moved(p) == step for p in paths) else ""


def _parting(opened: Opened, causes: tuple[str, ...]) -> list[tuple[Relation, int]]:
    found = []
    for relation, gaps in opened:
        if set(relation.paths) <= set(causes):
            steps = [gap.first_beyond_rounding(k) for gap in gaps.values() for k in range(len(relation.classes))]
            if all(steps):
                found.append((relation, max(steps)))
    return found


def _steps(seen: Mapping[str, int]) -> str:
    return listed(f"step {step} ({path})" if step else f"no step ({path})" for path, step in seen.items())


def _never(foresight: Foresight, course: Course, theorems: tuple[str, ...]) -> Finding:
    paths = foresight.never
    seen = {path: course.first_felt(path) for path in paths if course.first_felt(path)}
    waits = sorted({zero for path in paths for zero in foresight.causes[path] if zero in paths})
    which = "them" if set(waits) == set(paths) else listed(paths)
    why = f"{listed(waits)} are 0 at the start and each waits for another, so" if len(waits) > 1 else "At this start"
    reason = f": {', '.join(theorems)}" if theorems else ""
    if seen:
        happened = f"But in training a gradient came at {_steps(seen)}: why cannot be told."
    elif moved := [path for path in paths if course.first_moved(path)]:
        happened = f"Only the optimiser itself moves {listed(moved)}, as weight decay does."
    else:
        happened = f"In {course.steps} steps {verb(paths, 'it did', 'they did')} not move."
    elsewhere = sorted(foresight.elsewhere)
    where = " on these inputs" if elsewhere else ""
    happened += f" Random inputs of their size reach {listed(elsewhere)}." if elsewhere else ""
    return Finding(
        "never moves",
        listed(paths),
        (),
        f"{why} no gradient ever reaches {which}{where}, whatever the other parameters become{reason}. {happened}",
        () if seen else theorems,
        not seen and not elsewhere,
        CANNOT_BE_TOLD if seen else AS_EXPECTED,
        {
            "first gradient": {path: course.first_felt(path) or None for path in paths},
            "reached by random inputs": elsewhere,
        },
    )


def _without_effect(paths: Sequence[str], course: Course) -> Finding:
    moved = [path for path in paths if course.first_moved(path)]
    happened = f" Only the optimiser itself moves {listed(moved)}." if moved else ""
    has = verb(paths, "it has", "they have")
    no_effect = f"{has} no effect on the loss, or {verb(paths, 'its', 'their')} gradient is stopped"
    return Finding(
        "without effect",
        listed(paths),
        (),
        f"{listed(paths)} {verb(paths, 'gets', 'get')} no gradient on these inputs beyond rounding, wherever the parameters are: "
        f"{no_effect}.{happened}",
        measured={"moved": {path: course.first_moved(path) or None for path in paths}},
    )
