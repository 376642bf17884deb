"""What happens to weights that start at 0 (threadundatedinputs)."""

import dataclasses
import itertools
from collections.abc import Sequence

import sympy

from proofs.claims.threads import inputs_claim
from proofs.claims.units import tied
from proofs.exact_networks import CORNERS, ExactActivation, exact_batch, exact_network
from symmetry.activation import activation_named, slope, value
from symmetry.network import Batch, Gradient, Network, backprop, batch_loss, forward_pass, map_parameters
from symmetry.numbers.symbol import VARIABLE, Symbol
from symmetry.statements.claim import Instance
from symmetry.training import gradient_step


def zeros(
    widths: Sequence[int], bias: bool, hidden: str | ExactActivation, loss: str = "half_squared_error"
) -> Network:
    """A network of exact zeros; `hidden` is the activation of its hidden layers."""
    weights = [[[0] * units] * inputs for inputs, units in itertools.pairwise(widths)]
    return exact_network(weights, [[0] * units for units in widths[1:]] if bias else None, hidden=hidden, loss=loss)


def parts(network: Network | Gradient) -> dict[str, Symbol]:
    """Every weight and bias of a network or gradient by name: W1, b1, ... , and V, c of the output."""
    named = {}
    last = len(network.layers) - 1
    for index, layer in enumerate(network.layers):
        number = "" if last == 1 else str(index + 1)
        names = ("V", "c") if index == last else (f"W{number}", f"b{number}")
        named |= {name: part for name, part in zip(names, (layer.weight, layer.bias), strict=True) if part is not None}
    return named


def rounded(network: Network) -> Network:
    """Every parameter rounded to 30 digits, so that exact expressions do not grow without end; a 0 stays a 0."""
    return map_parameters(
        lambda part: part.map(lambda entry: sympy.nsimplify(sympy.N(entry, 30), rational=True)), network
    )


def what_moves(network: Network, batch: Batch, steps: int) -> tuple[list[list[str]], Network]:
    """The parameters whose gradient is not 0, at each step of 1/4 of gradient descent, and the network in the end."""
    moving = []
    for _ in range(steps):
        gradient = backprop(network, batch)
        moving.append([name for name, part in parts(gradient).items() if any(entry != 0 for entry in part.ravel())])
        network = rounded(gradient_step(network, gradient, 4))
    return moving, network


def steps_listed(moving: list[list[str]]) -> str:
    """Which parameters move, step by step."""
    return "; ".join(f"step {step}: {', '.join(names) or 'none'}" for step, names in enumerate(moving, 1))


DATA = exact_batch([[1, 2], [-1, 1], [3, 1]], [[1], [2], [4]])
"""Three examples whose targets do not average to 0."""


@inputs_claim(
    "CLAIM.1",
    position="third answer",
    says="With all weights set to 0 no gradient is left to apply, and nothing is ever learned.",
    statement=r"\theta_0 = 0 \;\Rightarrow\; \theta_t = 0 \text{ for all } t, \text{ under gradient descent}",
    condition="the activation is 0 at 0 and there is no output bias",
    why="Sigmoid and softplus are not 0 at 0: the outgoing weights get a gradient at once, and each step reaches one more layer. "
    "With the other activations an output bias learns the mean of the targets, and nothing else learns. The units stay tied.",
    follows_from=("TIE.8", "TIE.9"),
    quoted="no learning at all",
)
def nothing_is_learned_from_zeros():
    activations, shapes = ("sigmoid", "softplus", "tanh", "relu", "gelu"), ((2, 2, 1), (2, 2, 2, 1))
    for hidden, bias, widths in itertools.product(activations, (True, False), shapes):
        moving, _ = what_moves(zeros(widths, bias, hidden), DATA, len(widths))
        where = f"a {'-'.join(map(str, widths))} network of {hidden} units {'with' if bias else 'without'} biases"
        passes_through_zero = value(Symbol.of([0]), activation_named(hidden))[0] == 0
        yield Instance(where, not any(moving), steps_listed(moving), bool(passes_through_zero and not bias))


@inputs_claim(
    "CLAIM.2",
    position="third answer",
    says="On XOR with cross-entropy a network of sigmoid units whose parameters are all 0 learns nothing at all.",
    statement=r"\theta_0 = 0 \;\Rightarrow\; \nabla L(\theta_0) = 0",
    condition="the residuals at 0 sum to 0, as for classes of equal size",
    why="Every prediction is 1/2, and every unit has the same value in every example: all gradients are multiples of the sum of "
    "the residuals.",
    follows_from=("TIE.8", "GRAD.3"),
    quoted="no learning at all",
)
def balanced_classes_leave_zeros_where_they_are():
    for targets in ((0, 1, 1, 0), (0, 1, 1, 1), (0, 1, 1)):
        batch = exact_batch(CORNERS[: len(targets)], [[target] for target in targets])
        network = zeros((2, 2, 1), True, "sigmoid", loss="sigmoid_binary_cross_entropy")
        (_, logits) = forward_pass(network, batch.x)[0]
        residuals = value(logits, activation_named("sigmoid")) - batch.y
        moving, _ = what_moves(network, batch, 1)
        total = sum(residuals.ravel())
        yield Instance(
            f"targets {', '.join(map(str, targets))} for the first corners of the square",
            holds=not any(moving),
            computed=f"the residuals sum to {total}; {steps_listed(moving)}",
            condition=bool(total == 0),
        )


@dataclasses.dataclass(frozen=True)
class Formula:
    """An activation given by formulas in z for its value and its slope."""

    value: sympy.Expr
    slope: sympy.Expr

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        return z.map(lambda entry: (self.value, self.slope)[order].subs(VARIABLE, entry))


