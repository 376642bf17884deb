"""Generated/Action.agda: what the program's permutations of hidden units do to networks of natural numbers, by refl.

So the action that the theorems on permutations speak of, which Theory/Permutation.agda defines, is the program's own.
"""

import itertools
import random
from collections.abc import Sequence

import numpy as np

from symmetry.actions import UnitPermutation
from symmetry.formal.example_text import entries_of, network_lines
from symmetry.formal.integers import ProductLoss, exact
from symmetry.network import Layer, Network

WIDTHS = ((2, 3, 2), (1, 2, 3, 2, 2), (2, 2, 1, 3, 2, 3, 1))
"""Of every layer, the inputs first: networks with 1, 3 and 5 hidden layers."""

HEAD = """-- Written by permuting hidden units of networks of natural numbers in Python. Agda does the same. Do not edit.
module Generated.Action where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
open import Theory.Permutation using (Permutations; []; _∷_; act)
open import Generated.Example using (Vec; []; _∷_; at; rows; entries)
"""


def action_text() -> str:
    """The file."""
    return "\n".join([HEAD, *map(_network_text, WIDTHS)])


def _network_text(widths: Sequence[int]) -> str:
    numbers = random.Random(len(widths))
    layers = tuple(
        Layer(
            exact((above, below), numbers, 1, 99), exact((below,), numbers, 1, 99) if numbers.random() < 0.6 else None
        )
        for above, below in itertools.pairwise(widths)
    )
    network = Network(layers, (), ProductLoss())
    moves = [_moved(width, numbers) for width in widths[1:-1]]
    permuted = UnitPermutation(tuple(map(np.array, moves))).act(network)
    lines = [f"module Hidden-{len(moves)} where", *network_lines(network)]
    for place, units in enumerate(moves, start=1):
        lines += [f"  π{place} : Permutation {len(units)}", f"  π{place} = {_permutation(units)}"]
    moved = " ∷ ".join([*(f"π{place}" for place in range(1, len(moves) + 1)), "[]"])
    lines += [f"  permuted : entries (act ({moved}) θ) ≡ ({entries_of(permuted.layers)})", "  permuted = refl"]
    return "\n".join(lines) + "\n"


def _moved(width: int, numbers: random.Random) -> list[int]:
    """The units in another order, if there are two."""
    units = list(range(width))
    while width > 1 and units == sorted(units):
        numbers.shuffle(units)
    return units


def _permutation(units: Sequence[int]) -> str:
    """In Agda, with the proof that it is one."""
    back = [units.index(unit) for unit in range(len(units))]
    undone = "λ { " + " ; ".join(f"{_index(unit)} → refl" for unit in range(len(units))) + " }"
    to, source = (f"at ({' ∷ '.join([*map(_index, each), '[]'])})" for each in (units, back))
    return f"record {{ to = {to} ; from = {source} ; from-to = {undone} ; to-from = {undone} }}"


def _index(unit: int) -> str:
    """In Agda: 2 is suc (suc zero).

    >>> _index(2)
    '(suc (suc zero))'
    """
    return "zero" if unit == 0 else f"(suc {_index(unit - 1)})"
