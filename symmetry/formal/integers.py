"""Integers, exactly: activations and losses on them, and what a term is of arrays of them."""

import dataclasses
import functools
import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from symmetry.array import Array
from symmetry.numbers.formal import Applied, Entry, Index, OfRow, Operation, Sum, Term


@dataclasses.dataclass(frozen=True)
class Square:
    """φ(z) = z² + shift z, with its slope 2z + shift: an activation whose value and slope differ, and no two shifts agree."""

    shift: int = 1

    def evaluate(self, z: Any, order: int) -> Any:
        return [z * z + self.shift * z, 2 * z + self.shift, 0 * z + 2][order]

    def __str__(self) -> str:
        return f"φ(z) = z² + {'' if self.shift == 1 else self.shift}z"


@dataclasses.dataclass(frozen=True)
class ProductLoss:
    """The loss of one example: the sum of its outputs times the sum of their products with the targets. No two outputs
    are alike in it, so that an error at the wrong output shows.
    """

    def value(self, outputs: Array, targets: Array) -> Array:
        return (outputs.sum(1) * (outputs * targets).sum(1)).sum()

    def error(self, outputs: Array, targets: Array) -> Array:
        return targets * outputs.sum(1, keepdims=True) + (outputs * targets).sum(1, keepdims=True)

    def __str__(self) -> str:
        return "loss(a, y) = (Σ_j a[j]) (Σ_j a[j] y[j])"


def exact(shape: tuple[int, ...], drawn: random.Random, low: int, high: int) -> np.ndarray:
    """An array of random integers, as fractions so that division is exact."""
    numbers = [Fraction(drawn.randint(low, high)) for _ in range(int(np.prod(shape)))]
    array = np.empty(shape, dtype=object)
    array.ravel()[:] = numbers
    return array


@dataclasses.dataclass(frozen=True)
class Given:
    """What the arguments of terms are: arrays, activations and a loss by name, and the size of every dimension."""

    arguments: Mapping[str, Any]
    sizes: Mapping[str, int]

    def array_of(self, term: Term, indices: tuple[Index, ...]) -> np.ndarray:
        """The term at every place of its indices."""
        result = np.empty(tuple(self.sizes[index.dimension] for index in indices), dtype=object)
        for place in np.ndindex(result.shape):
            result[place] = evaluate(term, dict(zip(indices, place, strict=True)), self)
        return result


@functools.singledispatch
def evaluate(term: Term, at: Mapping[Index, int], given: Given) -> Any:
    """The number that a term is, at given values of its free indices."""
    raise NotImplementedError


@evaluate.register
def _(term: Entry, at: Mapping[Index, int], given: Given) -> Any:
    return given.arguments[term.array][tuple(at[index] for index in term.indices)]


@evaluate.register
def _(term: Operation, at: Mapping[Index, int], given: Given) -> Any:
    left, right = evaluate(term.left, at, given), evaluate(term.right, at, given)
    return left + right if term.sign == "+" else left * right


@evaluate.register
def _(term: Sum, at: Mapping[Index, int], given: Given) -> Any:
    places = range(given.sizes[term.index.dimension])
    return sum((evaluate(term.body, {**at, term.index: place}, given) for place in places), Fraction(0))


@evaluate.register
def _(term: Applied, at: Mapping[Index, int], given: Given) -> Any:
    return given.arguments[term.activation].evaluate(evaluate(term.argument, at, given), term.order)


@evaluate.register
def _(term: OfRow, at: Mapping[Index, int], given: Given) -> Any:
    places = range(given.sizes[term.index.dimension])
    row = np.array([evaluate(term.row, {**at, term.index: place}, given) for place in places], dtype=object)
    loss, target = given.arguments[term.function], evaluate(term.target, at, given)
    if term.output is None:
        return loss.value(row[None], target[None])
    return loss.error(row[None], target[None])[0, at[term.output]]
