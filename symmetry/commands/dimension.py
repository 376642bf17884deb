"""`symmetry dimension`: how many dimensions a model's functions have, and which symmetries take the others away."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from symmetry.commands.options import errors_explained

if TYPE_CHECKING:
    from symmetry.dimension import Dimension

EXAMPLES = (
    "Examples: `symmetry dimension --example`; `symmetry dimension my_model.py:build`; "
    "`symmetry dimension package.models:small --networks 40 --json -`."
)


def dimension(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODULE:FUNCTION", help="Returns your model; FILE.py:FUNCTION, too; build for no FUNCTION."
        ),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Measure a model that ships with symmetry.")] = False,
    networks: Annotated[
        int, typer.Option(min=1, metavar="N", help="Sets of parameters: the given ones, the others random.")
    ] = 12,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Where random numbers start.")] = 0,
    json_file: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the report to this JSON file; - prints it instead."),
    ] = None,
) -> None:
    """Bound the number of dimensions of the functions that your model can be, near its parameters.

    FUNCTION returns the model as for `symmetry check`. From below: the rank of the derivative of its results in its
    parameters, certified on balls at one set of parameters. From above: the parameters less the directions of the continuous
    symmetries that it has, such as rescaled units of ReLU, mixed units of linear layers and attention heads, shifts before a
    softmax. Where both agree, these are all; a gap means a symmetry that nobody has named, or, in a model that is linear in
    pieces, pieces on which units are dead. Small models do: up to 600 parameters. Exits 2 if the model cannot be read.
    """
    from symmetry.commands.check import EXAMPLE
    from symmetry.files import require_writable, write_atomically

    with errors_explained():
        if (model is None) != example:
            raise ValueError("name one model, such as my_model.py:build, or say --example.")
        file = Path(json_file) if json_file not in (None, "-") else None
        if file is not None:
            require_writable(file)
        found = measured(EXAMPLE if model is None else model, networks, seed)
        text = json.dumps(found.to_json(), indent=1)
        if file is not None:
            write_atomically(file, text + "\n")
    print(text if json_file == "-" else found.text(max(60, Console().width)))
    if file is not None:
        print(f"report: {file}")


def measured(spec: str, networks: int, seed: int) -> "Dimension":
    """The dimension of a named model, with what is being done on a terminal's standard error."""
    from symmetry.dimension import dimension as measure
    from symmetry.modelcheck.loading import built_by

    with Console(stderr=True).status(Text(f"building {spec}")) as status:
        built = built_by(spec)

        def say(what: str, done: int, total: int) -> None:
            status.update(Text(f"{what} ({done + 1} of {total})"))

        return measure(built.apply, built.params, *built.inputs, networks=networks, seed=seed, progress=say)
