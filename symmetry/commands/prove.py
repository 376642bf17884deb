"""`symmetry prove`: run theorems and print the ledger of evidence."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symmetry.commands.options import Ids, OwnBackpropNamed, OwnFile, errors_explained
from symmetry.wording import whole_number

if TYPE_CHECKING:
    from symmetry.display.proving import Proving
    from symmetry.evidence.record import RecordedBackprop
    from symmetry.own_backprop import OwnBackprop
    from symmetry.statements.statement import Statement

EXAMPLES = (
    "Examples: `symmetry prove`; `symmetry prove PERM TIE.1`; `symmetry prove GRAD.2 --networks 1e6`; "
    "`symmetry prove --record record.json`; `symmetry prove --resume record.json`; "
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
RecordFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the evidence to this JSON file, theorem by theorem.")
]
Resumed = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Finish the run of this record: run what it lacks, what changed, and the IDs named."
    ),
]
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
    resume: Resumed = None,
    example: Example = None,
    dtype: FloatType = None,
    path: OwnFile = None,
    backprop: OwnBackpropNamed = None,
    as_json: RecordAsJson = False,
) -> None:
    """Run theorems and print the ledger of evidence.

    Exits 1 if a theorem fails or lacks a control, 2 if something asked for does not exist. At the end, what is known to be
    false is planted in every kind of evidence that ran: if one of these sentinels passes, that evidence is void (exit 1).
    Compiled kernels are kept in
    a cache (JAX_COMPILATION_CACHE_DIR, or the user's cache folder), so that a second run starts at once.

    The record is written as the run goes. Ctrl-C prints what was found until then, and --resume goes on.

    With --backprop the theorems run on your own code: on a function backprop(network, batch) that returns a
    symmetry.Gradient, or on an object with any of the functions of symmetry/network.py that make up backprop.
    """
    from symmetry.display.proving import Proving
    from symmetry.evidence.finding import exit_status
    from symmetry.files import require_writable

    with errors_explained():
        own, named = (None, None) if backprop is None else _own_backprop(context, backprop)
        if resume is not None:
            _budget_from_the_record(context)
            run = _resumed(resume, ids, record, path, named)
        else:
            statements = _selected(ids, path)
            statements = statements if own is None else _without_claims(statements, ids)
            run = Proving(statements, networks, seed, named, record, path is not None)
        if example is not None:
            raise typer.Exit(_example_failed(run.statements, example, dtype or "float64"))
        if dtype is not None:
            raise ValueError(f"--dtype {dtype} is that of an --example; without one, all that a theorem lists are run.")
        if run.file is not None:
            require_writable(run.file)
        findings = run.run(as_json)
        if own is not None and not any(finding.ran for finding in findings):
            raise ValueError(
                f"none of these theorems ran {own}, so nothing is known of it; name others, such as GRAD.4."
            )
    raise typer.Exit(exit_status(findings) or run.void(findings, as_json))


def _resumed(
    file: Path, ids: list[str] | None, record: Path | None, path: Path | None, backprop: "RecordedBackprop | None"
) -> "Proving":
    """The rest of the run that a record is of, with what is asked for besides."""
    from symmetry.display.proving import Proving
    from symmetry.evidence.environment import environment
    from symmetry.evidence.record import read_record
    from symmetry.reproduction.resume import resumption
    from symmetry.statements.registry import load_with

    begun = read_record(file)
    rest = resumption(begun, ids or [], load_with(path), environment(), backprop)
    budget = (begun.networks, begun.seed, begun.backprop)
    return Proving(rest.statements, *budget, record or file, path is not None, rest.kept, rest.environment)


def _budget_from_the_record(context: typer.Context) -> None:
    """Refuses options that a record decides itself."""
    sources = {name: context.get_parameter_source(name) for name in ("networks", "seed", "example", "dtype")}
    if given := [f"--{name}" for name, source in sources.items() if getattr(source, "name", "") == "COMMANDLINE"]:
        raise ValueError(f"--resume goes on with the run that the record is of; leave {' and '.join(given)} out.")


def _selected(ids: list[str] | None, path: Path | None) -> "list[Statement]":
    """The statements that were asked for; with a file of the user's own, those that it defines if none is named."""
    from symmetry.statements.registry import defined_in, load_with, select

    known = load_with(path)
    return select(ids or ([] if path is None else list(defined_in(path, known))), known)


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
