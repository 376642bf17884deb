"""check_backprop on kinds of code that it once misjudged: each with the verdict that is right."""

import collections
import math
from math import tanh as tanh_by_name
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from examples import logistic

import symmetry
from symmetry.gradcheck.comparison import Outcome

DRAW = np.random.default_rng(0)
X, Y = DRAW.normal(size=(5, 3)), DRAW.normal(size=(5, 2))
P = {"W": DRAW.normal(size=(3, 2))}


def squared(params, x, y):
    return np.sum((x @ params["W"] - y) ** 2) / 2


def slopes(params, x, y):
    return {"W": x.T @ (x @ params["W"] - y)}


def failure(*arguments, kind: type[AssertionError] = symmetry.WrongGradient, **keywords) -> Any:
    with pytest.raises(kind) as caught:
        symmetry.check_backprop(*arguments, **keywords)
    return caught.value


# Numbers that become floats.

TO_FLOAT = {
    "float": float,
    "item of float64": lambda number: np.float64(number).item(),
    "float32": np.float32,
    "array of floats": lambda number: vars(np)["array"]([number], dtype=float)[0],
    "format": lambda number: float(f"{number:.17g}"),
    "round": lambda number: round(number, 12),
}


@pytest.mark.parametrize("name", TO_FLOAT)
def test_a_term_that_loses_its_derivative_on_the_way_to_a_float_is_missed_in_the_gradient(name):
    def loss(params, x, y):
        return squared(params, x, y) + TO_FLOAT[name](0.05 * np.sum(params["W"] ** 2))

    def penalised(params, x, y):
        return {"W": slopes(params, x, y)["W"] + 0.1 * params["W"]}

    wrong = failure(loss, slopes, P, X, Y)
    if name not in ("float32", "round"):  # what these round off is a step too large for differences
        assert "penalty" in str(wrong)
        report = symmetry.check_backprop(loss, penalised, P, X, Y)
        assert report.comparison.system.name != "exact numbers" or report.comparison.equal == 6


def test_a_float_that_the_loss_does_not_depend_on_does_no_harm():
    history = []

    def loss(params, x, y):
        value = squared(params, x, y)
        history.append(float(value))
        assert float(value) < 1e6
        return value

    assert symmetry.check_backprop(loss, slopes, P, X, Y).comparison.equal == 6


@pytest.mark.parametrize("tanh", [math.tanh, tanh_by_name], ids=["math.tanh", "tanh"])
def test_functions_of_math_run_on_exact_numbers(tanh):
    by_name = tanh is tanh_by_name

    def loss(params, x, y):
        out = np.zeros((len(x), 2))
        for n in range(len(x)):
            for j in range(2):
                z = sum(x[n, i] * params["W"][i, j] for i in range(3))
                out[n, j] = (tanh_by_name(z) if by_name else math.tanh(z)) - y[n, j]
        return (out**2).sum() / 2

    def grads(params, x, y):
        h = np.tanh(x @ params["W"])
        return {"W": x.T @ ((h - y) * (1 - h * h))}

    assert symmetry.check_backprop(loss, grads, P, X, Y).comparison.equal == 6


def test_random_numbers_drawn_beside_allocated_arrays_do_no_harm():
    def loss(params, x, y):
        mask = np.random.default_rng(0).random((len(x), 2)) < 0.5
        out = np.empty((len(x), 2))
        out[:] = x @ params["W"] * mask
        return np.sum(out**2)

    def grads(params, x, y):
        mask = np.random.default_rng(0).random((len(x), 2)) < 0.5
        return {"W": 2 * x.T @ (x @ params["W"] * mask)}

    assert symmetry.check_backprop(loss, grads, P, X, Y).comparison.equal == 6


# JAX by what it computes.


@jax.custom_jvp
def softplus(z):
    return jnp.log1p(jnp.exp(z))


