"""Edges of the tape: from what a result was made of to the result; the error goes the other way."""

import dataclasses

import numpy as np
import numpy.typing as npt

from symmetry.gradcheck.products import Product


@dataclasses.dataclass(frozen=True)
class Edges:
    """Edges of the tape, each from an operand to a result: the error goes the other way.

    Attributes:
        operand, result: places on the tape.
        slope: the derivative of the result in the operand.
    """

    operand: np.ndarray
    result: np.ndarray
    slope: np.ndarray

    def where(self, chosen: np.ndarray, slope: npt.ArrayLike) -> "Edges":
        """The same with another slope of some."""
        changed = self.slope.copy()
        changed[chosen] = slope
        return dataclasses.replace(self, slope=changed)

    def replaced(self, pieces: list[tuple[np.ndarray, np.ndarray]]) -> "Edges":
        """The same with other slopes of several groups: pairs of edges and their slopes."""
        if not pieces:
            return self
        chosen, slopes = zip(*pieces, strict=True)
        return self.where(np.concatenate(chosen), np.concatenate(slopes))

    def scaled(self, chosen: np.ndarray, factor: np.ndarray) -> "Edges":
        """The same with the slope of some multiplied."""
        return self.where(chosen, self.slope[chosen] * factor)

    def ending(self, chosen: np.ndarray, result: np.ndarray) -> "Edges":
        """The same with some edges that get the error of other results."""
        changed = self.result.copy()
        changed[chosen] = result
        return dataclasses.replace(self, result=changed)

    def starting(self, chosen: np.ndarray, operand: np.ndarray) -> "Edges":
        """The same with some edges that hand their error to other operands."""
        changed = self.operand.copy()
        changed[chosen] = operand
        return dataclasses.replace(self, operand=changed)

    def with_more(self, operand: np.ndarray, result: np.ndarray, slope: np.ndarray) -> "Edges":
        """The same and some more."""
        return Edges(
            np.concatenate([self.operand, operand]),
            np.concatenate([self.result, result]),
            np.concatenate([self.slope, slope]),
        )


def edges_of_product(block: Product) -> np.ndarray:
    """The edges of a product of matrices: operand, result, slope, other factor, column."""
    left, right = block.factors
    height, inner, width = left.nrows(), left.ncols(), right.ncols()
    values = [
        np.array([float(e) for e in each.entries()]).reshape(each.nrows(), each.ncols()) for each in (left, right)
    ]
    nodes = [each.reshape(value.shape) for each, value in zip(block.nodes, values, strict=True)]
    shape = height, inner, width
    results = np.broadcast_to(np.array(block.places).reshape(height, 1, width), shape)
    columns = np.broadcast_to(np.arange(inner)[None, :, None], shape)
    spread = [
        [np.broadcast_to(each[0][:, :, None], shape), np.broadcast_to(each[1][None], shape)] for each in (values, nodes)
    ]
    (one, other), (one_nodes, other_nodes) = spread
    tables = [
        np.stack([np.float64(each).ravel() for each in (a, results, slope, b, columns)], axis=1)
        for a, slope, b in ((one_nodes, other, other_nodes), (other_nodes, one, one_nodes))
    ]
    table = np.concatenate(tables)
    return table[table[:, 0] >= 0]
