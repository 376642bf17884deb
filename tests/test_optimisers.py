"""The optimisers of optax: all of them are found, each is called as it wants to be, and verdicts tell breaks from rounding."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from proofs.optimiser_runs import Outcome
from proofs.optimiser_survey import OptimiserFinding, add_trials, is_elementwise, survey_one
from proofs.optimiser_table import table
from symmetry.engine.measure import trials
from symmetry.optimisers import WAYS, Way, in_float64, made, optimisers, trained
from symmetry.yardstick import FACTOR, black_boxes


def test_optimisers_are_found_and_their_parts_are_not():
    found = optimisers()
    assert len(found) >= 50
    assert {"optax.sgd", "optax.lbfgs", "optax.lookahead", "optax.contrib.sam", "optax.contrib.galore"} <= set(found)
    for part in ("optax.chain", "optax.scale_by_adam", "optax.clip", "optax.ema", "optax.cosine_decay_schedule"):
        assert part not in found


def test_required_parameters_are_given_by_what_their_names_end_in():
    def make(learning_rate, base_optimizer, freeze_mask, noise_multiplier, momentum=None, eps=1e-8):
        assert (learning_rate, freeze_mask, noise_multiplier, momentum, eps) == (1 / 16, False, 0.5, 0.5, 1e-8)
        return base_optimizer

    assert isinstance(made(make), optax.GradientTransformationExtraArgs)


@pytest.mark.usefixtures("exact")
def test_an_optimiser_whose_rate_is_optional_gets_one_unless_it_searches_along_a_line():
    """Without a rate adadelta would go up the gradient."""
    for name in ("optax.adadelta", "optax.sgd"):
        after, _ = trained(made(optimisers()[name]), Way(), jnp.array([1.0]), jnp.ones(1), lambda at, _: (at, {}))
        assert after.ravel()[0] < 1

    def make(learning_rate=None, linesearch=None):
        assert learning_rate is None
        return optax.sgd(0.5)

    made(make)


@pytest.mark.usefixtures("exact")
def test_training_returns_every_step_and_its_gradient():
    after, gradients = trained(optax.sgd(0.5), Way(), jnp.array([1.0]), jnp.arange(3.0), lambda at, n: (at * n, {}))
    assert after.ravel().tolist() == [1.0, 0.5, 0.0]
    assert gradients.ravel().tolist() == [0.0, 1.0, 1.0]


@pytest.mark.usefixtures("exact")
def test_an_update_of_another_shape_is_named():
    summed = optax.stateless(lambda updates, _: jax.tree.map(lambda leaf: leaf.sum(0), updates))
    with pytest.raises(ValueError, match=r"the update has shape \(3,\), but its parameter has \(2, 3\)"):
        trained(summed, Way(), jnp.ones((2, 3)), jnp.arange(2.0), lambda at, _: (at, {}))


@pytest.mark.usefixtures("exact")
def test_float32_is_float64_meanwhile_in_optax_only():
    from optax._src import transform

    with in_float64():
        assert transform.jnp.zeros(2, transform.jnp.float32).dtype == jnp.float64
        assert jnp.zeros(2, jnp.float32).dtype == jnp.float32
    assert transform.jnp is jnp


@pytest.mark.parametrize(
    ("name", "elementwise", "commutes", "ties"),
    [
        ("optax.adam", True, "yes", "yes"),
        ("optax.lookahead", True, "yes", "yes"),
        ("optax.lamb", False, "yes", "yes"),
        ("optax.lbfgs", False, "yes", "yes"),
        ("optax.noisy_sgd", False, "no", "no"),
        ("optax.contrib.dpsgd", False, "no", "no"),
        ("optax.contrib.sophia", False, "no", "no"),
        ("optax.contrib.galore", False, "rounding", "no"),
    ],
)
def test_the_verdicts_are_those_that_the_algorithms_imply(name, elementwise, commutes, ties):
    found = survey_one(name, 0)
    assert (found.verdict("commutes"), found.verdict("ties")) == (commutes, ties)
    assert is_elementwise(name, 0) == elementwise


def outcome(excess: float, apart: float) -> Outcome:
    return Outcome(np.array([excess]), np.array([False]), np.array([apart]), np.ones(1), np.array([[1.0, 2.0]]))


@pytest.mark.parametrize(("wide", "verdict"), [(1e-9, "rounding"), (1e-3, "no"), (1e-5, "no"), (1e-7, "rounding")])
def test_a_gap_that_shrinks_with_the_roundoff_is_rounding(wide, verdict):
    found = OptimiserFinding(
        outcomes={"ties": outcome(9.0, 1e-3)}, narrow={"ties": outcome(9.0, 1e-2)}, wide={"ties": outcome(9.0, wide)}
    )
    assert found.verdict("ties") == verdict


def test_an_optimiser_that_does_not_run_gives_its_reason(monkeypatch):
    def make(learning_rate):
        raise RuntimeError("no such thing")

    monkeypatch.setattr("proofs.optimiser_survey.optimisers", lambda: {"mine": make})
    monkeypatch.setattr("proofs.optimiser_table.survey", lambda seed: {"mine": survey_one("mine", seed)})
    assert survey_one("mine", 0).reason == "RuntimeError: no such thing"
    assert not is_elementwise("mine", 0)
    assert "mine was not run: RuntimeError: no such thing" in table().notes


def test_trials_count_networks_and_fail_where_a_claim_does():
    counted = trials("PERM.6", "float64", 100, 0)
    add_trials(counted, "commutes", ["optax.adam"])
    assert counted.networks == counted.count == 256
    assert not counted.violation
    add_trials(counted, "commutes", ["optax.noisy_sgd"])
    assert "optax.noisy_sgd commutes" in counted.violation
    with pytest.raises(ValueError, match="no optimiser was found that commutes could be claimed of"):
        add_trials(counted, "commutes", [])


@pytest.mark.usefixtures("exact")
def test_stacked_black_boxes_are_array_wide_and_called_once():
    calls = []

    def double(stack):
        calls.append(stack.shape)
        return stack * 2

    ball = black_boxes(double, jnp.array([[1.0, 4.0], [8.0, 2.0]]))
    assert calls == [(6, 2)]
    assert ball.center.tolist() == [[2.0, 8.0], [16.0, 4.0]]
    epsilon = float(jnp.finfo(float).eps)
    assert ball.radius.tolist() == [[FACTOR * epsilon * 8] * 2, [FACTOR * epsilon * 16] * 2]


def test_the_first_way_needs_nothing_besides_the_gradient():
    assert WAYS[0] == Way((), False, False)
