"""`symmetry sheet`: a page to hand out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from symmetry.commands.options import OwnFile, RecordGiven, Things, errors_explained, statements_and_questions

EXAMPLES = "Examples: `symmetry sheet PERM.1 TIE.2`; `symmetry sheet PERM.1 TIE.2 --record record.json --output lecture_3.html`."


def sheet(
    ids: Things,
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it, as .html or .md.")] = Path(
        "sheet.html"
    ),
    record: RecordGiven = None,
    path: OwnFile = None,
) -> None:
    """Write a page to hand out: statements, why they hold, the evidence, and how to cite them.

    The HTML needs nothing else; two theorems print on one page of A4. The evidence is that
    of the run that ships with symmetry, or of your own with --record.
    """
    from symmetry.book.sheet import FORMS
    from symmetry.evidence.shipped import given_or_shipped
    from symmetry.files import require_writable, write_atomically
    from symmetry.statements.registry import select

    with errors_explained():
        if output.suffix.lower() == ".pdf":
            raise ValueError(
                f"{output}: a sheet is written as .html; open that in a browser and print it to a PDF (Ctrl+P)."
            )
        require_writable(output, FORMS)
        made = select(ids, statements_and_questions(path))
        with Console(stderr=True).status("writing"):
            write_atomically(output, FORMS[output.suffix.lower()](made, given_or_shipped(record)))
    print(f"sheet: {output}")
