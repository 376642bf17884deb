"""The reader's own backprop in the place of symmetry's: a right one passes, a wrong one fails where it is wrong."""

import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

import proofs
from symmetry import network as program
from symmetry.architecture import Architecture
from symmetry.cli import app
from symmetry.evidence.evidence import functions_that_ran
from symmetry.evidence.finding import Finding, Heading
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.record import Record, RecordedBackprop, read_record
from symmetry.evidence.session import Session
from symmetry.formal.checker import unavailable
from symmetry.own_backprop import backprop_from, current
from symmetry.reproduction.plan import plan
from symmetry.statements.registry import select

KNOWN = proofs.load()

ONE_LOOP = """
from symmetry import Gradient, Layer
from symmetry.activation import slope, value


def backprop(network, batch):
    a, kept = batch.x, []
    for layer, phi in zip(network.layers, network.activations):
        z = a @ layer.weight if layer.bias is None else a @ layer.weight + layer.bias
        kept.append((layer, phi, a, z))
        a = value(z, phi)
    coming, layers = network.loss.error(a, batch.y), []
    for layer, phi, a, z in reversed(kept):
        delta = coming * slope(z, phi)
        layers = [Layer(a.T @ delta, None if layer.bias is None else delta.sum(0)), *layers]
        coming = delta @ layer.weight.T
    return Gradient(layers, coming)
"""

PARTS = """
import dataclasses

import symmetry
from symmetry import Gradient, Layer
from symmetry.activation import slope
from symmetry.network import hidden_error as theirs


def changed(layer, by):
    return Layer(by(layer.weight), None if layer.bias is None else by(layer.bias))


class Right:
    @staticmethod
    def hidden_error(next_error, next_weight, z, activation):
        return slope(z, activation) * (next_weight @ next_error.T).T


class OutputSign:
    @staticmethod
    def output_error(network, z, a, y):
        return -network.loss.error(a, y) * slope(z, network.activations[-1])


class SlopeLeftOut:
    @staticmethod
    def hidden_error(delta, weight, z, phi):
        return delta @ weight.T


class Half:
    def weight_gradient(self, inputs, error):
        return inputs.T @ error / 2


half = Half()


def downhill(network, batch):
    gradient = symmetry.backprop(network, batch)
    return Gradient([changed(layer, lambda part: -part) for layer in gradient.layers], gradient.x)


def last_unit_faster(network, batch):
    gradient = symmetry.backprop(network, batch)
    first, *rest = gradient.layers
    width = first.weight.shape[1]
    rates = [1] * (width - 1) + [2]
    import jax.numpy as jnp

    return Gradient([changed(first, lambda part: part * jnp.array(rates)), *rest], gradient.x)


def inputs_forgotten(network, batch):
    gradient = symmetry.backprop(network, batch)
    return dataclasses.replace(gradient, x=gradient.x * 2)


def raising(network, batch):
    z = batch.x @ network.layers[0].weight
    return z.no_such_attribute


def a_tuple(network, batch):
    return tuple(symmetry.backprop(network, batch).layers)


def transposed(network, batch):
    gradient = symmetry.backprop(network, batch)
    return Gradient([Layer(layer.weight.T, layer.bias) for layer in gradient.layers], gradient.x)


def three(network, x, y):
    return None


class Method:
    def bias_gradient(self, error):
        return error.sum(0)


class Number:
    bias_gradient = 7


class Nothing:
    pass


borrowed = symmetry.backprop
"""


@pytest.fixture
def own(tmp_path):
    """The object of that name in one of the two files."""

    def loaded(name, source=PARTS):
        return backprop_from(str(tmp_path / "own.py"), name, source.encode())

    return loaded


SMALL_NETWORK = Architecture((2, 3, 2), batch=2)
"""What is tried here is whose backprop runs, for which one small network serves; a kernel of it compiles fast."""


def lines_of(id, *items):
    """Some of a theorem's lines, on the backprop that is in place."""
    (theorem,) = select([id], KNOWN)
    theorem = dataclasses.replace(theorem, architectures=(SMALL_NETWORK,), glances=())
    session = Session([theorem], networks=200)
    finding = Finding(Heading.of(theorem), [session.gather(theorem, item) for item in items]).attributed()
    return dict(zip(items, finding.evidence, strict=True))