@softplus.defjvp
def _wrong_rule(primals, tangents):
    return softplus(primals[0]), jax.nn.sigmoid(-primals[0]) * tangents[0]


def with_a_wrong_rule(params, x, y):
    return jnp.sum((softplus(x @ params["W"]) - y) ** 2)


def with_a_stopped_gradient(params, x, y):
    z = x @ params["W"]
    return jnp.sum(jax.lax.stop_gradient(z) * z)


@pytest.mark.parametrize("loss", [with_a_wrong_rule, with_a_stopped_gradient])
def test_rules_of_jax_are_no_part_of_what_a_loss_computes(loss):
    params = {"W": jnp.asarray(P["W"])}
    assert failure(loss, jax.grad(loss), params, jnp.asarray(X), jnp.asarray(Y)).report.comparison.system.name == (
        "exact numbers"
    )


def test_jax_code_that_branches_on_values_does_not_trust_a_wrong_rule_either():
    def loss(params, x, y):
        value = with_a_wrong_rule(params, x, y)
        return value if value > 0 else -value

    found = failure(loss, jax.grad(loss), {"W": jnp.asarray(P["W"])}, jnp.asarray(X), jnp.asarray(Y))
    assert found.report.comparison.system.name == "differences"


# Rounding.


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("module", [np, jnp], ids=["NumPy", "JAX"])
@pytest.mark.parametrize(
    ("hidden", "seeds", "scale"),
    [(6, 48, 1), (6, 20, 3), (120, 5, 1), pytest.param(6, 480, 1, marks=pytest.mark.slow)],
)
def test_naive_cross_entropy_of_saturated_units_raises_no_alarm(hidden, seeds, scale, module, dtype):
    loss, grads = logistic.functions(module)
    checked = 0
    with jax.enable_x64(dtype == np.float64), np.errstate(all="ignore"):
        for seed in range(seeds):
            params, x, y = logistic.draw(seed, hidden, dtype, module, scale)
            if np.isfinite(float(loss(params, x, y))):
                assert symmetry.check_backprop(loss, grads, params, x, y, seed=seed).right
                checked += 1
    assert checked >= seeds * (0.9 if hidden == 6 else 0.4)  # elsewhere it is log(0), in float32


def by_differences(loss, central):
    def grads(params, x, y):
        found, step = {}, 1e-5
        for path, array in params.items():
            found[path] = np.zeros_like(array)
            for index in np.ndindex(array.shape):
                values = []
                for sign in (1, -1) if central else (1, 0):
                    moved = {name: each.copy() for name, each in params.items()}
                    moved[path][index] += sign * step
                    values.append(loss(moved, x, y))
                found[path][index] = (values[0] - values[1]) / (2 * step if central else step)
        return found

    return grads


@pytest.mark.parametrize("central", [True, False])
def test_differences_handed_in_for_a_gradient_are_found(central):
    def loss(params, x, y):
        return ((np.tanh(x @ params["W"]) - y) ** 2).mean()

    failure(loss, by_differences(loss, central), P, X, Y)


@pytest.mark.parametrize("factor", [1 / 3, 0.1, 2 / math.sqrt(math.pi)])
def test_a_constant_rounded_in_the_one_formula_and_not_in_the_other_is_no_fault(factor):
    def loss(params, x, y):
        return squared(params, x, y) * factor

    def grads(params, x, y):
        return {"W": (factor * 3 * x).T @ (x @ params["W"] - y) / 3}

    report = symmetry.check_backprop(loss, grads, P, X, Y)
    assert report.comparison.equal + report.comparison.constants == 6
    assert report.comparison.constants

    def slightly_wrong(params, x, y):
        return {"W": grads(params, x, y)["W"] * (1 + 1e-14)}

    failure(loss, slightly_wrong, P, X, Y)


