"""check_backprop runs code as people write it, and says so where its evidence is weaker."""

import dataclasses
import math

import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special

import symmetry
from symmetry.activation import ACTIVATIONS as ACTIVATIONS_OF_OURS
from symmetry.loss import LOSSES
from symmetry.network import Batch, Layer, backprop, batch_loss, network_of

X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5], [-0.75, 1.0, 0.5], [2.0, -0.5, 0.25]])
Y = np.array([[1.0], [0.0], [0.5], [0.25]])


def drawn(*shapes):
    draw = np.random.default_rng(0)
    return {name: draw.normal(size=shape) for name, shape in zip(("W1", "b1", "W2", "b2"), shapes, strict=False)}


PARAMS = drawn((3, 4), (4,), (4, 1), (1,))


def network(phi):
    """A two-layer network with a given activation, half squared error."""

    def loss(params, x, y):
        h = phi(x @ params["W1"] + params["b1"])
        return ((h @ params["W2"] + params["b2"] - y) ** 2).sum() / 2

    return loss


def gradient(phi, slope):
    def grads(params, x, y):
        z = x @ params["W1"] + params["b1"]
        h = phi(z)
        d = h @ params["W2"] + params["b2"] - y
        back = (d @ params["W2"].T) * slope(z)
        return {"W1": x.T @ back, "b1": back.sum(0), "W2": h.T @ d, "b2": d.sum(0)}

    return grads


ACTIVATIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu by maximum": (lambda z: np.maximum(0, z), lambda z: (z > 0) * 1.0),
    "relu by where": (lambda z: np.where(z > 0, z, 0), lambda z: np.where(z > 0, 1, 0)),
    "relu by product": (lambda z: z * (z > 0), lambda z: (z > 0).astype(int)),
    "leaky relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z: np.where(z > 0, 1, np.exp(z))),
    "clipped": (lambda z: np.clip(z, -1, 1), lambda z: ((z > -1) & (z < 1)) * 1.0),
    "absolute value": (np.abs, np.sign),
    "log(1 + z)": (np.log1p, lambda z: 1 / (1 + z)),
    "logaddexp": (lambda z: np.logaddexp(0, z), lambda z: 1 / (1 + np.exp(-z))),
    "scipy's expit": (scipy.special.expit, lambda z: scipy.special.expit(z) * (1 - scipy.special.expit(z))),
    "scipy's erf": (scipy.special.erf, lambda z: 2 / np.sqrt(np.pi) * np.exp(-z * z)),
    "sine": (np.sin, np.cos),
    "square": (np.square, lambda z: 2 * z),
    "root": (lambda z: np.sqrt(1 + z**2), lambda z: z / np.sqrt(1 + z**2)),
    "power": (lambda z: np.power(z, 3), lambda z: 3 * z**2),
    "arctan": (np.arctan, lambda z: 1 / (1 + z * z)),
    "vectorized": (
        np.vectorize(lambda z: z if z > 0 else 0 * z),
        np.vectorize(lambda z: 1.0 if z > 0 else 0.0),
    ),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_numpy_code_runs_on_exact_numbers_unmodified(name):
    phi, slope = ACTIVATIONS[name]
    params = {**PARAMS, "W1": np.abs(PARAMS["W1"]) / 8, "b1": np.abs(PARAMS["b1"])} if name == "log(1 + z)" else PARAMS
    report = symmetry.check_backprop(network(phi), gradient(phi, slope), params, X, Y)
    assert report.comparison.system.name == "exact numbers"
    # The slope of erf holds a rounded constant, sqrt(pi): below it, formulas agree within rounding, not to 256 bits.
    assert report.comparison.equal == (5 if name == "scipy's erf" else 21)
    with pytest.raises(symmetry.WrongGradient):
        symmetry.check_backprop(network(phi), gradient(phi, lambda z: slope(z) + 1e-9), params, X, Y)


def test_a_loss_that_ends_in_float_is_followed_exactly():
    phi, slope = ACTIVATIONS["tanh"]
    loss = network(phi)
    report = symmetry.check_backprop(lambda params, x, y: float(loss(params, x, y)), gradient(phi, slope), PARAMS, X, Y)
    assert report.comparison.system.name == "exact numbers"


