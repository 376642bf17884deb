"""The tutorial: it stands among the pages as in the book, its commands and code run as printed, and it is short."""

import os
import re
import shlex
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from symmetry.scaffold import write_invariant

ROOT = Path(__file__).parent.parent
TUTORIAL = (resources.files("symmetry.book") / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
FILE = "test_my_invariant.py"


def in_its_place(text: str, block: str) -> str:
    """The file after the reader wrote a block, which begins with where if it is not the whole file."""
    where, _, rest = block.partition("\n")
    if where == "# at the end":
        return f"{text}\n\n{rest}"
    if where == "# in place of the second @theorem":
        return text[: text.rindex("@theorem")] + rest
    return block


def run(command: str, folder: Path) -> str:
    """What a command prints, run by this Python."""
    words = shlex.split(command)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_the_page_for_contributors_holds_the_tutorial_of_the_book():
    assert TUTORIAL in (ROOT / "docs" / "contributors.md").read_text(encoding="utf-8")


def test_the_reader_writes_at_most_20_lines(tmp_path):
    write_invariant("MY.1", "Reversing units changes nothing", tmp_path / FILE)
    given = (tmp_path / FILE).read_text().splitlines()
    code = [line for language, block in BLOCKS if language == "python" for line in block.splitlines()]
    written = {line for line in code if line.strip() and not line.startswith("#") and line not in given}
    assert 5 <= len(written) <= 20


@pytest.mark.slow
def test_the_tutorial_runs_as_printed(tmp_path):
    """Every line of a block of text is in what the commands before it printed."""
    printed = ""
    for language, block in BLOCKS:
        if language == "sh":
            printed = "\n".join(run(command, tmp_path) for command in block.splitlines())
        elif language == "python":
            file = tmp_path / FILE
            file.write_text(in_its_place(file.read_text(), block))
        else:
            for line in block.splitlines():
                assert " ".join(line.split()) in " ".join(printed.split())
                if line.startswith("To run it again: "):
                    assert "left  = [[0.]]" in run(line.removeprefix("To run it again: "), tmp_path)
