"""Black boxes: networks of Flax and Equinox run in the float type asked for, and every one of many is compared."""

import importlib
import importlib.util
import pickle
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from proofs import architectures, attention, experts, recurrence, residual_stream
from proofs.stacks import by_path
from symmetry.engine.measure import CASES_AT_ONCE, trials
from symmetry.engine.work import Work
from symmetry.evidence.session import Session
from symmetry.statements.theorem import theorem

NETWORKS: dict[str, Any] = {
    f"{what} of {name}": network
    for what, networks in {
        "convolutions": architectures.CONVOLUTIONS,
        "cells": recurrence.GATED | recurrence.SIMPLE,
        "attention": attention.attention_under(attention.changing_bases),
        "transformers": residual_stream.transformers_under(residual_stream.relabelling_words),
    }.items()
    for name, network in networks.items()
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.usefixtures("exact")
def test_modules_run_in_the_float_type_asked_for(name, dtype):
    function, before, after = NETWORKS[name](trials("MY.1", jnp.dtype(dtype), 2, 0), 2, "")
    assert jax.eval_shape(jax.vmap(function), after).dtype == dtype
    assert {leaf.dtype for leaf in jax.tree.leaves(before)} <= {np.dtype(dtype), np.dtype(np.int64)}


@pytest.mark.usefixtures("exact")
def test_every_parameter_that_a_feature_or_unit_touches_is_moved():
    """All but what has neither: the biases of queries, keys, values and hidden units."""
    network = residual_stream.transformers_under(residual_stream.permuting_features)["Equinox"]
    _, before, after = network(trials("MY.1", jnp.dtype("float64"), 2, 0), 2, "")
    pairs = zip(by_path(before).items(), by_path(after).values(), strict=True)
    still = {path for (path, old), new in pairs if (old == new).all()}
    projections = {f"attention/{name}_proj/bias" for name in ("query", "key", "value")}
    assert still == {*projections, "reader/bias", "head/bias", "tokens", "targets", "labels"}


@pytest.mark.usefixtures("exact")
def test_a_single_unequal_pair_is_found_in_the_last_chunk():
    count = CASES_AT_ONCE + 10
    one = np.ones((count, 3))
    other = one.copy()
    measured = trials("MY.1", jnp.dtype("float64"), count, 0)
    measured.compare("sines", jnp.sin, one, other)
    assert not measured.violation
    assert measured.networks == count
    other[-1] += 0.5
    measured.compare("sines", jnp.sin, one, other)
    assert measured.violation.startswith(f"sines: trial {count - 1} is off by")


def test_matrices_and_their_inverses_are_exact():
    matrix, inverse = attention.invertible(np.random.default_rng(0), 200)
    assert (matrix @ inverse == np.eye(attention.SIZE)).all()


@pytest.mark.parametrize(
    ("claim", "hypothesis"),
    [
        (attention.bases_change_nothing_with_rotary_embedding, {"rotated": False}),
        (attention.bases_change_nothing_with_a_query_key_norm, {"normed": False}),
        (attention.the_key_bias_changes_nothing_with_rotary_embedding, {"rotated": False}),
    ],
)
def test_without_rotation_or_norm_the_false_claims_hold(claim, hypothesis):
    left, right = claim(**hypothesis)
    assert left.tolist() == right.tolist()


def test_without_the_libraries_the_rows_say_so(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda package: None)
    row = architectures.convolution_channels_permute_with_their_norms
    evidence = Session([row], networks=1).gather(row, "sampled-float64")
    assert evidence.outcome == "not run"
    assert "flax and equinox missing; `pip install flax equinox` brings them" in (evidence.reason or "")


def test_without_the_library_the_rest_of_the_evidence_stands(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda package: None)
    session = Session([experts.experts_permute_with_the_columns_of_their_router], networks=50)
    (finding,) = session.findings()
    assert finding.verdict == "proved"
    lines = {line.item: line for line in finding.evidence}
    assert "on none of the libraries' code, since equinox missing" in lines["sampled-float64"].words({})
    assert "libraries" not in lines["sampled-float32"].words({})


def test_trials_can_be_sent_to_another_process():
    law = experts.experts_permute_with_the_columns_of_their_router
    found = Work([law], networks=20, seed=0).black_boxes(law.id)
    there = pickle.loads(pickle.dumps(found))
    assert {key: each.worst for key, each in there.items()} == {key: each.worst for key, each in found.items()}


def test_a_measured_law_may_refute_a_claim(monkeypatch):
    monkeypatch.setattr(importlib.import_module("symmetry.statements.registry"), "REGISTRY", {})
    claims = {"one is two": attention.the_key_bias_changes_nothing_with_rotary_embedding}
    words: Any = {"title": "t", "statement": "s", "hypotheses": "h"}
    row = theorem("MY.1", **words, refutes=claims, evidence=("sampled",))(_nothing)
    assert Session([row], networks=1).gather(row, "refuted").outcome == "passed"


def _nothing(trials: architectures.Trials) -> None:
    trials.add("nothing", np.zeros(1))
