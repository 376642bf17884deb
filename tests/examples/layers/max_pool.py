"""A convolution, 2 by 2 max pooling and a dense layer.

K is (filters, 2, 2), b (filters,), V (filters * 4, outputs); x is (examples, 5, 5), y (examples, outputs).
"""

import numpy as np

from ..fault import named
from .planting import planting


def draw(seed, dtype=np.float64, *, examples=3, filters=2, outputs=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"K": (filters, 2, 2), "b": (filters,), "V": (filters * 4, outputs)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, 5, 5)).astype(dtype)
    return params, x, rng.standard_normal((examples, outputs)).astype(dtype)


def forward(params, x):
    """The convolution, its activations in windows of 2 by 2, the pooled ones, and the output."""
    K, b = params["K"], params["b"]
    z = sum(K[:, i, j, None, None] * x[:, None, i : i + 4, j : j + 4] for i in range(2) for j in range(2))
    z = z + b[:, None, None]
    windows = np.tanh(z).reshape(len(x), len(K), 2, 2, 2, 2)
    pooled = windows.max(axis=(3, 5))
    return z, windows, pooled, pooled.reshape(len(x), -1) @ params["V"]


def loss(params, x, y):
    """Half the squared error, summed."""
    return ((forward(params, x)[-1] - y) ** 2).sum() / 2


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    K = params["K"]
    z, windows, pooled, out = forward(params, x)
    d = out - y
    dV = pooled.reshape(len(x), -1).T @ d
    dpooled = (d @ params["V"].T).reshape(pooled.shape)
    mask = windows == pooled[:, :, :, None, :, None]
    dh = (mask * dpooled[:, :, :, None, :, None]).reshape(z.shape)
    dz = dh * (1 - np.tanh(z) ** 2)
    places = [(dz * x[:, None, i : i + 4, j : j + 4]).sum(axis=(0, 2, 3)) for i in range(2) for j in range(2)]
    dK = np.stack(places, axis=1).reshape(K.shape)
    db = dz.sum(axis=(0, 2, 3))
    return {"K": dK, "b": db, "V": dV}


_MASK = "mask = windows == pooled[:, :, :, None, :, None]"
_MAX = "pooled = windows.max(axis=(3, 5))"
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "whole error to every place",
        _MASK,
        "mask = np.ones(windows.shape)",
        "Every place of a window got the whole error, not only its largest.",
        f"the error of `{_MAX}` handed to every entry, not to the largest alone",
    ),
    _plant(
        "error shared equally",
        _MASK,
        "mask = np.ones(windows.shape) / 4",
        "Every place of a window got a quarter of the error, as in average pooling.",
        f"the error of `{_MAX}` shared by all entries, as of a mean",
    ),
    _plant(
        "mask of the smallest",
        _MASK,
        "mask = windows == windows.min(axis=(3, 5), keepdims=True)",
        "The error went to the smallest of each window.",
        f"the error of `{_MAX}` handed to the smallest entry",
    ),
    _plant(
        "mask of another array",
        _MASK,
        "inputs = x[:, None, :4, :4].reshape(len(x), 1, 2, 2, 2, 2)\nmask = inputs == inputs.max(axis=(3, 5), keepdims=True)",
        "The mask was taken from the inputs instead of the activations.",
        f"the error of `{_MAX}` handed to other entries than the largest",
        paths=True,
    ),
    _plant(
        "mask of the rows",
        _MASK,
        "mask = windows == windows.max(axis=5, keepdims=True)",
        "The largest of each row of a window got the error, two places a window.",
        f"the error of `{_MAX}` handed to the largest along axis 5 alone, several of a window",
    ),
    _plant(
        "slope left out",
        "dz = dh * (1 - np.tanh(z) ** 2)",
        "dz = dh",
        "The error went back through tanh as if it were the identity.",
        "the slope of tanh left out in `windows = np.tanh(z).reshape(len(x), len(K), 2, 2, 2, 2)`",
    ),
    _plant(
        "kernel transposed",
        "dK = np.stack(places, axis=1).reshape(K.shape)",
        "dK = np.stack(places, axis=1).reshape(K.shape).transpose(0, 2, 1)",
        "Rows and columns of the kernel's gradient were exchanged.",
        "your K has axes 1 and 2 exchanged",
    ),
    _plant(
        "bias of one filter for all",
        "db = dz.sum(axis=(0, 2, 3))",
        "db = dz.sum() * np.ones(len(K))",
        "The bias was summed over the filters, too.",
        "your b has in every entry the sum of the derivative over axis 0",
    ),
    _plant(
        "places stacked on the wrong axis",
        "dK = np.stack(places, axis=1).reshape(K.shape)",
        "dK = np.stack(places).reshape(K.shape)",
        "The places were stacked before the filters, and then read as if they stood behind them.",
        "your K has the right values laid out in another order",
    ),
)
