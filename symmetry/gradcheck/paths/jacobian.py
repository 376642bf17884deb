"""The derivatives of some numbers of a graph in others."""

import numpy as np

from symmetry.gradcheck.paths.graph import Graph


def jacobian_of(graph: Graph, arguments: np.ndarray, results: np.ndarray) -> np.ndarray | None:
    """The derivatives of some numbers in others that they are made of; None if they are made of other inputs, too."""
    errors: dict[int, np.ndarray] = {int(node): row for node, row in zip(results, np.eye(len(results)), strict=True)}
    stop = set(arguments.tolist())
    waiting = set(errors)
    ends = {}
    while waiting:
        node = max(waiting)
        waiting.discard(node)
        if node in stop:
            ends[node] = errors.pop(node)
            continue
        if node < graph.size:
            return None
        error = errors.pop(node)
        start, end = np.searchsorted(graph.edges.result, [node, node + 1])
        for edge in range(start, end):
            operand = int(graph.edges.operand[edge])
            errors[operand] = errors.get(operand, 0.0) + error * graph.edges.slope[edge]
            waiting.add(operand)
    zero = np.zeros(len(results))
    return np.stack([ends.get(int(node), zero) for node in arguments], axis=1)
