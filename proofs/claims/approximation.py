"""Which functions networks approximate, and what a layer of one unit prevents (thread2021layer)."""

import itertools
from collections.abc import Sequence

import numpy as np
import sympy

from proofs.claims.threads import layer_claim
from proofs.exact_networks import exact_network, symbolic_network
from proofs.interpolants import IncreasingPoints, interpolant
from symmetry.engine.kernel import exact_settings
from symmetry.network import Network, forward, forward_pass, network_of
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance

HALF = sympy.Rational(1, 2)


def parabola_of_units(units: int) -> Network:
    """The ReLU network that is linear between `units` + 1 points of x^2 on [-1, 1]."""
    x = [sympy.Rational(2 * place, units) - 1 for place in range(units + 1)]
    gaps = Symbol.of([sympy.Rational(2, units)] * units)
    return interpolant(IncreasingPoints(Symbol.of(-1), gaps, Symbol.of([place**2 for place in x])))


def least_error(weights: Sequence[int], places: Sequence, target, network: Network):
    """A lower bound of the largest error at some places, from a weighted sum of the values, and that sum itself.

    If the weighted sum of a network's values is s and that of the target's t, one of the errors is |s - t| over the sum of
    the weights' sizes, or more.
    """
    outputs = forward(network, Symbol.of([[place] for place in places])).ravel()
    of_network = sympy.simplify(sum(weight * output for weight, output in zip(weights, outputs, strict=True)))
    of_target = sum(weight * target(place) for weight, place in zip(weights, places, strict=True))
    return abs(of_network - of_target) / sum(map(abs, weights)), of_network


@layer_claim(
    "CLAIM.40",
    position="fourth answer",
    says="With enough units a network comes as near to any continuous function as one likes.",
    statement=r"\inf_{N, \theta} \sup_x |f_\theta(x) - g(x)| = 0 \text{ for every continuous } g",
    condition="x stays in a compact set, the activation is no polynomial, and the units have biases",
    why="On an interval a ReLU network of N units is linear between N + 1 points of g. Without biases a tanh network is "
    "odd; square units, however many, compute quadratics; and on the whole line a ReLU network is affine from some point on.",
    follows_from=("CAP.7", "CAP.10"),
    quoted="can approximate any continuous function",
)
def units_approximate_any_continuous_function():
    near = sympy.Rational(1, 10)
    errors = []
    for units in (2, 4, 8):
        middles = Symbol.of([sympy.Rational(2 * place + 1, units) - 1 for place in range(units)])
        errors.append(max(abs(forward(parabola_of_units(units), middles[:, None])[:, 0] - middles**2)))
    yield Instance(
        "x^2 on [-1, 1] by 2, 4 and 8 ReLU units that go through its points",
        holds=bool(errors[-1] <= near),
        computed=f"the errors, largest halfway between points, are {', '.join(map(str, errors))}",
        condition=True,
    )
    odd = symbolic_network((1, 3, 1), hidden="tanh", biases=False)
    least, total = least_error([1, 1], [-1, 1], lambda x: x**2, odd)
    yield Instance(
        "x^2 on [-1, 1] by tanh units without biases, three of them, every weight a symbol",
        holds=bool(least <= near),
        computed=f"f(-1) + f(1) = {total}, where x^2 has 2, so one error is at least {least}",
        condition=False,
    )
    squares = symbolic_network((1, 3, 1), hidden="square")
    places = [-1, -HALF, 0, HALF, 1]
    least, total = least_error([1, -4, 6, -4, 1], places, abs, squares)
    best = exact_network([[[1]], [[1]]], [[0], [sympy.Rational(1, 8)]], hidden="square")
    yield Instance(
        "|x| on [-1, 1] by units z^2, three of them, every weight and bias a symbol",
        holds=bool(least <= near),
        computed=f"the fourth difference at -1, -1/2, ..., 1 is {total}, that of |x| is -2, so one error is at least "
        f"{least}; x^2 + 1/8 misses |x| there by "
        f"{', '.join(str(abs(forward(best, Symbol.of([[x]]))[0, 0] - abs(x))) for x in places)}",
        condition=False,
    )
    least, total = least_error([1, -2, 1], [10, 20, 30], lambda x: x**2, parabola_of_units(8))
    yield Instance(
        "x^2 on the whole line by the 8 ReLU units above, at 10, 20 and 30",
        holds=bool(least <= near),
        computed=f"the second difference is {total}, that of x^2 is 200, so one error is at least {least}",
        condition=False,
    )


