"""Tests of one's own model: its units are interchangeable, its training keeps that, and a port is the same function."""

from typing import Annotated, Any

import jax
import numpy as np
from hypothesis import given, settings
from my_model import build, by_hand

import symmetry
from symmetry.testing import (
    Model,
    assert_equivariant_update,
    assert_same_function,
    assert_symmetric,
    networks,
)

BUILT = build()
APPLY, PARAMS, X = BUILT["apply"], BUILT["params"], BUILT["inputs"]
ROUND = np.array([[0, 1, 2], [1, -1, 0]], np.float32)
"""Inputs whose products with fractions of 16 are exact in float32."""


def test_the_units_of_the_model_are_interchangeable():
    assert_symmetric(APPLY, PARAMS, X, loss=BUILT["loss"], optimizer=BUILT["optimizer"])


def test_a_training_step_does_not_know_the_order_of_units():
    assert_equivariant_update((BUILT["loss"], BUILT["optimizer"]), PARAMS, X)


def test_my_own_update_does_not_know_it_either():
    def descend(params: Any, x: jax.Array) -> Any:
        gradient = jax.grad(BUILT["loss"])(params, x)
        return jax.tree.map(lambda at, slope: at - 0.1 * slope, params, gradient)

    assert_equivariant_update(descend, PARAMS, X)


def test_the_port_is_the_same_function():
    assert_same_function(APPLY, PARAMS, by_hand, PARAMS, X)


@settings(deadline=None, max_examples=25)
@given(networks(PARAMS))
def test_reversing_units_changes_not_a_bit_where_sums_are_exact(params: Any):
    assert np.array_equal(by_hand(reversed_units(params), ROUND), by_hand(params, ROUND))


def reversed_units(params: Any, outgoing: bool = True) -> Any:
    """The network with its hidden units in reverse order."""
    first, second = params["params"]["Dense_0"], params["params"]["Dense_1"]
    return {
        "params": {
            "Dense_0": {"kernel": first["kernel"][:, ::-1], "bias": first["bias"][::-1]},
            "Dense_1": {**second, "kernel": second["kernel"][::-1] if outgoing else second["kernel"]},
        }
    }


@symmetry.theorem(
    "MINE.1",
    title="Reversing the hidden units of my classifier changes nothing",
    statement=r"f(\rho\cdot\theta, x) = f(\theta, x), \quad \rho(i) = n + 1 - i",
    hypotheses="any parameters and inputs",
    controls={"outgoing weights stay": dict(outgoing=False)},
)
def reversing_units_changes_nothing(model: Annotated[Model, Model(build)], *, outgoing: bool = True):
    return model(reversed_units(model.params, outgoing)), model(model.params)
