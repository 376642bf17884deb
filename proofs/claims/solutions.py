"""How many networks are optimal, and how gradient descent gets to one of them."""

import dataclasses
import itertools

import sympy

from proofs.claims.threads import identical_claim, inputs_claim
from proofs.claims.units import is_stationary, listed, trained, units, written
from proofs.exact_networks import exact_batch, exact_network
from symmetry.actions import SignFlips, UnitPermutation
from symmetry.network import Batch, Network, backprop, batch_loss, forward
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance
from symmetry.training import GradientDescent


@identical_claim(
    "CLAIM.24",
    position="comment on the question",
    says="Whatever the structure, several networks are optimal.",
    statement=r"|\{\theta : L(\theta) = \min L\}| > 1",
    condition="it has hidden units, all different at an optimum",
    why="Every order of n different units is another optimum, n! in all; odd activations add the signs of each unit, and a "
    "sigmoid unit (w, b, v) with output bias c may be (-w, -b, -v) with c + v. Without a hidden layer, and with "
    "linearly independent inputs, there is one optimum.",
    follows_from=("PERM.1", "PERM.9", "SIGN.1", "SIGN.2"),
    quoted="There are multiple optimal neural networks",
)
def several_networks_are_optimal():
    x = Symbol.of([[1], [2], [-1], [3]])
    three = exact_network([[[1, 2, -1]], [[3], [1], [2]]], [[0, 1, 2], [1]], hidden="relu")
    two = exact_network([[[1, 2]], [[3], [1]]], [["1/2", 1], [1]], hidden="tanh")
    flips = [SignFlips((Symbol.of(signs),)) for signs in itertools.product((1, -1), repeat=2)]
    flipped = [flip.act(each) for each in reordered(two) for flip in flips]
    for what, network, others in (
        ("three different ReLU units that meet their targets, in every order", three, reordered(three)),
        ("two different tanh units that meet their targets, in both orders, each with either sign", two, flipped),
    ):
        batch = Batch(x, forward(network, x))
        optima = {written(units(each)) for each in others if batch_loss(each, batch) == 0}
        yield Instance(
            what,
            holds=len(optima) > 1,
            computed=f"{len(optima)} different networks of loss 0",
            condition=all_different(network),
        )
    w, b, v, c, t = sympy.symbols("w b v c t", real=True)
    one, other = (
        exact_network([[[a * w]], [[a * v]]], [[a * b], [d]], hidden="sigmoid") for a, d in ((1, c), (-1, c + v))
    )
    gap = forward(one, Symbol.of([[t]])).item() - forward(other, Symbol.of([[t]])).item()
    yield Instance(
        "a sigmoid unit (w, b, v) with output bias c, and (-w, -b, -v) with c + v, in symbols",
        holds=sympy.simplify(gap) == 0 and units(one) != units(other),
        computed=f"their outputs differ by {sympy.simplify(gap)}",
        condition=all_different(one),
    )
    yield without_a_hidden_layer()


def all_different(network: Network) -> bool:
    """Whether there are hidden units, and no two are equal."""
    return len(network.layers) > 1 and len(set(units(network))) == len(units(network))


def reordered(network: Network) -> list[Network]:
    orders = itertools.permutations(range(network.widths[1]))
    return [UnitPermutation.of(network, [order]).act(network) for order in orders]


def without_a_hidden_layer() -> Instance:
    """The gradient is linear in the weights: each solution of its equations is an optimum."""
    p, q = sympy.symbols("p q", real=True)
    batch = exact_batch([[1, 2], [3, 1], [0, 1]], [[1], [2], [5]])
    network = exact_network([[[p], [q]]])
    slopes = backprop(network, batch).layers[0].weight.ravel().tolist()
    optima = sympy.linsolve(slopes, p, q)
    unique = isinstance(optima, sympy.FiniteSet) and not any(point.free_symbols for point in optima)
    return Instance(
        "no hidden layer, inputs (1, 2), (3, 1), (0, 1) and targets 1, 2, 5",
        holds=not unique,
        computed=f"the gradient is 0 at {listed(optima)} only",
        condition=all_different(network),
    )


@identical_claim(
    "CLAIM.25",
    position="question",
    says="Several runs of a linear regression on the same data give the same answer.",
    statement=r"\lim_t \theta(t) \text{ does not depend on } \theta(0)",
    condition="the inputs have full column rank",
    why="Otherwise the gradient has no part along the null space of the inputs, and gradient descent never changes that part of "
    "the initial weights.",
    follows_from=("CLAIM.24", "CLAIM.16"),
    quoted="expect to get the same answer",
)
def runs_of_a_linear_regression_agree():
    for what, x, y in (
        ("x = (1, 1), y = 1", [[1, 1]], [[1]]),
        ("x = (1, 1) and (1, -1), y = 1 and 3", [[1, 1], [1, -1]], [[1], [3]]),
        ("x = (1, 1) and (2, 2), y = 1 and 2", [[1, 1], [2, 2]], [[1], [2]]),
    ):
        batch, starts = exact_batch(x, y), ((0, 0), (3, 0))
        rate = int(max(sympy.Matrix(batch.x.T @ batch.x).eigenvals()))
        ends = []
        for start in starts:
            *_, last = trained(exact_network([[[start[0]], [start[1]]]]), batch, rate=rate, steps=1)
            assert is_stationary(last, batch)
            ends.append(tuple(last.layers[0].weight.ravel().tolist()))
        yield Instance(
            f"{what}; a step of 1/{rate}, after which the gradient is 0",
            holds=ends[0] == ends[1],
            computed="; ".join(f"from {start} to {written(end)}" for start, end in zip(starts, ends, strict=True)),
            condition=sympy.Matrix(x).rank() == 2,
        )


@inputs_claim(
    "CLAIM.26",
    position="first answer",
    says="One process of gradient descent updates all the weights of a network; it does not go layer by layer.",
    statement=r"\theta' = \theta - \eta \nabla L(\theta), \text{ which is not } w' = w - \eta L_w(w, v),\ "
    r"v' = v - \eta L_v(w', v)",
    verdict="right",
    why="Backprop finds every gradient at the same weights, and then all of them move. Moving a layer before the next one's "
    "gradient is computed is another method, with another result.",
    follows_from=("GRAD.2", "GRAD.3"),
    quoted="updates all of the weights",
)
def one_process_updates_all_weights():
    batch = exact_batch([[1]], [[1]])
    start = exact_network([[[2]], [[2]]])
    joint = GradientDescent(10).train(start, [batch])
    w, v = sympy.symbols("w v", real=True)
    loss = batch_loss(exact_network([[[w]], [[v]]]), batch).item()
    descent = tuple(2 - sympy.diff(loss, each).subs({w: 2, v: 2}) / 10 for each in (w, v))
    first = dataclasses.replace(start, layers=(joint.layers[0], start.layers[1]))
    second = GradientDescent(10).train(first, [batch]).layers[1]
    layerwise = (joint.layers[0].weight.item(), second.weight.item())
    yield Instance(
        "(v w - 1)^2 / 2 at (2, 2), a step of 1/10",
        holds=units(joint) == [descent] and layerwise != descent,
        computed=f"all weights at once: {written(*units(joint))}; layer after layer: {written(layerwise)}",
    )
