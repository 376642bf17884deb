"""The gradient by formulas: that of the symbolic network, evaluated on balls.

The formulas are derived once a shape, with unknown activations and an unknown loss. SymPy's derivatives of the known ones
then take their place: these lines use no slope and no error of backprop.
"""

import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import sympy

from proofs.formulas_on_balls import activation_formula, loss_formula
from proofs.levels import ARITHMETIC, Levels, concatenated, in_levels
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
    formulas, layer_of = _formulas(network.widths, network.layers[0].bias is not None, batch.x.shape[0])
    arrays = [array.reshape(-1) for array in _arrays(network, batch)]
    row = concatenated([*arrays, *(arrays[0][:1].constant(number) for number in formulas.numbers)])
    kinds = {kind for level in formulas.operations for kind in level} - set(ARITHMETIC)
    entries = formulas(row, {kind: _known(kind, layer_of, network) for kind in kinds})
    leaves, structure = jax.tree.flatten(network.layers, is_leaf=is_array)
    sizes = [math.prod(leaf.shape) for leaf in leaves]
    sized = zip(leaves, sizes, itertools.accumulate(sizes), strict=True)
    return jax.tree.unflatten(structure, [entries[end - size : end].reshape(leaf.shape) for leaf, size, end in sized])


@functools.cache
def _formulas(widths: tuple[int, ...], bias: bool, examples: int) -> tuple[Levels, dict[str, int]]:
    """The formulas of every weight and bias for one shape, and the layer of each unknown activation by its name."""
    types = {"network": Network, "batch": Batch}
    drawn = draw_cases(types, Symbols(), Architecture(widths, bias=bias, batch=examples))
    arguments = [symbol for array in _arrays(drawn["network"], drawn["batch"]) for symbol in array.ravel()]
    layers = jax.tree.leaves(formula_gradient(drawn["network"], drawn["batch"]), is_leaf=is_array)
    formulas = [name_unknowns(entry) for array in layers for entry in array.ravel()]
    return in_levels(formulas, arguments), {phi.name: layer for layer, phi in enumerate(drawn["network"].activations)}


def name_unknowns(expression: sympy.Expr) -> sympy.Expr:
    """Unknown functions under names that Python can call: phi_0 of order 1 becomes phi_0__1."""

    def renamed(node):
        name, partials = node.func.unknown
        return sympy.Function("__".join([name, *map(str, partials)]))(*map(name_unknowns, node.args))

    return expression.replace(lambda node: hasattr(node.func, "unknown"), renamed)


def _known(name: str, layer_of: Mapping[str, int], network: Network) -> Callable[..., Ball]:
    """The function on balls that an unknown one stands for in a given network."""
    base, *partials = name.split("__")
    if base in layer_of:
        return functools.partial(_activation, network.activations[layer_of[base]], len(partials))
    return functools.partial(_loss, network.loss, int(partials[0]) - 1)


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
