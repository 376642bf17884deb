"""What adding a unit improves: sums of units of one input, as in one thread (thread2021layer)."""

import dataclasses
import itertools
from collections.abc import Sequence

import sympy

from proofs.claims.threads import layer_claim
from proofs.claims.units import is_stationary, trained
from proofs.exact_networks import exact_batch, exact_network
from symmetry.activation import slope
from symmetry.network import Batch, Layer, Network, backprop, batch_loss, forward, forward_pass
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance


def sum_of_units(units: Sequence[tuple], hidden: str = "sigmoid") -> Network:
    """The thread's network: the sum of v phi(w x + b) over units (w, b, v), with absolute error.

    >>> forward(sum_of_units([(1, 0, 3), (1, -1, 2)], "relu"), Symbol.of([[2]])).tolist()
    [[8]]
    """
    weights, biases, outgoing = zip(*units, strict=True)
    layers = [[weights], [[v] for v in outgoing]]
    return exact_network(layers, [biases, None], hidden=hidden, loss="mean_absolute_error")


def error_of(units: Sequence[tuple], batch: Batch, hidden: str = "sigmoid"):
    """The absolute error of a sum of units."""
    return batch_loss(sum_of_units(units, hidden), batch).item()


def outgoing_trained(units: int, steps: int):
    """The error of a sum of that many units relu(1), each with the weight 0, after steps of 3/2 on the outgoing weights."""
    network = exact_network([[[1] * units], [[0]] * units], hidden="relu")
    batch = exact_batch([[1]], [[1]])
    for _ in range(steps):
        first, last = network.layers
        step = sympy.Rational(3, 2) * backprop(network, batch).layers[-1].weight
        network = dataclasses.replace(network, layers=(first, Layer(last.weight - step)))
    return abs(forward(network, batch.x)[0, 0] - 1)


@layer_claim(
    "CLAIM.36",
    position="fourth answer",
    says="Adding units to the hidden layer lets the network make its error smaller.",
    statement=r"E_{N+1} < E_N, \quad E_N \text{ the error of } \textstyle\sum_{i \leq N} v_i\, \varphi(w_i x + b_i)",
    condition="smaller is read as no larger, and the error is the least that weights can reach",
    why="A unit with outgoing weight 0 changes nothing, so the infimum never rises. It need not fall: it may be 0 already. "
    "And the error that training reaches can rise, since a step size that suits one unit can be too large for two.",
    follows_from=("CAP.4", "DUP.3"),
    quoted="allows the network to minimise",
)
def a_unit_more_makes_the_error_smaller():
    corner = exact_batch([[-1], [0], [1]], [[1], [0], [1]])
    grid = list(itertools.product((-1, 1), (-1, 0, 1), (-1, 0, 1)))
    of_one, best = min((error_of([unit], corner, "relu"), unit) for unit in grid)
    of_two = min(error_of([best, unit], corner, "relu") for unit in grid)
    yield Instance(
        "no larger: |x| at -1, 0 and 1 by ReLU units, the best of a grid and the best unit to add to it",
        holds=bool(of_two <= of_one),
        computed=f"the least error is {of_one} with one unit and {of_two} with two",
        condition=True,
    )
    units = [tuple(Symbol.named(name, (3,))) for name in "abc"]
    silent = (*units.pop()[:2], 0)
    x = Symbol.named("x", (2, 1))
    change = forward(sum_of_units([*units, silent]), x) - forward(sum_of_units(units), x)
    yield Instance(
        "no larger: two sigmoid units and a third with outgoing weight 0, every other number a symbol",
        holds=not any(change.ravel()),
        computed=f"the outputs change by {' and '.join(map(str, change.ravel()))}, so three units reach what two reach",
        condition=True,
    )
    pair = exact_batch([[3]], [[20]])
    of_one, of_two = (error_of([(0, 0, 40), (0, 0, 0)][:count], pair) for count in (1, 2))
    yield Instance(
        "strictly smaller: one pair (3, 20), sigmoid units",
        holds=bool(of_two < of_one),
        computed=f"one unit has the error {of_one} already, and with a second it is {of_two}",
        condition=False,
    )
    of_one, of_two = (outgoing_trained(count, steps=8) for count in (1, 2))
    yield Instance(
        "after training: one pair (1, 1), units with the value 1, 8 steps of 3/2 on their outgoing weights from 0",
        holds=bool(of_two <= of_one),
        computed=f"the error goes from 1 to {of_one} with one unit and to {of_two} with two",
        condition=False,
    )


