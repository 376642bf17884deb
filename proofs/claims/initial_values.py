"""How initial values make units differ, and what equal units cost."""

import dataclasses
import itertools

import numpy as np
import sympy

from proofs.claims.differing_units import steepness
from proofs.claims.threads import inputs_claim, purpose_claim
from proofs.claims.units import decimals, gaps, incoming, listed, tied, trained, units, unknown_network, written
from proofs.exact_networks import exact_batch, exact_network
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Layer, backprop, batch_loss, batch_of, forward, network_of
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance


@inputs_claim(
    "CLAIM.17",
    position="first answer",
    says="From random initial weights each unit learns a unique value.",
    statement=r"\theta_i(T) \neq \theta_j(T) \text{ for } i \neq j, \text{ and no other } \theta_i(T) \text{ is as good}",
    condition="unique means different from the other units of the same network, and CLAIM.14 applies",
    why="Under the hypotheses of CLAIM.14 units that differ keep differing. But which unit ends where is arbitrary: a permuted "
    "start leads to the permuted weights, with the same loss.",
    follows_from=("CLAIM.14", "PERM.3", "PERM.7"),
    quoted="learn a unique value",
)
def each_unit_learns_a_unique_value():
    batch = exact_batch([[1], [2]], [[1], [3]])
    w, v = np.random.default_rng(2).integers(-9, 10, (2, 3)).tolist()
    start = exact_network([[[sympy.Rational(n, 10) for n in w]], [[sympy.Rational(n, 10)] for n in v]])
    path = trained(start, batch, rate=50, steps=3)
    found, end = units(path[-1]), path[-1]
    rounded = map(decimals, found)
    yield Instance(
        "three identity units from random weights in tenths, in fractions; three steps of 1/50, compared with one another",
        holds=len(set(found)) == 3,
        computed=f"Lip is at most {float(max(steepness(each, batch) for each in path)):.0f}; they end at {listed(rounded)}",
        condition=all(steepness(each, batch) < 50 for each in path),
    )
    turned = exact_network([start.layers[0].weight[:, [1, 2, 0]], start.layers[1].weight[[1, 2, 0]]])
    other = trained(turned, batch, rate=50, steps=3)[-1]
    same_loss = batch_loss(other, batch) == batch_loss(end, batch)
    rounded = map(decimals, units(other))
    yield Instance(
        "the same, compared with a run from the same weights in another order",
        holds=not (same_loss and units(other) == [found[1], found[2], found[0]] and units(other)[0] != found[0]),
        computed=f"they end at {listed(rounded)}, with exactly the same loss",
        condition=False,
    )


@purpose_claim(
    "CLAIM.18",
    position="comment on the accepted answer, and that answer",
    says="Units differ because, and only because, their initial values were drawn at random; randomness is essential.",
    statement=r"\text{the units of a trained network differ} \Leftrightarrow \text{their initial values were random}",
    verdict="wrong",
    why="Any different values are enough, even different biases or outgoing weights alone. Random values may not be enough: with "
    "more units than possible values, two units are equal; and units that are multiples of one another stay multiples.",
    follows_from=("TIE.6", "TIE.7", "CLAIM.9"),
    quoted="only reason the neurons aren't redundant",
)
def units_differ_because_of_random_values():
    batch = exact_batch([[1], [2]], [[1], [3]])
    for what, w, b, v in (
        ("weights 1, 2, 3 and so not random", [1, 2, 3], [0, 0, 0], [1, 1, 1]),
        ("equal weights and biases 0, 1, 2", [1, 1, 1], [0, 1, 2], [1, 1, 1]),
        ("equal incoming weights and outgoing weights 1, 2, 3", [1, 1, 1], [0, 0, 0], [1, 2, 3]),
    ):
        network = exact_network([[w], [[entry] for entry in v]], [b, [0]], hidden="leaky_relu")
        end = trained(network, batch, rate=100, steps=3)[-1]
        rounded = [decimals(unit, 3) for unit in units(end)]
        yield Instance(
            f"no random values, no differing units: leaky ReLU units of {what}; three steps",
            holds=len(set(incoming(end))) < 3,
            computed=f"(w, b, v) is {listed(rounded)}",
        )
    yield random_signs_collide(batch)
    factors = np.random.default_rng(18).integers(1, 100, 3).tolist()
    start = exact_network([[factors], [[factor] for factor in factors]], hidden="relu")
    end = trained(start, exact_batch([[1]], [[1]]), rate=10**6, steps=3)[-1]
    ratios = [{number / unit[0] for number in unit} for unit in units(end)]
    yield Instance(
        f"random values, units that are not redundant: ReLU units {', '.join(f'({n}, {n})' for n in factors)}; three steps",
        holds=any(len(ratio) > 1 for ratio in ratios),
        computed="they are multiples of one unit as before",
    )


def random_signs_collide(batch: Batch) -> Instance:
    """Five units of two numbers each, all 1 or -1: there are four such units."""
    signs = list(itertools.product((1, -1), repeat=2))
    draws = list(itertools.product(signs, repeat=5))
    collided = [draw for draw in draws if len(set(draw)) < 5]
    generator = np.random.default_rng(18)
    kept = 0
    for draw in (collided[index] for index in generator.choice(len(collided), 20)):
        first = next(unit for unit in draw if draw.count(unit) > 1)
        ordered = sorted(draw, key=lambda unit: unit != first)
        network = exact_network([[[w for w, _ in ordered]], [[v] for _, v in ordered]], hidden="leaky_relu")
        kept += tied(trained(network, batch, rate=100, steps=2)[-1])
    return Instance(
        "random values, differing units: five units of one input whose weights are 1 or -1 each",
        holds=len(collided) < len(draws) or kept < 20,
        computed=f"two units are equal in {len(collided)} of {len(draws)} draws; 20 of these were trained for two "
        f"steps, and in {kept} the two units are still equal",
    )


