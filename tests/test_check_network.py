"""check_network takes classes as people write them, finds their gradient, and says what it needs where it cannot."""

import copy
import threading
import types
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from examples import networks

import symmetry
from symmetry.gradcheck.hand_in.members import arrays_in

DRAW = np.random.default_rng(9)
X, Y, TWO = DRAW.normal(size=(5, 3)), DRAW.random((5, 1)), DRAW.normal(size=(5, 2))
LABELS = np.array([0, 2, 1, 1, 0])


def global_state() -> Any:
    """The state of NumPy's global generator."""
    return np.random.get_state(legacy=False)["state"]["key"]  # noqa: NPY002


def squares(output, y):
    return ((output - y) ** 2).sum()


def half_squares(output, y):
    return ((output - y) ** 2).sum() / 2


HOLDING = {"params": ["weights1", "weights2"], "loss": squares, "step": 1}
ADDING = {"params": ["W1", "W2"], "loss": half_squares, "step": 1}
LISTED = {"params": ["weights", "biases"], "loss": half_squares}
KEEPING = {"params": ["w1", "b1", "w2", "b2"]}
STACKED = {"params": ["layers[0].W", "layers[0].b", "layers[1].W", "layers[1].b"], "loss": half_squares}

HAND_INS = {
    "holds its data": (lambda: networks.HoldsItsData(X, Y), (X, Y), HOLDING, "backprop (its update, over 1)"),
    "takes its output": (networks.TakesItsOutput, (X, Y), ADDING, "backward (its update, over 1)"),
    "lists": (lambda: networks.Listed([3, 4, 1]), (X[:1].T, Y[:1].T), LISTED, "backprop (what it returns)"),
    "keeps gradients": (networks.KeepsItsGradients, (X, TWO), KEEPING, "backward (its dw1, db1, dw2, ...)"),
    "loss with gradients": (networks.LossWithGradients, (X, LABELS), {"params": ["params"]}, "loss (what it returns)"),
    "layers": (networks.Stack, (X, TWO), STACKED, "backward (its layers[0].W_grad, "),
}
FAULTY = {
    "holds its data": (lambda: networks.HoldsItsDataAndUpdatesTooSoon(X, Y), {"weights1"}),
    "takes its output": (networks.TakesItsOutputWithoutSlope, {"W1", "W2"}),
    "lists": (
        lambda: networks.ListedWithWrongSlope([3, 4, 1]),
        {"weights[0]", "weights[1]", "biases[0]", "biases[1]"},
    ),
    "keeps gradients": (networks.KeepsItsGradientsUnaveraged, {"b1"}),
    "loss with gradients": (networks.LossWithGradientsThatDoublesABias, {"params.b1"}),
    "layers": (networks.StackInTheWrongOrder, set(STACKED["params"])),
}


@pytest.mark.parametrize("kind", HAND_INS)
def test_a_right_class_passes_and_the_report_says_what_the_gradient_was_taken_from(kind):
    make, data, options, words = HAND_INS[kind]
    report = symmetry.check_network(make(), *data, **options)
    assert report.right
    assert report.name.startswith(type(make()).__name__ + "." + words)
    assert report.comparison.system.name == "exact numbers"


@pytest.mark.parametrize("kind", FAULTY)
def test_a_fault_is_found_where_it_is(kind):
    make, wrong = FAULTY[kind]
    _, data, options, _ = HAND_INS[kind]
    with pytest.raises(symmetry.WrongGradient) as caught:
        symmetry.check_network(make(), *data, **options)
    comparison = caught.value.report.comparison
    assert set(comparison.wrong_paths()) == wrong


@pytest.mark.parametrize("kind", HAND_INS)
def test_the_object_stays_as_it_is(kind):
    make, data, options, _ = HAND_INS[kind]
    network = make()
    held, names, before = arrays_in(network), set(vars(network)), copy.deepcopy(arrays_in(network))
    symmetry.check_network(network, *data, **options)
    assert set(vars(network)) == names
    assert arrays_in(network).keys() == held.keys()
    for place, array in arrays_in(network).items():
        assert array is held[place]
        assert np.array_equal(array, before[place])