@layer_claim(
    "CLAIM.37",
    position="fourth answer",
    says="A network that is stuck where it learns no more learns on once a unit is added.",
    statement=r"\nabla L_N(\theta) = 0 \;\Rightarrow\; \text{training } (\theta, \text{new unit}) \text{ lowers } L_{N+1}",
    condition="with the new unit the gradient is not 0",
    why="If a unit is split into two that share its outgoing weight, the function stays the same, and a stationary point stays "
    "stationary: no gradient leads away from it. A new unit that is 0, or off wherever there is an error, does not help either.",
    follows_from=("DUP.4", "DUP.3", "CAP.4"),
    quoted="minimising by adding a new neuron",
)
def a_unit_more_sets_a_stuck_network_going():
    batch = exact_batch([[-1], [1], [1]], [[1], [0], [2]])
    third = sympy.Rational(1, 3)
    stuck = "relu(x), stuck on the examples (-1, 1), (1, 0), (1, 2)"
    added = {
        "split into shares of 1/3 and 2/3": [(1, 0, third), (1, 0, 1 - third)],
        "split into shares of 2 and -1": [(1, 0, 2), (1, 0, -1)],
        "a new unit w = b = v = 0": [(1, 0, 1), (0, 0, 0)],
        "a new unit relu(x - 2), off on the data, v = 3": [(1, 0, 1), (1, -2, 3)],
        "a new unit relu(-x), v = 0": [(1, 0, 1), (-1, 0, 0)],
        "a new unit relu(1 - 2x), v = 0": [(1, 0, 1), (-2, 1, 0)],
    }
    for name, units in added.items():
        network = sum_of_units(units, "relu")
        before, stationary = batch_loss(network, batch), is_stationary(network, batch)
        after = batch_loss(trained(network, batch, rate=32, steps=3)[-1], batch)
        yield Instance(
            f"{stuck}; {name}",
            holds=bool(after < before),
            computed=f"the gradient is {'0' if stationary else 'not 0'}; three steps of 1/32 take the error from {before} "
            f"to {after}",
            condition=not stationary,
        )


@layer_claim(
    "CLAIM.38",
    position="fourth answer",
    says="For one example with target 20, one unit can at best give 10, an error of 10, and a second at best 5 more, an "
    "error of 5.",
    statement=r"\inf_\theta |20 - v_1 \sigma(w_1 x + b_1)| = 10, \quad "
    r"\inf_\theta |20 - \textstyle\sum_{i \leq 2} v_i\, \sigma(w_i x + b_i)| = 5",
    verdict="wrong",
    why="The sums are right, but the story is impossible: one unit fits one example exactly. If the first unit gives 10, a copy "
    "of it gives the other 10. If outgoing weights are at most 10, one unit brings the error as near to 10 as one likes, and "
    "two units bring it as near to 0.",
    follows_from=("CAP.4", "DUP.2"),
    quoted="best the 2nd neuron can do",
)
def the_story_of_twenty_ten_and_five():
    pair = exact_batch([[3]], [[20]])
    story = [error_of([(0, 0, 20), (0, 0, 10)][:count], pair) for count in (1, 2)]
    grid = [(0, 0, v) for v in range(0, 50, 10)]
    free = [min(error_of(units, pair) for units in itertools.product(grid, repeat=count)) for count in (1, 2)]
    kept = [story[0], min(error_of([(0, 0, 20), unit], pair) for unit in grid)]
    b = sympy.Symbol("b", positive=True)
    outputs = [forward(sum_of_units([(0, b, 10)] * count), pair.x)[0, 0] for count in (1, 2)]
    bounded = [20 - sympy.limit(output, b, sympy.oo) for output in outputs]
    story_errors = f"units of 10 and 5 leave the errors {story[0]} and {story[1]}"
    for where, (one, two) in {
        f"any weights, the best of outgoing weights 0, 10, ..., 40 ({story_errors})": free,
        "the first unit kept where it gives 10, the second any of these": kept,
        "outgoing weights of 10, the largest allowed, as b goes to infinity": bounded,
    }.items():
        yield Instance(
            f"one example (3, 20), sigmoid units; {where}",
            holds=bool(one == 10 and two == 5),
            computed=f"the error comes down to {one} with one unit and to {two} with two",
        )


@layer_claim(
    "CLAIM.39",
    position="fourth answer",
    says="Given one example, a single unit ends where it learns no more though its error is not 0.",
    statement=r"\nabla_{w, b, v}\, |y - v\, \varphi(w x + b)| = 0 \text{ while } v\, \varphi(w x + b) \neq y",
    condition="the unit's value is 0 there, and its slope or its outgoing weight is 0 too, as for a ReLU that is off",
    why="The derivative in v is plus or minus the unit's value. The value of a sigmoid unit is never 0, so it learns as long as "
    "there is an error.",
    follows_from=("GRAD.3",),
    quoted="where it'll learn no more",
)
def a_single_unit_gets_stuck():
    pair = exact_batch([[1]], [[20]])
    units = {
        "sigmoid": [(0, 0, 0), (2, -1, 5), (-3, 0, -4), (-9, -9, 1)],
        "relu": [(2, 1, 1), (-1, 0, 1), (-1, -2, 7)],
        "tanh": [(1, 0, 0), (0, 0, 1), (0, 0, 0)],
    }
    for hidden, (w, b, v) in ((hidden, unit) for hidden, some in units.items() for unit in some):
        network = sum_of_units([(w, b, v)], hidden)
        (z, _), (_, unit, _) = forward_pass(network, pair.x)
        rate = slope(z, network.activations[0])[0, 0]
        gradient = backprop(network, pair).layers
        error = batch_loss(network, pair).item()
        rates = [gradient[0].weight[0, 0], gradient[0].bias[0], gradient[1].weight[0, 0]]
        yield Instance(
            f"one example (1, 20), a {hidden} unit with w = {w}, b = {b}, v = {v}",
            holds=bool(error != 0) and not any(rates),
            computed=f"error {float(error):.4f}, derivatives in w, b and v "
            + ", ".join(f"{float(each):.3g}" for each in rates),
            condition=bool(unit[0, 0] == 0 and (rate == 0 or v == 0)),
        )
