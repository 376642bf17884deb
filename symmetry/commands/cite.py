"""`symmetry cite`: a citation that states the evidence."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from symmetry.commands.options import OwnFile, errors_explained

EXAMPLES = "Examples: `symmetry cite PERM.1`; `symmetry cite PERM.1 TIE.2 --format bibtex --record record.json`."


def cite(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Theorems (PERM.1), claims (CLAIM.54) or chapters (PERM).")
    ],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, markdown, latex or bibtex.")] = "text",
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="State the evidence of this record, with its versions and seed.")
    ] = None,
    path: OwnFile = None,
) -> None:
    """Cite theorems or claims: what is stated, what the evidence is, the law, and the originals to cite beside it.

    Several are one text with one bibliography. What is refuted begins with FALSE.
    """
    from symmetry.citation.formats import WIDTH
    from symmetry.citation.formats import cite as cited
    from symmetry.evidence.record import read_record
    from symmetry.statements.registry import load_with, select

    with errors_explained():
        made = select(ids, load_with(path))
        print(cited(made, form, read_record(record) if record is not None else None, min(Console().width, WIDTH)))
