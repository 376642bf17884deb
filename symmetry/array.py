"""What the program computes with: arrays of numbers of any number system."""

from typing import Any, TypeAlias

Array: TypeAlias = Any
"""An array of numbers of some system, with `@ + - * / .T .sum()` and `.shape`: a JAX array, a ball, residues, symbols, a dual."""

Tree: TypeAlias = Any
"""Arrays in nested tuples, lists, dictionaries and dataclasses: what `jax.tree` calls a pytree."""


def is_array(node: object) -> bool:
    """Whether a node of a tree is an array of numbers rather than a container of arrays."""
    return hasattr(node, "shape")