def test_sums_of_data_that_cancel_are_no_fault():
    def loss(params, x, y):
        return np.sum(x @ params["W"])

    def grads(params, x, y):
        return {"W": np.repeat(x.sum(0)[:, None], 2, axis=1)}

    x = np.concatenate([X * 1e6, -X * 1e6 + 1e-3])
    for dtype in (np.float64, np.float32):
        assert symmetry.check_backprop(loss, grads, {"W": P["W"].astype(dtype)}, x.astype(dtype), Y).right


def test_a_lookup_by_one_hot_rows_is_not_excused_by_moving_the_rows():
    table, rows = {"E": DRAW.normal(size=(60, 40))}, np.eye(60)[DRAW.integers(0, 60, 8)]

    def loss(params, x, y):
        return np.sum(x @ params["E"])

    def grads(params, x, y):
        found = np.zeros_like(params["E"])
        for _, i in zip(*np.where(x == 1), strict=True):
            found[i] += 0.5
        return {"E": found}

    assert "E is 0.5 times" in str(failure(loss, grads, table, rows, None))


# Kinks.


def pooled(params, x):
    z = (x * params["k"] + params["b"]).reshape(2, 2, 2)
    return z, z.max(axis=2)


def of_pooled(params, x, y):
    return ((pooled(params, x)[1] - y) ** 2).sum() / 2


def to_every_tie(params, x, y):
    z, largest = pooled(params, x)
    d = (z == largest[:, :, None]) * (largest - y)[:, :, None]
    return {"k": np.array([(d * x.reshape(2, 2, 2)).sum()]), "b": np.array([d.sum()])}


def to_the_first(params, x, y):
    z, largest = pooled(params, x)
    d = (np.arange(2) == z.argmax(axis=2)[:, :, None]) * (largest - y)[:, :, None]
    return {"k": np.array([(d * x.reshape(2, 2, 2)).sum()]), "b": np.array([d.sum()])}


def test_ties_of_equal_inputs_are_no_kinks():
    params, y = {"k": np.array([0.8]), "b": np.array([0.5])}, np.array([[1.0, 0.0], [1.0, 1.0]])
    x = np.array([[0.0, 0.0, 0.0, 3.0], [0.0, 0.0, 0.0, 2.0]])
    assert failure(of_pooled, to_every_tie, params, x, y).report.comparison.wrong_paths() == ["b"]
    assert symmetry.check_backprop(of_pooled, to_the_first, params, x, y).right


def test_a_tie_that_differs_in_one_parameter_is_a_kink_in_that_one_only():
    params, y = {"k": np.array([0.0]), "b": np.array([0.5])}, np.zeros((2, 2))
    x = np.array([[1.0, 2.0, 3.0, -1.0], [0.5, 4.0, 1.0, 2.0]])

    def to_the_last(params, x, y):
        z, largest = pooled(params, x)
        d = (np.arange(2) == 1 - z[:, :, ::-1].argmax(axis=2)[:, :, None]) * (largest - y)[:, :, None]
        return {"k": np.array([(d * x.reshape(2, 2, 2)).sum()]), "b": np.array([d.sum()])}

    comparison = symmetry.check_backprop(of_pooled, to_the_last, params, x, y).comparison
    assert comparison.count(Outcome.KINK, "k") == 1
    assert comparison.count(Outcome.RIGHT, "b") == 1
    assert failure(of_pooled, to_every_tie, params, x, y).report.comparison.wrong_paths() == ["b"]


@pytest.mark.parametrize("active", [np.greater, np.greater_equal])
def test_kinks_that_cancel_along_a_step_are_kinks(active):
    def hinge(params, x, y):
        return np.maximum(0, 1 - y * (x @ params["w"])).sum()

    def grads(params, x, y):
        return {"w": -(active(1 - y * (x @ params["w"]), 0) * y) @ x}

    x, y = np.array([[1.0, 2.0], [2.0, 1.0], [-1.0, 3.0], [0.5, 1.0]]), np.array([1.0, 1.0, -1.0, -1.0])
    assert symmetry.check_backprop(hinge, grads, {"w": np.array([1.0, 0.0])}, x, y).right


