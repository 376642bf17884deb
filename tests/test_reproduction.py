"""Records: they keep to their schema, they are reproduced, and whatever is edited in them is noticed."""

import copy
import functools
import importlib
import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
import sympy
from recorded import in_json
from typer.testing import CliRunner

import proofs
from proofs.derivations import permutation
from symmetry.actions import UnitPermutation
from symmetry.architecture import Architecture
from symmetry.cli import app
from symmetry.display.run import outcomes_as_json, outcomes_as_text
from symmetry.evidence.environment import environment
from symmetry.evidence.record import Record, read_record, record_from_json
from symmetry.evidence.schema import schema as schema_now
from symmetry.evidence.session import Session
from symmetry.network import Batch, Network, forward
from symmetry.reproduction.plan import plan
from symmetry.statements.claim import Instance, claim, claim_that_cannot_be_run
from symmetry.statements.false_claim import refuted_claim
from symmetry.statements.theorem import theorem

proofs.load()  # before any test puts another registry in the place of theirs

WORDS: dict[str, Any] = {"title": "A title", "statement": "a = a", "hypotheses": "none"}
SMALL: dict[str, Any] = {"dtypes": ("float64",), "architectures": (Architecture((2, 3, 2)),)}


def same_output(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)


def doubled_output(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x) * 2, forward(network, batch.x)


def derivation(fault: str):
    """That of PERM.1: a control is rejected because its law computes something else."""
    return permutation.function()


def zero_is_one():
    return sympy.Integer(0), sympy.Integer(1)


def zero_is_zero():
    return sympy.Integer(0), sympy.Integer(0)


def instances():
    yield Instance("n = 1", True, "1 is 1", True)
    yield Instance("n = 2", False, "2 is not 1", False)


def raising():
    raise ArithmeticError("no such luck")


CLAIM: dict[str, Any] = {
    "thread": "thread2016purpose",
    "position": "answer",
    "says": "One thing.",
    "statement": "n = 1",
    "why": "So.",
}


def made_ones():
    """A theorem or claim for every shape that a line can have."""
    derived: dict[str, Any] = {
        "derivation": derivation,
        "controls": {"doubled": doubled_output},
        "refutes": {"false": zero_is_one},
    }
    theorem("MY.1", **WORDS, **SMALL, **derived)(same_output)
    theorem("MY.2", **WORDS, **SMALL)(same_output)
    theorem("MY.3", **WORDS, **SMALL, controls={"nothing broken": same_output})(doubled_output)
    theorem("MY.4", **WORDS, **SMALL, controls={"doubled": doubled_output}, needs=("no_such_package",))(same_output)
    theorem("MY.5", **WORDS, controls={"one": zero_is_one}, evidence=("identity",), systems=("symbols",))(zero_is_zero)
    refuted_claim("MY.6", **WORDS, corrected_by="MY.5")(zero_is_one)
    claim("CLAIM.1", **CLAIM, verdict="right if", condition="n = 1")(instances)
    claim("CLAIM.2", **CLAIM, verdict="wrong")(raising)
    claim("CLAIM.3", **CLAIM, verdict="right")(instances)
    claim_that_cannot_be_run(
        "CLAIM.4", thread="thread2016purpose", position="answer", says="", why="", module="another"
    )


@pytest.fixture(scope="module")
def known():
    with pytest.MonkeyPatch.context() as patched:
        registry: dict = {}
        patched.setattr(importlib.import_module("symmetry.statements.registry"), "REGISTRY", registry)
        made_ones()
        yield registry


@pytest.fixture(scope="module")
def run(known):
    """Findings of all theorems at a budget and a seed."""
    return functools.cache(lambda networks, seed: list(Session(list(known.values()), networks, seed).findings()))


@pytest.fixture(scope="module")
def content(run):
    return json.loads(json.dumps(Record.of(run(64, 0), networks=64, seed=0).to_json(), allow_nan=False))


