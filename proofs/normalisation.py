"""NORM: changes of the weights that normalisation hides (ioffe2015batch, vanlaarhoven2017l2)."""

import dataclasses

from proofs.derivations import normalisation as derivations
from proofs.norms import batch_norm, centred, layer_norm, rms_norm
from symmetry.actions import Rescaling
from symmetry.activation import value
from symmetry.architecture import Architecture
from symmetry.cases import Direction, Scalar
from symmetry.network import Batch, Network, batch_loss
from symmetry.numbers.dual import every_derivative
from symmetry.statements.relation import Conserved, Drift, Equal
from symmetry.statements.theorem import WIDE, theorem

EXAMPLES = Architecture((3, 4, 2), batch=4)
"""Batches of 4, since the batch norm of any 2 examples is 1 and -1."""

SMOOTH_LOSS = dataclasses.replace(EXAMPLES, loss="half_squared_error")
"""Not the mean absolute error: its errors are often all equal, and batch norm sends equal errors back as 0."""

INVERSE_RATE = 8
"""The step size is 1/8."""


def loss_of_normalised(network: Network, normalised, batch: Batch):
    """The network's loss, given the normalised preactivations of its first hidden layer."""
    rest = dataclasses.replace(network, layers=network.layers[1:], activations=network.activations[1:])
    return batch_loss(rest, Batch(value(normalised, network.activations[0]), batch.y))


@theorem(
    "NORM.1",
    title="A bias before batch norm changes nothing and has gradient zero",
    statement=r"\mathrm{BN}(z + 1 b^T) = \mathrm{BN}(z), \qquad "
    r"\frac{\partial L}{\partial b} = \sum_n \frac{\partial L}{\partial z_n} = 0",
    hypotheses="mean and variance are those of the batch; any epsilon, scale, shift, activation and loss, whatever follows",
    cites=("ioffe2015batch",),
    controls={"bias after": dict(added_before=False)},
    derivation=derivations.bias_before_batch_norm,
    architectures=(EXAMPLES,),
    dtypes=WIDE,
)
def a_bias_before_batch_norm_changes_nothing(
    network: Network, bias: Direction, scale: Direction, epsilon: Scalar, batch: Batch, *, added_before: bool = True
):
    """The loss with and without the bias, and its slopes in what is added to each example, which sum to 0."""
    first, shift = network.layers[0], bias.layers[0].bias
    gamma, beta, variance = scale.layers[0].weight[0], scale.layers[0].bias, epsilon * epsilon

    def loss(z, after):
        return loss_of_normalised(network, batch_norm(z, variance) * gamma + beta + after, batch)

    z = batch.x @ first.weight
    if added_before:
        moved = loss(z + shift, 0)
        gradient = every_derivative(lambda z: loss(z, 0), z + shift)
    else:
        moved = loss(z, shift)
        gradient = every_derivative(lambda after: loss(z, after), z * 0 + shift)
    return [Equal(moved, loss(z, 0)), Conserved(gradient.T)]


def weight_gradient(network: Network, weight, batch: Batch, epsilon):
    """The gradient in the weight before a batch norm."""

    def loss(weight):
        return loss_of_normalised(network, batch_norm(batch.x @ weight, epsilon), batch)

    return every_derivative(loss, weight)


@theorem(
    "NORM.2",
    title="Of scale-invariant weights the gradient is orthogonal to them and shrinks as they grow",
    statement=r"L(cw) = L(w) \;\text{ for all } c > 0 \;\Rightarrow\; \langle w, \nabla L(w) \rangle = 0, \quad "
    r"\nabla L(cw) = \nabla L(w) / c",
    hypotheses="w the incoming weights of a unit before batch norm with epsilon = 0, whose variance is not 0; c > 0; any "
    "activation and loss, whatever follows",
    cites=("vanlaarhoven2017l2", "arora2019theoretical"),
    controls={"epsilon of order 1": dict(epsilon=1)},
    derivation=derivations.scale_invariance,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(SMOOTH_LOSS,),
    dtypes=WIDE,
)
def the_gradient_of_scale_invariant_weights_is_orthogonal_to_them(
    network: Network, scale: Rescaling, batch: Batch, *, epsilon: int = 0
):
    weight, c = network.layers[0].weight, scale.factors[0]
    gradient = weight_gradient(network, weight, batch, epsilon)
    scaled = weight_gradient(network, weight * c, batch, epsilon)
    return [Conserved((weight * gradient).T), Equal(scaled, gradient / c)]


