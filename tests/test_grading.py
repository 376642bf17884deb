"""`symmetry grade`: nine hand-ins, each costing no more than its own points, and what it says of mistakes."""

import csv
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from symmetry.cli import app
from symmetry.grading import hand_ins, modules_of
from tests.signals import ctrl_c_is_heard

HOMEWORK = Path(__file__).parent / "examples" / "homework"

TESTS = """
import math  # which is not handed in
import answer


class TestDouble:
    def test_of_two(self):
        assert answer.double(2) == 4

    def test_of_zero(self):
        assert answer.double(0) == 0


def test_of_a_half():
    if answer.double(0.5) != 1:
        raise AssertionError("one half is wrong:" + "\\n  a line" * 300 + "\\nWhy: it is squared.")
"""

RIGHT = "def double(x):\n    return x + x\n"

HAND_INS = {
    "ada": RIGHT,
    "ben": "def double(x):\n    return x * x\n",
    "chloe": "def double(x):\n    while True:\n        pass\n",
    "dilip": "import sys\nsys.exit(0)\n",
    "emma": "import os\nos._exit(0)\n",
    "fatima": "def double(x:\n",
    "goran": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
    "hana": "def double(x):\n    return input()\n",
    "ivo": None,  # who handed in a file of another name
}
POINTS = {"ada": 3, "ben": 2}


