"""`symmetry new`: an invariant to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from symmetry.commands.options import errors_explained

EXAMPLES = 'Example: `symmetry new MY.1 "Reversing units changes nothing" --path test_my_invariant.py`.'


def new(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="Capitals, a dot and a number (MY.1); not one of the catalogue.")
    ],
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What is invariant, in a few words.")],
    path: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; without it, MY.1 goes to test_my_1.py.")
    ] = None,
) -> None:
    """Write a new invariant to a Python file, ready to fill in; it fails until its law is written.

    `pytest FILE` says what is missing, and afterwards runs it. A file that exists is never overwritten.
    """
    from symmetry.scaffold import default_path, write_invariant
    from symmetry.statements.registry import load

    with errors_explained():
        file = path or default_path(id)
        write_invariant(id, title, file, load())
    print(f"written: {file}\nFill it in; `pytest {file}` says what is missing, and runs it.")
