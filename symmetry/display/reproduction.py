"""What became of a record that was run again."""

from collections import Counter
from collections.abc import Sequence

from symmetry.evidence.fields import Json
from symmetry.reproduction.difference import Difference
from symmetry.reproduction.plan import Reproduction


def outcomes_as_text(outcomes: Sequence[Reproduction], elsewhere: Sequence[Difference]) -> str:
    """Where this run differs in versions, a line a statement, its differences, and a count."""
    lines = [f"{each.field}: {each.recorded or 'none'} in the record, {each.here or 'none'} here" for each in elsewhere]
    lines = [*lines, ""] if lines else []
    width = max((len(each.id) for each in outcomes), default=0)
    for each in outcomes:
        lines.append(f"{each.id:<{width}}  {each.outcome}  ({each.verdict})")
        lines += [f"    {difference}" for difference in each.differences]
    counts = Counter(each.outcome for each in outcomes)
    return "\n".join([*lines, "", ", ".join(f"{count} {outcome}" for outcome, count in counts.items())])


def outcomes_as_json(outcomes: Sequence[Reproduction], elsewhere: Sequence[Difference]) -> dict[str, Json]:
    """The same as builtin types."""
    return {
        "environment": [{"name": each.field, "recorded": each.recorded, "here": each.here} for each in elsewhere],
        "theorems": [each.to_json() for each in outcomes],
    }
