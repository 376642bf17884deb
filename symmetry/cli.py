"""The `symmetry` command."""

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from symmetry.budget import whole_number
from symmetry.terminal import cache_folder, escaped, example_failed, gathered, print_findings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Proves, by running, that the hidden units of a network are interchangeable and that only unequal initial "
    "weights ever tell them apart.\n\n"
    "Start with `symmetry prove`, then read a proof with `symmetry show PERM.1`.",
)

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID", help="Theorems (PERM.1) or chapters (PERM); all for none.")
]

OwnFile = Annotated[
    Path | None, typer.Option("--path", metavar="FILE", help="A Python file of your own that defines theorems.")
]


OwnBackpropNamed = Annotated[
    str | None,
    typer.Option("--backprop", metavar="FILE.py:OBJECT", help="Your own backprop, to run in the place of symmetry's."),
]


def networks_asked(text: str) -> int:
    """The value of --networks, or a usage error that says what it must be."""
    try:
        return whole_number(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@contextlib.contextmanager
def errors_explained() -> Iterator[None]:
    """What the user got wrong is said in one line, with exit status 2."""
    try:
        yield
    except ValueError as error:
        print(f"symmetry: {error}", file=sys.stderr)
        raise typer.Exit(2) from error


@app.command(
    epilog="Examples: `symmetry prove`; `symmetry prove PERM TIE.1`; `symmetry prove GRAD.2 --networks 1e6`; "
    "`symmetry prove --path test_my_invariant.py`; `symmetry prove GRAD PERM TIE --backprop own.py:backprop`."
)
def prove(
    context: typer.Context,
    ids: Ids = None,
    networks: Annotated[
        int,
        typer.Option(
            parser=networks_asked, metavar="N", help="Random networks for each float type; 1e6 is understood."
        ),
    ] = 10_000,  # type: ignore[assignment]
    seed: Annotated[
        int, typer.Option(min=0, metavar="N", help="Where random numbers start; equal seeds give equal runs.")
    ] = 0,
    record: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the evidence to this JSON file.")] = None,
    example: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Run one theorem on one case, as a failure printed it.")
    ] = None,
    dtype: Annotated[
        str | None, typer.Option(metavar="TYPE", help="The float type of --example; float64 for none.")
    ] = None,
    path: OwnFile = None,
    backprop: OwnBackpropNamed = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record in place of the ledger.")] = False,
) -> None:
    """Run theorems and print the ledger of evidence.

    Exits 1 if a theorem fails or lacks a control, 2 if something asked for does not exist. Compiled kernels are kept in
    a cache (JAX_COMPILATION_CACHE_DIR, or the user's cache folder), so that a second run starts at once.

    With --backprop the theorems run on your own code: on a function backprop(network, batch) that returns a
    symmetry.Gradient, or on an object with any of the functions of symmetry/network.py that make up backprop.
    """
    from symmetry.evidence import exit_status, write_record
    from symmetry.evidence import record as record_of
    from symmetry.own_backprop import read
    from symmetry.registry import select

    with errors_explained():
        known = _theorems(path)
        theorems = select(ids or _own(path, known), known)
        own = None
        if backprop is not None:
            own = _backprop_in_place(context, *read(backprop))
            theorems = _without_claims(theorems, ids)
        if record is not None and not record.parent.is_dir():
            raise ValueError(f"cannot write {record}: {record.parent} is no folder; name a file in one that exists.")
        if example is not None:
            raise typer.Exit(example_failed(theorems, example, dtype or "float64"))
        if dtype is not None:
            raise ValueError(f"--dtype {dtype} is that of an --example; without one, all that a theorem lists are run.")
    # Outside: an error while proving is a fault of ours, not of what was asked for.
    # Workers know the theorems of the library only, and do all that they are given.
    some = None if path is None else [made.id for made in theorems]
    findings = gathered(theorems, networks, seed, cache_folder(), some)
    content = record_of(findings, networks=networks, seed=seed, backprop=own and own.to_json())
    if as_json:
        print(json.dumps(content, indent=1))
    else:
        print_findings(findings, own and own.to_json())
    # Last: a record that cannot be written must not cost the ledger.
    if record is not None:
        with errors_explained():
            write_record(record, content)
        if not as_json:
            print(f"record: {record}")
    with errors_explained():
        if own is not None and not any(finding.ran for finding in findings):
            raise ValueError(
                f"none of these theorems ran {own}, so nothing is known of it; name others, such as GRAD.4."
            )
    raise typer.Exit(exit_status(findings))


