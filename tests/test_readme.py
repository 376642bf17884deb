"""The README: its commands stand as they must, its code runs, and the version it names is this one."""

import re
import subprocess
import sys
from pathlib import Path

import jax
import pytest

from symmetry import network as program
from symmetry.replaceable import noting

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_two_commands_stand_exactly():
    assert "\npip install . && symmetry prove\n" in TEXT
    assert "\npip install -e '.[test]' && pytest\n" in TEXT


def test_the_ledger_shows_every_theorem():
    import proofs

    for id in proofs.load():
        if not id.startswith("CLAIM."):
            assert re.search(rf"^ ?{re.escape(id)} +(proved|checked|refuted) ", TEXT, re.MULTILINE)


def test_every_identity_in_the_ledger_could_pass_wrongly_with_a_chance_below_two_to_the_minus_100():
    chances = [int(chance) for chance in re.findall(r"^ ?[A-Z]+\.\d+ +\w+ +\d* +(-\d+) ", TEXT, re.MULTILINE)]
    assert len(chances) >= 50
    assert max(chances) <= -100


def test_the_example_of_an_own_network_runs(capsys):
    others = [block for block in BLOCKS if "UnitPermutation.of(network, [[1, 0]])" in block]
    assert others
    for block in others:
        exec(compile(block, str(README), "exec"), {})
    one, other = capsys.readouterr().out.strip().splitlines()
    assert one == other


def test_the_own_backprop_shown_is_ours_in_other_words():
    from symmetry.own_backprop import backprop_from

    (source,) = [block for block in BLOCKS if "class Mine" in block]
    network = program.network_of([[[1.0, -2.0]], [[3.0], [4.0]]], hidden="relu")
    batch = program.batch_of(network, [[0.5], [2.0]], [[1.0], [3.0]])
    ours = program.backprop(network, batch)
    own = backprop_from("own.py", "Mine", source.encode())
    ran: set[str] = set()
    with own.in_place(), noting(ran):
        mine = program.backprop(network, batch)
    assert ran == {"hidden_error"}
    assert jax.tree.map(lambda leaf: leaf.tolist(), mine) == jax.tree.map(lambda leaf: leaf.tolist(), ours)


def test_the_version_cited_is_the_version():
    version = re.search(r'^version = "(.*)"$', (README.parent / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"version {version.group(1)} (Python package symmetry-proofs)" in TEXT
    assert f"version: {version.group(1)}" in (README.parent / "CITATION.cff").read_text()


@pytest.mark.parametrize("path", re.findall(r"^\| `([a-z_/.]+)`", TEXT, re.MULTILINE))
def test_what_the_readme_points_at_exists(path):
    assert (README.parent / path).exists()


@pytest.mark.parametrize("call", ["symmetry.check_backprop(", "symmetry.check_layer("])
def test_the_check_of_wrong_code_prints_what_is_shown(call, tmp_path):
    (source,) = [block for block in BLOCKS if call in block]
    file = tmp_path / "check.py"  # a file, since reports quote lines of it
    file.write_text(source, encoding="utf-8")
    done = subprocess.run([sys.executable, file], capture_output=True, text=True, check=True)
    shown = re.search(r"^```text\n(.*?)^```$", TEXT[TEXT.index(source) :], re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert done.stdout == shown.group(1)


def test_the_network_shown_is_right(capsys):
    (source,) = [block for block in BLOCKS if "symmetry.check_network(" in block]
    exec(compile(source, str(README), "exec"), {})
    assert "the gradient is right in all of 16 derivatives compared" in capsys.readouterr().out