@pytest.mark.parametrize(
    ("id", "item"),
    [("GRAD.4", "sampled-float16"), ("GRAD.7", "identity"), ("PERM.4", "identity"), ("TIE.1", "sampled-float64")],
)
def test_one_loop_instead_of_seven_functions_passes(own, id, item):
    with own("backprop", ONE_LOOP).in_place():
        line = lines_of(id, item)[item]
    assert (line.outcome, line.ran) == ("passed", ("backprop",))


@pytest.mark.parametrize(
    ("name", "id", "ran"),
    [
        ("OutputSign", "GRAD.1", ["output_error"]),
        ("SlopeLeftOut", "GRAD.2", ["hidden_error"]),
        ("half", "GRAD.3", ["weight_gradient"]),
        ("downhill", "GRAD.4", ["backprop"]),
        ("last_unit_faster", "TIE.1", ["backprop"]),
        ("last_unit_faster", "PERM.4", ["backprop"]),
        ("inputs_forgotten", "GRAD.7", ["backprop"]),
    ],
)
def test_a_wrong_backprop_fails_the_theorem_that_speaks_of_the_fault(own, name, id, ran):
    wrong = own(name)
    with wrong.in_place():
        line = lines_of(id, "sampled-float64")["sampled-float64"]
    assert line.outcome == "failed"
    assert line.ran == tuple(ran)
    for part in (f"{id} ", "differs by", "left  = ", "right = ", f"--example {line.counterexample}"):
        assert part in line.explanation
    assert line.explanation.endswith(f"--backprop {wrong.spec}")


def test_what_is_left_alone_by_a_fault_passes_still(own):
    with own("inputs_forgotten").in_place():
        line = lines_of("GRAD.6", "sampled-float64")["sampled-float64"]
    assert (line.outcome, line.ran) == ("passed", ("backprop",))


def test_afterwards_our_own_backprop_is_back(own):
    before = program.backprop
    with own("raising").in_place():
        assert current() is not None
    assert current() is None
    network = program.network_of([[[2.0]], [[3.0]]])
    assert before(network, program.batch_of(network, [[1.0]], [[5.0]])).x.tolist() == [[6.0]]
    assert functions_that_ran({"backprop"}) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("raising", r"own\.py, line \d+, in raising: AttributeError: .*no_such_attribute.*; only @ \+ - \* \.T \.sum"),
        ("a_tuple", r"own\.py:a_tuple returned a tuple; expected symmetry\.Gradient\(layers, x\)"),
        ("transposed", r"layer 1's weight of shape \(3, 2\); expected \(2, 3\), that of layer 1's weight"),
    ],
)
def test_what_the_readers_code_raises_is_a_failure_with_its_place(own, name, message):
    with own(name).in_place():
        line = lines_of("GRAD.6", "sampled-float64")["sampled-float64"]
    assert line.outcome == "failed"
    assert re.search(message, line.reason or "")
    assert "the law raised OwnBackpropRaised: own.py" in line.explanation.partition("network:")[2]


def test_a_derivation_counts_only_if_its_steps_ran_the_readers_code(own):
    with own("Right").in_place():
        line = lines_of("GRAD.2", "derived")["derived"]
        assert (line.outcome, line.ran) == ("passed", ("hidden_error",))
    with own("backprop", ONE_LOOP).in_place():
        lines = lines_of("GRAD.6", "derived", "sampled-float64", "control-mean")
        assert lines["derived"].outcome == "not run"
        assert "never run own.py:backprop" in (lines["derived"].reason or "")
        control = lines["control-mean"]
        assert isinstance(control, Control)
        assert "derived" not in (control.by or ())
        line = lines_of("GRAD.2", "derived")["derived"]
        assert (line.outcome, line.ran) == ("passed", ())