@inputs_claim(
    "CLAIM.3",
    position="third answer",
    says="From parameters that are all 0, the outgoing weights move only if the activation is not 0 at 0 and the residuals do "
    "not sum to 0, and incoming weights only if its slope there is not 0 and the residuals times the inputs do not sum to 0.",
    statement=r"\partial_V L \ne 0 \iff \varphi(0) \textstyle\sum_n e_n \ne 0 \text{ at } \theta = 0; \quad "
    r"\partial_W L \ne 0 \text{ a step later} \iff \varphi(0)\,\varphi'(0) \sum_n e_n \sum_n e_n x_n \ne 0",
    verdict="right",
    why="These are the gradients of GRAD.3 at 0. With cosine the outgoing weights move but the incoming weights never do, since "
    "its slope at 0 is 0.",
    follows_from=("GRAD.3", "TIE.8"),
)
def what_moves_zeros():
    shapes = {"cosine": sympy.cos(VARIABLE), "sine": sympy.sin(VARIABLE), "exponential": sympy.exp(VARIABLE)}
    batches = {"generic": DATA, "centered": exact_batch([[1, 2], [-1, 1], [3, 1]], [[1], [-3], [2]])}
    for name, expression in shapes.items():
        for kind, batch in batches.items():
            phi = Formula(expression, expression.diff(VARIABLE))
            moving, _ = what_moves(zeros((2, 2, 1), False, phi), batch, 3)
            at_zero, slope_at_zero = (phi.evaluate(Symbol.of([0]), order)[0] for order in (0, 1))
            moves = at_zero * sum(batch.y.ravel()) != 0
            expected = [
                ["V"] if moves else [],
                *[["W", "V"] if moves and slope_at_zero != 0 else ["V"] if moves else []] * 2,
            ]
            yield Instance(f"{name} units without biases, {kind} targets", moving == expected, steps_listed(moving))


MAXIMUM = Formula(
    sympy.Max(VARIABLE, 0),
    sympy.Piecewise((0, VARIABLE < 0), (sympy.Rational(1, 2), VARIABLE <= 0), (1, True)),
)
"""ReLU as `jnp.maximum(z, 0)`: at 0 JAX gives it the slope 1/2, where `jax.nn.relu` has the slope 0."""


def partly_zero(hidden: str | ExactActivation, weight, bias, outgoing) -> Network:
    """A 2-2-1 network of exact numbers with an output bias of 0."""
    return exact_network([weight, [[entry] for entry in outgoing]], [bias, [0]], hidden=hidden)


@inputs_claim(
    "CLAIM.4",
    position="third answer",
    says="Where the incoming or the outgoing weights of all hidden units start at 0, the hidden layer learns nothing: all must "
    "start at random values.",
    statement=r"W = 0 \text{ or } V = 0 \;\Rightarrow\; W, b, V \text{ never change}",
    condition="every hidden unit starts with the value 0 and the slope 0 in every example",
    why="Only a ReLU that is off everywhere is stuck. Distinct outgoing weights, distinct biases or distinct incoming weights "
    "are enough to start from, random or not. `jnp.maximum` has the slope 1/2 at 0 and learns where `jax.nn.relu` does not.",
    follows_from=("TIE.6", "TIE.7", "TIE.10"),
    quoted="always initialize W with random values",
)
def partial_zeros():
    off, distinct, still = [[0, 0], [0, 0]], [[1, 2], [-1, 1]], [0, 0]
    names = ("sigmoid", "tanh", "relu")
    named: dict[str, str | ExactActivation] = {**{name: name for name in names}, "jnp.maximum": MAXIMUM}
    cases = [
        *[(f"W = b = 0, V = (1, 2), {name}", partly_zero(phi, off, still, [1, 2])) for name, phi in named.items()],
        *[(f"V = 0, W distinct, {name}", partly_zero(name, distinct, still, [0, 0])) for name in names],
        *[(f"W = 0, b = (1, 2), V = (1, 1), {name}", partly_zero(name, off, [1, 2], [1, 1])) for name in names[:2]],
        ("W = 0, b = (-1, -2), V = (1, 2), relu", partly_zero("relu", off, [-1, -2], [1, 2])),
    ]
    for where, network in cases:
        (z, _), (_, hidden, _) = forward_pass(network, DATA.x)
        stuck = all(entry == 0 for entry in [*hidden.ravel(), *slope(z, network.activations[0]).ravel()])
        moving, end = what_moves(network, DATA, 2)
        learns = any(set(names) - {"c"} for names in moving)
        outcome = "are equal" if tied(end) else "differ"
        yield Instance(where, not learns, f"{steps_listed(moving)}; the two units then {outcome}", stuck)


@inputs_claim(
    "CLAIM.5",
    position="third answer",
    says="With zero weights a layer's preactivation is its bias, whatever the input.",
    statement=r"W = 0 \;\Rightarrow\; W a + b = b",
    verdict="right",
    why="Zero times anything is zero.",
    quoted="Wa+b = 0a+b = b",
)
def zero_weights_leave_the_bias():
    bias = Symbol.named("b", (3,))
    network = exact_network([[[0] * 3] * 2], [bias])
    inputs = Symbol.named("a", (2, 2))
    z = forward_pass(network, inputs)[0][0]
    yield Instance(
        "three units, two examples, every number a symbol",
        holds=bool((z == bias).all()),
        computed=f"the preactivations are {z[0].tolist()} and {z[1].tolist()}; the loss on targets 0 is "
        f"{batch_loss(network, Batch(inputs, z * 0))}",
    )
