"""`symmetry check`: models by module and by file, the report printed and written, statuses, and errors in one line."""

import json
import sys

import pytest
from typer.testing import CliRunner

from symmetry.cli import app

MODEL = """
import jax.numpy as jnp
import numpy as np
from symmetry.discovery.groups import GroupAxis, UnitGroup

def apply(params, x):
    return jnp.tanh(x @ params["W1"] + params["b1"]) @ params["W2"]

def params():
    draw = np.random.default_rng(0).normal
    return {"W1": draw(size=(3, 4)), "b1": draw(size=4), "W2": draw(size=(4, 2))}

def build():
    return apply, params(), np.ones((2, 3))

def wrong():
    axes = tuple(GroupAxis(path, axis, np.arange(4)[None]) for path, axis in (("W1", 1), ("b1", 0)))
    return {"apply": apply, "params": params(), "inputs": (np.ones((2, 3)),), "groups": [UnitGroup("b1", 4, axes)]}

def with_an_argument(width):
    return build()

def raises():
    raise RuntimeError("no data here")

def a_pair():
    return apply, params()

def misspelt():
    return {"apply": apply, "params": params(), "input": 0}

def without_params():
    return {"apply": apply}

def no_function():
    return params(), params(), 0

def untraceable():
    return (lambda params, x: float(apply(params, x).sum())), params(), np.ones((2, 3))

NUMBER = 3
"""


def run(*arguments: str):
    return CliRunner().invoke(app, ["check", *arguments], env={"COLUMNS": "100", "NO_COLOR": "1"})


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder to work in, with a file of models in it."""
    (tmp_path / "own_models.py").write_text(MODEL, encoding="utf-8")
    (tmp_path / "empty_models.py").write_text("NUMBER = 3\n")
    (tmp_path / "broken_models.py").write_text("import no_such_module\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("spec", ["own_models.py:build", "own_models.py", "own_models:build", "own_models"])
def test_a_model_is_named_by_file_or_module_and_build_is_usual(own, spec):
    path = list(sys.path)
    done = run(spec, "--networks", "1")
    assert done.exit_code == 0, done.output
    assert done.stdout.rstrip().endswith("1 of 1 group holds.")
    assert sys.path == path


def test_a_group_that_fails_is_status_1(own):
    done = run("own_models.py:wrong")
    assert done.exit_code == 1
    assert "b1 FAILED, same function: output differs by" in done.stdout
    assert done.stdout.rstrip().endswith("0 of 1 group holds; 1 FAILED: b1.")


def test_the_report_is_written_or_printed_as_json(own):
    done = run("own_models.py", "--json", "report.json", "--networks", "1", "--seed", "5")
    assert done.stdout.rstrip().endswith("report: report.json")
    written = json.loads((own / "report.json").read_text(encoding="utf-8"))
    assert (written["wrong"], written["settings"]["seed"]) == (False, 5)
    assert written["networks"] == ["the given parameters"]
    printed = run("own_models.py", "--json", "-", "--networks", "1", "--seed", "5")
    assert json.loads(printed.stdout) == written


def test_the_example_that_ships_is_checked_in_one_command():
    done = run("--example")
    assert done.exit_code == 0, done.output
    assert "4 of 4 groups hold." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name one model, such as my_model.py:build, or say --example."),
        (("own_models.py", "--example"), "name one model, such as my_model.py:build, or say --example."),
        (("none.py",), "none.py is no Python file; name the one that builds your model."),
        (
            ("no_such.models",),
            "the module no_such.models cannot be imported: ModuleNotFoundError: No module named 'no_such'.",
        ),
        (
            ("broken_models.py",),
            "broken_models.py cannot be imported: ModuleNotFoundError: No module named 'no_such_module'",
        ),
        (("own_models.py:",), "own_models.py: names no model; expected MODULE:FUNCTION or FILE.py:FUNCTION"),
        (("own_models.py:biuld",), "own_models.py has no biuld; its functions are apply, params, build, wrong,"),
        (("empty_models.py",), "empty_models.py has no build; it defines no function."),
        (("own_models.py:NUMBER",), "own_models.py:NUMBER is a int; expected a function without arguments"),
        (
            ("own_models.py:with_an_argument",),
            "takes arguments (missing a required argument: 'width'); expected a function",
        ),
        (("own_models.py:raises",), "raised RuntimeError: no data here (own_models.py, line 24, in raises)."),
        (("own_models.py:a_pair",), "returned a tuple of 2; expected (apply, params, inputs), or a dictionary"),
        (("own_models.py:params",), "returned a dictionary with 'W1'; expected (apply, params, inputs)"),
        (("own_models.py:misspelt",), "returned a dictionary with 'input'; expected"),
        (("own_models.py:without_params",), "returned a dictionary without 'params'; expected"),
        (("own_models.py:no_function",), "returned a dict as apply; expected a function of (params, *inputs)."),
        (("own_models.py:untraceable",), "cannot be traced by JAX: ConcretizationTypeError"),
        (("own_models.py", "--json", "nowhere/report.json"), "cannot write nowhere/report.json: nowhere is no folder"),
    ],
)
def test_what_cannot_be_read_costs_one_line_and_status_2(own, arguments, message):
    done = run(*arguments)
    assert done.exit_code == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("symmetry: ")
    assert message in line


def test_the_help_shows_how_it_is_called():
    done = run("--help")
    assert "symmetry check --example" in done.stdout
