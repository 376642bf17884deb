"""Duals: a value and its derivative along one direction, over any other number system (griewank2008evaluating).

Differentiation forwards, without the reverse pass: what hand-written backprop is checked against.
"""

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable

import jax
import jax.numpy as jnp

from symmetry.activation import ActivationLike, derivative, reciprocal_square_root
from symmetry.array import Array, Arrays, Tree, is_array
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers.residue import unknown_curvature, unknown_error, unknown_loss


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Dual(Arrays):
    """primal + tangent epsilon, where epsilon^2 = 0.

    >>> x = Dual(jnp.array(3.0), jnp.array(1.0))
    >>> float((x * x).tangent)
    6.0
    """

    primal: Array
    tangent: Array

    def __neg__(self) -> "Dual":
        return Dual(-self.primal, -self.tangent)

    def __add__(self, other) -> "Dual":
        if isinstance(other, Dual):
            return Dual(self.primal + other.primal, self.tangent + other.tangent)
        primal = self.primal + other
        return Dual(primal, self.tangent if primal.shape == self.shape else self.tangent + other * 0)

    def __sub__(self, other) -> "Dual":
        return self + -other

    def __mul__(self, other) -> "Dual":
        if isinstance(other, Dual):
            return Dual(self.primal * other.primal, self.primal * other.tangent + self.tangent * other.primal)
        return Dual(self.primal * other, self.tangent * other)

    def __truediv__(self, constant) -> "Dual":
        return Dual(self.primal / constant, self.tangent / constant)

    def __matmul__(self, other) -> "Dual":
        if isinstance(other, Dual):
            return Dual(self.primal @ other.primal, self.primal @ other.tangent + self.tangent @ other.primal)
        return Dual(self.primal @ other, self.tangent @ other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other) -> "Dual":
        return -self + other

    def __rmatmul__(self, other) -> "Dual":
        return Dual(other @ self.primal, other @ self.tangent)

    def sum(self, axis=None, keepdims: bool = False) -> "Dual":
        return Dual(self.primal.sum(axis, keepdims=keepdims), self.tangent.sum(axis, keepdims=keepdims))


@derivative.register
def _(z: Dual, activation: ActivationLike, order: int = 0) -> Dual:
    return Dual(derivative(z.primal, activation, order), derivative(z.primal, activation, order + 1) * z.tangent)


@log_sum_exp.register
def _(logits: Dual) -> Dual:
    rate = (softmax(logits.primal) * logits.tangent).sum(-1, keepdims=True)
    return Dual(log_sum_exp(logits.primal), rate)


@softmax.register
def _(logits: Dual) -> Dual:
    p = softmax(logits.primal)
    return Dual(p, p * (logits.tangent - (p * logits.tangent).sum(-1, keepdims=True)))


@reciprocal_square_root.register
def _(z: Dual) -> Dual:
    root = reciprocal_square_root(z.primal)
    return Dual(root, -(root * root * root) / 2 * z.tangent)


@unknown_loss.register
def _(outputs: Dual, targets: Array, key: Array) -> Dual:
    rate = (unknown_error(outputs.primal, targets, key) * outputs.tangent).sum()
    return Dual(unknown_loss(outputs.primal, targets, key), rate)


@unknown_error.register
def _(outputs: Dual, targets: Array, key: Array) -> Dual:
    curvature = unknown_curvature(outputs.primal, targets, key)
    return Dual(unknown_error(outputs.primal, targets, key), (curvature * outputs.tangent[:, None, :]).sum(-1))


def derivative_along(function: Callable, parameters: Tree, direction: Tree) -> Tree:
    """d/de function(parameters + e direction) at e = 0, in the number system of the parameters.

    `function` returns a number or a tree of them; `direction` is a tree like `parameters`, of plain numbers.
    """
    lifted = jax.tree.map(Dual, parameters, direction, is_leaf=is_array)
    return jax.tree.map(lambda dual: dual.tangent, function(lifted), is_leaf=lambda node: isinstance(node, Dual))


@functools.singledispatch
def along_each(parameter: Array, function: Callable, directions: list[Array]) -> Tree:
    """A function of each of several directions, stacked; a system registers how, by the type of a parameter."""
    return jax.vmap(function)(*directions)


def _basis(parameters: Tree) -> tuple[Tree, list[Array]]:
    """The structure of the parameters' tree, and a direction along each entry, all of them stacked."""
    leaves, structure = jax.tree.flatten(parameters, is_leaf=is_array)
    ends = list(itertools.accumulate(math.prod(leaf.shape) for leaf in leaves))
    parts = jnp.split(jnp.eye(ends[-1], dtype=jnp.int32), ends[:-1], axis=1)
    dtype = leaves[0].dtype if leaves[0].dtype != object else parts[0].dtype
    return structure, [part.reshape(-1, *leaf.shape).astype(dtype) for part, leaf in zip(parts, leaves, strict=True)]


def every_derivative(function: Callable, parameters: Tree) -> Tree:
    """The derivative of a scalar function along every entry of every parameter, entry by entry.

    Returns: a tree like `parameters`, each leaf in the shape of its parameter.
    """
    structure, basis = _basis(parameters)
    derivatives = along_each(
        jax.tree.leaves(parameters, is_leaf=is_array)[0],
        lambda *direction: derivative_along(function, parameters, jax.tree.unflatten(structure, direction)),
        basis,
    )
    shapes = [directions.shape[1:] for directions in basis]
    starts = itertools.accumulate(map(math.prod, shapes), initial=0)
    pairs = zip(starts, shapes, strict=False)
    parts = [derivatives[start : start + math.prod(shape)].reshape(*shape) for start, shape in pairs]
    return jax.tree.unflatten(structure, parts)


def own_derivatives(gradient: Callable, parameters: Tree) -> Tree:
    """The derivative of every entry of a gradient along that entry: the diagonal of the Hessian.

    Args:
        gradient: of parameters, a tree like them.

    Returns: a tree like `parameters`.
    """
    structure, basis = _basis(parameters)

    def own(*direction):
        tree = jax.tree.unflatten(structure, direction)
        rates = jax.tree.leaves(derivative_along(gradient, parameters, tree), is_leaf=is_array)
        return [rate * along for rate, along in zip(rates, direction, strict=True)]

    diagonals = along_each(jax.tree.leaves(parameters, is_leaf=is_array)[0], own, basis)
    return jax.tree.unflatten(structure, [each.sum(0) for each in diagonals])
