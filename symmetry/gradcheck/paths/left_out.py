"""Paths left out: what a statement gives taken as a constant, or an array that it reads, or a term; or counted several times."""

import itertools
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import SAME, code
from symmetry.gradcheck.paths.graph import Graph, Groups
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.operations import repeated_operations, written_as
from symmetry.gradcheck.paths.source import written
from symmetry.gradcheck.paths.trial import Trial
from symmetry.gradcheck.paths.visits import Visit

MOST_PAIRED = 24
"""Statements up to which all pairs of them are tried."""


def statements(graph: Graph) -> Iterator[tuple[Visit, np.ndarray]]:
    """One visit of every statement that makes numbers, and the edges that lead into it."""
    for visits in graph.statements.values():
        visit = graph.visits[int(np.argmax(visits))]
        made = np.append(visits, False)[graph.made_by]
        edges = np.flatnonzero(made[graph.edges.result] & ~made[graph.edges.operand])
        if edges.size and visit.is_simple:
            yield visit, edges


def _left_out(graph: Graph, part: str, edges: np.ndarray, words: str = "left out") -> Iterator[Trial]:
    path = f"the path through {part}"

    def counted(times: float) -> str:
        return f"{path} with the wrong sign" if abs(times + 1) < SAME else f"{path} counted {times:.6g} times"

    if edges.size:
        yield Trial(f"{path} {words}", graph.edges.changed(edges, slope=0.0), between=counted)


def whole_statements(graph: Graph) -> Iterator[Trial]:
    """Every statement's result as a constant."""
    for visit, edges in statements(graph):
        yield from _left_out(graph, visit.quote, edges, "left out (a constant)")


def pairs_of_statements(graph: Graph) -> Iterator[Trial]:
    """The results of two statements of one function as constants, such as a mean and a variance."""
    found = list(statements(graph))
    for (one, edges), (other, more) in itertools.combinations(found, 2):
        near = len(found) <= MOST_PAIRED or abs(one.line - other.line) <= 3
        if near and one.frame == other.frame:
            words = f"the paths through {one.quote} and {other.quote} left out (constants)"
            yield Trial(words, graph.edges.changed(np.concatenate([edges, more]), slope=0.0))


def operand_groups(graph: Graph) -> Iterator[tuple[str, Visit, Groups]]:
    """For every array that a statement reads: its name, the statement, and the edges out of it by visit."""

    def edges_of(number: int, operand: Named) -> np.ndarray | None:
        if not operand.live.size or not graph.visits[number].is_simple:
            return None
        edges = graph.out_of(operand.live, graph.edges_inside[number])
        return edges if edges.size else None

    seen = set()
    for text, visit, groups in graph.by_operand(edges_of):
        mark = np.concatenate([edges for _, edges in groups]).tobytes()
        if mark not in seen:
            seen.add(mark)
            yield text, visit, groups


def operands_of_statements(graph: Graph) -> Iterator[Trial]:
    """Every array that a statement reads as a constant there."""
    for text, visit, groups in operand_groups(graph):
        edges = np.concatenate([edges for _, edges in groups])
        yield from _left_out(graph, f"{code(text)} in {visit.quote}", edges)


def terms(graph: Graph) -> Iterator[Trial]:
    """Every operation of a statement taken as a constant, and each of its operands there."""
    for repeated in repeated_operations(graph):
        part, visit = written_as(graph, repeated), repeated.visit
        if part is None:
            continue
        into = [graph.leading_to(each.result.live) for each in repeated.operations]
        whole = code(written(visit.file, part))
        yield from _left_out(graph, f"{whole} in {visit.quote}", np.concatenate(into))
        for which, side in enumerate((part.left, part.right)):
            chosen = [graph.edges_between(each.inputs[which].live, each.result.live) for each in repeated.operations]
            path = f"{code(written(visit.file, side))} in {whole} of {visit.quote}"
            yield from _left_out(graph, path, np.concatenate(chosen))
