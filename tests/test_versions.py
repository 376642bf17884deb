"""A record made with some versions of jax, numpy and sympy is reproduced with others, in virtual environments."""

import json
import os
import re
import subprocess
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OLDER = ("jax==0.8.0", "sympy==1.13.3", "numpy==2.2.6")
NEWER = ("jax==0.10.2", "sympy==1.14.0")
THEOREMS = ("DUP.1", "DUP.3", "SIGN.2", "SCALE.3", "CLAIM.3", "CLAIM.54")

pytestmark = pytest.mark.slow


def environment_with(folder: Path, pins: tuple[str, ...]) -> Path:
    """The interpreter of a new environment with these versions and this package; no network skips the test."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    pinned = {re.split("[=<>]", pin)[0] for pin in pins}
    others = [each for each in wanted if re.split("[=<>]", each)[0] not in pinned]
    for what in ([*pins, *others], ["--no-deps", str(ROOT)]):
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            pytest.skip(f"pip cannot install {what}: {result.stderr[-500:]}")
    return python


@pytest.fixture(scope="module")
def pythons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("environments")
    return {name: environment_with(folder / name, pins) for name, pins in (("older", OLDER), ("newer", NEWER))}


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the installed package, from a folder outside the repository."""
    environment = os.environ | {"JAX_COMPILATION_CACHE_DIR": str(python.parent / "cache")}
    command = [str(python), "-m", "symmetry", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)


@pytest.mark.parametrize(("here", "there"), [("newer", "older"), ("older", "newer")])
def test_a_record_is_reproduced_with_other_versions(pythons, tmp_path, here, there):
    made = run(pythons[here], tmp_path, "prove", *THEOREMS, "--networks", "200", "--record", "record.json")
    assert made.returncode == 0, made.stderr
    again = run(pythons[there], tmp_path, "reproduce", "record.json")
    assert again.returncode == 0, again.stdout + again.stderr
    for name in ("jax", "sympy"):
        assert re.search(rf"^{name}: \S+ in the record, \S+ here$", again.stdout, re.MULTILINE)
    assert again.stdout.endswith(f"\n{len(THEOREMS)} reproduced\n")
    edited = json.loads((tmp_path / "record.json").read_text())
    edited["theorems"][0]["evidence"][0]["steps"] += 1
    (tmp_path / "edited.json").write_text(json.dumps(edited))
    tampered = run(pythons[there], tmp_path, "reproduce", "edited.json", THEOREMS[0])
    assert tampered.returncode == 1
    assert "derived: steps is " in tampered.stdout
