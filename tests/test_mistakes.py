"""Mistakes in how a theorem is written: each is one line with its place, and theorems beside it run."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from symmetry import cli
from symmetry.actions import UnitPermutation
from symmetry.cases import CASE_KINDS, type_name
from symmetry.evidence.session import Session
from symmetry.network import Batch, Network, forward
from symmetry.statements.mistakes import mistakes
from symmetry.statements.registry import import_file, is_taken, module_name
from symmetry.statements.theorem import theorem


@pytest.fixture
def registry(monkeypatch):
    """An empty registry, so that the theorems of a test stay its own."""
    monkeypatch.setattr(importlib.import_module("symmetry.statements.registry"), "REGISTRY", {})


def doubled(network: Network, batch: Batch):
    return forward(network, batch.x) * 2, forward(network, batch.x)


def sound(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)


def untyped(network: Network, pi, batch: Batch): ...


def of_a_number(network: Network, number: int): ...


def of_a_list(network: Network, networks: [Network]): ...  # pyright: ignore


def of_several(network: Network, *batches: Batch): ...


def of_any_names(network: Network, **batches: Batch): ...


def by_place(network: Network, batch: Batch, /): ...


def of_what_is_not_there(network: "Netwerk"): ...  # pyright: ignore[reportUndefinedVariable]  # noqa: F821


def with_a_knob_to_set(network: Network, batch: Batch, *, factor): ...


MISTAKES = [
    (untyped, "parameter 'pi' has no type; annotate it with one of Network, NetworkThroughZero,"),
    (of_a_number, "parameter 'number': no case of int can be drawn; use one of Network,"),
    (of_a_list, "no case of [<class 'symmetry.network.Network'>] can be drawn"),
    (of_several, "variadic positional parameter 'batches': cases are passed by name; write each as an ordinary"),
    (of_any_names, "variadic keyword parameter 'batches': cases are passed by name"),
    (by_place, "positional-only parameter 'network': cases are passed by name"),
    (
        of_what_is_not_there,
        "the types of its parameters cannot be read, since name 'Netwerk' is not defined; import them",
    ),
    (with_a_knob_to_set, "the knob 'factor' has no default; give it the value with which the law holds."),
]


@pytest.mark.quick
@pytest.mark.parametrize(("law", "message"), MISTAKES)
def test_a_signature_that_cannot_be_run_is_one_line_with_its_place(law, message):
    (line,) = mistakes("MY.1", {"": law})
    assert line.startswith(f"test_mistakes.py, line {law.__code__.co_firstlineno}: MY.1: ")
    assert message in line
    assert "\n" not in line
    assert "Annotated" not in line
    (line,) = mistakes("MY.1", {"": sound, "broken": law})
    assert f"line {law.__code__.co_firstlineno}: MY.1, 'broken': " in line


@pytest.mark.quick
def test_every_type_of_case_has_the_name_that_it_is_imported_by():
    for kind in CASE_KINDS:
        home = sys.modules[kind.__module__ if isinstance(kind, type) else CASE_KINDS[kind].draw.__module__]
        assert getattr(home, type_name(kind)) is kind


@pytest.mark.usefixtures("registry")
@pytest.mark.quick
@pytest.mark.parametrize(
    ("controls", "message"),
    [
        (
            {"doubled": "2 * f"},
            "MY.1, 'doubled': expected a function, or a dictionary of knobs of the law, and got '2 * f'",
        ),
        ({"doubled": None}, "MY.1, 'doubled': expected a function, or a dictionary of knobs of the law, and got None"),
        (
            {"doubled": Network},
            "MY.1, 'doubled': expected a function, or a dictionary of knobs of the law, and got <class",
        ),
        ([doubled], "MY.1: expected controls as a dictionary of names and variants, and got"),
        ({"": doubled}, "MY.1: a control cannot be called '', since it has neither letter nor number"),
        (
            {"twice": doubled, "Twice!": doubled},
            "MY.1: a control cannot be called 'Twice!', since 'twice' is taken for",
        ),
    ],
)
def test_controls_that_are_none_are_named(controls, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        theorem("MY.1", title="", statement="", hypotheses="", controls=controls)(sound)


@pytest.mark.usefixtures("registry")
@pytest.mark.quick
def test_a_law_that_is_no_function_is_named():
    with pytest.raises(ValueError, match="expected a law, which is a function, and got 'f = f'"):
        theorem("MY.1", title="", statement="", hypotheses="")("f = f")  # pyright: ignore[reportArgumentType]


@pytest.mark.usefixtures("registry")
def test_a_lambda_as_a_control_has_the_types_of_the_laws_parameters():
    halved = {"halved": lambda network, batch: (forward(network, batch.x) / 2, forward(network, batch.x))}
    made = theorem("MY.1", title="", statement="", hypotheses="", controls=halved, dtypes=("float64",))(sound)
    (finding,) = Session([made], networks=64).findings()
    assert finding.verdict == "checked"
    other = {"halved": lambda n, b: (forward(n, b.x) / 2, forward(n, b.x))}
    named = theorem("MY.2", title="", statement="", hypotheses="", controls=other)(sound)
    (line,) = named.mistakes
    assert "MY.2, 'halved': parameter 'n' has no type" in line


FILE = """\
from symmetry import Batch, Network, UnitPermutation, forward, theorem

