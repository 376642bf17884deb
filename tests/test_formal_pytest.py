"""The formal item of a theorem under pytest, as a reader runs it: with Agda, and without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from symmetry.formal.checker import unavailable

ROOT = Path(__file__).parent.parent

NO_AGDA = """
import importlib.metadata

real = importlib.metadata.version

def version(name):
    if name == "agda":
        raise importlib.metadata.PackageNotFoundError(name)
    return real(name)

importlib.metadata.version = version
"""
"""A plugin that hides Agda from pytest and from what it runs."""


def run(*arguments: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    quiet = ("-p", "no:cacheprovider", "-rs", "--symmetry-networks=64")
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": os.pathsep.join([str(ROOT), str(path)])}
    command = [sys.executable, "-m", "pytest", *quiet, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.skipif(bool(unavailable()), reason=unavailable() or "")
def test_the_item_of_a_proof_is_selected_by_its_name_and_passes():
    done = run("proofs/permutation.py::PERM.1[formal]")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert "PERM.1 partly run" in done.stdout
    assert "PERM.1: not selected: derived, identity, sampled, control" in done.stdout
    assert "Trusted: Agda 2.7.0 for formal proofs" in done.stdout


def test_without_agda_the_item_is_skipped_with_the_reason_and_the_run_passes(tmp_path):
    (tmp_path / "no_agda.py").write_text(NO_AGDA)
    items = [f"proofs/permutation.py::PERM.1[{item}]" for item in ("formal", "derived")]
    done = run("-p", "no_agda", *items, path=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    (reason,) = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert "Agda" in reason
    assert f"PERM.1: not run, formal: {reason.partition(': ')[2]}" in done.stdout.splitlines()
    assert "Agda 2.7.0" not in done.stdout
