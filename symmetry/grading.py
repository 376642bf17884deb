"""A folder of hand-ins, graded by a homework's tests: each in a copy, in a process of its own, a point a test that passes.

The hand-ins are a sub-folder or a Python file each. Nothing in them is changed, and what one does to its process costs that
one only; it runs with the rights of whoever grades it.
"""

import ast
import contextlib
import csv
import dataclasses
import importlib.machinery
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from symmetry.files import read_bytes
from symmetry.wording import count

BESIDE_TESTS = ("conftest.py", "pytest.ini")
"""What is run with the tests, if it stands beside them."""

NOT_OF_A_HAND_IN = (".*", "__pycache__", "test_*.py", *BESIDE_TESTS, "pyproject.toml", "setup.cfg", "tox.ini")
"""What is not copied of a hand-in, since it would change how the tests run."""


@dataclasses.dataclass(frozen=True)
class Grade:
    """What the tests said of a hand-in.

    Attributes:
        name: of its folder, or of its file without the ending.
        tests: those that ran; none if the hand-in could not be tested.
        diagnoses: why tests failed, by their names; by "" why there is no result.
    """

    name: str
    tests: tuple[str, ...]
    diagnoses: dict[str, str]

    @property
    def points(self) -> int:
        return len(self.tests) - len(self.diagnoses) if self.tests else 0

    @property
    def diagnosis(self) -> str:
        """All diagnoses, whole."""
        return "\n\n".join(f"{test}: {text}" if test else text for test, text in self.diagnoses.items())

    @property
    def first_diagnosis(self) -> str:
        """The first in a line: what is wrong, where the check said so, else how it begins.

        >>> wrong = "symmetry.gradcheck.verdict.WrongGradient: It is wrong.\\nWhy: a sign."
        >>> Grade("ada", ("a", "b"), {"b": wrong}).first_diagnosis
        'a sign.'
        >>> Grade("ben", ("a",), {"a": "NotImplementedError: yours to write"}).first_diagnosis
        'NotImplementedError: yours to write'
        """
        text = next(iter(self.diagnoses.values()), "")
        why = re.search(r"^Why: (.+)$", text, re.MULTILINE)
        return why[1] if why else re.sub(r"^(\w+\.)+\w+: ", "", text.strip()).partition("\n")[0]


def homework_in(folder: Path) -> Path:
    """The one test_*.py that stands beside the hand-ins.

    Raises:
        ValueError: there is no such folder, or it has none or several.
    """
    _require_folder(folder)
    found = sorted(folder.glob("test_*.py"))
    if len(found) != 1:
        several = ", ".join(file.name for file in found) or "no test_*.py"
        raise ValueError(f"{folder} holds {several}; name the tests of the homework, --tests test_homework.py.")
    return found[0]


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; name the one that holds the hand-ins.")


def modules_of(tests: Path) -> list[str]:
    """The modules that tests import and that are not installed: what students hand in.

    Raises:
        ValueError: the tests cannot be read, or are no Python.
    """
    source = read_bytes(tests, "name the tests of the homework.")
    try:
        tree = ast.parse(source, tests.name)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # the last two where it nests too deeply
        raise ValueError(f"{tests} is no Python: {error}.") from error
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level
    ]
    top = sorted({name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"symmetry"})
    elsewhere = [each for each in sys.path if each and Path(each).resolve() not in (Path.cwd(), tests.parent.resolve())]
    return [name for name in top if importlib.machinery.PathFinder.find_spec(name, elsewhere) is None]


def hand_ins(folder: Path, tests: Path, modules: Sequence[str]) -> list[Path]:
    """The sub-folders and the Python files of a folder; a file by the name of what is handed in is the template.

    Raises:
        ValueError: there is no such folder, it holds none, or files where more than one module is to be handed in.
    """
    _require_folder(folder)
    others = {*BESIDE_TESTS, *(f"{name}.py" for name in modules)}
    inside = [each for each in sorted(folder.iterdir()) if not each.name.startswith((".", "__"))]
    files = [each for each in inside if each.suffix == ".py" and not each.name.startswith("test_")]
    of_the_tests = (tests.resolve(), tests.parent.resolve())
    found = [
        each
        for each in inside
        if each.resolve() not in of_the_tests and (each.is_dir() or (each in files and each.name not in others))
    ]
    if not found:
        raise ValueError(f"{folder} holds no hand-in: neither a folder nor a Python file beside the tests.")
    file = next((each.name for each in found if each.is_file()), "")
    if file and len(modules) != 1:
        wanted = " and ".join(modules) or "no module of a hand-in"
        raise ValueError(
            f"{tests.name} imports {wanted}, so {file} cannot stand for a hand-in; put each into a folder."
        )
    return found


def grades(found: Sequence[Path], tests: Path, modules: Sequence[str], limit: float) -> Iterator[Grade]:
    """Grades hand-ins in order, each within so many seconds."""
    for each in found:
        with (
            _exiting_when_told(),
            tempfile.TemporaryDirectory(prefix="symmetry-grade-", ignore_cleanup_errors=True) as place,
        ):
            grade = _graded(each, Path(place), tests, modules, limit)
        yield grade


