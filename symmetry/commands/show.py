"""`symmetry show`: one theorem, claim or question whole."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from symmetry.commands.options import AsJson, OwnFile, RecordGiven, errors_explained, statements_and_questions

EXAMPLES = (
    "Examples: `symmetry show GRAD.2`; `symmetry show GRAD.4 --formal`; `symmetry show CLAIM.54`; `symmetry show ASK.1`; "
    "`symmetry show MY.1 --path test_my_invariant.py`."
)


def show(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A theorem (GRAD.2), a claim (CLAIM.54), a question (ASK.1).")
    ],
    record: RecordGiven = None,
    path: OwnFile = None,
    formal: Annotated[
        bool, typer.Option("--formal", help="Its proof in Agda: statement, laws that it needs, what is trusted.")
    ] = False,
    sources: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="With --formal: writes all files of Agda to a new folder, for an editor."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one theorem, claim or question whole: a theorem's statement, hypotheses, derivation, evidence, law and sources.

    The evidence is that of the run that ships with symmetry, or of your own with --record. With --formal, the proof that
    Agda checks; Agda need not be installed to read it.
    """
    from symmetry.display.formal import formal_source, shown_formal
    from symmetry.display.statement import clamped, shown, shown_json
    from symmetry.evidence.shipped import given_or_shipped
    from symmetry.reproduction.plan import evidence_at_hand
    from symmetry.statements.registry import near
    from symmetry.statements.statement import Statement
    from symmetry.statements.theorem import Theorem

    id = id.upper()
    with errors_explained():
        things = statements_and_questions(path)
        if id not in things:
            in_chapter = id in {each.partition(".")[0] for each in things}
            where = "`symmetry list` shows every theorem, and --path names the file of your own." + near(id, things)
            where = f"`symmetry list {id}` shows that chapter." if in_chapter else where
            raise ValueError(f"there is no theorem, claim or question {id!r}; {where}")
        evidence = given_or_shipped(record)
        if isinstance(made := things[id], Statement):
            evidence_at_hand(made, evidence)
        if sources is not None and not formal:
            raise ValueError("--sources writes the files of a proof in Agda; add --formal.")
        proof = formal_source(things[id], things) if formal else None
        if sources is not None and proof is not None:
            from symmetry.formal.checker import by_hand
            from symmetry.formal.export import write_sources

            files = write_sources(proof.path.parent, sources)
            print(f"{len(files)} files in {sources}. There: {by_hand(proof.path.name)}")
            return
    # Tables are slow to measure: only the form that was asked for is made.
    with Console(stderr=True).status(f"reading {id}"):
        if as_json:
            text = json.dumps(shown_json(made, evidence), indent=1)
        elif formal and isinstance(made, Theorem):
            text = shown_formal(made, clamped(Console().width), evidence)
        else:
            text = shown(made, Console().width, evidence)
    print(text)
