"""Stacks: permutations of every kind of axis, and changes of parameters by their paths."""

import numpy as np
import pytest

from proofs.stacks import acted, along, in_parts, orders, random_stack


@pytest.fixture
def generator():
    return np.random.default_rng(0)


def test_orders_are_permutations_and_never_the_identity(generator):
    order = orders(generator, 500, 3)
    assert (np.sort(order, axis=1) == np.arange(3)).all()
    assert not (order == np.arange(3)).all(axis=1).any()
    assert len({tuple(row) for row in order}) == 5


def test_each_network_is_moved_by_its_own_order(generator):
    stack, order = random_stack(generator, 4, {"kernel": np.zeros((2, 3))}, np.float32), orders(generator, 4, 3)
    moved = acted(stack, {"kernel": along({1: order})})["kernel"]
    assert moved.dtype == np.float32
    for network in range(4):
        assert (moved[network] == stack["kernel"][network][:, order[network]]).all()


def test_each_part_of_an_axis_is_put_in_order_by_itself():
    order, axis = np.array([[2, 0, 1]]), np.arange(6)[None]
    assert along({0: in_parts(order, 2)})(axis).tolist() == [[2, 0, 1, 5, 3, 4]]


def test_a_path_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"no parameter is called 'kernl'; the paths are kernel\."):
        acted({"kernel": np.zeros((1, 2))}, {"kernl": lambda array: array})
