"""Sums over axes that have a name: those of `jax.vmap` are known, and those of other devices are not."""

import jax
import jax.numpy as jnp
import pytest

from symmetry import discover
from symmetry.discovery.axes import fresh, is_frozen
from symmetry.discovery.rules import RULES
from symmetry.discovery.rules.equation import Equation
from symmetry.discovery.values import Value


@pytest.mark.parametrize("total", [jax.lax.psum, jax.lax.pmean, jax.lax.pmax, jax.lax.pmin])
def test_units_move_through_a_sum_over_the_batch_of_vmap(total):
    def apply(params, x):
        def normed(row):
            hidden = row @ params["W"]
            return (hidden - total(hidden, "batch")) @ params["V"]

        return jax.vmap(normed, axis_name="batch")(x)

    params = {"W": jnp.ones((3, 5)), "V": jnp.ones((5, 2))}
    assert list(map(str, discover(apply, params, jnp.ones((6, 3))))) == ["V: 5 units (V:0, W:1)"]


@pytest.mark.parametrize(("axes", "frozen"), [((0,), False), (("devices",), True)])
def test_units_are_frozen_by_a_sum_over_devices(axes, frozen):
    units, batch = fresh((5, 6))
    equation = Equation("psum", {"axes": axes, "axis_index_groups": None}, [(5,)], (True,), lambda axes: None)
    RULES["psum"](equation, Value((batch, units)))
    assert is_frozen(units) == frozen
