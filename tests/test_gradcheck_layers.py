"""check_backprop on layers beyond fully connected ones: no false alarm, every planted fault found, and named where known."""

import functools

import numpy as np
import pytest
from examples.layers import LAYERS, bias_column

import symmetry
from symmetry.gradcheck.diagnosis import causes
from symmetry.gradcheck.manners import well_behaved
from symmetry.gradcheck.parameters import arrays_of
from symmetry.gradcheck.reading import read
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.verdict import WrongGradient

FAULTS = {f"{module.__name__.split('.')[-1]}: {name}": (module, name) for module in LAYERS for name in module.FAULTS}
NAMED = [key for key, (module, name) in FAULTS.items() if not module.FAULTS[name].needs_paths]
UNNAMED = [key for key in FAULTS if key not in NAMED]


@functools.cache
def told_of(key: str) -> tuple[bool, str]:
    """Whether the fault is found, and what is said of its causes; the example is left out, which takes a while."""
    module, name = FAULTS[key]
    fault = module.FAULTS[name]
    params, x, y = module.draw(0, np.float64, **fault.sizes)
    arrays = arrays_of(params)
    student, point = Student(fault.loss, fault.grads, params, in_jax=False), Point(arrays, x, y)
    try:
        student = well_behaved(student, point)
    except WrongGradient as refusal:
        return True, str(refusal)
    found = compared(student, point)
    reading = read(student, point.widened()) if module is bias_column else None  # the others are no such networks
    return found.wrong, "\n".join(cause.sentence for cause in causes(found, point.widened(), reading, student))


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("module", LAYERS, ids=lambda module: module.__name__.split(".")[-1])
def test_right_code_raises_no_false_alarm(module, dtype):
    for seed in range(3):
        assert symmetry.check_backprop(module.loss, module.grads, *module.draw(seed, dtype), seed=seed).right


@pytest.mark.parametrize("key", FAULTS)
def test_every_fault_is_found(key):
    found, _ = told_of(key)
    assert found


@pytest.mark.parametrize("key", NAMED)
def test_what_the_arrays_or_the_paths_show_is_named(key):
    _, told = told_of(key)
    module, name = FAULTS[key]
    assert module.FAULTS[name].diagnosis in told


@pytest.mark.parametrize("key", UNNAMED)
@pytest.mark.xfail(
    strict=True,
    reason="the values come from a mask or a mean that stands nowhere in the loss: no change of its paths gives them",
)
def test_what_stands_nowhere_in_the_loss_is_named(key):
    _, told = told_of(key)
    module, name = FAULTS[key]
    assert module.FAULTS[name].diagnosis in told


def test_the_diagonal_of_softmax_alone_is_named_in_a_fully_connected_network():
    draw = np.random.default_rng(0)
    x, y, params = draw.normal(size=(5, 3)), np.eye(3)[draw.integers(0, 3, 5)], {"W": draw.normal(size=(3, 3))}

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(params, x, y):
        return -np.sum(y * np.log(softmax(x @ params["W"]))) / len(y)

    def grads(params, x, y):
        p = softmax(x @ params["W"])
        return {"W": x.T @ (-y / p * p * (1 - p)) / len(y)}

    with pytest.raises(WrongGradient, match=r"the Jacobian of softmax replaced by its diagonal p\(1 - p\)"):
        symmetry.check_backprop(loss, grads, params, x, y)


@pytest.mark.parametrize("key", ["bias_column: slope left out", "batch_norm: beta averaged", "embedding: assigned"])
def test_the_whole_check_says_the_cause_and_shows_an_example(key):
    module, name = FAULTS[key]
    fault = module.FAULTS[name]
    with pytest.raises(WrongGradient) as caught:
        symmetry.check_backprop(fault.loss, fault.grads, *module.draw(0, np.float64))
    assert fault.diagnosis in str(caught.value).split("\n")[1]
    assert caught.value.report.example is not None
