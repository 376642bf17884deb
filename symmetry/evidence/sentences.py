"""Evidence in sentences: what each line shows, and no more.

Numbers are rounded upwards (`symmetry.rounding`), so that they never say more than was found.
"""

from collections.abc import Iterator, Mapping, Sequence

from symmetry.evidence.evidence import Evidence
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.refuted import Refuted
from symmetry.wording import count


def sentences(verdict: str, lines: Sequence[Evidence], versions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a sentence, the verdict first, controls counted in one at the end."""
    trusting = f", trusting SymPy {versions.get('sympy', '')}" if verdict == "proved" else ""
    yield "Verdict", f"{verdict}{trusting}."
    yield from lines_in_sentences(lines, versions)
    if controls := [line for line in lines if isinstance(line, Control)]:
        caught = sum(bool(line.caught) for line in controls)
        corrected = any(isinstance(line, Refuted) and line.corrected_by is not None for line in lines)
        wanted = "not refuted, as it must be" if corrected else "rejected"
        yield "Controls", f"{caught} of {count(len(controls), 'variant')} {wanted}."


def lines_in_sentences(lines: Sequence[Evidence], versions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a sentence for every line but the controls."""
    for line in lines:
        if isinstance(line, Control):
            continue
        passed = line.outcome == "passed"
        clause = line.words(versions) if passed else f"{line.outcome.upper()}, {line.reason or 'for no stated reason'}"
        yield line.label, f"{clause}."


def in_text(sentence: tuple[str, str]) -> str:
    """A pair as one sentence: "Verdict: proved."."""
    return ": ".join(sentence)
