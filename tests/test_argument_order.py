"""Checks whose arguments are passed in another order say in one line which seem swapped."""

import numpy as np
import pytest

from symmetry import WrongGradient, check_backprop, check_layer, check_network

pytestmark = pytest.mark.quick

DRAW = np.random.default_rng(0)
PARAMS = {"W1": DRAW.normal(size=(3, 4)), "W2": DRAW.normal(size=(4, 2))}
X, Y = DRAW.normal(size=(5, 3)), DRAW.normal(size=(5, 2))


def loss(params, x, y):
    return np.sum((np.tanh(x @ params["W1"]) @ params["W2"] - y) ** 2)


def grads(params, x, y):
    hidden = np.tanh(x @ params["W1"])
    error = 2 * (hidden @ params["W2"] - y)
    return {"W1": x.T @ (error @ params["W2"].T * (1 - hidden**2)), "W2": hidden.T @ error}


def loss_of_data_first(x, y, params):
    return loss(params, x, y)


def grads_of_targets_first(params, y, x):
    return grads(params, x, y)


def affine_forward(x, w, b):
    return x @ w + b, (x, w)


def affine_backward(upstream, cache):
    x, w = cache
    return upstream @ w.T, x.T @ upstream, upstream.sum(axis=0)


class Net:
    def __init__(self):
        self.w = DRAW.normal(size=(3, 2))

    def forward(self, x):
        return x @ self.w

    def backward(self, x, y, output):
        return {"w": x.T @ (output - y)}

    def loss(self, output, y):
        return np.sum((output - y) ** 2) / 2


W, B = DRAW.normal(size=(3, 2)), DRAW.normal(size=2)


@pytest.mark.parametrize(
    ("check", "given", "message"),
    [
        (
            check_backprop,
            (grads, loss, PARAMS, X, Y),
            "(loss, grads, params, x, y): loss and grads seem swapped; as given, it",
        ),
        (check_backprop, (loss, grads, X, PARAMS, Y), "params and x seem swapped; as given, it stops at IndexError: "),
        (check_backprop, (loss, grads, Y, X, PARAMS), "params and y seem swapped"),
        (check_backprop, (loss, grads, PARAMS, Y, X), "x and y seem swapped; as given, it stops at ValueError: matmul"),
        (check_backprop, (PARAMS, X, Y, loss, grads), "the arguments seem to be passed as params, x, y, loss, grads;"),
        (check_backprop, (PARAMS, loss, grads, X, Y), "the arguments seem to be passed as params, loss, grads, x, y;"),
        (
            check_backprop,
            (1.5, grads, PARAMS, X, Y),
            "loss is a float, and a function is expected, not what it returns",
        ),
        (
            check_backprop,
            (loss_of_data_first, grads, PARAMS, X, Y),
            "loss_of_data_first is called with params, x, y, and seems to take x, y, params; as given",
        ),
        (
            check_backprop,
            (loss, grads_of_targets_first, PARAMS, X, Y),
            "grads_of_targets_first is called with params, x, y, and seems to take params, y, x; as given",
        ),
        (check_network, (Net(), Y, X), "check_network(network, x, y): x and y seem swapped"),
        (check_network, (X, Net(), Y), "network and x seem swapped"),
        (check_network, (X, Y, Net()), "the arguments seem to be passed as x, y, network"),
        (check_network, (Net, X, Y), "network: got the class Net; pass an object, such as Net()."),
        (check_layer, (affine_backward, affine_forward, X, W, B), "forward and backward seem swapped"),
        (check_layer, (affine_forward, affine_backward, W, X, B), "inputs[0] and inputs[1] seem swapped"),
        (
            check_layer,
            (X, W, B, affine_forward, affine_backward),
            "seem to be passed as inputs[0], inputs[1], inputs[2], f",
        ),
    ],
)
def test_what_seems_swapped_is_said_in_one_line(check, given, message):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message holds brackets, so it is looked for below
        check(*given)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_arguments_passed_by_name_are_named_too():
    with pytest.raises(ValueError, match="x and y seem swapped"):
        check_backprop(loss, grads, PARAMS, y=X, x=Y)


def test_an_error_of_the_code_itself_is_left_alone():
    def broken(params, x, y):
        raise ArithmeticError("no such luck")

    with pytest.raises(ArithmeticError, match="no such luck"):
        check_backprop(broken, grads, PARAMS, X, Y)
    with pytest.raises(TypeError, match="missing 2 required positional arguments: 'x' and 'y'"):
        check_backprop(loss, grads, PARAMS)  # pyright: ignore[reportCallIssue]


def test_what_the_check_itself_refuses_is_not_taken_for_a_swap():
    def infinite_unless_swapped(params, x, y):
        return np.sum(x @ params) / np.float64(x[0, 0] == 0)

    with pytest.raises(WrongGradient, match="a loss is a finite number"), np.errstate(all="ignore"):
        check_backprop(infinite_unless_swapped, lambda params, x, y: x, np.eye(2), np.ones((2, 2)), np.zeros((2, 2)))


def test_what_the_code_prints_while_other_orders_are_tried_is_not_shown(capsys):
    def speaking(params, x, y):
        print("called")
        return loss(params, x, y)

    with pytest.raises(ValueError, match="params and x seem swapped"):
        check_backprop(speaking, grads, X, PARAMS, Y)
    assert capsys.readouterr().out.count("called") <= 3
