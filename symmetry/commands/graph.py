"""`symmetry graph`: which statement rests on which."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from symmetry.commands.options import AsJson, OwnFile, errors_explained, statements_and_questions

if TYPE_CHECKING:
    from symmetry.graph import Dependencies

EXAMPLES = (
    "Examples: `symmetry graph TIE.2`; `symmetry graph PERM --output permutation.svg`; `symmetry graph --output all.dot`; "
    "`symmetry graph ASK.2 --json`."
)


def graph(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID", help="Theorems (TIE.2), claims, questions, chapters (PERM); all theorems for none."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it to a file in place of text: .svg, .dot (Graphviz), .json or .md."),
    ] = None,
    path: OwnFile = None,
    as_json: AsJson = False,
) -> None:
    """Show which theorem rests on which, as a tree: below each stands what it rests on, and why that is said.

    Lemmas of derivations, ids that steps and hypotheses name, what corrects a false claim, what claims and answers rest on,
    and the modules that a proof in Agda imports are read from the statements themselves. A picture (.svg) has the theorems
    only, coloured by their strongest evidence: formal, derived, checked or refuted. What is named rests on all that is drawn
    or listed with it.
    """
    from symmetry.book.contents import Contents
    from symmetry.files import require_writable, write_atomically
    from symmetry.graph import dependencies_of
    from symmetry.graph.formats import FORMS
    from symmetry.statements.claim import QUESTIONS
    from symmetry.statements.registry import load_with, select

    with errors_explained():
        if output is not None:
            require_writable(output, FORMS)
        chosen = [made.id for made in select(ids or [], statements_and_questions(path))] if ids else []
        known = load_with(path)
        whole = dependencies_of(known, QUESTIONS)
        _ = whole.order  # nothing rests on itself
        part = whole.beneath(chosen) if chosen else whole
        addresses = Contents(known).addresses if output is not None or as_json else {}
        if output is not None:
            write_atomically(output, FORMS[output.suffix.lower()](part, addresses))
    if output is not None:
        print(f"graph: {output}")
    elif as_json:
        print(FORMS[".json"](part, addresses), end="")
    else:
        print(_text(whole, chosen, Console().width))


def _text(whole: "Dependencies", chosen: list[str], width: int) -> str:
    """A tree of what was chosen and what needs it, or the overview."""
    from symmetry.graph.text import needed_by, overview, tree

    if not chosen:
        return overview(whole, width)
    return "\n\n".join([tree(whole, chosen, width), "\n".join(needed_by(whole, id, width) for id in chosen)])