def preallocated_loss(params, x, y):
    total = np.zeros(len(x))
    for n in range(len(x)):
        h = np.zeros(params["W1"].shape[1])
        for j in range(len(h)):
            h[j] = math.tanh(sum(x[n, i] * params["W1"][i, j] for i in range(x.shape[1])) + params["b1"][j])
        total[n] = (float(h @ params["W2"][:, 0]) + float(params["b2"][0]) - y[n, 0]) ** 2 / 2
    return float(total.sum())


def test_code_that_stores_floats_is_checked_by_differences_and_the_report_says_so():
    grads = gradient(*ACTIVATIONS["tanh"])
    report = symmetry.check_backprop(preallocated_loss, grads, PARAMS, X, Y)
    assert report.comparison.system.name == "differences"
    assert "weaker evidence" in str(report)
    assert "Why not by exact numbers: it turns numbers into floats" in str(report)
    with pytest.raises(symmetry.WrongGradient, match="weaker evidence"):
        symmetry.check_backprop(preallocated_loss, gradient(np.tanh, lambda z: 1 - np.tanh(z)), PARAMS, X, Y)


def stored(grads, zeros):
    """The gradient, copied into arrays made before."""

    def filling(params, x, y):
        found = grads(params, x, y)
        filled = {path: zeros(array.shape) for path, array in found.items()}
        for path, array in found.items():
            filled[path][...] = array
        return filled

    return filling


def test_arrays_that_code_allocates_hold_exact_numbers():
    grads = gradient(*ACTIVATIONS["tanh"])
    report = symmetry.check_backprop(network(np.tanh), stored(grads, lambda shape: np.zeros(shape)), PARAMS, X, Y)
    assert report.comparison.equal == 21


def test_a_gradient_that_stores_floats_is_compared_in_floats_with_the_exact_derivative():
    zeros = vars(np)["zeros"]  # a name by which NumPy is not called
    grads = gradient(*ACTIVATIONS["tanh"])
    report = symmetry.check_backprop(network(np.tanh), stored(grads, {"made": zeros}["made"]), PARAMS, X, Y)
    assert report.comparison.system.name == "exact numbers"
    assert not report.comparison.on_balls
    assert 0 < report.comparison.worst < 1
    assert "your gradient on exact numbers: it turns numbers into floats" in str(report)


LARGE = drawn((60, 50), (50,), (50, 1), (1,))
FEW = np.random.default_rng(1).normal(size=(3, 60)) / 8


def test_a_large_network_is_compared_in_every_entry():
    phi, slope = ACTIVATIONS["tanh"]
    report = symmetry.check_backprop(network(phi), gradient(phi, slope), LARGE, FEW, Y[:3])
    assert report.comparison.equal == 3_101


def one_entry(found):
    found["W1"][17, 31] *= 1 + 1e-6


def a_block(found):
    found["W1"][np.ix_([3, 8], [5, 7])] += 1e-6 * np.array([[1, -1], [-1, 1]])


@pytest.fixture
def few_operations(monkeypatch):
    """Large networks are left to floats."""
    monkeypatch.setattr("symmetry.gradcheck.tape.MOST_OPERATIONS", 300)


def test_what_is_too_large_for_exact_numbers_is_compared_along_dense_directions(few_operations):
    phi, slope = ACTIVATIONS["tanh"]
    report = symmetry.check_backprop(network(phi), gradient(phi, slope), LARGE, FEW, Y[:3])
    assert report.comparison.system.name == "complex step"
    assert "every array along dense random directions, 12 in all, and 49 of 3,101 entries alone" in str(report)


@pytest.mark.parametrize("fault", [one_entry, a_block])
def test_a_fault_of_few_entries_in_a_large_array_is_found_and_placed(few_operations, fault):
    phi, slope = ACTIVATIONS["tanh"]
    right = gradient(phi, slope)

    def grads(params, x, y):
        found = right(params, x, y)
        fault(found)
        return found

    with pytest.raises(symmetry.WrongGradient) as caught:
        symmetry.check_backprop(network(phi), grads, LARGE, FEW, Y[:3])
    places = {
        caught.value.report.comparison.places.index(int(p)) for p in caught.value.report.comparison.wrong_in("W1")
    }
    assert places <= {(17, 31), (3, 5), (3, 7), (8, 5), (8, 7)}
    assert places


