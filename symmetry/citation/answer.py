"""What a citation of a question says: its answer, with the evidence for the theorems and claims that the answer rests on."""

from collections.abc import Sequence

from symmetry.bibliography import described
from symmetry.citation.citation import Citation, address
from symmetry.display.run import run_in_words
from symmetry.evidence.environment import version
from symmetry.evidence.finding import trusted_by
from symmetry.evidence.record import Record, RecordedStatement, first_of
from symmetry.reproduction.plan import evidence_at_hand
from symmetry.statements.claim import Question
from symmetry.statements.verdict import IN_A_COUNT, mark, without_condition


def citation_of_answer(question: Question, record: Record | None = None) -> Citation:
    """The citation of a question with its answer, and what a record says of all that the answer rests on.

    The title bears the mark of a support that failed, is incomplete or was not run, the worst first.

    Raises:
        ValueError: the record holds nothing of what the answer rests on, or another statement or law of an id, is at odds
            with itself, or is of another backprop than symmetry's.
    """
    ids = [made.id for made in question.rests_on]
    found = [] if record is None else _recorded(question, record)
    evidence = [f"No run is cited. The answer rests on {', '.join(ids)}."]
    if record is not None and found:
        evidence = [*_verdicts(found, record), *_missing(ids, found), run_in_words(record)]
    verdicts = [each.verdict for each in found]
    worst = next((verdict for verdict in ("failed", "incomplete", "not run") if verdict in verdicts), "")
    asked = "; ".join(map(described, question.threads))
    return Citation(
        id=question.id,
        title=mark(worst) + question.asks,
        statement="",
        notation=(),
        premise=f"Answer: {' '.join(question.sentences)} Asked in: {asked}.",
        evidence=tuple(evidence),
        code="",
        version=version() if record is None else record.environment.get("symmetry") or version(),
        digest=question.digest,
        address=address(),
        keys=question.threads,
        environment=("question", "Question"),
    )


def _recorded(question: Question, record: Record) -> list[RecordedStatement]:
    """What a record holds of the supports of an answer."""
    if record.backprop is not None:
        raise ValueError(
            f"{question.id}: the record is of {record.backprop}, and the answer is about symmetry's own code; "
            "name a record made without --backprop."
        )
    at_hand = [evidence_at_hand(made, record) for made in question.rests_on if made.id in record.ids]
    found = [each for each in at_hand if each is not None]
    if not found and not record.ships:
        wanted = first_of([made.id for made in question.rests_on])
        raise ValueError(f"the record holds nothing of what {question.id} rests on: {wanted}.")
    return found


def _verdicts(found: Sequence[RecordedStatement], record: Record) -> list[str]:
    """A sentence of the verdicts on theorems, and one of those on claims, which a thread makes and not the answer."""
    sentences = []
    beginnings = {False: "The answer rests on theorems", True: "It rests on verdicts on what threads claim"}
    for are_claims, begins in beginnings.items():
        ids: dict[str, list[str]] = {}
        for each in found:
            if each.is_claim == are_claims:
                ids.setdefault(_in_words(each, record), []).append(each.id)
        listed = [f"{words} ({', '.join(those)})" for words, those in ids.items()]
        sentences += [f"{begins}: {'; '.join(listed)}."] if listed else []
    return sentences


def _in_words(each: RecordedStatement, record: Record) -> str:
    verdict = without_condition(each.verdict)
    trusting = f", {trusted_by(each.evidence, record.environment)}" if verdict == "proved" else ""
    return f"{IN_A_COUNT.get(verdict, verdict)}{trusting}"


def _missing(ids: Sequence[str], found: Sequence[RecordedStatement]) -> list[str]:
    missing = [id for id in ids if id not in {each.id for each in found}]
    return [f"It also rests on {', '.join(missing)}, of which the record holds nothing."] if missing else []
