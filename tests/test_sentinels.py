"""What a run plants to audit itself: all of it is rejected, for its own reason, and nothing that is right."""

import numpy as np
import pytest

from symmetry.cases import Scalar
from symmetry.engine.sentinels import FEWEST, Planted
from symmetry.engine.tally import Tally
from symmetry.evidence import false_derivations as false
from symmetry.evidence.kinds import KINDS
from symmetry.evidence.planted import ID, audit, evidence_of, false_of_trials, false_theorem, rejected
from symmetry.numbers.ball.source import RandomFloats


def test_whatever_is_planted_is_rejected():
    sentinels = audit(KINDS, set(KINDS) - {"formal"})
    assert not [each.name for each in sentinels if not each.rejected]
    assert {each.kind for each in sentinels} == {*KINDS, "verdict"} - {"formal"}


@pytest.mark.parametrize(
    ("law", "derivation", "reason"),
    [
        (false.law, false.a_false_step, "step 2 (False.)"),
        (false.law, false.a_false_last_step, "step 2 (The sides of the law.)"),
        (false.law, false.a_false_run, "step 1 (Wrong at the end.)"),
        (false.false_law, false.no_fault, "the left side of the law"),
        (false.law, false.a_part_of_the_law, "no step ends in what the law claims of [1]"),
    ],
)
def test_a_false_derivation_fails_for_its_own_reason(law, derivation, reason):
    line = evidence_of(false_theorem("derived", law, derivation=derivation), "derived")
    assert line.outcome == "failed"
    assert reason in (line.reason or "")


def test_what_is_right_passes():
    assert evidence_of(false_theorem("derived", false.law, derivation=false.no_fault), "derived").outcome == "passed"
    trials = false_of_trials("sampled", lambda trials: trials.add("", np.zeros(10)))
    assert evidence_of(trials, "sampled-float64").outcome == "passed"


def test_a_law_that_fails_whatever_is_planted_is_no_sentinel():
    def law(number):
        return number, number + 1

    with pytest.raises(TypeError, match=f"{ID}: parameter 'number' has no type"):
        rejected(false_theorem("identity", law), "identity")


def test_an_audit_that_raises_has_not_rejected_what_raised():
    class Raising(KINDS["identity"]):
        @classmethod
        def sentinels(cls):
            return {"a division": lambda: 1 / 0 > 0}

    assert [each.rejected for each in audit({"identity": Raising}, {"identity"}) if each.kind == "identity"] == [False]


def planted_and_counted(kept: int) -> tuple[Planted, Tally]:
    """A call of 16 networks, and a tally of just what was planted in it."""
    planted = Planted(np.dtype("float64"), kept)
    planted.sides(RandomFloats((0,), 16), 16, kept, adversarial=False, is_last=True)
    tally = Tally(tried=kept, networks=kept - planted.twice, broken=planted.count, vacuous=planted.blind)
    tally.vacuous_leaves = 5 * planted.blind
    tally.violation = object()  # type: ignore[assignment]
    return planted, tally


@pytest.mark.parametrize("kept", [1, FEWEST - 1, FEWEST, 16])
def test_what_was_planted_is_what_must_be_counted(kept):
    planted, tally = planted_and_counted(kept)
    assert planted.unnoticed(tally) == ""
    assert planted.count == (4 if kept >= FEWEST else 1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"error": "an error"}, "raised an error"),
        ({"tried": 15}, "15 of 16 networks of its kernel were compared"),
        ({"networks": 16}, "0 networks of its kernel were said to be drawn twice, and 1 were"),
        ({"broken": 3}, "3 of 4 planted differences"),
        ({"violation": None}, "4 of 4 planted differences"),
        ({"vacuous": 0}, "0 of 1 networks that could not fail"),
        ({"vacuous_leaves": 4}, "1 of 1 networks that could not fail"),
    ],
)
def test_a_kernel_that_counts_anything_else_is_void(changed, message):
    planted, tally = planted_and_counted(16)
    for name, value in changed.items():
        setattr(tally, name, value)
    assert message in planted.unnoticed(tally)


def test_a_law_of_one_number_is_void_where_its_kernel_is(monkeypatch):
    def law(number: Scalar):
        return number, 1 * number

    floats = {"systems": frozenset({"balls"}), "architectures": None}
    monkeypatch.setattr(Planted, "unnoticed", lambda planted, tally: "nothing was seen")
    line = evidence_of(false_theorem("sampled", law, **floats), "sampled-float64")
    assert (line.outcome, line.reason) == ("failed", "void: nothing was seen")
