"""Edges of the tape: from what a result was made of to the result; the error goes the other way."""

import dataclasses
from collections.abc import Sequence

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

    def changed(self, chosen: np.ndarray, **values: npt.ArrayLike) -> "Edges":
        """The same with another `operand`, `result` or `slope` of some."""
        arrays = {name: getattr(self, name).copy() for name in values}
        for name, array in arrays.items():
            array[chosen] = values[name]
        return dataclasses.replace(self, **arrays)

    def replaced(self, pieces: list[tuple[np.ndarray, np.ndarray]]) -> "Edges":
        """The same with other slopes of several groups: pairs of edges, -1 where there is none, and their slopes."""
        if not pieces:
            return self
        chosen, slope = (np.concatenate([each.ravel() for each in column]) for column in zip(*pieces, strict=True))
        return self.changed(chosen[chosen >= 0], slope=slope[chosen >= 0])

    def with_more(self, *more: Sequence[np.ndarray]) -> "Edges":
        """The same and some more: operands, results and slopes."""
        columns = zip((self.operand, self.result, self.slope), *more, strict=True)
        return Edges(*(np.concatenate([each.ravel() for each in column]) for column in columns))


def edges_of_product(block: Product) -> np.ndarray:
    """The edges of a product of matrices: operand, result, slope, other factor, column."""
    left, right = (
        np.array([float(entry) for entry in each.entries()]).reshape(each.nrows(), each.ncols())
        for each in block.factors
    )
    left_nodes, right_nodes = block.nodes[0].reshape(left.shape), block.nodes[1].reshape(right.shape)
    i, k, j = np.indices((*left.shape, right.shape[1])).reshape(3, -1)
    result = np.array(block.places).reshape(len(left), -1)[i, j]
    one, other = left_nodes[i, k], right_nodes[k, j]
    table = np.concatenate(
        [
            np.stack([one, result, right[k, j], other, k], axis=1),
            np.stack([other, result, left[i, k], one, k], axis=1),
        ]
    )
    return table[table[:, 0] >= 0]
