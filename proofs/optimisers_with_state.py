"""METH, continued: optax's optimisers, as they are called here, carry their state as their recursions say."""

import decimal
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from proofs.optimiser_recursions import BROKEN, RATE, RECURSIONS, Decimals, Memory, Recursion, value_of
from symmetry.array import Array
from symmetry.engine.compilation import compiled
from symmetry.engine.measure import Trials
from symmetry.numbers import Ball
from symmetry.optimisers import Way, in_float64, made, optimisers, quietly, trained
from symmetry.statements.theorem import theorem
from symmetry.yardstick import at_least_a_unit, black_boxes

CASES, PARAMETERS, STEPS = 8, 4, 10

DIGITS = 40

WAYS = {"optax.polyak_sgd": Way(("value",)), "optax.lookahead": Way(paired=True)}
"""How an optimiser is called, if not with the gradient alone."""


def make(name: str) -> Any:
    """The optimiser of that name."""
    import optax

    rate = float(RATE)
    if name == "nesterov":
        return optax.sgd(rate, 0.5, nesterov=True)
    if name == "clipped":
        return optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(rate))
    return optax.adam(rate, nesterov=True) if name == "nadam" else made(optimisers()[name])


def gradient_at(theta: Array, slopes: Array) -> tuple[Array, dict[str, Array]]:
    """Of a loss whose linear part changes from step to step; and a value to read."""
    return slopes + theta / 4, {"value": value_of(theta)[0]}


def after_each_step(name: str, recursion: Recursion, theta: np.ndarray, slopes: np.ndarray) -> Decimals:
    """The parameters after each step, (cases, steps, parameters), by the recursion."""
    now, memory, after = _decimals(theta), Memory(), []
    for step in range(STEPS):
        now = now - RATE * recursion(_decimals(slopes[:, step]) + now / 4, now, memory)
        after.append(now)
    return np.stack(after, axis=1)


_decimals = np.vectorize(lambda number: decimal.Decimal(float(number)), otypes=[object])


def forgetting(optimiser: Any, way: Way, parameters: Array, batches: Array, gradient_at: Callable) -> tuple:
    """Training that begins anew at every step."""
    after = []
    for step in range(STEPS):
        parameters = trained(optimiser, way, parameters, batches[step : step + 1], gradient_at)[0][0]
        after.append(parameters)
    return jnp.stack(after), None


@theorem(
    "METH.22",
    title="Optimisers carry their state from step to step as their recursions say",
    statement=r"\theta_{t+1} = \theta_t - \eta\, u(g_t, \theta_t, m_t), \qquad m_{t+1} = \psi(g_t, \theta_t, m_t)",
    hypotheses="20 of optax's optimisers, with momentum, Nesterov's among it, decay in the gradient and beside it, clipping, "
    "bias correction, a value that is read, and slow and fast parameters; 10 steps; m_t what the optimiser remembers; on "
    "decimal numbers of 40 digits; floats within the one-ulp yardstick",
    cites=("kingma2015adam",),
    controls={what: dict(recursions=recursions) for what, recursions in BROKEN.items()}
    | {"the state forgotten": dict(recursions={"optax.adam": RECURSIONS["optax.adam"]}, train=forgetting)},
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
    needs=("optax",),
)
def optimisers_carry_their_state(
    trials: Trials, *, recursions: Mapping[str, Recursion] = RECURSIONS, train: Callable = trained
) -> None:
    """Parameters of several networks after each of ten steps."""
    theta = trials.generator.standard_normal((CASES, PARAMETERS))
    slopes = trials.generator.standard_normal((CASES, STEPS, PARAMETERS))

    def run(stack):
        def one(name, theta, slopes):
            return train(make(name), WAYS.get(name, Way()), theta, slopes, gradient_at)[0]

        return {name: jax.vmap(lambda *case, name=name: one(name, *case))(*stack) for name in recursions}

    with quietly(), in_float64():
        balls = black_boxes(lambda stack: compiled(run, stack)(stack), (theta, slopes))
    for name, ball in at_least_a_unit(balls).items():
        assert isinstance(ball, Ball)
        with decimal.localcontext(decimal.Context(prec=DIGITS)):
            expected = after_each_step(name, recursions[name], theta, slopes)
            gaps = abs(_decimals(ball.center) - expected)
        excess = gaps.astype(float) / np.asarray(ball.radius)
        trials.networks += CASES
        trials.add(name, excess.max(axis=(1, 2)))
