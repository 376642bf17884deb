"""What the program computes with: arrays of numbers of any number system, and what classes of numbers share."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, dataclass_transform

import jax

Array: TypeAlias = Any
"""An array of numbers of some system, with `@ + - * / .T .sum()` and `.shape`: a JAX array, a ball, residues, symbols, a dual."""

Tree: TypeAlias = Any
"""Arrays in nested tuples, lists, dictionaries and dataclasses: what `jax.tree` calls a pytree."""


Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def pytree(kind: type[Kind]) -> type[Kind]:
    """Makes a class a frozen dataclass whose fields JAX takes for parts of a tree, but for those marked as static."""
    return jax.tree_util.register_dataclass(dataclasses.dataclass(frozen=True)(kind))


def is_array(node: object) -> bool:
    """Whether a node of a tree is an array of numbers rather than a container of arrays."""
    return hasattr(node, "shape")


Numbers = TypeVar("Numbers", bound="Arrays")


def operator(operation: Callable[[Numbers, Numbers], Numbers]) -> Callable[[Numbers, Array], Numbers]:
    """An operator of a number and an operand; an operand that is no number, such as a dual, handles the operation itself."""

    def operate(self: Numbers, other: Array) -> Numbers:
        operand = self.operand(other)
        if operand is None:
            return NotImplemented
        return operation(self, operand)

    return operate


class Arrays:
    """A dataclass of arrays of one shape: what it is, and what is done to each of them alike."""

    __array_ufunc__ = None

    shape = property(lambda self: jax.tree.leaves(self)[0].shape)
    ndim = property(lambda self: jax.tree.leaves(self)[0].ndim)
    dtype = property(lambda self: jax.tree.leaves(self)[0].dtype)

    @property
    def T(self: Numbers) -> Numbers:
        return jax.tree.map(lambda part: part.T, self)

    def __getitem__(self: Numbers, index) -> Numbers:
        return jax.tree.map(lambda part: part[index], self)

    def reshape(self: Numbers, *shape) -> Numbers:
        return jax.tree.map(lambda part: part.reshape(*shape), self)

    def operand(self: Numbers, other: object) -> Numbers | None:
        """Another number as one of this type; None if it is no number."""
        raise NotImplementedError
