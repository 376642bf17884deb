"""A classifier whose biases are a column of ones: W1 is (1 + inputs, hidden), W2 (1 + hidden, classes), the bias in row 0.

ReLU, softmax and an L2 penalty of the weights, not of the biases; x is (examples, inputs), y one-hot (examples, classes).
"""

import numpy as np

from ..fault import named
from .planting import planting

PENALTY = 0.25


def draw(seed, dtype=np.float64, *, examples=6, inputs=3, hidden=4, classes=4):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (1 + inputs, hidden), "W2": (1 + hidden, classes)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, inputs)).astype(dtype)
    return params, x, np.eye(classes)[rng.integers(classes, size=examples)].astype(dtype)


def with_ones(a):
    """The columns with one of ones before them."""
    return np.hstack([np.ones((len(a), 1)), a])


def forward(params, x):
    """The inputs and the hidden activations, each with its column of ones, and the probabilities."""
    a0 = with_ones(x)
    a1 = with_ones(np.maximum(0, a0 @ params["W1"]))
    scores = a1 @ params["W2"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return a0, a1, e / e.sum(axis=1, keepdims=True)


def loss(params, x, y):
    """Cross-entropy, averaged over the batch, plus the penalty."""
    p = forward(params, x)[-1]
    squares = (params["W1"][1:] ** 2).sum() + (params["W2"][1:] ** 2).sum()
    return -(y * np.log(p)).sum() / len(x) + PENALTY / 2 * squares


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    a0, a1, p = forward(params, x)
    W1, W2 = params["W1"], params["W2"]
    d = (p - y) / len(x)
    dW2 = a1.T @ d
    dh = (d @ W2.T)[:, 1:]
    dz = dh * (a1[:, 1:] > 0)
    dW1 = a0.T @ dz
    dW1[1:] += PENALTY * W1[1:]
    dW2[1:] += PENALTY * W2[1:]
    return {"W1": dW1, "W2": dW2}


_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "column of ones passed back",
        "dW1[1:] += PENALTY * W1[1:]",
        "dW1 = a0.T @ ((d @ W2.T) * (a1 > 0))",
        "The error of the column of ones was not removed.",
        "a gradient has the shape of its parameter",
    ),
    _plant(
        "wrong column removed",
        "dh = (d @ W2.T)[:, 1:]",
        "dh = (d @ W2.T)[:, :-1]",
        "The error of the last unit was removed, where that of the column of ones belongs.",
        "the error of the column of ones passed back",
    ),
    _plant(
        "bias penalised in one layer",
        "dW2[1:] += PENALTY * W2[1:]",
        "dW2 += PENALTY * W2",
        "The penalty was put on the biases of the second layer as well.",
        "your W2 is right except in W2[0]: off by 0.25 times the parameter itself there",
    ),
    _plant(
        "biases penalised",
        'return {"W1": dW1, "W2": dW2}',
        'return {"W1": dW1 + PENALTY * W1 * (np.arange(4) == 0)[:, None], '
        '"W2": dW2 + PENALTY * W2 * (np.arange(5) == 0)[:, None]}',
        "The penalty was put on the biases as well.",
        "off by 0.25 times the parameter itself there",
    ),
    _plant(
        "penalty left out",
        "dW1[1:] += PENALTY * W1[1:]",
        "",
        "The loss has the penalty of W1, the gradient does not.",
        "your W1 is right in W1[0] and off by -0.25 times the parameter itself in the rest",
    ),
    _plant(
        "penalty twice",
        "dW1[1:] += PENALTY * W1[1:]",
        "dW1[1:] += 2 * PENALTY * W1[1:]",
        "The penalty is halved in the loss, and was not halved in the gradient.",
        "your W1 is right in W1[0] and off by 0.25 times the parameter itself in the rest",
    ),
    _plant(
        "biases forgotten",
        "dW1 = a0.T @ dz",
        "dW1 = a0.T @ dz\ndW1[0] = 0",
        "The biases of the first layer got no gradient.",
        "your W1 is right except in W1[0]: 0 there, as if forgotten",
    ),
    _plant(
        "bias averaged twice",
        "dW1 = a0.T @ dz",
        "dW1 = a0.T @ dz\ndW1[0] = dz.mean(axis=0)",
        "The biases of the first layer were averaged over the batch again.",
        "your W1 is right except in W1[0]: divided by 6, the number of examples, once too often there",
    ),
    _plant(
        "slope left out",
        "dz = dh * (a1[:, 1:] > 0)",
        "dz = dh",
        "The error went back through ReLU as if it were the identity.",
        "the slope of the activation (relu) left out",
    ),
    _plant(
        "softmax's diagonal only",
        "d = (p - y) / len(x)",
        "d = -y / p * p * (1 - p) / len(x)",
        "The Jacobian of softmax was replaced by its diagonal, p(1 - p).",
        "the Jacobian of softmax replaced by its diagonal p(1 - p)",
    ),
)
