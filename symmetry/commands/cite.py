"""`symmetry cite`: a citation that states the evidence."""

from pathlib import Path
from typing import Annotated

import typer

from symmetry.commands.options import OwnFile, errors_explained

EXAMPLES = "Examples: `symmetry cite PERM.1`; `symmetry cite PERM.1 --format bibtex --record record.json`."


def cite(
    id: Annotated[str, typer.Argument(metavar="ID", help="A theorem (PERM.1) or a claim (CLAIM.54).")],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, markdown, latex or bibtex.")] = "text",
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="State the evidence of this record, with its versions and seed.")
    ] = None,
    path: OwnFile = None,
) -> None:
    """Cite a theorem or a claim: what is stated, what the evidence is, the law, and the originals to cite beside it.

    What is refuted begins with FALSE.
    """
    from symmetry.citation.formats import cite as cited
    from symmetry.evidence.record import read_record
    from symmetry.statements.ids import in_capitals
    from symmetry.statements.registry import load_with

    with errors_explained():
        known = load_with(path)
        if id not in known:
            raise ValueError(
                f"there is no theorem or claim {id!r}{in_capitals(id, known)} to cite; `symmetry list` shows every theorem, "
                "and --path names the file of your own."
            )
        print(cited(known[id], form, read_record(record) if record is not None else None))
