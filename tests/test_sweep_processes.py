"""Several processes share a sweep: they find together what one finds, and the death of one loses nothing of the others."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import jax
import pytest

from symmetry.sweep.processes import AUTOMATIC, Processes
from symmetry.sweep.sweep import Sweep
from tests.sweeps import NETWORKS, free_port, swept, task_of

COMMAND = """
import sys, time, jax
from pathlib import Path
from symmetry.sweep import ranges
from symmetry.sweep.processes import Processes
from symmetry.sweep.sweep import Sweep
from tests.sweeps import task_of
coordinator, count, index, file, pause = sys.argv[1:]
processes = Processes.join(coordinator, int(count), int(index))
ranges.Size.adapt = lambda self, seconds: time.sleep(float(pause))
sweep = Sweep([task_of()], jax.local_devices(), Path(file) if file else None, processes)
sweep.open()
own = sum(chunk.totals.networks for chunk in sweep.chunks())
sweep.add_up()
(result,) = sweep.results.values()
print(own, list(result.totals))
processes.leave()
"""


def started(count: int, file: str = "", pauses: tuple[float, ...] = ()) -> list[subprocess.Popen]:
    port = free_port()
    pauses = pauses or (0,) * count
    return [
        subprocess.Popen(
            [sys.executable, "-c", COMMAND, f"localhost:{port}", str(count), str(index), file, str(pauses[index])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(count)
    ]


def printed(processes: list[subprocess.Popen]) -> list[tuple[int, str]]:
    """Of each process the networks that it ran, and the totals of all."""
    found = []
    for process in processes:
        out, trouble = process.communicate(timeout=200)
        assert process.returncode == 0, trouble
        own, _, totals = out.strip().splitlines()[-1].partition(" ")
        found.append((int(own), totals))
    return found


@pytest.fixture(scope="module")
def alone() -> str:
    return str(list(swept(Sweep([task_of()], jax.local_devices()[:1])).totals))


@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_processes_find_together_what_one_finds_alone(count, alone):
    found = printed(started(count))
    assert {totals for _, totals in found} == {alone}
    assert sum(own for own, _ in found) == NETWORKS
    assert all(own > NETWORKS / count / 2 for own, _ in found)


@pytest.mark.slow
def test_a_process_that_takes_much_longer_is_waited_for(alone):
    found = printed(started(2, pauses=(0, 4.5)))  # its twenty chunks take a minute and a half
    assert {totals for _, totals in found} == {alone}


def test_when_a_process_is_killed_the_others_work_stays(tmp_path, alone):
    file = tmp_path / "sweep.journal"
    first, second = started(2, str(file), pauses=(0, 0.5))
    journals = [Path(f"{file}.{index}") for index in (0, 1)]
    for journal, lines in zip(journals, (20, 2), strict=True):
        while not journal.exists() or journal.read_bytes().count(b"\n") < lines:
            assert first.poll() is None
            time.sleep(0.05)
    for process in (second, first):
        process.send_signal(signal.SIGKILL)
        process.communicate()
    lines = [journal.read_bytes().count(b"\n") for journal in journals]
    sweep = Sweep([task_of()], jax.local_devices()[:1], file)
    sweep.open()
    assert sum(map(len, sweep.done.values())) == sum(lines) - 2  # each has a header
    sweep.close()
    assert str(list(swept(Sweep([task_of()], jax.local_devices()[:1], file)).totals)) == alone


@pytest.mark.quick
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, 2, None), "--processes and --process need --coordinator"),
        (("localhost:1", None, 0), "needs --processes N and --process I"),
        (("localhost:1", 2, 2), "--process is 2; with --processes 2 it is from 0 to 1"),
        ((AUTOMATIC, None, None), "no SLURM, GKE or MPI is found here"),
    ],
)
def test_what_is_not_told_whole_is_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        Processes.join(*arguments)
