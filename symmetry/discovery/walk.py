"""Going through the equations of a program: each unifies the axes of its operands and results that must move together."""

import math
from collections.abc import Sequence

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var

from symmetry.discovery.axes import Axes, Axis
from symmetry.discovery.interleaved import flattened, stacked_and_flattened
from symmetry.discovery.rules import RULES
from symmetry.discovery.rules.control import CONTROL
from symmetry.discovery.rules.equation import Equation, unknown
from symmetry.discovery.rules.evenness import even_axes
from symmetry.discovery.slices import Slices
from symmetry.discovery.values import MOST_ENTRIES, Mark, Value, constant
from symmetry.gradcheck.jaxpr.evaluate import evaluate
from symmetry.gradcheck.jaxpr.values import shaped


class Walk:
    """What was found on the way through a program.

    Attributes:
        spaces: the axes along which some array, or the sum inside a product of arrays, is indexed at the same time.
        marks: units that a constant tells from others.
        slices: the arguments that are only used slice by slice.
    """

    def __init__(self) -> None:
        self.spaces: list[Axes] = []
        self.marks: list[Mark] = []
        self.slices: dict[Var, Slices] = {}
        self._around: Axes = ()  # the axes along which loops run that this equation is inside of

    def run(self, program: ClosedJaxpr, *arguments: Value) -> list[Value]:
        """The values of the results of a program, once all that must move together does."""
        return self.run_jaxpr(program.jaxpr, [self.constant(one) for one in program.consts], arguments)

    def run_jaxpr(self, jaxpr: Jaxpr, constants: Sequence[Value], arguments: Sequence[Value]) -> list[Value]:
        """The same for equations whose constants are values already."""
        values: dict[Var, Value] = dict(zip([*jaxpr.constvars, *jaxpr.invars], [*constants, *arguments], strict=True))

        def value_of(atom: Var | Literal) -> Value:
            if isinstance(atom, Literal):
                return self.constant(np.asarray(atom.val, shaped(atom).dtype))
            value = values[atom]
            return value.again() if value.array is None else self.constant(value.array)

        stacks = stacked_and_flattened(jaxpr)
        for equation, live in _live_equations(jaxpr):
            variables = [atom for atom in equation.invars if isinstance(atom, Var)]
            sliced = [self.slices[atom] for atom in variables if atom in self.slices]
            stacked = [stacks[atom] for atom in variables if atom in stacks]
            if equation.outvars[0] in stacks:
                continue  # it is read together with the reshape
            if sliced:
                results = sliced[0].of(equation)
            elif stacked:
                results = [Value(flattened(stacked[0], equation, *map(value_of, stacked[0].invars)))]
                self.space(results[0].axes)
            else:
                results = self._results(jaxpr, equation, live, [value_of(atom) for atom in _operands(equation)])
            values.update(zip(equation.outvars, results, strict=True))
        return [value_of(atom) for atom in jaxpr.outvars]

    def constant(self, array: np.ndarray | jax.Array) -> Value:
        """A constant as a value."""
        value, marks = constant(array)
        self.marks += marks
        self.space(value.axes)
        return value

    def space(self, axes: Axes) -> None:
        """An array is indexed along these axes."""
        self.spaces.append((*axes, *self._around))

    def run_inside(self, axis: Axis, program: ClosedJaxpr, *arguments: Value) -> list[Value]:
        """The same as `run` for one turn of a loop along this axis."""
        around = self._around
        self._around = (*around, axis)
        results = self.run(program, *arguments)
        self._around = around
        return results

    def _results(self, jaxpr: Jaxpr, equation: JaxprEqn, live: tuple[bool, ...], operands: list[Value]) -> list[Value]:
        known = _computed(jaxpr, equation, operands)
        if known is not None:
            return [self.constant(one) for one in known]
        if equation.primitive.name in CONTROL:
            results = CONTROL[equation.primitive.name](self, equation.params, *operands)
        else:
            rule = RULES.get(equation.primitive.name, unknown)
            shapes = [tuple(shaped(atom).shape) for atom in equation.outvars]
            described = Equation(equation.primitive.name, equation.params, shapes, live, self.space)
            even = even_axes(described, *operands)
            results = [Value(axes, even=even) for axes in rule(described, *operands)]
        for result, atom in zip(results, equation.outvars, strict=True):
            assert tuple(axis.size for axis in result.axes) == tuple(shaped(atom).shape), equation
            self.space(result.axes)
        return results


def _computed(jaxpr: Jaxpr, equation: JaxprEqn, operands: list[Value]) -> list[np.ndarray | jax.Array] | None:
    """The results of an equation that depends on known integers only, such as places and masks; None if it does not."""
    results = [shaped(atom) for atom in equation.outvars]
    if equation.primitive.name in CONTROL or equation.effects or any(operand.known is None for operand in operands):
        return None
    if any(not isinstance(one.dtype, np.dtype) or math.prod(one.shape) > MOST_ENTRIES for one in results):
        return None
    variables = {
        atom: operand.known
        for atom, operand in zip(equation.invars, operands, strict=True)
        if not isinstance(atom, Literal) and operand.known is not None
    }
    alone = jaxpr.replace(constvars=[], invars=list(variables), outvars=list(equation.outvars), eqns=[equation])
    return list(evaluate(ClosedJaxpr(alone, []), *variables.values()))


def _live_equations(jaxpr: Jaxpr) -> list[tuple[JaxprEqn, tuple[bool, ...]]]:
    """The equations that some result depends on, each with which of its own results are used."""
    needed = {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    found = []
    for equation in reversed(jaxpr.eqns):
        live = tuple(variable in needed for variable in equation.outvars)
        if any(live):
            needed |= {atom for atom in _operands(equation) if not isinstance(atom, Literal)}
            found.append((equation, live))
    return found[::-1]


def _operands(equation: JaxprEqn) -> list[Var | Literal]:
    """The operands that decide the results: of a linear system the equations, and not what helps to solve them."""
    if equation.primitive.name != "custom_linear_solve":
        return equation.invars
    lengths = equation.params["const_lengths"]
    return equation.invars[: lengths.matvec] + equation.invars[sum(lengths) :]
