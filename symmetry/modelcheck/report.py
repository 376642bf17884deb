"""What a check found, as data: a report of groups, each with its laws, and sections that others add."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Protocol

from symmetry.discovery.groups import FrozenAxis, UnitGroup
from symmetry.evidence.fields import Json


class Finding(Protocol):
    """A sentence of a section: what is wrong with a specification, or what an initialisation implies."""

    @property
    def wrong(self) -> bool:
        """Whether the check fails because of it."""
        ...

    def to_json(self) -> Json: ...

    def __str__(self) -> str: ...


@dataclasses.dataclass(frozen=True)
class Section:
    """Findings under a heading, below the table of groups.

    Attributes:
        key: its name in JSON, such as "start".
        title: its heading, such as "What the initialisation implies".
        findings: in the order in which they are printed.
        nothing: what is printed where there are none; "" leaves the section out.
    """

    key: str
    title: str
    findings: Sequence[Finding]
    nothing: str = ""

    @property
    def wrong(self) -> bool:
        return any(finding.wrong for finding in self.findings)


@dataclasses.dataclass(frozen=True)
class LawReport:
    """What came of one law of one group.

    Attributes:
        name: in words, such as "same function".
        cases: how often it was tried: permutations times networks.
        vacuous: in how many of these nothing could have failed.
        worst: the worst difference over what rounding is allowed; above 1 the law fails.
        controls: how many axes were left where they were, each in turn.
        rejected: how many of those variants the law rejected.
        unnoticed: the axes whose leaving out it did not reject.
        failure: where it failed first, and by how much; "" if it did not.
        not_run: why it was not run; "" if it was.
    """

    name: str
    cases: int = 0
    vacuous: int = 0
    worst: float = 0.0
    controls: int = 0
    rejected: int = 0
    unnoticed: tuple[str, ...] = ()
    failure: str = ""
    not_run: str = ""

    @property
    def outcome(self) -> str:
        """ "failed", "not run", "vacuous" if it could not have failed in any case, or "passed"."""
        if self.failure:
            return "failed"
        if self.not_run or not self.cases:
            return "not run"
        return "vacuous" if self.vacuous == self.cases else "passed"

    def to_json(self) -> dict[str, Json]:
        fields = dataclasses.asdict(self) | {"outcome": self.outcome, "unnoticed": list(self.unnoticed)}
        return fields | {"worst": self.worst if self.worst < float("inf") else None}


@dataclasses.dataclass(frozen=True)
class GroupReport:
    """What came of one group.

    Attributes:
        group: the group.
        laws: in the order of `symmetry.modelcheck.laws.ALL`.
        permutations: how many were tried on each network.
        vacuous: axes that can stay where they are without changing the function: no control can show that they move.
        constant: axes of which only random parameters show that they must move, since the given ones are equal along them.
        cures: of a group that fails, the axes without which the function stays as it is.
    """

    group: UnitGroup
    laws: tuple[LawReport, ...]
    permutations: int
    vacuous: tuple[str, ...] = ()
    constant: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """ "failed" if a law did, "vacuous" if no axis has to move or no law could fail, "not run", or "holds"."""
        outcomes = {law.outcome for law in self.laws}
        if "failed" in outcomes:
            return "failed"
        function = self.law("same function")
        if function.outcome == "not run":
            return "not run"
        nothing_shown = bool(function.controls) and not function.rejected
        return "vacuous" if nothing_shown or function.outcome == "vacuous" else "holds"

    @property
    def rejected(self) -> int:
        return sum(law.rejected for law in self.laws)

    @property
    def controls(self) -> int:
        return sum(law.controls for law in self.laws)

    def law(self, name: str) -> LawReport:
        """What came of the law of that name."""
        return next(law for law in self.laws if law.name == name)

    def to_json(self) -> dict[str, Json]:
        return {
            "name": self.group.name,
            "units": self.group.size,
            "per": [{"name": name, "count": count} for name, count in self.group.per],
            "axes": [{"path": axis.path, "axis": axis.axis} for axis in self.group.axes],
            "verdict": self.verdict,
            "permutations": self.permutations,
            "vacuous": list(self.vacuous),
            "constant": list(self.constant),
            "cures": list(self.cures),
            "laws": [law.to_json() for law in self.laws],
        }


@dataclasses.dataclass(frozen=True)
class ModelReport:
    """What `symmetry.check` found. Printed, a table; in a notebook, HTML.

    Attributes:
        groups: a report each.
        frozen: what no group moves, with the reasons.
        networks: what the networks are called that it was checked on.
        settings: what else is to be known of the run: the float type, the loss, the optimiser, the seed.
        sections: what else was found, such as what the initialisation implies.
    """

    groups: tuple[GroupReport, ...]
    frozen: tuple[FrozenAxis, ...]
    networks: tuple[str, ...]
    settings: Mapping[str, str | int]
    sections: tuple[Section, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether a law failed or could not be run on any network, or a finding of a section is wrong."""
        verdicts = {group.verdict for group in self.groups}
        return bool(verdicts & {"failed", "not run"}) or any(section.wrong for section in self.sections)

    def group(self, name: str) -> GroupReport:
        """What came of the group of that name.

        Raises:
            KeyError: there is none; the message lists the names.
        """
        for one in self.groups:
            if one.group.name == name:
                return one
        names = ", ".join(one.group.name for one in self.groups)
        raise KeyError(f"no group is called {name!r}; there are {names or 'none'}.")

    def to_json(self) -> dict[str, Json]:
        """The report as builtin types; a worst difference that nothing bounds is None."""
        return {
            "wrong": self.wrong,
            "settings": dict(self.settings),
            "networks": list(self.networks),
            "groups": [group.to_json() for group in self.groups],
            "frozen": [
                {"path": one.path, "axis": one.axis, "positions": one.positions.tolist(), "reason": one.reason}
                for one in self.frozen
            ],
            "sections": {section.key: [finding.to_json() for finding in section.findings] for section in self.sections},
        }

    def __str__(self) -> str:
        from rich.console import Console

        from symmetry.modelcheck.printed import printed

        return printed(self, Console().width)

    def _repr_html_(self) -> str:
        from symmetry.modelcheck.html import as_html

        return as_html(self)
