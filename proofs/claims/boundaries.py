"""Decision boundaries of one unit and of more layers (thread2016purpose, thread2021layer)."""

import itertools
from collections.abc import Iterable

import numpy as np
import sympy

from proofs.claims.threads import layer_claim, purpose_claim
from proofs.exact_networks import CORNERS, exact_batch, exact_network, symbolic_network
from symmetry.activation import activation_named, slope
from symmetry.network import Network, batch_loss, forward, forward_pass
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance

HALF = sympy.Rational(1, 2)


def splits_xor(outputs) -> bool:
    """Whether some threshold has (0, 1) and (1, 0) on one side and (0, 0) and (1, 1) on the other."""
    zero, one, other, two = outputs
    inside, outside = (one, other), (zero, two)
    return bool(max(inside) < min(outside) or max(outside) < min(inside))


@purpose_claim(
    "CLAIM.42",
    position="accepted answer",
    says="A single unit and no hidden layer can only draw a linear boundary, so that XOR needs several units.",
    statement=r"\text{no } w, b, \tau: \; \{x : \varphi(w \cdot x + b) > \tau\} \text{ parts } (0,1), (1,0) "
    r"\text{ from } (0,0), (1,1)",
    condition="the activation is monotone",
    why="A monotone activation passes a threshold where its preactivation does, and the preactivations at the two pairs of "
    "corners have the same sum. Squares, sines and GELU rise and fall, so one such unit can have both corners of a pair on the "
    "same side.",
    follows_from=("CAP.5", "CAP.6"),
    quoted="only be able to learn linear",
)
def one_unit_draws_a_linear_boundary():
    points = Symbol.of([HALF * k for k in range(-6, 7)])
    for activation in ("identity", "relu", "leaky_relu", "sigmoid", "tanh", "softplus", "gelu", "square", "sine"):
        step = sympy.pi / 2 if activation == "sine" else 1
        choices = list(itertools.product((-step, 0, step), (-step, 0, step), [HALF * k for k in range(-4, 5)]))
        ones, others, biases = zip(*choices, strict=True)
        (z,), (_, outputs) = forward_pass(exact_network([[ones, others]], [biases], output=activation), CORNERS)
        found = [choice for choice, unit in zip(choices, outputs.T, strict=True) if splits_xor(unit)]
        certificate = {sympy.expand(one + other - zero - two) for zero, one, other, two in z.T}
        slopes = [float(rate) for rate in slope(points, activation_named(activation))]
        witness = f", such as w = ({found[0][0]}, {found[0][1]}), b = {found[0][2]}" if found else ""
        yield Instance(
            f"a single {activation} unit of two inputs, {len(choices)} choices of weights and bias",
            holds=not found,
            computed=f"{len(found) or 'none'} of them part the corners as XOR does{witness}; z(0, 1) + z(1, 0) - z(0, 0) - "
            f"z(1, 1) is {', '.join(map(str, certificate))} for all; slopes from -3 to 3 are {min(slopes):.3g} to "
            f"{max(slopes):.3g}",
            condition=min(slopes) >= 0,
        )
    exact = exact_network([[[1], [-1]]], output="square")
    sine = exact_network([[[sympy.pi / 2], [sympy.pi / 2]]], output="sine")
    for name, network in (("(x1 - x2)^2", exact), ("sin(pi (x1 + x2) / 2)", sine)):
        outputs = forward(network, CORNERS)[:, 0]
        yield Instance(
            f"the single unit {name}",
            holds=not splits_xor(outputs),
            computed=f"at (0, 0), (0, 1), (1, 0), (1, 1) it is {', '.join(map(str, outputs))}, which is XOR",
            condition=False,
        )


def crossings(outputs: Iterable) -> int:
    """How often a sequence of numbers goes from above 0 to 0 or below, or back."""
    signs = [output > 0 for output in outputs]
    return sum(bool(one != next) for one, next in itertools.pairwise(signs))


def tents(layers: int) -> Network:
    """Hidden layers of two ReLU units: each computes a tent min(2t, 2 - 2t) of the one before; 1/2 is subtracted at the end."""
    first, again, read = [[1, 1]], [[2, 2], [-4, -4]], [[2], [-4]]
    weights = [first, *[again] * (layers - 1), read]
    return exact_network(weights, [*[[0, -HALF]] * layers, [-HALF]], hidden="relu")


