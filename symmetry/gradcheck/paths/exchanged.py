"""Other arrays on the way back in the place of those that stand in a product: transposed, turned, updated, or a neighbour."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from symmetry.gradcheck.cause import SAME, code, escaped
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.paths.edges import Edges
from symmetry.gradcheck.paths.factors import nearby_name
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import quote
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.operations import nearby, nearby_called
from symmetry.gradcheck.paths.trial import Trial, if_changed
from symmetry.gradcheck.paths.visits import Visit
from symmetry.gradcheck.places import Places


def turned(graph: Graph) -> Iterator[Trial]:
    """Every array of a statement's products left out, transposed or reversed where it is a factor on the way back."""
    for text, visit, numbers in _factors(graph):
        first = graph.visits[numbers[0]].operand(text)
        for words, change in _turns(first.values.shape):
            edges = _replaced(graph, numbers, text, lambda _, array, change=change: change(array.values))
            yield from if_changed(f"{code(text)} {words} on the way back in {quote(visit)}", edges)


def neighbours(graph: Graph) -> Iterator[Trial]:
    """An array that stands nearby where another belongs."""
    for text, visit, numbers in _factors(graph):
        shape = graph.visits[numbers[0]].operand(text).nodes.shape
        others = {array.text: None for number in (numbers[0], numbers[-1]) for array in nearby(graph, number, shape)}
        for other in others:
            edges = _replaced(
                graph,
                numbers,
                text,
                lambda number, array, other=other: _values(graph, number, array.entries.shape, other),
            )
            if other != text:
                yield from if_changed(f"{nearby_name(other)} where {code(text)} belongs in {quote(visit)}", edges)


def updated_before_use(graph: Graph, gradients: Gradients) -> Iterator[Trial]:
    """Parameters that took a step against the student's own gradient before the error went back through them."""
    places = Places.of(gradients.arrays)
    for path, span in places.spans.items():
        yours = np.nan_to_num(gradients.yours[path].ravel())
        chosen = np.flatnonzero(
            (graph.other >= span.start) & (graph.other < span.stop) & (graph.edges.operand >= graph.size)
        )
        if chosen.size and np.any(yours):
            moved = graph.edges.slope[chosen] - yours[graph.other[chosen] - span.start]
            name = escaped(path)
            yield Trial(
                "",
                graph.edges.where(chosen, moved),
                between=lambda place, name=name: (
                    f"{name} updated (by a step of {1 - place:.4g}) before the error went back through it"
                ),
            )


def _factors(graph: Graph) -> Iterator[tuple[str, Visit, list[int]]]:
    """The arrays that are factors somewhere in a statement: name, statement, its visits."""
    found: dict[tuple, list[int]] = {}
    partners = np.zeros(len(graph.made_by) + 1, bool)
    partners[graph.other] = True
    for number, visit in enumerate(graph.visits):
        if visit.is_simple:
            for operand in visit.operands:
                if operand.live.size and partners[operand.live].any():
                    found.setdefault((visit.key, operand.text), []).append(number)
    for (_, text), numbers in found.items():
        yield text, graph.visits[numbers[0]], numbers


def _values(graph: Graph, number: int, shape: tuple[int, ...], text: str) -> np.ndarray | None:
    found = nearby_called(graph, number, shape, text)
    return None if found is None else found.values


def _replaced(
    graph: Graph, numbers: list[int], text: str, values_of: Callable[[int, Named], np.ndarray | None]
) -> Edges | None:
    """The edges with other values of an array where it is a factor in visits; None if that changes nothing."""
    new = np.full(len(graph.made_by) + 1, np.nan)
    pieces = []
    for number in numbers:
        array = graph.visits[number].operand(text)
        values = values_of(number, array)
        if values is not None and values.shape == array.nodes.shape:
            new[array.nodes.ravel()], new[-1] = values.ravel(), np.nan
            inside = graph.edges_inside[number]
            slope = new[graph.other[inside]]
            new[array.nodes.ravel()] = np.nan
            pieces.append((inside[np.isfinite(slope)], slope[np.isfinite(slope)]))
    edges = graph.edges.replaced(pieces)
    return edges if np.any(np.abs(edges.slope - graph.edges.slope) > SAME) else None


def _turns(shape: tuple[int, ...]) -> Iterator[tuple[str, Callable[[np.ndarray], np.ndarray]]]:
    if len(shape) >= 2 and shape[-1] == shape[-2] > 1:
        if len(shape) == 2:
            yield "left out", lambda array: np.eye(len(array))
        yield "not transposed", lambda array: array.swapaxes(-1, -2)
    axes = [axis for axis in range(len(shape)) if shape[axis] > 1]
    for several in itertools.chain(itertools.combinations(axes, 1), itertools.combinations(axes, 2)):
        name = f"axis {several[0]}" if len(several) == 1 else f"axes {several[0]} and {several[1]}"
        yield f"with {name} reversed", lambda array, several=several: np.flip(array, several)
    for one, other in itertools.combinations(axes, 2):
        if shape[one] == shape[other] and (one, other) != (len(shape) - 2, len(shape) - 1):
            yield f"with axes {one} and {other} exchanged", lambda array, a=one, b=other: array.swapaxes(a, b)