@pytest.mark.parametrize("kind", [kind for kind in HAND_INS if kind != "lists"])
def test_parameters_are_found_where_they_are_not_named(kind):
    make, data, options, _ = HAND_INS[kind]
    named = symmetry.check_network(make(), *data, **options)
    found = symmetry.check_network(make(), *data, **{key: given for key, given in options.items() if key != "params"})
    assert set(found.comparison.places.shapes) == set(named.comparison.places.shapes)


def test_a_network_that_ran_before_is_checked_alike():
    network = networks.KeepsItsGradients()
    network.forward(X)
    network.backward(X, TWO)
    assert str(symmetry.check_network(network, X, TWO)) == str(
        symmetry.check_network(networks.KeepsItsGradients(), X, TWO)
    )


def test_equal_seeds_give_equal_reports():
    make, _ = FAULTY["layers"]
    told = []
    for seed in (3, 3):
        with pytest.raises(symmetry.WrongGradient) as caught:
            symmetry.check_network(make(), X, TWO, seed=seed, **STACKED)
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_the_units_of_a_hidden_layer_and_our_own_loss_can_be_named():
    report = symmetry.check_network(
        networks.KeepsItsGradients(),
        X,
        TWO,
        hidden={"w1": 1, "b1": 0, "w2": 0},
        reference="half_squared_error",
        name="mine",
    )
    assert report.symmetry is not None
    assert report.reference
    assert report.name == "mine"


def test_functions_stand_in_for_methods():
    report = symmetry.check_network(
        networks.TakesItsOutput(),
        X,
        Y,
        params=["W1", "W2"],
        forward=lambda network, x: network.forward(x),
        backward=lambda network, x, y: network.train(x, y, epochs=1),
        loss=lambda network, x, y: half_squares(network.forward(x), y),
        step=1,
    )
    assert report.name == "backward (its update, over 1)"


def test_methods_of_the_object_itself_are_run_on_copies():
    network = networks.TakesItsOutput()
    before = network.W1.copy()
    symmetry.check_network(network, X, Y, forward=network.forward, backward=network.backward, **ADDING)
    assert np.array_equal(network.W1, before)


def test_one_epoch_is_asked_of_a_method_that_trains():
    symmetry.check_network(networks.TakesItsOutput(), X, Y, backward="train", **ADDING)


class Line:
    """y = x w, and whatever methods a test adds."""

    def __init__(self):
        self.w = np.array([[0.5], [-1.0], [2.0]])

    def forward(self, x):
        return x @ self.w


def slope(network, x, y):
    return x.T @ (x @ network.w - y)


def line(**methods) -> Any:
    return type("Line", (Line,), methods)()


def test_a_learning_rate_is_passed_and_taken_out_again():
    def backward(self, x, y, learning_rate):
        self.w = self.w - learning_rate * slope(self, x, y)

    symmetry.check_network(line(backward=backward), X, Y, params="w", loss=half_squares, step=0.01)


def test_a_negative_step_is_of_code_that_adds_the_gradient():
    def backward(self, x, y, lr=1.0):
        self.w = self.w + lr * slope(self, x, y)

    symmetry.check_network(line(backward=backward), X, Y, params="w", loss=half_squares, step=-0.5)
    with pytest.raises(symmetry.WrongGradient, match="sign"):
        symmetry.check_network(line(backward=backward), X, Y, params="w", loss=half_squares, step=0.5)


def test_what_is_returned_comes_before_the_update_and_this_before_attributes():
    def backward(self, x, y):
        self.dw = 3 * slope(self, x, y)
        self.w = self.w - 0.1 * slope(self, x, y)

    def returning(self, x, y):
        backward(self, x, y)
        self.w = self.w + 5
        return {"grad_w": self.dw / 3}

    options = {"params": "w", "loss": half_squares}
    assert "what it returns" in symmetry.check_network(line(backward=returning), X, Y, step=0.1, **options).name
    assert "its update" in symmetry.check_network(line(backward=backward), X, Y, step=0.1, **options).name
    with pytest.raises(symmetry.WrongGradient, match=r"backward \(its dw\)"):
        symmetry.check_network(line(backward=backward), X, Y, **options)


