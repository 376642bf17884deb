"""Dropout with a mask that is fixed: each hidden unit of each example is kept or not, and what is kept is scaled up.

W1 is (inputs, hidden), b1 (hidden,), W2 (hidden, outputs), b2 (outputs,); x is (examples, inputs), y (examples, outputs).
"""

import numpy as np

from ..fault import named
from .planting import planting

KEEP = 0.75


def draw(seed, dtype=np.float64, *, examples=5, inputs=3, hidden=4, outputs=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, outputs), "b2": (outputs,)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, inputs)).astype(dtype)
    return params, x, rng.standard_normal((examples, outputs)).astype(dtype)


def mask_of(shape):
    """The same mask for equal shapes."""
    return (np.random.default_rng(1).random(shape) < KEEP) / KEEP


def forward(params, x):
    """The activations, the mask, what it leaves of them, and the output."""
    a = np.tanh(x @ params["W1"] + params["b1"])
    mask = mask_of(a.shape)
    h = a * mask
    return a, mask, h, h @ params["W2"] + params["b2"]


def loss(params, x, y):
    """Half the squared error, averaged over the batch."""
    return ((forward(params, x)[-1] - y) ** 2).sum() / (2 * len(x))


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    a, mask, h, out = forward(params, x)
    d = (out - y) / len(x)
    dW2, db2 = h.T @ d, d.sum(axis=0)
    dh = d @ params["W2"].T
    da = dh * mask
    dz = da * (1 - a**2)
    dW1 = x.T @ dz
    db1 = dz.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


_MASK = "h = a * mask"
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "mask left out",
        "da = dh * mask",
        "da = dh",
        "The error went back to units that were dropped, too.",
        f"`mask` taken as 1 on the way back in `{_MASK}`",
    ),
    _plant(
        "scale left out",
        "da = dh * mask",
        "da = dh * (mask > 0)",
        "What was kept had been divided by 0.75, its error was not.",
        "your W1 and b1 are 0.75 times the derivative of your loss",
    ),
    _plant(
        "mask twice",
        "da = dh * mask",
        "da = dh * mask * mask",
        "The error was multiplied by the mask, scale included, twice.",
        "your W1 and b1 are 1.33333 times the derivative of your loss",
    ),
    _plant(
        "another mask",
        "da = dh * mask",
        "da = dh * mask[::-1]",
        "The error went back through the mask of other examples.",
        f"`mask` reversed along axis 0 on the way back in `{_MASK}`",
    ),
    _plant(
        "activations before the mask",
        "dW2, db2 = h.T @ d, d.sum(axis=0)",
        "dW2, db2 = a.T @ d, d.sum(axis=0)",
        "The gradient of W2 was made with the activations before dropout.",
        'your W2 equals backprop with `a` where `h` belongs in `return a, mask, h, h @ params["W2"] + params["b2"]`',
    ),
    _plant(
        "slope of what the mask left",
        "dz = da * (1 - a**2)",
        "dz = da * (1 - h**2)",
        "The slope of tanh was taken of the activations after dropout.",
        'the slope of tanh, 1 - a^2, taken at `h` in `a = np.tanh(x @ params["W1"] + params["b1"])`',
    ),
    _plant(
        "slope left out",
        "dz = da * (1 - a**2)",
        "dz = da",
        "The error went back through tanh as if it were the identity.",
        'the slope of tanh left out in `a = np.tanh(x @ params["W1"] + params["b1"])`',
    ),
    _plant(
        "bias averaged twice",
        "db1 = dz.sum(axis=0)",
        "db1 = dz.mean(axis=0)",
        "The error had been divided by the size of the batch, and the bias took a mean again.",
        "your b1 is divided by 5, the number of examples, once too often",
    ),
)
