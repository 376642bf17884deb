"""Whether a function is the network that the theorems speak of: dense layers in a row, each with one activation."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from jax.extend.core import Jaxpr, Literal

from symmetry.starts.precision import programs_in
from symmetry.starts.problem import Problem

CALLS = {
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "custom_jvp_call",
    "custom_vjp_call",
    "remat",
    "remat2",
    "checkpoint",
}
"""Equations that run a program once, on their arguments."""

ADAPTS = {"broadcast_in_dim", "reshape", "convert_element_type", "squeeze", "copy"}
"""Equations after which a parameter is still that parameter."""

ENTRY_BY_ENTRY = {
    *(
        "abs",
        "add",
        "div",
        "integer_pow",
        "max",
        "min",
        "mul",
        "neg",
        "pow",
        "sign",
        "sqrt",
        "square",
        "sub",
        "cbrt",
        "rsqrt",
    ),
    *("cos", "cosh", "sin", "sinh", "tan", "tanh", "acos", "acosh", "asin", "asinh", "atan", "atanh", "logistic"),
    *("exp", "exp2", "expm1", "log", "log1p", "erf", "erfc", "erf_inv", "ceil", "floor", "round", "clamp", "is_finite"),
    *("eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "xor", "select_n", "stop_gradient"),
    *("convert_element_type", "copy"),
}
"""Equations that compute each entry from the same entry of their arguments."""


@dataclasses.dataclass(frozen=True)
class Parameter:
    path: str
    dimensions: int


@dataclasses.dataclass(frozen=True)
class Signal:
    """What layer number `layer` computes: a product, its sum with a bias, or what these equations make of it."""

    layer: int
    biased: bool = False
    operations: tuple[str, ...] = ()


class NotLayered(Exception):
    """The function is no such network."""


@dataclasses.dataclass(frozen=True)
class Layered:
    """A network of dense layers in a row.

    Attributes:
        layer: the layer of each parameter, the first behind the inputs being 1.
        activations: the equations of the activation of each layer; () for none.
    """

    layer: Mapping[str, int]
    activations: tuple[tuple[str, ...], ...]


def layers_of(problem: Problem) -> Layered | None:
    """The layers, if the function is dense layers in a row; None if it is not.

    Each parameter has its place: a matrix multiplies what the layer before computes, a vector is added after it.
    """
    program = problem.equations
    paths, count = sorted(problem.start), len(program.jaxpr.invars)
    parameters = [Parameter(path, problem.start[path].ndim) for path in paths]
    inputs: list[Any] = [Signal(0)] * (count - len(paths))
    reader = _Reader()
    try:
        results = reader.run(program.jaxpr, [*parameters, *inputs])
    except NotLayered:
        return None
    last = results[0]
    if len(results) != 1 or set(reader.layer) != set(paths) or not isinstance(last, Signal) or last.layer == 0:
        return None
    return Layered(reader.layer, (*reader.activations, last.operations))


class _Reader:
    """Follows what a program computes, and notes the parameters and activations of the layers it meets."""

    def __init__(self):
        self.layer: dict[str, int] = {}
        self.activations: list[tuple[str, ...]] = []

    def run(self, program: Jaxpr, arguments: Sequence[Any]) -> list[Any]:
        known: dict[Any, Any] = dict.fromkeys(program.constvars)
        known.update(zip(program.invars, arguments, strict=True))

        def value(atom: Any) -> Any:
            return None if isinstance(atom, Literal) else known[atom]

        for equation in program.eqns:
            results = self._results(equation, [value(atom) for atom in equation.invars])
            known.update(zip(equation.outvars, results, strict=True))
        return [value(atom) for atom in program.outvars]

    def _results(self, equation: Any, values: list[Any]) -> list[Any]:
        name, inner = equation.primitive.name, programs_in(equation)
        if name in CALLS and inner:
            return self.run(inner[0], values[len(values) - len(inner[0].invars) :])
        moving = [each for each in values if each is not None]
        if all(each == Signal(0) for each in moving):  # of constants and inputs only
            return [moving[0] if moving else None] * len(equation.outvars)
        if len(equation.outvars) != 1:
            raise NotLayered
        return [self._result(equation, name, values, moving)]

    def _result(self, equation: Any, name: str, values: list[Any], moving: list[Any]) -> Any:
        parameters = [each for each in moving if isinstance(each, Parameter)]
        if parameters and len(values) == 1 and name in ADAPTS:
            return parameters[0]
        if len(parameters) == 1 and len(moving) == 2:
            signal = next(each for each in moving if each is not parameters[0])
            return self._with_parameter(equation, name, signal, parameters[0])
        if not parameters and len({each.layer for each in moving}) == 1:
            return self._entry_by_entry(equation, name, moving)
        raise NotLayered

    def _with_parameter(self, equation: Any, name: str, signal: Any, parameter: Parameter) -> Signal:
        if parameter.path in self.layer or not isinstance(signal, Signal):
            raise NotLayered
        if name == "dot_general" and parameter.dimensions == 2 and _is_product(equation):
            self.layer[parameter.path] = signal.layer + 1
            if signal.layer:
                self.activations.append(signal.operations)
            return Signal(signal.layer + 1)
        if name in ("add", "add_any") and parameter.dimensions == 1 and signal.layer and not signal.biased:
            self.layer[parameter.path] = signal.layer
            return Signal(signal.layer, biased=True)
        raise NotLayered

    def _entry_by_entry(self, equation: Any, name: str, moving: list[Signal]) -> Signal:
        reshapes = name in ("reshape", "broadcast_in_dim", "squeeze")
        if moving[0].layer != len(self.activations) + 1 or not (name in ENTRY_BY_ENTRY or reshapes):
            raise NotLayered
        if reshapes and _size(equation.outvars[0]) != max(map(_size, equation.invars)):
            raise NotLayered
        operations = tuple(dict.fromkeys(one for each in moving for one in each.operations))
        return Signal(moving[0].layer, True, operations if reshapes else (*operations, name))


def _is_product(equation: Any) -> bool:
    (_, _), batch = equation.params["dimension_numbers"]
    matrix = [atom.aval.shape for atom in equation.invars]
    return not any(batch) and all(len(shape) <= 2 for shape in matrix)


def _size(atom: Any) -> int:
    size = 1
    for length in atom.aval.shape:
        size *= length
    return size
