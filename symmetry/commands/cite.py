"""`symmetry cite`: a citation that states the evidence."""

from typing import Annotated

import typer
from rich.console import Console

from symmetry.commands.options import OwnFile, RecordGiven, Things, errors_explained, statements_and_questions

EXAMPLES = (
    "Examples: `symmetry cite PERM.1`; `symmetry cite PERM.1 TIE.2 --format bibtex --record record.json`; "
    "`symmetry cite ASK.2`."
)


def cite(
    ids: Things,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, markdown, latex or bibtex.")] = "text",
    record: RecordGiven = None,
    path: OwnFile = None,
) -> None:
    """Cite theorems or claims: what is stated, what the evidence is, the law, and the originals to cite beside it.

    A question is cited with its answer and the verdicts on what that rests on. Several are one text with one
    bibliography. What is refuted begins with FALSE.
    """
    from symmetry.citation.formats import WIDTH
    from symmetry.citation.formats import cite as cited
    from symmetry.evidence.shipped import given_or_shipped
    from symmetry.statements.registry import select

    with errors_explained():
        made = select(ids, statements_and_questions(path))
        print(cited(made, form, given_or_shipped(record), min(Console().width, WIDTH)))
