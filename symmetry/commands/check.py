"""`symmetry check`: the groups of interchangeable units of a model, each put to the test."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symmetry.commands.options import errors_explained

if TYPE_CHECKING:
    from symmetry.modelcheck import ModelReport

EXAMPLES = (
    "Examples: `symmetry check --example`; `symmetry check my_model.py:build`; "
    "`symmetry check package.models:small --networks 10 --json report.json`."
)

EXAMPLE = "symmetry.modelcheck.example:build"


def check(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODULE:FUNCTION", help="Returns your model; FILE.py:FUNCTION, too; build for no FUNCTION."
        ),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Check a model that ships with symmetry.")] = False,
    networks: Annotated[
        int, typer.Option(min=1, metavar="N", help="Sets of parameters: the given ones, the others random.")
    ] = 3,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Where random numbers start.")] = 0,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the report to this JSON file; - prints it instead."),
    ] = None,
) -> None:
    """Find the groups of interchangeable units of a model of your own, and check each.

    FUNCTION takes no arguments and returns (apply, params, inputs), or a dictionary of these with any of loss(params,
    *inputs), optimizer, groups and mirrors; apply(params, *inputs) is any function that JAX can trace. For each group,
    permuting its units must leave outputs and loss, and permute gradients and updates alike; tied units must stay tied.

    Exits 1 if a law fails, a specification is wrong or units start tied; 2 if the model cannot be read.
    """
    from symmetry.files import require_writable, write_atomically

    with errors_explained():
        if (model is None) != example:
            raise ValueError("name one model, such as my_model.py:build, or say --example.")
        file = Path(json_file) if json_file not in (None, "-") else None
        if file is not None:
            require_writable(file)
        report = checked(EXAMPLE if model is None else model, networks, seed)
        text = json.dumps(report.to_json(), indent=1)
        if file is not None:
            write_atomically(file, text + "\n")
    if json_file == "-":
        print(text)
    else:
        print_report(report)
    if file is not None:
        print(f"report: {file}")
    raise typer.Exit(int(report.wrong))


def checked(spec: str, networks: int, seed: int) -> "ModelReport":
    """The report of a named model, with the group at hand on a terminal's standard error."""
    from rich.console import Console
    from rich.text import Text

    from symmetry.display.progress import cache_folder
    from symmetry.engine.compilation import keep_compiled_kernels
    from symmetry.modelcheck import check as check_model
    from symmetry.modelcheck.loading import built_by

    keep_compiled_kernels(cache_folder())
    with Console(stderr=True).status(Text(f"building {spec}")) as status:
        built = built_by(spec)

        def say(what: str, done: int, total: int) -> None:
            status.update(Text(f"{what} ({done + 1} of {total})" if total > 1 else what))

        return check_model(
            built.apply, built.params, *built.inputs, **built.rest, networks=networks, seed=seed, progress=say
        )


def print_report(report: "ModelReport") -> None:
    from rich.console import Console

    from symmetry.modelcheck.printed import printed

    console = Console()
    print(printed(report, console.width, color=console.is_terminal))
