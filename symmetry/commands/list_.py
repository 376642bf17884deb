"""`symmetry list`: what there is."""

import json
from typing import Annotated

import typer
from rich.console import Console

from symmetry.commands.options import AsJson, OwnFile, errors_explained

EXAMPLES = (
    "Examples: `symmetry list`; `symmetry list PERM`; `symmetry list CLAIM --verdict wrong`; "
    "`symmetry list --path test_my_invariant.py`."
)


def list_(
    chapter: Annotated[
        str | None, typer.Argument(metavar="CHAPTER", help="PERM, say; CLAIM; ASK; every theorem for none.")
    ] = None,
    thread: Annotated[str | None, typer.Option(metavar="KEY", help="Only claims of this thread.")] = None,
    verdict: Annotated[
        str | None, typer.Option(metavar="VERDICT", help="Only claims that are right, wrong, 'right if'.")
    ] = None,
    path: OwnFile = None,
    as_json: AsJson = False,
) -> None:
    """List the theorems, or those of one chapter; CLAIM lists what threads claim, ASK what they ask.

    With --path and no chapter, the theorems of that file.
    """
    from symmetry.display.listing import listing
    from symmetry.statements.registry import defined_in, load_with

    with errors_explained():
        known = load_with(path)
        own = defined_in(path, known) if path is not None and chapter is None else known
        found = listing(chapter, own, thread, verdict)
    if as_json:
        print(json.dumps(found.to_json(), indent=1))
        return
    console = Console(markup=False, emoji=False)  # a title is a text
    console.print(found.table(console.width))