def squared_norms(weight):
    """|w|^2 of every unit's incoming weights."""
    return (weight * weight).sum(0)


@theorem(
    "NORM.3",
    title="Gradient descent makes scale-invariant weights grow",
    statement=r"w' = w - \eta \nabla L(w) \;\Rightarrow\; |w'|^2 = |w|^2 + \eta^2 |\nabla L(w)|^2",
    hypotheses="NORM.2; gradient descent without momentum and without weight decay; any step size eta",
    cites=("vanlaarhoven2017l2", "arora2019theoretical"),
    controls={"momentum": dict(momentum=True)},
    derivation=derivations.growing_norm,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(SMOOTH_LOSS,),
    dtypes=WIDE,
)
def gradient_descent_makes_scale_invariant_weights_grow(network: Network, batch: Batch, *, momentum: bool = False):
    """With momentum 1/2, the second step."""
    weight = network.layers[0].weight
    gradient = weight_gradient(network, weight, batch, 0)
    moved = weight - gradient / INVERSE_RATE
    if momentum:
        velocity = moved - weight
        weight, gradient = moved, weight_gradient(network, moved, batch, 0)
        moved = weight + velocity / 2 - gradient / INVERSE_RATE
    return Drift(squared_norms(moved) - squared_norms(weight), INVERSE_RATE, 2, squared_norms(gradient))


def reflected(x, mirror):
    """x (I - 2 u u^T / |u|^2), the reflection of every row in the hyperplane orthogonal to u."""
    along = (x * mirror).sum(-1, keepdims=True) / (mirror * mirror).sum(-1)
    return x - along * mirror * 2


def level(mirror):
    """The mirror without its mean, so that its reflection fixes the all-ones direction."""
    return centred(mirror, -1)


def anywhere(mirror):
    return mirror


@theorem(
    "NORM.4",
    title="RMS norm commutes with every rotation, layer norm with those that fix the all-ones direction",
    statement=r"\mathrm{RMS}(xQ) = \mathrm{RMS}(x)\, Q, \quad \mathrm{RMS}(xQ)\, Q^T \mathrm{diag}(\gamma) W = "
    r"(\mathrm{RMS}(x) \odot \gamma) W; \qquad \mathrm{LN}(xQ) = \mathrm{LN}(x)\, Q \text{ for all } x "
    r"\iff Q 1 = \pm 1",
    hypotheses="Q orthogonal; the norms without scale and shift, which are folded into the next weight W; one epsilon on both "
    "sides, for the converse positive",
    cites=("ashkboos2024slicegpt", "zhang2019root", "ba2016layer"),
    controls={"layer norm, any rotation": dict(mirror_of_layer_norm=anywhere)},
    derivation=derivations.rotations,
    evidence=("derived", "sampled"),
    systems=("balls",),
    architectures=(Architecture((4, 3, 2)),),
    dtypes=WIDE,
)
def rms_norm_commutes_with_every_rotation(
    network: Network, mirrors: Direction, epsilon: Scalar, batch: Batch, *, mirror_of_layer_norm=level
):
    """A rotation Q is a product of two reflections, in the mirrors u and then v; W rotated back is Q^T W = (W^T Q)^T."""
    x, weight, added = batch.x, network.layers[0].weight, epsilon * epsilon
    u, v, gamma = (mirrors.layers[0].weight[:, unit] for unit in range(3))

    def rotated(rows, mirror_of=anywhere):
        return reflected(reflected(rows, mirror_of(u)), mirror_of(v))

    back = rotated((weight * gamma[:, None]).T).T
    turned = mirror_of_layer_norm
    return [
        Equal(rms_norm(rotated(x), added), rotated(rms_norm(x, added))),
        Equal(rms_norm(rotated(x), added) @ back, (rms_norm(x, added) * gamma) @ weight),
        Equal(layer_norm(rotated(x, turned), added), rotated(layer_norm(x, added), turned)),
    ]
