"""Remarks on the loss and on gradient descent: convexity, gradients, what training finds."""

import itertools
from fractions import Fraction

import sympy

from proofs.claims.threads import inputs_claim, purpose_claim
from proofs.claims.units import is_stationary, trained
from proofs.exact_networks import CORNERS, exact_batch, exact_network, symbolic_network
from symmetry.network import backprop, batch_loss, forward
from symmetry.numbers.symbol import Symbol
from symmetry.statements.claim import Instance
from symmetry.training import gradient_step


@purpose_claim(
    "CLAIM.58",
    position="a comment on the question",
    says="A network with a sigmoid output is in essence a logistic regression: its loss is convex.",
    statement=r"L(\theta) \text{ is convex, for one output } \sigma(\cdot)",
    condition="there is no hidden layer and the loss is cross-entropy",
    why="Without hidden layers a sigmoid output with cross-entropy is logistic regression itself. With squared error the "
    "curvature can be negative, and with a hidden layer two weights multiply each other.",
    follows_from=("LAND.1", "LAND.3"),
    quoted="logistic regressions on steroids",
)
def networks_are_logistic_regressions():
    w, v = sympy.symbols("w v", real=True)
    example = exact_batch([[1]], [[1]])

    def curvature(network, direction):
        loss = sympy.Add(*Symbol.of(batch_loss(network, example)).ravel())
        pairs = itertools.product(direction, repeat=2)
        return sympy.Add(*[one * other * loss.diff(a).diff(b) for (a, one), (b, other) in pairs])

    cross_entropy = curvature(exact_network([[[w]]], loss="sigmoid_binary_cross_entropy"), [(w, 1)])
    form = 1 / (1 + sympy.exp(-w)) / (1 + sympy.exp(w))
    yield Instance(
        "no hidden layer, cross-entropy, x = 1, y = 1, any weight w",
        holds=sympy.simplify(cross_entropy - form) == 0 and bool(form.is_positive),
        computed=f"the second derivative is {form}, which is positive",
        condition=True,
    )
    squared = 2 * curvature(exact_network([[[w]]], output="sigmoid"), [(w, 1)]).subs(w, -2)
    yield Instance(
        "no hidden layer, squared error, x = 1, y = 1, w = -2",
        holds=bool(squared >= 0),
        computed=f"the second derivative of the square is {float(squared):.3f}",
        condition=False,
    )
    deep = curvature(exact_network([[[w]], [[v]]], loss="sigmoid_binary_cross_entropy"), [(w, 1), (v, 1)])
    at_zero = deep.subs({w: 0, v: 0})
    yield Instance(
        "one hidden identity unit, cross-entropy, along (1, 1) at 0",
        holds=bool(at_zero >= 0),
        computed=f"the second derivative is {at_zero}",
        condition=False,
    )


@purpose_claim(
    "CLAIM.59",
    position="a comment on the question",
    says="What lets several layers be trained is a differentiable activation; any differentiable function will do.",
    statement=r"\varphi \text{ differentiable} \iff \text{several layers of } \varphi \text{ can be trained to more than one}",
    verdict="wrong",
    why="The identity is differentiable, but depth adds nothing to it. ReLU is not differentiable at 0, but can be trained. What "
    "is true: the step function of the perceptron has the slope 0 away from its jump, so no gradient comes back through it.",
    follows_from=("CAP.1", "CAP.6"),
    quoted="really any differentiable function",
)
def any_differentiable_function_will_do():
    zero, one, other, two = forward(symbolic_network((2, 2, 1)), CORNERS)[:, 0]
    gap = sympy.expand(zero + two - one - other)
    yield Instance(
        "sufficient: the identity in a 2-2-1 network, every parameter a symbol, on the corners of XOR",
        holds=gap != 0,
        computed=f"f(0,0) + f(1,1) - f(0,1) - f(1,0) = {gap}, where XOR needs -2",
    )
    network, batch = exact_network([[[1]], [[1]]], hidden="relu"), exact_batch([[1]], [[3]])
    before, after = (batch_loss(each, batch) for each in trained(network, batch, rate=4, steps=1))
    yield Instance(
        "necessary: ReLU in a 1-1-1 network, x = 1, y = 3, a step of 1/4",
        holds=bool(after >= before),
        computed=f"the loss falls from {before} to {after}",
    )


