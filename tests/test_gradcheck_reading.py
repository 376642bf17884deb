"""A student's network is read as ours from its loss alone, and not read where it is another."""

import numpy as np
import pytest
from examples import column_network, forward_backward_cache, two_layer_classifier

from symmetry.gradcheck.parameters import arrays_of
from symmetry.gradcheck.reading import read
from symmetry.gradcheck.student import Point, Student
from symmetry.network import backprop


def reading_of(loss, params, x, y):
    student = Student(loss, lambda *_: None, params, in_jax=False)
    return read(student, Point(arrays_of(params), x, y))


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
    assert (reading.hidden, reading.output, reading.loss.name) == (hidden, output, loss)
    assert reading.scale == pytest.approx(scale)
    assert reading.penalty == 0
    gradient = reading.gradient(backprop(reading.network(arrays_of(params)), reading.batch()).layers, arrays_of(params))
    theirs = list(arrays_of(module.grads(params, x, y)).values())
    for one, other in zip(gradient.values(), sorted(theirs, key=lambda a: a.shape), strict=True):
        assert one.size
        assert any(np.allclose(one, each) for each in theirs if each.shape == one.shape), other


def test_a_penalty_is_found_with_its_factor_and_the_arrays_that_it_weighs():
    params, x, y = two_layer_classifier.draw(0)

    def penalised(params, x, y):
        return two_layer_classifier.loss(params, x, y) + 0.375 * sum((params[name] ** 2).sum() for name in ("W1", "W2"))

    reading = reading_of(penalised, params, x, y)
    assert reading.penalty == pytest.approx(0.375)
    assert reading.penalised == ("W1", "W2")


def test_a_mean_over_all_entries_is_read_as_averaged():
    params, x, y = two_layer_classifier.draw(0)
    targets = np.eye(3)[y]

    def mean_squared_error(params, x, y):
        return np.mean((np.tanh(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"] - y) ** 2)

    reading = reading_of(mean_squared_error, params, x, targets)
    assert reading.averaged
    assert reading.scale == pytest.approx(2 / targets.size)


def test_a_network_that_is_none_of_ours_is_not_read():
    params, x, y = two_layer_classifier.draw(0)

    def skipping(params, x, y):
        return ((x @ params["W1"] + params["b1"]) ** 4).sum() + (params["W2"] * params["b2"]).sum()

    assert reading_of(skipping, params, x, y) is None
