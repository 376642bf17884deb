"""The gradients of attention scores, written out, are those of the loss, by dual numbers; and what rotary positions do."""

import dataclasses

import jax
import numpy as np
import pytest

from proofs.attention_scores import Head, Heads, gradients, rotate, scores
from symmetry.architecture import Architecture
from symmetry.array import is_array
from symmetry.cases import CASE_KINDS
from symmetry.numbers.dual import every_derivative
from symmetry.numbers.symbol import Symbol
from symmetry.numbers.symbol.source import ByteRationals

pytestmark = pytest.mark.quick

CASE: Heads = CASE_KINDS[Heads].draw(ByteRationals(bytes(range(1, 129))), Architecture((2, 2, 2), batch=3), "case")


def gaps(rotary: bool, found: tuple[Head, ...]) -> list[bool]:
    """Whether each array of weights has another gradient than the loss of the scores has, by dual numbers."""

    def loss(heads):
        return CASE.loss.value(scores(heads, CASE.x, rotary=rotary), CASE.y)

    expected = every_derivative(loss, CASE.heads)
    pairs = zip(*(jax.tree.leaves(each, is_leaf=is_array) for each in (found, expected)), strict=True)
    return [bool((one != other).any()) for one, other in pairs]


@pytest.mark.parametrize("rotary", [False, True])
def test_the_gradients_are_those_of_the_loss(rotary):
    assert gaps(rotary, gradients(CASE, rotary=rotary)) == [False] * 4


def test_the_gradients_without_rotary_positions_are_no_gradients_with_them():
    assert all(gaps(True, gradients(CASE, rotary=False)))


def test_rotary_positions_keep_lengths_and_are_turned_back():
    vectors = CASE.x @ CASE.heads[0].query
    turned = rotate(vectors)
    assert (turned[1:] != vectors[1:]).any(axis=1).all()
    assert (rotate(turned, back=True) == vectors).all()
    assert ((turned * turned).sum(-1) == (vectors * vectors).sum(-1)).all()


def test_with_rotary_positions_scores_depend_on_the_distance_only():
    same = dataclasses.replace(CASE, x=Symbol.of(np.tile(np.asarray(CASE.x[:1]), (3, 1))))
    first = scores(same.heads, same.x, rotary=True)[:, :3]
    assert (first[0, 1], first[1, 0]) == (first[1, 2], first[2, 1])
    assert first[0, 1] != first[0, 2]