WORDS = dict(title="T", statement="f = f", hypotheses="any network", dtypes=("float64",))

def halved(network: Network, batch: Batch):
    return forward(network, batch.x) / 2, forward(network, batch.x)

@theorem("MY.21", **WORDS, controls={"halved": halved})
def sound(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)

@theorem("MY.22", **WORDS, controls={"halved": halved})
def untyped(network: Network, pi, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)

@theorem("MY.23", **WORDS, controls={"halved": halved, "halved": halved})
def with_a_control_twice(network: Network, batch: Batch):
    return forward(network, batch.x), forward(network, batch.x)

@theorem("MY.24", **WORDS, controls={"halved": halved})
def of_nothing(network: Network, batch: Batch):
    forward(network, batch.x)

@theorem("MY.25", **WORDS, controls={"halved": halved})
def of_one_side(network: Network, batch: Batch):
    return forward(network, batch.x)

@theorem("MY.26", **WORDS, controls={"halved": halved})
def raising(network: Network, batch: Batch):
    return network.wieghts, 1
"""

SAID = (
    "mine.py, line 13: MY.22: parameter 'pi' has no type",
    "mine.py, line 17: MY.23: 'halved' stands twice in one dictionary, which keeps the last; rename one.",
    "a relation or a list of relations; this one returned nothing (test_mine.py, line 21)",
    "a relation or a list of relations; this one returned one array (test_mine.py, line 25)",
    "the law raised AttributeError: 'Network' object has no attribute 'wieghts' (test_mine.py, line 30, in raising)",
)


def lines_with(part: str, text: str) -> list[str]:
    return [line for line in text.splitlines() if part in line]


@pytest.mark.usefixtures("registry")
def test_prove_says_each_in_one_line_and_runs_the_theorems_beside_it(tmp_path):
    file = tmp_path / "test_mine.py"
    file.write_text(FILE)
    result = CliRunner().invoke(cli.app, ["prove", "--path", str(file), "--networks", "8"], env={"COLUMNS": "100"})
    assert result.exit_code == 1
    for message in SAID:
        assert lines_with(message, result.stdout), message
    assert len(lines_with("mine.py, line 13", result.stdout)) == 1
    verdicts = [line.split()[:2] for line in lines_with("MY.2", result.stdout) if line.startswith(" MY")]
    assert verdicts == [["MY.21", "checked"], *([f"MY.2{number}", "failed"] for number in range(2, 7))]
    assert len(result.stdout.splitlines()) < 100
    again = CliRunner().invoke(cli.app, ["prove", "MY.22", "--path", str(file), "--example", "1-2-1/1:"])
    assert (again.exit_code, again.stdout) == (2, "")
    assert SAID[0] in again.stderr


def test_pytest_says_each_in_one_line_and_runs_the_theorems_beside_it(pytester):
    pytester.makepyfile(test_mine=FILE)
    result = pytester.runpytest_subprocess("--symmetry-networks=8", "-p", "no:cacheprovider")
    text = result.stdout.str()
    result.assert_outcomes(passed=6, failed=12)
    for message in SAID:
        assert lines_with(message, text), message
    assert "for the same reason as above." in text
    assert "Traceback" not in text
    assert len(text.splitlines()) < 160


@pytest.mark.usefixtures("registry")
@pytest.mark.quick
@pytest.mark.parametrize("name", ["numpy", "proofs", "symmetry", "json"])
def test_a_file_named_as_a_module_hides_nothing(tmp_path, name):
    importlib.import_module(name)
    before, file = sys.modules[name], tmp_path / f"{name}.py"
    file.write_text(FILE)
    assert is_taken(name, file)
    import_file(file)
    assert sys.modules[name] is before
    made = importlib.import_module("symmetry.statements.registry").REGISTRY["MY.21"]
    assert (made.module, made.is_own) == (module_name(file), True) == (f"own_{name}", True)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (", r"mine.py cannot be imported: SyntaxError: '\(' was never closed \(mine.py, line 1\)\."),
        ("import sys\nsys.exit(3)", r"mine.py cannot be imported: SystemExit: 3 \(mine.py, line 2\)\."),
        (
            "def f():\n  1 / 0\nf()",
            r"cannot be imported: ZeroDivisionError: division by zero \(mine.py, line 2, in f\)\.",
        ),
    ],
)
def test_a_file_that_raises_is_said_with_the_line(tmp_path, text, message):
    Path(tmp_path / "mine.py").write_text(text)
    with pytest.raises(ValueError, match=message):
        import_file(tmp_path / "mine.py")
