"""Steps of loops that were not counted, and what steps hand to each other."""

from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import operand_groups, quote
from symmetry.gradcheck.paths.trial import Trial
from symmetry.gradcheck.places import Places

MOST_STEPS = 30
"""Steps up to which what each hands back is handed to all before it."""

ENDS = (("last", np.maximum), ("first", np.minimum))


def single_steps(graph: Graph, places: Places) -> Iterator[Trial]:
    """Of what a repeated statement hands to parameters, only what its last or first step does."""
    spans = [("", slice(0, graph.size)), *places.spans.items()]
    for key, numbers in _repeated(graph).items():
        step = np.full(len(graph.visits) + 1, -1)
        mask = graph.statements[key]
        step[:-1][mask] = [_step_in(graph, number, key) for number in np.flatnonzero(mask).tolist()]
        of_edge = step[graph.made_by[graph.edges.result]]
        visit = graph.visits[numbers[0]]
        for _, span in spans:
            chosen = (of_edge >= 0) & (graph.edges.operand >= span.start) & (graph.edges.operand < span.stop)
            for word, best in ENDS:
                dropped = _all_but(graph, chosen, of_edge, best)
                if dropped.size:
                    words = f"only the {word} of {len(numbers)} steps of {quote(visit)} counted"
                    yield Trial(words, graph.edges.where(dropped, 0.0))


def _repeated(graph: Graph) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    for number, visit in enumerate(graph.visits):
        if visit.is_simple:
            found.setdefault(visit.key, []).append(number)
    return {key: numbers for key, numbers in found.items() if len(numbers) > 1}


def _step_in(graph: Graph, number: int, key: tuple[str, int]) -> int:
    while graph.visits[number].key != key:
        number = graph.visits[number].parent
    return graph.visits[number].step


def _all_but(graph: Graph, chosen: np.ndarray, of_edge: np.ndarray, best: np.ufunc) -> np.ndarray:
    """The chosen edges of every operand but those of its best step."""
    edges = np.flatnonzero(chosen)
    start = -1 if best is np.maximum else len(graph.visits)
    ends = np.full(len(graph.made_by), start)
    best.at(ends, graph.edges.operand[edges], of_edge[edges])
    return edges[of_edge[edges] != ends[graph.edges.operand[edges]]]


def single_steps_of_operands(graph: Graph) -> Iterator[Trial]:
    """Of what a repeated statement hands to an array that it reads, only what its last or first step does."""
    for text, visit, groups in operand_groups(graph):
        if len(groups) < 2:
            continue
        path = f"the path through {code(text)} in {quote(visit)}"
        for word, kept in (("last", groups[-1]), ("first", groups[0])):
            dropped = np.concatenate([edges for number, edges in groups if number != kept[0]])
            yield Trial(f"{path} left out in every step but the {word}", graph.edges.where(dropped, 0.0))


def piling_up(graph: Graph) -> Iterator[Trial]:
    """What a later step hands back added to every step before it, not only to the last of them."""
    for text, visit, groups in operand_groups(graph):
        arrays = [graph.visits[number].operand(text).nodes for number, _ in groups]
        if not 2 <= len(groups) <= MOST_STEPS or len({each.shape for each in arrays}) != 1:
            continue
        more = []
        to = np.full(len(graph.made_by), -1)
        for later, (_, chosen) in enumerate(groups):
            for earlier in range(later):
                to[arrays[later].ravel()] = arrays[earlier].ravel()
                operand = to[graph.edges.operand[chosen]]
                known = operand >= 0
                more.append((operand[known], graph.edges.result[chosen][known], graph.edges.slope[chosen][known]))
        edges = graph.edges.with_more(*(np.concatenate(each) for each in zip(*more, strict=True)))
        words = f"what every step hands back to {code(text)} in {quote(visit)} handed to all steps before it, too"
        yield Trial(words, edges)


def handed_on(graph: Graph) -> Iterator[Trial]:
    """The error of a statement's result handed on to an array that it reads as it is."""
    for text, visit, groups in operand_groups(graph):
        more: list[tuple] = []
        for number, _ in groups:
            operand, result = graph.visits[number].operand(text).nodes, _result(graph, number)
            if result is None or result.shape != operand.shape or (operand < 0).any() or (result < 0).any():
                break
            more.append((operand.ravel(), result.ravel(), np.ones(result.size)))
        else:
            edges = graph.edges.where(np.concatenate([chosen for _, chosen in groups]), 0.0)
            edges = edges.with_more(*(np.concatenate(each) for each in zip(*more, strict=True)))
            yield Trial(f"the error of {quote(visit)} handed on to {code(text)} as it is", edges)


def _result(graph: Graph, number: int) -> np.ndarray | None:
    """What the last operation of a visit gave."""
    operations = graph.operations_in[number]
    return operations[-1].result.nodes if operations else None
