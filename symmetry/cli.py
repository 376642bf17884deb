"""The `symmetry` command."""

import contextlib
import io
import os
import sys
from typing import Annotated

import typer

import symmetry
from symmetry.commands import (
    book,
    check,
    cite,
    dimension,
    figure,
    grade,
    graph,
    list_,
    new,
    prove,
    reproduce,
    sheet,
    show,
    sweep,
)

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
app.command(epilog=sweep.EXAMPLES)(sweep.sweep)
app.command(epilog=reproduce.EXAMPLES)(reproduce.reproduce)
app.command(epilog=cite.EXAMPLES)(cite.cite)
app.command("list", epilog=list_.EXAMPLES)(list_.list_)
app.command(epilog=show.EXAMPLES)(show.show)
app.command(epilog=check.EXAMPLES)(check.check)
app.command(epilog=dimension.EXAMPLES)(dimension.dimension)
app.command(epilog=book.EXAMPLES)(book.book)
app.command(cls=figure.WithFigures)(figure.figure)
app.command(epilog=graph.EXAMPLES)(graph.graph)
app.command(epilog=sheet.EXAMPLES)(sheet.sheet)
app.command(epilog=grade.EXAMPLES)(grade.grade)
app.command(epilog=new.EXAMPLES)(new.new)


def main() -> None:
    """The entry point of the command. What cannot be printed is said in one line, where it can be, with status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a redirect may have fewer characters than a terminal
    status: str | int | None = 0
    try:
        try:
            app()
        except SystemExit as ended:
            status = ended.code
        sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:  # of a file, not of what is printed
            raise
        status = 1
        with contextlib.suppress(OSError):
            print(f"symmetry: cannot print: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries again when it ends
    sys.exit(status)
