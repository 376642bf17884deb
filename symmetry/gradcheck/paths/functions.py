"""Functions of one array in the student's loss, and backprop with another slope of them.

These are NumPy's, functions that the student wrote, and softmax as it is written out.
"""

import ast
import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from symmetry.gradcheck.paths.graph import Edges, Graph
from symmetry.gradcheck.paths.named import Named
from symmetry.gradcheck.paths.operations import edges_of, repeated_operations
from symmetry.gradcheck.paths.source import written
from symmetry.gradcheck.paths.visits import Visit

NAMES = {name: name for name in ("tanh", "exp", "log", "sqrt", "square", "arctan")}
NAMES |= {"expit": "sigmoid", "maximum": "relu", "where": "relu"}
"""What sentences call functions of NumPy and SciPy."""

MOST_RESULTS = 600
"""Entries of a result up to which a function's Jacobian is looked at."""


@dataclasses.dataclass(frozen=True)
class Applied:
    """A function applied once.

    Attributes:
        number: of the visit.
        argument, result: arrays of one shape.
        slope: of every entry of the result in the one of the argument at its place.
        edges: these, where there are such; None where the function consists of several operations.
        by_entry: whether every entry of the result depends on the one at its place alone.
    """

    number: int
    argument: Named
    result: Named
    slope: np.ndarray
    edges: np.ndarray | None = None
    by_entry: bool = True


@dataclasses.dataclass(frozen=True)
class Function:
    """A function that a statement applies, in all of its visits."""

    name: str
    visit: Visit
    applied: tuple[Applied, ...]

    @property
    def by_entry(self) -> bool:
        """Whether every entry of the result depends on one of the argument alone."""
        return all(each.by_entry for each in self.applied)

    def with_slopes(self, graph: Graph, slope_of: Callable[[Applied], npt.ArrayLike | None]) -> Edges | None:
        """The graph's edges with other slopes of the function; None if there is nothing to be put there."""
        replaced, more = [], []
        for each in self.applied:
            slope = slope_of(each)
            if slope is None:
                return None
            slope = np.broadcast_to(np.asarray(slope, float), each.result.nodes.shape)
            if each.edges is not None:
                replaced.append((each.edges, slope))
            else:
                more.append((each.argument.nodes, each.result.nodes, slope))
        return without(graph, self).with_more(*more) if more else graph.edges.replaced(replaced)


def without(graph: Graph, function: Function) -> Edges:
    """The graph's edges without those that lead into a function's results."""
    results = np.concatenate([each.result.live for each in function.applied])
    return graph.edges.changed(graph.leading_to(results), slope=0.0)


def functions(graph: Graph) -> Iterator[Function]:
    """All functions of one array, the student's own first."""
    found: dict[tuple, list[Applied]] = {}
    for name, number, argument, result in [*_calls(graph), *_softmaxes(graph)]:
        jacobian = _jacobian(graph, argument.nodes.ravel(), result.nodes.ravel())
        if jacobian is not None:
            slope, by_entry = np.diag(jacobian), not np.any(jacobian - np.diag(np.diag(jacobian)))
            applied = Applied(number, argument, result, slope.reshape(result.nodes.shape), by_entry=by_entry)
            found.setdefault((graph.visits[number].key, name), []).append(applied)
    for (_, name), applied in found.items():
        yield Function(name, graph.visits[applied[0].number], tuple(applied))
    for repeated in repeated_operations(graph):
        if repeated.name not in NAMES:
            continue
        which = int(NAMES[repeated.name] == "relu" and not repeated.operations[0].inputs[0].live.size)
        applied = []
        for operation in repeated.operations:
            edges, argument = edges_of(graph, operation, which), operation.inputs[which]
            if np.any(edges >= 0) and argument.nodes.shape == edges.shape:
                slope = np.where(edges >= 0, graph.edges.slope[edges], 0.0)
                applied.append(Applied(operation.visit, argument, operation.result, slope, edges))
        if applied:
            yield Function(NAMES[repeated.name], repeated.visit, tuple(applied))


def _calls(graph: Graph) -> Iterator[tuple[str, int, Named, Named]]:
    """The functions that are called: the student's own, and those of libraries whose operations cannot be seen."""
    for call in graph.calls:
        live = [each for each in call.arguments if each.live.size]
        if call.result is not None and len(live) == 1 and _alike(live[0], call.result):
            yield call.name, call.parent, live[0], call.result
    own = {call.parent for call in graph.calls}
    for number, visit in enumerate(graph.visits):
        value = visit.statement.value if isinstance(visit.statement, ast.Assign) else None
        if number in own or graph.operations_in[number] or len(visit.results) != 1:
            continue
        if isinstance(value, ast.Call) and value.args:
            argument, name = written(visit.file, value.args[0]), written(visit.file, value.func).split(".")[-1]
            for each in visit.operands:
                if each.text == argument and _alike(each, visit.results[0]):
                    yield name, number, each, visit.results[0]


def _softmaxes(graph: Graph) -> Iterator[tuple[str, int, Named, Named]]:
    """e^s over its sum, as it is written out: from s, before its largest entry is subtracted, to the probabilities."""
    made = {each.result.nodes.tobytes(): each for each in graph.operations}
    for operation in graph.operations:
        if operation.name == "divide" and operation.visit >= 0 and axis_of_probabilities(operation.result) is not None:
            numerator = made.get(operation.inputs[0].nodes.tobytes())
            if numerator is not None and numerator.name == "exp":
                argument = numerator.inputs[0]
                before = made.get(argument.nodes.tobytes())
                if before is not None and before.name == "subtract":
                    argument = before.inputs[0]
                if _alike(argument, operation.result):
                    yield "softmax", operation.visit, argument, operation.result


def axis_of_probabilities(result: Named) -> int | None:
    """The axis along which an array's entries add up to 1."""
    for axis in reversed(range(result.values.ndim)):
        if result.values.shape[axis] > 1 and np.allclose(result.values.sum(axis=axis), 1):
            return axis
    return None


def _alike(argument: Named, result: Named) -> bool:
    return (
        argument.nodes.shape == result.nodes.shape
        and 0 < result.live.size == result.nodes.size <= MOST_RESULTS
        and argument.live.size == argument.nodes.size
        and not np.intersect1d(argument.live, result.live).size
    )


def _jacobian(graph: Graph, arguments: np.ndarray, results: np.ndarray) -> np.ndarray | None:
    """The derivatives of some numbers in others that they are made of; None if they are made of other inputs, too."""
    errors: dict[int, np.ndarray] = dict(zip(results.tolist(), np.eye(len(results)), strict=True))
    stop, ends = set(arguments.tolist()), {}
    while errors:
        node = max(errors)
        error = errors.pop(node)
        if node in stop:
            ends[node] = error
        elif node < graph.size:
            return None
        else:
            for edge in range(*np.searchsorted(graph.edges.result, [node, node + 1])):
                operand = int(graph.edges.operand[edge])
                errors[operand] = errors.get(operand, 0.0) + error * graph.edges.slope[edge]
    zero = np.zeros(len(results))
    return np.stack([ends.get(node, zero) for node in arguments.tolist()], axis=1)