def doublings(layers: int) -> Network:
    """A chain of single square units whose output is T(t), T(T(t)), ... with T(t) = 2 t^2 - 1."""
    weights = [[[1]], *[[[2]]] * layers]
    return exact_network(weights, [[0], *[[-1]] * layers], hidden="square")


def generated_chain(generator, depth: int, hidden: str) -> Network:
    """A chain of `depth` single hidden units, whose weights and biases are multiples of 1/2."""
    weights = [[[HALF * k]] for k in generator.choice([-3, -2, -1, 1, 2, 3], depth + 1).tolist()]
    return exact_network(weights, [[HALF * k] for k in generator.integers(-1, 2, depth + 1).tolist()], hidden=hidden)


@layer_claim(
    "CLAIM.43",
    position="question",
    says="Adding layers makes more complex decision boundaries possible.",
    statement=r"\text{along a line, the boundary } f = 0 \text{ of more layers can be crossed more often}",
    condition="the added layers have two units or more, or an activation that is not monotone",
    why="A chain of monotone functions of one number is monotone: at any depth it keeps the hyperplane that its first unit "
    "draws. Two ReLU units a layer, or one square unit, fold the line, and each layer doubles the pattern of the layers before.",
    follows_from=("CAP.8",),
    quoted="a more complex decision boundary",
)
def more_layers_make_more_complex_boundaries():
    places = Symbol.of([[sympy.Rational(2 * k + 1, 64)] for k in range(-32, 32)])
    depths = (1, 2, 3)
    generator = np.random.default_rng(43)
    for hidden in ("relu", "leaky_relu"):
        counts = []
        for depth in depths:
            chains = [generated_chain(generator, depth, hidden) for _ in range(10)]
            outputs = [(forward(chain, places) - forward(chain, Symbol.of([[0]])))[:, 0] for chain in chains]
            counts.append(max(map(crossings, outputs)))
        yield Instance(
            f"chains of single {hidden} units, ten generated ones of each depth, less their value at 0",
            holds=counts[-1] > counts[0],
            computed=f"with 1, 2 and 3 hidden layers a line crosses the boundary {', '.join(map(str, counts))} times at most",
            condition=False,
        )
    for name, made in (("two ReLU units a layer", tents), ("one square unit a layer", doublings)):
        counts = [crossings(forward(made(depth), places)[:, 0]) for depth in depths]
        yield Instance(
            f"{name}, made to fold the line",
            holds=counts[-1] > counts[0],
            computed=f"with 1, 2 and 3 hidden layers a line crosses the boundary {', '.join(map(str, counts))} times",
            condition=True,
        )


@layer_claim(
    "CLAIM.44",
    position="question",
    says="Linear layers stacked on linear layers are still a linear function.",
    statement=r"f(\alpha x + \beta x') = \alpha f(x) + \beta f(x') \text{ for } f(x) = x W^1 \cdots W^L",
    verdict="right",
    why="The product of the matrices is one matrix; with biases the function is affine. The loss is different: it is convex for "
    "one linear layer, but has a saddle at 0 for two.",
    follows_from=("CAP.1", "LAND.3"),
    quoted="our function is still linear",
)
def linear_on_linear_is_linear():
    network = symbolic_network((2, 3, 2, 2), biases=False)
    x, other = Symbol.named("x", (1, 2)), Symbol.named("u", (1, 2))
    one, two = sympy.symbols("alpha beta", real=True)
    gap = forward(network, x * one + other * two) - forward(network, x) * one - forward(network, other) * two
    gap = gap.map(sympy.expand)
    yield Instance(
        "a 2-3-2-2 network of identity units, every number a symbol",
        holds=not any(gap.ravel()),
        computed=f"f(alpha x + beta u) - alpha f(x) - beta f(u) = {gap[0].tolist()}",
    )
    v, w, t = sympy.symbols("v w t", real=True)
    chain = exact_network([[[w]], [[v]]])
    gap = sympy.expand(forward(chain, Symbol.of([[one * t]]))[0, 0] - one * forward(chain, Symbol.of([[t]]))[0, 0])
    squared = 2 * batch_loss(chain, exact_batch([[1]], [[1]]))
    hessian = sympy.hessian(squared.item(), (v, w)).subs({v: 0, w: 0})
    yield Instance(
        "the 1-1-1 network v w x",
        holds=gap == 0,
        computed=f"f(alpha x) - alpha f(x) = {gap}; the squared error (v w - 1)^2 of the example (1, 1) has at 0 second "
        f"derivatives with the eigenvalues {', '.join(map(str, sorted(hessian.eigenvals(), reverse=True)))}",
    )
