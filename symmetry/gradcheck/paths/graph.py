"""The tape as arrays of edges, along which the error goes back: as it is, or with some of them changed."""

import dataclasses
import functools
import itertools
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from symmetry.gradcheck.exact_run import ExactLoss
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.record import Operation, Recorder
from symmetry.gradcheck.paths.visits import TooMuch, Visit
from symmetry.gradcheck.products import Product

MOST_EDGES = 400_000
"""Edges up to which paths are followed."""

Groups = list[tuple[int, np.ndarray]]
"""Edges by the number of a visit."""


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


class Graph:
    """A recorded loss as a graph.

    Attributes:
        edges: all of them, a result's next to each other, in the order of the tape.
        other: for every edge that is a factor of a product, the place of the other factor; -1 where that is a constant.
        column: for every edge of a matrix product, which of the products that are summed it belongs to; -1 for the rest.
        made_by: for every number, the visit that made it; -1 for inputs.
        kinds: for every number, the operation that made it.
        size: how many inputs there are.
        near: arrays that stand near a visit, by its number and their shape, once they were looked for.
    """

    def __init__(self, record: tuple[ExactLoss, Recorder]) -> None:
        loss, recorder = record
        self.visits: list[Visit] = recorder.visits.visits
        self.calls = recorder.visits.calls
        self.operations = recorder.operations
        self.size = loss.size
        self.result = loss.number.node
        self.made_by = np.array(recorder.parts.made_by, int)
        self.kinds = np.array(recorder.parts.kinds)
        self.near: dict[tuple[int, tuple[int, ...]], dict[str, Named]] = {}
        table = self._table(recorder.parts)
        operand, result, self.other, self.column = (table[:, at].astype(int) for at in (0, 1, 3, 4))
        self.edges = Edges(operand, result, table[:, 2])

    def _table(self, parts: list) -> np.ndarray:
        """Every edge's operand, result, slope, other factor and column."""
        blocks: list[np.ndarray] = []
        rows: list[tuple] = []
        for node, each in enumerate(parts):
            if isinstance(each, tuple):
                factors = len(each) == 4 and self.kinds[node] == "mul"
                others = (each[2], each[0]) if factors else (-1,) * (len(each) // 2)
                steps = zip(each[::2], each[1::2], others, strict=True)
                rows += [(operand, node, float(slope), other, -1) for operand, slope, other in steps]
            else:
                blocks += [np.array(rows, float).reshape(-1, 5), _edges_of_product(each)]
                rows = []
                if sum(map(len, blocks)) > MOST_EDGES:
                    raise TooMuch
        table = np.concatenate([*blocks, np.array(rows, float).reshape(-1, 5)])
        return table[np.argsort(table[:, 1], kind="stable")]

    @functools.cached_property
    def depth(self) -> np.ndarray:
        """Of every number, the length of the longest way from an input."""
        found = [0] * len(self.made_by)
        for operand, result in zip(self.edges.operand.tolist(), self.edges.result.tolist(), strict=True):
            found[result] = max(found[result], found[operand] + 1)
        return np.array(found)

    @functools.cached_property
    def _levels(self) -> list[np.ndarray]:
        return self._levelled(self.edges.result)

    def _levelled(self, result: np.ndarray) -> list[np.ndarray]:
        depth = -self.depth[result]
        order = np.argsort(depth, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(depth[order])) + 1)

    def gradient(self, edges: Edges | None = None, seed: np.ndarray | None = None) -> np.ndarray | None:
        """The error of the parameters: the derivative of the loss in them; None if edges lead in a circle.

        `seed` is added to the error of every number.
        """
        used = self.edges if edges is None else edges
        rates = np.zeros(len(self.made_by)) if seed is None else seed.copy()
        if self.result is not None:
            rates[self.result] += 1
        own = used.result is self.edges.result
        changed = used.operand is not self.edges.operand or not own
        if changed and np.any(self.depth[used.operand] >= self.depth[used.result]):
            return None
        for level in self._levels if own else self._levelled(used.result):
            np.add.at(rates, used.operand[level], rates[used.result[level]] * used.slope[level])
        return rates[: self.size]

    @functools.cached_property
    def statements(self) -> dict[tuple[str, int], np.ndarray]:
        """For every statement, the mask of the visits that are its own or that it called."""
        masks: dict[tuple[str, int], np.ndarray] = {}
        keys: list[set[tuple[str, int]]] = []
        for number, visit in enumerate(self.visits):
            keys.append({visit.key} | (keys[visit.parent] if visit.parent >= 0 else set()))
            for key in keys[number]:
                masks.setdefault(key, np.zeros(len(self.visits), bool))[number] = True
        return masks

    @functools.cached_property
    def edges_inside(self) -> list[np.ndarray]:
        """For every visit, the edges to the numbers that it made, or that functions made which it called."""
        visit = self.made_by[self.edges.result]
        order = np.argsort(visit, kind="stable")
        ends = np.searchsorted(visit[order], np.arange(len(self.visits) + 1))
        pieces = [[order[start:end]] for start, end in itertools.pairwise(ends)]
        for number in reversed(range(len(self.visits))):
            if self.visits[number].parent >= 0:
                pieces[self.visits[number].parent] += pieces[number]
        return [np.sort(np.concatenate(each)) for each in pieces]

    def by_operand(self, edges_of: Callable[[int, Named], np.ndarray | None]) -> list[tuple[str, Visit, Groups]]:
        """For every array that a statement reads: its name, the statement, and edges by visit, where there are any."""
        found: dict[tuple, Groups] = {}
        for number, visit in enumerate(self.visits):
            for operand in visit.operands:
                edges = edges_of(number, operand)
                if edges is not None:
                    found.setdefault((visit.key, operand.text), []).append((number, edges))
        return [(text, self.visits[groups[0][0]], groups) for (_, text), groups in found.items()]

    @functools.cached_property
    def operations_in(self) -> list[list[Operation]]:
        """For every visit, its operations on whole arrays."""
        found: list[list[Operation]] = [[] for _ in self.visits]
        for operation in self.operations:
            if operation.visit >= 0:
                found[operation.visit].append(operation)
        return found

    @functools.cached_property
    def visits_in_frame(self) -> dict[int, list[int]]:
        """For every call of a function, the visits in it."""
        found: dict[int, list[int]] = {}
        for number, visit in enumerate(self.visits):
            found.setdefault(visit.frame, []).append(number)
        return found

    @functools.cached_property
    def _starts(self) -> np.ndarray:
        return np.searchsorted(self.edges.result, np.arange(len(self.made_by) + 1))

    def leading_to(self, results: np.ndarray) -> np.ndarray:
        """The edges to some results."""
        nodes = np.unique(results)
        starts, ends = self._starts[nodes], self._starts[nodes + 1]
        sizes = ends - starts
        return np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())

    def edges_between(self, operands: np.ndarray, results: np.ndarray) -> np.ndarray:
        """The edges from some operands to some results."""
        return self.out_of(operands, self.leading_to(results))

    def out_of(self, operands: np.ndarray, edges: np.ndarray) -> np.ndarray:
        """Those of the edges that lead from some operands."""
        return edges[np.isin(self.edges.operand[edges], operands)]


def _edges_of_product(block: Product) -> np.ndarray:
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
        [np.stack([one, result, right[k, j], other, k], axis=1), np.stack([other, result, left[i, k], one, k], axis=1)]
    )
    return table[table[:, 0] >= 0]
