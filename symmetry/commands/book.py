"""`symmetry book`: the proof as pages of HTML."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from symmetry.commands.options import errors_explained

EXAMPLES = "Examples: `symmetry book proof`; `symmetry book proof --record record.json`."


def book(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write the pages to; made if missing.")],
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Report the run that `symmetry prove --record FILE` wrote.")
    ] = None,
) -> None:
    """Write the proof as a book: pages of HTML with every theorem, derivation, law, claim and figure.

    Open DIR/index.html in a browser; nothing is loaded from elsewhere. Without --record the book shows no evidence.
    """
    from symmetry.book.site import write_book
    from symmetry.evidence.record import read_record
    from symmetry.statements.registry import load

    with errors_explained():
        made = None if record is None else read_record(record)
        with Console(stderr=True).status("writing") as status:
            files = write_book(folder, load(), made, lambda activity: status.update(Text(activity)))
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"book: {files[0]} ({len(files)} files, {size:.1f} MB)")