def test_the_complex_step_is_refused_where_it_would_lose_the_derivative_of_an_absolute_value(few_operations):
    report = symmetry.check_backprop(network(np.abs), gradient(np.abs, np.sign), LARGE, FEW, Y[:3])
    assert report.comparison.system.name == "differences"
    assert any("complex step: its derivative is not what differences" in reason for reason in report.comparison.refused)


def test_jax_code_with_a_python_branch_is_differentiated_forwards():
    def loss(params, x, y):
        value = network(jnp.tanh)(params, x, y)
        return 2 * value if value > 1 else value

    def grads(params, x, y):
        factor = 2 if network(np.tanh)(params, x, y) > 1 else 1
        found = gradient(jnp.tanh, lambda z: 1 - jnp.tanh(z) ** 2)(params, x, y)
        return {path: factor * array for path, array in found.items()}

    params = {path: jnp.asarray(array) for path, array in PARAMS.items()}
    report = symmetry.check_backprop(loss, grads, params, jnp.asarray(X), jnp.asarray(Y))
    assert report.comparison.system.name == "jax.jvp"


class Net:
    """A student's own class: arrays as attributes, beside settings and a cache."""

    def __init__(self):
        self.sizes = [3, 4, 1]
        self.rate = 0.1
        self.layers = [{"W": PARAMS["W1"], "b": PARAMS["b1"]}, {"W": PARAMS["W2"], "b": PARAMS["b2"]}]
        self.cache = None

    def as_dictionary(self):
        (one, two) = self.layers
        return {"W1": one["W"], "b1": one["b"], "W2": two["W"], "b2": two["b"]}

    def __call__(self, x):
        return np.tanh(x @ self.layers[0]["W"] + self.layers[0]["b"])

    def loss(self, x, y):
        self.cache = self(x)
        return network(np.tanh)(self.as_dictionary(), x, y)

    def backward(self, x, y):
        found = gradient(*ACTIVATIONS["tanh"])(self.as_dictionary(), x, y)
        return [found["W1"], found["b1"], found["W2"], found["b2"]]


def test_an_object_with_arrays_as_attributes_is_a_tree_of_parameters():
    net = Net()
    report = symmetry.check_backprop(Net.loss, Net.backward, net, X, Y)
    assert report.entries == 21
    assert net.cache is None
    with pytest.raises(symmetry.WrongGradient, match=r"layers\[0\]\.W"):
        symmetry.check_backprop(Net.loss, lambda net, x, y: [-each for each in net.backward(x, y)], net, X, Y)


def test_a_registered_pytree_is_a_tree_of_parameters():
    def as_dictionary(layers):
        return {"W1": layers[0].weight, "b1": layers[0].bias, "W2": layers[1].weight, "b2": layers[1].bias}

    def loss(layers, x, y):
        return network(np.tanh)(as_dictionary(layers), x, y)

    def grads(layers, x, y):
        found = gradient(*ACTIVATIONS["tanh"])(as_dictionary(layers), x, y)
        return (Layer(found["W1"], found["b1"]), Layer(found["W2"], 2 * found["b2"]))

    layers = (Layer(PARAMS["W1"], PARAMS["b1"]), Layer(PARAMS["W2"], PARAMS["b2"]))
    with pytest.raises(symmetry.WrongGradient, match=r"your \[1\]\.bias is 2 times the derivative of your loss"):
        symmetry.check_backprop(loss, grads, layers, X, Y)


@pytest.mark.parametrize("activation", ACTIVATIONS_OF_OURS, ids=lambda each: each.name)
def test_our_own_backprop_passes_with_every_activation_and_loss(activation):
    for loss in LOSSES:
        draw = np.random.default_rng(0)
        weights, biases = (
            [draw.normal(size=(3, 4)), draw.normal(size=(4, 2))],
            [draw.normal(size=4), draw.normal(size=2)],
        )
        ours = network_of(weights, biases, hidden=activation.name, loss=loss.name)
        report = symmetry.check_backprop(
            lambda layers, x, y, ours=ours: batch_loss(dataclasses.replace(ours, layers=layers), Batch(x, y)),
            lambda layers, x, y, ours=ours: backprop(dataclasses.replace(ours, layers=layers), Batch(x, y)).layers,
            ours.layers,
            jnp.asarray(draw.normal(size=(5, 3))),
            jnp.eye(2)[draw.integers(0, 2, 5)],
        )
        assert report.right
        assert report.entries == 26
