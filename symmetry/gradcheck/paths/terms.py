"""Terms inside of a statement left out: one operand of one of its sums, products or quotients."""

from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import quote
from symmetry.gradcheck.paths.operations import repeated_operations, written_as
from symmetry.gradcheck.paths.source import written
from symmetry.gradcheck.paths.trial import Trial, counted


def terms(graph: Graph) -> Iterator[Trial]:
    """Every operation of a statement taken as a constant, and each of its operands there."""
    for repeated in repeated_operations(graph):
        part = written_as(graph, repeated)
        if part is None:
            continue
        into = [graph.leading_to(each.result.live) for each in repeated.operations]
        whole = written(repeated.visit.file, part)
        yield from _left_out(graph, f"{code(whole)} in {quote(repeated.visit)}", np.concatenate(into))
        for which, side in enumerate((part.left, part.right)):
            chosen = [graph.edges_between(each.inputs[which].live, each.result.live) for each in repeated.operations]
            path = f"{code(written(repeated.visit.file, side))} in {code(whole)} of {quote(repeated.visit)}"
            yield from _left_out(graph, path, np.concatenate(chosen))


def _left_out(graph: Graph, path: str, edges: np.ndarray) -> Iterator[Trial]:
    if edges.size:
        path = f"the path through {path}"
        yield Trial(f"{path} left out", graph.edges.where(edges, 0.0), between=counted(path))
