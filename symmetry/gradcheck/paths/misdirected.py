"""Errors handed to other places than they came from: transposed, read in another order, exchanged, or of too few places."""

import itertools
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.operations import Repeated, edges_of, name_of, quoted_name, repeated_operations
from symmetry.gradcheck.paths.steps import ENDS, all_but
from symmetry.gradcheck.paths.trial import Trial

MOST_NAMES = 60
"""Names up to which arrays are held against each other."""


def transposed_errors(graph: Graph) -> Iterator[Trial]:
    """The error of a square result transposed on its way to one operand."""
    for repeated in repeated_operations(graph):
        first = repeated.operations[0]
        shape = first.result.nodes.shape
        if len(shape) < 2 or shape[-1] != shape[-2] or shape[-1] == 1 or len(first.inputs) != 2:
            continue
        for which in (0, 1):
            edges = graph.edges
            for operation in repeated.operations:
                nodes = operation.result.nodes
                if nodes.shape == shape and (nodes >= 0).all():
                    turned = np.arange(len(graph.made_by))
                    turned[nodes] = nodes.swapaxes(-1, -2)
                    chosen = graph.edges_between(operation.inputs[which].live, nodes)
                    edges = edges.changed(chosen, result=turned[graph.edges.result[chosen]])
            if edges is not graph.edges:
                operand = quoted_name(graph, repeated, which, "one of its operands")
                summed = first.inputs[which].nodes.ndim < len(shape) and repeated.name != "matmul"
                words = f"summed over another axis for {operand}" if summed else f"transposed on its way to {operand}"
                yield Trial(f"the error of {repeated.visit.quote} {words}", edges)


def reordered_errors(graph: Graph) -> Iterator[Trial]:
    """An error in the order of one array read as if it were that of another array with the same entries."""
    found = [(visit.quote, each) for visit in graph.visits for each in visit.results]
    found += [(f"what {code(call.name)} returns", call.result) for call in graph.calls if call.result is not None]
    arrays: dict[bytes, list[tuple[str, Named]]] = {}
    for words, each in found:
        arrays.setdefault(each.live.tobytes(), []).append((words, each))
    for same in arrays.values():
        for (words, one), (others, other) in itertools.permutations(same[:6], 2):
            places, read = one.nodes.ravel(), other.nodes.ravel()
            if one.live.size == places.size == read.size and not np.array_equal(places, read):
                turned = np.arange(len(graph.made_by))
                turned[places] = read
                chosen = graph.leading_to(one.live)
                edges = graph.edges.changed(chosen, result=turned[graph.edges.result[chosen]])
                order = f"taken in the order of {others}, as if no axes were moved in between"
                yield Trial(f"the error of {words} {order}", edges)


def exchanged_errors(graph: Graph) -> Iterator[Trial]:
    """The errors of two parts of one array handed to each other, such as those of two gates."""

    def edges_of_part(number: int, operand: Named) -> np.ndarray | None:
        if operand.text.endswith("]") and operand.live.size and graph.visits[number].text:
            return graph.out_of(operand.live, graph.edges_inside[number])
        return None

    parts = graph.by_operand(edges_of_part)[:MOST_NAMES]
    for (one, visit, found), (other, further, more) in itertools.combinations(parts, 2):
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
                edges = edges.changed(each, operand=swapped[graph.edges.operand[each]])
        else:
            yield Trial(f"the errors of {code(one)} and {code(other)} exchanged", edges)


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
                edges = graph.edges.changed(dropped[dropped >= 0], slope=0.0)
                yield Trial(f"{words} in {repeated.visit.quote}", edges)


def _last_windows(graph: Graph, repeated: Repeated, which: int) -> Iterator[Trial]:
    for operation in repeated.operations:
        operand = operation.inputs[which]
        if (operand.nodes >= 0).sum() == operand.live.size:
            continue
        chosen = graph.edges_between(operand.live, operation.result.live)
        for word, best in ENDS:
            dropped = all_but(graph, chosen, graph.column, best)
            words = f"only the {word} of the windows that an entry stands in counted in {repeated.visit.quote}"
            yield Trial(words, graph.edges.changed(dropped, slope=0.0))


def shifted_errors(graph: Graph) -> Iterator[Trial]:
    """The error of a named array off by one number in every entry, as when a target is subtracted that is none."""
    results = [(visit, result) for visit in graph.visits if visit.text for result in visit.results]
    names = {(visit.key, result.text): visit.quote for visit, result in results if result.nodes.size >= 2}
    for name, quote in names.items():
        seed = np.zeros(len(graph.made_by))
        seed[np.concatenate([result.live for visit, result in results if (visit.key, result.text) == name])] = 1

        def off_by(place: float, quote: str = quote) -> str:
            return f"the error of {quote} off by {1 - place:.6g} in every entry, as of another target"

        yield Trial("", graph.edges, seed, off_by)
