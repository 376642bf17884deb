"""Network i of a sweep by itself: drawn again, shown with both sides, and made simpler as long as it breaks the law."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.engine.failing_case import run_drawn
from symmetry.engine.kernel import Kernel, exact_settings
from symmetry.statements.theorem import Theorem
from symmetry.sweep.drawn import BLOCK
from symmetry.sweep.kernel import FAMILIES, Law, cases_of
from symmetry.sweep.sweepable import architectures_of

ROWS = 64
"""Cases that one call of a kernel tries."""


def law_of(theorem: Theorem, dtype: str, seed: int, network: int) -> Law:
    """The law on the architecture of network number `network`."""
    choices = architectures_of(theorem)
    return Law(theorem.id, theorem.law, choices[network // BLOCK % len(choices)], dtype, seed)


def drawn_again(law: Law, network: int) -> dict[str, Any]:
    """The cases of one network, NumPy arrays with a leading axis of one."""
    block, place = divmod(network, BLOCK)
    with exact_settings():
        words = [jnp.uint32(word) for word in (block % FAMILIES, block, place)]
        cases, _ = jax.jit(lambda *words: cases_of(law, *words))(*words)
        return jax.tree.map(lambda leaf: np.asarray(leaf)[None], cases)


def shown(theorem: Theorem, dtype: str, seed: int, network: int) -> tuple[bool, str]:
    """Whether a law fails on one network, and that network with both sides of the place that differs most."""
    law = law_of(theorem, dtype, seed, network)
    with exact_settings():
        return run_drawn(theorem, drawn_again(law, network), _described(law, f"network {network} of seed {seed}"))


def simplest(theorem: Theorem, dtype: str, seed: int, network: int) -> str:
    """The simplest network found that breaks the law too, with both sides: the failing one with numbers made 0, 1 or rounder."""
    law = law_of(theorem, dtype, seed, network)
    cases = simplified(law, drawn_again(law, network))
    with exact_settings():
        return run_drawn(theorem, cases, _described(law, f"network {network} of seed {seed}, simplified"))[1]


def _described(law: Law, which: str) -> str:
    return f"{law.architecture.described}, {which}, in {law.dtype}"


def simplified(law: Law, cases: Mapping[str, Any]) -> dict[str, Any]:
    """The cases with as many numbers 0, 1 or of few digits as the law stays broken with; greedy, so not the fewest."""
    kernel = Kernel({law.id: law.law}, np.dtype(law.dtype))
    leaves, structure = jax.tree.flatten(cases)
    floats = [place for place, leaf in enumerate(leaves) if jnp.issubdtype(leaf.dtype, jnp.floating)]
    entries = [(leaf, entry) for leaf in floats for entry in range(leaves[leaf].size)]

    def broken(tries: list[list[np.ndarray]]) -> int | None:
        """The first of at most `ROWS` tries that breaks the law."""
        filled = [*tries, *[tries[-1]] * (ROWS - len(tries))]
        stacked = [np.concatenate(parts) for parts in zip(*filled, strict=True)]
        outcome = kernel(jax.tree.unflatten(structure, stacked))
        if kernel.traced[law.id].error:
            return 0
        found = np.flatnonzero((outcome[law.id].excess > 1).any(axis=1))
        return int(found[0]) if len(found) else None

    while True:
        before = _cost(leaves, floats)
        for simpler in (lambda number: 0 * number, np.sign, _with_few_digits):
            at = 0
            while at < len(entries):
                tries = [_with(leaves, place, simpler) for place in entries[at : at + ROWS]]
                found = broken(tries)
                leaves, at = (leaves, at + ROWS) if found is None else (tries[found], at + found + 1)
        if _cost(leaves, floats) >= before:
            return jax.tree.unflatten(structure, leaves)


def _with(leaves: list[np.ndarray], place: tuple[int, int], simpler: Any) -> list[np.ndarray]:
    """The arrays with one entry made simpler."""
    leaf, entry = place
    array = leaves[leaf].copy()
    array.flat[entry] = simpler(array.flat[entry])
    return [*leaves[:leaf], array, *leaves[leaf + 1 :]]


def _with_few_digits(number: Any) -> Any:
    """The nearest number of three binary digits."""
    mantissa, exponent = np.frexp(np.float64(number))
    return np.ldexp(np.round(mantissa * 8) / 8, exponent)


def _cost(leaves: list[np.ndarray], floats: list[int]) -> int:
    """How far from simple the numbers are: 0 costs nothing, 1 and -1 one, few digits two, others three."""
    numbers = np.concatenate([np.asarray(leaves[place], np.float64).ravel() for place in floats])
    few = np.array([_with_few_digits(number) == number for number in numbers])
    return int(np.where(numbers == 0, 0, np.where(abs(numbers) == 1, 1, np.where(few, 2, 3))).sum())
