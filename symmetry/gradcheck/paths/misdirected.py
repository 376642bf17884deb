"""Errors handed to other places than they came from: transposed, reordered, exchanged, of few places or of a largest entry."""

import itertools
from collections.abc import Iterator

import numpy as np

from symmetry.gradcheck.cause import code
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.operations import Repeated, edges_of, name_of, quoted_name, repeated_operations
from symmetry.gradcheck.paths.record import Operation
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


def largest_entries(graph: Graph) -> Iterator[Trial]:
    """The error of every largest (or smallest) entry along axes handed to others."""
    for repeated in repeated_operations(graph):
        if repeated.name not in ("maximum.reduce", "minimum.reduce"):
            continue
        where = f"the error of {repeated.visit.quote}"
        for words, shares in _shares(repeated.operations[0]):
            pieces = []
            for operation in repeated.operations:
                into = graph.leading_to(operation.result.live)
                edge = np.full(len(graph.made_by) + 1, -1)
                edge[graph.edges.operand[into]] = into
                share = shares if operation is repeated.operations[0] else dict(_shares(operation))[words]
                pieces.append((edge[operation.inputs[0].nodes], share))
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
