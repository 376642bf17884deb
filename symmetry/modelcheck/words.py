"""A report in sentences: what a group moves, why it fails, what is vacuous, what is frozen, and the verdict."""

from collections.abc import Iterator, Sequence

from symmetry.discovery.groups import FrozenAxis, UnitGroup
from symmetry.modelcheck.report import GroupReport, ModelReport
from symmetry.wording import count

MOST = 24
"""Paths that a sentence names; JSON names all."""


def axes_in_words(group: UnitGroup) -> str:
    """What a group moves: "Dense_0/{bias:0, kernel:1}, Dense_1/kernel:0"."""
    per = "".join(f", separately in each of {blocks} of {name}" for name, blocks in group.per)
    return gathered([f"{axis.path}:{axis.axis}" for axis in group.axes]) + per


def gathered(names: Sequence[str]) -> str:
    """Paths that differ in their last part only, together; of very many, the first.

    >>> gathered(["Dense_0/bias:0", "Dense_0/kernel:1", "Dense_1/kernel:0"])
    'Dense_0/{bias:0, kernel:1}, Dense_1/kernel:0'
    """
    every = list(dict.fromkeys(names))
    homes: dict[str, list[str]] = {}
    for name in every[:MOST]:
        home, slash, last = name.rpartition("/")
        homes.setdefault(home + slash, []).append(last)
    shown = ", ".join(
        f"{home}{{{', '.join(lasts)}}}" if home and len(lasts) > 1 else ", ".join(home + last for last in lasts)
        for home, lasts in homes.items()
    )
    return f"{shown} and {len(every) - MOST} more" if len(every) > MOST else shown


def one_line_each(report: ModelReport) -> Iterator[str]:
    """Of each group why it fails, or could not be run; then what could not have failed."""
    for one in report.groups:
        yield from failure_in_words(one)
    reasons: dict[str, list[str]] = {}
    for one in report.groups:
        for law in one.laws:
            if law.not_run:
                reasons.setdefault(f"{law.name}: not run, since {law.not_run}", []).append(one.group.name)
    every = len(report.groups)
    for reason, names in reasons.items():
        yield f"{reason} ({'every group' if len(names) == every else ', '.join(names)})."
    yield from vacuous_in_words(report.groups)
    constant = [name for one in report.groups for name in one.constant]
    if constant:
        yield f"Equal along the units in the given parameters, so that only random ones test them: {gathered(constant)}."


def vacuous_in_words(groups: Sequence[GroupReport]) -> Iterator[str]:
    """What may stay where it is: the outputs are the same, or only some of the laws do not see it."""
    vacuous = [name for one in groups for name in one.vacuous]
    if vacuous:
        yield f"Vacuous, for the outputs stay the same where these are left as they were: {gathered(vacuous)}."
    blind: dict[str, list[str]] = {}
    for one in (one for one in groups if one.verdict != "failed"):
        for name in dict.fromkeys(name for law in one.laws for name in law.unnoticed if name not in one.vacuous):
            laws = ", ".join(law.name for law in one.laws if name in law.unnoticed)
            blind.setdefault(laws, []).append(name)
    for laws, names in blind.items():
        yield f"Vacuous in these laws alone ({laws}): {gathered(names)}."


def failure_in_words(one: GroupReport) -> Iterator[str]:
    """Why a group fails: the first law with what differs, the others by name, and what would cure it."""
    failed = [law for law in one.laws if law.failure]
    if not failed:
        return
    others = (
        f" So {'do' if len(failed) > 2 else 'does'}: {', '.join(law.name for law in failed[1:])}." if failed[1:] else ""
    )
    yield f"{one.group.name} FAILED, {failed[0].name}: {failed[0].failure}.{others}"
    if one.cures:
        yield f"{one.group.name}: the outputs would not change if {' or '.join(one.cures)} stayed where it is."


def frozen_in_words(frozen: Sequence[FrozenAxis]) -> Iterator[str]:
    """What no group moves, by reason."""
    reasons: dict[str, list[str]] = {}
    for one in frozen:
        reasons.setdefault(one.reason, []).append(f"{one.path}:{one.axis}")
    for reason, names in reasons.items():
        yield f"frozen by {reason}: {gathered(names)}."


def settings_in_words(report: ModelReport) -> str:
    """How the check was run."""
    settings = report.settings
    said = ", ".join(f"{name}: {value}" for name, value in settings.items() if name in ("loss", "optimizer", "seed"))
    narrow = settings.get("not float64 because")
    because = f", not float64, in which it raises {narrow}" if narrow else ""
    places = networks_in_words(report.networks)
    return f"Checked in {settings['float type']}{because}, on {places}; {said}."


def networks_in_words(names: Sequence[str]) -> str:
    """On what a model was checked.

    >>> networks_in_words(["the given parameters", "random parameters 1", "random parameters 2"])
    'the given parameters and 2 random ones'
    """
    random = [name for name in names if name.startswith("random")]
    others = [name for name in names if name not in random]
    what = f"{'one' if others else 'set'}{'' if len(random) == 1 else 's'}"
    counted = [f"{len(random)} random {what}"] if random else []
    return " and ".join([*others, *counted]) or "no parameters"


def verdict_in_words(report: ModelReport) -> str:
    """The last line."""
    if not report.groups:
        return f"No group of units{'; WRONG: see above' if report.wrong else ''}."
    verdicts = [one.verdict for one in report.groups]
    parts = [
        f"{verdicts.count('holds')} of {count(len(verdicts), 'group')} {'holds' if len(verdicts) == 1 else 'hold'}"
    ]
    for verdict in ("vacuous", "not run", "failed"):
        if verdict in verdicts:
            names = ", ".join(one.group.name for one in report.groups if one.verdict == verdict)
            parts.append(f"{verdicts.count(verdict)} {'FAILED' if verdict == 'failed' else verdict}: {names}")
    wrong = sum(finding.wrong for section in report.sections for finding in section.findings)
    if wrong:
        parts.append(f"{count(wrong, 'other finding')} wrong")
    return "; ".join(parts) + "."
