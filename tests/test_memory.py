"""Memory maps: kernels take them, and give them back."""

import gc
import sys

import jax
import jax.numpy as jnp
import pytest

from symmetry.engine import memory
from symmetry.engine.memory import (
    COLLECT_AFTER,
    RESIDENT,
    collecting_rarely,
    give_back,
    give_back_if_scarce,
    maps_taken,
)


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


def test_kernels_are_dropped_where_memory_has_grown_and_not_again_for_what_stayed(monkeypatch):
    taken, dropped = [2 * RESIDENT], []
    monkeypatch.setattr(memory, "resident", lambda: taken[-1])
    monkeypatch.setattr(memory, "maps_taken", lambda: 0.0)
    monkeypatch.setattr(memory, "_stayed", 0.0)
    monkeypatch.setattr(memory, "forget_parts", lambda: dropped.append(taken[-1]))
    monkeypatch.setattr(jax, "clear_caches", lambda: None)
    give_back_if_scarce()
    give_back_if_scarce()
    assert len(dropped) == 1
    taken.append(2 * RESIDENT + 1)
    give_back_if_scarce()
    assert len(dropped) == 2


def test_cycles_are_looked_for_more_rarely_only_while_evidence_is_gathered():
    usual = (700, 10, 10)
    before = gc.get_threshold()
    gc.set_threshold(*usual)
    try:
        with collecting_rarely():
            assert gc.get_threshold() == COLLECT_AFTER
        assert gc.get_threshold() == usual
    finally:
        gc.set_threshold(*before)