RETURNED = {
    "by name": lambda found: {"dw": found},
    "in a list": lambda found: [found],
    "alone": lambda found: found,
    "beside a loss": lambda found: (0.5, {"w": found}),
    "under a loss's name": lambda found: {"dL_dw": found, "dX": 1.0},
}


@pytest.mark.parametrize("kind", RETURNED)
def test_gradients_are_returned_in_many_forms(kind):
    network = line(backward=lambda self, x, y: RETURNED[kind](slope(self, x, y)))
    assert "what it returns" in symmetry.check_network(network, X, Y, params=["w"], loss=half_squares).name


LEFT = ("dw", "dW", "d_w", "w_grad", "grad_w", "gradW", "nabla_w", "grads", "gradients", "w_gradient")


@pytest.mark.parametrize("attribute", LEFT)
def test_gradients_are_left_under_many_names(attribute):
    def backward(self, x, y):
        found = slope(self, x, y)
        setattr(self, attribute, {"w": found} if attribute in ("grads", "gradients") else found)

    report = symmetry.check_network(line(backward=backward), X, Y, params=["w"], loss=half_squares)
    assert f"its {attribute}" in report.name


def test_arguments_are_told_by_name_in_any_order():
    def backward(self, y_hat, targets, inputs):
        self.dw = inputs.T @ (y_hat - targets)

    symmetry.check_network(line(backward=backward), X, Y, params=["w"], loss=half_squares)


def test_arguments_with_other_names_are_told_by_their_number():
    def backward(self, p, q, r):
        self.dw = p.T @ (r - q)

    symmetry.check_network(line(backward=backward), X, Y, params=["w"], loss=half_squares)


def test_a_cache_and_the_number_of_examples_are_passed():
    def forward(self, x):
        return x @ self.w, {"x": x}

    def backward(self, y, output, cache, m):
        return {"dw": cache["x"].T @ (output - y) / m}

    def loss(self, output, y):
        return half_squares(output, y) / 5

    symmetry.check_network(line(forward=forward, backward=backward, loss=loss), X, Y, params=["w"])


def test_random_draws_are_the_same_forwards_and_backwards():
    def forward(self, x):
        self.mask = np.random.random(x.shape) < 0.5  # noqa: NPY002
        return (x * self.mask) @ self.w

    def backward(self, x, y):
        return {"w": (x * self.mask).T @ (self.forward(x) - y)}

    state = global_state()
    symmetry.check_network(line(forward=forward, backward=backward), X, Y, params=["w"], loss=half_squares)
    assert np.array_equal(global_state(), state)


def test_a_generator_of_the_network_draws_the_same_and_stays_as_it_is():
    def forward(self, x):
        self.mask = self.rng.random(x.shape) < 0.5
        return (x * self.mask) @ self.w

    def backward(self, x, y):
        return {"w": (x * self.mask).T @ (self.forward(x) - y)}

    network = line(forward=forward, backward=backward)
    network.rng = np.random.default_rng(0)
    state = copy.deepcopy(network.rng.bit_generator.state)
    symmetry.check_network(network, X, Y, params=["w"], loss=half_squares)
    assert network.rng.bit_generator.state == state


def test_kept_arrays_may_be_filled_in_place():
    def forward(self, x):
        self.output[:] = x @ self.w

    def backward(self, x, y):
        self.dw += x.T @ (self.output - y)

    network = line(forward=forward, backward=backward)
    network.output, network.dw = np.zeros((5, 1)), np.zeros((3, 1))
    report = symmetry.check_network(network, X, Y, params=["w"], loss=half_squares)
    assert report.comparison.equal == 3


def test_what_cannot_be_copied_is_shared():
    network = line(backward=slope)
    network.library, network.lock = np, [threading.Lock()]
    symmetry.check_network(network, X, Y, params=["w"], loss=half_squares)


def test_a_class_that_refuses_to_be_copied_is_said():
    def refuse(self, memo):
        raise RuntimeError("never")

    with pytest.raises(ValueError, match=r"Line: it cannot be copied \(never\).*pass loss and grads to symmetry"):
        symmetry.check_network(line(backward=slope, __deepcopy__=refuse), X, Y, params=["w"], loss=half_squares)


