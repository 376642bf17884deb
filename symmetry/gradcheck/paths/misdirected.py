"""Errors handed to other places than they came from: transposed, read in another order, exchanged, or of too few places."""

import itertools
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import quote
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.operations import Repeated, edges_of, name_of, repeated_operations
from symmetry.gradcheck.paths.steps import ENDS
from symmetry.gradcheck.paths.trial import Trial
from symmetry.gradcheck.paths.visits import Visit

MOST_NAMES = 60
"""Names up to which arrays are held against each other."""


def transposed_errors(graph: Graph) -> Iterator[Trial]:
    """The error of a square result transposed on its way to one operand."""
    for repeated in repeated_operations(graph):
        shape = repeated.operations[0].result.nodes.shape
        if len(shape) < 2 or shape[-1] != shape[-2] or shape[-1] == 1 or len(repeated.operations[0].inputs) != 2:
            continue
        for which in (0, 1):
            edges = graph.edges
            for operation in repeated.operations:
                nodes = operation.result.nodes
                if nodes.shape != shape or (nodes < 0).any():
                    continue
                turned = np.arange(len(graph.made_by))
                turned[nodes] = nodes.swapaxes(-1, -2)
                chosen = graph.edges_between(operation.inputs[which].live, nodes)
                edges = edges.ending(chosen, turned[graph.edges.result[chosen]])
            if edges is not graph.edges:
                operand, where = _to(graph, repeated, which), f"the error of {quote(repeated.visit)}"
                summed = repeated.operations[0].inputs[which].nodes.ndim < len(shape) and repeated.name != "matmul"
                words = f"summed over another axis for {operand}" if summed else f"transposed on its way to {operand}"
                yield Trial(f"{where} {words}", edges)


def _to(graph: Graph, repeated: Repeated, which: int) -> str:
    name = name_of(graph, repeated, which)
    return code(name) if name else "one of its operands"


def reordered_errors(graph: Graph) -> Iterator[Trial]:
    """An error in the order of one array read as if it were that of another array with the same entries."""
    arrays: dict[bytes, list[tuple[str, Named]]] = {}
    for visit in graph.visits:
        for each in visit.results:
            arrays.setdefault(each.live.tobytes(), []).append((quote(visit), each))
    for call in graph.calls:
        if call.result is not None:
            words = f"what {code(call.name)} returns"
            arrays.setdefault(call.result.live.tobytes(), []).append((words, call.result))
    for same in arrays.values():
        for (words, one), (others, other) in itertools.permutations(same[:6], 2):
            if one.live.size == one.nodes.size == other.nodes.size and not np.array_equal(
                one.nodes.ravel(), other.nodes.ravel()
            ):
                turned = np.arange(len(graph.made_by))
                turned[one.nodes.ravel()] = other.nodes.ravel()
                chosen = graph.leading_to(one.live)
                edges = graph.edges.ending(chosen, turned[graph.edges.result[chosen]])
                yield Trial(
                    f"the error of {words} taken in the order of {others}, as if no axes were moved in between", edges
                )


def exchanged_errors(graph: Graph) -> Iterator[Trial]:
    """The errors of two parts of one array handed to each other, such as those of two gates."""
    for (one, visit, found), (other, further, more) in itertools.combinations(_parts(graph)[:MOST_NAMES], 2):
        if one.split("[")[0] != other.split("[")[0] or visit.frame != further.frame or len(found) != len(more):
            continue
        edges = graph.edges
        for (number, chosen), (later, others) in zip(found, more, strict=True):
            a, b = graph.visits[number].operand(one).nodes, graph.visits[later].operand(other).nodes
            if a.shape != b.shape or np.intersect1d(a, b).size or (a < 0).any() or (b < 0).any():
                break
            swapped = np.arange(len(graph.made_by))
            swapped[a], swapped[b] = b, a
            for each in (chosen, others):
                edges = edges.starting(each, swapped[graph.edges.operand[each]])
        else:
            yield Trial(f"the errors of {code(one)} and {code(other)} exchanged", edges)


def _parts(graph: Graph) -> list[tuple[str, Visit, list[tuple[int, np.ndarray]]]]:
    """Operands that are parts of arrays: name, statement, and the edges out of them by visit."""
    found: dict[tuple, list[tuple[int, np.ndarray]]] = {}
    for number, visit in enumerate(graph.visits):
        inside = graph.edges_inside[number]
        for each in visit.operands:
            if each.text.endswith("]") and each.live.size and visit.text:
                edges = graph.out_of(each.live, inside)
                found.setdefault((visit.key, each.text), []).append((number, edges))
    return [(text, graph.visits[each[0][0]], each) for (_, text), each in found.items()]


def few_places(graph: Graph) -> Iterator[Trial]:
    """Only the first or last place along an axis of an operand, or the last window that an entry stands in."""
    for repeated in repeated_operations(graph):
        for which, operand in enumerate(repeated.operations[0].inputs):
            if repeated.name == "matmul":
                yield from _last_windows(graph, repeated, which)
            elif operand.live.size and operand.nodes.shape == repeated.operations[0].result.nodes.shape:
                yield from _ends(graph, repeated, which)


def _ends(graph: Graph, repeated: Repeated, which: int) -> Iterator[Trial]:
    name = name_of(graph, repeated, which)
    chosen = edges_of(graph, repeated.operations[0], which)
    for axis, size in enumerate(chosen.shape if name and len(repeated.operations) == 1 else ()):
        for word, kept in (("first", 0), ("last", size - 1)):
            dropped = np.delete(chosen, kept, axis).ravel()
            if size > 1 and np.any(dropped >= 0):
                words = f"only the {word} of {size} places along axis {axis} of {code(name)} counted"
                yield Trial(f"{words} in {quote(repeated.visit)}", graph.edges.where(dropped[dropped >= 0], 0.0))


def _last_windows(graph: Graph, repeated: Repeated, which: int) -> Iterator[Trial]:
    operations = [each for each in repeated.operations if each.inputs[which].live.size]
    for operation in operations:
        nodes = operation.inputs[which].nodes
        if (nodes >= 0).sum() == operation.inputs[which].live.size:
            continue
        chosen = graph.edges_between(operation.inputs[which].live, operation.result.live)
        for word, best in ENDS:
            ends = np.full(len(graph.made_by), -1 if word == "last" else 10**9)
            best.at(ends, graph.edges.operand[chosen], graph.column[chosen])
            dropped = chosen[graph.column[chosen] != ends[graph.edges.operand[chosen]]]
            words = f"only the {word} of the windows that an entry stands in counted in {quote(repeated.visit)}"
            yield Trial(words, graph.edges.where(dropped, 0.0))


def shifted_errors(graph: Graph) -> Iterator[Trial]:
    """The error of a named array off by one number in every entry, as when a target is subtracted that is none."""
    seen = set()
    for visit in graph.visits:
        for result in visit.results:
            key = visit.key, result.text
            if key in seen or not visit.text or result.nodes.size < 2:
                continue
            seen.add(key)
            live = [
                each.live
                for other in graph.visits
                if other.key == visit.key
                for each in other.results
                if each.text == result.text
            ]
            seed = np.zeros(len(graph.made_by))
            seed[np.concatenate(live)] = 1
            yield Trial(
                "",
                graph.edges,
                seed=seed,
                between=lambda place, visit=visit: (
                    f"the error of {quote(visit)} off by {1 - place:.6g} in every entry, as of another target"
                ),
            )
