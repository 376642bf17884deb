"""Slopes on the way back: left out, applied twice, taken at another array, of another function; of softmax, its diagonal."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt

from symmetry.gradcheck.cause import code, escaped
from symmetry.gradcheck.paths.functions import Applied, Function, axis_of_probabilities, functions, without
from symmetry.gradcheck.paths.graph import Edges, Graph
from symmetry.gradcheck.paths.left_out import operand_groups
from symmetry.gradcheck.paths.operations import nearby, values_nearby
from symmetry.gradcheck.paths.trial import Trial, if_changed

ArrayFunction = Callable[[np.ndarray], np.ndarray]

SlopeOf = Callable[[Applied], npt.ArrayLike | None]
"""The slope to put in the place of a function's own; None where there is none."""

KNOWN: dict[str, tuple[ArrayFunction, str, ArrayFunction]] = {
    "tanh": (np.tanh, "1 - a^2", lambda a: 1 - a * a),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), "a(1 - a)", lambda a: a * (1 - a)),
    "relu": (lambda z: np.maximum(0, z), "a > 0", lambda a: a > 0),
}
"""Functions, and their slopes as they are known by heart: of the function's result."""


def slopes(graph: Graph) -> Iterator[Trial]:
    """Every function's slope replaced by what is often put there."""
    found = list(functions(graph))
    for function in found:
        yield from _trials(graph, function, _simple(function))
    for function in found:
        if function.by_entry:
            yield from _trials(graph, function, _elsewhere(graph, function))
        else:
            yield from _of_probabilities(graph, function)


def _trials(graph: Graph, function: Function, others: Iterable[tuple[str, SlopeOf]]) -> Iterator[Trial]:
    for words, slope_of in others:
        yield from if_changed(f"{words} in {function.visit.quote}", function.with_slopes(graph, slope_of))


def _simple(function: Function) -> Iterator[tuple[str, SlopeOf]]:
    name = escaped(function.name)
    slope = f"the slope of {name}" if function.by_entry else f"the Jacobian of {name}"
    yield f"{slope} left out", lambda each: 1.0
    if function.by_entry:
        yield f"{slope} applied twice", lambda each: each.slope**2
    else:
        p = all(np.allclose(each.slope, each.result.values * (1 - each.result.values)) for each in function.applied)
        yield f"{slope} replaced by {'its diagonal p(1 - p)' if p else 'its diagonal'}", lambda each: each.slope


def _elsewhere(graph: Graph, function: Function) -> Iterator[tuple[str, SlopeOf]]:
    """The slope as a function of another array than the result, or of another function."""
    kind = _kind(function)
    for name, (_, formula, slope_at) in KNOWN.items():
        if name not in (kind, "relu"):
            yield f"the slope of {name}, {formula},", lambda each, slope_at=slope_at: slope_at(each.result.values)
    if kind is None:
        return
    value, formula, slope_at = KNOWN[kind]
    slope = f"the slope of {kind}, {formula}, taken"
    yield f"{slope} at its argument", lambda each: slope_at(each.argument.values)
    words = f"the slope of {kind} taken at the activation, not at the preactivation,"
    yield words, lambda each: slope_at(value(each.result.values))
    first = function.applied[0]
    for text in nearby(graph, first.number, first.result.nodes.shape):

        def slope_of(each: Applied, text: str = text) -> np.ndarray | None:
            found = values_nearby(graph, each.number, each.result.entries.shape, text)
            return None if found is None else slope_at(found)

        yield f"{slope} at {code(text)}", slope_of
    if len(function.applied) > 1:
        yield f"{slope} a step too early", _shifted(function, slope_at)


def _kind(function: Function) -> str | None:
    """The known function that has these values and slopes."""
    for name, (value, _, _) in KNOWN.items():
        if all(np.allclose(value(each.argument.values), each.result.values) for each in function.applied):
            return name
    return None


def _shifted(function: Function, of: ArrayFunction) -> SlopeOf:
    """The slope at the result of the step before; before the first one, at 0."""
    before = {each.number: earlier for earlier, each in zip(function.applied, function.applied[1:], strict=False)}

    def slope_of(each: Applied) -> np.ndarray | None:
        earlier = before.get(each.number)
        if earlier is not None and earlier.result.values.shape != each.result.values.shape:
            return None
        return of(np.zeros(each.result.values.shape) if earlier is None else earlier.result.values)

    return slope_of


def _of_probabilities(graph: Graph, function: Function) -> Iterator[Trial]:
    """Softmax's Jacobian with its sum along another axis."""
    first = function.applied[0].result
    own = axis_of_probabilities(first)
    for axis in () if own is None else range(first.values.ndim):
        if axis != own:
            edges = without(graph, function)
            for each in function.applied:
                edges = _with_softmax(edges, each, axis)
            words = f"the Jacobian of {escaped(function.name)} summed along axis {axis} in {function.visit.quote}"
            yield Trial(words, edges)


def _with_softmax(edges: Edges, applied: Applied, axis: int) -> Edges:
    arrays = (applied.result.values, applied.argument.nodes, applied.result.nodes)
    p, arguments, results = (np.moveaxis(each, axis, -1) for each in arrays)
    products = np.broadcast_arrays(arguments[..., :, None], results[..., None, :], -p[..., :, None] * p[..., None, :])
    return edges.with_more((arguments, results, p), products)


def slopes_between_steps(graph: Graph) -> Iterator[Trial]:
    """An operand's path that goes back past the slope of the function which the statement ends with."""
    down = _next_slope(graph)
    for text, visit, groups in operand_groups(graph):
        edges = np.concatenate([chosen for _, chosen in groups])
        slope = down[graph.edges.result[edges]]
        if np.all(np.isfinite(slope)) and np.all(slope != 0) and np.any(slope != 1):
            words = f"the slope of the activation left out on the path through {code(text)} in {visit.quote}"
            yield Trial(words, graph.edges.changed(edges, slope=graph.edges.slope[edges] * (1 / slope)))


def _next_slope(graph: Graph) -> np.ndarray:
    """For every number, the slope of the function that it or sums of it go into next; NaN if that is not one."""
    found = np.full(len(graph.made_by), np.nan)
    edges = graph.edges
    uses = np.bincount(edges.operand, minlength=len(found))
    for edge in range(len(edges.result) - 1, -1, -1):
        operand, result = edges.operand[edge], edges.result[edge]
        if uses[operand] == 1:
            if graph.kinds[result] in ("tanh", "exp", "chosen"):
                found[operand] = edges.slope[edge]
            elif edges.slope[edge] == 1:
                found[operand] = found[result]
    return found
