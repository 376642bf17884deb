"""The gradient by formulas: that of the symbolic network, evaluated on balls.

The formulas are derived once a shape, with unknown activations and an unknown loss. SymPy's derivatives of the known ones
then take their place: these lines use no slope and no error of backprop.
"""

import functools
from collections.abc import Callable, Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import sympy

from proofs.formulas_on_balls import activation_formula, loss_formula
from symmetry.activation import ACTIVATIONS, ActivationLike, Choice
from symmetry.architecture import Architecture
from symmetry.array import Array, is_array
from symmetry.cases import draw_cases
from symmetry.loss import LOSSES, LossChoice, LossLike
from symmetry.network import Batch, Layer, Network, batch_loss
from symmetry.numbers.ball import Ball
from symmetry.numbers.symbol import Symbol
from symmetry.numbers.symbol.source import Symbols


def formula_gradient(network: Network, batch: Batch) -> tuple[Layer, ...]:
    """SymPy's derivative of the loss in every weight and bias, at this network: layers like the network's.

    On symbols it is the formulas themselves; on balls, the formulas turned into JAX.
    """
    match network.layers[0].weight:
        case Symbol():
            loss = batch_loss(network, batch)
            return tuple(layer.map(lambda array: array.map(loss.diff)) for layer in network.layers)
        case Ball():
            return _on_balls(network, batch)
        case weight:
            raise TypeError(f"formulas cannot be evaluated on {type(weight).__name__}s; use balls or symbols.")


def _on_balls(network: Network, batch: Batch) -> tuple[Layer, ...]:
    bias = network.layers[0].bias is not None
    compiled = _compiled(network.widths, bias, batch.x.shape[0])
    scalars = [array[place] for array in _arrays(network, batch) for place in np.ndindex(*array.shape)]
    entries = iter(compiled(scalars, network.activations, network.loss))
    leaves, structure = jax.tree.flatten(network.layers, is_leaf=is_array)
    return jax.tree.unflatten(structure, [_stacked(entries, leaf.shape) for leaf in leaves])


@functools.cache
def _compiled(widths: tuple[int, ...], bias: bool, examples: int) -> Callable:
    """The formulas of every weight and bias for one shape, as a function of balls, activations and loss."""
    types = {"network": Network, "batch": Batch}
    drawn = draw_cases(types, Symbols(), Architecture(widths, bias=bias, batch=examples))
    network, batch = drawn["network"], drawn["batch"]
    arguments = [symbol for array in _arrays(network, batch) for symbol in array.ravel()]
    layers = formula_gradient(network, batch)
    formulas = [entry for array in jax.tree.leaves(layers, is_leaf=is_array) for entry in array.ravel()]
    named = [name_unknowns(entry) for entry in formulas]
    unknowns = sorted({part.func.__name__ for entry in named for part in entry.atoms(sympy.core.function.AppliedUndef)})
    code = sympy.lambdify([*arguments, *unknowns], named, modules=[{}], cse=True)
    layer_of = {phi.name: index for index, phi in enumerate(network.activations)}

    def evaluate(scalars: list[Ball], activations: Sequence[ActivationLike], loss: LossLike) -> list[Array]:
        return code(*scalars, *[_known(name, layer_of, activations, loss) for name in unknowns])

    return evaluate


def name_unknowns(expression: sympy.Expr) -> sympy.Expr:
    """Unknown functions under names that Python can call: phi_0 of order 1 becomes phi_0__1."""

    def renamed(node):
        name, partials = node.func.unknown
        return sympy.Function("__".join([name, *map(str, partials)]))(*map(name_unknowns, node.args))

    return expression.replace(lambda node: hasattr(node.func, "unknown"), renamed)


def _known(
    name: str, layer_of: dict[str, int], activations: Sequence[ActivationLike], loss: LossLike
) -> Callable[..., Ball]:
    """The function on balls that an unknown one stands for in a given network."""
    base, *partials = name.split("__")
    if base in layer_of:
        return functools.partial(_activation, activations[layer_of[base]], len(partials))
    return functools.partial(_loss, loss, int(partials[0]) - 1)


def _activation(activation: ActivationLike, order: int, z: Ball) -> Ball:
    """SymPy's derivative of the activation at z; of a choice, of every activation, and of these the chosen one."""
    return _chosen(activation, ACTIVATIONS, lambda phi: activation_formula(phi.name, order)(z), z)


def _loss(loss: LossLike, unit: int, *numbers: Ball) -> Ball:
    """SymPy's derivative of the loss of one example by one output; of a choice, the chosen one of every loss's."""
    units = len(numbers) // 2
    return _chosen(loss, LOSSES, lambda each: loss_formula(each.name, units, unit)(*numbers), numbers[0])


def _chosen(choice: ActivationLike | LossLike, table: Sequence, outcome: Callable, like: Ball) -> Ball:
    if not isinstance(choice, Choice | LossChoice):
        return like.constant(outcome(choice))
    balls = [like.constant(outcome(each)) for each in table]
    return jax.tree.map(lambda *parts: jax.lax.select_n(jnp.asarray(choice.index), *parts), *balls)


def _arrays(network: Network, batch: Batch) -> list[Array]:
    return [*jax.tree.leaves(network.layers, is_leaf=is_array), batch.x, batch.y]


def _stacked(entries: Iterator[Ball], shape: tuple[int, ...]) -> Ball:
    balls = [next(entries) for _ in np.ndindex(*shape)]
    return jax.tree.map(lambda *parts: jnp.stack(parts).reshape(shape), *balls)
