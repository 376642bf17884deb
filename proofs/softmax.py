"""SOFT: softmax sees only differences of logits; what training conserves for that reason (kunin2021neural)."""

import dataclasses

from proofs.derivations import softmax as derivations
from proofs.exact_networks import exact_batch, exact_network
from proofs.gradient import summing_to_one
from symmetry.activation import ABSOLUTE_VALUE, SIGMOID, value
from symmetry.architecture import SAMPLED, Architecture
from symmetry.cases import Direction
from symmetry.loss import SIGMOID_BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, Loss, softmax
from symmetry.network import Batch, Layer, Network, backprop, batch_loss, forward, map_parameters
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import GradientDescent, gradient_step

THREE_CLASSES = (SAMPLED, Architecture((2, 3, 3, 4, 3), batch=2))
"""Two classes are too few: their errors are opposite numbers, and every odd update keeps their sum at 0."""

INVERSE_RATE = 8
"""The step size is 1/8."""


def shifted(network: Network, shift: Direction) -> Network:
    """One number for each hidden unit, added to all its outgoing weights, and one number added to all output biases."""
    *before, last = network.layers
    by = shift.layers[-1]
    bias = None if last.bias is None else last.bias + by.bias[:1]
    return dataclasses.replace(network, layers=(*before, Layer(last.weight + by.weight[:, :1], bias)))


def sigmoids(logits):
    return value(logits, SIGMOID)


@theorem(
    "SOFT.1",
    title="Softmax does not see one number added to every logit",
    statement=r"(V_{jk}, c_k) \to (V_{jk} + u_j, c_k + t) \text{ for all } k \;\Rightarrow\; "
    r"\mathrm{softmax}(f(\theta', x)) = \mathrm{softmax}(f(\theta, x)),\ L(\theta') = L(\theta)",
    hypotheses="u_j is added to all outgoing weights of unit j of the last hidden layer, t to all output biases; the outputs "
    "are logits; L is softmax with cross-entropy; any widths and depth",
    cites=("kunin2021neural",),
    controls={
        "sigmoid outputs": dict(probabilities=sigmoids, loss=SIGMOID_BINARY_CROSS_ENTROPY),
    },
    derivation=derivations.shift_invariance,
    architectures=THREE_CLASSES,
    dtypes=WIDE,
)
def softmax_does_not_see_one_number_added_to_every_logit(
    network: Network, shift: Direction, batch: Batch, *, probabilities=softmax, loss: Loss = SOFTMAX_CROSS_ENTROPY
):
    classifier = network.with_logits(loss)
    moved = shifted(classifier, shift)
    return tuple((probabilities(forward(each, batch.x)), batch_loss(each, batch)) for each in (moved, classifier))


def sums_over_classes(network: Network):
    """The sum of each hidden unit's outgoing weights, and the sum of the output biases."""
    last = network.layers[-1]
    return last.weight.sum(-1), None if last.bias is None else last.bias.sum(-1)


def descend(network: Network, batch: Batch) -> Network:
    """One step of gradient descent."""
    return gradient_step(network, backprop(network, batch), INVERSE_RATE)


def decay(network: Network, batch: Batch) -> Network:
    """One step of gradient descent with weight decay 1/4."""
    return GradientDescent(INVERSE_RATE, decay=4).train(network, [batch])


PRECISION = 2**27
"""1/epsilon in Adam."""


def adam(network: Network, batch: Batch) -> Network:
    """The first step of Adam: every parameter moves by g / (|g| + epsilon) / 8.

    After one step the square root of the mean of g^2 is |g|. Residues have no absolute value: in its place stands an unknown
    function of g.
    """

    def rescaled(slope):
        return slope * PRECISION / (value(slope, ABSOLUTE_VALUE) * PRECISION + 1)

    return gradient_step(network, map_parameters(rescaled, backprop(network, batch)), INVERSE_RATE)


def adam_on_three_classes():
    """Adam on one unit of activation 1, outgoing weights 0 and the target (1, 0, 0): the gradient is (-2, 1, 1)/3."""
    network = exact_network([[[1]], [[0, 0, 0]]], loss="softmax_cross_entropy")
    trained = adam(network, exact_batch([[1]], [[1, 0, 0]]))
    return sums_over_classes(trained), sums_over_classes(network)


@theorem(
    "SOFT.2",
    title="Softmax with cross-entropy conserves each unit's sum of outgoing weights",
    statement=r"\sum_k V'_{jk} = \sum_k V_{jk} \;\text{ for every hidden unit } j, \qquad \sum_k c'_k = \sum_k c_k "
    r"\qquad \text{after any steps of gradient descent}",
    hypotheses="softmax with cross-entropy, targets of every example summing to 1; V and c the weights and biases of the "
    "affine output layer; gradient descent on any batches at one rate for the weights of a unit, by induction on the steps; "
    "no weight decay; not Adam",
    cites=("kunin2021neural", "kingma2015adam"),
    controls={"Adam": dict(step=adam)},
    derivation=derivations.conserved_sums,
    architectures=THREE_CLASSES,
    dtypes=WIDE,
    refutes={
        "gradient descent with weight decay conserves these sums": dict(step=decay),
        "Adam conserves these sums": adam_on_three_classes,
    },
)
def softmax_conserves_the_sum_of_outgoing_weights(network: Network, batch: Batch, *, step=descend):
    classifier = network.with_logits(SOFTMAX_CROSS_ENTROPY)
    trained = step(classifier, Batch(batch.x, summing_to_one(batch.y)))
    return sums_over_classes(trained), sums_over_classes(classifier)


@theorem(
    "SOFT.3",
    title="Softmax of two logits is the sigmoid of their difference",
    statement=r"\mathrm{softmax}(a, b)_1 = \sigma(a - b)",
    hypotheses="two classes; with targets that sum to 1 the cross-entropy is the binary cross-entropy of a - b",
    cites=("bishop2006pattern",),
    controls={"sum for difference": dict(sign=1)},
    derivation=derivations.two_classes,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(Architecture((3, 4, 2)),),
    dtypes=WIDE,
)
def softmax_of_two_logits_is_the_sigmoid_of_their_difference(network: Network, batch: Batch, *, sign: int = -1):
    classifier = network.with_logits(SOFTMAX_CROSS_ENTROPY)
    logits, y = forward(classifier, batch.x), summing_to_one(batch.y)
    first, second = logits[:, :1], logits[:, 1:]
    combined = first - second if sign < 0 else first + second
    binary = SIGMOID_BINARY_CROSS_ENTROPY.value(combined, y[:, :1])
    return (softmax(logits)[:, :1], classifier.loss.value(logits, y)), (value(combined, SIGMOID), binary)
