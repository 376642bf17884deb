"""The README and its pages: commands stand as they must, code runs, links lead somewhere, numbers are counted."""

import os
import re
import subprocess
import sys
from pathlib import Path

import jax
import pytest

import proofs
from symmetry import network as program
from symmetry.replaceable import noting
from symmetry.statements.theorem import Theorem

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")))}
LEDGER = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
BLOCKS = [
    block for text in PAGES.values() for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
]
PRINTING = [
    pytest.param(source, shown, id=f"{path.stem}-{number}")
    for path, text in PAGES.items()
    for number, (source, shown) in enumerate(
        re.findall(
            r"^```python\n(import (?:numpy|jax)[^`]*)^```\n(?:(?!```).)*^```text\n(.*?)^```$",
            text,
            re.MULTILINE | re.DOTALL,
        )
    )
]
THEOREMS = [id for id, made in proofs.load().items() if isinstance(made, Theorem)]
LINKS = [(path, link) for path, text in PAGES.items() for link in re.findall(r"\]\((?!http)([^)#]+)\)", text)]


def test_the_two_commands_stand_exactly():
    assert "\npip install . && symmetry prove\n" in TEXT
    assert "\npip install -e '.[test]' && pytest\n" in TEXT


def test_the_ledger_shows_every_theorem():
    for id in THEOREMS:
        assert re.search(rf"^ ?{re.escape(id)} +(proved|checked|refuted) ", LEDGER, re.MULTILINE)


def test_the_readme_counts_the_theorems_and_shows_a_line_of_the_ledger():
    assert f"all {len(THEOREMS)} theorems" in TEXT
    shown = re.search(r"^ PERM\.1 (.*)$", TEXT, re.MULTILINE)
    assert shown is not None
    assert shown[1].split() in [line.split()[1:] for line in LEDGER.splitlines() if "PERM.1 " in line]


def test_every_identity_in_the_ledger_could_pass_wrongly_with_a_chance_below_two_to_the_minus_100():
    chances = [int(chance) for chance in re.findall(r"^ ?[A-Z]+\.\d+ .*? (-\d+) ", LEDGER, re.MULTILINE)]
    assert len(chances) >= 50
    assert max(chances) <= -100


def test_the_example_of_an_own_network_runs(capsys):
    others = [block for block in BLOCKS if "UnitPermutation.of(network, [[1, 0]])" in block]
    assert others
    for block in others:
        exec(compile(block, "page", "exec"), {})
    one, other = capsys.readouterr().out.strip().splitlines()
    assert one == other


def test_proving_in_python_prints_the_ledger_and_a_theorem_is_found(capsys):
    (source,) = [block for block in BLOCKS if "symmetry.prove(" in block]
    exec(compile(source, "page", "exec"), {})
    printed = capsys.readouterr().out
    assert "1 refuted" in printed
    assert printed.endswith("any widths, any depth, any permutation of each hidden layer\n")


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
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"version {version.group(1)} (Python package symmetry-proofs)" in TEXT
    assert f"version: {version.group(1)}" in (ROOT / "CITATION.cff").read_text()


@pytest.mark.parametrize("path", re.findall(r"^\| `([a-z_/.]+)`", "\n".join(PAGES.values()), re.MULTILINE))
def test_what_the_pages_point_at_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_every_link_to_a_file_leads_to_one(page, link):
    assert (page.parent / link).is_file()


@pytest.mark.parametrize(("source", "shown"), PRINTING)
def test_code_prints_what_is_shown(source, shown, tmp_path):
    file = tmp_path / "check.py"  # a file, since reports quote lines of it
    file.write_text(source, encoding="utf-8")
    done = subprocess.run([sys.executable, file], capture_output=True, text=True, check=True)
    assert done.stdout == shown


def test_the_report_of_a_model_says_what_is_shown(tmp_path):
    (source,) = re.findall(r"^```python\n(# my_model[^`]*)^```", TEXT, re.MULTILINE)
    (shown,) = re.findall(r"^```text\n( group[^`]*)^```", TEXT, re.MULTILINE)
    (tmp_path / "my_model.py").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "symmetry", "check", "my_model.py:build"],
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "110"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1  # its units start equal
    excerpts = _without_shares(shown).split("\n...\n")
    assert len(excerpts) == 2
    assert all(excerpt in _without_shares(done.stdout) for excerpt in excerpts)


def _without_shares(report: str) -> str:
    """The report without its shares of what rounding explains, which differ between machines."""
    return re.sub(r"0\.\d\d", "0.__", report).strip()


def test_there_is_an_example_of_each_check():
    sources = [str(parameters.values[0]) for parameters in PRINTING]
    for call in ("symmetry.check_backprop(", "symmetry.check_layer(", "symmetry.discover(", "symmetry.same_function("):
        assert any(call in source for source in sources)


def test_the_network_shown_is_right(capsys):
    (source,) = [block for block in BLOCKS if "symmetry.check_network(" in block]
    exec(compile(source, "page", "exec"), {})
    assert "the gradient is right in all of 16 derivatives compared" in capsys.readouterr().out
