"""SCALE: units with homogeneous activations may be rescaled; what follows for training (neyshabur2015path)."""

import numpy as np

from proofs.derivations import scaling as derivations
from symmetry.actions import Rescaling
from symmetry.activation import SQUARE, TANH, Activation
from symmetry.architecture import Architecture
from symmetry.cases import HomogeneousNetwork
from symmetry.network import Batch, Network, backprop, forward
from symmetry.statements.false_claim import refuted_claim
from symmetry.statements.relation import Conserved, Drift
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import gradient_step

SOURCES = ("neyshabur2015path", "dinh2017sharp")
ARCHITECTURES = (Architecture((3, 4, 3, 2)), Architecture((3, 5, 2), bias=False))
HOMOGENEOUS = (
    "hidden activations with phi(c z) = c^k phi(z) for every c > 0 (k = 1: identity, ReLU, leaky ReLU; k = 2: square); "
    "c > 0; any widths and depth"
)
INVERSE_RATE = 16
"""The step size of gradient descent is 1/16: a power of 2 is exact in every number system."""


def of_each_degree(network: Network) -> list[tuple[int, Network]]:
    """A network of degree k = 1, and a network of degree 2 with the same parameters."""
    return [(1, network), (2, network.with_hidden(SQUARE))]


@theorem(
    "SCALE.1",
    title="Rescaling a unit with a homogeneous activation preserves the function",
    statement=r"\varphi(cz) = c^k \varphi(z),\ c > 0 \;\Rightarrow\; (w, b, v) \to (cw, cb, c^{-k} v) \text{ preserves } f",
    hypotheses=HOMOGENEOUS,
    cites=SOURCES,
    controls={
        "c < 0": dict(sign=-1),
        "tanh": dict(hidden=TANH),
    },
    derivation=derivations.function,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def rescaling_a_homogeneous_unit_preserves_the_function(
    network: HomogeneousNetwork,
    rescaling: Rescaling,
    batch: Batch,
    *,
    sign: int = 1,
    hidden: Activation | None = None,
):
    """`hidden` replaces the homogeneous activations."""
    signed = Rescaling(tuple(factor * sign for factor in rescaling.factors))
    both = of_each_degree(network)
    if hidden is not None:
        both = [(degree, each.with_hidden(hidden)) for degree, each in both]
    rescaled = [forward(signed.act(each, degree), batch.x) for degree, each in both]
    return rescaled, [forward(each, batch.x) for _, each in both]


@theorem(
    "SCALE.2",
    title="The gradient of a rescaled network is rescaled the other way",
    statement=r"\nabla L(g\theta) = g^{-T} \nabla L(\theta), \quad g = (c, c, c^{-k}) \text{ on } (w, b, v)",
    hypotheses=f"{HOMOGENEOUS}; activations and loss differentiable where they are evaluated",
    cites=SOURCES,
    controls={"g for g^-T": dict(act_on_gradient=Rescaling.act)},
    derivation=derivations.gradient,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def the_gradient_is_rescaled_the_other_way(
    network: HomogeneousNetwork, rescaling: Rescaling, batch: Batch, *, act_on_gradient=Rescaling.act_on_gradient
):
    both = of_each_degree(network)
    found = [backprop(rescaling.act(each, degree), batch) for degree, each in both]
    return found, [act_on_gradient(rescaling, backprop(each, batch), degree) for degree, each in both]


@refuted_claim(
    "SCALE.3",
    title="Gradient descent commutes with rescaling",
    statement=r"g\theta - \eta \nabla L(g\theta) = g(\theta - \eta \nabla L(\theta))",
    hypotheses=f"{HOMOGENEOUS}; a step of size 1/{INVERSE_RATE}",
    corrected_by="SCALE.2",
    cites=SOURCES,
)
def gradient_descent_commutes_with_rescaling(network: HomogeneousNetwork, rescaling: Rescaling, batch: Batch):
    rescaled = rescaling.act(network)
    after = gradient_step(network, backprop(network, batch), INVERSE_RATE)
    return gradient_step(rescaled, backprop(rescaled, batch), INVERSE_RATE).layers, rescaling.act(after).layers


def inner_products_of_units(one, other) -> tuple[list, list]:
    """For every hidden unit of two networks or gradients: <(w, b), (w', b')>, and <v, v'>."""
    incoming, outgoing = [], []
    for index in range(len(one.layers) - 1):
        first, second = one.layers[index], other.layers[index]
        products = (first.weight * second.weight).sum(0)
        incoming.append(products if first.bias is None else products + first.bias * second.bias)
        outgoing.append((one.layers[index + 1].weight * other.layers[index + 1].weight).sum(1))
    return incoming, outgoing


@theorem(
    "SCALE.4",
    title="Incoming and outgoing weights get balanced gradients",
    statement=r"\langle w, \nabla_w L \rangle + b\, \partial_b L = k \langle v, \nabla_v L \rangle "
    r"\text{ for every hidden unit and every batch}",
    hypotheses=f"{HOMOGENEOUS}; activations and loss differentiable where they are evaluated",
    cites=("du2018algorithmic", "kunin2021neural"),
    controls={"k wrong": dict(excess=1)},
    derivation=derivations.euler,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def incoming_and_outgoing_weights_get_balanced_gradients(network: HomogeneousNetwork, batch: Batch, *, excess: int = 0):
    """`excess` is added to the degree k."""
    sides = [], []
    for degree, each in of_each_degree(network):
        incoming, outgoing = inner_products_of_units(each, backprop(each, batch))
        sides[0].append(incoming)
        sides[1].append([product * (degree + excess) for product in outgoing])
    return sides


def side_by_side(one, other):
    """Two arrays as the two entries of a new last axis."""
    return one[..., None] * np.array([1, 0]) + other[..., None] * np.array([0, 1])


def imbalance(one, other, degree: int) -> list:
    """For each unit, the incoming inner product minus `degree` times the outgoing one."""
    incoming, outgoing = inner_products_of_units(one, other)
    return [inside - outside * degree for inside, outside in zip(incoming, outgoing, strict=True)]


@theorem(
    "SCALE.5",
    title="Gradient flow conserves the imbalance of a unit, and a step of gradient descent changes it by exactly eta^2",
    statement=r"Q = \lVert w \rVert^2 + b^2 - k \lVert v \rVert^2: \quad \dot Q = 0 \text{ under gradient flow}, \quad "
    r"\Delta Q = \eta^2 (\lVert \nabla_w L \rVert^2 + (\partial_b L)^2 - k \lVert \nabla_v L \rVert^2) "
    r"\text{ in one step of gradient descent}",
    hypotheses=f"{HOMOGENEOUS}; activations and loss differentiable where they are evaluated; plain gradient descent",
    cites=("du2018algorithmic", "kunin2021neural"),
    controls={"eta for eta^2": dict(order=1)},
    derivation=derivations.balance,
    architectures=ARCHITECTURES,
    dtypes=WIDE,
)
def gradient_flow_conserves_the_imbalance_of_a_unit(network: HomogeneousNetwork, batch: Batch, *, order: int = 2):
    """The rates of the two parts of Q sum to 0; one step changes Q by the step size to the power `order` times the form."""
    relations = []
    for degree, each in of_each_degree(network):
        gradient = backprop(each, batch)
        rates = zip(*inner_products_of_units(each, gradient), strict=True)
        relations.append(Conserved([side_by_side(inside, outside * -degree) for inside, outside in rates]))
        moved = gradient_step(each, gradient, INVERSE_RATE)
        pairs = zip(imbalance(moved, moved, degree), imbalance(each, each, degree), strict=True)
        change = [after - before for after, before in pairs]
        relations.append(Drift(change, INVERSE_RATE, order, imbalance(gradient, gradient, degree)))
    return relations
