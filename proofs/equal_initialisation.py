"""TIE: equal initialisation implies equal updates (goodfellow2016deep, chen2023stochastic)."""

import dataclasses

import jax.numpy as jnp
import numpy as np

from proofs.derivations import equal_initialisation as derivations
from symmetry.actions import HiddenMap, Reflection, TiedUnits, gather_units, multiply_units
from symmetry.activation import IDENTITY
from symmetry.architecture import THREADS
from symmetry.array import Array
from symmetry.network import (
    Batch,
    Gradient,
    HasLayers,
    Layer,
    Layered,
    Network,
    backprop,
    backpropagate,
    batch_loss,
    forward,
    forward_pass,
    map_parameters,
)
from symmetry.statements.theorem import FormalProof, theorem
from symmetry.training import ElementwiseRule

SOURCES = ("goodfellow2016deep", "chen2023stochastic")


def unit_of(layers: tuple[Layer, ...], index: int, unit) -> tuple:
    """What belongs to one unit of hidden layer `index`: incoming weights, bias, outgoing weights."""
    layer, following = layers[index], layers[index + 1]
    bias = None if layer.bias is None else layer.bias[unit]
    return layer.weight[:, unit], bias, following.weight[unit, :]


def multiply_unit(unit: tuple, factor: Array) -> tuple:
    """What belongs to one unit, multiplied by a factor."""
    return tuple(None if part is None else part * factor for part in unit)


def pairs_of(thing: HasLayers, ties: TiedUnits) -> tuple[list, list]:
    """What belongs to the first unit of each tied pair, and to the second."""
    first, second = (
        [unit_of(thing.layers, index, pair[side]) for index, pair in enumerate(ties.pairs)] for side in (0, 1)
    )
    return first, second


@theorem(
    "TIE.1",
    title="Units that start equal have equal activations, errors and gradients",
    statement=r"(w_s, b_s, v_s) = (w_t, b_t, v_t) \;\Rightarrow\; a_s = a_t,\ \delta_s = \delta_t,\ "
    r"\nabla_{(w_s, b_s, v_s)} L = \nabla_{(w_t, b_t, v_t)} L",
    hypotheses="two units of a hidden layer equal in incoming weights, bias and outgoing weights; one activation shared "
    "by the layer; any loss, widths and depth",
    cites=SOURCES,
    controls={"tie incoming weights only": dict(outgoing=False)},
    derivation=derivations.equal_gradients,
    glances=THREADS,
    formal=FormalProof("formal/TIE-1.agda", control="tie incoming weights only"),
)
def equal_units_have_equal_activations_errors_and_gradients(
    network: Network, ties: TiedUnits, batch: Batch, *, outgoing: bool = True
):
    tied = ties.act(network, outgoing=outgoing)
    preactivations, activations = forward_pass(tied, batch.x)
    errors = backpropagate(tied, preactivations, activations, batch.y)
    first, second = pairs_of(backprop(tied, batch), ties)
    for values in (activations[1:], errors):
        first.append([value[:, pair[0]] for value, pair in zip(values, ties.pairs, strict=False)])
        second.append([value[:, pair[1]] for value, pair in zip(values, ties.pairs, strict=False)])
    return first, second


def with_rates_per_unit(rule: ElementwiseRule, network: Network, gradient: Gradient) -> Network:
    """Unit j of every layer takes j + 1 times the step."""

    def at_rates(old, new):
        return old + (new - old) * (jnp.arange(old.shape[-1]) + 1)

    return map_parameters(at_rates, network, rule.step(network, gradient))


@theorem(
    "TIE.2",
    title="Units that start equal get equal updates",
    statement=r"(w_s, b_s, v_s) = (w_t, b_t, v_t) \;\Rightarrow\; (w_s, b_s, v_s)' = (w_t, b_t, v_t)' "
    r"\text{ after } \theta' = \theta + u(g_1, \dots, g_T)",
    hypotheses="TIE.1 at every step so far; an update u of each parameter from its own gradients, the same for all "
    "parameters (any function of them)",
    cites=SOURCES,
    controls={"a learning rate per unit": dict(step=with_rates_per_unit)},
    derivation=derivations.equal_updates,
    glances=THREADS,
    formal=FormalProof("formal/TIE-2.agda", control="a learning rate per unit"),
)
def equal_units_get_equal_updates(
    network: Network, ties: TiedUnits, batch: Batch, rule: ElementwiseRule, *, step=ElementwiseRule.step
):
    tied = ties.act(network)
    return pairs_of(step(rule, tied, backprop(tied, batch)), ties)


def linear(network: Network) -> Network:
    """The network with identity hidden activations, whose function every invertible map of a hidden space preserves."""
    return network.with_hidden(IDENTITY)


