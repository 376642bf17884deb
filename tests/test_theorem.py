"""Theorems, verdicts and the record: the words mean what they say."""

import importlib
import json
import math
from typing import Any

import numpy as np
import pytest

from symmetry.actions import UnitPermutation
from symmetry.architecture import Architecture
from symmetry.display.statement import shown
from symmetry.engine.measure import Trials, trials
from symmetry.evidence.finding import Finding, Heading, exit_status
from symmetry.evidence.kinds.control import Control, slug
from symmetry.evidence.kinds.identity import Identity
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.record import Record, RecordedStatement, read_record
from symmetry.evidence.session import Session, items_of
from symmetry.network import Batch, Network, forward
from symmetry.statements.ids import UnknownId
from symmetry.statements.registry import import_file, select
from symmetry.statements.theorem import BlackBoxes, Measurements, OtherPrograms, theorem


@pytest.fixture
def registry(monkeypatch):
    """An empty registry, so that the theorems of a test stay its own."""
    monkeypatch.setattr(importlib.import_module("symmetry.statements.registry"), "REGISTRY", {})


def same_output(network: Network, batch: Batch):
    return forward(network, batch.x), forward(network, batch.x)


def permuted_output(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)


def doubled_output(network: Network, batch: Batch):
    return forward(network, batch.x) * 2, forward(network, batch.x)


def made(**changes):
    fields = {"title": "A title", "statement": "a = a", "hypotheses": "none", "controls": {"doubled": doubled_output}}
    return theorem("MY.1", **(fields | changes))(same_output)


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("id", ["perm.1", "PERM", "PERM.0", "PERM.01", "PERM 1"])
def test_a_malformed_id_is_named(id):
    with pytest.raises(ValueError, match=r"is malformed; expected capitals, a dot and a number, such as 'PERM.1'"):
        theorem(id, title="", statement="", hypotheses="")


@pytest.mark.usefixtures("registry")
def test_an_id_used_twice_is_named():
    made()
    with pytest.raises(ValueError, match=r"MY\.1 is defined twice"):
        theorem("MY.1", title="", statement="", hypotheses="")(doubled_output)


@pytest.mark.usefixtures("registry")
def test_unknown_kinds_and_systems_are_named():
    with pytest.raises(ValueError, match=r"unknown evidence \['guessed'\]"):
        made(evidence=("guessed",))
    with pytest.raises(ValueError, match=r"unknown systems \['quaternions'\]"):
        made(systems=("quaternions",))


def test_an_id_selects_exactly():
    known = {"PERM.1": 1, "PERM.10": 2, "TIE.1": 3}
    assert select(["PERM.1"], known) == [1]
    assert select(["PERM"], known) == [1, 2]
    assert select([], known) == [1, 2, 3]
    with pytest.raises(UnknownId, match=r"no theorem or chapter 'PERM.2'; the chapters are PERM, TIE"):
        select(["PERM.2"], known)


@pytest.mark.usefixtures("registry")
def test_a_true_law_with_a_control_is_checked():
    (finding,) = Session([made()], networks=64).findings()
    assert finding.verdict == "checked"
    assert [line.outcome for line in finding.evidence] == ["passed"] * 6
    (control,) = finding.of_kind(Control)
    assert (control.name, control.caught, control.by) == ("doubled", True, ("identity", "sampled"))


@pytest.mark.usefixtures("registry")
def test_a_theorem_without_a_control_is_incomplete_and_the_run_exits_1():
    (finding,) = Session([made(controls={})], networks=64).findings()
    assert finding.verdict == "incomplete"
    assert exit_status([finding]) == 1


@pytest.mark.usefixtures("registry")
def test_a_control_that_the_check_accepts_fails():
    (finding,) = Session([made(controls={"nothing broken": same_output})], networks=64).findings()
    assert finding.verdict == "failed"
    assert finding.of_kind(Control)[0].reason == "identity: its sides agreed; sampled: its sides agreed"


@pytest.mark.usefixtures("registry")
def test_an_excluded_system_is_not_run_and_says_so():
    (finding,) = Session([made(systems=("balls",))], networks=64).findings()
    assert finding.verdict == "not run"
    assert finding.reasons == ["identity: excluded: the law does not speak in exact numbers"]
    assert exit_status([finding]) == 0