@pytest.fixture
def outcomes(run, known):
    """What becomes of a record, by id."""

    def reproduced(content, *ids):
        planned = plan(record_from_json(content), ids, known, environment())
        again = run(content["networks"], content["seed"]) if planned.wanted else []
        return {each.id: each for each in planned.compare(again)}

    return reproduced


@pytest.fixture(scope="module")
def schema():
    schema = json.loads(resources.files("symmetry").joinpath("record.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_a_record_of_every_kind_of_line_keeps_to_the_schema(content, schema):
    lines = [line for theorem in content["theorems"] for line in theorem["evidence"]]
    assert {line["kind"] for line in lines} == {"derived", "identity", "sampled", "refuted", "control", "decided"}
    for kind in ("sampled", "control"):
        assert {line["outcome"] for line in lines if line["kind"] == kind} == {"passed", "failed", "not run"}
    schema.validate(content)


@pytest.mark.parametrize(
    ("id", "edit"),
    [
        ("MY.1", lambda theorem: theorem.pop("digest")),
        ("MY.1", lambda theorem: theorem.update(verdict="true")),
        ("MY.1", lambda theorem: theorem["evidence"][0].update(kind="guessed")),
        ("MY.1", lambda theorem: theorem["evidence"][0].update(outcome="failed")),
        ("MY.1", lambda theorem: theorem["evidence"][0].update(outcome="not run")),
        ("MY.1", lambda theorem: theorem["evidence"][0].update(beauty=1)),
        ("MY.1", lambda theorem: theorem["evidence"][1].pop("points")),
        ("MY.3", lambda theorem: theorem["evidence"][0].pop("reason")),
        ("CLAIM.1", lambda theorem: theorem["evidence"][0]["instances"][0].pop("holds")),
    ],
)
def test_what_is_no_record_does_not_keep_to_the_schema(content, schema, id, edit):
    broken = copy.deepcopy(content)
    edit(in_json(broken, id))
    assert not schema.is_valid(broken)


def test_a_record_is_reproduced_whatever_its_verdicts(content, outcomes):
    assert {each.outcome for each in outcomes(content).values()} == {"reproduced"}
    assert set(outcomes(content, "MY.2", "CLAIM")) == {"MY.2", "CLAIM.1", "CLAIM.2", "CLAIM.3", "CLAIM.4"}


def of_line(number, **changes):
    return lambda theorem: theorem["evidence"][number].update(changes)


@pytest.mark.parametrize(
    ("id", "edit", "message"),
    [
        ("MY.2", lambda theorem: theorem.update(verdict="proved"), 'verdict, by its lines, is "proved" in the record'),
        ("MY.1", lambda theorem: theorem.update(statement="b = b"), 'theorem: statement is "b = b" in the record'),
        ("MY.1", lambda theorem: theorem.update(title="Better"), 'theorem: title is "Better" in the record, "A title"'),
        ("MY.1", of_line(0, steps=7), "derived: steps is 7 in the record, 2 here"),
        ("MY.1", of_line(1, log2_failure=-999.0), "identity: log2_failure is -999.0 in the record"),
        ("MY.1", of_line(2, worst=0.0001), "sampled-float64: worst is 0.0001 in the record"),
        ("MY.1", of_line(2, networks=10**6), "sampled-float64: networks is 1000000 in the record"),
        ("MY.1", of_line(2, networks=70), "sampled-float64: networks is 70 in the record, "),
        ("MY.1", lambda theorem: theorem["evidence"][3]["claims"][0].update(left="7"), "refuted: claims[0].left is"),
        ("MY.1", of_line(4, by=["derived"]), 'control-doubled: by is ["derived"] in the record'),
        ("MY.1", lambda theorem: theorem["evidence"].pop(4), "control-doubled: outcome is "),
        (
            "MY.1",
            lambda theorem: theorem["evidence"].append(theorem["evidence"][2]),
            "theorem: lines is 6 in the record",
        ),
        (
            "MY.1",
            of_line(2, dtype="float32"),
            'sampled-float32: outcome is "passed" in the record, "no such line" here',
        ),
        ("MY.3", of_line(1, outcome="passed"), 'sampled-float64: outcome is "passed" in the record, "failed" here'),
        ("MY.4", of_line(0, reason="no time"), 'identity: reason is "no time" in the record'),
        ("MY.6", of_line(0, corrected_by="MY.1"), 'refuted: corrected_by is "MY.1" in the record, "MY.5" here'),
        ("CLAIM.1", of_line(0, verdict="right"), "verdict, by its lines, is"),
        (
            "CLAIM.1",
            lambda theorem: theorem["evidence"][0]["instances"][1].update(holds=True),
            "decided: instances[1].holds is true in the record, false here",
        ),
    ],
)
def test_a_line_edited_by_hand_is_not_reproducible(content, outcomes, id, edit, message):
    edited = copy.deepcopy(content)
    edit(in_json(edited, id))
    found = outcomes(edited)
    assert found[id].outcome == "not reproducible"
    assert any(message in str(difference) for difference in found[id].differences)
    assert {each.outcome for each in found.values() if each.id != id} == {"reproduced"}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (of_line(4, caught=1), r"MY\.1, evidence\[4\], has caught = 1, and should have true or false"),
        (of_line(0, beauty=1), r"MY\.1, evidence\[0\], has 'beauty', which this version does not know"),
        (of_line(0, kind="guessed"), "has kind = 'guessed', and should have one of formal, derived, identity"),
        (lambda theorem: theorem["evidence"][1].pop("points"), "lacks points, which a line that passed has"),
        (lambda theorem: theorem["evidence"][2].pop("dtype"), r"evidence\[2\], lacks dtype, a text"),
    ],
)
def test_a_line_of_another_shape_is_no_record(content, edit, message):
    edited = copy.deepcopy(content)
    edit(in_json(edited, "MY.1"))
    with pytest.raises(ValueError, match=message):
        record_from_json(edited)


