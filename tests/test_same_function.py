"""Whether two functions of JAX are one: faults of conversions are told from rounding, and harmless refactorings are no fault."""

import json
import re

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.gradcheck.tape import CannotRun
from symmetry.same import Sameness, Verdict, same_function
from symmetry.same.running import ExactSystem, Floats
from tests import harmless_conversions  # noqa: F401  # it adds to the refactorings
from tests.conversion_faults import FAULTS
from tests.harmless_refactorings import REFACTORINGS
from tests.small_models import (
    X,
    conv_bias,
    conv_norm,
    conv_params,
    dense,
    dense_params,
    folded,
    half,
    layer_norm,
    norm_params,
)

SAID_TO_ROUND_MORE = {"bfloat16 sums for float32 ones", "attention computed in bfloat16", "positions in bfloat16"}
"""Faults of precision: in exact arithmetic these are the same function."""


def compared(conversion, **settings) -> Sameness:
    f, params_f, g, params_g, inputs = conversion
    return same_function(f, params_f, g, params_g, *inputs, **{"networks": 5, **settings})


def only_doubles(monkeypatch):
    """As if nothing ran on exact numbers."""

    def refused(*_):
        raise CannotRun("no exact numbers here")

    monkeypatch.setattr(ExactSystem, "run", refused)


def test_there_are_thirty_faults_and_thirty_refactorings():
    assert len(FAULTS) >= 30
    assert len(REFACTORINGS) >= 30


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_conversion_is_told_from_rounding(name):
    report = compared(FAULTS[name]())
    assert report.verdict is (Verdict.COARSER if name in SAID_TO_ROUND_MORE else Verdict.DIFFERENT), str(report)
    assert not report


@pytest.mark.parametrize("name", REFACTORINGS)
def test_a_harmless_refactoring_is_no_fault(name):
    report = compared(REFACTORINGS[name]())
    assert report, str(report)
    assert report.exact
    assert report.floats is not None
    assert report.floats.share <= 1
    assert max(report.floats.strayed) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_in_floats_of_64_bits_the_same_faults_are_told(name, monkeypatch):
    only_doubles(monkeypatch)
    report = compared(FAULTS[name]())
    assert report.verdict is (Verdict.COARSER if name in SAID_TO_ROUND_MORE else Verdict.DIFFERENT), str(report)


@pytest.mark.slow
@pytest.mark.parametrize("name", REFACTORINGS)
def test_in_floats_of_64_bits_a_harmless_refactoring_is_no_fault(name, monkeypatch):
    only_doubles(monkeypatch)
    report = compared(REFACTORINGS[name]())
    assert report, str(report)


def test_what_does_not_run_on_exact_numbers_runs_on_floats_and_that_is_said(monkeypatch):
    only_doubles(monkeypatch)
    same = compared(REFACTORINGS["batched by vmap"]())
    assert same
    assert not same.exact
    assert "equal in floats of 64 bits" in str(same)
    assert "Why not on exact numbers: exact numbers: no exact numbers here." in str(same)
    other = compared(FAULTS["epsilon of a layer norm"]())
    assert other.verdict is Verdict.DIFFERENT


def test_a_primitive_without_a_rule_is_run_by_jax_in_64_bits():
    def one(p, x):
        return jnp.linalg.cholesky(x @ x.T + 8 * jnp.eye(3)) * p

    report = same_function(one, np.float32(2), lambda p, x: p * one(1.0, x), np.float32(2), X[:3], networks=2)
    assert report
    assert not report.exact
    assert "primitive cholesky has no rule on exact numbers" in str(report)
    other = same_function(one, np.float32(2), lambda p, x: one(p, x) + 1e-6, np.float32(2), X[:3], networks=2)
    assert other.verdict is Verdict.DIFFERENT


def test_what_runs_on_no_numbers_cannot_be_told():
    def by_bits(p, x):
        return p * jax.lax.bitcast_convert_type(x, jnp.int32).astype(jnp.float32)

    report = same_function(by_bits, np.float32(1), by_bits, np.float32(1), X, networks=1)
    assert report.verdict is Verdict.UNTOLD
    assert not report
    assert "cannot be told" in str(report)
    assert "Why: exact numbers: " in str(report)


