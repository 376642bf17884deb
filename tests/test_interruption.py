"""A run that is stopped: what it had found is printed and kept, its workers end with it, and it can be gone on with."""

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import jsonschema
import pytest
from typer.testing import CliRunner

import proofs
from symmetry.cli import app
from symmetry.display.proving import Proving
from symmetry.evidence.finding import Finding, Heading
from symmetry.evidence.keeping import RecordKeeper
from symmetry.evidence.record import Record, read_record, record_from_json
from symmetry.evidence.schema import schema
from symmetry.reproduction.resume import Resumption, resumption
from tests.recorded import lines_of, record_of
from tests.signals import ctrl_c_is_heard

Found = TypeVar("Found")

COMMAND = [sys.executable, "-m", "symmetry", "prove"]


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "COLUMNS": "100"}
    environment.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder / "cache"))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with ctrl_c_is_heard():
        return subprocess.Popen([*COMMAND, *arguments], cwd=folder, env=environment, start_new_session=True, **pipes)


def read_until(process: subprocess.Popen[str], start: str) -> list[str]:
    """The lines on the standard error as far as the first that starts so."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.startswith(start):
            return lines
    raise AssertionError(f"no line starts with {start}: {''.join(lines)}")


def test_ctrl_c_prints_what_was_found_and_the_run_can_be_gone_on_with(tmp_path):
    process = started(tmp_path, "PERM.10", "SOFT.1", "--networks", "60", "--record", "record.json")
    lines = read_until(process, "[1/2] PERM.10 refuted")
    assert "PERM.10 control: PERM.1 holds was not refuted, as it must be\n" in lines
    for _ in range(3):
        process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "interrupted after 1 of 2; `symmetry prove --resume record.json` goes on." in said
    assert "PERM.10 refuted" in printed
    partial = read_record(tmp_path / "record.json")
    assert (partial.ids, partial.unfinished) == (["PERM.10"], ("SOFT.1",))

    rest = started(tmp_path, "--resume", "record.json")
    printed, said = rest.communicate(timeout=300)
    assert rest.returncode == 0, said
    assert "PERM.10 refuted: " not in said  # it is not run again
    whole = read_record(tmp_path / "record.json")
    assert (whole.ids, whole.unfinished) == (["PERM.10", "SOFT.1"], ())
    assert all(f"{id} " in printed for id in whole.ids)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are looked up in /proc")
def test_workers_end_with_a_command_that_is_killed(tmp_path):
    process = started(tmp_path, "TIE.1", "TIE.9", "DUP.3", "--networks", "60")
    workers = wait_for(lambda: children(process.pid))
    process.kill()
    process.communicate()
    wait_for(lambda: not any(map(runs, workers)))


def wait_for(condition: Callable[[], Found]) -> Found:
    """What the condition gives, once that is something."""
    for _ in range(600):
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come about within a minute")


def children(pid: int) -> list[int]:
    """The worker processes of a process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and "spawn_main" in (folder / "cmdline").read_text():
                found.append(int(folder.name))
    return found


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.fixture(scope="module")
def record():
    return record_of({id: made for id, made in proofs.load().items() if id.startswith("DUP.")})


def test_a_partial_record_says_what_it_lacks_and_can_be_read_back(record):
    partial = dataclasses.replace(record, statements=record.statements[:1], unfinished=tuple(record.ids[1:]))
    content = partial.to_json()
    jsonschema.validate(content, schema())
    assert record_from_json(content) == partial
    assert "unfinished" not in record.to_json()
    with pytest.raises(ValueError, match=r"unfinished holds 'dup', which is no id"):
        record_from_json({**content, "unfinished": ["dup"]})


def wanted(rest: Resumption) -> list[str]:
    kept = {finding.heading.id for finding in rest.kept}
    return [made.id for made in rest.statements if made.id not in kept]