def test_the_schema_is_made_from_the_types_of_evidence():
    shipped = resources.files("symmetry").joinpath("record.schema.json").read_text(encoding="utf-8")
    assert json.loads(shipped) == schema_now(), "run python -m symmetry.evidence.schema > symmetry/record.schema.json"


def test_a_changed_theorem_and_a_missing_one_are_told_apart(content, outcomes):
    edited = copy.deepcopy(content)
    in_json(edited, "MY.2")["digest"] = "0" * 64
    in_json(edited, "MY.4")["id"] = "MY.40"
    found = outcomes(edited)
    assert (found["MY.2"].outcome, found["MY.40"].outcome) == ("changed", "missing")
    assert found["MY.1"].outcome == "reproduced"


def test_what_changes_in_another_module_excuses_no_float(content, outcomes):
    edited = copy.deepcopy(content)
    in_json(edited, "MY.1")["evidence"][2]["worst"] = 0.0001
    in_json(edited, "CLAIM.4")["digest"] = "0" * 64
    found = outcomes(edited)
    assert (found["MY.1"].outcome, found["CLAIM.4"].outcome) == ("not reproducible", "changed")
    in_json(edited, "MY.2")["digest"] = "0" * 64  # beside it: kernels may be others, and floats round otherwise
    assert outcomes(edited)["MY.1"].outcome == "reproduced"


def test_a_theorem_recorded_twice_is_not_reproducible(content, outcomes):
    edited = copy.deepcopy(content)
    edited["theorems"].append(in_json(edited, "MY.1"))
    assert "times recorded is 2 in the record, 1 here" in str(outcomes(edited)["MY.1"].differences[0])


def test_a_budget_that_no_line_matches_is_not_run(content, outcomes):
    edited = copy.deepcopy(content) | {"networks": 10**12}
    found = outcomes(edited)
    assert found["MY.1"].outcome == "not reproducible"
    assert "at least 1000000000000" in str(found["MY.1"].differences[0])


@pytest.mark.parametrize("edit", [{"networks": 32}, {"seed": 1}])
def test_another_budget_or_seed_is_noticed(content, outcomes, edit):
    assert outcomes(copy.deepcopy(content) | edit)["MY.1"].outcome == "not reproducible"


