"""What makes units differ, and whether different units can become equal."""

import jax
import jax.numpy as jnp
import numpy as np
import sympy

from proofs.claims.threads import identical_claim, inputs_claim
from proofs.claims.units import gaps, incoming, is_stationary, listed, tied, trained, units, unknown_network, written
from proofs.exact_networks import exact_batch, exact_network
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network, backprop, batch_of, forward, forward_pass, network_of
from symmetry.numbers.symbol import Symbol, unknown_function
from symmetry.statements.claim import Instance
from symmetry.training import GradientDescent, gradient_step


@identical_claim(
    "CLAIM.13",
    position="comment on the answer, by the author of the question",
    says="It is the nonlinear activation that magnifies small differences between the units of a layer.",
    statement=r"|\theta_i - \theta_j| \text{ grows, because } |\varphi(z_i) - \varphi(z_j)| > |z_i - z_j|",
    verdict="wrong",
    why="Small differences do grow, but because a tie is a saddle: across it the second derivative of the loss is "
    "[[v sum e phi'' x^2, s], [s, 0]] with s = sum e phi' x. Its determinant -s^2 is negative for every phi'', so this happens "
    "with linear units too. A sigmoid itself only makes differences smaller.",
    follows_from=("TIE.16", "CLAIM.57"),
    quoted="just magnifies the difference",
)
def the_nonlinearity_magnifies_small_differences():
    across = curvature_across_a_tie()
    determinant = sympy.factor(across.det())
    yield Instance(
        "two units of unknown activation, equal in (w, v), in symbols: the second derivative of the loss across the tie",
        holds=determinant.has(unknown_function("phi", (1, 1))),
        computed=f"{across.tolist()}, of determinant {determinant}",
    )
    opened, _ = gaps_while_training("identity", [1e-3, 1e-3 + 1e-9], None, [[1.0]], [[1.0]], steps=200)
    yield Instance(
        "two identity units whose weights are 0.001 and differ by 1e-9, x = 1, y = 1; 200 steps of 1/10",
        holds=opened[-1] <= opened[0],
        computed=f"the gap grows from {opened[0]:.1e} to {opened[-1]:.1e} with nothing nonlinear",
    )
    x, y = [[-2.0], [-1.0], [0.0], [1.0], [2.0]], [[1.0], [0.0], [1.0], [0.0], [1.0]]
    opened, ratio = gaps_while_training("sigmoid", [1.0, 1.0 + 1e-9], [[0.5, 0.5], [0.0]], x, y, steps=6000)
    yield Instance(
        "two sigmoid units that differ by 1e-9, x = -2 .. 2, y = 1, 0, 1, 0, 1; 6000 steps of 1/10",
        holds=ratio > 1,
        computed=f"the gap grows from {opened[0]:.1e} to {opened[-1]:.1f}, but the gap of the "
        f"activations is at most {ratio:.2f} times that of the preactivations, at every step and example",
    )


def curvature_across_a_tie() -> sympy.Matrix:
    """Half the second derivatives where (w, v) of unit 1 goes up and that of unit 2 down, at equal units; e is the residual."""
    w, v, x, y, e, other_w, other_v = sympy.symbols("w v x y e w' v'", real=True)
    network = unknown_network([[[w, other_w]], [[v], [other_v]]], loss="half_squared_error")
    first, _ = units(backprop(network, exact_batch([[x]], [[y]])))
    pairs = ((w, other_w), (v, other_v))
    rows = [[sympy.diff(slope, own) - sympy.diff(slope, other) for own, other in pairs] for slope in first]
    residual = {y: 2 * v * unknown_function("phi")(w * x) - e}
    return sympy.Matrix(rows).subs({other_w: w, other_v: v}).subs(residual).applyfunc(sympy.expand)