@pytest.mark.usefixtures("registry")
def test_a_law_that_raises_fails_and_says_what_it_raised():
    def raising(network: Network, batch: Batch):
        raise ArithmeticError("no such luck")

    broken = theorem("MY.2", title="", statement="", hypotheses="", controls={"doubled": doubled_output})(raising)
    (finding,) = Session([broken], networks=64).findings()
    assert finding.verdict == "failed"
    sampled = finding.of_kind(Sampled)[0]
    line = raising.__code__.co_firstlineno + 1
    assert sampled.reason == f"the law raised ArithmeticError: no such luck (test_theorem.py, line {line}, in raising)"
    assert sampled.counterexample == "1-1-1/1:"


@pytest.mark.usefixtures("registry")
def test_the_same_seed_gives_the_same_evidence_and_another_seed_another():
    def evidence(seed):
        return [line.to_json() for line in next(Session([made()], networks=64, seed=seed).findings()).evidence]

    assert evidence(0) == evidence(0)


@pytest.mark.usefixtures("registry")
def test_the_order_in_which_theorems_are_given_changes_no_evidence():
    small: dict[str, Any] = {
        "architectures": (Architecture((2, 3, 2)),),
        "dtypes": ("float32",),
        "evidence": ("sampled",),
    }
    words: dict[str, Any] = {"title": "", "statement": "", "hypotheses": "", "controls": {"doubled": doubled_output}}
    ones = [theorem(id, **words, **small)(permuted_output) for id in ("MY.2", "MY.10")]

    def evidence(theorems):
        found = map(RecordedStatement.of, Session(theorems, networks=64).findings())
        return {each.id: each.to_json() for each in found}

    assert evidence(ones) == evidence(ones[::-1])


@pytest.mark.usefixtures("registry")
def test_budgets_and_seeds_are_checked():
    with pytest.raises(ValueError, match="the number of networks is 0; it must be at least 1"):
        Session([made()], networks=0)
    with pytest.raises(ValueError, match="the seed is -1"):
        Session([made()], seed=-1)
    with pytest.raises(ValueError, match=r"MY\.1 has no item 'guessed'; it has identity, sampled-float64"):
        Session([made()]).gather(made(), "guessed")


@pytest.mark.usefixtures("registry")
def test_items_are_the_lines_of_evidence():
    assert items_of(made()) == [
        "identity",
        "sampled-float64",
        "sampled-float32",
        "sampled-bfloat16",
        "sampled-float16",
        "control-doubled",
    ]
    assert slug("a^l for a^(l-1)") == "a-l-for-a-l-1"


def scaled_output(network: Network, batch: Batch, *, factor: int = 1):
    return forward(network, batch.x) * factor, forward(network, batch.x)


@pytest.mark.usefixtures("registry")
def test_a_control_may_turn_a_knob_of_the_law():
    turned = theorem("MY.4", title="", statement="", hypotheses="", controls={"factor 2": dict(factor=2)})(
        scaled_output
    )
    (finding,) = Session([turned], networks=64).findings()
    assert finding.verdict == "checked"
    assert turned.knobs == {"factor 2": "factor = 2"}
    assert "  - factor 2: factor = 2\n" in shown(turned, 80)
    with pytest.raises(ValueError, match=r"MY\.5, 'f': the law has no knob 'fctor'; its keyword-only"):
        theorem("MY.5", title="", statement="", hypotheses="", controls={"f": dict(fctor=2)})(scaled_output)


@pytest.mark.usefixtures("registry")
def test_the_digest_changes_with_the_statement():
    assert made().digest != made(statement="b = b").digest


def test_a_record_holds_no_infinities_and_is_written_whole(tmp_path):
    heading = Heading("MY.1", "title", "a = a", "0" * 64, ("identity",), 0)
    line = Identity(outcome="passed", log2_failure=-math.inf, architectures=((1, 2),), points=16)
    path = tmp_path / "record.json"
    written = Record.of([Finding(heading, [line])], networks=10, seed=3)
    written.write(path)
    assert read_record(path) == written
    content = json.loads(path.read_text())
    assert content["schema"] == 2
    assert content["seed"] == 3
    assert content["theorems"][0]["evidence"][0]["log2_failure"] is None
    assert content["theorems"][0]["verdict"] == "incomplete"
    assert set(content["environment"]) >= {
        "python",
        "jax",
        "numpy",
        "sympy",
        "hypothesis",
        "platform",
        "device",
        "commit",
    }
    assert [each.name for each in tmp_path.iterdir()] == ["record.json"]


