"""`symmetry grade`: the tests of a homework run over a folder of hand-ins."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from symmetry.commands.options import errors_explained
from symmetry.wording import count

if TYPE_CHECKING:
    from symmetry.grading import Grade

EXAMPLES = (
    "Examples: `symmetry grade hand_ins`, with `test_homework.py` beside the hand-ins; "
    "`symmetry grade hand_ins --tests homework/test_homework.py --output points.csv --limit 30`."
)


def grade(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Holds the hand-ins: a folder or a .py file each.")],
    tests: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The homework's tests; the one test_*.py in FOLDER if not named."),
    ] = None,
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where to write the table, as CSV.")] = Path(
        "grades.csv"
    ),
    limit: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="How long the tests of one hand-in may take.")
    ] = 60,
) -> None:
    """Grade a folder of hand-ins by the tests of a homework: a point a test that passes.

    Prints name, points and the first diagnosis of each, and writes every diagnosis whole to a CSV file. Each hand-in runs
    in a copy and in its own process, so that an endless loop or a crash costs that one only. They run with your rights: in
    a container if you do not trust them. Exits 0 once all are graded, whatever the points; 2 if there is nothing to grade.
    """
    from symmetry.files import require_writable, write_atomically
    from symmetry.grading import as_csv, grades, hand_ins, homework_in, modules_of

    progress, graded = Console(stderr=True), []
    with errors_explained():
        require_writable(output)
        tests = tests or homework_in(folder)
        modules = modules_of(tests)
        found = hand_ins(folder, tests, modules)
        with progress.status(Text(f"running {tests.name}")):
            for each in grades(found, tests, modules, limit):
                graded.append(each)
                line = f"[{len(graded)}/{len(found)}] {each.name}: {count(each.points, 'point')}"
                progress.print(line, highlight=False, markup=False)
        write_atomically(output, as_csv(graded))
    print_table(graded)
    print(f"grades: {output}")


def print_table(graded: "Sequence[Grade]") -> None:
    """A row a hand-in, its diagnosis cut to the width."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table

    from symmetry.grading import most_points

    console, most = Console(), most_points(graded)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    longest = max(cell_len(each.name) for each in graded)
    table.add_column("name", width=min(max(longest, 4), console.width // 3), overflow="fold")
    table.add_column("points", width=max(6, len(f"{most} of {most}")), justify="right")
    table.add_column("first diagnosis", no_wrap=True, overflow="ellipsis", ratio=1)
    for each in graded:
        points = f"{each.points} of {most}" if most else "0"
        table.add_row(Text(each.name), points, Text(each.first_diagnosis))
    console.print(table)