@purpose_claim(
    "CLAIM.19",
    position="accepted answer",
    says="Units that all learned the same weights are redundant.",
    statement=r"m \text{ units } (w, b, v) \text{ compute what the one unit } (w, b, m v) \text{ computes, and go on doing so}",
    verdict="right",
    why="The sum of m equal terms is one term, m times as large. Training the m units at rate eta is the same as training the "
    "one unit at rate eta/m on its incoming weights and bias, and m eta on its outgoing weight.",
    follows_from=("TIE.5", "DUP.1"),
    quoted="redundant and not useful",
)
def equal_units_are_redundant():
    w, b, v, x, y, c = sympy.symbols("w b v x y c", real=True)
    batch, m, eta = exact_batch([[x]], [[y]]), 3, sympy.Rational(1, 10)
    many = unknown_network([[[w] * m], [[v]] * m], [[b] * m, [c]])
    one = unknown_network([[[w]], [[m * v]]], [[b], [c]])
    yield Instance(
        "three equal units and one of three times the outgoing weight, unknown activations, in symbols",
        holds=forward(many, batch.x).item() == forward(one, batch.x).item(),
        computed=f"both compute {forward(one, batch.x).item()}",
    )
    after, slopes = trained(many, batch, rate=10, steps=1)[1], backprop(one, batch).layers
    slow, fast = one.layers[0].weight - eta / m * slopes[0].weight, one.layers[1].weight - eta * m * slopes[1].weight
    merged = dataclasses.replace(one, layers=(Layer(slow, one.layers[0].bias - eta / m * slopes[0].bias), Layer(fast)))
    summed = sum(v for _, _, v in units(after))
    differences = list(map(sympy.simplify, gaps((*incoming(after)[0], summed), units(merged)[0])))
    yield Instance(
        "the same after a step of 1/10, where the one unit takes a step of 1/30 on (w, b) and of 3/10 on its outgoing weight",
        holds=tied(after) and not any(differences),
        computed=f"(w, b, sum of v) minus that of the one unit is {written(differences)}",
    )


DATA_X = [[8, 5], [7, 5], [8, 4], [8, 1], [4, 3], [5, 2], [4, 2]]
DATA_Y = [100, 90, 88, 60, 50, 45, 40]
"""The data of the thread, whose network divides both by their largest number."""

TIED = [[-110.89] * 3, [223.6] * 3], [[0.41666667]] * 3
UNTIED = [[-21.611, 10.59, 13.813], [49.553, -15.557, -26.917]], [[-14.531], [44.125], [-43.713]]
"""The best weights found by least squares from many starts, with equal units and with any."""


@purpose_claim(
    "CLAIM.20",
    position="second answer, and the accepted answer",
    says="Equal weights cannot be optimal: different ones reach a smaller error.",
    statement=r"\min_{\theta \text{ tied}} L(\theta) > \inf_\theta L(\theta)",
    condition="one unit alone cannot realise the target",
    why="Tied units act as one unit. On the thread's data the output of one unit without biases is always on one side of 1/2. "
    "That costs at least 1/80 for any weights, and three different units do better.",
    follows_from=("TIE.5", "CAP.3"),
    quoted="give sub-optimal results",
)
def equal_weights_cannot_be_optimal():
    targets = [sympy.Rational(y, 100) for y in DATA_Y]
    least = min(sum(max(sign * (sympy.Rational(1, 2) - y), 0) ** 2 for y in targets) for sign in (1, -1))
    tied, untied = (squared_error_in_floats(*weights) for weights in (TIED, UNTIED))
    yield Instance(
        "the data of the thread, three sigmoid units into a sigmoid, no biases",
        holds=bool(untied < least < tied),
        computed=f"sums of squares: equal units never below {least}, since their output stays on one side of 1/2 (the best "
        f"found is {tied:.4f}); different units reach {untied:.1e}",
        condition=bool(least > 0),
    )
    network = exact_network([[[1, 1, 1], [-2, -2, -2]], [[3], [3], [3]]], hidden="sigmoid", output="sigmoid")
    alone = exact_network([[[1], [-2]], [[9]]], hidden="sigmoid", output="sigmoid")
    x = Symbol.of(DATA_X) / sympy.Integer(8)
    batch = Batch(x, forward(alone, x))
    yield Instance(
        "the same inputs, with the outputs of one unit with weights (1, -2) and 9 as targets; three equal units with 3 each",
        holds=bool(batch_loss(network, batch) != 0),
        computed=f"the error of the equal units is {batch_loss(network, batch)}, and none is smaller",
        condition=bool(batch_loss(alone, batch) != 0),
    )


def squared_error_in_floats(weight, outgoing) -> float:
    with exact_settings():
        network = network_of([weight, outgoing], hidden="sigmoid", output="sigmoid")
        batch = batch_of(network, np.array(DATA_X) / 8, np.array(DATA_Y)[:, None] / 100)
        return 2 * float(batch_loss(network, batch))