def test_a_small_constant_shows_at_any_size_of_the_inputs():
    """Of inputs that are large, an epsilon moves the results by less than floats of 32 bits hold."""

    def norm(epsilon):
        return lambda p, x: layer_norm(p, x, epsilon)

    p = norm_params()
    x = 1e3 * X
    f, g = norm(1e-5)(p, x), norm(1e-6)(p, x)
    assert float(jnp.abs(f - g).max()) <= 4 * np.finfo(np.float32).eps * float(jnp.abs(f).max())
    report = same_function(norm(1e-5), p, norm(1e-6), p, x, networks=0)
    assert report.verdict is Verdict.DIFFERENT
    assert "its constant is 1e-05 in f and 1e-06 in g" in str(report)


def test_a_failure_shows_a_small_input_and_the_first_value_that_differs():
    report = compared(FAULTS["cap of logits"]())
    assert report.example is not None
    assert report.first is not None
    assert "0 except for" in report.example.inputs[0]
    assert report.example.values[0] != report.example.values[1]
    assert report.first.primitive == "div"
    assert report.first.why == "its constant is 30 in f and 50 in g"
    assert all(re.fullmatch(r"conversion_faults\.py:\d+", line) for line in report.first.lines)


def test_the_first_value_that_differs_is_that_of_the_parameter_that_was_changed():
    p = dense_params()
    report = same_function(dense, p, dense, {**p, "b2": p["b2"].at[3].add(0.5)}, X, networks=0)
    assert report.first is not None
    assert report.first.primitive == "add"
    assert report.first.place[-1] == 3


def test_programs_of_other_structure_name_no_value_that_only_looks_alike():
    report = compared(FAULTS["norm behind the residual"]())
    assert report.verdict is Verdict.DIFFERENT
    assert report.first is None


def test_only_numbers_that_one_side_lacks_may_be_rounded():
    p = conv_params()
    report = compared(REFACTORINGS["folded batch norm"]())
    assert report.verdict is Verdict.ROUNDED
    assert "params_g['kernel']" in report.new
    assert 0 < report.share < 0.25
    permuted = compared(REFACTORINGS["permuted hidden units"]())
    assert permuted.verdict is Verdict.EQUAL
    assert permuted.new == ()
    moved = folded(p)
    moved["kernel"] = moved["kernel"] * (1 + 3e-6)
    off = same_function(conv_norm, p, conv_bias, moved, REFACTORINGS["folded batch norm"]()[4][0], networks=5)
    assert off.verdict is not Verdict.ROUNDED


def test_a_difference_between_rounding_and_a_fault_cannot_be_told():
    p = dense_params()
    unit = np.finfo(np.float32).eps
    near = {**p, "w2": p["w2"] * np.float32(1 + 8 * unit)}
    report = same_function(dense, p, dense, near, X, networks=3)
    assert report.verdict is Verdict.UNTOLD
    assert re.search(r"they differ by [\d.]+ times what one unit in the last place", str(report))
    assert same_function(dense, p, dense, {**p, "w2": p["w2"] * np.float32(1 + unit)}, X, networks=3)


def test_parameters_rounded_to_16_bits_are_the_same_up_to_that():
    p = dense_params()

    def stored(p, x):
        return dense(jax.tree.map(lambda leaf: leaf.astype(jnp.float32), p), x)

    report = same_function(dense, p, stored, half(p), X, networks=3)
    assert report.verdict is Verdict.ROUNDED
    assert report.rounded_to == "bfloat16"
    assert report.share == 0
    off = half(p)
    off["b2"] = off["b2"].at[0].set(1.0)
    assert same_function(dense, p, stored, off, X, networks=3).verdict is Verdict.DIFFERENT


def test_the_report_is_text_json_and_html_and_its_truth_is_the_verdict():
    same = compared(REFACTORINGS["batched by vmap"]())
    text = str(same)
    assert text.startswith("f and g are the same function: equal in exact arithmetic at all of 6 inputs.\n")
    assert "exact numbers of 256 bits" in text
    assert bool(same) is True
    other = compared(FAULTS["scale of attention left out"]())
    assert bool(other) is False
    held = json.loads(json.dumps(other.to_json(), allow_nan=False))
    assert held["same"] is False
    assert held["verdict"] == "different"
    assert held["share"] is None
    html = other._repr_html_()
    assert html.startswith("<p><strong>f and g are different functions")
    assert html.count("<tr>") == html.count("</tr>") == len(other.rows)
    assert "[&#x27;" not in repr(other)


def test_equal_seeds_give_equal_reports():
    make = REFACTORINGS["folded batch norm"]
    assert compared(make(), seed=3) == compared(make(), seed=3)
    assert compared(make(), seed=3) != compared(make(), seed=4)