def gaps_while_training(hidden: str, w, biases, x, y, steps: int) -> tuple[list[float], float]:
    """The largest gap between two units' numbers at the start and after each step of 1/10, in float64.

    The second result is the largest |phi(z_1) - phi(z_2)| / |z_1 - z_2| over all steps and examples. Outgoing weights start
    at w_1.
    """

    def step(network, _):
        (z, _), (_, a, _) = forward_pass(network, batch.x)
        layer, following = network.layers
        rows = [layer.weight, following.weight.T, *([] if layer.bias is None else [layer.bias[None]])]
        gap = jnp.abs(jnp.diff(jnp.concatenate(rows))).max()
        ratio = jnp.abs(jnp.diff(a) / jnp.diff(z)).max()
        return gradient_step(network, backprop(network, batch), 10), (gap, ratio)

    with exact_settings():
        network = network_of([[w], [[w[0]], [w[0]]]], biases, hidden=hidden)
        batch = batch_of(network, x, y)
        opened, ratios = jax.jit(lambda start: jax.lax.scan(step, start, length=steps + 1))(network)[1]
        return opened.tolist(), float(ratios.max())


@inputs_claim(
    "CLAIM.14",
    position="second answer",
    says="Units that start different stay different, however long they are trained.",
    statement=r"(w_i, b_i, v_i) \neq (w_j, b_j, v_j) \text{ at step } 0 \;\Rightarrow\; (w_i, b_i, v_i) \neq (w_j, b_j, v_j) "
    r"\text{ at every step}",
    condition="whole units are compared, in exact arithmetic, and the step size is below 1/Lip, Lip being the Lipschitz "
    "constant of the gradient",
    why="Each step multiplies the gap by at least 1 - eta Lip, which is positive. Gradient flow with a locally Lipschitz "
    "gradient never merges units either, since its solutions do not meet. Rounding, large steps and kinks can merge them, and a "
    "single weight of two units may be equal for a moment.",
    follows_from=("TIE.10",),
    quoted="continue being different",
)
def units_that_differ_stay_different():
    yield short_steps_on_generated_pairs()
    batch = exact_batch([[1]], [[7]])
    path = trained(exact_network([[[1, 2]], [[2], [3]]]), batch, rate=1, steps=1)
    yield Instance(
        "identity units (w, v) = (1, 2) and (2, 3), x = 1, y = 7; a step of size 1",
        holds=not tied(path[1]),
        computed=f"Lip is at most {steepness(path[0], batch)}; the units become {listed(units(path[1]), ' and ')}",
        condition=bool(steepness(path[0], batch) < 1),
    )
    yield from ridge_in_floats()
    batch = exact_batch([[1]], [["-349/50"]])
    path = trained(exact_network([[[1, "101/100"]], [[1], [2]]]), batch, rate=1000, steps=1)
    first, second = incoming(path[1])
    yield Instance(
        "incoming weights alone: identity units (1, 1) and (101/100, 2), x = 1, y = -349/50; a step of size 1/1000",
        holds=first != second,
        computed=f"Lip is at most {float(steepness(path[0], batch)):.2f}; the units become "
        f"{listed(units(path[1]), ' and ')}, with equal incoming weights",
        condition=False,
    )


def steepness(network: Network, batch: Batch):
    """A bound of the Hessian's norm between a network of identity units of one input and its permuted selves.

    Write theta for all the weights. The Hessian is sum x^2 (v, w)(v, w)^T plus, at the places of w_i v_i, the number
    sum x^2 v.w - sum x y; and |v.w| <= |theta|^2/2. On the way from one network to the other, theta is longest at the ends.
    """
    squares = sum(number**2 for unit in units(network) for number in unit)
    return sympy.Rational(3, 2) * (batch.x.T @ batch.x).item() * squares + abs((batch.x.T @ batch.y).item())


