"""Where the error of a largest entry goes: to all entries that it was chosen from, to the smallest, or to several."""

import itertools
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.operations import repeated_operations
from symmetry.gradcheck.paths.record import Operation
from symmetry.gradcheck.paths.trial import Trial


def largest_entries(graph: Graph) -> Iterator[Trial]:
    """The error of every largest (or smallest) entry along axes handed to others."""
    for repeated in repeated_operations(graph):
        if repeated.name not in ("maximum.reduce", "minimum.reduce"):
            continue
        where = f"the error of {repeated.visit.quote}"
        for words, shares in _shares(repeated.operations[0]):
            pieces = []
            for operation in repeated.operations:
                share = shares if operation is repeated.operations[0] else dict(_shares(operation))[words]
                pieces.append((_edges(graph, operation), share))
            yield Trial(f"{where} {words}", graph.edges.replaced(pieces))


def _shares(operation: Operation) -> Iterator[tuple[str, np.ndarray]]:
    """What part of the error each entry gets."""
    array, axes = operation.inputs[0].values, _axes(operation)
    count = int(np.prod([array.shape[axis] for axis in axes]))
    best, worst = (np.max, np.min) if operation.name.startswith("max") else (np.min, np.max)
    yield "handed to every entry, not to the largest alone", np.ones(array.shape)
    yield "shared by all entries, as of a mean", np.full(array.shape, 1 / count)
    yield "handed to the smallest entry", (array == worst(array, axis=axes, keepdims=True)) * 1.0
    tied = (array == best(array, axis=axes, keepdims=True)) * 1.0
    yield "handed to every entry that ties", tied
    yield "shared by the entries that tie", tied / tied.sum(axis=axes, keepdims=True)
    for some in itertools.chain(*(itertools.combinations(axes, size) for size in range(1, len(axes)))):
        share = (array == best(array, axis=some, keepdims=True)) * 1.0
        named = " and ".join(map(str, some))
        yield f"handed to the largest along axis {named} alone, several of a window", share


def _axes(operation: Operation) -> tuple[int, ...]:
    """Along which axes entries were chosen."""
    array, result = operation.inputs[0].values, operation.result.values
    if result.ndim == array.ndim:
        return tuple(axis for axis in range(array.ndim) if result.shape[axis] != array.shape[axis])
    best = np.max if operation.name.startswith("max") else np.min
    for axes in itertools.combinations(range(array.ndim), array.ndim - result.ndim):
        found = best(array, axis=axes)
        if found.shape == result.shape and np.allclose(found, result):
            return axes
    return tuple(range(array.ndim))


def _edges(graph: Graph, operation: Operation) -> np.ndarray:
    """For every entry that was chosen from, its edge."""
    into = graph.leading_to(operation.result.live)
    edge = np.full(len(graph.made_by) + 1, -1)
    edge[graph.edges.operand[into]] = into
    return edge[operation.inputs[0].nodes]