@app.command(epilog="Examples: `symmetry reproduce record.json`; `symmetry reproduce record.json PERM.1`.")
def reproduce(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A record, as `symmetry prove --record FILE` writes it.")
    ],
    ids: Ids = None,
    path: OwnFile = None,
    backprop: OwnBackpropNamed = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of text.")] = False,
) -> None:
    """Run a record again, with its seed and its budget, and compare every line.

    Exact evidence must come out to the digit, and so must floats where versions and processor are the same; elsewhere
    they must pass again, within the bound. Exits 1 if anything differs, 2 if the file is no record. The record of your
    own backprop needs the same --backprop again; if its file has changed since, nothing is run.
    """
    from symmetry.evidence import environment
    from symmetry.record import read_record
    from symmetry.reproduction import environment_differences, plan, told, told_json

    with errors_explained():
        content = read_record(file)
        here = environment()
        given = None if backprop is None else _backprop_again(context, backprop, content)
        planned = plan(content, ids or [], _theorems(path), here, given)
    # Workers know the theorems of the library only, and do all that they are given.
    some = None if len(planned.wanted) == len(planned.theorems) and path is None else planned.wanted
    findings = (
        gathered(planned.theorems, content["networks"], content["seed"], cache_folder(), some) if planned.wanted else []
    )
    outcomes = planned.compare(findings)
    elsewhere = environment_differences(content, here)
    print(json.dumps(told_json(outcomes, elsewhere), indent=1) if as_json else told(outcomes, elsewhere))
    raise typer.Exit(int(any(each.differences for each in outcomes)))


@app.command(epilog="Examples: `symmetry cite PERM.1`; `symmetry cite PERM.1 --format bibtex --record record.json`.")
def cite(
    id: Annotated[str, typer.Argument(metavar="ID", help="A theorem (PERM.1) or a claim (CLAIM.54).")],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, markdown, latex or bibtex.")] = "text",
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="State the evidence of this record, with its versions and seed.")
    ] = None,
    path: OwnFile = None,
) -> None:
    """Cite a theorem or a claim: what is stated, what the evidence is, and the originals to cite beside it.

    What is refuted begins with FALSE.
    """
    from symmetry.citation import cite as cited
    from symmetry.record import read_record
    from symmetry.registry import in_capitals

    with errors_explained():
        known = _theorems(path)
        if id not in known:
            raise ValueError(
                f"there is no theorem or claim {id!r}{in_capitals(id, known)} to cite; `symmetry list` shows every theorem, "
                "and --path names the file of your own."
            )
        print(cited(known[id], form, read_record(record) if record is not None else None))


@app.command("list", epilog="Examples: `symmetry list`; `symmetry list PERM`; `symmetry list CLAIM --verdict wrong`.")
def list_(
    chapter: Annotated[
        str | None, typer.Argument(metavar="CHAPTER", help="PERM, say; CLAIM; ASK; every theorem for none.")
    ] = None,
    thread: Annotated[str | None, typer.Option(metavar="KEY", help="Only claims of this thread.")] = None,
    verdict: Annotated[
        str | None, typer.Option(metavar="VERDICT", help="Only claims that are right, wrong, 'right if'.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of a table.")] = False,
) -> None:
    """List the theorems, or those of one chapter; CLAIM lists what threads claim, ASK what they ask."""
    from rich import box
    from rich.table import Table

    from symmetry.listed import listing

    with errors_explained():
        found = listing(chapter, _theorems(), thread, verdict)
    if as_json:
        print(json.dumps(found.to_json(), indent=1))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in found.columns:
        table.add_column(column, no_wrap=column == "id", overflow="fold")  # a key is to be copied whole
    for cells in found.cells():
        table.add_row(*cells)
    Console().print(table)