# Something to be right about.


def two_layers(params, x, y):
    h = np.tanh(x @ params["W1"] + params["b1"])
    return ((h @ params["W2"] + params["b2"] - y) ** 2).sum() / 2


def of_two_layers(slope, factor):
    def grads(params, x, y):
        h = np.tanh(x @ params["W1"] + params["b1"])
        d = h @ params["W2"] + params["b2"] - y
        dz = (d @ params["W2"].T) * (1 - h * h if slope else 1)
        return {"W1": factor * x.T @ dz, "b1": dz.sum(0), "W2": factor * h.T @ d, "b2": d.sum(0)}

    return grads


ZEROS = {"W1": np.zeros((3, 4)), "b1": np.zeros(4), "W2": np.zeros((4, 2)), "b2": np.zeros(2)}


def test_weights_of_0_are_looked_at_elsewhere():
    found = failure(two_layers, of_two_layers(False, 3), ZEROS, X, Y)
    assert found.report.where == "random parameters of the same shapes"
    assert {"W1", "b1", "W2"} >= set(found.report.comparison.wrong_paths())
    report = symmetry.check_backprop(two_layers, of_two_layers(True, 1), ZEROS, X, Y)
    assert report.tried == ("random parameters of the same shapes",)
    assert "checked at random parameters of the same shapes as well" in str(report)


def test_what_is_0_wherever_it_is_looked_at_is_undecided():
    def unused(params, x, y):
        return squared(params, x, y) + 0 * params["b"].sum()

    def grads(params, x, y):
        return {**slopes(params, x, y), "b": np.zeros(2)}

    found = failure(unused, grads, {**P, "b": np.ones(2)}, X, Y, kind=symmetry.Undecided)
    assert found.report.undecided == ("b",)
    told = str(found)
    assert told.startswith("grads: it cannot be told whether the gradient of b is right.")
    assert "Why: b: 2 of 2 derivatives are 0 on both sides." in told
    assert "What to do: pass parameters and data at which these derivatives are not 0." in told
    assert isinstance(found, AssertionError)


def test_inputs_of_0_show_nothing_of_the_weights():
    def of_weights_alone(params, x, y):
        return {"W": 3 * slopes(params, x, y)["W"]}

    assert failure(squared, of_weights_alone, P, 0 * X, Y, kind=symmetry.Undecided).report.undecided == ("W",)


def test_a_derivative_that_cancels_to_0_is_something_to_be_right_about():
    def normalised(params, x, y):
        z = x @ params["W"] + params["b"]
        return (((z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5) - y) ** 2).sum() / 2

    def grads(params, x, y):
        z = x @ params["W"] + params["b"]
        centred, spread = z - z.mean(0), np.sqrt(z.var(0) + 1e-5)
        d = centred / spread - y
        dz = (d - d.mean(0) - centred * (d * centred).mean(0) / spread**2) / spread
        return {"W": x.T @ dz, "b": dz.sum(0)}

    report = symmetry.check_backprop(normalised, grads, {**P, "b": np.ones(2)}, X, Y)
    assert report.comparison.cancelled == ("b",)
    assert report.tried


def test_examples_that_cancel_are_looked_at_one_by_one():
    def mean(params, x, y):
        return np.mean((x @ params["W"] + params["b"] - y) ** 2)

    def grads(factor):
        def of(params, x, y):
            d = (x @ params["W"] + params["b"] - y) * 2 / len(y)
            return {"W": factor * x.T @ d, "b": d.sum(0)}

        return of

    params = {"W": np.zeros((2, 1)), "b": np.array([0.5])}
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    assert symmetry.check_backprop(mean, grads(1), params, x, y).tried
    assert failure(mean, grads(7), params, x, y).report.comparison.wrong_paths() == ["W"]


