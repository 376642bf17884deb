"""Backprop as one thread writes it down (thread2019identical)."""

import itertools
from fractions import Fraction

import sympy

from proofs.claims.threads import identical_claim
from proofs.claims.units import gaps
from proofs.exact_networks import XOR, exact_batch, exact_network, symbolic_network
from symmetry.activation import ACTIVATIONS, activation_named, slope, value
from symmetry.network import backprop, batch_loss, forward_pass
from symmetry.numbers.symbol import FORMULAS, VARIABLE, Symbol
from symmetry.statements.claim import Instance


def unit_values(layer, inputs, activation: str) -> list:
    """A layer's values by the sum written out, unit by unit."""
    sums = [
        sum(layer.weight[k, j] * inputs[k] for k in range(len(inputs))) + layer.bias[j]
        for j in range(layer.bias.shape[0])
    ]
    return [FORMULAS[activation].xreplace({VARIABLE: z}) for z in sums]


@identical_claim(
    "CLAIM.51",
    position="accepted answer",
    says="A unit's value is the activation of its bias plus the weighted sum of the values of the layer before.",
    statement=r"a^l_j = \sigma(\textstyle\sum_k w^l_{jk} a^{l-1}_k + b^l_j)",
    verdict="right",
    why="It is the forward pass, entry by entry; here weights are indexed from unit to unit the other way round.",
    follows_from=("CAP.9",),
)
def the_value_of_a_unit():
    for hidden in ("sigmoid", "square"):
        network, x = symbolic_network((2, 2, 2, 1), hidden=hidden), Symbol.named("x", (1, 2))
        _, computed = forward_pass(network, x)
        first = unit_values(network.layers[0], x[0], hidden)
        second = unit_values(network.layers[1], first, hidden)
        for place, expected in enumerate((first, second), 1):
            differences = list(map(sympy.expand, gaps(computed[place][0], expected)))
            yield Instance(
                f"hidden layer {place} of a 2-2-2-1 network of {hidden} units, every number a symbol",
                holds=not any(differences),
                computed="the program's value less the written sum is " + " and ".join(map(str, differences)),
            )


@identical_claim(
    "CLAIM.52",
    position="accepted answer",
    says="The values of the second hidden layer follow by putting the formula of the first into its own, with the same "
    "letters for the indices.",
    statement=r"a^2_j = \sigma(\textstyle\sum_k w^2_{jk}\, \sigma(\textstyle\sum_k w^1_{jk} x_k + b^1_j) + b^2_j)",
    verdict="wrong",
    why="As the formula is written, every first-layer unit that feeds unit j has the weights w^1_j and bias b^1_j. The index of "
    "the outer sum must also choose the unit of the first layer.",
    follows_from=("CLAIM.51",),
)
def the_second_layer_with_indices_used_twice():
    network = exact_network([[[1, 2], [0, 1]], [[1, 1], [1, 2]], [[1], [1]]], [[0, 0], [0, 0], [0]], hidden="square")
    x = Symbol.of([[1, 1]])
    first, second = (layer.weight for layer in network.layers[:2])
    true = forward_pass(network, x)[1][2][0]
    for j in range(2):
        inner = sum(first[k, j] * x[0, k] for k in range(2)) ** 2
        literal = sum(second[k, j] * inner for k in range(2)) ** 2
        yield Instance(
            f"unit {j + 1} of the second layer, square units, x = (1, 1)",
            holds=bool(literal == true[j]),
            computed=f"the network computes {true[j]}, the formula {literal}",
        )


@identical_claim(
    "CLAIM.53",
    position="accepted answer",
    says="The step of an output weight is minus the loss's derivative in the output, times the slope of the output's "
    "activation, times the value that the weight multiplies.",
    statement=r"\Delta w^L_{jk} = -\frac{\partial L}{\partial a^L_j}\, \sigma'(z^L_j)\, a^{L-1}_k \quad (\eta = 1)",
    condition="each output depends on its own preactivation alone",
    why="With softmax every output depends on every preactivation, and the sum over outputs is left out.",
    follows_from=("GRAD.1", "GRAD.3"),
)
def the_step_of_an_output_weight():
    batch = exact_batch([[1, 2]], [[1, 0]])
    for output in ("identity", "square", "sigmoid"):
        network = exact_network([[[1, 0], [1, 1]], [[1, -1], [2, 1]]], output=output)
        (_, z), (_, hidden, a) = forward_pass(network, batch.x)
        written = hidden.T @ ((a - batch.y) * slope(z, network.activations[-1]))
        gradient = backprop(network, batch).layers[-1].weight
        differences = [sympy.simplify(gap) for gap in (written - gradient).ravel()]
        yield Instance(
            f"a 2-2-2 network with {output} outputs and half squared error",
            holds=not any(differences),
            computed=f"its four entries differ from the gradient by {', '.join(map(str, differences))}",
            condition=True,
        )
    probabilities, target = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)), (1, 0, 0)
    true = gaps(probabilities, target)  # p - y, the gradient of cross-entropy
    written = [-y / p * p * (1 - p) for p, y in zip(probabilities, target, strict=True)]
    yield Instance(
        "softmax outputs (1/2, 1/4, 1/4) with cross-entropy, target (1, 0, 0)",
        holds=true == written,
        computed=f"dL/dz is ({', '.join(map(str, true))}), by the formula ({', '.join(map(str, written))})",
        condition=False,
    )


