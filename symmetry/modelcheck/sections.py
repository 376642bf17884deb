"""What a check says beside the groups: whether a specification is right, and what the initialisation implies."""

from collections.abc import Mapping, Sequence

import jax

from symmetry.discovery.groups import UnitGroup, UnitGroups
from symmetry.discovery.leaves import named_arrays
from symmetry.discovery.specification import judged
from symmetry.given import require_several
from symmetry.modelcheck.report import Section
from symmetry.modelcheck.subject import Subject
from symmetry.starts import check_start

NOTHING_IMPLIED = "No two units start alike, and a gradient reaches every parameter at the first step."


def given_groups(groups: Sequence | Mapping) -> UnitGroups | None:
    """The groups, if they are given as `UnitGroup`s; None if they are names of axes, as in a specification."""
    if not isinstance(groups, Mapping):
        require_several("groups", groups, "groups of units, or a specification")
    if isinstance(groups, Mapping) or not all(isinstance(group, UnitGroup) for group in groups):
        return None
    return UnitGroups(groups, getattr(groups, "frozen", ()))


def about_specification(spec: Mapping | Sequence, found: UnitGroups, subject: Subject) -> Section:
    """What is wrong with a specification, with the lines to put there."""
    findings = judged(spec, found, subject.apply, subject.params, *subject.inputs, mirrors=subject.mirrors or None)
    return Section("specification", "The specification", findings, "It is right, and lists every group.")


def about_start(found: UnitGroups, subject: Subject) -> Section:
    """What the parameters imply as the start of a training; nothing where they have no values."""
    title = "What the start implies"
    if any(isinstance(leaf, jax.ShapeDtypeStruct) for leaf in named_arrays(subject.params).values()):
        return Section("start", title, ())
    try:
        findings = check_start(
            subject.apply,
            subject.params,
            *subject.inputs,
            loss=subject.loss,
            optimizer=subject.optimizer,
            groups=found,
            mirrors=subject.mirrors or None,
        )
    except ValueError as error:  # nothing can be trained, which is no fault of the groups
        return Section("start", title, (), f"Not trained: {error}")
    return Section("start", f"{title}: {findings.steps} steps of {findings.training}", findings, NOTHING_IMPLIED)
