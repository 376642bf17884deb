"""What several commands share: their options, and errors in one line."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from symmetry.statements.claim import Question
    from symmetry.statements.statement import Statement

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID", help="Theorems (PERM.1) or chapters (PERM); all for none.")
]

Things = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Theorems (PERM.1), claims (CLAIM.54), questions (ASK.2), chapters (PERM)."),
]

OwnFile = Annotated[
    Path | None, typer.Option("--path", metavar="FILE", help="A Python file of your own that defines theorems.")
]

RecordGiven = Annotated[
    Path | None,
    typer.Option(
        "--record", metavar="FILE", help="The evidence of your own run, in the place of that which ships with symmetry."
    ),
]

OwnBackpropNamed = Annotated[
    str | None,
    typer.Option("--backprop", metavar="FILE.py:OBJECT", help="Your own backprop, to run in the place of symmetry's."),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON in place of text.")]


@contextlib.contextmanager
def errors_explained() -> Iterator[None]:
    """Print what the user got wrong in one line, and exit with status 2."""
    try:
        yield
    except ValueError as error:
        print(f"symmetry: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    except OSError as error:
        if error.filename is None:  # not of a file, but of what is printed
            raise
        print(f"symmetry: cannot use {error.filename}: {error.strerror}; name another.", file=sys.stderr)
        raise typer.Exit(2) from error


def statements_and_questions(path: Path | None) -> "dict[str, Statement | Question]":
    """All that can be shown and cited, by id, with what a Python file of the reader's own defines.

    Raises:
        ValueError: there is no such file, it is no Python, or it raises.
    """
    from symmetry.statements.claim import QUESTIONS
    from symmetry.statements.registry import load_with

    return {**load_with(path), **QUESTIONS}
