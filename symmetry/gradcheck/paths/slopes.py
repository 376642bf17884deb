"""Slopes on the way back: left out, applied twice, taken at another array, of another function; of softmax, its diagonal."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from symmetry.gradcheck.cause import code, escaped
from symmetry.gradcheck.paths.edges import Edges
from symmetry.gradcheck.paths.functions import Applied, Function, axis_of_probabilities, functions, without
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.left_out import operand_groups, quote
from symmetry.gradcheck.paths.operations import nearby, nearby_called
from symmetry.gradcheck.paths.trial import Trial, if_changed

ArrayFunction = Callable[[np.ndarray], np.ndarray]

SlopeOf = Callable[[Applied], npt.ArrayLike | None]
"""The slope to put in the place of a function's own; None where there is none."""

BY_RESULT: dict[str, tuple[str, ArrayFunction]] = {
    "tanh": ("1 - a^2", lambda a: 1 - a * a),
    "sigmoid": ("a(1 - a)", lambda a: a * (1 - a)),
    "relu": ("a > 0", lambda a: a > 0),
}
"""Slopes as they are known by heart, of the function's result."""


def slopes(graph: Graph) -> Iterator[Trial]:
    """Every function's slope replaced by what is often put there."""
    found = list(functions(graph))
    for function in found:
        yield from _simple(graph, function)
    for function in found:
        yield from _of_probabilities(graph, function)
        yield from _elsewhere(graph, function)


def _simple(graph: Graph, function: Function) -> Iterator[Trial]:
    where = quote(function.visit)
    name = escaped(function.name)
    slope = f"the slope of {name}" if function.by_entry else f"the Jacobian of {name}"
    yield from _trial(graph, function, f"{slope} left out in {where}", lambda each: 1.0)
    if function.by_entry:
        yield from _trial(graph, function, f"{slope} applied twice in {where}", lambda each: each.slope**2)
    else:
        p = all(np.allclose(each.slope, each.result.values * (1 - each.result.values)) for each in function.applied)
        diagonal = "its diagonal p(1 - p)" if p else "its diagonal"
        yield from _trial(graph, function, f"{slope} replaced by {diagonal} in {where}", lambda each: each.slope)


def _trial(graph: Graph, function: Function, words: str, slope_of: SlopeOf) -> Iterator[Trial]:
    yield from if_changed(words, function.with_slopes(graph, slope_of))


def _elsewhere(graph: Graph, function: Function) -> Iterator[Trial]:
    """The slope as a function of another array than the result, or of another function."""
    where = quote(function.visit)
    if not function.by_entry:
        return
    kind = _kind(function)
    for name, (formula, of) in BY_RESULT.items():
        if name not in (kind, "relu"):
            words = f"the slope of {name}, {formula}, in {where}"
            yield from _trial(graph, function, words, lambda each, of=of: of(each.result.values))
    if kind is None:
        return
    formula, of = BY_RESULT[kind]
    slope = f"the slope of {kind}, {formula},"
    yield from _trial(
        graph, function, f"{slope} taken at its argument in {where}", lambda each: of(each.argument.values)
    )
    yield from _trial(
        graph,
        function,
        f"the slope of {kind} taken at the activation, not at the preactivation, in {where}",
        lambda each: of(_FUNCTIONS[kind](each.result.values)),
    )
    first = function.applied[0]
    for text in [array.text for array in nearby(graph, first.number, first.result.nodes.shape)]:
        words = f"{slope} taken at {code(text)} in {where}"
        yield from _trial(graph, function, words, lambda each, text=text: _at(graph, each, text, of))
    if len(function.applied) > 1:
        yield from _trial(graph, function, f"{slope} taken a step too early in {where}", _shifted(function, of))


_FUNCTIONS: dict[str, ArrayFunction] = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(0, z),
}


def _kind(function: Function) -> str | None:
    """The known function that has these values and slopes."""
    for name, of in _FUNCTIONS.items():
        if all(np.allclose(of(each.argument.values), each.result.values) for each in function.applied):
            return name
    return None


def _at(graph: Graph, applied: Applied, text: str, of: ArrayFunction) -> np.ndarray | None:
    found = nearby_called(graph, applied.number, applied.result.entries.shape, text)
    return None if found is None else of(found.values)


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
    if function.by_entry or own is None:
        return
    for axis in range(first.values.ndim):
        if axis != own:
            edges = without(graph, function)
            for each in function.applied:
                edges = _with_softmax(edges, each, axis)
            words = f"the Jacobian of {escaped(function.name)} summed along axis {axis} in {quote(function.visit)}"
            yield Trial(words, edges)


def _with_softmax(edges: Edges, applied: Applied, axis: int) -> Edges:
    p, arguments, results = (
        np.moveaxis(each, axis, -1) for each in (applied.result.values, applied.argument.nodes, applied.result.nodes)
    )
    edges = edges.with_more(arguments.ravel(), results.ravel(), p.ravel())
    shape = (*p.shape, p.shape[-1])
    slope = -p[..., :, None] * p[..., None, :]
    operand = np.broadcast_to(arguments[..., :, None], shape)
    result = np.broadcast_to(results[..., None, :], shape)
    return edges.with_more(operand.ravel(), result.ravel(), slope.ravel())


def slopes_between_steps(graph: Graph) -> Iterator[Trial]:
    """An operand's path that goes back past the slope of the function which the statement ends with."""
    down = _next_slope(graph)
    for text, visit, groups in operand_groups(graph):
        edges = np.concatenate([chosen for _, chosen in groups])
        slope = down[graph.edges.result[edges]]
        if np.all(np.isfinite(slope)) and np.all(slope != 0) and np.any(slope != 1):
            words = f"the slope of the activation left out on the path through {code(text)} in {quote(visit)}"
            yield Trial(words, graph.edges.scaled(edges, 1 / slope))


def _next_slope(graph: Graph) -> np.ndarray:
    """For every number, the slope of the function that it or sums of it go into next; NaN if that is not one."""
    found = np.full(len(graph.made_by), np.nan)
    edges = graph.edges
    uses = np.bincount(edges.operand, minlength=len(found))
    for edge in range(len(edges.result) - 1, -1, -1):
        operand, result = edges.operand[edge], edges.result[edge]
        if uses[operand] == 1:
            kind = graph.kinds[result]
            if kind in ("tanh", "exp", "chosen"):
                found[operand] = edges.slope[edge]
            elif edges.slope[edge] == 1:
                found[operand] = found[result]
    return found
