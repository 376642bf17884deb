"""What your network.py is graded by. Each test is a point; what it prints when it fails tells you where to look."""

import network
import numpy as np

import symmetry

HIDDEN_AXES = {"W1": 1, "b1": 0, "W2": 0}


def draw(dtype: type = np.float64, *, examples=5, inputs=3, hidden=4, outputs=2):
    """Random parameters, inputs and targets; the same ones on every run."""
    rng = np.random.default_rng(0)
    shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, outputs), "b2": (outputs,)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x, y = rng.standard_normal((examples, inputs)), rng.standard_normal((examples, outputs))
    return params, x.astype(dtype), y.astype(dtype)


def test_the_loss_is_half_the_squared_error():
    params = {"W1": np.zeros((1, 2)), "b1": np.zeros(2), "W2": np.zeros((2, 2)), "b2": np.array([0.0, 1.0])}
    x, y = np.array([[1.0], [2.0]]), np.array([[3.0, 1.0], [0.0, 5.0]])
    assert network.loss(params, x, y) == 12.5  # the output is (0, 1) for both: (9 + 0 + 0 + 16) / 2


def test_the_loss_is_that_of_the_reference():
    symmetry.check_backprop(network.loss, network.grads, *draw(), reference="half_squared_error")


def test_the_gradient_is_that_of_the_loss():
    symmetry.check_backprop(network.loss, network.grads, *draw())


def test_hidden_units_are_interchangeable():
    symmetry.check_backprop(network.loss, network.grads, *draw(), hidden=HIDDEN_AXES)


def test_float32_stays_float32_and_is_right():
    params, x, y = draw(np.float32)
    gradient = network.grads(params, x, y)
    for name in params:
        assert gradient[name].dtype == np.float32, f"the gradient of {name} is {gradient[name].dtype}, not float32"
    symmetry.check_backprop(network.loss, network.grads, params, x, y, hidden=HIDDEN_AXES)


def test_a_larger_network_is_right_too():
    params, x, y = draw(examples=16, inputs=12, hidden=20, outputs=5)
    symmetry.check_backprop(network.loss, network.grads, params, x, y, hidden=HIDDEN_AXES)


def test_as_many_outputs_as_hidden_units_are_right_too():
    params, x, y = draw(inputs=4, hidden=4, outputs=4)
    symmetry.check_backprop(network.loss, network.grads, params, x, y, hidden=HIDDEN_AXES)
