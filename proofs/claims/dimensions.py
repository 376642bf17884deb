"""How many numbers a layer passes on: one unit, the 3-4-2 picture, the 10-64-7 classifier (thread2021layer)."""

import dataclasses
import itertools

import numpy as np
import sympy

from proofs.claims.alterations import standardised
from proofs.claims.approximation import missed_on_the_circle
from proofs.claims.threads import layer_claim, purpose_claim
from proofs.claims.units import gaps
from proofs.exact_networks import XOR, exact_batch, exact_network, symbolic_network
from symmetry.engine.kernel import exact_settings
from symmetry.loss import softmax
from symmetry.network import Network, batch_loss, forward, forward_pass, network_of
from symmetry.numbers.symbol import Symbol, UnknownFormula
from symmetry.statements.claim import Instance


def integers(widths, seed: int) -> tuple[list, list]:
    """Generated whole numbers from -3 to 3 for the weights and biases of a network of those widths."""
    draw = np.random.default_rng(seed).integers
    weights = [draw(-3, 4, pair) for pair in itertools.pairwise(widths)]
    return weights, [draw(-3, 4, units) for units in widths[1:]]


def picture(seed: int) -> Network:
    """The 3-4-2 picture of one thread: sigmoid hidden units, two classes by softmax; generated whole numbers.

    >>> picture(0).widths
    (3, 4, 2)
    """
    return exact_network(*integers((3, 4, 2), seed), hidden="sigmoid", loss="softmax_cross_entropy")


def classifier(seed: int) -> Network:
    """The other thread's network: ten inputs, 64 ReLU units, seven classes by softmax; generated whole numbers.

    >>> classifier(0).widths
    (10, 64, 7)
    """
    return exact_network(*integers((10, 64, 7), seed), hidden="relu", loss="softmax_cross_entropy")


@layer_claim(
    "CLAIM.45",
    position="third answer, by the asker",
    says="If a layer has a single unit, the next layer has only one feature to learn from.",
    statement=r"f(x) = \psi(t(x)), \; t(x) = w \cdot x + b: \quad \mathrm{rank}\, \partial f / \partial x \leq 1, "
    r"\quad t(x) = t(x') \Rightarrow f(x) = f(x'), \quad \max_{|x| = 1} |f(x) - x| \geq 1 \text{ in the plane}",
    verdict="right",
    why="All that follows is a function of one number. On a circle that number is equal at two opposite points, and no output "
    "can be near both: the constant 0 misses the identity by 1, and nothing does better.",
    follows_from=("CAP.2", "CAP.3"),
    quoted="only one feature to learn from",
)
def one_unit_leaves_one_feature():
    network = symbolic_network((2, 1, 2, 2), hidden=UnknownFormula("phi"))
    x = Symbol.named("x", (1, 2))
    outputs = forward(network, x)[0]
    rates = sympy.Matrix(2, 2, lambda k, i: sympy.diff(outputs[k], x[0, i]))
    minor = sympy.expand(rates.det())
    where = "a 2-1-2-2 network, every number a symbol and the activation an unknown function"
    yield Instance(f"rank: {where}", minor == 0, f"the determinant of df/dx is {minor}")
    across = network.layers[0].weight.T[:, ::-1] * Symbol.of([[1, -1]])
    moved = forward(network, x + across * sympy.Symbol("s", real=True))[0]
    changes = gaps(outputs.map(sympy.expand), moved.map(sympy.expand))
    yield Instance(
        f"equal t, equal output: {where}",
        holds=not any(changes),
        computed=f"as x moves by any multiple of (w_2, -w_1) the outputs change by {' and '.join(map(str, changes))}",
    )
    yield from (identity_on_the_circle(widths) for widths in ((2, 1, 2), (2, 1, 8, 2)))


def identity_on_the_circle(widths: tuple[int, ...], condition: bool | None = None) -> Instance:
    least = min(missed_on_the_circle(widths, seed) for seed in range(8))
    return Instance(
        f"the identity of the plane by eight generated {'-'.join(map(str, widths))} tanh networks, on the unit circle",
        holds=round(least, 6) >= 1,
        computed=f"each misses one of two opposite points by {least:.6f} or more",
        condition=condition,
    )


def stretches(logits) -> tuple[int, bool]:
    """How many stretches of one class the rows of logits along a line form, and whether any class comes back later."""
    classes = np.asarray(logits).argmax(axis=1)
    count = 1 + int((classes[1:] != classes[:-1]).sum())
    return count, count > len(set(classes.tolist()))


def along_a_line(units: int, seed: int) -> tuple[int, bool]:
    """The stretches of a generated line through the inputs of a generated 10-units-7 ReLU network."""
    widths = (10, units, 7)
    network = network_of(*integers(widths, seed), hidden="relu", loss="softmax_cross_entropy")
    start, direction = np.random.default_rng(1000 + seed).integers(-3, 4, (2, 10))
    return stretches(forward(network, start + np.arange(-64, 65)[:, None] / 16 * direction))


