"""`symmetry show`: one theorem, claim or question whole."""

import json
from typing import Annotated

import typer
from rich.console import Console

from symmetry.commands.options import AsJson, OwnFile, errors_explained, statements_and_questions

EXAMPLES = (
    "Examples: `symmetry show GRAD.2`; `symmetry show CLAIM.54`; `symmetry show ASK.1`; "
    "`symmetry show MY.1 --path test_my_invariant.py`."
)


def show(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A theorem (GRAD.2), a claim (CLAIM.54), a question (ASK.1).")
    ],
    path: OwnFile = None,
    as_json: AsJson = False,
) -> None:
    """Show one theorem, claim or question whole: a theorem's statement, hypotheses, derivation, law and sources."""
    from symmetry.display.statement import shown, shown_json
    from symmetry.statements.registry import near

    id = id.upper()
    with errors_explained():
        things = statements_and_questions(path)
        if id not in things:
            in_chapter = id in {each.partition(".")[0] for each in things}
            where = "`symmetry list` shows every theorem, and --path names the file of your own." + near(id, things)
            where = f"`symmetry list {id}` shows that chapter." if in_chapter else where
            raise ValueError(f"there is no theorem, claim or question {id!r}; {where}")
    # Tables are slow to measure: only the form that was asked for is made.
    with Console(stderr=True).status(f"reading {id}"):
        text = json.dumps(shown_json(things[id]), indent=1) if as_json else shown(things[id], Console().width)
    print(text)
