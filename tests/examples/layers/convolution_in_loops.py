"""A convolution in loops, as one writes it first: stride 2 and one row of padding, then tanh and a dense layer.

K is (filters, channels, 3, 3), b (filters,), V (filters * 4, outputs); x is (examples, channels, 3, 3).
"""

import numpy as np

from ..fault import named
from .planting import planting


def draw(seed, dtype=np.float64, *, examples=3, channels=2, filters=2, outputs=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"K": (filters, channels, 3, 3), "b": (filters,), "V": (filters * 4, outputs)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, channels, 3, 3)).astype(dtype)
    return params, x, rng.standard_normal((examples, outputs)).astype(dtype)


def forward(params, x):
    """The activations of the convolution, and the output."""
    K, b = params["K"], params["b"]
    xp = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    z = np.zeros((len(x), len(K), 2, 2))
    for n, f, i, j in np.ndindex(z.shape):
        z[n, f, i, j] = np.sum(xp[n, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3] * K[f]) + b[f]
    h = np.tanh(z)
    return h, h.reshape(len(x), -1) @ params["V"]


def loss(params, x, y):
    """The squared error, averaged over its entries."""
    return np.mean((forward(params, x)[1] - y) ** 2)


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    h, out = forward(params, x)
    d = 2 * (out - y) / y.size
    dV = h.reshape(len(x), -1).T @ d
    dz = (d @ params["V"].T).reshape(h.shape)
    dz = dz * (1 - h**2)
    xp = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    dK, db = np.zeros(params["K"].shape), np.zeros(params["b"].shape)
    for n, f, i, j in np.ndindex(dz.shape):
        window = xp[n, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
        dK[f] += dz[n, f, i, j] * window
        db[f] += dz[n, f, i, j]
    return {"K": dK, "b": db, "V": dV}


_WINDOW = "window = xp[n, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]"
_SEEN = "xp[n, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]"
_Z = f"z[n, f, i, j] = np.sum({_SEEN} * K[f]) + b[f]"
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "kernel flipped",
        "dK[f] += dz[n, f, i, j] * window",
        "dK[f] += dz[n, f, i, j] * window[:, ::-1, ::-1]",
        "The gradient of the kernel was flipped along both of its axes, as in a convolution of mathematics.",
        "your K has axes 2 and 3 reversed",
    ),
    _plant(
        "kernel flipped along one axis",
        "dK[f] += dz[n, f, i, j] * window",
        "dK[f] += dz[n, f, i, j] * window[:, ::-1]",
        "The rows of the kernel's gradient stand in reversed order.",
        "your K has axis 2 reversed",
    ),
    _plant(
        "rows and columns exchanged",
        _WINDOW,
        _WINDOW + ".transpose(0, 2, 1)",
        "Rows and columns of the window were exchanged.",
        "your K has axes 2 and 3 exchanged",
    ),
    _plant(
        "filters and channels exchanged",
        'return {"K": dK, "b": db, "V": dV}',
        'return {"K": dK.transpose(1, 0, 2, 3), "b": db, "V": dV}',
        "The gradient of the kernel has filters where channels belong.",
        "your K has axes 0 and 1 exchanged",
    ),
    _plant(
        "bias forgotten",
        "db[f] += dz[n, f, i, j]",
        "",
        "The gradient of the bias was never added up.",
        "your b is 0 everywhere, as if forgotten",
    ),
    _plant(
        "bias averaged",
        'return {"K": dK, "b": db, "V": dV}',
        'return {"K": dK, "b": db / len(x), "V": dV}',
        "The bias was averaged over the batch once more.",
        "your b is divided by 3, the number of examples, once too often",
    ),
    _plant(
        "bias of one place",
        "db[f] += dz[n, f, i, j]",
        "db[f] = dz[n, f, i, j]",
        "The bias kept the error of the last place of the last example only.",
        f"your b equals backprop with only the last of 24 steps of `{_Z}` counted",
    ),
    _plant(
        "stride forgotten",
        _WINDOW,
        "window = xp[n, :, i : i + 3, j : j + 3]",
        "The windows of the gradient move by one place, those of the loss by two.",
        f"`{_SEEN}` taken at half its place, as of a stride that was forgotten, on the way back in `{_Z}`",
    ),
    _plant(
        "padding off by one",
        "xp = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))",
        "xp = np.pad(x, ((0, 0), (0, 0), (2, 0), (2, 0)))",
        "The padding of the gradient stands before the image only.",
        f"`{_SEEN}` moved by -1 along its last two axes, on the way back in `{_Z}`",
    ),
    _plant(
        "slope left out",
        "dz = dz * (1 - h**2)",
        "",
        "The error went back through tanh as if it were the identity.",
        "the slope of tanh left out in `h = np.tanh(z)`",
    ),
    _plant(
        "squared error without its 2",
        "d = 2 * (out - y) / y.size",
        "d = (out - y) / y.size",
        "The 2 of the square's derivative was forgotten.",
        "0.5 times the derivative of your loss: a 2 left out",
    ),
)