def missed_on_the_circle(widths: Sequence[int], seed: int) -> float:
    """How far a generated tanh network is from the identity of the plane at two opposite points of the unit circle.

    At these points its first hidden layer of one unit has the same preactivation. Such points exist, since the difference between
    opposite points changes its sign in half a turn. The outputs are then the same at both points, and one error is 1 or more.
    """
    with exact_settings():
        draw, pairs = np.random.default_rng(seed).normal, list(itertools.pairwise(widths))
        weights = [draw(size=pair) / np.sqrt(pair[0]) for pair in pairs]
        network = network_of(weights, [draw(size=units) for _, units in pairs], hidden="tanh")
        narrow = widths.index(1) - 1

        def run(points):
            preactivations, activations = forward_pass(network, points)
            return np.asarray(preactivations[narrow])[:, 0], np.asarray(activations[-1])

        low, high, least = 0.0, np.pi, 0.0
        for _ in range(6):
            angles = np.linspace(low, high, 65)
            points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
            (here, outputs), (opposite, others) = run(points), run(-points)
            above = here > opposite
            place = int(np.flatnonzero(above[1:] != above[:-1])[0])
            low, high = angles[place], angles[place + 1]
            errors = np.linalg.norm([outputs - points, others + points], axis=2)
            least = float(errors[:, place].max())
    return least


@layer_claim(
    "CLAIM.41",
    position="a comment on the first answer",
    says="One unit in the second hidden layer is enough, at the price of a first layer that is exponentially larger.",
    statement=r"\text{what } n\text{-}p\text{-}q\text{-}k \text{ networks do, } n\text{-}P\text{-}1\text{-}k "
    r"\text{ networks do for some } P \text{ exponential in } p \text{, and for no smaller } P",
    verdict="wrong",
    why="With one output the first layer need not grow at all: relu(g + M) - M is g, if M is large. With several it never "
    "helps: all that follows is a function of one number.",
    follows_from=("CAP.3", "CLAIM.45"),
    quoted="exponentially larger number of neurons",
)
def one_unit_in_the_second_layer_needs_a_larger_first():
    generator = np.random.default_rng(41)
    first, bias, readout, shift = (generator.integers(-3, 4, size).tolist() for size in ((2, 4), 4, (4, 1), 1))
    points = Symbol.of(list(itertools.product((-2, -1, 0, 1, 2), repeat=2)))
    shallow = exact_network([first, readout], [bias, shift], hidden="relu")
    large = max(abs(output) for output in forward(shallow, points).ravel())
    deep = exact_network([first, readout, [[1]]], [bias, [shift[0] + large], [-large]], hidden="relu")
    gaps = (forward(deep, points) - forward(shallow, points)).ravel()
    yield Instance(
        "one output: a 2-4-1 ReLU network of generated integers, and the same first layer followed by one unit, at 25 points",
        holds=any(gaps) or deep.widths[1] > shallow.widths[1],
        computed=f"M = {large}; the outputs of the 2-4-1-1 network differ by {', '.join(sorted(set(map(str, gaps))))}, and "
        f"its first layer has {deep.widths[1]} units too",
    )
    errors = {width: missed_on_the_circle((2, width, 1, 2), seed=width) for width in (4, 16, 64)}
    yield Instance(
        "two outputs: the identity of the plane by generated 2-P-1-2 tanh networks on the unit circle, P = 4, 16, 64",
        holds=any(round(error, 6) < 1 for error in errors.values()),
        computed="at one of two opposite points they err by " + ", ".join(f"{error:.6f}" for error in errors.values()),
    )
