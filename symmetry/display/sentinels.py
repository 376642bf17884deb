"""The sentinels of a run in words: what was planted in each kind of evidence, and which evidence is void if one passed."""

import textwrap
from collections import Counter
from collections.abc import Sequence

from symmetry.evidence.finding import Finding
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.planted import Sentinel, audit
from symmetry.wording import count


def planted_beside(findings: Sequence[Finding]) -> list[Sentinel]:
    """Plants what is known to be false in every kind of evidence that these findings have."""
    lines = [line for finding in findings for line in finding.evidence]
    return audit(KINDS, {line.kind for line in lines if line.outcome != "not run"})


def in_words(sentinels: Sequence[Sentinel], width: int) -> str:
    """How many were rejected in each kind, or what passed and so is void, in lines of that width.

    >>> print(in_words([Sentinel("derived", "a false step", True), Sentinel("derived", "a false run", True)], 80))
    sentinels: 2 of 2 planted falsehoods were rejected (derived 2)
    >>> print(in_words([Sentinel("derived", "a false step", False)], 80))
    sentinels: a false step passed, so that all derived evidence of this run is void
    """
    if passed := [each for each in sentinels if not each.rejected]:
        clauses = [f"{each.name} passed, so that all {each.kind} evidence of this run is void" for each in passed]
        return "\n".join(_filled(f"sentinels: {clause}", width) for clause in clauses)
    kinds = Counter(each.kind for each in sentinels)
    each = ", ".join(f"{kind} {number}" for kind, number in kinds.items())
    total = count(len(sentinels), "planted falsehood")
    beside = "; those in every kernel of floats, too" if "sampled" in kinds else ""
    return _filled(f"sentinels: {len(sentinels)} of {total} were rejected ({each}{beside})", width)


def _filled(text: str, width: int) -> str:
    return textwrap.fill(text, width, subsequent_indent="  ", break_long_words=False)