def short_steps_on_generated_pairs() -> Instance:
    generator, pairs = np.random.default_rng(14), 40
    smallest, kept = sympy.oo, True
    for _ in range(pairs):
        w, other_w, v, other_v, y = map(int, generator.integers(-8, 9, 5))
        other_w += (w, v) == (other_w, other_v)
        network, batch = exact_network([[[w, other_w]], [[v], [other_v]]]), exact_batch([[1]], [[y]])
        for _ in range(3):
            rate = 1 + sympy.ceiling(steepness(network, batch))
            shrunk = 1 - steepness(network, batch) / rate
            before, network = squared_gap(network), GradientDescent(rate).train(network, [batch])
            kept &= squared_gap(network) >= shrunk**2 * before
            smallest = min(smallest, squared_gap(network) / before)
    return Instance(
        f"{pairs} generated pairs of identity units in fractions; three steps of a size below 1/Lip each",
        holds=bool(kept and smallest > 0),
        computed=f"no step multiplied the gap by less than 1 - eta Lip; the smallest factor was {smallest**0.5:.3f}",
        condition=True,
    )


def squared_gap(network: Network):
    return sum(gap**2 for gap in gaps(*units(network)))


def ridge_in_floats():
    """(w_1 + w_2 - 3)^2/2 + 3 (w_1^2 + w_2^2) from (1, 2): exactly, a step of 1/10 takes the gap to 2/5 of it."""
    for dtype in (np.float32, np.float64):
        steps = 0
        w, batch = np.array([[1], [2]], dtype), Batch(np.array([[1, 1]], dtype), np.array([[3]], dtype))
        with exact_settings():
            while w[0] != w[1] and steps < 100:
                slope = np.asarray(backprop(network_of([w]), batch).layers[0].weight)
                w, steps = w - dtype(0.1) * (slope + dtype(6) * w), steps + 1
        yield Instance(
            f"ridge regression on w_1 + w_2 with lambda 6 from (1, 2), y = 3, steps of 1/10, in {np.dtype(dtype)}",
            holds=w[0, 0] != w[1, 0],
            computed=f"in exact arithmetic the gap is (2/5)^t; the floats are equal, bit by bit, after {steps} steps: both "
            f"are {float(w[0, 0])}",
            condition=False,
        )


@identical_claim(
    "CLAIM.15",
    position="question",
    says="Units that start with different weights can arrive at exactly the same weights.",
    statement=r"(w_i, v_i) \neq (w_j, v_j) \text{ at time } 0 \text{ and } (w_i, v_i) = (w_j, v_j) \text{ at a finite time, "
    r"for some network, data and training outside the hypotheses of CLAIM.14}",
    verdict="right",
    why="A step that is too large can make units equal. The gradient of ReLU is not Lipschitz: at any step size a unit may die "
    "exactly where a dead unit is, and under gradient flow two units may die in the same point.",
    follows_from=("TIE.10", "CLAIM.14"),
    quoted="same exact set of weights",
)
def units_can_merge():
    _, after = trained(exact_network([[[1, 2]], [[2], [3]]]), exact_batch([[1]], [[7]]), rate=1, steps=1)
    yield Instance(
        "identity units (w, v) = (1, 2) and (2, 3), x = 1, y = 7; a step of size 1",
        holds=tied(after),
        computed=f"they become {listed(units(after), ' and ')}",
    )
    yield relu_units_under_gradient_flow()
    for rate in (10, 1000, 100000):
        batch, alive = exact_batch([[1]], [[-1]]), sympy.Rational(1, 10 * rate)
        alone = exact_network([[[alive, -1]], [[1], [1]]], hidden="relu")
        landed, _ = units(GradientDescent(rate).train(alone, [batch]))
        pair = exact_network([[[alive, landed[0]]], [[1], [landed[1]]]], hidden="relu")
        after = GradientDescent(rate).train(pair, [batch])
        yield Instance(
            f"a ReLU unit ({alive}, 1) and a dead one at the point where it lands, x = 1, y = -1; a step of size 1/{rate}",
            holds=not tied(pair) and tied(after),
            computed=f"they are {listed(units(pair), ' and ')}, and then both {written(units(after)[0])}",
        )


