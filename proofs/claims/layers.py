"""Remarks on layers: how units are combined, affine maps, softmax, batch normalisation, dropout, initial weights."""

import itertools
from fractions import Fraction

import sympy

from proofs.claims.alterations import batch_standardised
from proofs.claims.threads import inputs_claim, layer_claim, purpose_claim
from proofs.exact_networks import exact_network
from symmetry.activation import activation_named, slope, value
from symmetry.loss import softmax
from symmetry.network import forward
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance


@purpose_claim(
    "CLAIM.63",
    position="a comment on the accepted answer",
    says="The hidden units' outputs are combined by average or by majority.",
    statement=r"\mathrm{sign}\, f(x) = \mathrm{majority}(h), \text{ or } f(x) = \tfrac{1}{n} \textstyle\sum_j h_j",
    verdict="wrong",
    why="They are combined by a weighted sum, whose weights may have either sign and any size.",
    follows_from=("CAP.9",),
    quoted="Average? Majority rule?",
)
def average_or_majority():
    hidden, outgoing = [1, 1, 0], [[-1], [-1], [9]]
    network = exact_network([[[1, 0, 0], [0, 1, 0], [0, 0, 1]], outgoing], hidden="relu")
    output = forward(network, Symbol.of([hidden]))[0, 0]
    where = "hidden values (1, 1, 0), outgoing weights (-1, -1, 9)"
    majority = sum(hidden) > len(hidden) / 2
    yield Instance(f"majority: {where}", bool(output > 0) == majority, f"two of three say yes, the output is {output}")
    average = Fraction(sum(hidden), len(hidden))
    yield Instance(f"average: {where}", bool(output == average), f"the average is {average}, the output {output}")


@purpose_claim(
    "CLAIM.64",
    position="a comment on the accepted answer",
    says="The four hidden values go into a softmax, which makes the two outputs of them.",
    statement=r"\mathrm{softmax}: \mathbb{R}^4 \to \mathbb{R}^2",
    verdict="wrong",
    why="A softmax has as many outputs as inputs. Weights from four units to two logits come first; with two classes the softmax "
    "is the sigmoid of the difference of the logits.",
    follows_from=("SOFT.1", "SOFT.3"),
)
def four_units_into_a_softmax():
    picture = exact_network([[[1] * 4] * 3, [[1, 2]] * 4], loss="softmax_cross_entropy")
    hidden = Symbol.of([[1, 2, 3, 4]])
    outputs = softmax(hidden).shape[1]
    logits = forward(picture, Symbol.of([[1, 0, 1]]))
    yield Instance(
        "the 3-4-2 picture",
        holds=outputs == 2,
        computed=f"a softmax of its 4 hidden values has {outputs} outputs; through its {picture.layers[1].weight.shape} weights "
        f"it has {softmax(logits).shape[1]}",
    )


@inputs_claim(
    "CLAIM.65",
    position="third answer, and the question of thread2021layer",
    says="W a + b is a linear map, and the activation normalises what comes out of it.",
    statement=r"W(a + a') + b = (W a + b) + (W a' + b); \quad \sup |\varphi| < \infty",
    condition="the bias is 0, and the activation is bounded",
    why="With a bias the map is affine. Sigmoid and tanh keep their values within a fixed range, ReLU does not.",
    follows_from=("CAP.1",),
    quoted="adds non-linearity and normalises outputs",
)
def linear_and_normalised():
    first, second = Symbol.of([[1, 2]]), Symbol.of([[3, -1]])
    for bias in (0, 1):
        network = exact_network([[[1], [2]]], [[bias]])
        together = forward(network, first + second)[0, 0]
        apart = (forward(network, first) + forward(network, second))[0, 0]
        yield Instance(f"W a + b with b = {bias}", bool(together == apart), f"{together} and {apart}", bias == 0)
    z = sympy.Symbol("z", real=True)
    for name, is_bounded in (("sigmoid", True), ("tanh", True), ("relu", False)):
        formula = sympy.refine(value(Symbol.of([z]), activation_named(name))[0], sympy.Q.positive(z))
        limits = [sympy.limit(formula, z, end) for end in (sympy.oo, -sympy.oo)]
        yield Instance(
            name, all(limit.is_finite for limit in limits), f"limits {limits[0]} and {limits[1]}", is_bounded
        )