def test_a_step_that_raises_fails_the_derivation(own):
    source = "class Raising:\n    @staticmethod\n    def hidden_error(error, weight, z, phi):\n        return 1 / 0\n"
    with own("Raising", source).in_place():
        line = lines_of("GRAD.2", "derived")["derived"]
    assert line.outcome == "failed"
    assert "own.py, line 4, in hidden_error: ZeroDivisionError: division by zero" in (line.reason or "")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("backprob", r"own\.py has no backprob; it defines changed, Right, OutputSign"),
        ("Right.backprop", r"own\.py has no Right\.backprop"),
        (
            "Nothing",
            r"own\.py:Nothing is no function and has none that could stand in; expected backprop\(network, batch\)",
        ),
        ("three", r"own\.py:three takes \(network, x, y\), but is called with 2 arguments: \(network, batch\)"),
        ("Method", r"Method\.bias_gradient takes \(self, error\), .*: \(error\)\. It is a method: write @staticmethod"),
        ("Number", r"own\.py:Number\.bias_gradient is a int; expected a function bias_gradient\(error\)"),
        ("borrowed", r"own\.py:borrowed is symmetry's own backprop; name a function of yours"),
        ("theirs", r"own\.py:theirs is symmetry's own hidden_error"),
    ],
)
def test_an_object_that_cannot_stand_in_is_refused(own, name, message):
    with pytest.raises(ValueError, match=message):
        own(name)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def backprop(:", r"own\.py, line 1, cannot be imported: SyntaxError"),
        ("raise SystemExit", r"own\.py, line 1 cannot be imported: SystemExit"),
        ("\nimport no_such_package", r"own\.py, line 2 cannot be imported: ModuleNotFoundError: No module named"),
    ],
)
def test_a_file_that_does_not_run_is_refused_with_its_line(own, source, message):
    with pytest.raises(ValueError, match=message):
        own("backprop", source)


def test_what_calls_the_function_that_it_replaces_gets_ours(own):
    """Else `downhill`, which changes what our backprop returns, would call itself for ever."""
    network = program.network_of([[[2.0]], [[3.0]]])
    batch = program.batch_of(network, [[1.0], [1.0]], [[5.0], [5.0]])
    with own("downhill").in_place():
        downhill = program.backprop(network, batch)
    assert (-downhill.layers[0].weight == program.backprop(network, batch).layers[0].weight).all()


def command(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "150", "NO_COLOR": "1"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("GRAD.4", "--backprop", "own.py"), "--backprop own.py names no object of a file; expected FILE.py:OBJECT"),
        (("GRAD.4", "--backprop", "no.py:f"), "cannot read no.py: No such file or directory"),
        (
            ("CLAIM.1", "--backprop", "FILE:backprop"),
            "CLAIM.1 is the claim of a thread, and --backprop is for theorems",
        ),
    ],
)
def test_mistakes_exit_with_2_and_say_what_to_do(tmp_path, arguments, message):
    (tmp_path / "own.py").write_text(ONE_LOOP)
    result = command("prove", *[each.replace("FILE", str(tmp_path / "own.py")) for each in arguments])
    assert result.exit_code == 2
    assert message in result.stderr
    assert current() is None


def test_an_example_runs_on_it_and_the_help_names_it(tmp_path):
    (tmp_path / "own.py").write_text(PARTS)
    case = ("prove", "GRAD.4", "--example", "1-1-1/1:03000001010001")
    assert command(*case).exit_code == 0
    result = command(*case, "--backprop", f"{tmp_path / 'own.py'}:downhill")
    assert result.exit_code == 1
    assert "differs by" in result.stdout
    assert "symmetry prove GRAD PERM TIE --backprop own.py:backprop" in " ".join(
        command("prove", "--help").stdout.split()
    )


def in_a_process(folder, *arguments):
    """The command in a process of its own, since it lets JAX keep what it compiles."""
    changed = {"COLUMNS": "150", "PYTHONPATH": str(Path(program.__file__).parent.parent)}
    cache = {"JAX_COMPILATION_CACHE_DIR": str(folder / "cache")}  # unless the tests have one
    line = [sys.executable, "-m", "symmetry", *map(str, arguments)]
    return subprocess.run(
        line, capture_output=True, text=True, check=False, cwd=folder, env=cache | os.environ | changed
    )