def test_an_array_held_under_two_names_stays_one():
    def forward(self, x):
        return x @ self.held["w"]

    network = line(forward=forward, backward=slope)
    network.held = {"w": network.w}
    symmetry.check_network(network, X, Y, params=["w"], loss=half_squares)
    with pytest.raises(ValueError, match=r"params: held\.w and w are one array; name it once"):
        symmetry.check_network(network, X, Y, params=["w", "held"], loss=half_squares)


def test_a_class_in_jax_is_differentiated_forwards():
    network = line(backward=slope)
    network.w = jnp.asarray(network.w)
    report = symmetry.check_network(network, jnp.asarray(X), jnp.asarray(Y), params=["w"], loss=half_squares)
    assert report.comparison.system.name == "exact numbers"
    network = line(backward=lambda self, x, y: -slope(self, x, y))
    network.w = jnp.asarray(network.w)
    with pytest.raises(symmetry.WrongGradient, match="sign"):
        symmetry.check_network(network, jnp.asarray(X), jnp.asarray(Y), params=["w"], loss=half_squares)


def test_what_the_code_raises_is_passed_on():
    def backward(self, x, y):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        symmetry.check_network(line(backward=backward), X, Y, params=["w"], loss=half_squares)


class LearnsFromItsLoss:
    """The loss keeps the difference that backward starts from; parameters are objects with their gradient beside them."""

    def __init__(self):
        self.w = types.SimpleNamespace(data=np.array([[0.5], [-1.0], [2.0]]), grad=np.zeros((3, 1)))

    def forward(self, x):
        self.x = x
        return x @ self.w.data

    def loss(self, output, y):
        self.difference = output - y
        return (self.difference**2).sum() / 2

    def backward(self):
        self.w.grad = self.x.T @ self.difference


def test_a_loss_that_backward_starts_from_is_run_before_it():
    report = symmetry.check_network(LearnsFromItsLoss(), X, Y, params=["w.data"])
    assert report.name == "LearnsFromItsLoss.backward (its w.grad)"
    assert set(symmetry.check_network(LearnsFromItsLoss(), X, Y).comparison.places.shapes) == {"w.data"}


@pytest.mark.parametrize("step", [1, 0.1, 1e-6])
@pytest.mark.parametrize("data", [np.float64, np.float32])
@pytest.mark.parametrize("weights", [np.float64, np.float32])
def test_an_update_raises_no_false_alarm_in_either_type(weights, data, step):
    def backward(self, x, y, output, lr):
        self.w -= lr * x.T @ (output - y)

    network = line(backward=backward)
    network.w = network.w.astype(weights)
    x, y = X.astype(data), Y.astype(data)
    for seed in range(5):
        symmetry.check_network(network, x, y, params=["w"], loss=half_squares, step=step, seed=seed)


def test_data_that_the_network_holds_are_found_if_they_are_equal_and_asked_for_if_not():
    symmetry.check_network(networks.HoldsItsData(X, Y), X.copy(), Y.copy(), **HOLDING)
    with pytest.raises(
        ValueError, match=r"feedforward: it takes no x, and HoldsItsData holds no array equal to x; pass"
    ):
        symmetry.check_network(networks.HoldsItsData(X, Y), X + 1, Y, **HOLDING)
    with pytest.raises(ValueError, match=r"backprop: it takes no y, and HoldsItsData holds no array equal to y; pass"):
        symmetry.check_network(networks.HoldsItsData(X, Y), X, Y + 1, **HOLDING)


def test_layers_by_index_and_lists_that_begin_with_nothing_are_parameters():
    class Indexed:
        def __init__(self):
            draw = np.random.default_rng(6)
            self.W = {1: draw.normal(size=(3, 4)), 2: draw.normal(size=(4, 1))}
            self.b = [None, np.zeros((1, 4)), np.zeros((1, 1))]
            self.dW, self.db = {}, [None, None, None]

        def forward(self, X):
            self.a = [X, np.tanh(X @ self.W[1] + self.b[1])]
            return self.a[1] @ self.W[2] + self.b[2]

        def backward(self, y, output):
            delta = output - y
            self.dW[2], self.db[2] = self.a[1].T @ delta, delta.sum(0, keepdims=True)
            delta = delta @ self.W[2].T * (1 - self.a[1] ** 2)
            self.dW[1], self.db[1] = self.a[0].T @ delta, delta.sum(0, keepdims=True)

    report = symmetry.check_network(Indexed(), X, Y, params=["W", "b"], loss=half_squares)
    assert set(report.comparison.places.shapes) == {"W[1]", "W[2]", "b[1]", "b[2]"}


