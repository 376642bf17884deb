"""SIGN: hidden units may change sign where the activation is odd, or odd about 1/2 (sussmann1992uniqueness)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import sign as derivations
from symmetry.actions import SignFlips, map_hidden
from symmetry.activation import SIGMOID, SOFTPLUS, TANH, Activation
from symmetry.architecture import Architecture
from symmetry.cases import OddNetwork, SigmoidalNetwork
from symmetry.network import Batch, Layer, Network, backprop, forward
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import OddRule

SOURCES = ("sussmann1992uniqueness", "chen1993geometry")
ARCHITECTURES = (Architecture((3, 4, 3, 2)), Architecture((3, 5, 2), bias=False))
FLIPPED = "any units flipped, any widths and depth, any loss"


@theorem(
    "SIGN.1",
    title="Flipping the sign of a unit with an odd activation preserves the function",
    statement=r"\varphi(-z) = -\varphi(z) \;\Rightarrow\; (w, b, v) \to (-w, -b, -v) \text{ preserves } f",
    hypotheses=f"odd hidden activations; {FLIPPED}",
    cites=SOURCES,
    controls={"softplus": dict(hidden=SOFTPLUS)},
    derivation=derivations.odd_flip,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def flipping_an_odd_unit_preserves_the_function(
    network: OddNetwork, flips: SignFlips, batch: Batch, *, hidden: Activation | None = None
):
    """`hidden` replaces the odd activations."""
    changed = network if hidden is None else network.with_hidden(hidden)
    return forward(flips.act(changed), batch.x), forward(changed, batch.x)


def with_affine_units(network: Network, incoming, outgoing, shifts) -> Network:
    """(w, b, v) multiplied by a factor of the unit, incoming and outgoing, and `shifts` times v added to the next bias.

    A network without biases gets them. Each argument has an array (units,) a hidden layer.
    """

    def following(l: int, layer: Layer) -> Layer:
        added = (layer.weight * shifts[l][:, None]).sum(0)
        return Layer(layer.weight * outgoing[l][:, None], added if layer.bias is None else layer.bias + added)

    return map_hidden(network, lambda l, layer: layer.map(lambda array: array * incoming[l]), following)


def is_flipped(flips: SignFlips) -> list:
    """1 for every unit that is flipped, 0 for the others."""
    return [(1 - signs) // 2 for signs in flips.signs]


def sigmoid_flipped(flips: SignFlips, network: Network) -> Network:
    """The flipped network; the old v of each flipped unit is added to the next bias."""
    return with_affine_units(network, flips.signs, flips.signs, is_flipped(flips))


@theorem(
    "SIGN.2",
    title="A sigmoid unit may change sign if its outgoing weights are added to the next bias",
    statement=r"\varphi(z) + \varphi(-z) = 1 \;\Rightarrow\; (w, b, v, c) \to (-w, -b, -v, c + v) \text{ preserves } f",
    hypotheses=f"c is the bias of the next layer; sigmoid hidden activations, or others with phi(z) + phi(-z) = 1; {FLIPPED}",
    cites=SOURCES,
    controls={"bias unchanged": dict(act=SignFlips.act)},
    derivation=derivations.sigmoid_flip,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def flipping_a_sigmoid_unit_preserves_the_function(
    sigmoidal: SigmoidalNetwork, flips: SignFlips, batch: Batch, *, act=sigmoid_flipped
):
    return forward(act(flips, sigmoidal), batch.x), forward(sigmoidal, batch.x)


def sigmoid_flipped_gradient(flips: SignFlips, gradient):
    """(dw, db, dv, dc) becomes (-dw, -db, dc - dv, dc) where a unit is flipped: the inverse transpose of the flip."""
    signs, shifts = flips.signs, is_flipped(flips)

    def following(l: int, layer: Layer) -> Layer:
        weight = layer.weight * signs[l][:, None] + layer.bias[None, :] * shifts[l][:, None]
        return Layer(weight, layer.bias)

    return map_hidden(gradient, lambda l, layer: layer.map(lambda array: array * signs[l]), following)


def all_but_the_first_weight(flips: SignFlips, gradient):
    """The flipped gradient, in which the first weight's is flipped back."""
    flipped = flips.act(gradient)
    first, *others = flipped.layers
    return dataclasses.replace(flipped, layers=(Layer(first.weight * flips.signs[0], first.bias), *others))


@theorem(
    "SIGN.3",
    title="Gradients follow a flip, and so do odd elementwise updates",
    statement=r"\nabla L(\sigma\cdot\theta) = \sigma\cdot\nabla L(\theta), \quad "
    r"u(-g) = -u(g) \;\Rightarrow\; \sigma\cdot\theta + u(\nabla L(\sigma\cdot\theta)) = "
    r"\sigma\cdot(\theta + u(\nabla L(\theta))) \text{ (odd } \varphi\text{)}; \quad "
    r"(g_w, g_b, g_v, g_c) \to (-g_w, -g_b, g_c - g_v, g_c) \text{ (sigmoid)}",
    hypotheses=f"{FLIPPED}; odd hidden activations, or sigmoid ones for the second; activations and loss differentiable where "
    "they are evaluated; u acts on each parameter's own gradients, as gradient descent, momentum and Adam do",
    cites=SOURCES,
    controls={"sign of one block": dict(act_on_gradient=all_but_the_first_weight)},
    derivation=derivations.gradients,
    architectures=(Architecture((3, 4, 3, 2)),),
    dtypes=WIDE,
)
def gradients_and_odd_updates_follow_a_flip(
    network: OddNetwork,
    sigmoidal: SigmoidalNetwork,
    flips: SignFlips,
    batch: Batch,
    rule: OddRule,
    *,
    act_on_gradient=SignFlips.act,
):
    """The gradient and a step of a network with odd activations, and the gradient of one with sigmoid activations."""
    flipped = flips.act(network)
    gradient, gradient_of_flipped = backprop(network, batch), backprop(flipped, batch)
    left = (
        gradient_of_flipped,
        rule.step(flipped, gradient_of_flipped).layers,
        backprop(sigmoid_flipped(flips, sigmoidal), batch),
    )
    right = (
        act_on_gradient(flips, gradient),
        flips.act(rule.step(network, gradient)).layers,
        sigmoid_flipped_gradient(flips, backprop(sigmoidal, batch)),
    )
    return left, right


@theorem(
    "SIGN.4",
    title="Sigmoid networks are tanh networks with other parameters",
    statement=r"\sigma(z) = \tfrac12 + \tfrac12 \tanh\tfrac{z}{2}: \quad f_\sigma(w, b, v, c) = "
    r"f_{\tanh}(\tfrac{w}{2}, \tfrac{b}{2}, \tfrac{v}{2}, c + \tfrac12 \textstyle\sum_j v_j)",
    hypotheses="sigmoid in every hidden layer; c is the bias of the next layer; any output activation, widths and depth",
    cites=("bishop2006pattern",),
    controls={"factor 2 left out": dict(incoming=1.0)},
    derivation=derivations.sigmoid_as_tanh,
    evidence=("derived", "sampled"),
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def sigmoid_networks_are_tanh_networks(network: Network, batch: Batch, *, incoming: float = 0.5):
    widths = network.widths[1:-1]
    incoming_factors, halves = ([jnp.full(width, factor) for width in widths] for factor in (incoming, 0.5))
    moved = with_affine_units(network.with_hidden(TANH), incoming_factors, halves, halves)
    return forward(moved, batch.x), forward(network.with_hidden(SIGMOID), batch.x)
