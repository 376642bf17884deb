"""Claims: their verdicts are computed, and stating another makes the run fail."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from proofs import load
from symmetry.evidence.session import Session
from symmetry.statements.claim import QUESTIONS, VERDICTS, Claim, Instance, claim, computed_verdict
from symmetry.statements.theorem import Theorem

KNOWN = load()
CLAIMS = [made for made in KNOWN.values() if isinstance(made, Claim)]

DEAR = ("CLAIM.1", "CLAIM.4", "CLAIM.9", "CLAIM.11", "CLAIM.12", "CLAIM.22")
"""Claims whose instances take seconds; every run decides them by their own items, and they are turned round in the slow tests."""


TRIED = [pytest.param(made, id=made.id, marks=[pytest.mark.slow] if made.id in DEAR else []) for made in CLAIMS]


@pytest.mark.parametrize("made", TRIED)
def test_turning_a_verdict_round_makes_the_run_fail(made):
    assert computed_verdict(made.instances) == made.verdict
    for other in VERDICTS:
        if other == made.verdict:
            continue
        turned = dataclasses.replace(made, verdict=other, condition="the moon is full" if other == "right if" else "")
        object.__setattr__(turned, "instances", made.instances)  # computed once is enough
        (finding,) = Session([turned]).findings()
        assert finding.verdict == "failed", other


@pytest.mark.parametrize("made", TRIED)
def test_the_instances_of_a_claim_fit_into_a_record(made):
    """NumPy's bool is no JSON."""
    assert all(type(instance.holds) is bool for instance in made.instances)


@pytest.mark.parametrize("made", CLAIMS, ids=lambda made: made.id)
def test_a_claim_rests_on_what_exists_and_quotes_little(made):
    assert set(made.follows_from) <= set(KNOWN)
    assert len(made.quoted.split()) <= 6
    assert made.verdict == "cannot be run" or made.id in DEAR or made.instances


@pytest.mark.parametrize("asked", QUESTIONS.values(), ids=lambda asked: asked.id)
def test_every_sentence_of_an_answer_names_what_supports_it(asked):
    for sentence, support in asked.answer:
        assert support, sentence
        assert set(support) <= set(KNOWN), sentence
        for id in support:
            made = KNOWN[id]
            assert isinstance(made, Theorem) or made.verdict != "cannot be run"


def test_what_an_instance_found_is_a_builtin():
    yes: Any = np.float64(1) > 0
    no: Any = np.float64(1) < 0
    found = Instance("", yes, "", no)
    assert (found.holds, found.condition) == (True, False)
    assert type(found.holds) is type(found.condition) is bool


def test_a_mixed_claim_must_hold_just_where_its_condition_is_met():
    assert computed_verdict([Instance("a", True, "", True), Instance("b", False, "", True)]) == "undecided"
    assert computed_verdict([Instance("a", True, "", False), Instance("b", False, "", False)]) == "undecided"
    assert computed_verdict([Instance("a", True, "", True)]) == "undecided"
    assert computed_verdict([]) == "cannot be run"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "CLAIM.x"}, "claim id 'CLAIM.x' is malformed"),
        ({"verdict": "maybe"}, "unknown verdict 'maybe'"),
        ({"verdict": "right if"}, "a condition belongs to the verdict 'right if'"),
        ({"condition": "x = 1"}, "a condition belongs to the verdict 'right if'"),
        ({"quoted": "one two three four five six seven"}, "quotes more than six words"),
    ],
)
def test_a_claim_put_badly_is_told_so(changes, message):
    words = {"id": "CLAIM.999", "thread": "t", "position": "p", "says": "s", "statement": "s", "why": "w"}
    with pytest.raises(ValueError, match=message):
        claim(**({"verdict": "right"} | words | changes))(lambda: [Instance("a", True, "")])
