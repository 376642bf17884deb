"""ROPE.1 on Equinox's attention with its rotary embedding, whose layout is half-split."""

import functools

import numpy as np

from proofs.architectures import each_network
from proofs.attention import HEADS, ROTARY, SIZE, before_and_after, equinox_attention
from proofs.rotations import Complex
from proofs.stacks import Change
from symmetry.engine.measure import Trials


def rotary_attention(trials: Trials, fault: str):
    """Equinox's attention, with a rotary embedding of queries and keys."""
    return equinox_attention(trials, ROTARY)


def on_columns(act, factor: Complex) -> Change:
    """The change of the array (networks, before, head, size, after) that acts on each head's columns, its axis of the size."""

    def changed(heads: np.ndarray) -> np.ndarray:
        return np.moveaxis(act(np.moveaxis(heads, -1, 2), factor), 2, -1)

    return changed


def complex_factors(trials: Trials, count: int, fault: str) -> dict[str, Change]:
    """Queries times a complex number for each head and frequency, keys over its conjugate."""
    from proofs.rotary import over, over_conjugate, sheared, sheared_back, times

    numbers = trials.generator.standard_normal((2, count, 1, 1, HEADS, SIZE // 2))
    on_queries, on_keys = {
        "1/a for 1/conj(a)": (times, over),
        "a real matrix for each frequency": (sheared, sheared_back),
    }.get(fault, (times, over_conjugate))
    factor = Complex(*numbers)
    return {"query": on_columns(on_queries, factor), "key": on_columns(on_keys, factor)}


def complex_numbers_leave_the_module_as_it_is(trials: Trials, *, fault: str = "") -> None:
    """The outputs of Equinox's module after such factors equal those before."""
    networks = {"Equinox": functools.partial(before_and_after, rotary_attention, complex_factors)}
    for name, function, before, after in each_network(networks, trials, fault, ""):
        trials.compare(name, function, after, before)