@purpose_claim(
    "CLAIM.60",
    position="a comment on the question",
    says="The gradient tells which way is downhill.",
    statement=r"L(\theta - \eta g) \leq L(\theta) - \eta\,(1 - \eta\,\mathrm{Lip}/2)\,\lVert g \rVert^2",
    verdict="right",
    why="It is the descent lemma: a step shorter than 2/Lip lowers the loss, where Lip is the gradient's Lipschitz constant.",
    follows_from=("TIE.10",),
    quoted='what direction is "downhill"',
)
def downhill():
    batch = exact_batch([[1, 2], [3, -1], [0, 1]], [[1], [2], [4]])
    network = exact_network([[[1], [-1]]])
    gradient = backprop(network, batch)
    squares = sum(entry**2 for entry in gradient.layers[0].weight.ravel())
    lipschitz = sum(entry**2 for entry in batch.x.ravel())  # the trace of X^T X, at least its largest eigenvalue
    loss = batch_loss(network, batch)
    for steps in (10, 16, 64):
        eta = Fraction(1, steps)
        after = batch_loss(gradient_step(network, gradient, steps), batch)
        bound = loss - eta * (1 - eta * lipschitz / 2) * squares
        yield Instance(
            f"a linear network on three examples, Lip at most {lipschitz}, eta = 1/{steps}",
            holds=bool(after <= bound),
            computed=f"the loss falls from {loss} to {float(after):.4f}, the bound is {float(bound):.4f}",
        )


@purpose_claim(
    "CLAIM.61",
    position="accepted answer",
    says="Backpropagation finds the best weights; where it does not, some tries more will.",
    statement=r"\nabla L(\theta) = 0 \;\Rightarrow\; L(\theta) = \min L",
    verdict="wrong",
    why="A ReLU that is off in every example has the gradient 0, however large the loss. More tries never make the best result "
    "worse, but nothing guarantees the minimum.",
    follows_from=("TIE.8",),
    quoted="most optimum value of weights",
)
def backpropagation_finds_the_best():
    batch = exact_batch([[1], [2]], [[1], [2]])
    losses = []
    for start in (-1, -2, Fraction(-1, 2), Fraction(3, 2)):
        network = exact_network([[[start]], [[1]]], hidden="relu")
        losses.append(batch_loss(trained(network, batch, rate=8, steps=3)[-1], batch))
    best = [min(losses[: tries + 1]) for tries in range(len(losses))]
    stuck = exact_network([[[-1]], [[1]]], hidden="relu")
    perfect = batch_loss(exact_network([[[1]], [[1]]], hidden="relu"), batch)
    yield Instance(
        "a ReLU with w = -1, v = 1 on y = x at 1 and 2",
        holds=not is_stationary(stuck, batch) or bool(batch_loss(stuck, batch) == perfect),
        computed=f"the gradient is 0 and the loss {batch_loss(stuck, batch)}, where w = 1 has {perfect}; the best of 1, 2, 3 and "
        f"4 tries of 3 steps: {', '.join(f'{float(loss):.3f}' for loss in best)}",
    )


@inputs_claim(
    "CLAIM.62",
    position="second answer",
    says="The cost is not convex, so it has more than one minimum.",
    statement=r"L \text{ not convex} \;\Rightarrow\; L \text{ has several minima}",
    verdict="wrong",
    why="It does not follow: log(1 + w^2) is not convex and has one stationary point. That the loss of a network is not convex "
    "is true, and permuting units gives it equal minima.",
    follows_from=("LAND.1", "PERM.3"),
    quoted="not convex, so",
)
def not_convex_means_several_minima():
    w = sympy.Symbol("w", real=True)
    loss = sympy.log(1 + w**2)
    curvature, stationary = loss.diff(w, 2).subs(w, 2), sympy.solve(loss.diff(w), w)
    yield Instance(
        "log(1 + w^2)",
        holds=bool(curvature >= 0) or len(stationary) > 1,
        computed=f"its second derivative at 2 is {curvature}; it is stationary at {', '.join(map(str, stationary))} only",
    )
