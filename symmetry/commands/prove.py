"""`symmetry prove`: run theorems and print the ledger of evidence."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symmetry.commands.options import Ids, OwnBackpropNamed, OwnFile, errors_explained
from symmetry.wording import whole_number

if TYPE_CHECKING:
    from symmetry.evidence.finding import Finding
    from symmetry.evidence.record import Record, RecordedBackprop
    from symmetry.own_backprop import OwnBackprop
    from symmetry.statements.statement import Statement

EXAMPLES = (
    "Examples: `symmetry prove`; `symmetry prove PERM TIE.1`; `symmetry prove GRAD.2 --networks 1e6`; "
    "`symmetry prove --path test_my_invariant.py`; `symmetry prove GRAD PERM TIE --backprop own.py:backprop`."
)


def networks_asked(text: str) -> int:
    """The value of --networks, or a usage error that says what it must be."""
    try:
        return whole_number(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Networks = Annotated[
    int,
    typer.Option(parser=networks_asked, metavar="N", help="Random networks for each float type; 1e6 is understood."),
]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="Where random numbers start; equal seeds give equal runs.")]
RecordFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the evidence to this JSON file.")]
Example = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Run one theorem on one case, as a failure printed it.")
]
FloatType = Annotated[str | None, typer.Option(metavar="TYPE", help="The float type of --example; float64 for none.")]
RecordAsJson = Annotated[bool, typer.Option("--json", help="Print the record in place of the ledger.")]


def prove(
    context: typer.Context,
    ids: Ids = None,
    networks: Networks = 10_000,
    seed: Seed = 0,
    record: RecordFile = None,
    example: Example = None,
    dtype: FloatType = None,
    path: OwnFile = None,
    backprop: OwnBackpropNamed = None,
    as_json: RecordAsJson = False,
) -> None:
    """Run theorems and print the ledger of evidence.

    Exits 1 if a theorem fails or lacks a control, 2 if something asked for does not exist. Compiled kernels are kept in
    a cache (JAX_COMPILATION_CACHE_DIR, or the user's cache folder), so that a second run starts at once.

    With --backprop the theorems run on your own code: on a function backprop(network, batch) that returns a
    symmetry.Gradient, or on an object with any of the functions of symmetry/network.py that make up backprop.
    """
    from symmetry.display.progress import cache_folder, findings_with_progress
    from symmetry.evidence.finding import exit_status
    from symmetry.evidence.record import Record
    from symmetry.statements.registry import load

    with errors_explained():
        statements = _selected(ids, path)
        own, named = (None, None) if backprop is None else _own_backprop(context, backprop)
        if backprop is not None:
            statements = _without_claims(statements, ids)
        if record is not None and not record.parent.is_dir():
            raise ValueError(f"cannot write {record}: {record.parent} is no folder; name a file in one that exists.")
        if example is not None:
            raise typer.Exit(_example_failed(statements, example, dtype or "float64"))
        if dtype is not None:
            raise ValueError(f"--dtype {dtype} is that of an --example; without one, all that a theorem lists are run.")
    # Outside: an error while proving is a fault of ours, not of what was asked for.
    # Workers know the catalogue only, and do all that they are given.
    wanted = None if path is None else [made.id for made in statements]
    findings = findings_with_progress(statements, networks, seed, load, cache=cache_folder(), wanted=wanted)
    _report(findings, Record.of(findings, networks=networks, seed=seed, backprop=named), record, as_json)
    if own is not None and not any(finding.ran for finding in findings):
        with errors_explained():
            raise ValueError(
                f"none of these theorems ran {own}, so nothing is known of it; name others, such as GRAD.4."
            )
    raise typer.Exit(exit_status(findings))


def _report(findings: "Sequence[Finding]", made: "Record", file: Path | None, as_json: bool) -> None:
    """Print the ledger or the record, then write the record: one that cannot be written must not cost the ledger."""
    from symmetry.display.progress import print_findings

    if as_json:
        print(json.dumps(made.to_json(), indent=1))
    else:
        print_findings(findings, made.backprop)
    if file is not None:
        with errors_explained():
            made.write(file)
        print("" if as_json else f"record: {file}\n", end="")


def _selected(ids: list[str] | None, path: Path | None) -> "list[Statement]":
    """The statements that were asked for; with a file of the user's own, those that it defines if none is named."""
    from symmetry.statements.registry import load_with, module_name, select

    known = load_with(path)
    own = [id for id, made in known.items() if path is not None and made.module == module_name(path)]
    if path is not None and not own:
        raise ValueError(f"{path} defines no theorem; `symmetry new` writes one to fill in.")
    return select(ids or own, known)


def _own_backprop(context: typer.Context, spec: str) -> "tuple[OwnBackprop, RecordedBackprop]":
    """The reader's own backprop, put in the place of symmetry's, and how a record names it."""
    from symmetry.evidence.record import RecordedBackprop
    from symmetry.own_backprop import backprop_from, read

    file, name, source = read(spec)
    own = backprop_from(file, name, source)
    context.with_resource(own.in_place())  # until the command ends
    return own, RecordedBackprop.of(file, name, source)


def _without_claims(made: "Sequence[Statement]", ids: list[str] | None) -> "list[Statement]":
    """The theorems among them; the claims of threads are decided on symmetry's own code."""
    from symmetry.statements.theorem import Theorem

    theorems: list[Statement] = [each for each in made if isinstance(each, Theorem)]
    if ids and len(theorems) < len(made):
        claim = next(each.id for each in made if each not in theorems)
        raise ValueError(f"{claim} is the claim of a thread, and --backprop is for theorems; name GRAD, PERM or TIE.")
    return theorems


def _example_failed(statements: "Sequence[Statement]", text: str, dtype: str) -> int:
    """Runs one theorem on one case and prints what came of it: 1 if it fails there."""
    import jax.numpy as jnp

    from symmetry.engine.failing_case import run_case
    from symmetry.engine.shrink import GeneratedCase
    from symmetry.statements.theorem import DTYPES, Theorem

    theorems = [each for each in statements if isinstance(each, Theorem)]
    if len(statements) != 1 or not theorems:
        raise ValueError(f"an example belongs to one theorem, but {len(statements)} are selected; name one id.")
    if theorems[0].mistakes:
        raise ValueError(theorems[0].mistakes[0])
    if dtype not in DTYPES:
        raise ValueError(f"there is no float type {dtype!r} here; choose one of {', '.join(DTYPES)}.")
    failed, report = run_case(theorems[0], GeneratedCase.parse(text), jnp.dtype(dtype))
    print(report)
    return int(failed)
