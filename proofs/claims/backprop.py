"""Backprop as one thread writes it down (thread2019identical)."""

from fractions import Fraction

from proofs.claims.networks import exact_batch, exact_network
from symmetry.claim import Instance, claim
from symmetry.network import backprop, batch_loss

THREAD = "thread2019identical"


@claim(
    "CLAIM.54",
    thread=THREAD,
    position="question",
    says="The error of a hidden layer is the error of the next layer times the slope of the activation.",
    statement=r"\delta^l = \delta^{l+1} \odot \varphi'(z^l)",
    verdict="right if",
    condition="the next layer's weight matrix is the identity",
    why="The sum over the next layer's weights is left out. Where widths differ the formula is not even defined; in a "
    "chain with weight -1 it has the wrong sign, so that a step along it raises the loss.",
    follows_from=("GRAD.2",),
)
def the_hidden_error_without_weights():
    batch = exact_batch([[1]], [[3]])
    for weight in (1, 2, -1):
        network = exact_network([[[1]], [[weight]]])
        true = backprop(network, batch).layers[0].weight[0, 0]
        claimed = network.layers[1].weight[0, 0] - 3
        stepped = exact_network([[[1 - Fraction(1, 10) * claimed]], [[weight]]])
        before, after = batch_loss(network, batch), batch_loss(stepped, batch)
        yield Instance(
            f"a 1-1-1 chain of identity units, weights 1 and {weight}, x = 1, y = 3",
            holds=bool(true == claimed),
            computed=f"gradient {true}, by the formula {claimed}; a step of 1/10 along it takes the loss "
            f"from {before} to {after}",
            condition=weight == 1,
        )
