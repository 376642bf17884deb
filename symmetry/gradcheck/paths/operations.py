"""Operations on whole arrays in the graph: the edges of their entries, and how the student's code names their operands."""

import ast
import bisect
import dataclasses
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.record import Operation
from symmetry.gradcheck.paths.source import parts_of, written
from symmetry.gradcheck.paths.visits import Visit

_OPERATORS: dict[str, type] = {
    "multiply": ast.Mult,
    "divide": ast.Div,
    "matmul": ast.MatMult,
    "add": ast.Add,
    "subtract": ast.Sub,
}

FURTHEST = 30
"""Visits before and after another up to which arrays count as nearby."""

OWN_RESULT = "the result of the same line"


@dataclasses.dataclass(frozen=True)
class Repeated:
    """One operation of a statement, in all of its visits.

    Attributes:
        visit: the first of them.
        place: how many operations of this name come before it in each.
        operations: one a visit.
    """

    visit: Visit
    place: int
    operations: tuple[Operation, ...]

    @property
    def name(self) -> str:
        return self.operations[0].name


def repeated_operations(graph: Graph) -> Iterator[Repeated]:
    """All operations, each with its repetitions."""
    counts: dict[tuple[int, str], int] = {}
    found: dict[tuple, list[Operation]] = {}
    for operation in graph.operations:
        if operation.visit < 0 or not graph.visits[operation.visit].text:
            continue
        seen = operation.visit, operation.name
        place = counts[seen] = counts.get(seen, -1) + 1
        found.setdefault((graph.visits[operation.visit].key, operation.name, place), []).append(operation)
    for (_, _, place), operations in found.items():
        yield Repeated(graph.visits[operations[0].visit], place, tuple(operations))


def edges_of(graph: Graph, operation: Operation, which: int) -> np.ndarray:
    """For every entry of an operation's result, its edge from one of the operands; -1 where there is none."""
    results = operation.result.nodes
    operands = np.broadcast_to(operation.inputs[which].nodes, results.shape)
    start = np.searchsorted(graph.edges.result, results, side="left")
    found = np.full(results.shape, -1)
    for place in (0, 1) if which else (1, 0):
        at = np.minimum(start + place, len(graph.edges.result) - 1)
        fits = (results >= 0) & (operands >= 0)
        fits &= (graph.edges.result[at] == results) & (graph.edges.operand[at] == operands)
        found[fits] = at[fits]
    return found


def factor_edges(graph: Graph, operation: Operation, which: int) -> tuple[np.ndarray, np.ndarray]:
    """The edges from one factor of a product, and which entry of the other factor is the slope of each, counted flat.

    The product is one of entries or of matrices.
    """
    other = operation.inputs[1 - which].nodes
    places = np.arange(other.size).reshape(other.shape)
    if operation.name != "matmul":
        chosen = edges_of(graph, operation, which)
        return chosen[chosen >= 0], np.broadcast_to(places, chosen.shape)[chosen >= 0]
    results = operation.result.nodes
    if min(other.ndim, results.ndim) < 2 or (results < 0).any():
        return np.array([], int), np.array([], int)
    chosen = graph.edges_between(operation.inputs[which].live, results)
    flat = np.zeros(len(graph.made_by), int)
    flat[results] = np.arange(results.size).reshape(results.shape)
    *stack, row, column = np.unravel_index(flat[graph.edges.result[chosen]], results.shape)
    inner = graph.column[chosen]
    places = np.broadcast_to(places, (*results.shape[:-2], *other.shape[-2:]))
    return chosen, places[(*stack, row, inner) if which else (*stack, inner, column)]


def name_of(graph: Graph, repeated: Repeated, which: int) -> str:
    """How the student's code writes an operand; nothing if it cannot be seen."""
    part = written_as(graph, repeated)
    if part is not None:
        return written(repeated.visit.file, part.right if which else part.left)
    array = repeated.operations[0].inputs[which]
    for named in repeated.visit.operands:
        if np.array_equal(named.nodes, array.nodes) and (array.live.size or np.array_equal(named.values, array.values)):
            return named.text
    return ""


def quoted_name(graph: Graph, repeated: Repeated, which: int, otherwise: str) -> str:
    """The name of an operand in a sentence, or other words where it cannot be seen."""
    name = name_of(graph, repeated, which)
    return code(name) if name else otherwise


def written_as(graph: Graph, repeated: Repeated) -> ast.BinOp | None:
    """The sum, product or quotient of the source that an operation is, where that can be told."""
    kind = _OPERATORS.get(repeated.name)
    parts = [
        each for each in parts_of(repeated.visit.statement) if isinstance(each, ast.BinOp) and type(each.op) is kind
    ]
    count = sum(each.name == repeated.name for each in graph.operations_in[repeated.operations[0].visit])
    return parts[repeated.place] if kind is not None and len(parts) == count else None


def nearby(graph: Graph, number: int, shape: tuple[int, ...]) -> dict[str, Named]:
    """Arrays of a shape near a visit in the same call: of its own statement, of those around it, of its next step."""
    if (number, shape) not in graph.near:
        found = graph.near[number, shape] = {}
        for array in _near(graph, number):
            if array.entries.shape == shape:
                found.setdefault(array.text, array)
    return graph.near[number, shape]


def values_nearby(graph: Graph, number: int, shape: tuple[int, ...], text: str) -> np.ndarray | None:
    """The values of the one of them that has a name."""
    array = nearby(graph, number, shape).get(text)
    return None if array is None else array.values


def _near(graph: Graph, number: int) -> Iterator[Named]:
    visit = graph.visits[number]
    yield from (*visit.operands, *visit.results)
    if graph.operations_in[number]:
        yield graph.operations_in[number][-1].result.called(OWN_RESULT)
    for near in _around(graph, number):
        other = graph.visits[near]
        for array in (*other.operands, *other.results):
            step = "next" if near > number else "last"
            yield array if other.key != visit.key else array.called(f"{array.text} of the {step} step")


def _around(graph: Graph, number: int) -> list[int]:
    """The visits of the same call that are closest before and after, of every statement."""
    same, found = graph.visits_in_frame[graph.visits[number].frame], {}
    at = bisect.bisect_left(same, number)
    near = same[max(at - FURTHEST, 0) : at + FURTHEST + 1]
    for each in sorted(near, key=lambda each: abs(each - number)):
        if each != number:
            found.setdefault((graph.visits[each].key, each > number), each)
    return list(found.values())
