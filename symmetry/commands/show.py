"""`symmetry show`: one theorem, claim or question whole."""

import json
from typing import Annotated

import typer
from rich.console import Console

from symmetry.commands.options import AsJson, EvidenceFile, errors_explained

EXAMPLES = "Examples: `symmetry show GRAD.2`; `symmetry show CLAIM.54`; `symmetry show ASK.1`."


def show(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A theorem (GRAD.2), a claim (CLAIM.54), a question (ASK.1).")
    ],
    record: EvidenceFile = None,
    as_json: AsJson = False,
) -> None:
    """Show one theorem, claim or question whole: a theorem's statement, hypotheses, derivation, evidence, law and sources.

    The evidence is that of the run that ships with symmetry, or of your own with --record.
    """
    from symmetry.display.statement import shown, shown_json
    from symmetry.evidence.shipped import given_or_shipped
    from symmetry.reproduction.plan import evidence_at_hand
    from symmetry.statements.claim import QUESTIONS
    from symmetry.statements.registry import load

    id = id.upper()
    with errors_explained():
        things = {**load(), **QUESTIONS}
        if id not in things:
            in_chapter = id in {each.partition(".")[0] for each in things}
            where = f"`symmetry list {id}` shows that chapter" if in_chapter else "`symmetry list` shows every theorem"
            raise ValueError(f"there is no theorem, claim or question {id!r}; {where}.")
        evidence = given_or_shipped(record)
        if id not in QUESTIONS:
            evidence_at_hand(things[id], evidence)
    # Tables are slow to measure: only the form that was asked for is made.
    with Console(stderr=True).status(f"reading {id}"):
        text = (
            json.dumps(shown_json(things[id], evidence), indent=1)
            if as_json
            else shown(things[id], Console().width, evidence)
        )
    print(text)