def nothing(self, x, y):
    pass


def moves(self, x, y):
    self.w = self.w - 0.1 * slope(self, x, y)


def with_parts(network):
    network.part = Line()
    network.count = 3
    return network


ERRORS = {
    r"params: it is empty; name the parameters\. Its arrays of floats are w \(3, 1\)\.": (
        {"backward": slope},
        {"params": []},
    ),
    r"params: Line has no w3\. Its arrays of floats are w \(3, 1\)": ({"backward": slope}, {"params": ["w3"]}),
    r"params: Line has no w\[7\]\[0\]\.": ({"backward": slope}, {"params": ["w[7][0]"]}),
    r"params: 'w\[' is no path; write one like 'W1'": ({"backward": slope}, {"params": ["w["]}),
    r"params: part is of type Line; parameters are floats: name its arrays, such as part\.w\.": (
        {"backward": slope},
        {"params": ["part"]},
    ),
    r"params: count is of type int; parameters are floats: Its arrays": ({"backward": slope}, {"params": ["count"]}),
    r"params: Line\.backward moves no array of Line and leaves no gradient .* pass params=": (
        {"backward": nothing},
        {"params": None},
    ),
    r"backward: Line has no method 'back'; it has ": ({"backward": slope}, {"backward": "back"}),
    r"backward: none of the methods of Line \(forward\) has a usual name; pass backward=.*\(network, x, y\)": ({}, {}),
    r"loss: none of the methods of Line .* pass loss=.*\(output, y\)": ({"backward": slope}, {"loss": None}),
    r"Line\.backward\(p, q, r, s\): what p stands for cannot be told.*Pass backward=lambda network, x, y: network\.b": (
        {"backward": lambda self, p, q, r, s: None},
        {},
    ),
    r"Line\.backward\(grad_output\): what grad_output stands for": ({"backward": lambda self, grad_output: None}, {}),
    r"Line\.backward: it takes lr, a learning rate; pass step=": ({"backward": lambda self, x, y, lr: None}, {}),
    r"Line\.backward: it returns no gradient, and moves w; pass step=, its learning rate": ({"backward": moves}, {}),
    r"step: it is 0": ({"backward": moves}, {"step": 0}),
    r"forward: it returns nothing, and none of the attributes looks like its output; pass loss=lambda": (
        {"forward": lambda self, x: None, "backward": slope},
        {},
    ),
    r"backward: a function of 5 arguments; it is called with the network, x, y\.": (
        {"backward": slope},
        {"backward": lambda a, b, c, d, e: None},
    ),
}


@pytest.mark.parametrize("message", ERRORS)
def test_an_error_says_what_to_pass(message):
    methods, options = ERRORS[message]
    network = with_parts(line(**methods))
    if "1\\)" in message or "pass params" in message:
        del network.part
    with pytest.raises(ValueError, match=message):
        symmetry.check_network(network, X, Y, **{"params": ["w"], "loss": half_squares, **options})


def test_a_gradient_that_is_not_found_is_said_with_where_it_was_looked_for():
    network = line(backward=lambda self, x, y: {"dv": 1.0})
    with pytest.raises(
        symmetry.WrongGradient,
        match=r"Line\.backward: no gradient of w was found\. What it returns has none; it moves no parameter; .*dw, grad_w",
    ):
        symmetry.check_network(network, X, Y, params=["w"], loss=half_squares)
    with pytest.raises(symmetry.WrongGradient, match=r"with step=0\.1 it moves no parameter"):
        symmetry.check_network(network, X, Y, params=["w"], loss=half_squares, step=0.1)
    network.v = np.ones(2)
    network = line(backward=lambda self, x, y: {"dw": slope(self, x, y)})
    network.v = np.ones(2)
    with pytest.raises(symmetry.WrongGradient, match=r"no gradient of v was found \(there is one for w\)"):
        symmetry.check_network(network, X, Y, params=["w", "v"], loss=half_squares)
