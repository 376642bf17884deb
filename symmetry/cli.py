"""The `symmetry` command."""

from typing import Annotated

import typer

import symmetry
from symmetry.commands import book, cite, figure, grade, list_, new, prove, reproduce, sheet, show

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Proves, by running, that the hidden units of a network are interchangeable, and that units which start equal "
    "stay equal: in exact arithmetic, under any training that treats them alike.\n\n"
    "Start with `symmetry prove`, then read a proof with `symmetry show PERM.1`.",
)


def _print_version(asked: bool) -> None:
    if asked:
        print(symmetry.__version__)
        raise typer.Exit


@app.callback()
def _symmetry(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


app.command(epilog=prove.EXAMPLES)(prove.prove)
app.command(epilog=reproduce.EXAMPLES)(reproduce.reproduce)
app.command(epilog=cite.EXAMPLES)(cite.cite)
app.command("list", epilog=list_.EXAMPLES)(list_.list_)
app.command(epilog=show.EXAMPLES)(show.show)
app.command(epilog=book.EXAMPLES)(book.book)
app.command(cls=figure.WithFigures)(figure.figure)
app.command(epilog=sheet.EXAMPLES)(sheet.sheet)
app.command(epilog=grade.EXAMPLES)(grade.grade)
app.command(epilog=new.EXAMPLES)(new.new)


def main() -> None:
    """The entry point of the command."""
    app()
