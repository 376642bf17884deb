"""Refutations: false claims get a small exact counterexample, true ones none."""

import importlib
from typing import Any

import pytest

from symmetry.actions import Rescaling, SignFlips
from symmetry.activation import RELU
from symmetry.cases import HomogeneousNetwork
from symmetry.engine.refute import smallest_counterexample
from symmetry.evidence.kinds.control import Control
from symmetry.evidence.kinds.refuted import Refuted
from symmetry.evidence.kinds.sampled import Sampled
from symmetry.evidence.session import Session
from symmetry.network import Batch, Network, batch_loss, forward
from symmetry.numbers.symbol import Symbol
from symmetry.statements.false_claim import FalseClaim, refuted_claim
from symmetry.statements.theorem import theorem
from symmetry.statements.variant import PassesEmptily


def rescaled(network: HomogeneousNetwork, scales: Rescaling, batch: Batch):
    return forward(scales.act(network), batch.x), forward(network, batch.x)


def rescaled_anything(network: Network, scales: Rescaling, batch: Batch):
    return rescaled(network, scales, batch)


def flipped_anything(network: Network, flips: SignFlips, batch: Batch):
    return batch_loss(flips.act(network), batch), batch_loss(network, batch)


def words() -> Any:
    return {"title": "t", "statement": "s", "hypotheses": "h"}


@pytest.fixture
def registry(monkeypatch):
    """An empty registry, so that the theorems of a test stay its own."""
    monkeypatch.setattr(importlib.import_module("symmetry.statements.registry"), "REGISTRY", {})


def test_a_false_claim_gets_the_smallest_architecture_and_simple_numbers():
    found = smallest_counterexample("MY.1", rescaled_anything)
    assert found is not None
    assert found.architecture is not None
    assert found.architecture.widths == (1, 1, 1)
    assert found.left != found.right
    assert sum(found.buffer) < 20


def test_a_claim_with_a_loss_is_refuted_too():
    assert smallest_counterexample("MY.1", flipped_anything) is not None


def test_a_true_claim_gets_none():
    assert smallest_counterexample("MY.1", rescaled) is None


def test_a_claim_without_parameters_is_one_fixed_case():
    found = smallest_counterexample("MY.1", lambda: (Symbol.of([1]), Symbol.of([2])))
    assert found is not None
    assert (found.left, found.right, found.architecture) == ("[1]", "[2]", None)


@pytest.mark.usefixtures("registry")
def test_a_refuted_claim_names_what_corrects_it():
    with pytest.raises(ValueError, match=r"to be corrected by 'MY\.1', which is no theorem so far"):
        refuted_claim("MY.2", **words(), corrected_by="MY.1")
    true = theorem("MY.1", **words(), controls={"any activation": rescaled_anything})(rescaled)
    false = refuted_claim("MY.2", **words(), corrected_by="MY.1")(rescaled_anything)
    (finding,) = Session([false], networks=8).findings()
    assert finding.verdict == "refuted"
    (claim,) = list(finding.of_kind(Refuted)[0].claims or ())
    assert claim.left != claim.right
    (control,) = finding.of_kind(Control)
    assert (control.name, control.caught, control.by) == ("MY.1 holds", True, ("refuted",))
    assert isinstance(false, FalseClaim)
    assert not isinstance(true, FalseClaim)


@pytest.mark.usefixtures("registry")
def test_a_true_claim_declared_false_fails():
    theorem("MY.1", **words(), controls={"any activation": rescaled_anything})(rescaled)
    false = refuted_claim("MY.2", **words(), corrected_by="MY.1")(rescaled)
    (finding,) = Session([false], networks=8).findings()
    assert finding.verdict == "failed"
    assert "no counterexample was found" in (finding.of_kind(Refuted)[0].reason or "")


@pytest.mark.usefixtures("registry")
def test_a_theorem_may_refute_claims_beside_it():
    def made(refutes):
        return theorem("MY.1", **words(), controls={"any": rescaled_anything}, refutes=refutes, dtypes=("float64",))(
            rescaled
        )

    (finding,) = Session([made({"so does every activation": rescaled_anything})], networks=64).findings()
    assert finding.verdict == "checked"
    (finding,) = Session([made({"so it is": rescaled})], networks=64).findings()
    assert finding.verdict == "failed"


@pytest.mark.usefixtures("registry")
def test_a_missing_package_is_said_and_nothing_is_run():
    needing = theorem("MY.1", **words(), controls={"any": rescaled_anything}, needs=("no_such_package",))(rescaled)
    (finding,) = Session([needing], networks=8).findings()
    assert finding.verdict == "not run"
    assert finding.reasons == ["no_such_package missing; `pip install no_such_package` brings it"]


def nothing_moves(network: Network, batch: Batch):
    still = batch_loss(network, batch) * 0
    return still, still


@pytest.mark.usefixtures("registry")
def test_what_passes_emptily_is_reported_and_can_be_a_control():
    def made(id, law, control):
        return theorem(id, **words(), controls={"c": control}, evidence=("sampled",), dtypes=("float64",))(law)

    (finding,) = Session([made("MY.1", nothing_moves, PassesEmptily(rescaled_relu))], networks=64).findings()
    assert finding.verdict == "failed"
    assert "vacuous" in (finding.of_kind(Sampled)[0].reason or "")
    (finding,) = Session([made("MY.2", rescaled_relu, PassesEmptily(nothing_moves))], networks=64).findings()
    assert finding.verdict == "checked"


def rescaled_relu(network: HomogeneousNetwork, scales: Rescaling, batch: Batch):
    return rescaled(network.with_hidden(RELU), scales, batch)
