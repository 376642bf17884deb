"""Optimisers as recursions on decimal numbers of many digits, written from their papers and beside optax's code.

Each is a function of the gradient g, the parameters theta and a memory, whose entries are 0 before the first step. It
returns u, where theta <- theta - u / 16. Arrays are (cases, parameters) and hold `Decimal`s.
"""

import functools
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

Decimals: TypeAlias = Any
"""`Decimal`s, as a NumPy array of objects."""

Memory = dict[str, Decimals]
Recursion = Callable[[Decimals, Decimals, Memory], Decimals]

RATE, HALF = Decimal("0.0625"), Decimal("0.5")
MOMENTUM, DECAY = HALF, Decimal(1) / 64
B1, B2 = map(Decimal.from_float, (0.9, 0.999))
"""What floats hold for 9/10 and 999/1000."""


def average(memory: Memory, name: str, number: Decimals, beta: Decimal) -> Decimals:
    """The moving average after one more number."""
    memory[name] = beta * memory.get(name, 0) + (1 - beta) * number
    return memory[name]


def step_number(memory: Memory) -> int:
    """The number of this step; the first is 1."""
    memory["step"] = memory.get("step", 0) + 1
    return memory["step"]


def total(memory: Memory, name: str, number: Decimals, factor: Decimal, start: Decimals = 0) -> Decimals:
    """The number plus a multiple of all before."""
    memory[name] = number + factor * memory.get(name, start)
    return memory[name]


def sgd(g: Decimals, theta: Decimals, memory: Memory, sign: int = 1) -> Decimals:
    return total(memory, "velocity", g, sign * MOMENTUM)


