"""Factors on the way back: of a product, or what it is divided by, left out, turned around, another one, or another window."""

import functools
from collections.abc import Callable, Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Edges, Graph
from symmetry.gradcheck.paths.operations import (
    OWN_RESULT,
    Repeated,
    edges_of,
    factor_edges,
    name_of,
    nearby,
    quoted_name,
    repeated_operations,
    values_nearby,
)
from symmetry.gradcheck.paths.record import Operation
from symmetry.gradcheck.paths.trial import Trial, if_changed

Corner = np.ndarray

MOVES: dict[str, Callable[[Corner], Corner]] = {
    **{
        f"moved by {step} along its last {axes}": (
            lambda corner, step=step, moved=moved: corner + step * np.isin(np.arange(-len(corner), 0), moved)
        )
        for axes, moved in (("two axes", (-1, -2)), ("axis", (-1,)), ("axis but one", (-2,)))
        for step in (-1, 1)
    },
    "taken at half its place, as of a stride that was forgotten": lambda corner: corner // 2,
    "taken at twice its place, as of a stride too many": lambda corner: corner * 2,
}
"""What may happen to the place of a window along the axes that it extends along."""


def factors(graph: Graph) -> Iterator[Trial]:
    """Products and quotients of every statement, entry by entry, with another factor on the way back."""
    for repeated in repeated_operations(graph):
        for which in (0, 1) if repeated.name in ("multiply", "matmul") else ():
            yield from _of_product(graph, repeated, which)
        if repeated.name == "divide":
            yield from _of_quotient(graph, repeated)


def other_factors(graph: Graph) -> Iterator[Trial]:
    """The same with factors that stand nearby, or with one number for all."""
    for repeated in repeated_operations(graph):
        for which in (0, 1) if repeated.name in ("multiply", "matmul") else ():
            yield from _elsewhere(graph, repeated, which)
        if repeated.name == "divide":
            yield from _one_number(graph, repeated, 0, lambda number: 1 / number)


def _of_product(graph: Graph, repeated: Repeated, which: int) -> Iterator[Trial]:
    """The path of one factor: the other taken as 1, twice, or turned around."""
    name, where = quoted_name(graph, repeated, 1 - which, "the other factor"), repeated.visit.quote
    changes: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
    if repeated.name == "multiply":
        changes |= {"taken as 1": np.ones_like, "counted twice, as a square,": np.square}
    shape = repeated.operations[0].inputs[1 - which].values.shape
    for axis in range(len(shape)):
        if shape[axis] > 1:
            changes[f"reversed along axis {axis}"] = lambda array, axis=axis: np.flip(array, axis)
    if len(shape) > 1 and shape[-1] == shape[-2] > 1:
        changes["not transposed"] = lambda array: array.swapaxes(-1, -2)
    for words, change in changes.items():
        edges = _with_factor(graph, repeated, which, lambda each, change=change: change(each.inputs[1 - which].values))
        yield from if_changed(f"{name} {words} on the way back in {where}", edges)


def _elsewhere(graph: Graph, repeated: Repeated, which: int) -> Iterator[Trial]:
    """The path of one factor with an array that stands nearby in the place of the other."""
    first = repeated.operations[0]
    name, where = quoted_name(graph, repeated, 1 - which, "the other factor"), repeated.visit.quote
    for text in nearby(graph, first.visit, first.inputs[1 - which].values.shape):

        def values(each: Operation, text: str = text) -> np.ndarray | None:
            return values_nearby(graph, each.visit, each.inputs[1 - which].entries.shape, text)

        edges = _with_factor(graph, repeated, which, values)
        yield from if_changed(f"{nearby_name(text)} where {name} belongs in {where}", edges)
    if repeated.name == "multiply":
        yield from _one_number(graph, repeated, which, lambda number: number)