def made(folder: Path) -> Path:
    """The nine hand-ins in a folder, with the tests beside them."""
    folder.mkdir()
    (folder / "test_doubling.py").write_text(TESTS)
    for name, source in HAND_INS.items():
        (folder / name).mkdir()
        (folder / name / ("answer.py" if source else "Answer (1).py")).write_text(source or RIGHT)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def run(*arguments: str | Path, columns: int = 80):
    return CliRunner().invoke(app, ["grade", *map(str, arguments)], env={"COLUMNS": str(columns), "NO_COLOR": "1"})


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What grading the nine printed, its rows by name, and the folder before and after."""
    folder = made(tmp_path_factory.mktemp("graded") / "hand_ins")
    before, table = contents(folder), folder.parent / "points.csv"
    done = run(folder, "--output", table, "--limit", "10")
    assert done.exit_code == 0, done.output
    with table.open(newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    return done, rows, before, contents(folder)


def test_each_gets_its_points_whatever_the_others_do(graded):
    _, rows, _, _ = graded
    assert {name: int(row["points"]) for name, row in rows.items()} == {name: POINTS.get(name, 0) for name in HAND_INS}
    assert {row["of"] for row in rows.values()} == {"3"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ada", ""),
        ("chloe", "stopped after 10 seconds: it does not end, or needs more time (--limit)"),
        ("dilip", "SystemExit: 0\n\n"),
        ("emma", "no result: its process was ended with status 0 before the tests were"),
        ("fatima", "SyntaxError: '(' was never closed\n\n"),
        ("goran", "no result: its process was ended by SIGSEGV before the tests were"),
        ("hana", "TestDouble.test_of_two: OSError: "),  # pytest lets nothing be read
        ("ivo", "no answer.py: the folder holds Answer (1).py"),
    ],
)
def test_each_is_told_why(graded, name, says):
    diagnosis = graded[1][name]["diagnosis"]
    assert diagnosis.startswith(says)
    assert bool(diagnosis) == bool(says)


def test_a_diagnosis_is_whole_in_the_file_and_its_reason_is_in_the_table(graded):
    done, rows, _, _ = graded
    diagnosis = rows["ben"]["diagnosis"]
    assert diagnosis.startswith("test_of_a_half: AssertionError: one half is wrong:\n  a line\n")
    assert diagnosis.count("a line") == 300
    assert diagnosis.endswith("Why: it is squared.")
    assert " ben      2 of 3   it is squared." in done.stdout


@pytest.mark.parametrize("columns", [60, 80])
def test_the_table_is_as_wide_as_the_terminal(graded, columns, capsys, monkeypatch):
    from symmetry.commands.grade import print_table
    from symmetry.grading import Grade

    monkeypatch.setenv("COLUMNS", str(columns))
    one = Grade("a_very_long_name_that_some_platform_gives_to_what_is_handed_in", ("a", "b"), {"b": "wrong " * 40})
    print_table([one, one])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) == columns
    assert any("1 of 2   wrong wrong" in line and line.rstrip().endswith("…") for line in lines)


def test_the_hand_ins_stay_as_they_are_and_progress_is_said(graded):
    done, _, before, after = graded
    assert before == after
    assert done.stderr.splitlines()[:2] == ["[1/9] ada: 3 points", "[2/9] ben: 2 points"]
    assert done.stdout.rstrip().endswith("points.csv")


def test_what_is_handed_in_replaces_neither_the_tests_nor_what_is_installed(tmp_path):
    """A hand-in of several files, a folder deeper, whose names are those of others."""
    folder = tmp_path / "hand_ins"
    deeper = folder / "ada" / "my homework"
    deeper.mkdir(parents=True)
    (deeper / "answer.py").write_text("import math, own_part\ndouble = lambda x: own_part.double(x) + math.floor(0)\n")
    (deeper / "own_part.py").write_text("def double(x):\n    return x * x\n")
    for cheat in ("test_doubling.py", "conftest.py", "pytest.py", "math.py"):
        (deeper / cheat).write_text("raise RuntimeError('of the hand-in')\n")
    (tmp_path / "test_doubling.py").write_text(TESTS)
    done = run(folder, "--tests", tmp_path / "test_doubling.py", "--output", tmp_path / "grades.csv")
    assert " ada    2 of 3   it is squared." in done.stdout


def test_files_stand_for_hand_ins_and_the_template_is_none(tmp_path):
    (tmp_path / "test_doubling.py").write_text(TESTS)
    for name in ("ada.py", "answer.py", "conftest.py", "notes.txt", "ben.py"):
        (tmp_path / name).write_text(RIGHT)
    tests = tmp_path / "test_doubling.py"
    assert modules_of(tests) == ["answer"]
    assert [each.name for each in hand_ins(tmp_path, tests, ["answer"])] == ["ada.py", "ben.py"]
    done = run(tmp_path, "--output", tmp_path / "grades.csv")
    assert " ada    3 of 3" in done.stdout


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what runs is read from /proc")
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_what_a_hand_in_started_ends_with_the_grading(tmp_path, told):
    (tmp_path / "test_doubling.py").write_text(TESTS)
    begun = (
        "import os, subprocess, sys\nsleep = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    )
    begun += f"open({str(tmp_path / 'begun')!r}, 'w').write(f'{{os.getpid()}} {{sleep.pid}} ')\nwhile True: pass\n"
    (tmp_path / "ada.py").write_text(begun)
    command = [sys.executable, "-m", "symmetry", "grade", ".", "--limit", "600"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with ctrl_c_is_heard():
        grading = subprocess.Popen(command, cwd=tmp_path, **pipes)
    pids: list[str] = []
    while len(pids) < 2 and grading.poll() is None:
        time.sleep(0.1)
        pids = (tmp_path / "begun").read_text().split() if (tmp_path / "begun").exists() else []
    grading.send_signal(told)
    printed, _ = grading.communicate(timeout=30)
    assert grading.returncode != 0
    assert "Traceback" not in printed
    assert [pid for pid in pids if runs(int(pid))] == []
    assert not (tmp_path / "grades.csv").exists()


def runs(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("given", "arguments", "message"),
    [
        ({}, ("nowhere",), "nowhere is no folder; name the one that holds the hand-ins."),
        ({"test_a.py": ""}, ("nowhere", "--tests", "test_a.py"), "nowhere is no folder; name the one that holds"),
        ({}, (".",), ". holds no test_*.py; name the tests of the homework, --tests test_homework.py."),
        ({"test_a.py": "", "test_b.py": ""}, (".",), ". holds test_a.py, test_b.py; name the tests of the homework"),
        ({"test_a.py": "import answer"}, (".",), ". holds no hand-in: neither a folder nor a Python file"),
        ({"test_a.py": "def f(:"}, (".",), "test_a.py is no Python: invalid syntax"),
        ({}, (".", "--tests", "none.py"), "cannot read none.py: No such file or directory; name the tests"),
        (
            {"test_a.py": "import a1, a2", "ada.py": ""},
            (".",),
            "imports a1 and a2, so ada.py cannot stand for a hand-in",
        ),
        (
            {"test_a.py": "import answer", "ada.py": ""},
            (".", "--output", "none/g.csv"),
            "none is no folder; name a file",
        ),
        ({}, (".", "--limit", "0"), "should be greater than or equal to 1"),
    ],
)
def test_mistakes_exit_with_2_and_one_line(tmp_path, monkeypatch, given, arguments, message):
    monkeypatch.chdir(tmp_path)
    for name, source in given.items():
        (tmp_path / name).write_text(source)
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert not list(tmp_path.glob("*.csv"))


def test_the_homework_of_the_examples_is_graded(tmp_path):
    folder = tmp_path / "hand_ins"
    source = (HOMEWORK / "solution" / "network.py").read_text()
    for name, handed_in in {"right": source, "wrong": source.replace(" * (1 - h**2)", "")}.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "network.py").write_text(handed_in)
    shutil.copy(HOMEWORK / "test_homework.py", folder)
    done = run(folder, "--output", tmp_path / "grades.csv", "--limit", "300", columns=120)
    assert " right   7 of 7 " in done.stdout
    assert "1 of 7   your W1 and b1 equal backprop with the slope of the activation (tanh) left out." in done.stdout


@pytest.mark.slow
def test_the_page_for_teachers_shows_what_nine_hand_ins_print(tmp_path, monkeypatch):
    page = (HOMEWORK.parents[2] / "docs" / "teachers.md").read_text(encoding="utf-8")
    shown = re.search(r"^symmetry grade hand_ins\n```\n\n```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    right = (HOMEWORK / "solution" / "network.py").read_text()
    slope, line = " * (1 - h**2)", '    d1 = (d2 @ params["W2"].T) * (1 - h**2)\n'
    nine = {
        "ada": right,
        "ben": right.replace(slope, ""),
        "chloe": right.replace("1 - h**2", "1 - h"),
        "dilip": right.replace(line, f"{line}    d1, d2 = d1 / len(x), d2 / len(x)\n"),
        "emma": right.replace(line, f"{line}    d1, d2 = -d1, -d2\n"),
        "fatima": (HOMEWORK / "network.py").read_text(),
        "goran": right.replace(line, "    while True:\n        pass\n"),
        "hana": right.replace("def grads", "def grads("),
        "ivo": "import sys\n\nsys.exit('bye')\n",
    }
    monkeypatch.chdir(tmp_path)
    for name, source in nine.items():
        (tmp_path / "hand_ins" / name).mkdir(parents=True)
        (tmp_path / "hand_ins" / name / "network.py").write_text(source)
    shutil.copy(HOMEWORK / "test_homework.py", "hand_ins")
    printed = "\n".join(line.rstrip() for line in run("hand_ins", columns=106).stdout.splitlines())
    assert printed.strip("\n") == shown[1].strip("\n")
