"""Memory maps: kernels take them, and give them back."""

import sys

import jax
import jax.numpy as jnp
import pytest

from symmetry.engine.memory import give_back, maps_taken


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory maps")
def test_kernels_take_memory_maps_and_give_them_back():
    give_back()
    before = maps_taken()
    assert 0 < before < 1
    kernels = [jax.jit(lambda x, n=n: jnp.sin(x) @ x + n) for n in range(20)]
    jax.block_until_ready([kernel(jnp.ones((4, 4))) for kernel in kernels])
    taken = maps_taken()
    assert taken > before
    del kernels
    give_back()
    assert maps_taken() < taken