def shear(reflection: Reflection) -> HiddenMap:
    """The map A = I + s t^T of every hidden space, where s and t hold the first and the second sign, and else zeros.

    It is invertible and not orthogonal: it adds column 0 of W to column 1, or subtracts it. It leaves a single unit alone.
    """

    def only(signs: Array, place: int) -> Array:
        size = signs.shape[0]
        return signs * ((np.arange(size) == place) & (size > 1)).astype(int)

    columns, rows = (tuple(only(signs, place) for signs in reflection.signs) for place in (0, 1))
    return HiddenMap(columns, rows)


def act_by_shear(reflection: Reflection, thing: Layered) -> Layered:
    return shear(reflection).act(thing)


def project_by_shear(reflection: Reflection, network: Network) -> Network:
    """A network that the shear leaves as it is: column 0 of W and row 1 of V are 0."""
    g = shear(reflection)
    return multiply_units(network, [1 - s * s for s in g.columns], [1 - t * t for t in g.rows])


@theorem(
    "TIE.4",
    title="The reason: the gradient of an invariant loss stays where the symmetry leaves it",
    statement=r"L \circ g = L,\ g^T g = I,\ g\theta = \theta \;\Rightarrow\; g\,\nabla L(\theta) = \nabla L(\theta)",
    hypotheses="g orthogonal, L differentiable at theta; a swap of two units is such a g, and a tied network such a theta",
    cites=("palais1979principle", *SOURCES),
    controls={"g not orthogonal": dict(act=act_by_shear, project=project_by_shear)},
    derivation=derivations.fixed_points,
    glances=THREADS,
)
def the_gradient_of_an_invariant_loss_is_fixed_where_the_point_is(
    network: Network, reflection: Reflection, batch: Batch, *, act=Reflection.act, project=Reflection.project
):
    symmetric = linear(network)
    gradient = backprop(project(reflection, symmetric), batch)
    computed = batch_loss(act(reflection, symmetric), batch), act(reflection, gradient).layers
    return computed, (batch_loss(symmetric, batch), gradient.layers)


COPIES = 3
"""Tied units that TIE.5 merges into one, for every unit of the last hidden layer."""

INVERSE_RATE = 16
"""The step size of TIE.5 is 1/INVERSE_RATE: a power of 2, exact in every number system."""


def step_at_rates(network: Network, batch: Batch, incoming: int, outgoing: int) -> Network:
    """The network after a step on its last hidden layer and its last weight.

    The step size is divided by `incoming` for the weight and bias of the hidden layer, multiplied by `outgoing` for the last.
    """
    *before, hidden, output = network.layers
    *_, by_hidden, by_output = backprop(network, batch).layers
    slow = INVERSE_RATE * incoming
    bias = None if hidden.bias is None else hidden.bias - by_hidden.bias / slow
    moved = Layer(hidden.weight - by_hidden.weight / slow, bias)
    changed = Layer(output.weight - by_output.weight * outgoing / INVERSE_RATE, output.bias)
    return dataclasses.replace(network, layers=(*before, moved, changed))


@theorem(
    "TIE.5",
    title="Tied units are one unit, trained at other rates",
    statement=r"m \text{ units } (w, b, v) \text{ compute what } (w, b, mv) \text{ computes; gradient descent at rate } \eta "
    r"\text{ on them is descent on it at } \eta/m \text{ on } (w, b) \text{ and } \eta m \text{ on } mv",
    hypotheses="tied units of one layer; any activation, loss, m, widths and depth",
    cites=SOURCES,
    controls={"rate eta on both": dict(incoming=1, outgoing=1)},
    derivation=derivations.merged_training,
    glances=THREADS,
)
def tied_units_train_as_one_unit_at_other_rates(
    network: Network, batch: Batch, *, incoming: int = COPIES, outgoing: int = COPIES
):
    *still, units = [jnp.arange(width) for width in network.widths[1:-1]]
    tied = gather_units(network, [*still, jnp.repeat(units, COPIES)])
    *before, output = network.layers
    merged = dataclasses.replace(network, layers=(*before, Layer(output.weight * COPIES, output.bias)))
    *_, copies, shares = step_at_rates(tied, batch, incoming=1, outgoing=1).layers
    *_, one, whole = step_at_rates(merged, batch, incoming, outgoing).layers
    summed = sum((shares.weight[copy::COPIES] for copy in range(1, COPIES)), shares.weight[::COPIES])
    bias = None if copies.bias is None else copies.bias[::COPIES]
    computed = forward(tied, batch.x), copies.weight[:, ::COPIES], bias, summed
    return computed, (forward(merged, batch.x), one.weight, one.bias, whole.weight)