@layer_claim(
    "CLAIM.66",
    position="question",
    says="Batch normalisation gives every unit mean 0 and variance 1 over the batch.",
    statement=r"\hat z = (z - \bar z)/\sqrt{v + \epsilon}: \quad \overline{\hat z} = 0, \quad \overline{\hat z^2} = 1",
    condition="epsilon is 0",
    why="The variance is v/(v + epsilon). A bias added before normalisation disappears with the mean, and its gradient is 0.",
    follows_from=("NORM.1",),
)
def batch_normalisation():
    for epsilon in (0, 1):
        normed = batch_standardised(Symbol.of([[1], [2], [6]]), epsilon)[:, 0]
        new_mean, new_variance = sympy.simplify(sum(normed)), sympy.simplify(sum(each**2 for each in normed) / 3)
        yield Instance(
            f"the values 1, 2 and 6 with epsilon = {epsilon}",
            holds=bool(new_mean == 0 and new_variance == 1),
            computed=f"mean {new_mean}, variance {new_variance}",
            condition=epsilon == 0,
        )


@layer_claim(
    "CLAIM.67",
    position="question",
    says="Dropout leaves a layer out, to see how the network does without it.",
    statement=r"\text{the mask of a layer is } 0",
    verdict="wrong",
    why="It leaves out single units, each by chance; all units of a layer at once is the rarest case. If the kept values are "
    "scaled up, the mean of a linear readout stays the same; the mean of its square does not.",
    follows_from=("TIE.13",),
    quoted="without that specific layer",
)
def dropout_leaves_a_layer_out():
    hidden, outgoing = [3, 1], [1, 2]
    masks = list(itertools.product([0, 1], repeat=2))
    readouts = [sum(2 * m * h * v for m, h, v in zip(mask, hidden, outgoing, strict=True)) for mask in masks]
    linear = sum(h * v for h, v in zip(hidden, outgoing, strict=True))
    mean = Fraction(sum(readouts), len(masks))
    mean_square = Fraction(sum(readout**2 for readout in readouts), len(masks))
    gone = sum(not any(mask) for mask in masks)
    yield Instance(
        "two units with values 3 and 1, outgoing weights 1 and 2, each kept with probability 1/2",
        holds=gone == len(masks),
        computed=f"the layer is gone in {gone} of {len(masks)} masks; the readout's mean is {mean}, without dropout {linear}; "
        f"of its square {mean_square} and {linear**2}",
    )


@inputs_claim(
    "CLAIM.68",
    position="a question after the answers",
    says="There is a method for choosing the size of initial weights.",
    statement=r"E[\mathrm{relu}(z)^2] = \tfrac{1}{2} E[z^2] \text{ for } z \sim N(0, s^2): \text{ with weights of variance } "
    r"2/n \text{ the second moment is kept from layer to layer}",
    verdict="right",
    why="ReLU keeps half of the second moment of a symmetric preactivation, and weights of variance 2/n make up for it. To make "
    "units differ, any distinct values will do.",
    follows_from=("TIE.10",),
)
def a_method_for_initial_weights():
    z, s = sympy.symbols("z s", positive=True)
    density = sympy.exp(-(z**2) / (2 * s**2)) / (s * sympy.sqrt(2 * sympy.pi))
    half = sympy.simplify(sympy.integrate(z**2 * density, (z, 0, sympy.oo)))
    slopes = slope(Symbol.of([-1, 1]), activation_named("relu")).tolist()
    yield Instance(
        "a normal preactivation of variance s^2 through ReLU",
        holds=sympy.simplify(half - s**2 / 2) == 0,
        computed=f"E[relu(z)^2] = {half}, E[z^2] = s**2; ReLU's slopes are {slopes[0]} and {slopes[1]}",
    )
