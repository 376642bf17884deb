"""`symmetry book`: the proof as pages of HTML."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from symmetry.commands.options import OwnFile, RecordGiven, errors_explained

EXAMPLES = (
    "Examples: `symmetry book proof`; `symmetry book proof --record record.json`; "
    "`symmetry book proof --path test_my_invariant.py`."
)


def book(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write the pages to; made if missing.")],
    record: RecordGiven = None,
    path: OwnFile = None,
) -> None:
    """Write the proof as a book: pages of HTML with every theorem, derivation, law, claim and figure.

    Open DIR/index.html in a browser; nothing is loaded from elsewhere. The evidence is that of the run that ships with
    symmetry, or of your own with --record. With --path it has your own theorems, too.
    """
    from symmetry.book.site import write_book
    from symmetry.evidence.shipped import given_or_shipped
    from symmetry.statements.registry import load_with

    with errors_explained():
        known, made = load_with(path), given_or_shipped(record)
        with Console(stderr=True).status("writing") as status:
            files = write_book(folder, known, made, lambda activity: status.update(Text(activity)))
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"book: {files[0]} ({len(files)} files, {size:.1f} MB)")
