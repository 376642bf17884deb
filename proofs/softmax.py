"""SOFT: softmax sees only differences of logits, and what that makes training conserve (kunin2021neural)."""

import dataclasses

from proofs.derivations import softmax as derivations
from proofs.gradient import summing_to_one
from symmetry.activation import ABSOLUTE_VALUE, IDENTITY, SIGMOID, value
from symmetry.architecture import SAMPLED, Architecture
from symmetry.cases import Direction
from symmetry.loss import SIGMOID_BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, Loss, softmax
from symmetry.network import Batch, Layer, Network, backprop, batch_loss, forward
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import WIDE, theorem
from symmetry.training import GradientDescent, gradient_step

THREE_CLASSES = (SAMPLED, Architecture((2, 3, 3, 4, 3), batch=2))
"""Two classes are too few: there the errors are opposite numbers, and whatever is odd keeps their sum at 0."""

STEPS = 8
"""The step size is 1/8."""


def shifted(network: Network, shift: Direction) -> Network:
    """One number a hidden unit added to its weights to every output, one constant to every output bias."""
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
    """Of each hidden unit's outgoing weights, and of the output biases."""
    last = network.layers[-1]
    return last.weight.sum(-1), None if last.bias is None else last.bias.sum(-1)


def descend(network: Network, batch: Batch) -> Network:
    """One step of gradient descent."""
    return gradient_step(network, backprop(network, batch), STEPS)


def decay(network: Network, batch: Batch) -> Network:
    """One step of gradient descent with weight decay 1/4."""
    return GradientDescent(STEPS, decay=4).train(network, [batch])


PRECISION = 2**27
"""1/epsilon in Adam."""


def adam(network: Network, batch: Batch) -> Network:
    """The first step of Adam: every parameter moves by g / (|g| + epsilon) / 8.

    The square root of the mean of g^2 is then |g|. Residues know no absolute value: there it is an unknown function of g,
    and the step an unknown function of each gradient.
    """

    def rescaled(gradient):
        return None if gradient is None else gradient * PRECISION / (value(gradient, ABSOLUTE_VALUE) * PRECISION + 1)

    gradient = backprop(network, batch)
    layers = tuple(Layer(rescaled(layer.weight), rescaled(layer.bias)) for layer in gradient.layers)
    return gradient_step(network, dataclasses.replace(gradient, layers=layers), STEPS)


def adam_on_three_classes():
    """Adam on one unit of activation 1, outgoing weights 0 and the target (1, 0, 0): the gradient is (-2, 1, 1)/3."""
    one, classes = Symbol.of([[1]]), Symbol.of([[0, 0, 0]])
    network = Network((Layer(one), Layer(classes)), (IDENTITY, IDENTITY), SOFTMAX_CROSS_ENTROPY)
    batch = Batch(one, Symbol.of([[1, 0, 0]]))
    return softmax_conserves_the_sum_of_outgoing_weights.law(network, batch, step=adam)


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
