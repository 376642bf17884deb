"""A record of a run that never was, for tests of what reports records: every theorem and claim passed."""

import dataclasses
from typing import Any

from symmetry.claim import Claim, Instance
from symmetry.evidence import Evidence, Finding, Heading, record
from symmetry.theorem import Theorem

NETWORKS = 64


def record_of(known: dict[str, Any]) -> dict[str, Any]:
    """The record of all that is known, as builtins."""
    findings = [Finding(Heading.of(made), lines_of(made)) for made in known.values()]
    return record(findings, networks=NETWORKS, seed=7)


def lines_of(made: Theorem | Claim) -> list[Evidence]:
    if isinstance(made, Claim):
        instance = Instance("n = 1", True, "1 is 1", True if made.verdict == "right if" else None)
        details = {"verdict": made.said_verdict, "thread": made.thread, "decided_by": list(made.follows_from)}
        return [Evidence("decided", "passed", details | {"instances": [dataclasses.asdict(instance)]})]
    lines = [Evidence(kind, "passed", details) for kind, details in details_of(made) if kind in made.evidence]
    by = list(made.evidence)
    return lines + [Evidence("control", "passed", {"name": name, "caught": True, "by": by}) for name in made.controls]


def details_of(made: Theorem) -> list[tuple[str, dict[str, Any]]]:
    """The details of each line that a theorem can list."""
    sides = {"counterexample": "1-2-1/1:01", "failure": "[0, 0] differs by 1", "left": "[[1]]", "right": "[[0]]"}
    refuted: dict[str, Any] = {"claims": [{"claim": claim, **sides} for claim in made.refutes]}
    if made.is_false:
        refuted["corrected_by"] = made.corrected_by
    counts = {"networks": NETWORKS, "vacuous": 3, "vacuous_leaves": 3, "adversarial": 0, "vacuous_adversarial": 0}
    sampled = [
        ("sampled", {"dtype": dtype, "worst": 0.125, "architectures": [[2, 3, 2]]} | counts) for dtype in made.dtypes
    ]
    return [
        ("derived", {"scope": "every width and depth", "steps": 4}),
        ("identity", {"architectures": [[2, 3, 2]], "points": 24, "log2_failure": -123.4}),
        *sampled,
        ("refuted", refuted),
    ]