def test_what_is_finished_and_still_holds_is_not_run_again(record):
    known, here = proofs.load(), record.environment
    assert wanted(resumption(record, [], known, here)) == []
    first, second, *others = record.statements
    failed = dataclasses.replace(second, verdict="failed")
    partial = dataclasses.replace(record, statements=(first, failed, *others), unfinished=("TIE.1",))
    rest = resumption(partial, [], known, here)
    assert wanted(rest) == ["TIE.1", second.id]
    assert [finding.heading.id for finding in rest.kept] == [first.id, *[each.id for each in others]]


def test_with_a_changed_or_an_added_theorem_all_that_shares_its_kernels_is_run_again(record):
    known, here = proofs.load(), record.environment
    first, *others = record.statements
    changed = dataclasses.replace(record, statements=(dataclasses.replace(first, digest="0" * 64), *others))
    assert wanted(resumption(changed, [], known, here)) == record.ids
    fewer = dataclasses.replace(record, statements=tuple(others))
    assert wanted(resumption(fewer, [], known, here)) == []
    assert wanted(resumption(fewer, [first.id.lower()], known, here)) == record.ids
    assert wanted(resumption(record, ["TIE.1"], known, here)) == ["TIE.1"]


def test_a_record_names_every_commit_that_had_a_part(record):
    first = dataclasses.replace(record, environment={**record.environment, "commit": "a" * 40})
    for here, commits in (("b" * 40, "a" * 40 + " and " + "b" * 40), ("a" * 40, "a" * 40)):
        rest = resumption(first, [], proofs.load(), {**record.environment, "commit": here})
        assert rest.environment["commit"] == commits


def test_a_record_made_elsewhere_is_not_gone_on_with(record):
    with pytest.raises(ValueError, match=r"made elsewhere: environment: jax is"):
        resumption(record, [], proofs.load(), {**record.environment, "jax": "0.0.1"})
    with pytest.raises(ValueError, match=r"there is no MY\.1 here; --path names the file of your own"):
        resumption(dataclasses.replace(record, unfinished=("MY.1",)), [], proofs.load(), record.environment)


def test_a_record_that_cannot_be_written_costs_the_run_nothing(record, tmp_path):
    made = proofs.load()["DUP.1"]
    finding = Finding(Heading.of(made), lines_of(made))
    keeper = RecordKeeper(dataclasses.replace(record, statements=()), ["DUP.1"], tmp_path / "gone" / "record.json")
    keeper.keep(finding)
    assert keeper.findings == [finding]
    assert "gone is no folder" in keeper.trouble


def test_no_record_that_is_written_lacks_what_was_kept(record, monkeypatch, capsys, tmp_path):
    written = []
    monkeypatch.setattr(Record, "write", lambda made, file: written.append(made.ids))
    statements = [proofs.load()[id] for id in record.ids]
    kept = [each.as_finding(made) for each, made in zip(record.statements, statements, strict=True)]
    found = Proving(statements, 64, 7, file=tmp_path / "record.json", kept=kept).run(as_json=True)
    assert found == kept
    assert written == [record.ids]


@pytest.mark.parametrize(
    ("file", "message"),
    [(".", "it is a folder; name a file in it"), ("", "it is a folder"), ("no/record.json", "no is no folder")],
)
def test_where_the_record_is_to_go_is_tried_before_the_run(file, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Proving, "run", lambda *_: pytest.fail("it ran"))
    done = CliRunner().invoke(app, ["prove", "PERM.1", "--record", file])
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_resume_takes_the_run_from_the_record(record, tmp_path):
    record.write(tmp_path / "record.json")
    done = CliRunner().invoke(
        app, ["prove", "--seed", "3", "--dtype", "float32", "--resume", str(tmp_path / "record.json")]
    )
    assert done.exit_code == 2
    assert "leave --seed and --dtype out" in done.stderr
    done = CliRunner().invoke(app, ["prove", "--resume", str(tmp_path / "record.json")])
    assert done.exit_code == 0
    assert "DUP.1" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_said_in_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run([*COMMAND[:-1], "--version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "symmetry: cannot print: No space left on device\n")


def test_what_a_redirect_has_no_character_for_is_replaced():
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run([*COMMAND[:-1], "show", "ASK.1"], capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"ASK.1" in done.stdout