@contextlib.contextmanager
def _exiting_when_told() -> Iterator[None]:
    """Exit in order when the process is told to end, so that what it started ends with it."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def as_csv(graded: Sequence[Grade]) -> str:
    """A row a hand-in: its name, its points, how many there are if any hand-in could be tested, every diagnosis whole."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["name", "points", "of", "diagnosis"])
    rows.writerows([each.name, each.points, most_points(graded) or "", each.diagnosis] for each in graded)
    return file.getvalue()


def most_points(graded: Sequence[Grade]) -> int:
    """How many points there are: the tests that ran on a hand-in on which they could run; 0 if there is none."""
    return max(len(each.tests) for each in graded)


def _graded(hand_in: Path, place: Path, tests: Path, modules: Sequence[str], limit: float) -> Grade:
    name = hand_in.name if hand_in.is_dir() else hand_in.stem
    folder, report = place / "hand_in", place / "report.xml"
    try:
        missing = _copied(hand_in, folder, modules)
    except OSError as error:
        missing = f"it cannot be copied: {error}"
    if missing:
        return Grade(name, (), {"": missing})
    shutil.copy(tests, folder)
    for beside in BESIDE_TESTS:
        if (tests.parent / beside).is_file():
            shutil.copy(tests.parent / beside, folder)
    (folder / "pytest.ini").touch()  # so that no setting of a folder above applies
    ended = _run(tests.name, folder, report, limit)
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return Grade(name, (), {"": ended})
    return _from_report(name, cases, f"{folder}{os.sep}")


def _copied(hand_in: Path, folder: Path, modules: Sequence[str]) -> str:
    """Copies a hand-in; says what is missing, or ""."""
    if hand_in.is_file():
        folder.mkdir()
        shutil.copy(hand_in, folder / f"{modules[0]}.py")
        return ""
    wanted = {f"{module}.py" for module in modules}
    inside = [each for each in hand_in.rglob("*") if not {"__pycache__", "__MACOSX"} & set(each.parts)]
    # What came out of an archive stands a folder deeper.
    deeper = [each for each in inside if each.is_dir() and wanted <= _names(each)]
    roots = [hand_in] if wanted <= _names(hand_in) else deeper
    if len(roots) != 1:
        where = " and ".join(sorted(f"{each.relative_to(hand_in)}/" for each in roots))
        held = where or ", ".join(sorted(each.name for each in inside if each.is_file())[:5]) or "nothing"
        return f"{'more than one' if roots else 'no'} {', '.join(sorted(wanted))}: the folder holds {held}"
    ignored = shutil.ignore_patterns(*NOT_OF_A_HAND_IN)
    shutil.copytree(roots[0], folder, ignore=ignored, ignore_dangling_symlinks=True)
    return ""


def _names(folder: Path) -> set[str]:
    """What stands in a folder; a package counts as the module of its name."""
    return {f"{each.name}.py" if (each / "__init__.py").is_file() else each.name for each in folder.iterdir()}


def _run(tests: str, folder: Path, report: Path, limit: float) -> str:
    """Runs the tests; what became of the process, to be said if it left no report."""
    # What is installed comes before what is handed in: a hand-in's random.py or symmetry.py replaces nothing.
    options = ["-q", "--tb=short", "-p", "no:cacheprovider", "--import-mode=append", f"--junitxml={report}"]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "pytest", tests, *options],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        status = process.wait(limit)
    except subprocess.TimeoutExpired:
        return f"stopped after {count(int(limit), 'second')}: it does not end, or needs more time (--limit)"
    finally:
        if process.returncode is None:  # killed with all that it started
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
            process.wait()
    how = f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
    return f"no result: its process was ended {how} before the tests were"


def _from_report(name: str, cases: Sequence[ElementTree.Element], folder: str) -> Grade:
    """What a report says; where no test could run, the last line of why comes first."""
    tests = [".".join([*case.get("classname", "").split(".")[1:], case.get("name", "")]) for case in cases]
    diagnoses: dict[str, str] = {}
    for test, case in zip(tests, cases, strict=True):
        for problem in (each for each in case if each.tag in ("failure", "error", "skipped")):
            whole = _message(problem).replace(folder, "")
            if problem.get("message") in ("collection failure", "internal error"):
                return Grade(name, (), {"": f"{whole.splitlines()[-1].strip()}\n\n{whole}"})
            diagnoses.setdefault(test, whole)
    return Grade(name, tuple(dict.fromkeys(tests)), diagnoses)


def _message(problem: ElementTree.Element) -> str:
    """The message of a failure, whole, which pytest marks by E in the report; without marks, the last place of a traceback."""
    text = (problem.text or "").rstrip()
    marked = [line[4:] for line in text.splitlines() if re.match(r"E( |$)", line)]
    return "\n".join(marked) or text[max(text.rfind('  File "'), 0) :]