def nearby_name(text: str) -> str:
    """The name of an array that stands nearby, in a sentence."""
    name, of, rest = text.partition(" of the ")
    return text if text == OWN_RESULT else code(name) + of + rest


def _one_number(graph: Graph, repeated: Repeated, which: int, shown: Callable[[float], float]) -> Iterator[Trial]:
    """One number in the place of an array, which is solved for."""
    other = repeated.operations[0].inputs[1 - which].values
    if other.size < 2 or np.ptp(other) == 0:
        return
    name, where = quoted_name(graph, repeated, 1 - which, "the other factor"), repeated.visit.quote
    none, one = (
        _with_factor(graph, repeated, which, lambda each, value=value: np.array(value)) for value in (0.0, 1.0)
    )

    def taken_as(number: float) -> str:
        return f"{name} taken as {shown(number):.6g} everywhere on the way back in {where}"

    if none is not None and one is not None:
        yield Trial("", none, between=taken_as, others=one)


def _with_factor(
    graph: Graph, repeated: Repeated, which: int, factor_of: Callable[[Operation], np.ndarray | None]
) -> Edges | None:
    """The graph's edges with another derivative of an operation in one of its operands."""
    pieces = []
    for operation in repeated.operations:
        chosen, places = factor_edges(graph, operation, which)
        factor = factor_of(operation)
        if factor is None:
            return None
        pieces.append((chosen, np.broadcast_to(factor, operation.inputs[1 - which].values.shape).ravel()[places]))
    edges = graph.edges.replaced(pieces)
    return edges if np.any(edges.slope != graph.edges.slope) else None


def _of_quotient(graph: Graph, repeated: Repeated) -> Iterator[Trial]:
    """The division left out: of what is divided, or of the whole statement."""
    name, where = quoted_name(graph, repeated, 1, "the other factor"), repeated.visit.quote
    edges = _with_factor(graph, repeated, 0, lambda each: np.array(1.0))
    words = f"the division by {name} left out on the way back in {where}"
    yield from if_changed(words, edges)
    pieces = []
    for operation in repeated.operations:
        divisor = np.broadcast_to(operation.inputs[1].values, operation.result.nodes.shape)
        for which in (0, 1):
            chosen = edges_of(graph, operation, which)
            pieces.append((chosen, graph.edges.slope[chosen] * divisor))
    yield Trial(f"{words}, in the path through {name}, too", graph.edges.replaced(pieces))


def moved_windows(graph: Graph) -> Iterator[Trial]:
    """Every window that is a factor, as of a convolution, taken elsewhere; beyond the array there are zeros."""
    for repeated in repeated_operations(graph):
        for which in (0, 1) if repeated.name == "multiply" else ():
            text = name_of(graph, repeated, 1 - which)
            for words, move in MOVES.items() if text.endswith("]") else ():
                edges = _with_factor(graph, repeated, which, functools.partial(_moved, graph, text, move))
                yield from if_changed(f"{code(text)} {words}, on the way back in {repeated.visit.quote}", edges)


def _moved(graph: Graph, text: str, move: Callable[[Corner], Corner], operation: Operation) -> np.ndarray | None:
    operands = {each.text: each for each in graph.visits[operation.visit].operands}
    window, whole = operands.get(text), operands.get(text.split("[")[0])
    if window is None or whole is None or window.corner is None or len(window.corner[1]) < 2:
        return None
    corner, axes = np.array(window.corner[0]), list(window.corner[1])
    corner[axes] = move(corner[axes])
    sizes = np.ones(len(corner), int)
    sizes[axes] = window.entries.shape
    limits = np.reshape(whole.entries.shape, (-1, *[1] * len(sizes)))
    places = np.indices(tuple(sizes)) + corner.reshape(limits.shape)
    inside = ((places >= 0) & (places < limits)).all(0)
    found = whole.values[tuple(np.clip(places, 0, limits - 1))]
    return np.where(inside, found, 0.0).reshape(window.entries.shape)
