"""Agda runs in a private copy of the sources and leaves nothing behind; where it cannot run, the reason says why."""

import hashlib
import importlib.metadata
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from symmetry.formal import checker
from symmetry.formal.checker import unavailable, workspace
from tests.signals import ctrl_c_is_heard

needs_agda = pytest.mark.skipif(bool(unavailable()), reason=unavailable())

COMMAND = r"pip install 'symmetry-proofs\[formal\]'"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files that is this test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def content(folder: Path) -> str:
    """The hash of every file in a folder, with its name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in paths)).hexdigest()


@needs_agda
def test_a_file_is_accepted_and_nothing_is_left(temporary, monkeypatch):
    before = content(checker.sources())
    monkeypatch.chdir(temporary)
    with workspace({"Mine.agda": "module Mine where\nopen import Theory.Base\none : 1 ≡ 1\none = refl\n"}) as agda:
        assert agda.check("Mine.agda") is None
        assert [path.name for path in temporary.iterdir()] == [agda.folder.name]
    assert list(temporary.iterdir()) == []
    assert content(checker.sources()) == before


@needs_agda
def test_a_refusal_says_where_and_what():
    text = "module Mine where\nopen import Theory.Base\n\nright : 1 ≡ 1\nright = refl\n\nwrong : 1 ≡ 2\nwrong = refl\n"
    with workspace({"Deep/Mine.agda": text.replace("Mine", "Deep.Mine", 1)}) as agda:
        refusal = agda.check("Deep/Mine.agda")
    assert refusal is not None
    assert (refusal.file, refusal.line, refusal.name) == ("Deep/Mine.agda", 8, "wrong")
    assert str(refusal).startswith("Deep/Mine.agda, line 8, in wrong: 1 != 2 of type ℕ")


@needs_agda
def test_agdas_pages_of_a_file_are_in_the_workspace():
    with workspace({"Mine.agda": "module Mine where\nopen import Theory.Base\none : 1 ≡ 1\none = refl\n"}) as agda:
        pages = agda.pages("Mine.agda")
        assert isinstance(pages, Path)
        assert {"Mine.html", "Theory.Base.html", "Agda.css"} <= {path.name for path in pages.iterdir()}
        assert '<a id="one"' in (pages / "Mine.html").read_text(encoding="utf-8")
    assert not pages.exists()


@needs_agda
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("postulate false : 1 ≡ 2", "postulate"),
        ("{-# TERMINATING #-}\nf : ℕ → ℕ\nf x = f x", "TERMINATING"),
        ("k : {A : Set} {x : A} (p : x ≡ x) → p ≡ refl\nk refl = refl", "K has been disabled"),
        ("hole : 1 ≡ 2\nhole = ?", "Unsolved interaction metas"),
    ],
)
def test_what_would_make_a_proof_worthless_is_refused(text, message):
    with workspace({"Mine.agda": f"module Mine where\nopen import Theory.Base\n{text}\n"}) as agda:
        refusal = agda.check("Mine.agda")
    assert refusal is not None
    assert message in refusal.message


@needs_agda
def test_no_variable_of_the_reader_changes_what_agda_reads(tmp_path, monkeypatch):
    monkeypatch.setenv("AGDA_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("LC_ALL", "C")
    with workspace({"Mine.agda": "module Mine where\nopen import Theory.Base\nσ : 1 ≡ 2\nσ = refl\n"}) as agda:
        refusal = agda.check("Mine.agda")
    assert refusal is not None
    assert refusal.name == "σ"


@needs_agda
def test_two_processes_do_not_meet(temporary):
    with workspace({"Mine.agda": "module Mine where\n"}) as one, workspace({"Mine.agda": "module Mine where\n"}) as two:
        assert one.folder != two.folder
        assert (one.check("Mine.agda"), two.check("Mine.agda")) == (None, None)
    assert list(temporary.iterdir()) == []


def test_a_file_among_the_sources_is_not_written_over():
    with (
        pytest.raises(ValueError, match=r"Theory/Base\.agda is among the sources"),
        workspace({"Theory/Base.agda": ""}),
    ):
        pass


SLOW = """
from symmetry.formal.checker import workspace
numbers = "sum : Nat → Nat\\nsum zero = zero\\nsum (suc n) = suc (sum n)\\np : sum 100000000 ≡ 1\\np = refl\\n"
head = "module Mine where\\nopen import Agda.Builtin.Nat\\nopen import Agda.Builtin.Equality\\n"
with workspace({"Mine.agda": head + numbers}) as agda:
    print(agda.folder, flush=True)
    print(agda.check("Mine.agda"))
"""


@needs_agda
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_ends_agda_and_leaves_nothing(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with ctrl_c_is_heard():
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    running = wait_for_agda(folder)
    for _ in range(3):
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert list(tmp_path.iterdir()) == []
    assert not Path(f"/proc/{running}").exists()


def wait_for_agda(folder: Path) -> int:
    """The process that runs Agda in the folder, once there is one."""
    for _ in range(200):
        for link in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if link.readlink() == folder / "sources":
                    return int(link.parent.name)
            except OSError:
                continue
        time.sleep(0.05)
    raise AssertionError(f"no process runs in {folder}")


def absent(name: str) -> str:
    raise importlib.metadata.PackageNotFoundError(name)


@pytest.mark.parametrize(
    ("version", "machine", "words"),
    [
        ((3, 12, 1), ("Linux", "x86_64"), rf"^Agda is not installed; run {COMMAND}\.$"),
        ((3, 11, 9), ("Darwin", "arm64"), "^Agda is not installed"),
        (
            (3, 13, 0),
            ("Linux", "x86_64"),
            rf"^Agda has no wheel for CPython 3\.13; run with .*3\.12, and there {COMMAND}",
        ),
        ((3, 14, 2), ("Darwin", "arm64"), r"no wheel for CPython 3\.14"),
        ((3, 12, 0), ("Linux", "aarch64"), rf"^Agda has no wheel for Linux on aarch64; .*, and there {COMMAND}"),
    ],
)
def test_the_reason_says_what_brings_agda_or_that_nothing_does(monkeypatch, version, machine, words):
    monkeypatch.setattr(importlib.metadata, "version", absent)
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(platform, "system", lambda: machine[0])
    monkeypatch.setattr(platform, "machine", lambda: machine[1])
    monkeypatch.setattr(platform, "python_implementation", lambda: "CPython")
    assert re.search(words, unavailable())


def test_an_agda_without_its_builtin_files_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setattr(checker, "_installed", lambda: tmp_path)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "2.7.0.1")
    assert unavailable().startswith("the Agda that is installed, 2.7.0.1, lacks its builtin files; run pip install")
