"""How the cost of a sweep grows: with width, depth, batch and the number of networks. A table, a JSON file and a figure.

Run: python tests/benchmarks/sweep_growth.py [--json FILE] [--figure FILE.svg] [--most N]
Networks of PERM.4 in float64. Width, depth and batch: processor microseconds a network on one core, compiling excluded. The
number of networks, up to --most: wall seconds and peak memory of `symmetry sweep PERM.4`, started and compiled anew each time.
The last rows are sweeps pinned to one core each: one alone, and two that share the work.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import jax

sys.path.insert(0, str(Path(__file__).parents[2]))

from symmetry.architecture import Architecture
from symmetry.book.figures.picture import BLUE, Picture, drawn, svg_of
from symmetry.engine.kernel import exact_settings
from symmetry.files import write_atomically
from tests.benchmarks.sweep_speed import swept
from tests.sweeps import free_port

WIDTHS, DEPTHS, BATCHES = (2, 4, 8, 16, 32, 64, 128), (1, 2, 3, 4, 6, 8), (1, 2, 4, 8, 16, 32)
COMMAND = (sys.executable, "-m", "symmetry", "sweep", "PERM.4", "--networks")
LITTLE, MUCH = 500_000, 4_500_000
"""Networks of two sweeps whose difference in time is that of the networks alone."""


class Row(NamedTuple):
    """What grows, how large it is, what that takes, in the unit of its axis, and the peak memory in MiB."""

    axis: str
    value: float
    cost: float
    memory: float = float("nan")


def shaped(hidden: Sequence[int], batch: int = 4) -> Architecture:
    return Architecture((4, *hidden, 3), batch=batch, hidden="tanh", output="identity", loss="half_squared_error")


def of_architectures() -> Iterator[Row]:
    """Processor microseconds a network, by width, depth and batch."""
    axes = {
        "width": {width: shaped((width, width)) for width in WIDTHS},
        "depth": {depth: shaped((6,) * depth) for depth in DEPTHS},
        "batch": {batch: shaped((6, 6), batch) for batch in BATCHES},
    }
    for axis, architectures in axes.items():
        for value, architecture in architectures.items():
            yield Row(axis, value, swept("PERM.4", architecture, jax.local_devices()[:1]).processor)


def run(networks: int, cores: Sequence[int], *more: str, folder: str) -> subprocess.Popen:
    """A sweep that may use these cores, and keeps compiled kernels in a folder."""
    return subprocess.Popen(
        ["taskset", "--cpu-list", ",".join(map(str, cores)), *COMMAND, str(networks), *more],
        env={**os.environ, "JAX_COMPILATION_CACHE_DIR": folder, "XDG_CACHE_HOME": folder},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def ended(processes: Sequence[subprocess.Popen]) -> float:
    """Waits for them; the peak memory of the largest, in MiB.

    Raises:
        RuntimeError: one of them failed.
    """
    peak = 0
    while any(process.poll() is None for process in processes):
        peak = max(peak, *map(_peak_of, processes))
        time.sleep(0.05)
    for process in processes:
        if process.returncode:
            raise RuntimeError(f"{process.args} ended with status {process.returncode}")
    return peak / 1024


def _peak_of(process: subprocess.Popen) -> int:
    """Its peak memory until now in KiB, by Linux; what it reports at its end counts the process that started it, too."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def of_numbers(most: int) -> Iterator[Row]:
    """Wall seconds and peak memory by the number of networks, on all cores."""
    networks = 10_000
    while networks <= most:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            memory = ended([run(networks, sorted(os.sched_getaffinity(0)), folder=folder)])
            yield Row("networks", networks, time.perf_counter() - start, memory)
        networks *= 10


def of_processes() -> Iterator[Row]:
    """Networks a second of one and of two processes on a core each: the time of many less that of few."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    with tempfile.TemporaryDirectory() as folder:
        for count in (1, 2):
            seconds = []
            for networks in (LITTLE, LITTLE, MUCH):  # the first compiles
                start = time.perf_counter()
                together = ("--coordinator", f"localhost:{free_port()}", "--processes", str(count), "--process")
                ended(
                    [
                        run(networks, [core], *((*together, str(place)) if count > 1 else ()), folder=folder)
                        for place, core in enumerate(cores[:count])
                    ]
                )
                seconds.append(time.perf_counter() - start)
            yield Row("processes", count, (MUCH - LITTLE) / (seconds[2] - seconds[1]))


@drawn
def growth(found: Sequence[Row]) -> Picture:
    """The cost against width, depth, batch and the number of networks."""
    picture = Picture(
        "sweep_growth",
        "What a sweep of PERM.4 costs",
        "4 inputs and 3 outputs, float64; two hidden layers of 6 units and a batch of 4 where nothing else is said.",
        "Four curves that grow: with the square of the width, and in proportion to depth, batch and networks.",
        height=4.6,
    )
    labels = {
        "width": ("units of each of two layers", "microseconds a network"),
        "depth": ("hidden layers", "microseconds a network"),
        "batch": ("examples", "microseconds a network"),
        "networks": ("networks", "seconds, compiling included"),
    }
    for axes, (axis, (xlabel, ylabel)) in zip(picture.panels(2, 2), labels.items(), strict=True):
        rows = [row for row in found if row.axis == axis]
        axes.plot([row.value for row in rows], [row.cost for row in rows], "o-", color=BLUE)
        scale = {} if axis in ("depth", "batch") else {"xscale": "log", "yscale": "log"}
        axes.set(xlabel=xlabel, ylabel=ylabel, **scale)
        if not scale:
            axes.set(xlim=(0, None), ylim=(0, None))
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--most", type=float, default=1e7)
    asked = parser.parse_args()
    found: list[Row] = []
    print("| grows | to | microseconds a network; seconds; networks/s | MiB |\n|---|---:|---:|---:|")
    with exact_settings():
        for rows in (of_architectures(), of_numbers(round(asked.most)), of_processes()):
            for row in rows:
                found.append(row)
                memory = "" if row.memory != row.memory else f"{row.memory:,.0f}"
                print(f"| {row.axis} | {row.value:,} | {row.cost:,.1f} | {memory} |", flush=True)
                if asked.json is not None:
                    write_atomically(asked.json, json.dumps([each._asdict() for each in found], indent=1) + "\n")
    if asked.figure is not None:
        asked.figure.write_text(svg_of(growth(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
