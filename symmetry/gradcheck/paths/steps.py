"""Steps of loops that were not counted, and what steps hand to each other."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import operand_groups
from symmetry.gradcheck.paths.trial import Trial
from symmetry.gradcheck.places import Places

MOST_STEPS = 30
"""Steps up to which what each hands back is handed to all before it."""

ENDS = (("last", np.maximum), ("first", np.minimum))


def single_steps(graph: Graph, places: Places) -> Iterator[Trial]:
    """Of what a repeated statement hands to parameters, only what its last or first step does."""
    for key, count in Counter(visit.key for visit in graph.visits if visit.is_simple).items():
        if count == 1:
            continue
        step = np.full(len(graph.visits) + 1, -1)
        numbers = np.flatnonzero(graph.statements[key]).tolist()
        for number in numbers:
            visit = graph.visits[number]
            step[number] = visit.step if visit.key == key else step[visit.parent]
        of_edge = step[graph.made_by[graph.edges.result]]
        for span in (slice(0, graph.size), *places.spans.values()):
            operand = graph.edges.operand
            chosen = np.flatnonzero((of_edge >= 0) & (operand >= span.start) & (operand < span.stop))
            for word, best in ENDS:
                dropped = all_but(graph, chosen, of_edge, best)
                if dropped.size:
                    words = f"only the {word} of {count} steps of {graph.visits[numbers[0]].quote} counted"
                    yield Trial(words, graph.edges.changed(dropped, slope=0.0))


def all_but(graph: Graph, chosen: np.ndarray, of_edge: np.ndarray, best: np.ufunc) -> np.ndarray:
    """The chosen edges of every operand but those of its last or first step, by the step of each edge."""
    ends = np.full(len(graph.made_by), -1 if best is np.maximum else np.iinfo(int).max)
    best.at(ends, graph.edges.operand[chosen], of_edge[chosen])
    return chosen[of_edge[chosen] != ends[graph.edges.operand[chosen]]]


def single_steps_of_operands(graph: Graph) -> Iterator[Trial]:
    """Of what a repeated statement hands to an array that it reads, only what its last or first step does."""
    for text, visit, groups in operand_groups(graph):
        if len(groups) < 2:
            continue
        path = f"the path through {code(text)} in {visit.quote}"
        for word, dropped in (("last", groups[:-1]), ("first", groups[1:])):
            edges = graph.edges.changed(np.concatenate([edges for _, edges in dropped]), slope=0.0)
            yield Trial(f"{path} left out in every step but the {word}", edges)


def piling_up(graph: Graph) -> Iterator[Trial]:
    """What a later step hands back added to every step before it, not only to the last of them."""
    for text, visit, groups in operand_groups(graph):
        arrays = [graph.visits[number].operand(text).nodes for number, _ in groups]
        if not 2 <= len(groups) <= MOST_STEPS or len({each.shape for each in arrays}) != 1:
            continue
        more = []
        to = np.full(len(graph.made_by), -1)
        for later, (_, chosen) in enumerate(groups):
            for earlier in arrays[:later]:
                to[arrays[later]] = earlier
                operand = to[graph.edges.operand[chosen]]
                known = chosen[operand >= 0]
                more.append((operand[operand >= 0], graph.edges.result[known], graph.edges.slope[known]))
        words = f"what every step hands back to {code(text)} in {visit.quote} handed to all steps before it, too"
        yield Trial(words, graph.edges.with_more(*more))


def handed_on(graph: Graph) -> Iterator[Trial]:
    """The error of a statement's result handed on to an array that it reads as it is."""
    for text, visit, groups in operand_groups(graph):
        more = []
        for number, _ in groups:
            operand, operations = graph.visits[number].operand(text).nodes, graph.operations_in[number]
            result = operations[-1].result.nodes if operations else None
            if result is None or result.shape != operand.shape or (operand < 0).any() or (result < 0).any():
                break
            more.append((operand, result, np.ones(result.size)))
        else:
            edges = graph.edges.changed(np.concatenate([chosen for _, chosen in groups]), slope=0.0)
            yield Trial(f"the error of {visit.quote} handed on to {code(text)} as it is", edges.with_more(*more))