@app.command(epilog="Examples: `symmetry show GRAD.2`; `symmetry show CLAIM.54`; `symmetry show ASK.1`.")
def show(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A theorem (GRAD.2), a claim (CLAIM.54), a question (ASK.1).")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON in place of text.")] = False,
) -> None:
    """Show one theorem, claim or question whole: a theorem's statement, hypotheses, derivation, law and sources."""
    with errors_explained():
        known = _theorems()
        from symmetry.claim import QUESTIONS, Claim
        from symmetry.registry import in_capitals
        from symmetry.shown import as_builtins, shown, shown_answer, shown_claim, shown_json

        width = Console().width
        if id in QUESTIONS:
            text, content = shown_answer(QUESTIONS[id], width), as_builtins(QUESTIONS[id])
        elif id not in known:
            all_of_it = (
                f"`symmetry list {id}` shows that chapter"
                if _is_chapter(id, known)
                else "`symmetry list` shows every theorem"
            )
            hint = in_capitals(id, {*known, *QUESTIONS})
            raise ValueError(f"there is no theorem, claim or question {id!r}{hint}; {all_of_it}.")
        elif isinstance(known[id], Claim):
            text, content = shown_claim(known[id], width), as_builtins(known[id])
        else:
            # What is measured for the reader, such as a table, is measured anew, which takes a while: for one of the two only.
            with Console(stderr=True).status(f"reading {id}"):
                text, content = ("", shown_json(known[id])) if as_json else (shown(known[id], width), None)
        print(json.dumps(content, indent=1) if as_json else text)


@app.command(epilog="Examples: `symmetry book proof`; `symmetry book proof --record record.json`.")
def book(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write the pages to; made if missing.")],
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Report the run that `symmetry prove --record FILE` wrote.")
    ] = None,
) -> None:
    """Write the proof as a book: pages of HTML with every theorem, derivation, law, claim and figure.

    Open DIR/index.html in a browser; nothing is loaded from elsewhere. Without --record the book shows no evidence.
    """
    from symmetry.book.site import write_book
    from symmetry.record import read_record

    with errors_explained():
        content = None if record is None else read_record(record)
        with Console(stderr=True).status("writing") as status:
            files = write_book(folder, _theorems(), content, lambda activity: status.update(escaped(activity)))
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"book: {files[0]} ({len(files)} files, {size:.1f} MB)")


@app.command(epilog='Example: `symmetry new MY.1 "Reversing units changes nothing" --path test_my_invariant.py`.')
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

    with errors_explained():
        file = path or default_path(id)
        write_invariant(id, title, file, _theorems())
    print(f"written: {file}\nFill it in; `pytest {file}` says what is missing, and runs it.")


def _theorems(path: Path | None = None) -> dict[str, Any]:
    """Every theorem and claim by id, with those of a file of the user's own."""
    from proofs import load

    if path is not None:
        from symmetry.registry import import_file

        import_file(path)
    return load()


def _is_chapter(id: str, known: dict[str, Any]) -> bool:
    return id == "ASK" or any(made.chapter == id for made in known.values())


def _own(path: Path | None, known: dict[str, Any]) -> list[str]:
    """The ids that a file of the user's own defines; none for no file."""
    own = [id for id, made in known.items() if path is not None and made.module == path.stem]
    if path is not None and not own:
        raise ValueError(f"{path} defines no theorem; `symmetry new` writes one to fill in.")
    return own


def _backprop_in_place(context: typer.Context, file: str, name: str, source: bytes) -> Any:
    """The reader's own backprop, in the place of symmetry's until the command ends."""
    from symmetry.own_backprop import backprop_from

    own = backprop_from(file, name, source)
    context.with_resource(own.in_place())
    return own


def _backprop_again(context: typer.Context, spec: str, record: dict[str, Any]) -> dict[str, str]:
    """The reader's own backprop as a record names it; in place if it is the one of the record, and not even run if not."""
    from symmetry.own_backprop import named, read

    file, name, source = read(spec)
    recorded = record.get("backprop", {})
    elsewhere = recorded.get("file", file)  # what a failed line says must come out again, wherever the file is now
    given = named(elsewhere, name, source)
    if given == recorded:
        _backprop_in_place(context, elsewhere, name, source)
    return given


def _without_claims(made: list, ids: list[str] | None) -> list:
    """The theorems among them; the claims of threads are decided on symmetry's own code."""
    from symmetry.claim import Claim

    if ids and (claims := [each.id for each in made if isinstance(each, Claim)]):
        raise ValueError(
            f"{claims[0]} is the claim of a thread, and --backprop is for theorems; name GRAD, PERM or TIE."
        )
    return [each for each in made if not isinstance(each, Claim)]


def main() -> None:
    """The entry point of the command."""
    app()
