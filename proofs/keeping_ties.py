"""TIE: what treats tied units alike, and so never tells them apart (goodfellow2016deep, ioffe2015batch)."""

from proofs.breaking_ties import RATE, SOURCES, halves, shared, with_masks
from proofs.dropout import DropoutMasks
from proofs.equal_initialisation import pairs_of
from proofs.norms import batch_norm, group_norm, layer_norm
from symmetry.actions import TiedUnits
from symmetry.activation import value
from symmetry.architecture import Architecture
from symmetry.cases import Minibatches
from symmetry.network import Batch, Gradient, Network, backprop, preactivation
from symmetry.numbers.dual import every_derivative
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import GradientDescent, clipped, gradient_step


def through(normalise, network: Network, batch: Batch) -> Network:
    """One step of descent of the network that normalises every hidden layer's preactivations, the gradient by duals."""

    def loss(layers):
        a = batch.x
        for layer, phi in zip(layers[:-1], network.activations[:-1], strict=True):
            a = value(normalise(preactivation(a, layer)), phi)
        return network.loss.value(value(preactivation(a, layers[-1]), network.activations[-1]), batch.y)

    return gradient_step(network, Gradient(every_derivative(loss, network.layers), None), RATE)


def after_masks_of_their_own(network: Network, ties: TiedUnits, minibatches: Minibatches, dropout: DropoutMasks):
    return pairs_of(with_masks(ties.act(network), minibatches.batches[0], dropout).layers, ties)


def after_group_norm_across_groups(network: Network, minibatches: Minibatches):
    ties = halves(network)
    after = through(lambda z: group_norm(z, 2), ties.act(network), minibatches.batches[0])
    return pairs_of(after.layers, ties)


@theorem(
    "TIE.14",
    title="What does not break a tie: whatever treats the two units alike",
    statement=r"\theta_s = \theta_t \;\Rightarrow\; \theta_s = \theta_t \text{ after every step with minibatches, momentum, "
    r"weight decay, clipping of the whole gradient } g \min(1, 1/|g|), \text{ batch norm, layer norm, noisy inputs, a "
    r"shared dropout mask}",
    hypotheses="two units of a hidden layer equal in (w, b, v), and in the parameters of a norm where it has any; norms before "
    "the activation, with non-zero variance; a mask shared by the two units; any loss, widths and depth. One step from any "
    "tied network (and momentum), and so every number of steps",
    cites=(*SOURCES, "ioffe2015batch", "ba2016layer"),
    controls={
        "a mask per unit": after_masks_of_their_own,
        "group norm across groups": after_group_norm_across_groups,
    },
    architectures=(Architecture((3, 4, 2), batch=4), Architecture((2, 4, 3, 2), bias=False, batch=3)),
    dtypes=WIDE,
)
def what_treats_tied_units_alike_keeps_them_tied(
    network: Network, ties: TiedUnits, minibatches: Minibatches, dropout: DropoutMasks
):
    tied, (batch, other, _) = ties.act(network), minibatches.batches
    noisy = Batch(batch.x + other.x, batch.y)
    after = {
        "minibatches, momentum, decay": GradientDescent(RATE, momentum=2, decay=8).train(tied, [batch, other]),
        "clipping": gradient_step(tied, clipped(backprop(tied, batch)), 1),
        "input noise, a shared mask": with_masks(tied, noisy, shared(dropout, ties)),
        "batch norm": through(batch_norm, tied, batch),
        "layer norm": through(layer_norm, tied, batch),
    }
    pairs = {what: pairs_of(each.layers, ties) for what, each in after.items()}
    return tuple({what: pair[side] for what, pair in pairs.items()} for side in (0, 1))