def test_parameters_that_are_zero_are_said_to_show_nothing():
    p = {**dense_params(), "b2": jnp.zeros(8)}
    report = same_function(dense, p, lambda p, x: dense({**p, "b2": 0.0}, x), p, X, networks=1)
    assert report
    assert "Not seen: what is done with params_f['b2'] and params_g['b2'], which are 0 everywhere." in str(report)


def test_inputs_are_trees_and_whole_numbers_stay_in_the_range_seen():
    table = jnp.arange(12.0).reshape(6, 2)
    batch = {"tokens": jnp.array([[0, 5, 2]]), "mask": jnp.array([[1.0, 1.0, 0.0]]), "keep": jnp.array([True])}

    def mean(p, batch):
        weights = batch["mask"][..., None]
        return jnp.where(batch["keep"], (p[batch["tokens"]] * weights).sum(1) / weights.sum(1), 0.0)

    def by_where(p, batch):
        kept = jnp.where(batch["mask"][..., None] > 0, p[batch["tokens"]], 0.0)
        return jnp.where(batch["keep"], kept.sum(1) / batch["mask"].sum(1)[:, None], 0.0)

    assert same_function(mean, table, by_where, table, batch, networks=6)
    wrong = same_function(mean, table, lambda p, batch: by_where(p + 1, batch), table, batch, networks=6)
    assert wrong.verdict is Verdict.DIFFERENT


def test_outputs_may_be_trees_and_whole_numbers():
    def both(p, x):
        return {"class": jnp.argmax(x @ p, -1), "logits": x @ p}

    p = dense_params()["w1"]
    assert same_function(both, p, both, p, X, networks=2)
    other = same_function(both, p, lambda p, x: {**both(p, x), "class": jnp.argmin(x @ p, -1)}, p, X, networks=2)
    assert other.example is not None
    assert other.example.result.startswith("result['class']")


def test_modules_keep_what_is_no_array():
    module = eqx.nn.MLP(8, 2, 4, 1, activation=jax.nn.tanh, key=jax.random.key(1))
    changed = eqx.tree_at(lambda m: m.activation, module, jax.nn.sigmoid)
    apply = lambda m, x: jax.vmap(m)(x)  # noqa: E731
    assert same_function(apply, module, apply, module, X, networks=1)
    assert not same_function(apply, module, apply, changed, X, networks=1)


def test_a_side_that_strays_from_its_own_exact_results_is_named(monkeypatch):
    """As on devices whose matrix products are less precise than their type."""
    run = Floats.__call__

    def rounding_more(self, inputs):
        results = run(self, inputs)
        return tuple(np.float64(half(r)) for r in results) if self.side.letter == "g" else results

    p = dense_params()
    assert same_function(dense, p, dense, p, X, networks=0)
    monkeypatch.setattr(Floats, "__call__", rounding_more)
    report = same_function(dense, p, dense, p, X, networks=0)
    assert report.verdict is Verdict.COARSER
    assert re.search(r"in floats g is off by [\d.]+ times what its precision explains", str(report))


def test_digits_that_are_cut_off_on_purpose_cannot_be_told_from_rounding():
    def cut(p, x):
        return jax.lax.reduce_precision(p * x, 8, 7)

    assert same_function(cut, np.float32(0.7), cut, np.float32(0.7), X, networks=1)
    report = same_function(lambda p, x: p * x, np.float32(0.7), cut, np.float32(0.7), X, networks=1)
    assert report.verdict is Verdict.UNTOLD
    assert "reduce_precision" in str(report)


def test_results_that_are_finite_on_one_side_only_are_counted():
    report = same_function(lambda p, x: p * x / x, np.float32(2), lambda p, x: p + 0 * x, np.float32(2), X, networks=3)
    assert report
    assert "75 results that are finite on one side only" in str(report)
    given = same_function(
        lambda p, x: p * x / x, np.float32(2), lambda p, x: p + 0 * x, np.float32(2), 0 * X, networks=3
    )
    assert given.verdict is Verdict.UNTOLD
    assert "40 results at the inputs given, finite on one side only" in str(given)


def test_functions_without_inputs_and_in_64_bits_are_compared():
    p = dense_params()["w1"]
    assert same_function(lambda p: p @ p.T, p, lambda p: (p @ p.T).T, p).inputs == 1
    with jax.enable_x64(True):
        wide = np.asarray(p, np.float64)
        assert same_function(lambda p, x: x @ p, wide, lambda p, x: (p.T @ x.T).T, wide, np.asarray(X, np.float64))
        near = same_function(lambda p, x: x @ p, wide, lambda p, x: x @ p + 1e-12, wide, np.asarray(X, np.float64))
        assert near.verdict is Verdict.DIFFERENT
