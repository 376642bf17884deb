"""Matrix products of exact numbers: one product of FLINT's, and one step on the tape, in the place of each multiplication."""

from collections.abc import Sequence

import flint
import numpy as np
from flint import arb, arb_mat

from symmetry.gradcheck.number import ExactNumber, exact_number
from symmetry.gradcheck.tape import PRECISION, CannotRun, Rates, add_rate, count, current, note_block

CHEAPER = 128
"""How many multiplications inside of a product take as long as one by itself."""


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """`one @ other`, an array of objects, where either holds exact numbers: shapes as in `np.matmul`."""
    rows = one[None, :] if one.ndim == 1 else one
    columns = other[:, None] if other.ndim == 1 else other
    if one.ndim == 0 or other.ndim == 0 or rows.shape[-1] != columns.shape[-2]:
        raise ValueError(f"matmul: shapes {one.shape} and {other.shape} do not fit")
    stack = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    rows = np.broadcast_to(rows, stack + rows.shape[-2:])
    columns = np.broadcast_to(columns, stack + columns.shape[-2:])
    result = np.empty((*stack, rows.shape[-2], columns.shape[-1]), object)
    for index in np.ndindex(stack):
        result[index] = _of_matrices(rows[index], columns[index])
    if one.ndim == 1:
        result = result[..., 0, :]
    return result[..., 0] if other.ndim == 1 else result


class Product:
    """A product on the tape: its factors, which of their entries are remembered, and where its entries begin."""

    def __init__(self, factors: tuple[arb_mat, arb_mat], nodes: tuple[np.ndarray, np.ndarray]) -> None:
        self.factors = factors
        self.nodes = nodes
        self.places = range(0)

    def pass_back(self, rates: Rates, sizes: bool) -> None:
        """Adds to the derivatives in the factors' entries what those in the product's make of them, or the sizes of that."""
        found = [rates[place] for place in self.places]
        if all(rate is None for rate in found):
            return
        one, other = map(_sizes, self.factors) if sizes else self.factors
        rate = arb_mat(one.nrows(), other.ncols(), [arb(0) if each is None else each for each in found])
        passing = (lambda: rate * other.transpose(), lambda: one.transpose() * rate)
        for nodes, passed in zip(self.nodes, passing, strict=True):
            if (nodes >= 0).any():
                for node, entry in zip(nodes.tolist(), passed().entries(), strict=True):
                    if node >= 0:
                        add_rate(rates, node, entry)


def _sizes(matrix: arb_mat) -> arb_mat:
    return arb_mat(matrix.nrows(), matrix.ncols(), [abs(entry) for entry in matrix.entries()])


def _of_matrices(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    (height, inner), width = one.shape, other.shape[1]
    count(height * inner * width // CHEAPER + height * width)
    (left, left_nodes), (right, right_nodes) = (_balls_and_places(each) for each in (one, other))
    if inner == 0:
        return np.full((height, width), 0.0, object)
    balls = (left * right).entries()
    if flint.ctx.prec < PRECISION:
        balls = _with_rounding(balls, left, right, inner)
    depends = (left_nodes >= 0).any() or (right_nodes >= 0).any()
    places: Sequence[int | None] = [None] * len(balls)
    if depends and current().remembers:
        block = Product((left, right), (left_nodes, right_nodes))
        places = block.places = note_block(block, len(balls))
    elif depends:
        places = [0] * len(balls)
    numbers = (ExactNumber(ball, place) for ball, place in zip(balls, places, strict=True))
    return np.fromiter(numbers, object, len(balls)).reshape(height, width)


def _balls_and_places(array: np.ndarray) -> tuple[arb_mat, np.ndarray]:
    """A matrix of balls, and each entry's place on the tape, -1 for a constant."""
    if array.dtype.kind == "c":
        raise CannotRun("complex numbers stand where exact numbers are")
    if array.dtype != object and current().wobble is None:
        rows = np.asarray(array, float).tolist()
        return arb_mat(rows) if array.size else arb_mat(*array.shape), np.full(array.size, -1)
    numbers = [exact_number(entry) for entry in array.ravel()]
    places = np.array([-1 if number.node is None else number.node for number in numbers], int)
    height, width = array.shape
    return arb_mat(height, width, [number.value for number in numbers]), places


def _with_rounding(balls: list[arb], left: arb_mat, right: arb_mat, inner: int) -> list[arb]:
    """Balls widened by what rounding does to a sum of so many products in any order, in floats of that many bits."""
    sizes = [np.abs(np.array([float(e) for e in each.entries()]).reshape(each.nrows(), -1)) for each in (left, right)]
    with np.errstate(all="ignore"):
        bounds = inner * 2.0**-flint.ctx.prec * (sizes[0] @ sizes[1])
    return [ball + arb(0, bound) for ball, bound in zip(balls, bounds.ravel().tolist(), strict=True)]
