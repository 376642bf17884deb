"""Findings about units that start equal along some of their axes only, and about when training parts them there."""

from collections.abc import Mapping, Sequence

import numpy as np

from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.starts.classes import equal_units
from symmetry.starts.course import Course, Gap
from symmetry.starts.finding import AS_EXPECTED, CANNOT_BE_TOLD, Finding
from symmetry.starts.relation import Relation
from symmetry.starts.ties import plain
from symmetry.starts.trained_tree import Arrays
from symmetry.starts.words import capitalised, gap_at_marks, gap_in_words, listed, units_in_words

INCOMING, OUTGOING, SOME = "equal incoming weights", "equal outgoing weights", "equal in part"


def partly_equal(group: UnitGroup, outgoing: Sequence[GroupAxis], tied: Relation, start: Arrays) -> dict[str, Relation]:
    """The units of a group that are equal along its incoming axes, along its outgoing axes, or along all but one array's."""
    incoming = without(group.axes, outgoing)
    candidates = [(INCOMING, incoming), (OUTGOING, tuple(outgoing))]
    for path in dict.fromkeys(axis.path for axis in group.axes):
        rest = tuple(axis for axis in group.axes if axis.path != path)
        if len(without(incoming, rest)) and any(_varies(start[axis.path]) for axis in rest):
            candidates.append((f"{SOME}: all but {path}", rest))
    found, seen = {}, {_classes(tied)}
    for kind, axes in sorted(candidates, key=lambda candidate: -len(candidate[1])):  # what says most comes first
        if not axes or len(axes) == len(group.axes):
            continue
        relation = equal_units(group, axes, start)
        if relation.classes and _classes(relation) not in seen:
            found[kind] = relation
            seen.add(_classes(relation))
    return found


def could_be_partly_equal(group: UnitGroup, tied: Relation, start: Arrays) -> bool:
    """Whether any array but vectors of one constant, such as biases of 0, has equal units where others do not."""
    for axis in group.axes:
        array = start[axis.path]
        if array.ndim == 1 and not _varies(array):
            continue
        along = equal_units(group, [axis], start)
        if along.classes and _classes(along) != _classes(tied):
            return True
    return False


def _varies(array: np.ndarray) -> bool:
    return bool((array != array.ravel()[0]).any())


def without(axes: Sequence[GroupAxis], left_out: Sequence[GroupAxis]) -> tuple[GroupAxis, ...]:
    """The axes that are not left out."""
    return tuple(axis for axis in axes if all(axis is not each for each in left_out))


def partial_finding(
    kind: str, relation: Relation, gaps: Mapping[str, Gap], course: Course, layered: bool, descends: bool
) -> Finding:
    """What equality in part implies, and at which step training ends it."""
    parted = {path: _first_parted(gap, len(relation.classes)) for path, gap in gaps.items()}
    function, training = {INCOMING: (("DUP.1",), ("TIE.6",)), OUTGOING: ((), ("TIE.7",))}.get(kind, ((), ()))
    told = any(parted.values())
    theorems = (*(function if layered else ()), *(training if layered and descends and told else ()))
    subject = capitalised(units_in_words(relation.group, relation.classes))
    rest = list(dict.fromkeys(axis.path for axis in relation.group.axes if axis.path not in relation.paths))
    reason = f": {', '.join(theorems)}" if theorems else ""
    unreached = not any(course.first_felt(path) for path in gaps)
    return Finding(
        kind.split(":")[0],
        relation.group.name,
        plain(relation.classes),
        f"{subject} start with {_equal_in(kind, relation, rest)}{_parts(parted, gaps, course)}{reason}.",
        theorems,
        False,
        AS_EXPECTED if told or unreached else CANNOT_BE_TOLD,
        {
            "parted at step": {path: step or None for path, step in parted.items()},
            "gap after step": {path: gap_at_marks([gap], _widest([gap]), course) for path, gap in gaps.items()},
        },
    )


def _equal_in(kind: str, relation: Relation, rest: Sequence[str]) -> str:
    equal = listed(relation.paths)
    if kind == INCOMING:
        return f"equal incoming weights ({equal}) and compute the same, but their outgoing ones differ: "
    if kind == OUTGOING:
        return f"equal outgoing weights ({equal}), but their incoming ones differ: "
    return f"all equal but {listed(rest)}: "


def _parts(parted: Mapping[str, int], gaps: Mapping[str, Gap], course: Course) -> str:
    by_step: dict[int, list[str]] = {}
    for path, step in parted.items():
        by_step.setdefault(step, []).append(path)
    told = []
    for step, paths in sorted(by_step.items(), key=lambda item: item[0] or course.steps + 1):
        if not step and not any(course.first_felt(path) for path in paths):
            told.append(f"no gradient reaches {listed(paths)}, so that nothing parts them there")
        elif not step:
            told.append(f"in {listed(paths)} nothing parted all of them in {course.steps} steps")
        else:
            chosen = [gaps[path] for path in paths]
            grows = gap_in_words(chosen, _widest(chosen), course, step)
            told.append(f"in {listed(paths)} they part at step {step} ({grows})")
    return "; ".join(told)


def _widest(gaps: Sequence[Gap]) -> int:
    """The class that is furthest apart at the end."""
    return max(range(gaps[0].size.shape[1]), key=lambda number: max(gap.size[-1, number] for gap in gaps))


def _first_parted(gap: Gap, classes: int) -> int:
    """The first step after which every class is parted; 0 if some class never is."""
    steps = [gap.first_beyond_rounding(number) for number in range(classes)]
    return max(steps) if all(steps) else 0


def _classes(relation: Relation) -> frozenset[tuple]:
    return frozenset((each.block, each.units) for each in relation.classes)
