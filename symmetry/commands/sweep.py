"""`symmetry sweep`: laws on millions to billions of networks, on all devices and hosts, resumable."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symmetry.commands.options import Ids, OwnFile, errors_explained
from symmetry.commands.prove import Networks, Seed

if TYPE_CHECKING:
    from symmetry.evidence.finding import Finding
    from symmetry.statements.theorem import Theorem
    from symmetry.sweep.sweep import Sweep
    from symmetry.sweep.task import Task

EXAMPLES = (
    "Examples: `symmetry sweep PERM.4 --networks 1e7`; `symmetry sweep PERM TIE GRAD --networks 1e9 --journal sweep.journal`; "
    "`symmetry sweep PERM.4 --seed 1 --only 123456`; "
    "`symmetry sweep PERM --networks 1e9 --journal sweep.journal --coordinator localhost:9876 --processes 2 --process 0`."
)

FloatType = Annotated[str, typer.Option(metavar="TYPE", help="The float type: float64, float32, bfloat16 or float16.")]
JournalFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Keep every chunk that is done in this file; the same command then goes on from it."
    ),
]
RecordFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write what was found to this JSON file, as a record.")
]
Only = Annotated[
    int | None, typer.Option(min=0, metavar="I", help="Print network number I with both sides, and run no other.")
]
Coordinator = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Where process 0 of several listens; `auto` where SLURM, GKE or MPI started them.",
    ),
]
Count = Annotated[int | None, typer.Option("--processes", min=1, metavar="N", help="How many processes take part.")]
Index = Annotated[int | None, typer.Option("--process", min=0, metavar="I", help="Which of them this is, from 0.")]


def sweep(
    ids: Ids = None,
    networks: Networks = 1_000_000,
    dtype: FloatType = "float64",
    seed: Seed = 0,
    journal: JournalFile = None,
    record: RecordFile = None,
    only: Only = None,
    path: OwnFile = None,
    coordinator: Coordinator = None,
    processes: Count = None,
    process: Index = None,
) -> None:
    """Run the laws of theorems on very many networks, on every device there is.

    For what strikes one network in millions. Networks are of several widths and depths, with all activations and losses,
    scales from 1e-6 to 1e3, zeros, ties, repeated rows and special values. Network I of seed S is the same on every machine,
    whatever runs beside it: --only I prints it.

    With --journal nothing is lost when the sweep is killed: the same command goes on. Several processes, on one machine or on
    many, share a sweep: give each the same --coordinator and --processes, and its own --process. Each then keeps a journal of
    its own beside FILE, so all of them must see one folder.

    Exits 1 if a law fails or what was planted to fail does not, 2 if something asked for does not exist.
    """
    import jax

    from symmetry.sweep.devices import use_every_core
    from symmetry.sweep.processes import Processes
    from symmetry.sweep.sweep import Sweep
    from symmetry.sweep.task import SEEDS, Task

    with errors_explained():
        use_every_core()
        together = Processes.join(coordinator, processes, process)  # before anything asks JAX for its devices
        theorems = _selected(ids, path, dtype)
        if only is not None:
            raise typer.Exit(_shown(theorems, dtype, seed, only))
        if seed >= SEEDS:
            raise ValueError(f"the seed is {seed}; a sweep's is below 2^32.")
        tasks = [Task(theorem, dtype, networks, seed) for theorem in theorems]
        raise typer.Exit(_run(Sweep(tasks, jax.local_devices(), journal, together), record))


def _selected(ids: list[str] | None, path: Path | None, dtype: str) -> "list[Theorem]":
    """The theorems asked for that a sweep can run; why it does not run others is printed.

    Raises:
        ValueError: one named by its id cannot be swept, or none is left.
    """
    from symmetry.statements.registry import defined_in, load_with, select
    from symmetry.statements.theorem import DTYPES, Theorem
    from symmetry.sweep.sweepable import reason_against

    if dtype not in DTYPES:
        raise ValueError(f"there is no float type {dtype!r} here; choose one of {', '.join(DTYPES)}.")
    known = load_with(path)
    asked = select(ids or ([] if path is None else list(defined_in(path, known))), known)
    against = {each.id: reason for each in asked if (reason := reason_against(each, dtype))}
    for id in ids or ():
        if id in against:
            raise ValueError(f"{id} is not swept: {against[id]}; `symmetry prove {id}` runs it.")
    left_out = [id for id in against if isinstance(known[id], Theorem)]
    for id in left_out if ids else []:
        typer.echo(f"{id} is not swept: {against[id]}.", err=True)
    chosen = [each for each in asked if isinstance(each, Theorem) and each.id not in against]
    if not chosen:
        raise ValueError("none of these can be swept; name others, such as PERM.")
    if left_out and not ids:
        typer.echo(f"{len(chosen)} theorems are swept, {len(left_out)} are not; name one to be told why.", err=True)
    return chosen


def _shown(theorems: "list[Theorem]", dtype: str, seed: int, network: int) -> int:
    """Prints one network of one theorem: 1 if the law fails on it."""
    from symmetry.sweep.one_network import shown

    if len(theorems) != 1:
        raise ValueError(f"--only prints a network of one theorem, but {len(theorems)} are selected; name one id.")
    failed, text = shown(theorems[0], dtype, seed, network)
    print(text)
    return int(failed)


def _run(sweep: "Sweep", record: Path | None) -> int:
    """Runs the sweep and prints what it found: the exit status."""
    from symmetry.display.progress import Stopped, cache_folder, leave
    from symmetry.display.sweeping import Sweeping, print_what_is_done
    from symmetry.engine.compilation import keep_compiled_kernels
    from symmetry.files import require_writable

    if record is not None:
        require_writable(record)
    keep_compiled_kernels(cache_folder())
    sweep.open()
    sweeping = Sweeping(sweep)
    try:
        sweeping.run()
    except Stopped as stopped:
        print_what_is_done(sweeping)
        leave(f"{stopped.reason} after {sweeping.compared:,} networks; {sweeping.how_to_go_on()}", stopped.status)
    except ValueError as error:
        print_what_is_done(sweeping)
        leave(str(error), 2)
    finally:
        sweep.close()
    status = 0 if sweep.processes.index else _report(sweeping.findings(), sweep.tasks[0], record)
    sweep.processes.leave()
    return status


def _report(findings: "list[Finding]", task: "Task", record: Path | None) -> int:
    """Prints failures and the ledger, and writes the record."""
    from symmetry.display.progress import print_findings
    from symmetry.evidence.finding import exit_status
    from symmetry.evidence.record import Record

    print_findings(findings)
    if record is not None:
        Record.of(findings, networks=task.networks, seed=task.seed).write(record)
        print(f"record: {record}")
    return exit_status(findings)