def test_a_record_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match=r"cannot write .*; name a file in one that exists"):
        Record.of([], networks=10, seed=3).write(tmp_path / "missing" / "record.json")


def claimed(excess: float) -> BlackBoxes:
    def law(measured: Trials) -> None:
        measured.add("a black box", np.array([excess]))

    def broken(measured: Trials) -> None:
        measured.add("a broken box", np.array([2.0]))

    return BlackBoxes(law, {"doubled": broken})


@pytest.mark.usefixtures("registry")
def test_black_boxes_are_a_part_of_sampled_evidence():
    (finding,) = Session([made(black_boxes=claimed(0.5), dtypes=("float64",))], networks=64).findings()
    assert finding.verdict == "checked"
    (sampled,) = finding.of_kind(Sampled)
    assert (sampled.black_boxes, sampled.worst) == (1, 0.5)
    (finding,) = Session([made(black_boxes=claimed(2.0), dtypes=("float64",))], networks=64).findings()
    assert finding.verdict == "failed"
    assert "a black box: trial 0 is off by 2 times what is stated" in finding.of_kind(Sampled)[0].explanation


@pytest.mark.usefixtures("registry")
def test_a_control_must_break_the_black_boxes_too():
    agreeing = BlackBoxes(lambda measured: measured.add("a", np.zeros(1)), {"doubled": lambda measured: None})
    (finding,) = Session([made(black_boxes=agreeing, dtypes=("float64",))], networks=64).findings()
    assert "the black boxes agreed" in finding.of_kind(Control)[0].explanation
    with pytest.raises(ValueError, match=r"MY\.1: its black boxes have controls \[\]; name \['doubled'\]"):
        made(black_boxes=BlackBoxes(lambda measured: None, {}))


def output_by(network: Network, batch: Batch, *, run=forward, factor: int = 1):
    return run(network, batch.x) * factor, forward(network, batch.x)


def by_programs(**programs):
    """A theorem whose law is run by these programs besides."""
    fields = {"title": "A title", "statement": "a = a", "hypotheses": "none", "controls": {"doubled": dict(factor=2)}}
    others = OtherPrograms("run", programs)
    return theorem("MY.1", **fields, dtypes=("float64",), black_boxes=others)(output_by)


def nothing(network: Network, x):
    return forward(network, x) * 0


@pytest.mark.usefixtures("registry")
def test_a_law_is_run_by_other_programs_too():
    (finding,) = Session([by_programs(again=forward, once_more=forward)], networks=64).findings()
    assert finding.verdict == "checked"
    assert finding.of_kind(Sampled)[0].black_boxes == 64
    (finding,) = Session([by_programs(again=forward, other=nothing)], networks=64).findings()
    assert finding.verdict == "failed"
    assert "other, the value: trial 0 is off by" in finding.of_kind(Sampled)[0].explanation


def half(network: Network, x):
    return forward(network, x) / 2


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(("other", "found"), [(forward, ["again", "other"]), (half, [])])
def test_a_control_is_rejected_only_if_it_is_by_each_program(other, found):
    boxes: Any = by_programs(again=forward, other=other).black_boxes
    measured = trials("MY.1", np.dtype("float64"), 64, 0)
    boxes.controls["doubled"](measured)
    named = [part.partition(",")[0] for part in measured.violation.split("; ")] if measured.violation else []
    assert named == found


@pytest.mark.usefixtures("registry")
def test_black_boxes_without_a_program_are_named():
    with pytest.raises(ValueError, match=r"MY\.1: its black boxes have no program; name the code that is to run"):
        by_programs()


@pytest.mark.usefixtures("registry")
def test_a_table_is_shown_beside_its_theorem():
    table = Measurements(("box", "verdict"), [("a", "yes")], "What was measured.", ["A note."])
    text = shown(made(table=lambda: table), 80)
    assert "Measured now\n  What was measured.\n\n  box  verdict\n  a    yes\n\n  A note.\n" in text


def test_a_file_that_cannot_be_imported_is_said(tmp_path):
    broken = tmp_path / "test_broken.py"
    broken.write_text("raise ArithmeticError('no such luck')")
    with pytest.raises(
        ValueError,
        match=r"test_broken.py cannot be imported: ArithmeticError: no such luck \(test_broken.py, line 1\)\.",
    ):
        import_file(broken)
    with pytest.raises(ValueError, match=r"none.py is no Python file; name the one that defines your theorem"):
        import_file(tmp_path / "none.py")