def test_saturated_units_are_looked_at_elsewhere():
    def saturated(params, x, y):
        return np.sum(np.tanh(x @ params["W"]) * y)

    def grads(factor):
        return lambda params, x, y: {"W": factor * x.T @ (y * (1 - np.tanh(x @ params["W"]) ** 2))}

    params = {"W": 1000 * P["W"]}
    assert symmetry.check_backprop(saturated, grads(1), params, X, Y).tried
    failure(saturated, grads(2), params, X, Y)


def test_a_loss_that_is_known_at_one_point_only_is_undecided():
    start = P["W"].copy()

    def loss(params, x, y):
        return squared(params, x, y) if np.array_equal(params["W"], start) else float("nan")

    found = failure(loss, slopes, P, X, Y, kind=symmetry.Undecided)
    assert found.report.undecided == ("W",)


# What people hand in.


def test_targets_that_are_none_and_data_that_are_no_array_are_handed_on():
    def loss(params, x, y):
        assert y is None
        return sum(np.sum((each @ params["W"]) ** 2) for each in x["parts"] if x["kind"] == "rows")

    def twice(params, x, y):
        return {"W": sum(4 * each.T @ (each @ params["W"]) for each in x["parts"])}

    data = {"kind": "rows", "parts": (X[:2], X[2:], np.ones((1, 3)))}
    assert "W is 2 times" in str(failure(loss, twice, P, data, None))


def test_a_loss_that_refuses_other_parameters_keeps_its_verdict():
    small = {"W": 0.01 * P["W"]}

    def loss(params, x, y):
        assert np.all(np.abs(params["W"]) < 0.1), "weights have exploded"
        return squared(params, x, y)

    def twice(params, x, y):
        return {"W": 2 * slopes(params, x, y)["W"]}

    assert "W is 2 times" in str(failure(loss, twice, small, X, Y))
    assert symmetry.check_backprop(loss, slopes, small, X, Y).right


class Net:
    W1: Any
    W2: Any

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.W1)
        self.out = self.h @ self.W2

    def backward(self, y, factor):
        d = self.out - y
        return {"W1": self.x.T @ ((d @ self.W2.T) * (1 - self.h**2)), "W2": factor * self.h.T @ d}


@pytest.mark.parametrize("factor", [1, 2])
def test_a_cache_that_the_loss_leaves_is_filled_first_and_left_with_floats(factor):
    net = Net()

    def loss(params, x, y):
        net.W1, net.W2 = params["W1"], params["W2"]
        net.forward(x)
        return ((net.out - y) ** 2).sum() / 2

    arguments = (
        loss,
        lambda params, x, y: net.backward(y, factor),
        {"W1": np.eye(3), "W2": np.ones((3, 1))},
        X,
        Y[:, :1],
    )
    if factor == 1:
        assert symmetry.check_backprop(*arguments).right
    else:
        assert "W2 is 2 times" in str(failure(*arguments))
    assert net.h.dtype == net.W1.dtype == np.float64


def test_what_a_gradient_holds_besides_is_ignored_and_said():
    def grads(params, x, y):
        d = x @ params["W"] - y
        return {"dZ": d, "dW": x.T @ d, "cost": 0.5}

    report = symmetry.check_backprop(squared, grads, P, X, Y)
    assert report.ignored == ("dZ", "cost")
    assert "Ignored: dZ and cost, which your gradient holds and which are no parameter." in str(report)


@pytest.mark.parametrize("bias", [0.5, np.float64(0.5), np.array(0.5)], ids=["float", "float64", "array"])
def test_a_number_is_a_parameter(bias):
    def loss(params, x, y):
        return ((x @ params["W"] + params["b"] - y) ** 2).sum() / 2

    def grads(params, x, y):
        d = x @ params["W"] + params["b"] - y
        return {"dW": x.T @ d, "db": d.sum()}

    params = {**P, "b": bias}
    with pytest.raises(symmetry.WrongGradient, match="grads: b is missing from what it returns, which holds W"):
        symmetry.check_backprop(loss, slopes, params, X, Y)
    assert symmetry.check_backprop(loss, grads, params, X, Y).entries == 7
    doubled = failure(loss, lambda *each: {**grads(*each), "db": 2 * grads(*each)["db"]}, params, X, Y)
    assert "b is 2 times" in str(doubled)


