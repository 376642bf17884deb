"""Whether a function is the network that the theorems speak of: dense layers in a row, each with one activation."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp
from jax.extend.core import Jaxpr, Literal, jaxprs_in_params

from symmetry.gradcheck.jaxpr.control import PROGRAMS
from symmetry.starts.problem import Problem

ADAPTS = {"broadcast_in_dim", "reshape", "convert_element_type", "squeeze", "copy"}
"""Equations after which a parameter is still that parameter."""

MOVES = {"transpose", "reshape", "broadcast_in_dim", "squeeze"}
"""Equations that leave a signal's numbers and change their places."""

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
    """A parameter; if it is a vector, the axis along which it now lies."""

    path: str
    dimensions: int
    axis: int = 0


@dataclasses.dataclass(frozen=True)
class Signal:
    """What layer number `layer` computes: a product, its sum with a bias, or what these equations make of it.

    Layer 0 is anything made of inputs and constants. `axis` is where the units lie; None once they are reshaped.
    """

    layer: int
    axis: int | None = None
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
    if any(jnp.iscomplexobj(array) for array in problem.start.values()):
        return None
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
        known: dict[Any, Any] = {each: Signal(0) if _size(each) > 1 else None for each in program.constvars}
        known.update(zip(program.invars, arguments, strict=True))

        def value(atom: Any) -> Any:
            return None if isinstance(atom, Literal) else known[atom]

        for equation in program.eqns:
            results = self._results(equation, [value(atom) for atom in equation.invars])
            known.update(zip(equation.outvars, results, strict=True))
        return [value(atom) for atom in program.outvars]

    def _results(self, equation: Any, values: list[Any]) -> list[Any]:
        name, inner = equation.primitive.name, list(jaxprs_in_params(equation.params))
        if name in PROGRAMS and inner:
            return self.run(inner[0], values[len(values) - len(inner[0].invars) :])
        moving = [each for each in values if each is not None]
        if not moving and (name in ENTRY_BY_ENTRY or name in ADAPTS):  # one number everywhere
            return [None] * len(equation.outvars)
        if all(each == Signal(0) for each in moving):
            return [Signal(0)] * len(equation.outvars)
        if len(equation.outvars) != 1:
            raise NotLayered
        return [self._result(equation, name, values, moving)]

    def _result(self, equation: Any, name: str, values: list[Any], moving: list[Any]) -> Any:
        parameters = [each for each in moving if isinstance(each, Parameter)]
        if parameters and len(values) == 1 and name in ADAPTS:
            return _adapted(equation, name, parameters[0])
        if len(parameters) == 1 and len(moving) == 2:
            return self._with_parameter(equation, name, values, parameters[0])
        if parameters or len({(each.layer, each.axis) for each in moving}) != 1:
            raise NotLayered
        if len(moving) == 1 and name in MOVES:
            return _moved(equation, name, moving[0])
        return self._entry_by_entry(name, moving)

    def _with_parameter(self, equation: Any, name: str, values: list[Any], parameter: Parameter) -> Signal:
        signal = next(each for each in values if each is not None and each is not parameter)
        if parameter.path in self.layer or not isinstance(signal, Signal):
            raise NotLayered
        if name == "dot_general" and parameter.dimensions == 2:
            axis = _units_of_product(equation, values.index(signal), signal)
            self.layer[parameter.path] = signal.layer + 1
            if signal.layer:
                self.activations.append(signal.operations)
            return Signal(signal.layer + 1, axis)
        is_bias = parameter.dimensions == 1 and parameter.axis == signal.axis and not signal.biased
        if name in ("add", "add_any") and signal.layer and is_bias:
            self.layer[parameter.path] = signal.layer
            return dataclasses.replace(signal, biased=True)
        raise NotLayered

    def _entry_by_entry(self, name: str, moving: list[Signal]) -> Signal:
        if moving[0].layer != len(self.activations) + 1 or name not in ENTRY_BY_ENTRY:
            raise NotLayered
        operations = tuple(dict.fromkeys(one for each in moving for one in each.operations))
        return dataclasses.replace(moving[0], biased=True, operations=(*operations, name))


def _adapted(equation: Any, name: str, parameter: Parameter) -> Parameter:
    shape, axis = equation.outvars[0].aval.shape, parameter.axis
    if parameter.dimensions == 2 and shape != equation.invars[0].aval.shape:
        raise NotLayered
    if parameter.dimensions == 1 and name != "broadcast_in_dim":  # all other axes have length 1
        axis = max(range(len(shape)), key=lambda place: shape[place], default=0)
    elif parameter.dimensions == 1:
        axis = int(equation.params["broadcast_dimensions"][axis])
    return dataclasses.replace(parameter, axis=axis)


def _moved(equation: Any, name: str, signal: Signal) -> Signal:
    if name == "transpose" and signal.axis is not None:
        return dataclasses.replace(signal, axis=equation.params["permutation"].index(signal.axis))
    if _size(equation.outvars[0]) != _size(equation.invars[0]):
        raise NotLayered
    return dataclasses.replace(signal, axis=None)


def _units_of_product(equation: Any, place: int, signal: Signal) -> int:
    """The axis of a product along which its units lie, if the signal's units are what is summed over."""
    contracted, batch = equation.params["dimension_numbers"]
    rank = len(equation.invars[place].aval.shape)
    summed = contracted[place]
    if any(batch) or len(summed) != 1 or (signal.layer and summed[0] != signal.axis):
        raise NotLayered
    return rank - 1 if place == 0 else 0


def _size(atom: Any) -> int:
    return math.prod(atom.aval.shape)
