"""Which drawn cases are different: each has a fingerprint of 64 bits, so that what a record counts is no row twice."""

from collections.abc import Iterable

import jax
import numpy as np

from symmetry.array import Tree

ODD = np.uint64(0x9E3779B97F4A7C15)


def fingerprints(cases: Tree) -> np.ndarray:
    """One number of 64 bits for each case of a stack, an array (cases,): of all its numbers, in order, to the last bit.

    Two different cases share one with a chance of about 2^-64.
    """
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(cases)]
    total = np.zeros(len(leaves[0]) if leaves else 1, np.uint64)
    for leaf in leaves:
        words = np.ascontiguousarray(leaf.reshape(len(leaf), -1))
        words = words.view(f"u{words.itemsize}").astype(np.uint64)
        places = _mixed(ODD * np.arange(1, words.shape[1] + 1, dtype=np.uint64))
        total = _mixed(total + ODD) + _mixed(_mixed(words) + places).sum(1, dtype=np.uint64)
    return total


def combined(parts: Iterable[np.ndarray]) -> np.ndarray:
    """The fingerprints of cases that have several parts, from those of each part."""
    total = np.uint64(0)
    for part in parts:
        total = _mixed(total + ODD) + _mixed(part)
    return np.atleast_1d(total)


def _mixed(words: np.ndarray | np.uint64) -> np.ndarray:
    """Words of 64 bits of which every bit depends on every bit of the given (Steele, Lea and Flood's SplitMix64, 2014)."""
    with np.errstate(over="ignore"):
        words = np.asarray(words, np.uint64)
        words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return words ^ (words >> np.uint64(31))


class Seen:
    """Fingerprints so far."""

    def __init__(self) -> None:
        self._known: set[int] = set()

    def new(self, fingerprints: np.ndarray) -> np.ndarray:
        """Of each, whether it is the first of its kind; they are known from then on."""
        first = np.zeros(len(fingerprints), bool)
        first[np.unique(fingerprints, return_index=True)[1]] = True
        first &= np.array([word not in self._known for word in fingerprints.tolist()], bool)
        self._known.update(fingerprints.tolist())
        return first
