"""check_backprop on assignments as courses give them: no false alarm, and every fault found, named and shown small."""

import jax
import numpy as np
import pytest
from examples import (
    column_network,
    column_network_in_jax,
    forward_backward_cache,
    forward_backward_cache_in_jax,
    two_layer_classifier,
    two_layer_classifier_in_jax,
)

import symmetry
from symmetry.gradcheck.parameters import arrays_of, map_arrays
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student

IN_NUMPY = (two_layer_classifier, column_network, forward_backward_cache)
IN_JAX = (two_layer_classifier_in_jax, column_network_in_jax, forward_backward_cache_in_jax)
SEEDS = [pytest.param(range(25), id="25"), pytest.param(range(25, 1_000), id="975 more", marks=pytest.mark.slow)]
"""Random networks of each course: 1,000 with the slow tests, which run corpora of right code, the first 25 in every run. They
differ in numbers only."""

FAULTS = [(module, fault) for module in (*IN_NUMPY, *IN_JAX) for fault in module.FAULTS.values()]


def name_of(value) -> str:
    return getattr(value, "__name__", getattr(value, "name", str(value))).removeprefix("examples.")


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=name_of)
@pytest.mark.parametrize("module", IN_NUMPY, ids=name_of)
@pytest.mark.parametrize("seeds", SEEDS)
def test_right_code_in_numpy_raises_no_false_alarm(module, dtype, seeds):
    for seed in seeds:
        report = symmetry.check_backprop(module.loss, module.grads, *module.draw(seed, dtype), seed=seed)
        assert report.comparison.equal == report.entries, seed


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=name_of)
@pytest.mark.parametrize("module", IN_JAX, ids=name_of)
@pytest.mark.parametrize("seeds", SEEDS)
def test_right_code_in_jax_raises_no_false_alarm(module, dtype, seeds):
    with jax.enable_x64(dtype == np.float64):
        for seed in seeds:
            report = symmetry.check_backprop(module.loss, module.grads, *module.draw(seed, dtype), seed=seed)
            assert report.comparison.equal == report.entries, seed


@pytest.mark.parametrize("scale", [1e-6, 12, 40])
@pytest.mark.parametrize("module", [*IN_NUMPY, *IN_JAX], ids=name_of)
def test_right_code_raises_no_false_alarm_where_units_saturate_or_predictions_cancel(module, scale):
    checked = 0
    for dtype in (np.float64, np.float32):
        with jax.enable_x64(dtype == np.float64), np.errstate(all="ignore"):
            for seed in range(20):
                params, x, y = module.draw(seed, dtype)
                params = map_arrays(lambda _, array: (array * scale).astype(array.dtype), params)
                if np.isfinite(float(module.loss(params, x, y))):
                    symmetry.check_backprop(module.loss, module.grads, params, x, y, seed=seed)
                    checked += 1
    # At large weights the cross-entropy of classes that are ruled out is infinite, as these courses write it.
    if scale < 1 or module in (column_network, column_network_in_jax):
        assert checked == 40


@pytest.mark.parametrize(("module", "fault"), FAULTS, ids=name_of)
def test_every_fault_is_found_named_and_shown_on_a_small_network(module, fault):
    with pytest.raises(symmetry.WrongGradient) as caught:
        symmetry.check_backprop(fault.loss, fault.grads, *module.draw(0, np.float64, **fault.sizes))
    told, report = str(caught.value), caught.value.report
    assert fault.diagnosis in told
    if report is not None:
        assert report.causes, told
        assert report.example.resized
        # One module's code multiplies by the first layer's weights too, so that these stay square, 2 by 2.
        square = module is column_network_in_jax and fault.sizes
        assert report.example.numbers <= (12 if square else 10), told


@pytest.mark.parametrize(
    "seeds", [range(1, 4), pytest.param(range(4, 21), marks=pytest.mark.slow)], ids=["few", "many"]
)
@pytest.mark.parametrize("module", IN_NUMPY, ids=name_of)
def test_every_fault_is_found_at_many_seeds_in_both_types(module, seeds):
    for fault in module.FAULTS.values():
        for seed in seeds:
            for dtype in (np.float64, np.float32):
                params, x, y = module.draw(seed, dtype, **fault.sizes)
                arrays = arrays_of(params)
                student = Student(fault.loss, fault.grads, params, in_jax=False)
                assert compared(student, Point(arrays, x, y), seed).wrong, (fault.name, seed, dtype)
