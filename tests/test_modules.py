"""The programs of rotary embedding, routers and grouped heads compute what NumPy computes by other means."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from proofs.attention_block import Attention, attend
from proofs.grouped_heads import HEADS, HEADS_OF_A_GROUP, GroupedAttention, GroupOrder
from proofs.rotations import Complex, half_split, interleaved, turned
from proofs.router import CHOSEN, EXPERTS, chosen
from symmetry.architecture import Architecture
from symmetry.cases import CASE_KINDS
from symmetry.numbers.ball.source import RandomFloats

pytestmark = pytest.mark.quick

GENERATOR = np.random.default_rng(27)


SIZES = Architecture((3, 2, 2))


def first_drawn(kind, architecture=SIZES):
    """One case of a kind."""
    drawn = CASE_KINDS[kind].draw(RandomFloats((27,), 1), architecture, "case")
    return jax.tree.map(lambda leaf: jnp.asarray(leaf[0]), drawn)


@pytest.mark.parametrize("layout", [half_split, interleaved])
def test_turning_columns_multiplies_complex_numbers(layout):
    rows, factor = GENERATOR.standard_normal((5, 6)), GENERATOR.standard_normal((5, 3, 2)) @ [1, 1j]
    first, second = layout(3)
    made = turned(rows, Complex(factor.real, factor.imag), layout)
    expected = (rows[:, first] + 1j * rows[:, second]) * factor
    np.testing.assert_array_max_ulp(made[:, first], expected.real, 4)
    np.testing.assert_array_max_ulp(made[:, second], expected.imag, 4)


def test_turning_in_one_layout_is_not_turning_in_the_other():
    rows, by = np.ones((1, 4)), Complex(np.zeros((1, 2)), np.array([[1.0, 2.0]]))
    assert not np.array_equal(turned(rows, by, half_split), turned(rows, by, interleaved))


@pytest.mark.parametrize("count", [1, CHOSEN, EXPERTS])
def test_the_chosen_experts_have_the_largest_logits(count):
    logits = GENERATOR.standard_normal((20, EXPERTS))
    largest = np.argsort(logits, axis=1)[:, -count:]
    expected = np.zeros_like(logits)
    np.put_along_axis(expected, largest, 1, axis=1)
    assert np.array_equal(chosen(jnp.asarray(logits), count), expected)


def test_reordered_query_heads_keep_the_keys_of_their_group():
    attention, order = first_drawn(GroupedAttention), first_drawn(GroupOrder)
    moved = order.act(attention)
    keys_of = {
        float(each.query.weight[0, 0]): float(each.key.weight[0, 0]) for each in map(attention.head, range(HEADS))
    }
    assert len(keys_of) == HEADS
    for index in range(HEADS):
        head = moved.head(index)
        assert keys_of[float(head.query.weight[0, 0])] == float(head.key.weight[0, 0])


def test_a_case_of_an_order_moves_heads_and_groups():
    order = first_drawn(GroupOrder)
    assert [len(each) for each in order.within] == [HEADS_OF_A_GROUP] * len(order.groups)
    assert not np.array_equal(order.groups, np.arange(len(order.groups)))


def test_attention_without_values_gives_the_bias_of_the_outputs():
    attention = first_drawn(Attention, Architecture((3, 3, 2)))
    still = jax.tree.map(jnp.zeros_like, attention.heads)
    outputs = attend(Attention(still, attention.bias), jnp.ones((4, 3)))
    assert np.array_equal(outputs, np.tile(attention.bias, (4, 1)))
