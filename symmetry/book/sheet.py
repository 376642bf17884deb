"""A sheet to hand out: statements, why they hold, the evidence and how to cite them, as one page of HTML or as Markdown."""

import dataclasses
from collections.abc import Callable, Sequence

import jinja2

from symmetry.bibliography import described
from symmetry.book.formulas import formula
from symmetry.book.prose import prose
from symmetry.citation.citation import Citation
from symmetry.citation.formats import Citable, as_markdown, citation_of
from symmetry.display.run import run_in_words
from symmetry.evidence.record import Record
from symmetry.statements.claim import Claim, Question
from symmetry.statements.false_claim import FalseClaim
from symmetry.statements.theorem import Theorem
from symmetry.wording import count

REASON = 600
"""Characters of the sentences of a derivation after which the rest is left to `symmetry show`."""


def reason(made: Citable) -> str:
    """The first sentences of a derivation, or the reason for a verdict; "" for a question, whose answer gives it."""
    if isinstance(made, Claim):
        return made.why
    if isinstance(made, FalseClaim):
        return (
            f"It has a counterexample, which a run finds in exact numbers; {made.corrected_by} says what holds instead."
        )
    if not isinstance(made, Theorem):
        return ""
    if made.derivation is None and made.formal is not None:
        return (
            f"It has a proof that Agda checks, for every width and depth; `symmetry show {made.id} --formal` shows it."
        )
    if made.derivation is None:
        broken = f", and {count(len(made.controls), 'broken variant')} of it must fail" if made.controls else ""
        return f"No derivation is given: what a run of its law shows is the evidence{broken}."
    steps = list(made.derivation(""))
    sentences = [step.sentence for step in steps]
    shown = [
        text for place, text in enumerate(sentences) if not place or len(" ".join(sentences[: place + 1])) <= REASON
    ]
    computed = count(sum(step.mark == "computed" for step in steps), "step")
    rest = f" (From a derivation of {computed}; `symmetry show {made.id}` has all.)"
    return " ".join(shown).replace("... ...", "...") + (rest if len(shown) < len(sentences) else "")


def in_html(made: Sequence[Citable], record: Record | None) -> str:
    """One page of HTML that needs nothing else and prints on A4.

    Raises:
        ValueError: the record is no evidence for a statement.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("symmetry.book"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(formula=formula, prose=lambda text: prose(text, {}), described=described)
    entries = [(citation_of(each, record), reason(each)) for each in made]
    keys = dict.fromkeys(key for cited, _ in entries for key in cited.keys)
    run = "" if record is None else run_in_words(record)
    return environment.get_template("sheet.html").render(entries=entries, keys=keys, run=run, note=_note(made, record))


def in_markdown(made: Sequence[Citable], record: Record | None) -> str:
    """The same as Markdown.

    Raises:
        ValueError: the record is no evidence for a statement.
    """

    def with_reason(cited: Citation, why: str) -> Citation:
        return dataclasses.replace(cited, code="", premise=cited.premise + (f"\n\nWhy: {why}" if why else ""))

    body = as_markdown([with_reason(citation_of(each, record), reason(each)) for each in made])
    return f"# {', '.join(each.id for each in made)}\n\n{body}\n\n{_note(made, record)}\n"


def _note(made: Sequence[Citable], record: Record | None) -> str:
    """That no evidence is shown, where none is."""
    if record is not None:
        return ""
    run = [each for thing in made for each in (thing.rests_on if isinstance(thing, Question) else [thing])]
    ids = " ".join(dict.fromkeys(each.id for each in run))
    return f"No evidence is shown, since no run is named; `symmetry prove {ids} --record record.json` makes one."


FORMS: dict[str, Callable[[Sequence[Citable], Record | None], str]] = {".html": in_html, ".md": in_markdown}
"""How a sheet can be written, by the end of its file's name."""