def test_another_commit_of_the_same_version_excuses_no_float(content, outcomes):
    edited = copy.deepcopy(content)
    edited["environment"]["commit"] = "0" * 40
    assert outcomes(edited)["MY.1"].outcome == "reproduced"
    in_json(edited, "MY.1")["evidence"][2]["worst"] = 0.0001
    assert outcomes(edited)["MY.1"].outcome == "not reproducible"


def test_with_other_versions_floats_may_round_otherwise_within_the_bound(content, outcomes):
    elsewhere = copy.deepcopy(content)
    elsewhere["environment"]["jax"] = "0.0.1"
    in_json(elsewhere, "MY.1")["evidence"][2] |= {"worst": 0.5, "vacuous": 9}
    assert outcomes(elsewhere)["MY.1"].outcome == "reproduced"
    in_json(elsewhere, "MY.1")["evidence"][2]["worst"] = 1.5
    assert outcomes(elsewhere)["MY.1"].outcome == "not reproducible"
    in_json(elsewhere, "MY.2")["evidence"][0]["points"] = 1000
    assert outcomes(elsewhere)["MY.2"].outcome == "not reproducible"


def test_what_was_not_selected_is_not_asked_for(content, outcomes):
    partial = copy.deepcopy(content)
    theorem = in_json(partial, "MY.1")
    theorem["evidence"], theorem["verdict"] = theorem["evidence"][:1], "not run"
    assert outcomes(partial)["MY.1"].outcome == "reproduced"


def test_the_outcome_is_told_as_text_and_as_json(content, outcomes):
    edited = copy.deepcopy(content)
    in_json(edited, "MY.1")["verdict"] = "checked"
    found = list(outcomes(edited, "MY.1", "MY.2").values())
    text = outcomes_as_text(found, [])
    assert text.startswith("MY.1  not reproducible  (checked)\n    theorem: verdict, by its lines,")
    assert text.endswith("\n1 not reproducible, 1 reproduced")
    assert json.loads(json.dumps(outcomes_as_json(found, [])))["theorems"][0]["differences"][0]["recorded"] == "checked"


def test_ids_that_a_record_does_not_hold_are_named(content, known):
    with pytest.raises(ValueError, match=r"the record holds no PERM.1; it holds MY.1, MY.2"):
        plan(record_from_json(content), ["PERM.1"], known, {})
    with pytest.raises(ValueError, match=r"the record holds nothing of PERM.1; it holds MY.1"):
        record_from_json(content)["PERM.1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ('{"schema": NaN}', "NaN is no number of JSON"),
        ("[]", "it is a list, and a record is an object"),
        ('{"schema": 3}', "its schema is 3, and this version reads schema 2"),
        ('{"schema": 1}', "reads schema 2; its digests cover less of the code, so make a new one with `symmetry prove"),
        ('{"schema": 2}', "the record lacks seed, a whole number"),
        ('{"schema": 2, "seed": "0"}', "the record has seed = '0', and should have a whole number"),
        (
            '{"schema": 2, "seed": 0, "networks": 0, "environment": {}, "theorems": []}',
            "networks is 0 and seed 0; they are at least 1 and 0",
        ),
        (
            '{"schema": 2, "seed": 0, "networks": 1, "environment": {}, "theorems": [7]}',
            r"theorems\[0\] is 7, and should be an object",
        ),
    ],
)
def test_a_file_that_is_no_record_is_said(tmp_path, text, message):
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        read_record(path)


def test_the_command_says_what_is_wrong_with_a_record(tmp_path, content):
    result = CliRunner().invoke(app, ["reproduce", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "No such file or directory; name a file that `--record` wrote" in result.stderr
    path = tmp_path / "record.json"
    path.write_text(json.dumps(content | {"theorems": [in_json(content, "MY.1")]}))
    result = CliRunner().invoke(app, ["reproduce", str(path)])
    assert result.exit_code == 1
    assert result.stdout.startswith("MY.1  missing  (proved)")
