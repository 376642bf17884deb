"""The examples for contributors: a theorem with a derivation and an activation, as the page for contributors shows them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "tests" / "examples" / "contributions"
PAGE = (ROOT / "docs" / "contributors.md").read_text(encoding="utf-8")
THEOREM = EXAMPLES / "shifted_inputs.py"
SOFTSIGN = (EXAMPLES / "softsign.py").read_text(encoding="utf-8").partition("SOFTSIGN = ")[2]


def printed(*words: str, folder: Path = ROOT) -> str:
    """What a module prints when this Python runs it on the packages of a folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "112"}
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_shows_both_whole():
    assert f"```python\n{THEOREM.read_text(encoding='utf-8')}```\n" in PAGE
    assert f"```python\n# in symmetry/activation/table.py\nSOFTSIGN = {SOFTSIGN}```\n" in PAGE


def test_the_theorem_is_proved_as_the_page_says(tmp_path):
    text = printed("symmetry", "prove", "--path", str(THEOREM), "--networks", "100")
    for line in (text, PAGE):
        assert re.search(
            r"^ MY\.3 proved        4     -331 .* 1/1 The first bias undoes a shift of all inputs$", line, re.M
        )
    shown = printed("symmetry", "show", "MY.3", "--path", str(THEOREM))
    assert "4. Equal preactivations have equal activations" in shown


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the packages and the tests of activations, in whose table softsign was written as the page says."""
    folder = tmp_path_factory.mktemp("tree")
    for part in ("symmetry", "proofs"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests").mkdir()
    for name in ("conftest.py", "test_activation.py"):
        shutil.copy(ROOT / "tests" / name, folder / "tests")
    shutil.copy(ROOT / "pyproject.toml", folder)
    table = folder / "symmetry" / "activation" / "table.py"
    before, listed, after = table.read_text(encoding="utf-8").partition("ACTIVATIONS: Sequence[Activation] = (")
    assert after.startswith("IDENTITY, ")
    after = after.replace("SQUARE)", "SQUARE, SOFTSIGN)", 1)
    table.write_text(f"{before}SOFTSIGN = {SOFTSIGN}\n{listed}{after}", encoding="utf-8")
    return folder


def test_the_facts_of_softsign_pass_the_tests_of_every_activation(tree):
    text = printed("pytest", "-q", "-p", "no:cacheprovider", "tests/test_activation.py", "-k", "softsign", folder=tree)
    assert re.search(r"^8 passed, \d+ deselected", text, re.M)  # three orders twice, its symmetries, and its slope at 0


def test_facts_that_promise_too_much_do_not_pass(tree):
    """A control: a slope that is said to be half as steep, in a tree of its own."""
    table = tree / "symmetry" / "activation" / "table.py"
    right = table.read_text(encoding="utf-8")
    table.write_text(
        right.replace("(Facts(1, relative=2), Facts(2, relative=4)", "(Facts(1, relative=2), Facts(1, relative=4)")
    )
    try:
        with pytest.raises(
            AssertionError, match=r"FAILED tests/test_activation.py::test_slopes_between_neighbours.*softsign"
        ):
            printed("pytest", "-q", "-p", "no:cacheprovider", "tests/test_activation.py", "-k", "softsign", folder=tree)
    finally:
        table.write_text(right, encoding="utf-8")


@pytest.mark.slow
def test_softsign_is_as_accurate_as_stated_and_odd_units_may_be_softsign(tree):
    text = printed("symmetry", "prove", "METH.3", "SIGN.1", "--networks", "1000", folder=tree)
    assert re.search(r"^ METH\.3 checked ", text, re.M)
    assert re.search(r"^ SIGN\.1 proved ", text, re.M)
