"""SymPy's formulas, turned into JAX: the gradient of the symbolic network, evaluated on balls.

The formulas are derived once a shape, with unknown activations and an unknown loss, whose derivatives are then SymPy's
of `FORMULAS` and `LOSS_FORMULAS`: nothing here uses the slopes and errors that backprop uses.
"""

import functools
from collections.abc import Callable, Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import sympy

from symmetry.activation import ACTIVATIONS, ERROR_FUNCTION, SINE, TANH, derivative
from symmetry.architecture import Architecture
from symmetry.cases import draw_cases
from symmetry.draw import Symbols
from symmetry.loss import LOSSES
from symmetry.network import Batch, Layer, Network, batch_loss
from symmetry.numbers import Ball
from symmetry.numbers.ball import exponential, left_or_right, logarithm
from symmetry.numbers.dual import is_number
from symmetry.numbers.symbol import FORMULAS, VARIABLE, Symbol, formula


def _half_squared_error(outputs, targets):
    return sum((a - y) ** 2 for a, y in zip(outputs, targets, strict=True)) / 2


def _mean_absolute_error(outputs, targets):
    gaps = [FORMULAS["absolute_value"].subs(VARIABLE, a - y) for a, y in zip(outputs, targets, strict=True)]
    return sum(gaps) / sympy.Integer(len(outputs))


def _softmax_cross_entropy(outputs, targets):
    # - sum of y log p with p = exp(a) / sum of exp(a), without the quotient, which floats cannot hold for large a.
    total = sum(sympy.exp(a) for a in outputs)
    return sum(y * (sympy.log(total) - a) for a, y in zip(outputs, targets, strict=True))


def _sigmoid_binary_cross_entropy(outputs, targets):
    # - y log p - (1 - y) log(1 - p) with p the sigmoid of a, without the difference 1 - p, for the same reason.
    return sum(sympy.log(1 + sympy.exp(a)) - a * y for a, y in zip(outputs, targets, strict=True))


LOSS_FORMULAS = {
    "half_squared_error": _half_squared_error,
    "mean_absolute_error": _mean_absolute_error,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sigmoid_binary_cross_entropy": _sigmoid_binary_cross_entropy,
}
"""What every named loss of one example is, as a function of lists of outputs and targets."""


@functools.singledispatch
def gradient(weight, network: Network, batch: Batch) -> tuple[Layer, ...]:
    """The gradient by formulas, in the number system of `weight`."""
    raise TypeError(f"formulas cannot be evaluated on {type(weight).__name__}s; use balls or symbols.")


@gradient.register
def _(weight: Symbol, network: Network, batch: Batch) -> tuple[Layer, ...]:
    loss = batch_loss(network, batch)
    return tuple(
        Layer(
            layer.weight.map(loss.diff),
            None if layer.bias is None else layer.bias.map(loss.diff),
        )
        for layer in network.layers
    )


@gradient.register
def _(weight: Ball, network: Network, batch: Batch) -> tuple[Layer, ...]:
    bias = network.layers[0].bias is not None
    compiled = _compiled(network.widths, bias, batch.x.shape[0])
    scalars = [number[place] for number in _numbers(network, batch) for place in np.ndindex(*number.shape)]
    entries = iter(compiled(scalars, network.activations, network.loss))
    leaves, structure = jax.tree.flatten(network.layers, is_leaf=is_number)
    return jax.tree.unflatten(structure, [_stacked(entries, leaf.shape) for leaf in leaves])


@functools.cache
def _compiled(widths: tuple[int, ...], bias: bool, examples: int) -> Callable:
    """The formulas of every weight and bias for one shape, as a function of balls, activations and loss."""
    types = {"network": Network, "batch": Batch}
    drawn = draw_cases(types, Symbols(), Architecture(widths, bias=bias, batch=examples))
    network, batch = drawn["network"], drawn["batch"]
    arguments = [symbol for number in _numbers(network, batch) for symbol in number.ravel()]
    layers = gradient(network.layers[0].weight, network, batch)
    formulas = [entry for number in jax.tree.leaves(layers, is_leaf=is_number) for entry in number.ravel()]
    named = [name_unknowns(entry) for entry in formulas]
    unknowns = sorted({part.func.__name__ for entry in named for part in entry.atoms(sympy.core.function.AppliedUndef)})
    code = sympy.lambdify([*arguments, *unknowns], named, modules=[{}], cse=True)
    layer_of = {phi.name: index for index, phi in enumerate(network.activations)}

    def evaluate(scalars, activations, loss):
        return code(*scalars, *[_known(name, layer_of, activations, loss) for name in unknowns])

    return evaluate


def name_unknowns(expression):
    """Unknown functions under names that Python can call: phi_0 of order 1 becomes phi_0__1."""

    def renamed(node):
        name, partials = node.func.unknown
        return sympy.Function("__".join([name, *map(str, partials)]))(*map(name_unknowns, node.args))

    return expression.replace(lambda node: hasattr(node.func, "unknown"), renamed)