def nesterov(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    return g + MOMENTUM * total(memory, "velocity", g, MOMENTUM)


def clipped(g: Decimals, theta: Decimals, memory: Memory, longest: int = 1) -> Decimals:
    """Shortened to the longest length if it is longer."""
    norm = np.sqrt((g * g).sum(axis=-1, keepdims=True))
    return g * np.minimum(longest / norm, norm / norm)


def adam(g: Decimals, theta: Decimals, memory: Memory, unbiased: bool = True) -> Decimals:
    t = step_number(memory) if unbiased else 10**6
    m, v = average(memory, "m", g, B1) / (1 - B1**t), average(memory, "v", g * g, B2) / (1 - B2**t)
    return m / (np.sqrt(v) + Decimal("1e-8"))


def nadam(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    """Adam with the momentum of the next step."""
    t = step_number(memory)
    m, v = average(memory, "m", g, B1), average(memory, "v", g * g, B2) / (1 - B2**t)
    ahead = B1 * m / (1 - B1 ** (t + 1)) + (1 - B1) * g / (1 - B1**t)
    return ahead / (np.sqrt(v) + Decimal("1e-8"))


def decoupled(rule: Recursion) -> Recursion:
    """Weight decay beside the rule, which does not see it."""
    return lambda g, theta, memory: rule(g, theta, memory) + DECAY * theta


def coupled(rule: Recursion) -> Recursion:
    """Weight decay in the gradient."""
    return lambda g, theta, memory: rule(g + DECAY * theta, theta, memory)


def adagrad(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    return g / np.sqrt(total(memory, "squares", g * g, Decimal(1), Decimal("0.1")) + Decimal("1e-7"))


def rmsprop(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    scaled = g / np.sqrt(average(memory, "v", g * g, B1) + Decimal("1e-8"))
    return total(memory, "velocity", scaled, MOMENTUM)


def lion(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    seen = (1 - B1) * g + B1 * memory.get("m", 0)
    average(memory, "m", g, Decimal.from_float(0.99))
    return np.sign(seen)


def adadelta(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    tiny = Decimal("1e-6")
    moved = np.sqrt(memory.get("moves", 0 * g) + tiny) / np.sqrt(average(memory, "v", g * g, B1) + tiny) * g
    average(memory, "moves", moved * moved, B1)
    return moved


def amsgrad(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    t = step_number(memory)
    m, v = average(memory, "m", g, B1) / (1 - B1**t), average(memory, "v", g * g, B2) / (1 - B2**t)
    memory["largest"] = np.maximum(memory.get("largest", 0 * g), v)
    return m / (np.sqrt(memory["largest"]) + Decimal("1e-8"))


def adamax(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    t = step_number(memory)
    memory["largest"] = np.maximum(B2 * memory.get("largest", 0 * g), abs(g) + Decimal("1e-8"))
    return average(memory, "m", g, B1) / (1 - B1**t) / memory["largest"]


def adabelief(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    t, tiny = step_number(memory), Decimal("1e-16")
    m = average(memory, "m", g, B1)
    memory["v"] = average(memory, "v", (g - m) ** 2, B2) + tiny
    return m / (1 - B1**t) / (np.sqrt(memory["v"] / (1 - B2**t)) + tiny)


def yogi(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    t, start = step_number(memory), 0 * g + Decimal("1e-6")
    memory.setdefault("m", start)
    v = memory.get("v", start)
    memory["v"] = v - (1 - B2) * np.sign(v - g * g) * g * g
    return average(memory, "m", g, B1) / (1 - B1**t) / (np.sqrt(memory["v"] / (1 - B2**t)) + Decimal("1e-3"))


def optimistic(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    """Twice the gradient less the one before; at the first step the gradient."""
    before = memory.get("before", g)
    memory["before"] = g
    return 2 * g - before


def signum(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    return np.sign(average(memory, "m", g, B1))


def polyak(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    """The step that the loss over the squared norm allows, 1 at most; the loss is read as `value_of` has it."""
    squared = (g * g).sum(axis=-1, keepdims=True)
    return np.minimum(value_of(theta) / squared, squared / squared) * g / RATE


def value_of(theta):
    """The loss that an optimiser may read."""
    return (theta * theta).sum(-1, keepdims=True) / 4


def lookahead(g: Decimals, theta: Decimals, memory: Memory) -> Decimals:
    """Every second step goes to half the way from where the last such step ended."""
    slow, fast = memory.setdefault("slow", theta), theta - RATE * g
    if step_number(memory) % 2 == 0:
        fast = memory["slow"] = slow + HALF * (fast - slow)
    return (theta - fast) / RATE


RECURSIONS: Mapping[str, Recursion] = {
    "optax.sgd": sgd,
    "nesterov": nesterov,
    "clipped": clipped,
    "optax.adam": adam,
    "nadam": nadam,
    "optax.adamw": decoupled(adam),
    "optax.adagrad": adagrad,
    "optax.rmsprop": rmsprop,
    "optax.lion": decoupled(lion),
    "optax.adadelta": coupled(adadelta),
    "optax.amsgrad": amsgrad,
    "optax.adamax": adamax,
    "optax.adamaxw": decoupled(adamax),
    "optax.adabelief": adabelief,
    "optax.yogi": yogi,
    "optax.optimistic_gradient_descent": optimistic,
    "optax.sign_sgd": lambda g, theta, memory: np.sign(g),
    "optax.signum": signum,
    "optax.polyak_sgd": polyak,
    "optax.lookahead": lookahead,
}
"""By the names of optax's optimisers; those without a dot are made in `proofs.optimisers_with_state`."""

BROKEN: Mapping[str, Mapping[str, Recursion]] = {
    "momentum with the other sign": {"optax.sgd": functools.partial(sgd, sign=-1)},
    "no momentum ahead": {"nesterov": sgd},
    "no bias correction": {"optax.adam": functools.partial(adam, unbiased=False)},
    "decay in the gradient": {"optax.adamw": coupled(adam)},
    "decay beside the gradient": {"optax.adadelta": decoupled(adadelta)},
    "clipped at another length": {"clipped": functools.partial(clipped, longest=2)},
}
"""Other recursions, which must be told apart, by what is wrong with them."""
