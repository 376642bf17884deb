"""Converters where one number, one head or one size too few would hide a fault."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry import convert
from tests.small_models import WIDTH, X, interleaved_rotary, normal, rotary

SIX = 6
"""Entries of a head for which interleaving and its inverse differ; for 4 they are one."""


def test_units_that_differ_in_one_number_do_not_merge():
    weights = np.ones((4, 2))
    weights[3, 1] = 1 + 1e-6
    where = {"incoming": ["W:1"], "outgoing": ["V:0"]}
    with pytest.raises(convert.ConversionRefused, match=r"units \[0, 1\] differ in W:1"):
        convert.merge_units({"W": weights, "V": np.ones((2, 1))}, [0, 1], **where)


def test_a_scale_that_is_stored_less_1_folds():
    def apply(p, x):
        return x / jnp.sqrt((x * x).mean(-1, keepdims=True)) * (1 + p["scale"]) @ p["kernel"]

    params = {"scale": normal(1, WIDTH), "kernel": normal(2, WIDTH, 3)}
    folded = convert.fold_norm(params, scale="scale", readers={"kernel:0": None}, centre=1.0)
    convert.checked(apply, params, folded, X)
    assert (np.asarray(folded["scale"]) == 0).all()


def test_value_biases_go_to_the_query_heads_of_their_own_group():
    """Two heads of values, each read by two heads of queries."""
    params = {"v": normal(1, 4), "o": normal(2, 8, WIDTH), "b": normal(3, WIDTH)}

    def apply(p, x):
        first, second = jnp.split(x[:, :4] + p["v"], 2, axis=-1)
        heads = [jax.nn.softmax(sign * x @ x.T, -1) @ each for each in (first, second) for sign in (1.0, -1.0)]
        return jnp.concatenate(heads, -1) @ p["o"] + p["b"]

    made = convert.move_value_bias(params, value_bias="v", output="o:1", output_bias="b", size=2, dropout=0.0)
    convert.checked(apply, params, made, X)


def of_two_heads(turn):
    """Scores of two heads whose first six entries are turned, and two are not."""

    def apply(p, x):
        def heads(name):
            split = (x @ p[name]).reshape(len(x), 2, SIX + 2).transpose(1, 0, 2)
            return jnp.concatenate([turn(split[..., :SIX]), split[..., SIX:]], axis=-1)

        return heads("q") @ heads("k").transpose(0, 2, 1)

    return apply


def test_heads_of_six_entries_are_interleaved_and_split():
    params = {"q": normal(1, WIDTH, 2 * (SIX + 2)), "k": normal(2, WIDTH, 2 * (SIX + 2))}
    axes = {"queries": ["q:1"], "keys": ["k:1"], "size": SIX + 2, "rotated": SIX}
    made = convert.interleave_rotary(params, **axes)
    convert.checked(of_two_heads(rotary), params, made, X, apply_after=of_two_heads(interleaved_rotary))
    back = convert.split_rotary(made, **axes)
    convert.checked(of_two_heads(interleaved_rotary), made, back, X, apply_after=of_two_heads(rotary))
