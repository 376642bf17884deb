"""`symmetry reproduce`: run a record again and compare every line."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from symmetry.commands.options import AsJson, Ids, OwnBackpropNamed, OwnFile, errors_explained

if TYPE_CHECKING:
    from symmetry.evidence.finding import Finding
    from symmetry.evidence.record import Record, RecordedBackprop

EXAMPLES = "Examples: `symmetry reproduce record.json`; `symmetry reproduce record.json PERM.1`."


def reproduce(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A record, as `symmetry prove --record FILE` writes it.")
    ],
    ids: Ids = None,
    path: OwnFile = None,
    backprop: OwnBackpropNamed = None,
    as_json: AsJson = False,
) -> None:
    """Run a record again, with its seed and its budget, and compare every line.

    Exact evidence must come out to the digit, and so must floats where versions and processor are the same; elsewhere
    they must pass again, within the bound. What `symmetry sweep` found is swept again. Exits 1 if anything differs, 2
    if the file is no record. The record of your own backprop needs the same --backprop again; if its file has changed
    since, nothing is run.
    """
    from symmetry.display.progress import Stopped, gather_with_progress, leave
    from symmetry.display.run import outcomes_as_json, outcomes_as_text
    from symmetry.evidence.environment import environment
    from symmetry.evidence.record import read_record
    from symmetry.reproduction.plan import environment_differences, plan
    from symmetry.reproduction.swept import has_sweeps, not_swept, sweep_again, tasks_again
    from symmetry.statements.registry import load_with
    from symmetry.sweep.devices import use_every_core

    with errors_explained():
        record = read_record(file)
        if has_sweeps(record):
            use_every_core()  # before anything asks JAX for its devices
        here = environment()
        given = None if backprop is None else _backprop_again(context, backprop, record)
        planned = plan(record, ids or [], load_with(path), here, given)
        swept = tasks_again(planned)
    findings: list[Finding] = []
    try:
        if rest := not_swept(planned):
            budget = (record.networks, record.seed)
            gather_with_progress(planned.statements, *budget, findings.append, parallel=path is None, wanted=rest)
        if swept:
            sweep_again(swept, findings.append)
    except Stopped as stopped:
        done = {finding.heading.id for finding in findings}
        some = [each for each in planned.compare(findings) if each.id in done or each.id not in planned.wanted]
        print(outcomes_as_text(some, environment_differences(record, here)))
        leave(f"{stopped.reason} after {len(findings)} of {len(planned.wanted)}.", stopped.status)
    outcomes, elsewhere = planned.compare(findings), environment_differences(record, here)
    if as_json:
        print(json.dumps(outcomes_as_json(outcomes, elsewhere), indent=1))
    else:
        print(outcomes_as_text(outcomes, elsewhere, Console().width))
    raise typer.Exit(int(any(each.differences for each in outcomes)))


def _backprop_again(context: typer.Context, spec: str, record: "Record") -> "RecordedBackprop":
    """The reader's own backprop as a record names it. Load the reader's file only if its hash matches the record."""
    from symmetry.evidence.record import RecordedBackprop
    from symmetry.own_backprop import backprop_from, read

    file, name, source = read(spec)
    # What a failed line says must come out again, wherever the file is now.
    elsewhere = record.backprop.file if record.backprop is not None else file
    given = RecordedBackprop.of(elsewhere, name, source)
    if given == record.backprop:
        context.with_resource(backprop_from(elsewhere, name, source).in_place())
    return given