def _known(name: str, layer_of: dict[str, int], activations, loss) -> Callable:
    """The function on balls that an unknown one stands for in a given network."""
    base, *partials = name.split("__")
    if base in layer_of:
        return functools.partial(_activation, activations[layer_of[base]], len(partials))
    return functools.partial(_loss, loss, int(partials[0]) - 1)


def _activation(activation, order: int, z: Ball) -> Ball:
    """SymPy's derivative of the activation at z; of a choice, of every activation, and of these the chosen one."""
    return _chosen(activation, ACTIVATIONS, lambda phi: activation_formula(phi.name, order)(z), z)


def _loss(loss, unit: int, *numbers: Ball) -> Ball:
    """SymPy's derivative of the loss of one example by one output; of a choice, the chosen one of every loss's."""
    units = len(numbers) // 2
    return _chosen(loss, LOSSES, lambda each: loss_formula(each.name, units, unit)(*numbers), numbers[0])


def _chosen(choice, table: Sequence, outcome: Callable, like: Ball) -> Ball:
    if not hasattr(choice, "index"):
        return like.constant(outcome(choice))
    balls = [like.constant(outcome(each)) for each in table]
    return jax.tree.map(lambda *parts: jax.lax.select_n(jnp.asarray(choice.index), *parts), *balls)


@functools.cache
def activation_formula(name: str, order: int) -> Callable:
    """SymPy's derivative of an activation as a function of a ball."""
    return turned_into_jax(formula(name, order), [VARIABLE])


@functools.cache
def loss_formula(name: str, units: int, unit: int) -> Callable:
    """SymPy's derivative of a loss of one example by one of its outputs, as a function of balls."""
    outputs = sympy.symbols(f"a0:{units}", real=True)
    targets = sympy.symbols(f"y0:{units}", real=True)
    error = LOSS_FORMULAS[name](outputs, targets).diff(outputs[unit])
    return turned_into_jax(error, [*outputs, *targets])


def turned_into_jax(expression, arguments: Sequence) -> Callable:
    """A SymPy expression as a function of balls; constants that are no dyadic fractions become balls themselves."""
    return turned_into(expression, arguments, _ON_BALLS, lambda constant, like: _enclosure(constant, like.dtype))


def turned_into(expression, arguments: Sequence, functions: dict[str, Callable], enclosure: Callable) -> Callable:
    """A SymPy expression as a function of numbers of another system.

    Args:
        expression: what to compute; a two-sided piece becomes a call of `left_or_right(z, left, right)`.
        arguments: its symbols, in the order in which the function will take them.
        functions: what its function names mean.
        enclosure: from a constant that is no dyadic fraction, and an argument, the number to use.
    """
    constants: dict[sympy.Expr, sympy.Symbol] = {}
    prepared = _prepared(sympy.sympify(expression), constants)
    code = sympy.lambdify([*arguments, *constants.values()], prepared, modules=[functions], cse=True)

    def evaluate(*numbers):
        return code(*numbers, *[enclosure(constant, numbers[0]) for constant in constants])

    return evaluate


_ON_BALLS = {
    "exp": exponential,
    "log": logarithm,
    "tanh": lambda z: derivative(z, TANH),
    "erf": lambda z: derivative(z, ERROR_FUNCTION),
    "sin": lambda z: derivative(z, SINE),
    "cos": lambda z: derivative(z, SINE, 1),
    "left_or_right": left_or_right,
}


def _prepared(node, constants: dict):
    """The expression with its inexact constants named and its two-sided pieces made calls."""
    if not node.free_symbols:
        if node.is_Rational and node.q & (node.q - 1) == 0:
            return node
        return constants.setdefault(node, sympy.Symbol(f"constant_{len(constants)}", real=True))
    if isinstance(node, sympy.Piecewise):
        (left, condition), (right, _) = node.args
        parts = [_prepared(part, constants) for part in (condition.lhs - condition.rhs, left, right)]
        return sympy.Function("left_or_right")(*parts)
    if isinstance(node, sympy.Pow):
        return sympy.Pow(_prepared(node.base, constants), node.exp)
    return node.func(*[_prepared(part, constants) for part in node.args]) if node.args else node


def _enclosure(constant, dtype) -> Ball:
    """The ball of a real constant: its nearest float and the error of rounding to it."""
    center = jnp.asarray(float(constant), dtype)
    return Ball(center, jnp.abs(center).astype(jnp.result_type(float)) * float(jnp.finfo(dtype).eps))


def _numbers(network: Network, batch: Batch) -> list:
    return [*jax.tree.leaves(network.layers, is_leaf=is_number), batch.x, batch.y]


def _stacked(entries: Iterator[Ball], shape: tuple[int, ...]) -> Ball:
    balls = [next(entries) for _ in np.ndindex(*shape)]
    return jax.tree.map(lambda *parts: jnp.stack(parts).reshape(shape), *balls)
