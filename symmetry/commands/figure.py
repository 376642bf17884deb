"""`symmetry figure`: a figure of the book as a file."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.core import TyperCommand

from symmetry.commands.options import RecordGiven, errors_explained

EXAMPLES = (
    "Examples: `symmetry figure weights_over_training --output lecture.pdf`; `symmetry figure`; "
    "`symmetry figure evidence_ledger --record record.json --output ledger.svg`."
)


class WithFigures(TyperCommand):
    """A command whose help lists the figures; they are imported only for that, since it takes seconds."""

    def format_help(self, ctx, formatter) -> None:
        shown = "\n".join(f"- `{name}`: {words}" for name, words in _shown().items())
        self.epilog = f"{EXAMPLES}\n\nFigures:\n\n{shown}"
        super().format_help(ctx, formatter)


def figure(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The figure; all are listed for none.")] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write it, as .svg, .png or .pdf; NAME.svg if not named."),
    ] = None,
    record: RecordGiven = None,
) -> None:
    """Write a figure of the book to a file, for a lecture or a text; it is computed anew, which takes seconds.

    Its caption is printed, seeds included. evidence_ledger draws the --record; the others need none.
    """
    if name is None:
        for each, words in _shown().items():
            print(f"{each}\n{textwrap.indent(textwrap.fill(words, max(Console().width, 60) - 2), '  ')}")
        return
    from symmetry.book.figures import FORMATS
    from symmetry.files import require_writable, write_atomically

    with errors_explained():
        name = _known(name)
        file = output or Path(f"{name}.svg")
        require_writable(file, FORMATS)
        with Console(stderr=True).status(f"drawing {name}"):
            picture = _drawn(name, record)
            write_atomically(file, FORMATS[file.suffix.lower()](picture))
    print(f"figure: {file}\n{textwrap.fill(picture.caption, max(Console().width, 60))}")


def _shown() -> dict[str, str]:
    """What each figure shows, by its name."""
    from symmetry.book.figures import FIGURES, evidence_ledger

    drawn = {**FIGURES, "evidence_ledger": evidence_ledger}
    return {name: (draw.__doc__ or "").partition("\n")[0] for name, draw in drawn.items()}


def _known(name: str) -> str:
    """The figure's name, which may be written with hyphens.

    Raises:
        ValueError: there is none of that name.
    """
    from symmetry.statements.registry import near

    written, names = name.lower().replace("-", "_"), _shown()
    if written not in names:
        raise ValueError(f"there is no figure {name!r}; choose one of {', '.join(names)}.{near(written, names)}")
    return written


def _drawn(name: str, file: Path | None):
    """The figure; the ledger's is of a record.

    Raises:
        ValueError: the ledger is asked for without a record, the record has no theorems, or the digits that a figure shows
            are not installed.
    """
    from symmetry.book.figures import FIGURES, DigitsMissing, evidence_ledger
    from symmetry.evidence.shipped import given_or_shipped

    if name in FIGURES:
        try:
            return FIGURES[name]()
        except DigitsMissing as error:
            raise ValueError(f"{name}: {error}") from error
    record = given_or_shipped(file)
    if record is None:
        raise ValueError(f"{name} draws a record; name one that `symmetry prove --record FILE` wrote, --record FILE.")
    return evidence_ledger(record)