class Perceptron:
    """Parameters beside data, a rate and a cache, as most posted classes hold them."""

    def __init__(self):
        self.input, self.rate, self.bias = np.array([[0, 1], [1, 1], [1, 0]]), 0.1, 0.5
        self.out, self.w = np.zeros((3, 1)), np.array([[0.25], [0.5]])

    def loss(self, y):
        self.out[:] = self.input @ self.w + self.bias
        return ((self.out - y) ** 2).sum() / 2

    def grads(self, y):
        self.loss(y)
        return {"w": self.input.T @ (self.out - y), "bias": (self.out - y).sum()}


def test_an_object_that_holds_data_says_which_are_parameters():
    net, y = Perceptron(), np.array([[1.0], [0.0], [1.0]])
    arguments = (lambda net, x, y: net.loss(y), lambda net, x, y: net.grads(y), net, None, y)
    with pytest.raises(symmetry.WrongGradient, match=r"input is an array of int64.*only=\['W1', 'W2'\]"):
        symmetry.check_backprop(*arguments)
    report = symmetry.check_backprop(*arguments, only=["w", "bias"])
    assert report.comparison.equal == 3
    assert not net.out.any()
    with pytest.raises(ValueError, match="only: params has no array 'v'; it has w"):
        symmetry.check_backprop(*arguments, only=["w", "v"])


def test_parameters_that_are_never_used_are_said():
    net = dict(P)
    told = str(failure(lambda params, x, y: squared(net, x, y), lambda params, x, y: slopes(net, x, y), P, X, Y))
    assert "your loss does not depend on the parameters that it is handed" in told


def test_a_loss_that_is_an_array_of_one_number_is_that_number():
    def loss(params, x, y):
        return (x @ params["W"] - y).reshape(1, -1) @ (x @ params["W"] - y).reshape(-1, 1) / 2

    assert symmetry.check_backprop(loss, slopes, P, X, Y).comparison.equal == 6


def test_a_single_array_is_called_as_the_loss_calls_it():
    def loss(weights, x, y):
        return squared({"W": weights}, x, y)

    def twice(weights, x, y):
        return 2 * slopes({"W": weights}, x, y)["W"]

    assert "your weights is 2 times" in str(failure(loss, twice, P["W"], X, Y))


@pytest.mark.parametrize("kind", [collections.OrderedDict, lambda tree: collections.defaultdict(float, tree)])
def test_dictionaries_of_any_kind_are_trees(kind):
    assert symmetry.check_backprop(squared, slopes, kind(P), X, Y).right


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_matrices_keep_their_product():
    params = {"W": np.matrix(P["W"])}

    def loss(params, x, y):
        return np.sum(np.square(x * params["W"] - y)) / 2

    def grads(params, x, y):
        return {"W": x.T * (x * params["W"] - y)}

    assert symmetry.check_backprop(loss, grads, params, np.matrix(X), np.matrix(Y)).right
    assert "W is 2 times" in str(
        failure(loss, lambda *each: {"W": 2 * grads(*each)["W"]}, params, np.matrix(X), np.matrix(Y))
    )


def test_memory_does_not_grow_with_failing_checks():
    import gc

    def twice(params, x, y):
        return {"W": 2 * slopes(params, x, y)["W"]}

    def objects() -> int:
        failure(squared, twice, P, X, Y)
        gc.collect()
        return len(gc.get_objects())

    objects()
    first = objects()
    counts = [objects() for _ in range(4)]
    assert counts[-1] - first < 200  # 50 a check
