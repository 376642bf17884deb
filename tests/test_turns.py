"""Mirrors and signed orders are orthogonal, and the other numbers that controls put in the place of 2 are not."""

import numpy as np
import pytest

from proofs.turns import Mirror, SignedOrder
from symmetry.numbers.symbol import Symbol

pytestmark = pytest.mark.quick

MIRROR = Mirror(Symbol.of([1, 2, 3]), np.array([1, -1, 1]))
ORDER = SignedOrder(np.array([2, 0, 1]), np.array([-1, 1, 1]))
IDENTITY = Symbol.of(np.eye(3, dtype=int))


def are_equal(one, other) -> bool:
    return bool((np.asarray(one) == np.asarray(other)).all())


def test_a_mirror_is_orthogonal_and_its_own_transpose():
    matrix = MIRROR.turn_rows(IDENTITY)
    assert are_equal(matrix @ matrix.T, IDENTITY)
    assert are_equal(MIRROR.turn_columns(IDENTITY), matrix)
    assert are_equal(matrix, matrix.T)
    assert not are_equal(matrix, IDENTITY)


def test_with_one_in_the_place_of_two_it_is_a_projection():
    matrix = MIRROR.turn_rows(IDENTITY, 1)
    assert are_equal(matrix @ matrix, matrix)
    assert not are_equal(matrix @ matrix.T, IDENTITY)


def test_a_signed_order_of_columns_undoes_its_transpose_of_rows():
    x, weight = Symbol.of([[1, 2, 3]]), Symbol.of([[4], [5], [6]])
    assert are_equal(ORDER.turn_rows(x) @ ORDER.turn_columns(weight), x @ weight)
    assert ORDER.turn_rows(x).tolist() == [[-3, 1, 2]]
