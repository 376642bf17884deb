"""METH.3 in full where that is possible: every number of the 16-bit types, for every function the program uses."""

import functools

import flint
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from proofs.method import FUNCTIONS
from proofs.real_functions import excess, rational, real, real_function
from symmetry.numbers.ball import stated_error, underflow


@pytest.mark.slow
@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float16])
@pytest.mark.parametrize(("phi", "order"), FUNCTIONS, ids=lambda value: getattr(value, "name", value))
def test_the_stated_accuracy_holds_at_every_16_bit_number(phi, order, dtype):
    every = np.arange(2**16, dtype=np.uint16).view(jnp.dtype(dtype))
    with np.errstate(invalid="ignore"):
        wide = every.astype(np.float64)
    numbers = every[np.isfinite(wide) & (np.abs(wide) >= underflow(dtype))]
    values = jax.jit(functools.partial(phi.evaluate, order=order))(numbers)
    stated = np.asarray(stated_error(phi.facts(order), values))
    exact = real_function(phi.name, order)
    computed = np.asarray(values, np.float64)
    worst = max(
        excess(exact(real(rational(number))), value, bound)
        for number, value, bound in zip(numbers, computed, stated, strict=True)
        if np.isfinite(value)
    )
    assert worst <= 1


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(("name", "point"), [("tanh", 0.5), ("gelu", -2.0), ("silu", -700.0), ("softplus", 40.0)])
def test_references_do_not_depend_on_the_precision_they_start_from(name, point):
    first = real_function(name, 1)(flint.arb(point))
    with flint.ctx.workprec(2000):
        again = real_function(name, 1)(flint.arb(point))
    assert first.overlaps(again)
    assert excess(again, float(first.mid()), 2.0**-53 * abs(float(first.mid())) + 2.0**-1022) <= 1.01