VERDICT, FORMAL = ("checked", "not run") if unavailable() else ("proved", r"\w[\w ]*")
"""Of GRAD.6 on the loop, of which no derivation is: Agda checks the proof about the loop's own definitions."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of the command in worker processes on the loop: its folder, what it printed, its record."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.py").write_text(ONE_LOOP)
    asked = ["GRAD.6", "SOFT.1", "--networks", "60", "--backprop", "own.py:backprop", "--record", "record.json"]
    done = in_a_process(folder, "prove", *asked)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout, read_record(folder / "record.json")


def test_the_ledger_tells_the_readers_code_from_ours(run):
    _, printed, _ = run
    assert re.search(rf"GRAD\.6 {VERDICT} +yours +{FORMAL} +not run +-\d+ 0\.\d+", printed)
    assert re.search(r"SOFT\.1 proved  symmetry's +\d+ +-\d+ 0\.\d+", printed)
    assert re.search(rf"^yours, own\.py:backprop \(sha256 [0-9a-f]{{12}}\.\.\.\): 1 {VERDICT}$", printed, re.MULTILINE)
    assert re.search(r"^symmetry's, since nothing of yours ran: 1 proved$", printed, re.MULTILINE)


def test_the_record_names_the_file_that_was_run(run):
    folder, _, record = run
    schema = json.loads(resources.files("symmetry").joinpath("record.schema.json").read_text())
    content = record.to_json()
    jsonschema.validate(content, schema)
    assert content["backprop"] == {
        "file": "own.py",
        "object": "backprop",
        "sha256": hashlib.sha256((folder / "own.py").read_bytes()).hexdigest(),
    }
    ran = {
        theorem["id"]: [line["ran"] for line in theorem["evidence"] if "ran" in line] for theorem in content["theorems"]
    }
    assert ran == {"GRAD.6": [["backprop"], [], *[["backprop"]] * 5], "SOFT.1": [[]] * 4}
    del content["backprop"]
    (folder / "nameless.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"GRAD\.6 ran \['backprop'\] of a backprop that it does not name"):
        read_record(folder / "nameless.json")


def test_a_citation_says_of_which_file_the_evidence_is(run):
    folder, _, _ = run
    record = read_record(folder / "record.json")
    assert record.backprop is not None
    told = f"own.py:backprop (sha256 {record.backprop.sha256})"
    of_file = " ".join(command("cite", "GRAD.6", "--record", folder / "record.json").stdout.split())
    assert "The gradient of a batch is the sum of its examples' gradients, for own.py:backprop (GRAD.6)" in of_file
    assert f"This evidence is of {told}, which ran in the place of symmetry's backprop;" in of_file
    assert f"Verdict: {VERDICT}" in of_file
    assert "never run own.py:backprop" in of_file
    in_latex = command("cite", "GRAD.6", "--record", folder / "record.json", "--format", "latex").stdout
    assert rf"\begin{{{'property' if unavailable() else 'theorem'}}}" in in_latex
    of_ours = " ".join(command("cite", "SOFT.1", "--record", folder / "record.json").stdout.split())
    assert (
        f"The run was made with {told}, none of which ran for this theorem: it is no evidence for that file" in of_ours
    )
    refused = command("book", folder / "book", "--record", folder / "record.json")
    assert refused.exit_code == 2
    assert "a book reports runs of symmetry's own backprop" in refused.stderr


def test_a_record_is_reproduced_on_the_same_file_only(run):
    folder, _, _ = run
    asked = ("reproduce", folder / "record.json", "GRAD.6")
    moved = folder / "moved.py"
    moved.write_text(ONE_LOOP)
    again = in_a_process(folder, *asked, "--backprop", f"{moved}:backprop")
    assert again.returncode == 0, again.stdout
    assert "1 reproduced" in again.stdout
    without = command(*asked)
    assert without.exit_code == 2
    assert "the record is of own.py:backprop (sha256 " in without.stderr
    assert "name that file, --backprop FILE.py:OBJECT" in without.stderr
    moved.write_text(ONE_LOOP + "\n\nraise SystemExit\n")
    changed = command(*asked, "--backprop", f"{moved}:backprop")
    assert changed.exit_code == 1
    assert f"GRAD.6  changed  ({VERDICT})" in changed.stdout
    assert "backprop: own.py:backprop, which has changed since: sha256 is" in changed.stdout


def test_a_record_of_our_own_backprop_is_not_run_on_another():
    with pytest.raises(ValueError, match=r"the record is of symmetry's own backprop; leave --backprop out"):
        plan(Record.of([], networks=1, seed=0), [], {}, {}, RecordedBackprop("own.py", "f", ""))


def test_a_run_that_never_ran_the_readers_code_says_so_and_exits_with_2(run):
    folder, _, _ = run
    done = in_a_process(folder, "prove", "SOFT.1", "--networks", "60", "--backprop", "own.py:backprop")
    assert done.returncode == 2
    assert "none of these theorems ran own.py:backprop, so nothing is known of it" in done.stderr
    assert "yours, own.py:backprop" in done.stdout
    assert "nothing, for it never ran" in done.stdout
