"""Other arrays on the way back in the place of those that stand in a product: transposed, turned, updated, or a neighbour."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from symmetry.gradcheck.cause import SAME, code, escaped
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.paths.factors import nearby_name
from symmetry.gradcheck.paths.graph import Edges, Graph, Groups
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.operations import nearby, values_nearby
from symmetry.gradcheck.paths.trial import Trial, if_changed
from symmetry.gradcheck.paths.visits import Visit
from symmetry.gradcheck.places import Places


def turned(graph: Graph) -> Iterator[Trial]:
    """Every array of a statement's products left out, transposed or reversed where it is a factor on the way back."""
    for text, visit, groups in _factors(graph):
        for words, change in _turns(visit.operand(text).values.shape):
            edges = _replaced(graph, groups, text, lambda _, array, change=change: change(array.values))
            yield from if_changed(f"{code(text)} {words} on the way back in {visit.quote}", edges)


def neighbours(graph: Graph) -> Iterator[Trial]:
    """An array that stands nearby where another belongs."""
    for text, visit, groups in _factors(graph):
        shape, ends = visit.operand(text).nodes.shape, (groups[0][0], groups[-1][0])
        for other in dict.fromkeys(each for number in ends for each in nearby(graph, number, shape)):

            def values(number: int, array: Named, other: str = other) -> np.ndarray | None:
                return values_nearby(graph, number, array.entries.shape, other)

            if other != text:
                words = f"{nearby_name(other)} where {code(text)} belongs in {visit.quote}"
                yield from if_changed(words, _replaced(graph, groups, text, values))


def updated_before_use(graph: Graph, gradients: Gradients) -> Iterator[Trial]:
    """Parameters that took a step against the student's own gradient before the error went back through them."""
    inner = graph.edges.operand >= graph.size
    for path, span in Places.of(gradients.arrays).spans.items():
        yours = np.nan_to_num(gradients.yours[path].ravel())
        chosen = np.flatnonzero(inner & (graph.other >= span.start) & (graph.other < span.stop))
        if chosen.size and np.any(yours):
            moved = graph.edges.slope[chosen] - yours[graph.other[chosen] - span.start]

            def updated(place: float, path: str = path) -> str:
                return f"{escaped(path)} updated (by a step of {1 - place:.4g}) before the error went back through it"

            yield Trial("", graph.edges.changed(chosen, slope=moved), between=updated)


def _factors(graph: Graph) -> list[tuple[str, Visit, Groups]]:
    """The arrays that are factors somewhere in a statement: name, statement, and the edges inside by visit."""
    partners = np.zeros(len(graph.made_by) + 1, bool)
    partners[graph.other] = True

    def edges_of(number: int, operand: Named) -> np.ndarray | None:
        is_factor = graph.visits[number].is_simple and operand.live.size and partners[operand.live].any()
        return graph.edges_inside[number] if is_factor else None

    return graph.by_operand(edges_of)


def _replaced(
    graph: Graph, groups: Groups, text: str, values_of: Callable[[int, Named], np.ndarray | None]
) -> Edges | None:
    """The edges with other values of an array where it is a factor in visits; None if that changes nothing."""
    new = np.full(len(graph.made_by) + 1, np.nan)
    pieces = []
    for number, inside in groups:
        array = graph.visits[number].operand(text)
        values = values_of(number, array)
        if values is not None and values.shape == array.nodes.shape:
            new[array.nodes], new[-1] = values, np.nan
            slope = new[graph.other[inside]]
            new[array.nodes] = np.nan
            pieces.append((inside[np.isfinite(slope)], slope[np.isfinite(slope)]))
    edges = graph.edges.replaced(pieces)
    return edges if np.any(np.abs(edges.slope - graph.edges.slope) > SAME) else None


def _turns(shape: tuple[int, ...]) -> Iterator[tuple[str, Callable[[np.ndarray], np.ndarray]]]:
    if len(shape) >= 2 and shape[-1] == shape[-2] > 1:
        if len(shape) == 2:
            yield "left out", lambda array: np.eye(len(array))
        yield "not transposed", lambda array: array.swapaxes(-1, -2)
    axes = [axis for axis in range(len(shape)) if shape[axis] > 1]
    for axis in axes:
        yield f"with axis {axis} reversed", lambda array, axis=axis: np.flip(array, axis)
    for pair in itertools.combinations(axes, 2):
        yield f"with axes {pair[0]} and {pair[1]} reversed", lambda array, pair=pair: np.flip(array, pair)
    for one, other in itertools.combinations(axes, 2):
        if shape[one] == shape[other] and (one, other) != (len(shape) - 2, len(shape) - 1):
            yield f"with axes {one} and {other} exchanged", lambda array, a=one, b=other: array.swapaxes(a, b)