@identical_claim(
    "CLAIM.54",
    position="question",
    says="The error of a hidden layer is the error of the next layer times the slope of the activation.",
    statement=r"\delta^l = \delta^{l+1} \odot \varphi'(z^l)",
    condition="the next layer's weight matrix is the identity",
    why="The sum over the next layer's weights is left out. If the widths differ, the formula is not even defined. In a chain "
    "with weight -1 it has the wrong sign, so a step along it raises the loss.",
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


@identical_claim(
    "CLAIM.55",
    position="accepted answer",
    says="Units of different hidden layers compute different functions of the input.",
    statement=r"a^1 \ne a^2 \text{ as functions of } x",
    verdict="wrong",
    why="Nothing makes them differ: with ReLU, the identity as weight and no bias, the second layer repeats the first.",
    quoted="different functions of the input",
)
def different_layers_are_different_functions():
    network = exact_network([[[1, -1]], [[1, 0], [0, 1]], [[1], [1]]], hidden="relu")
    x = sympy.Symbol("x", real=True)
    _, (_, first, second, _) = forward_pass(network, Symbol.of([[x]]))
    differ = [sympy.simplify(sympy.piecewise_fold(gap)) for gap in gaps(first[0], second[0])]
    yield Instance(
        "a 1-2-2-1 ReLU network whose second weight is the identity, x a symbol",
        holds=any(differ),
        computed=f"the layers differ by {' and '.join(map(str, differ))}",
    )


@identical_claim(
    "CLAIM.56",
    position="accepted answer",
    says="A network of several layers is better than one of a single layer with as many units.",
    statement=r"\min_\theta L \text{ of a } 2\text{-}1\text{-}1\text{-}1 \text{ network} < "
    r"\min_\theta L \text{ of a } 2\text{-}2\text{-}1 \text{ network, on any data}",
    verdict="wrong",
    why="A chain of single ReLU units sees one number and is monotone in it, so it cannot compute XOR; two units side by side "
    "can.",
    follows_from=("CAP.6", "CAP.8"),
    quoted="qualitatively different, and better",
)
def several_layers_are_better_than_one():
    wide = exact_network([[[1, 1], [1, 1]], [[1], [-2]]], [[0, -1], [0]], hidden="relu")
    grid = range(-1, 2)
    chains = (
        exact_network([[[w1], [w2]], [[u]], [[v]]], [[b], [c], [0]], hidden="relu")
        for w1, w2, u, v, b, c in itertools.product(grid, repeat=6)
    )
    best = min(batch_loss(chain, XOR) for chain in chains)
    found = batch_loss(wide, XOR)
    yield Instance(
        "XOR with half squared error: a 2-2-1 ReLU network, and every 2-1-1-1 chain with weights and biases of -1, 0 and 1",
        holds=bool(best < found),
        computed=f"the wide network's loss is {found}, the best chain's {best}",
    )


@identical_claim(
    "CLAIM.57",
    position="a comment on the accepted answer",
    says="The activation magnifies the difference between two units of a layer.",
    statement=r"|\varphi(s) - \varphi(t)| > |s - t|",
    verdict="wrong",
    why="Its slope is at most 1/4 for sigmoid and at most 1 for tanh and ReLU, so it never increases the distance between two "
    "preactivations. Units move apart because a tie is a saddle of the loss.",
    follows_from=("TIE.16",),
    quoted="magnifies the difference",
)
def the_activation_magnifies_differences():
    points = [Fraction(k, 2) for k in range(-8, 9)]
    for name, largest in (("sigmoid", "1/4"), ("tanh", "1"), ("relu", "1")):
        phi = activation_named(name)
        assert phi in ACTIVATIONS
        values = [value(Symbol.of([point]), phi)[0] for point in points]
        pairs = itertools.combinations(zip(reversed(points), reversed(values), strict=True), 2)
        ratios = [sympy.N(abs(one - other) / (s - t), 30) for (s, one), (t, other) in pairs]
        yield Instance(
            f"{name}, whose slope is at most {largest}, at 17 points from -4 to 4, two by two",
            holds=bool(max(ratios) > 1),
            computed=f"the largest ratio of differences is {float(max(ratios)):.4f}",
        )
