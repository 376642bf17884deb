"""TIE: equal initialisation implies equal updates (goodfellow2016deep, chen2023stochastic)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import equal_initialisation as derivations
from symmetry.actions import HiddenMap, Reflection, TiedUnits, gather_units
from symmetry.activation import IDENTITY
from symmetry.architecture import THREADS
from symmetry.network import (
    Batch,
    Layer,
    Network,
    backprop,
    backpropagate,
    batch_loss,
    forward,
    forward_pass,
    map_parameters,
)
from symmetry.statements.theorem import theorem
from symmetry.training import ElementwiseRule

SOURCES = ("goodfellow2016deep", "chen2023stochastic")


def unit_of(layers: tuple[Layer, ...], index: int, unit) -> tuple:
    """What belongs to one unit of hidden layer `index`: incoming weights, bias, outgoing weights."""
    layer, following = layers[index], layers[index + 1]
    bias = None if layer.bias is None else layer.bias[unit]
    return layer.weight[:, unit], bias, following.weight[unit, :]


def pairs_of(layers: tuple[Layer, ...], ties: TiedUnits) -> tuple[list, list]:
    """What belongs to the first unit of each tied pair, and to the second."""
    sides = ([], [])
    for index, pair in enumerate(ties.pairs):
        for side, unit in zip(sides, pair, strict=True):
            side.append(unit_of(layers, index, unit))
    return sides


def incoming_only(ties: TiedUnits, network: Network) -> Network:
    return ties.act(network, outgoing=False)


@theorem(
    "TIE.1",
    title="Units that start equal have equal activations, errors and gradients",
    statement=r"(w_s, b_s, v_s) = (w_t, b_t, v_t) \;\Rightarrow\; a_s = a_t,\ \delta_s = \delta_t,\ "
    r"\nabla_{(w_s, b_s, v_s)} L = \nabla_{(w_t, b_t, v_t)} L",
    hypotheses="two units of a hidden layer equal in incoming weights, bias and outgoing weights; one activation shared "
    "by the layer; any loss, widths and depth",
    cites=SOURCES,
    controls={"tie incoming weights only": dict(tie=incoming_only)},
    derivation=derivations.equal_gradients,
    glances=THREADS,
)
def equal_units_have_equal_activations_errors_and_gradients(
    network: Network, ties: TiedUnits, batch: Batch, *, tie=TiedUnits.act
):
    tied = tie(ties, network)
    preactivations, activations = forward_pass(tied, batch.x)
    errors = backpropagate(tied, preactivations, activations, batch.y)
    first, second = pairs_of(backprop(tied, batch).layers, ties)
    for values in (activations[1:], errors):
        first.append([value[:, pair[0]] for value, pair in zip(values, ties.pairs, strict=False)])
        second.append([value[:, pair[1]] for value, pair in zip(values, ties.pairs, strict=False)])
    return first, second


def with_rates_per_unit(rule: ElementwiseRule, network: Network, gradient):
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
)
def equal_units_get_equal_updates(
    network: Network, ties: TiedUnits, batch: Batch, rule: ElementwiseRule, *, step=ElementwiseRule.step
):
    tied = ties.act(network)
    return pairs_of(step(rule, tied, backprop(tied, batch)).layers, ties)


def linear(network: Network) -> Network:
    """The network with identity hidden activations, whose function every invertible map of a hidden space preserves."""
    return network.with_hidden(IDENTITY)


def itself(reflection: Reflection) -> Reflection:
    return reflection


def shear(reflection: Reflection) -> HiddenMap:
    """A = I + s t^T of the same hidden spaces, where s = (1, 0, ..) and t = (0, 1, 0, ..): invertible, not orthogonal."""
    s, t = (tuple((jnp.arange(signs.shape[0]) == unit).astype(int) for signs in reflection.signs) for unit in (0, 1))
    return HiddenMap(s, t)


@theorem(
    "TIE.4",
    title="The reason: the gradient of an invariant loss stays where the symmetry leaves it",
    statement=r"L \circ g = L,\ g^T g = I,\ g\theta = \theta \;\Rightarrow\; g\,\nabla L(\theta) = \nabla L(\theta)",
    hypotheses="g orthogonal, L differentiable at theta; a swap of two units is such a g, and a tied network such a theta",
    cites=("palais1979principle", *SOURCES),
    controls={"g not orthogonal": dict(map_of=shear)},
    derivation=derivations.fixed_points,
    glances=THREADS,
)
def the_gradient_of_an_invariant_loss_is_fixed_where_the_point_is(
    network: Network, reflection: Reflection, batch: Batch, *, map_of=itself
):
    g = map_of(reflection)
    symmetric = linear(network)
    gradient = backprop(g.project(symmetric), batch)
    computed = batch_loss(g.act(symmetric), batch), g.act(gradient).layers
    return computed, (batch_loss(symmetric, batch), gradient.layers)


COPIES = 3
"""Tied units that TIE.5 merges into one, for every unit of the last hidden layer."""

RATE = 16
"""The step size of TIE.5 is 1/RATE: a power of 2, exact in every number system."""


def stepped(network: Network, batch: Batch, index: int, incoming: int, outgoing: int) -> Network:
    """One gradient step on layer `index`, at 1/(RATE incoming), and on the next weight, at outgoing/RATE."""
    gradient = backprop(network, batch)
    layer, following = network.layers[index], network.layers[index + 1]
    by, by_following = gradient.layers[index], gradient.layers[index + 1]
    slow = RATE * incoming
    bias = None if layer.bias is None else layer.bias - by.bias / slow
    moved = Layer(layer.weight - by.weight / slow, bias)
    changed = Layer(following.weight - by_following.weight * outgoing / RATE, following.bias)
    return dataclasses.replace(network, layers=(*network.layers[:index], moved, changed, *network.layers[index + 2 :]))


def _with_outgoing(network: Network, change) -> Network:
    *before, output = network.layers
    return dataclasses.replace(network, layers=(*before, Layer(change(output.weight), output.bias)))


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
    last = len(network.layers) - 2
    units = jnp.repeat(jnp.arange(network.widths[last + 1]), COPIES)
    still = [jnp.arange(width) for width in network.widths[1 : last + 1]]
    tied = gather_units(network, [*still, units])
    merged = _with_outgoing(network, lambda v: v * COPIES)
    trained, merged_after = (
        stepped(each, batch, last, *rates) for each, rates in ((tied, (1, 1)), (merged, (incoming, outgoing)))
    )
    first, last_rows = trained.layers[last], trained.layers[last + 1].weight
    summed = sum((last_rows[copy::COPIES] for copy in range(1, COPIES)), last_rows[::COPIES])
    bias = None if first.bias is None else first.bias[::COPIES]
    computed = forward(tied, batch.x), first.weight[:, ::COPIES], bias, summed
    after = merged_after.layers[last]
    return computed, (forward(merged, batch.x), after.weight, after.bias, merged_after.layers[last + 1].weight)
