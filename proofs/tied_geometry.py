"""TIE: pairs tied up to a sign, and why a tie, once broken, opens: it is a saddle across (goodfellow2016deep)."""

import dataclasses

import jax.numpy as jnp
import numpy as np

from proofs.derivations import tied_geometry as derivations
from proofs.equal_initialisation import pairs_of, unit_of
from symmetry.activation import derivative, slope
from symmetry.architecture import Architecture
from symmetry.cases import Direction, Minibatches, OddNetwork, SigmoidalNetwork
from symmetry.group import SignFlips, TiedUnits, gather_units
from symmetry.network import Batch, Layer, Network, backprop, backpropagate, forward_pass
from symmetry.numbers.dual import derivative_along
from symmetry.theorem import WIDE, theorem
from symmetry.training import GradientDescent

SOURCES = ("goodfellow2016deep", "fukumizu2000local")
ARCHITECTURES = (Architecture((3, 4, 3, 2), batch=6), Architecture((2, 3, 2), bias=False))


def signs_of(ties: TiedUnits) -> list:
    """-1 for every pair; 1 where a layer has a single unit, which is no pair."""
    return [1 - 2 * (first != second) for first, second in ties.pairs]


def opposite(ties: TiedUnits, network: Network) -> Network:
    """The network in which the second unit of each pair is minus the first in (w, b, v)."""
    units = [np.arange(width) for width in network.widths[1:-1]]
    layers = zip(units, ties.pairs, signs_of(ties), strict=True)
    flips = SignFlips(tuple(1 + (sign - 1) * (unit == second) for unit, (_, second), sign in layers))
    return flips.act(ties.act(network))


def sign_tied_law(network: Network, ties: TiedUnits, minibatches: Minibatches):
    """Both sides of TIE.15, whatever the activations."""
    after = GradientDescent(16).train(opposite(ties, network), minibatches.batches[:2])
    first, second = pairs_of(after.layers, ties)
    signed = zip(second, signs_of(ties), strict=True)
    return first, [tuple(None if part is None else part * sign for part in parts) for parts, sign in signed]


def sigmoid_units_stay_opposite(sigmoidal: SigmoidalNetwork, ties: TiedUnits, minibatches: Minibatches):
    return sign_tied_law(sigmoidal, ties, minibatches)


def units_of_any_activation_stay_opposite(network: Network, ties: TiedUnits, minibatches: Minibatches):
    return sign_tied_law(network, ties, minibatches)


@theorem(
    "TIE.15",
    title="Units with an odd activation that start opposite stay opposite",
    statement=r"\varphi(-z) = -\varphi(z),\ (w_t, b_t, v_t) = -(w_s, b_s, v_s) \;\Rightarrow\; "
    r"(w_t, b_t, v_t) = -(w_s, b_s, v_s) \text{ after every step of gradient descent}",
    hypotheses="odd hidden activations, such as tanh, sine and the identity; gradient descent with any minibatches; any loss, "
    "widths and depth",
    cites=("goodfellow2016deep", "sussmann1992uniqueness"),
    controls={"sigmoid": sigmoid_units_stay_opposite},
    refutes={"units of any activation that start opposite stay opposite": units_of_any_activation_stay_opposite},
    derivation=derivations.sign_tied,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def opposite_units_with_an_odd_activation_stay_opposite(
    odd_network: OddNetwork, ties: TiedUnits, minibatches: Minibatches
):
    return sign_tied_law(odd_network, ties, minibatches)


def hessian_across(network: Network, batch: Batch, first, second, along: tuple) -> tuple:
    """The Hessian of the loss times the direction in which the first unit moves by `along` = (w, b, v), the second by
    minus that: what it gives at either unit, by duals of backprop."""
    layer, following = network.layers[:2]
    signs = _one_at(layer, first) - _one_at(layer, second)
    w, b, v = along
    moved = Layer(w[:, None] * signs, None if b is None else b * signs), Layer(signs[:, None] * v, _still(following))
    others = tuple(Layer(each.weight * 0, _still(each)) for each in network.layers[2:])

    def gradient(layers):
        return backprop(dataclasses.replace(network, layers=layers), batch).layers

    rates = derivative_along(gradient, network.layers, (*moved, *others))
    return unit_of(rates, 0, first), unit_of(rates, 0, second)


def _one_at(layer: Layer, unit):
    """1 at the unit's place, 0 at the others."""
    return jnp.where(jnp.arange(layer.weight.shape[1]) == unit, 1, 0)


def _still(layer: Layer):
    return None if layer.bias is None else layer.bias * 0


def form_across(curvature_order: int | None):
    """The same by the formula of TIE.16; without an order of the curvature phi'' is left out."""

    def formula(network: Network, batch: Batch, unit, along: tuple) -> tuple:
        preactivations, activations = forward_pass(network, batch.x)
        error = backpropagate(network, preactivations, activations, batch.y)[1]
        z, phi = preactivations[0][:, unit], network.activations[0]
        w, b, v = along
        moved = (batch.x * w).sum(1) if b is None else (batch.x * w).sum(1) + b
        weighed = slope(z, phi) * (error * v).sum(1)
        if curvature_order is not None:
            outgoing = network.layers[1].weight[unit, :]
            weighed = weighed + derivative(z, phi, curvature_order) * (error * outgoing).sum(1) * moved
        by_weight = (weighed[:, None] * batch.x).sum(0)
        by_outgoing = ((slope(z, phi) * moved)[:, None] * error).sum(0)
        return by_weight, None if b is None else weighed.sum(0), by_outgoing

    return formula


def saddle_law(formula):
    """Both sides of TIE.16 for a formula of the transverse Hessian times a vector."""

    def law(network: Network, ties: TiedUnits, batch: Batch, direction: Direction):
        first, second = ties.pairs[0]
        still = [jnp.arange(width) for width in network.widths[2:-1]]
        units = jnp.arange(network.widths[1])
        tied = gather_units(network, [jnp.where(units == second, first, units), *still])
        along = unit_of(direction.layers, 0, first)
        at_first, at_second = hessian_across(tied, batch, first, second, along)
        expected = formula(tied, batch, first, along)
        negative = tuple(None if part is None else -part for part in expected)
        return (at_first, at_second), (expected, negative)

    return law


@theorem(
    "TIE.16",
    title="A tie is a saddle across: along a pair that parts, the loss curves both ways",
    statement=r"\frac{d^2}{d\epsilon^2} L(\theta_s + \epsilon u, \theta_t - \epsilon u) = 2 u^T R u, \quad R = "
    r"\begin{pmatrix} \sum_n (v \cdot e_n) \varphi''(z_n) x_n x_n^T & S \\ S^T & 0 \end{pmatrix}, \quad "
    r"S = \sum_n \varphi'(z_n) x_n e_n^T, \quad S \neq 0 \;\Rightarrow\; R \text{ is indefinite}",
    hypotheses="two units of one hidden layer equal in (w, b, v); x the layer's inputs with a 1 for the bias, e the errors of "
    "the next layer (for one output S is a vector s); activations and loss twice differentiable where they are evaluated; "
    "any loss, widths and depth",
    cites=SOURCES,
    controls={"phi'' left out": saddle_law(form_across(None))},
    derivation=derivations.saddle_across,
    architectures=(Architecture((3, 4, 2), batch=8), Architecture((2, 3, 3, 2), bias=False, batch=6)),
    dtypes=WIDE,
)
def a_tie_is_a_saddle_across(network: Network, ties: TiedUnits, batch: Batch, direction: Direction):
    return saddle_law(form_across(2))(network, ties, batch, direction)