def relu_units_under_gradient_flow() -> Instance:
    """Along w = sinh u, v = cosh u the flow is du/dt = -e, with a residual e >= 1: u falls to 0, where it stops."""
    u = Symbol.of([sympy.Symbol("u_1", positive=True), sympy.Symbol("u_2", positive=True)])
    w, v = u.map(sympy.sinh), u.map(sympy.cosh)
    batch = exact_batch([[1]], [[-1]])
    moving = exact_network([[w], v[:, None]], hidden="relu")
    residual = (forward(moving, batch.x) - batch.y).item()
    # By the chain rule (cosh u, sinh u) du/dt must be minus the gradient.
    speeds = [-slope / along for unit, t in zip(units(backprop(moving, batch)), u, strict=True)
              for slope, along in zip(unit, (sympy.cosh(t), sympy.sinh(t)), strict=True)]  # fmt: skip
    follows = all(sympy.simplify(speed + residual) == 0 for speed in speeds) and (residual - 1).is_positive
    start = [sympy.log(2), sympy.log(3)]
    places = [tuple(f(t).rewrite(sympy.exp).simplify() for f in (sympy.sinh, sympy.cosh)) for t in start]
    dead = exact_network([[[0, 0]], [[1], [1]]], hidden="relu")
    return Instance(
        "ReLU units (3/4, 5/4) and (4/3, 5/3), x = 1, y = -1; gradient flow",
        holds=bool(follows and is_stationary(dead, batch)),
        computed=f"they are (sinh u, cosh u) with u = log 2 and log 3, that is {listed(places, ' and ')}; du/dt = "
        f"-({residual}) until u = 0, so both are at (0, 1), where the gradient is 0, after a time of at most log 3",
    )


@identical_claim(
    "CLAIM.16",
    position="question; the other half from an answer of thread2016purpose",
    says="All units converge to the same weights; or, as another thread has it, they diverge.",
    statement=r"w_i(t) - w_j(t) \to 0;\quad \text{or } |w_i(t) - w_j(t)| \text{ grows}",
    verdict="wrong",
    why="Neither is true in general. In a sum of w_j x every weight has the same gradient, so the differences never change; "
    "with a ridge penalty they shrink.",
    follows_from=("TIE.6",),
    quoted="the same exact set of weights",
)
def all_units_converge_or_diverge():
    start, batch = exact_network([[[3], [1], [-2]]]), exact_batch([[2, 2, 2]], [[5]])
    first, *_, last = [differences(network) for network in trained(start, batch, rate=40, steps=6)]
    shrunk = differences(GradientDescent(40, decay=sympy.Rational(1, 4)).train(start, [batch] * 6))
    where = "the sum of w_j x from (3, 1, -2), x = 2, y = 5; six steps of 1/40"
    shown = f"w_1 - w_2 and w_2 - w_3 are {written(first)} at first and {written(last)} at the end"
    yield Instance(f"converge: {where}", holds=all(a < b for a, b in zip(last, first, strict=True)), computed=shown)
    yield Instance(f"diverge: {where}", holds=any(a > b for a, b in zip(last, first, strict=True)), computed=shown)
    factors = {str(after / before) for after, before in zip(shrunk, first, strict=True)}
    yield Instance(
        f"diverge: {where}, with a ridge penalty of lambda 4",
        holds=any(a > b for a, b in zip(shrunk, first, strict=True)),
        computed=f"the differences are {written(shrunk)}, {' and '.join(factors)} times those at first, and (1 - 4/40)^6 is "
        f"{(1 - sympy.Rational(4, 40)) ** 6}",
    )


def differences(network: Network) -> tuple:
    weights = network.layers[0].weight.ravel().tolist()
    return tuple(gaps(weights[:-1], weights[1:]))
