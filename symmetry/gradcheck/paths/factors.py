"""Factors on the way back: of a product, or what it is divided by, left out, turned around, or another one."""

from collections.abc import Callable, Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.edges import Edges
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import quote
from symmetry.gradcheck.paths.operations import (
    OWN_RESULT,
    Repeated,
    edges_of,
    factor_edges,
    name_of,
    nearby,
    nearby_called,
    repeated_operations,
)
from symmetry.gradcheck.paths.record import Operation
from symmetry.gradcheck.paths.trial import Trial, if_changed


def factors(graph: Graph) -> Iterator[Trial]:
    """Products and quotients of every statement, entry by entry, with another factor on the way back."""
    for repeated in repeated_operations(graph):
        if repeated.name in ("multiply", "matmul"):
            for which in (0, 1):
                yield from _of_product(graph, repeated, which)
        if repeated.name == "divide":
            yield from _of_quotient(graph, repeated)


def other_factors(graph: Graph) -> Iterator[Trial]:
    """The same with factors that stand nearby, or with one number for all."""
    for repeated in repeated_operations(graph):
        if repeated.name in ("multiply", "matmul"):
            for which in (0, 1):
                yield from _elsewhere(graph, repeated, which)
        if repeated.name == "divide":
            yield from _one_number(graph, repeated, 0, lambda number: 1 / number)


def _named(graph: Graph, repeated: Repeated, which: int) -> str:
    name = name_of(graph, repeated, which)
    return code(name) if name else "the other factor"


def _of_product(graph: Graph, repeated: Repeated, which: int) -> Iterator[Trial]:
    """The path of one factor: the other taken as 1, twice, or turned around."""
    name, where = _named(graph, repeated, 1 - which), quote(repeated.visit)
    changes: list[tuple[str, Callable[[np.ndarray], np.ndarray]]] = []
    if repeated.name == "multiply":
        changes += [("taken as 1", np.ones_like), ("counted twice, as a square,", np.square)]
    shape = repeated.operations[0].inputs[1 - which].values.shape
    for axis in range(len(shape)):
        if shape[axis] > 1:
            changes.append((f"reversed along axis {axis}", lambda array, axis=axis: np.flip(array, axis)))
    if len(shape) > 1 and shape[-1] == shape[-2] > 1:
        changes.append(("not transposed", lambda array: array.swapaxes(-1, -2)))
    for words, change in changes:
        edges = with_factor(graph, repeated, which, lambda each, change=change: change(each.inputs[1 - which].values))
        yield from if_changed(f"{name} {words} on the way back in {where}", edges)


def _elsewhere(graph: Graph, repeated: Repeated, which: int) -> Iterator[Trial]:
    """The path of one factor with an array that stands nearby in the place of the other."""
    first = repeated.operations[0]
    other = first.inputs[1 - which]
    name, where = _named(graph, repeated, 1 - which), quote(repeated.visit)
    for text in [array.text for array in nearby(graph, first.visit, other.values.shape)]:
        edges = with_factor(graph, repeated, which, lambda each, text=text: _values(graph, each, 1 - which, text))
        yield from if_changed(f"{nearby_name(text)} where {name} belongs in {where}", edges)
    if repeated.name == "multiply":
        yield from _one_number(graph, repeated, which, lambda number: number)


def nearby_name(text: str) -> str:
    """The name of an array that stands nearby, in a sentence."""
    if text == OWN_RESULT:
        return text
    name, of, rest = text.partition(" of the ")
    return code(name) + of + rest


def _values(graph: Graph, operation: Operation, which: int, text: str) -> np.ndarray | None:
    found = nearby_called(graph, operation.visit, operation.inputs[which].entries.shape, text)
    return None if found is None else found.values


def _one_number(graph: Graph, repeated: Repeated, which: int, shown: Callable[[float], float]) -> Iterator[Trial]:
    """One number in the place of an array, which is solved for."""
    other = repeated.operations[0].inputs[1 - which].values
    if other.size < 2 or np.ptp(other) == 0:
        return
    name, where = _named(graph, repeated, 1 - which), quote(repeated.visit)
    none, one = (with_factor(graph, repeated, which, lambda each, value=value: np.array(value)) for value in (0.0, 1.0))
    if none is not None and one is not None:
        yield Trial(
            "",
            none,
            between=lambda number: f"{name} taken as {shown(number):.6g} everywhere on the way back in {where}",
            others=one,
        )


def with_factor(
    graph: Graph, repeated: Repeated, which: int, factor_of: Callable[[Operation], np.ndarray | None]
) -> Edges | None:
    """The graph's edges with another derivative of an operation in one of its operands."""
    pieces = []
    for operation in repeated.operations:
        chosen, places = factor_edges(graph, operation, which)
        factor = factor_of(operation)
        if factor is None:
            return None
        shape = operation.inputs[1 - which].values.shape
        pieces.append((chosen, np.broadcast_to(factor, shape).ravel()[places]))
    edges = graph.edges.replaced(pieces)
    return edges if np.any(edges.slope != graph.edges.slope) else None


def _of_quotient(graph: Graph, repeated: Repeated) -> Iterator[Trial]:
    """The division left out: of what is divided, or of the whole statement."""
    name, where = _named(graph, repeated, 1), quote(repeated.visit)
    edges = with_factor(graph, repeated, 0, lambda each: np.array(1.0))
    yield from if_changed(f"the division by {name} left out on the way back in {where}", edges)
    pieces = []
    for operation in repeated.operations:
        divisor = np.broadcast_to(operation.inputs[1].values, operation.result.nodes.shape)
        for which in (0, 1):
            chosen = edges_of(graph, operation, which)
            known = chosen >= 0
            pieces.append((chosen[known], graph.edges.slope[chosen[known]] * divisor[known]))
    edges = graph.edges.replaced(pieces)
    yield Trial(f"the division by {name} left out on the way back in {where}, in the path through {name}, too", edges)