def readouts(count: int) -> Network:
    """Affine readouts of one number into seven classes, in one network: the tangents of a parabola, and generated ones."""
    slopes, shifts = np.random.default_rng(46).integers(-9, 10, (2, count, 7))
    slopes[0], shifts[0] = np.arange(-6, 7, 2), -(np.arange(-3, 4) ** 2)
    return network_of([slopes.reshape(1, -1)], [shifts.ravel()])


@layer_claim(
    "CLAIM.46",
    position="second answer",
    says="With a hidden layer of one unit instead of 64, the network for seven classes could do much less.",
    statement=r"\{a : \mathrm{argmax}_k (v_k a + c_k) = j\} \text{ is an interval for every } j, \; a "
    r"\text{ the one unit's value}",
    verdict="right",
    why="A class wins where its line lies above every other line. Each other line leaves it a half-line, and half-lines have an "
    "interval in common. So a line through the inputs never comes back to a class. With 64 units it can.",
    follows_from=("CAP.3", "CLAIM.45"),
    quoted="would be much lower",
)
def one_unit_leaves_an_interval_to_each_class():
    with exact_settings():
        values = np.arange(-80, 81)[:, None] / 8
        found = [stretches(each) for each in np.split(np.asarray(forward(readouts(100), values)), 100, axis=1)]
        one, many = ([along_a_line(units, seed) for seed in range(20)] for units in (1, 64))
    yield Instance(
        "100 affine readouts of one number into seven classes, whole numbers, at 161 values of it",
        holds=not any(again for _, again in found),
        computed=f"{sum(again for _, again in found)} meet a class again; the values fall into {min(found)[0]} to "
        f"{max(found)[0]} stretches of one class",
    )
    yield Instance(
        "lines through ten inputs for 20 generated networks of one ReLU unit, and for 20 of 64, whole numbers throughout",
        holds=not any(again for _, again in one) and any(again for _, again in many),
        computed=f"with one unit {sum(again for _, again in one)} lines meet a class again, and they fall into at most "
        f"{max(one)[0]} stretches of one class; with 64 units {sum(again for _, again in many)} do, into at most "
        f"{max(many)[0]}",
    )


@layer_claim(
    "CLAIM.47",
    position="a comment on the first answer",
    says="A layer that passes on a single feature can hardly be enough for the layers after it.",
    statement=r"f(x) = \psi(w \cdot x + b) \text{ misses the target, whatever } w, b, \psi",
    condition="the target is no function of one number w.x + b",
    why="XOR is a function of x_1 + x_2, so one unit that passes it on is enough. The identity of the plane is not such a "
    "function.",
    follows_from=("CAP.3", "CAP.6", "CLAIM.45"),
    quoted="only one feature can be enough",
)
def one_feature_can_hardly_be_enough():
    network = exact_network([[[1], [1]], [[1, 1]], [[1], [-2]]], [[0], [0, -1], [0]], hidden="relu")
    _, (_, feature, _, outputs) = forward_pass(network, XOR.x)
    yield Instance(
        "XOR by the 2-1-2-1 ReLU network t = relu(x_1 + x_2), f = relu(t) - 2 relu(t - 1)",
        holds=bool(batch_loss(network, XOR) != 0),
        computed=f"the feature is {', '.join(map(str, feature[:, 0]))} at the four corners, the output "
        f"{', '.join(map(str, outputs[:, 0]))}",
        condition=False,
    )
    yield identity_on_the_circle((2, 4, 1, 2), condition=True)


@layer_claim(
    "CLAIM.48",
    position="question",
    says="Normalising what a layer gets makes learning easier (said of batch normalisation; here across units).",
    statement=r"\nabla_W L \neq 0 \text{ with } h \mapsto (h - \mathrm{mean}(h)) / \sqrt{\mathrm{var}(h) + \varepsilon} "
    r"\text{ between the layers}",
    condition="the layer has three units or more, or two and an epsilon above 0",
    why="For a single unit the mean is the unit's own value. So 0 is passed on for every input, and no gradient comes back. For "
    "two units with epsilon 0 the values are 1 and -1, so only their order is passed on.",
    follows_from=("CLAIM.45",),
    quoted="also making backpropagation faster",
)
def normalisation_leaves_something_to_learn():
    batch = exact_batch([[1, 2]], [[1]])
    numbers = {1: [[1], [2]], 2: [[1, -1], [2, 0]], 3: [[1, -1, 3], [2, 0, 1]]}
    quarter = sympy.Rational(1, 4)
    for units, epsilon in ((1, quarter), (2, 0), (2, quarter), (3, 0), (3, quarter)):
        weight = Symbol.named("W", (2, units))
        passed_on = standardised([range(units)], epsilon=epsilon)(forward(exact_network([weight]), batch.x))
        after = exact_network([[[place] for place in range(1, units + 1)]])
        loss = batch_loss(after, dataclasses.replace(batch, x=passed_on)).item()
        here = dict(zip(weight.ravel(), Symbol.of(numbers[units]).ravel(), strict=True))
        rates = [sympy.simplify(sympy.diff(loss, entry).subs(here)) for entry in weight.ravel()]
        shown = [sympy.simplify(entry.subs(here)) for entry in passed_on[0]]
        yield Instance(
            f"layer normalisation of {units} identity unit{'s' * (units > 1)} with epsilon {epsilon}, x = (1, 2)",
            holds=any(rates),
            computed=f"passed on: {', '.join(map(str, shown))}; the largest derivative of the loss in a weight is "
            f"{max(abs(float(rate)) for rate in rates):.4g}",
            condition=units >= 3 or (units == 2 and epsilon != 0),
        )


