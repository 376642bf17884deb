"""Journals: whatever stops a sweep, what was done stays done, once, and what cannot be kept is said before work is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import jax
import pytest

from symmetry.sweep.journal import Done, Journal, contents, line_of
from symmetry.sweep.ranges import Range
from symmetry.sweep.sweep import Sweep
from symmetry.sweep.totals import Totals
from tests.signals import ctrl_c_is_heard
from tests.sweeps import MINE, NETWORKS, swept, task_of

HEADER = {"networks": 1000, "seed": 0, "block": 256, "theorems": {"PERM.1 float64": "0" * 64}}
CHUNKS = [Done("PERM.1 float64", Range(at, at + 1), Totals(networks=256, worst=at / 8)) for at in range(3)]

COMMAND = """
import sys, jax
from pathlib import Path
from symmetry.sweep import ranges
from symmetry.sweep.sweep import Sweep
from tests.sweeps import swept, task_of
ranges.Size.adapt = lambda self, seconds: None
print(list(swept(Sweep([task_of()], jax.local_devices()[:1], Path(sys.argv[1]))).totals))
"""
"""A sweep in chunks of one block, which takes long enough to be killed in the middle."""


@pytest.fixture
def written(tmp_path) -> Path:
    file = tmp_path / "sweep.journal"
    journal = Journal(file, HEADER)
    for chunk in CHUNKS:
        journal.add(chunk)
    journal.close()
    return file


@pytest.mark.quick
def test_a_journal_holds_what_was_added(written):
    assert contents(written, HEADER) == (CHUNKS, written.stat().st_size)


@pytest.mark.quick
def test_wherever_the_last_line_is_torn_the_lines_before_it_stay(written):
    whole = written.read_bytes()
    for size in range(0, len(whole), 5):
        written.write_bytes(whole[:size])
        kept = whole[:size].count(b"\n")
        journal = Journal(written, HEADER)
        assert journal.done == CHUNKS[: max(kept - 1, 0)]
        for chunk in CHUNKS[len(journal.done) :]:
            journal.add(chunk)
        journal.close()
        assert written.read_bytes() == whole


@pytest.mark.quick
def test_a_last_line_that_is_whole_but_damaged_is_run_again(written):
    whole = written.read_bytes()
    written.write_bytes(whole[:-20] + b"9" + whole[-19:])
    assert contents(written, HEADER)[0] == CHUNKS[:2]


@pytest.mark.quick
def test_damage_before_the_last_line_is_an_error(written):
    lines = written.read_bytes().split(b"\n")
    written.write_bytes(b"\n".join([lines[0], lines[1][:-3], *lines[2:]]))
    with pytest.raises(ValueError, match="line 2: this is no line of a journal"):
        contents(written, HEADER)


@pytest.mark.quick
def test_a_file_that_is_no_journal_is_left_alone(tmp_path):
    file = tmp_path / "letter.txt"
    for text in ("Dear reader", "Dear reader,\nhow are you\n"):
        file.write_text(text)
        with pytest.raises(ValueError, match=r"no (line of a )?journal"):
            Journal(file, HEADER)
        assert file.read_text() == text


@pytest.mark.quick
@pytest.mark.parametrize("change", [{"seed": 1}, {"networks": 999}, {"theorems": {"PERM.1 float64": "1" * 64}}])
def test_the_journal_of_another_sweep_is_refused(written, change):
    (name,) = change
    with pytest.raises(ValueError, match=f"journal of another sweep: its {name} is"):
        Journal(written, HEADER | change)


@pytest.mark.quick
def test_a_journal_that_is_open_is_not_opened_again(written):
    journal = Journal(written, HEADER)
    with pytest.raises(ValueError, match="a sweep that still runs"):
        Journal(written, HEADER)
    journal.close()


@pytest.mark.quick
def test_a_full_disk_is_noticed_before_anything_is_computed():
    with pytest.raises(ValueError, match=r"cannot write the journal /dev/full: No space left on device; make room"):
        Sweep([task_of()], jax.local_devices()[:1], Path("/dev/full")).open()


@pytest.mark.quick
def test_a_folder_and_a_journal_in_no_folder_are_errors(tmp_path):
    for file in (tmp_path, tmp_path / "none" / "sweep.journal"):
        with pytest.raises(ValueError, match="cannot write the journal"):
            Journal(file, HEADER)


@pytest.mark.quick
def test_a_disk_that_fills_up_meanwhile_keeps_what_was_done(written, monkeypatch):
    journal, write = Journal(written, HEADER), os.write
    before = written.read_bytes()
    monkeypatch.setattr(os, "write", lambda handle, line: write(handle, line[:10]))
    with pytest.raises(ValueError, match="No space left on device"):
        journal.add(CHUNKS[0])
    monkeypatch.undo()
    journal.close()
    assert contents(written, HEADER) == (CHUNKS, len(before))


@pytest.mark.quick
def test_lines_are_what_they_were_when_sweeps_began():
    assert line_of({"journal": 1}) == b'ef583d3f {"journal":1}\n'


@pytest.mark.quick
def test_journals_that_count_a_block_twice_are_refused(tmp_path):
    sweep = Sweep([task_of()], jax.local_devices()[:1], tmp_path / "sweep.journal")
    for file in ("sweep.journal", "sweep.journal.0"):
        journal = Journal(tmp_path / file, sweep.header)
        journal.add(Done(sweep.tasks[0].name, Range(0, 2), Totals()))
        journal.close()
    with pytest.raises(
        ValueError, match=r"do not fit together: of SENTINEL\.1 float64, blocks 0 to 2 of 41 were counted"
    ):
        sweep.open()


def started(file: Path) -> subprocess.Popen:
    with ctrl_c_is_heard():
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


def killed_at_random_moments(folder: Path, kills: int, seed: int) -> str:
    """What a sweep prints that was killed so often, each time with more lines in its journal than before."""
    generator, file = random.Random(seed), folder / "sweep.journal"
    for number in range(kills):
        process = started(file)
        wanted = 2 + (number + 1) * 36 // (kills + 1)  # lines, of 42
        while process.poll() is None and (not file.exists() or file.read_bytes().count(b"\n") < wanted):
            time.sleep(0.001)
        time.sleep(generator.uniform(0, 0.004))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    process = started(file)
    printed, trouble = process.communicate(timeout=200)
    assert process.returncode == 0, trouble
    return printed


@pytest.fixture(scope="module")
def undisturbed() -> Totals:
    return swept(Sweep([task_of()], jax.local_devices()[:1])).totals


def test_a_sweep_that_is_killed_ends_with_the_same_result(tmp_path, undisturbed):
    assert killed_at_random_moments(tmp_path, kills=2, seed=0) == f"{list(undisturbed)}\n"
    assert undisturbed.networks == NETWORKS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_sweep_that_is_killed_at_fifty_moments_ends_with_the_same_result(seed, tmp_path, undisturbed):
    """Five kills each."""
    assert killed_at_random_moments(tmp_path, kills=5, seed=seed) == f"{list(undisturbed)}\n"


def test_ctrl_c_prints_what_is_done_and_how_to_go_on(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    command = [sys.executable, "-m", "symmetry", "sweep", "MINE.1", "--path", "mine.py", "--networks", "1e9"]
    file = tmp_path / "sweep.journal"
    with ctrl_c_is_heard():
        process = subprocess.Popen(
            [*command, "--journal", file.name], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    # A header and two chunks: the first is counted, whatever happens to the second, which may just have been written.
    while process.poll() is None and (not file.exists() or file.read_bytes().count(b"\n") < 3):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "of 1,000,000,000 networks, worst difference" in printed
    assert "interrupted after " in said
    assert "the same command goes on, with --journal sweep.journal." in said
    assert "Traceback" not in said
