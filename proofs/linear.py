"""SCALE for linear networks: every invertible map of a hidden space is a symmetry (saxe2014exact, du2018algorithmic)."""

import dataclasses

import jax.numpy as jnp

from proofs.derivations import linear as derivations
from proofs.equal_initialisation import linear
from proofs.scaling import INVERSE_RATE, side_by_side
from symmetry.actions import LinearMaps, Rescaling
from symmetry.architecture import Architecture
from symmetry.network import Batch, Layer, Network, backprop, forward
from symmetry.statements.relation import Conserved, Drift, Equal
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import gradient_step


def imbalances(network) -> list:
    """W^T W - V V^T of every hidden layer."""
    weights = [layer.weight for layer in network.layers]
    return [weights[l].T @ weights[l] - weights[l + 1] @ weights[l + 1].T for l in range(len(weights) - 1)]


def rates(network: Network, gradient) -> list:
    """The rates of -W^T W and V V^T under gradient flow, side by side."""
    moving = []
    for index in range(len(network.layers) - 1):
        (W, V), (G, H) = ([layer.weight for layer in each.layers[index : index + 2]] for each in (network, gradient))
        inside, outside = W.T @ G + G.T @ W, H @ V.T + V @ H.T
        moving.append(side_by_side(inside, -outside))
    return moving


def singular(maps: LinearMaps, network: Network) -> Network:
    """A with its first column made 0, so that the first unit of every hidden layer is lost."""
    moved = maps.act(network)
    *hidden, output = moved.layers
    kept = [Layer(layer.weight * (jnp.arange(layer.weight.shape[1]) > 0)) for layer in hidden]
    return dataclasses.replace(moved, layers=(*kept, output))


@theorem(
    "SCALE.6",
    title="Linear networks: every invertible map of a hidden space is a symmetry, and conserves what is balanced",
    statement=r"(W, V) \to (WA, A^{-1}V) \text{ preserves } f; \quad M = W^T W - V V^T: \quad \dot M = 0 "
    r"\text{ under gradient flow}, \quad \Delta M = \eta^2 (\nabla_W L^T\, \nabla_W L - \nabla_V L\, \nabla_V L^T) "
    r"\text{ in one step of gradient descent}",
    hypotheses="identity hidden activations, no biases; W and V the weights into and out of one hidden layer; A invertible; "
    "any output activation, any differentiable loss, widths and depth",
    cites=("saxe2014exact", "du2018algorithmic"),
    controls={
        "singular matrix": dict(act=singular),
        "eta for eta^2": dict(order=1),
    },
    derivation=derivations.invertible_maps,
    architectures=(Architecture((3, 3, 2, 2), bias=False), Architecture((3, 4, 2), bias=False)),
    dtypes=WIDE,
)
def invertible_maps_of_a_linear_hidden_space_preserve_the_function(
    network: Network, maps: LinearMaps, rescaling: Rescaling, batch: Batch, *, act=LinearMaps.act, order: int = 2
):
    """A = D (I + L) (I + U), where D is the diagonal matrix of the rescaling.

    Most invertible matrices have this form. An identity of rational functions that holds for these holds for all of them.
    The change in one step is claimed to be of the given order in the step size.
    """
    linear_network = linear(network)
    gradient = backprop(linear_network, batch)
    moved = imbalances(gradient_step(linear_network, gradient, INVERSE_RATE))
    change = [after - before for after, before in zip(moved, imbalances(linear_network), strict=True)]
    return [
        Equal(forward(act(maps, rescaling.act(linear_network)), batch.x), forward(linear_network, batch.x)),
        Conserved(rates(linear_network, gradient)),
        Drift(change, INVERSE_RATE, order, imbalances(gradient)),
    ]
