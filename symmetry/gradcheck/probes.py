"""Which derivatives are compared: every entry of every array, or, where these are many, rows, columns and a sample."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from symmetry.gradcheck.parameters import Arrays, size_of

MOST_ENTRIES = 2_000
"""Entries up to which each is compared by itself."""

SAMPLE = 200
"""Entries that are compared by themselves where they are more."""


@dataclasses.dataclass(frozen=True)
class Probe:
    """One derivative: along the entries that `index` takes from the array at `path`, all by the same amount."""

    path: str
    index: tuple

    @property
    def place(self) -> str:
        """In NumPy's notation, such as `[2, :]`."""
        return (
            f"[{', '.join(':' if isinstance(each, slice) else str(each) for each in self.index)}]" if self.index else ""
        )

    @property
    def is_entry(self) -> bool:
        return not any(isinstance(each, slice) for each in self.index)

    def of(self, gradient: Mapping[str, Any]) -> Any:
        """The derivative along the probe's direction, from a gradient."""
        return np.sum(gradient[self.path][self.index])

    def direction(self, arrays: Arrays) -> dict[str, np.ndarray]:
        """The direction, as arrays like the parameters."""
        along = {path: np.zeros(array.shape) for path, array in arrays.items()}
        along[self.path][self.index] = 1
        return along


def probes_of(arrays: Arrays, seed: int) -> list[Probe]:
    """Every entry, up to `MOST_ENTRIES`; beyond, every slice along every axis and a sample of entries."""
    if size_of(arrays) <= MOST_ENTRIES:
        return [Probe(path, index) for path, array in arrays.items() for index in np.ndindex(array.shape)]
    found = [probe for path, array in arrays.items() for probe in _slices(path, array)]
    draw = np.random.default_rng(seed)
    tables = {path: array for path, array in arrays.items() if array.ndim > 1}
    for path, array in tables.items():
        chosen = np.sort(draw.choice(array.size, min(SAMPLE // len(tables), array.size), replace=False))
        found += [Probe(path, tuple(int(i) for i in np.unravel_index(flat, array.shape))) for flat in chosen]
    return found


def values_at(probes: list[Probe], gradient: Mapping[str, Any]) -> np.ndarray:
    """The derivative along each probe, from a gradient."""
    return np.array([float(probe.of(gradient)) for probe in probes])


def _slices(path: str, array: np.ndarray) -> list[Probe]:
    """One probe for each index along each axis; of a vector, its entries."""
    return [
        Probe(path, tuple(i if a == axis else slice(None) for a in range(array.ndim)))
        for axis in range(array.ndim)
        for i in range(array.shape[axis])
    ]
