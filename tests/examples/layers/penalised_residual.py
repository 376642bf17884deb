"""A classifier with a skip connection and an L2 penalty: cross-entropy of softmax plus lam times the squares of the weights.

W1 is (inputs, hidden), W2 (hidden, hidden), W3 (hidden, classes), with biases b1, b2, b3; x is (examples, inputs), y labels.
"""

import numpy as np

from ..fault import named
from .planting import planting

LAM = 0.125


def draw(seed, dtype=np.float64, *, examples=6, inputs=3, hidden=4, classes=3):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    sizes = (inputs, hidden, hidden, classes)
    params = {f"W{i + 1}": rng.standard_normal(sizes[i : i + 2]).astype(dtype) for i in range(3)}
    params |= {f"b{i + 1}": rng.standard_normal(sizes[i + 1]).astype(dtype) for i in range(3)}
    x = rng.standard_normal((examples, inputs)).astype(dtype)
    return params, x, rng.integers(classes, size=examples)


def forward(params, x):
    """The hidden activations of both layers, the second with the first added, and the probabilities."""
    h1 = np.tanh(x @ params["W1"] + params["b1"])
    r = np.maximum(0, h1 @ params["W2"] + params["b2"])
    h2 = h1 + r
    scores = h2 @ params["W3"] + params["b3"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return h1, r, h2, e / e.sum(axis=1, keepdims=True)


def loss(params, x, y):
    """Cross-entropy, averaged over the batch, plus the penalty."""
    p = forward(params, x)[-1]
    penalty = sum((params[name] ** 2).sum() for name in ("W1", "W2", "W3"))
    return -np.log(p[np.arange(len(y)), y]).mean() + LAM * penalty


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    W1, W2, W3 = params["W1"], params["W2"], params["W3"]
    h1, r, h2, p = forward(params, x)
    d = (p - np.eye(p.shape[1])[y]) / len(y)
    dW3, db3 = h2.T @ d, d.sum(axis=0)
    dh2 = d @ W3.T
    dr = dh2 * (r > 0)
    dW2, db2 = h1.T @ dr, dr.sum(axis=0)
    dh1 = dr @ W2.T + dh2
    dz1 = dh1 * (1 - h1**2)
    dW1, db1 = x.T @ dz1, dz1.sum(axis=0)
    dW1, dW2, dW3 = dW1 + 2 * LAM * W1, dW2 + 2 * LAM * W2, dW3 + 2 * LAM * W3
    return {"W1": dW1, "W2": dW2, "W3": dW3, "b1": db1, "b2": db2, "b3": db3}


_PENALTY = "dW1, dW2, dW3 = dW1 + 2 * LAM * W1, dW2 + 2 * LAM * W2, dW3 + 2 * LAM * W3"
_RETURN = 'return {"W1": dW1, "W2": dW2, "W3": dW3, "b1": db1, "b2": db2, "b3": db3}'
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "penalty left out",
        _PENALTY,
        "",
        "The loss has the penalty of the weights, the gradient does not.",
        "your W1, W2 and W3 are off by -0.25 times the parameter itself: the gradient of an L2 penalty left out",
    ),
    _plant(
        "penalty without its 2",
        _PENALTY,
        "dW1, dW2, dW3 = dW1 + LAM * W1, dW2 + LAM * W2, dW3 + LAM * W3",
        "The slope of lam W^2 was taken as lam W.",
        "your W1, W2 and W3 are off by -0.125 times the parameter itself: the gradient of an L2 penalty left out",
    ),
    _plant(
        "penalty on the biases",
        _RETURN,
        'found = {"W1": dW1, "W2": dW2, "W3": dW3, "b1": db1, "b2": db2, "b3": db3}\n'
        'return {n: g + 2 * LAM * params[n] if n.startswith("b") else g for n, g in found.items()}',
        "The penalty was put on the biases as well.",
        "your b1, b2 and b3 are off by 0.25 times the parameter itself: the gradient of an L2 penalty that your loss",
    ),
    _plant(
        "penalty averaged over the batch",
        _PENALTY,
        "dW1, dW2, dW3 = (dW + 2 * LAM * W / len(y) for dW, W in ((dW1, W1), (dW2, W2), (dW3, W3)))",
        "The gradient of the penalty was divided by the size of the batch.",
        "your W1, W2 and W3 are off by -0.208333 times the parameter itself",
    ),
    _plant(
        "skip connection forgotten",
        "dh1 = dr @ W2.T + dh2",
        "dh1 = dr @ W2.T",
        "The error did not go back past the second layer.",
        "the path through `h1` in `h2 = h1 + r` left out",
    ),
    _plant(
        "layer forgotten",
        "dh1 = dr @ W2.T + dh2",
        "dh1 = dh2",
        "The error went back past the second layer only.",
        'the path through `h1` in `r = np.maximum(0, h1 @ params["W2"] + params["b2"])` left out',
    ),
    _plant(
        "updated before use",
        "dh2 = d @ W3.T",
        "dh2 = d @ (W3 - 0.5 * (dW3 + 2 * LAM * W3)).T",
        "W3 took its step before the error went back through it.",
        "W3 updated (by a step of 0.5) before the error went back through it",
    ),
    _plant(
        "softmax's diagonal only",
        "d = (p - np.eye(p.shape[1])[y]) / len(y)",
        "t = np.eye(p.shape[1])[y]\nd = -t / p * p * (1 - p) / len(y)",
        "The Jacobian of softmax was replaced by its diagonal, p(1 - p).",
        "the Jacobian of softmax replaced by its diagonal p(1 - p)",
    ),
    _plant(
        "bias summed over the wrong axis",
        "dW2, db2 = h1.T @ dr, dr.sum(axis=0)",
        "dW2, db2 = h1.T @ dr, dr.sum(axis=1)",
        "The error was summed over the units instead of the examples.",
        "your b2 has the right total in the wrong entries",
        examples=4,
    ),
    _plant(
        "sign of the bias",
        _RETURN,
        'return {"W1": dW1, "W2": dW2, "W3": dW3, "b1": -db1, "b2": db2, "b3": db3}',
        "The bias was given the error's opposite.",
        "your b1 has the wrong sign",
    ),
    _plant(
        "returned in another order",
        _RETURN,
        'return {"W1": dW1, "W2": dW2, "W3": dW3, "b1": db2, "b2": db1, "b3": db3}',
        "The gradients of two biases were returned under each other's names.",
        "your b1 and b2 are exchanged",
    ),
    _plant(
        "normed array by array",
        _RETURN,
        'found = {"W1": dW1, "W2": dW2, "W3": dW3, "b1": db1, "b2": db2, "b3": db3}\n'
        "return {name: g / np.sqrt((g**2).sum()) for name, g in found.items()}",
        "Each gradient was divided by its own norm.",
        "scaled to a norm of 1 each",
    ),
)
