"""Arrays that remember by how much they were moved, and fall back to the difference where that is not all."""

import numpy as np
import pytest

import symmetry
from symmetry.gradcheck.hand_in.moving import change_of, moving

pytestmark = pytest.mark.quick

START = np.array([1.0, -2.0, 4.0])
SMALL = np.array([1e-20, 3e-20, -2e-20])


def subtracted_in_place(w):
    w -= SMALL
    return w


MOVES = {
    "in place": (subtracted_in_place, -SMALL),
    "to another array": (lambda w: w - SMALL, -SMALL),
    "added": (lambda w: w + SMALL, SMALL),
    "added from the left": (lambda w: SMALL + w, SMALL),
    "twice": (lambda w: w - SMALL - SMALL, -2 * SMALL),
}


@pytest.mark.parametrize("kind", MOVES)
def test_a_small_move_is_remembered(kind):
    move, change = MOVES[kind]
    assert np.array_equal(change_of(START, move(moving(START))), change)


def in_a_part(w):
    w[1] -= 0.5
    return w


def overwritten(w):
    w[:] = w - np.array([0.0, 0.5, 0.0])
    return w


@pytest.mark.parametrize("move", [in_a_part, overwritten, lambda w: w * np.array([1.0, 1.25, 1.0])])
def test_a_move_that_is_not_remembered_is_the_difference(move):
    assert change_of(START, move(moving(START))).tolist() == [0.0, -0.5, 0.0]


def test_everything_else_makes_plain_arrays():
    weights = moving(START)
    assert type(np.tanh(weights)) is np.ndarray
    assert type(2 * weights) is np.ndarray
    assert float(weights.sum()) == 3.0


class RefusesExactNumbers:
    """Learns at a small rate, in code that makes its gradient of floats."""

    def __init__(self):
        self.w = np.array([[0.5], [-1.0], [2.0]])

    def forward(self, x):
        return np.tanh(x @ self.w)

    def backward(self, x, y, output, rate):
        found = x.T @ ((output - y) * (1 - output**2))
        self.w = self.w - rate * np.array([[float(entry)] for entry in found[:, 0]])


def test_a_small_learning_rate_raises_no_false_alarm_in_code_that_refuses_exact_numbers():
    def loss(output, y):
        return ((output - y) ** 2).sum() / 2

    x, y = np.random.default_rng(0).normal(size=(2, 5, 3))
    symmetry.check_network(RefusesExactNumbers(), x, y[:, :1], params=["w"], loss=loss, step=1e-6)
