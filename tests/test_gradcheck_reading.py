"""A student's network is read as ours from its loss alone, and not read where it is another."""

import jax
import numpy as np
import pytest
from examples import column_network, forward_backward_cache, two_layer_classifier
from examples.layers import bias_column

from symmetry.gradcheck.gradient import gradient_of
from symmetry.gradcheck.parameters import arrays_of
from symmetry.gradcheck.reading import AGREEMENT, read
from symmetry.gradcheck.student import Point, Student
from symmetry.network import backprop


def reading_of(loss, params, x, y):
    student = Student(loss, lambda *_: None, params, in_jax=False)
    return read(student, Point(arrays_of(params), x, y))


def agree(one, other) -> bool:
    """Within what a reading itself is found to."""
    return bool(np.max(np.abs(one - other)) <= AGREEMENT * np.max(np.abs(other)))


@pytest.mark.parametrize(
    ("module", "hidden", "output", "loss", "scale"),
    [
        (two_layer_classifier, "relu", "identity", "softmax_cross_entropy", 1 / 6),
        (column_network, "sigmoid", "sigmoid", "half_squared_error", 1),
        (forward_backward_cache, "tanh", "identity", "sigmoid_binary_cross_entropy", 1 / 6),
    ],
)
def test_activations_loss_and_scale_are_found_without_names(module, hidden, output, loss, scale):
    params, x, y = module.draw(0)
    reading = reading_of(module.loss, params, x, y)
    assert reading is not None
    assert (reading.hidden, reading.output, reading.loss.name) == (hidden, output, loss)
    assert agree(reading.scale, scale)
    assert reading.penalty == 0
    arrays = arrays_of(params)
    with jax.enable_x64(True):
        ours = reading.gradient(backprop(reading.network(arrays), reading.batch()).layers, arrays)
    theirs = gradient_of(module.grads(params, x, y), arrays, np.asarray)
    assert all(agree(ours[path], theirs[path]) for path in arrays)


def test_a_penalty_is_found_with_its_factor_and_the_arrays_that_it_weighs():
    params, x, y = two_layer_classifier.draw(0)

    def penalised(params, x, y):
        return two_layer_classifier.loss(params, x, y) + 0.375 * sum((params[name] ** 2).sum() for name in ("W1", "W2"))

    reading = reading_of(penalised, params, x, y)
    assert reading is not None
    assert agree(reading.penalty, 0.375)
    assert reading.penalised == ("W1", "W2")


def test_a_mean_over_all_entries_is_read_as_averaged():
    params, x, y = two_layer_classifier.draw(0)
    targets = np.eye(3)[y]

    def mean_squared_error(params, x, y):
        return np.mean((np.tanh(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"] - y) ** 2)

    reading = reading_of(mean_squared_error, params, x, targets)
    assert reading is not None
    assert reading.averaged
    assert agree(reading.scale, 2 / targets.size)


@pytest.mark.parametrize("ones", ["first", "last"])
@pytest.mark.parametrize("out_by_in", [False, True])
@pytest.mark.parametrize("given", [False, True], ids=["appended to x", "in x"])
def test_biases_that_are_a_column_of_ones_are_read(ones, out_by_in, given):
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(5, 3)), draw.normal(size=(5, 2))
    params = {"W": draw.normal(size=(4, 4)), "V": draw.normal(size=(5, 2))}
    if out_by_in:
        params = {path: array.T for path, array in params.items()}

    def joined(a):
        return np.hstack([np.ones((5, 1)), a] if ones == "first" else [a, np.ones((5, 1))])

    def squares(params, x, y):
        W, V = (array.T if out_by_in else array for array in params.values())
        return ((joined(np.tanh((x if given else joined(x)) @ W)) @ V - y) ** 2).sum() / 2

    reading = reading_of(squares, params, joined(x) if given else x, y)
    assert reading is not None
    assert reading.layout.ones == (None if given else ones, ones)
    assert (reading.hidden, reading.loss.name) == ("tanh", "half_squared_error")
    arrays = arrays_of(params)
    with jax.enable_x64(True):
        back = reading.layout.arrays(reading.layout.layers(arrays), arrays)
    assert all(agree(back[path], array) for path, array in arrays.items())


def test_a_penalty_that_spares_the_column_of_ones_is_found_and_has_a_gradient():
    params, x, y = bias_column.draw(0)
    reading = reading_of(bias_column.loss, params, x, y)
    assert reading is not None
    assert reading.spared
    assert agree(reading.penalty, bias_column.PENALTY / 2)
    arrays = arrays_of(params)
    with jax.enable_x64(True):
        ours = reading.gradient(backprop(reading.network(arrays), reading.batch()).layers, arrays)
    assert all(agree(ours[path], theirs) for path, theirs in bias_column.grads(params, x, y).items())


def test_a_network_that_is_none_of_ours_is_not_read():
    params, x, y = two_layer_classifier.draw(0)

    def skipping(params, x, y):
        return ((x @ params["W1"] + params["b1"]) ** 4).sum() + (params["W2"] * params["b2"]).sum()

    assert reading_of(skipping, params, x, y) is None
