"""Paths left out: what a statement gives taken as a constant, or one of the arrays that it reads; or counted several times."""

import itertools
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.trial import Trial, counted
from symmetry.gradcheck.paths.visits import Visit

MOST_PAIRED = 24
"""Statements up to which all pairs of them are tried."""


def quote(visit: Visit) -> str:
    """The statement of a visit in a cause's sentence."""
    return code(visit.text)


def statements(graph: Graph) -> Iterator[tuple[Visit, np.ndarray]]:
    """One visit of every statement that makes numbers, and the edges that lead into it."""
    for visits in graph.statements.values():
        visit = graph.visits[int(np.argmax(visits))]
        made = graph.within(visits)
        edges = np.flatnonzero(made[graph.edges.result] & ~made[graph.edges.operand])
        if edges.size and visit.is_simple:
            yield visit, edges


def whole_statements(graph: Graph) -> Iterator[Trial]:
    """Every statement's result as a constant."""
    for visit, edges in statements(graph):
        path = f"the path through {quote(visit)}"
        yield Trial(f"{path} left out (a constant)", graph.edges.where(edges, 0.0), between=counted(path))


def pairs_of_statements(graph: Graph) -> Iterator[Trial]:
    """The results of two statements of one function as constants, such as a mean and a variance."""
    found = list(statements(graph))
    for (one, edges), (other, more) in itertools.combinations(found, 2):
        near = len(found) <= MOST_PAIRED or abs(one.line - other.line) <= 3
        if near and one.frame == other.frame:
            words = f"the paths through {quote(one)} and {quote(other)} left out (constants)"
            yield Trial(words, graph.edges.where(np.concatenate([edges, more]), 0.0))


def operand_groups(graph: Graph) -> Iterator[tuple[str, Visit, list[tuple[int, np.ndarray]]]]:
    """For every array that a statement reads: its name, the statement, and the edges out of it by visit."""
    found: dict[tuple, list[tuple[int, np.ndarray]]] = {}
    for number, visit in enumerate(graph.visits):
        inside = graph.edges_inside[number]
        if not inside.size or not visit.is_simple:
            continue
        for operand in visit.operands:
            edges = graph.out_of(operand.live, inside) if operand.live.size else inside[:0]
            if edges.size:
                found.setdefault((visit.key, operand.text), []).append((number, edges))
    seen = set()
    for (_, text), groups in found.items():
        visit = graph.visits[groups[0][0]]
        mark = np.concatenate([edges for _, edges in groups]).tobytes()
        if mark not in seen:
            seen.add(mark)
            yield text, visit, groups


def operands_of_statements(graph: Graph) -> Iterator[Trial]:
    """Every array that a statement reads as a constant there."""
    for text, visit, groups in operand_groups(graph):
        edges = np.concatenate([edges for _, edges in groups])
        path = f"the path through {code(text)} in {quote(visit)}"
        yield Trial(f"{path} left out", graph.edges.where(edges, 0.0), between=counted(path))