@purpose_claim(
    "CLAIM.49",
    position="accepted answer",
    says="The hidden layer reduces the dimension of the data (said of the 3-4-2 picture).",
    statement=r"\mathrm{dim} \{\varphi(x W + b) : x \in \mathbb{R}^3\} < 3",
    verdict="wrong",
    why="Four units turn three numbers into four. If the weight matrix has full rank and the activation is one-to-one, the input "
    "can be recovered from them. 64 ReLU units lose nothing either, if ten units with independent weights are on.",
    quoted="able to reduce the dimensionality",
)
def the_hidden_layer_reduces_the_dimension():
    x = Symbol.named("x", (1, 3))
    for seed in (0, 1):
        network = picture(seed)
        weight = sympy.Matrix(network.layers[0].weight)
        _, (_, hidden, _) = forward_pass(network, x)
        logits = hidden.map(lambda value: sympy.log(sympy.simplify(value / (1 - value))))
        back = sympy.Matrix(logits - network.layers[0].bias) * weight.T * (weight * weight.T).inv()
        recovered = [sympy.expand(entry) for entry in back]
        yield Instance(
            f"the 3-4-2 picture with generated weights (seed {seed}), sigmoid units, x a symbol",
            holds=recovered != list(x[0]),
            computed=f"{hidden.shape[1]} hidden numbers for {x.shape[1]}, a weight matrix of rank {weight.rank()}; from "
            f"their logits come back {', '.join(map(str, recovered))}",
        )
    network = classifier(0)
    inputs = Symbol.of(np.random.default_rng(49).integers(-5, 6, (5, 10)))
    _, (_, hidden, _) = forward_pass(network, inputs)
    weight = sympy.Matrix(network.layers[0].weight)
    on = [[unit for unit, value in enumerate(row) if value > 0] for row in hidden]
    ranks = [weight[:, units].rank() for units in on]
    yield Instance(
        "the 10-64-7 network with generated weights, five generated inputs",
        holds=min(ranks) < inputs.shape[1],
        computed=f"{', '.join(str(len(units)) for units in on)} units are on, and their weights have rank "
        f"{', '.join(map(str, ranks))} for {inputs.shape[1]} inputs",
    )


@layer_claim(
    "CLAIM.50",
    position="second answer",
    says="In a network of ten inputs, 64 ReLU units and softmax over seven classes the hidden layer is a vector of 64 "
    "numbers, and the output a distribution over the classes.",
    statement=r"10 \cdot 64 + 64 + 64 \cdot 7 + 7 = 1159 \text{ parameters}; \quad a^1 \in \mathbb{R}^{64}, \; "
    r"p_k > 0, \; \textstyle\sum_k p_k = 1",
    verdict="right",
    why="This is the forward pass of a network with one hidden layer; softmax divides exponentials, which are positive, by "
    "their sum.",
    quoted="vector have a dimensionality of 64",
)
def the_network_for_seven_classes():
    network = classifier(0)
    sizes = [part.size for layer in network.layers for part in (layer.weight, layer.bias)]
    yield Instance("its parameters", sum(sizes) == 1159, f"{' + '.join(map(str, sizes))} = {sum(sizes)}")
    x = Symbol.of([[1, 0, -1, 2, 0, 0, 1, 0, -2, 1]])
    _, (_, hidden, logits) = forward_pass(network, x)
    yield Instance(
        "its hidden vector", hidden.shape == (1, 64), f"{hidden.shape[1]} numbers, {sum(hidden[0] > 0)} of them not 0"
    )
    probabilities = softmax(logits)[0]
    total = sympy.cancel(sum(probabilities))
    yield Instance(
        "its output, at a generated input",
        holds=bool(total == 1) and len(probabilities) == 7 and all(p > 0 for p in probabilities),
        computed=f"logits {', '.join(map(str, logits[0]))}; the {len(probabilities)} probabilities are positive and sum to "
        f"{total}",
    )
