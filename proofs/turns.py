"""Orthogonal maps of a space: mirrors, of which all of them are products, and signed orders of the coordinates."""

import numpy as np

from symmetry.array import Array, pytree
from symmetry.source import Source


@pytree
class Mirror:
    """The orthogonal matrix Q = I - 2 u u^T / |u|^2, by the entries of its normal u and their signs, (size,) each."""

    entries: Array
    signs: Array

    def turn_rows(self, matrix: Array, times: int = 2) -> Array:
        """Every row x as x Q: a matrix (rows, size); another number in the place of 2 makes Q another matrix."""
        u = self.entries * self.signs
        return matrix - (matrix @ u[:, None]) * u[None, :] * times / (u * u).sum()

    def turn_columns(self, matrix: Array, times: int = 2) -> Array:
        """Every column w as Q w: a matrix (size, columns)."""
        return self.turn_rows(matrix.T, times).T


@pytree
class SignedOrder:
    """The matrix that puts coordinate order[i] in place i, times a sign: its transpose is its inverse."""

    order: Array
    signs: Array

    def turn_rows(self, matrix: Array) -> Array:
        """A matrix (rows, size) whose columns are in the new order, with the signs."""
        return matrix[:, self.order] * self.signs

    def turn_columns(self, matrix: Array) -> Array:
        """A matrix (size, columns) whose rows are."""
        return matrix[self.order, :] * self.signs[:, None]


def draw_mirror(source: Source, name: str, size: int) -> Mirror:
    """A mirror whose normal has no entry 0."""
    signs = 1 - 2 * source.integers(f"{name} signs", (size,), 2)
    return Mirror(source.positive_numbers(f"{name} normal", (size,)), signs)


def draw_signed_order(source: Source, name: str, size: int) -> SignedOrder:
    """An order of which the first two are swapped at least, and signs, the first of them -1."""
    signs = 1 - 2 * source.integers(f"{name} signs", (size,), 2)
    signs[..., 0] = -1
    first = source.integers(f"{name} turn", (), size)
    turned = (np.arange(size) + first[..., None]) % size
    swap = np.arange(size)
    swap[:2] = swap[:2][::-1]
    order = turned[..., swap]
    return SignedOrder(order, signs)
