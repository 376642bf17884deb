"""A tanh network with the cross-entropy of a sigmoid written out, log(p) and log(1 - p), which rounds badly where p is near 1."""

from collections.abc import Callable
from typing import Any

import numpy as np

EXAMPLES, INPUTS = 12, 20


def functions(xp: Any) -> tuple[Callable, Callable]:
    """The loss and its gradient, in NumPy or JAX."""

    def forward(params, x):
        h = xp.tanh(x @ params["W1"])
        return h, 1 / (1 + xp.exp(-(h @ params["W2"])))

    def loss(params, x, y):
        p = forward(params, x)[1]
        return -xp.mean(y * xp.log(p) + (1 - y) * xp.log(1 - p))

    def grads(params, x, y):
        h, p = forward(params, x)
        d = (p - y) / len(y)
        return {"W1": x.T @ ((d @ params["W2"].T) * (1 - h * h)), "W2": h.T @ d}

    return loss, grads


def draw(seed: int, hidden: int = 6, dtype: Any = np.float64, xp: Any = np, scale: float = 1.0) -> tuple:
    """Parameters from N(0, scale^2), inputs from N(0, 1), and targets 0 and 1."""
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(EXAMPLES, INPUTS)), (random.random((EXAMPLES, 1)) < 0.5) * 1.0
    weights = {"W1": random.normal(size=(INPUTS, hidden)), "W2": random.normal(size=(hidden, 1))}
    params = {path: xp.asarray(scale * array, dtype) for path, array in weights.items()}
    return params, xp.asarray(x, dtype), xp.asarray(y, dtype)
