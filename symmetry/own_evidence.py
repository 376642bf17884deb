"""What evidence says of the reader's own backprop: lines that ran it speak of it, and no others do.

In a run on it every line of evidence has `ran`: which functions of `symmetry.network` it stood in for. A theorem none of
whose lines ran it speaks of symmetry's own code; a derivation none of whose steps did is left out of one that does.
"""

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from symmetry.evidence import Evidence, Finding
from symmetry.own_backprop import OwnBackprop, current


def own_code(ran: Collection[str]) -> dict[str, list[str]]:
    """What a line of evidence tells of the reader's code: which of its functions ran; nothing where there is none."""
    return {} if current() is None else {"ran": sorted(ran)}


def attributed(finding: Finding) -> Finding:
    """The finding, its derivation left out if it is about our formulas while other lines ran the reader's code."""
    own = current()
    if own is None or not finding.ran:
        return finding
    return dataclasses.replace(finding, evidence=_without_our_derivation(finding.evidence, own))


def _without_our_derivation(lines: list[Evidence], own: OwnBackprop) -> list[Evidence]:
    if not any(line.kind == "derived" and line.outcome == "passed" and not line.details["ran"] for line in lines):
        return lines
    reason = f"its steps derive symmetry's own formulas and never run {own}"
    kept = []
    for line in lines:
        if line.kind == "derived":
            line = Evidence("derived", "not run", {"reason": reason, "ran": []})
        elif "by" in line.details:
            by = [kind for kind in line.details["by"] if kind != "derived"]
            line = dataclasses.replace(line, details=line.details | {"by": by})
        kept.append(line)
    return kept


def told_of(backprop: Mapping[str, str]) -> str:
    """What a record's backprop is, for a citation: "own.py:backprop (sha256 ...)"."""
    return f"{name_of(backprop)} (sha256 {backprop['sha256']})"


def name_of(backprop: Mapping[str, str]) -> str:
    """Its file's name without folders, and the object."""
    return f"{backprop['file'].replace(chr(92), '/').rpartition('/')[2]}:{backprop['object']}"


def functions_that_ran(theorem: Mapping[str, Any]) -> list[str]:
    """Of a recorded theorem, the functions of the program that the reader's stood in for."""
    return sorted({name for line in theorem["evidence"] for name in line.get("ran", ())})


def whose(theorem: Mapping[str, Any], backprop: Mapping[str, str]) -> str:
    """A sentence that says whose code the evidence for a recorded theorem is of."""
    if ran := functions_that_ran(theorem):
        return (
            f"This evidence is of {told_of(backprop)}, which ran in the place of symmetry's {' and '.join(ran)}; "
            "it is no evidence for symmetry's own backprop."
        )
    return (
        f"The run was made with {told_of(backprop)}, none of which ran for this theorem: "
        "it is no evidence for that file, only for symmetry's own code."
    )
