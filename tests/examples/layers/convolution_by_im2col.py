"""Two convolutions as products of matrices: im2col on the way there, col2im on the way back.

K1 is (filters, 1, 2, 2), b1 (filters,), K2 (filters, filters, 2, 2), b2 (filters,); x is (examples, 1, 4, 4).
"""

import numpy as np

from ..fault import named
from .planting import planting


def draw(seed, dtype=np.float64, *, examples=3, filters=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"K1": (filters, 1, 2, 2), "b1": (filters,), "K2": (filters, filters, 2, 2), "b2": (filters,)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, 1, 4, 4)).astype(dtype)
    return params, x, rng.standard_normal((examples, filters, 2, 2)).astype(dtype)


def im2col(x, k=2):
    """The windows of every place as rows: (examples * height * width, channels * k * k)."""
    height, width = x.shape[2] - k + 1, x.shape[3] - k + 1
    windows = [x[:, :, i : i + height, j : j + width] for i in range(k) for j in range(k)]
    return np.stack(windows, axis=2).transpose(0, 3, 4, 1, 2).reshape(-1, x.shape[1] * k * k)


def convolved(x, K, b):
    """The product of every window with every filter, as (examples, filters, height, width)."""
    z = im2col(x) @ K.reshape(len(K), -1).T + b
    return z.reshape(len(x), x.shape[2] - 1, x.shape[3] - 1, len(K)).transpose(0, 3, 1, 2)


def forward(params, x):
    """The activations of the first layer, and the output."""
    h = np.tanh(convolved(x, params["K1"], params["b1"]))
    return h, convolved(h, params["K2"], params["b2"])


def loss(params, x, y):
    """Half the squared error, averaged over the batch."""
    return ((forward(params, x)[1] - y) ** 2).sum() / 2 / len(x)


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    K1, K2 = params["K1"], params["K2"]
    h, out = forward(params, x)
    d = (out - y) / len(x)
    rows = d.transpose(0, 2, 3, 1).reshape(-1, len(K2))
    dcol = im2col(h).T @ rows
    dK2 = dcol.T.reshape(K2.shape)
    db2 = rows.sum(axis=0)
    back = (rows @ K2.reshape(len(K2), -1)).reshape(len(x), 2, 2, len(K1), 2, 2)
    dh = np.zeros_like(h)
    for i, j in np.ndindex(2, 2):
        dh[:, :, i : i + 2, j : j + 2] += back[..., i, j].transpose(0, 3, 1, 2)
    dz = dh * (1 - h**2)
    rows1 = dz.transpose(0, 2, 3, 1).reshape(-1, len(K1))
    dK1 = (rows1.T @ im2col(x)).reshape(K1.shape)
    db1 = rows1.sum(axis=0)
    return {"K1": dK1, "b1": db1, "K2": dK2, "b2": db2}


_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "reshaped without the transpose",
        "dK2 = dcol.T.reshape(K2.shape)",
        "dK2 = dcol.reshape(K2.shape)",
        "The columns' gradient was reshaped as it stands, filters last, into a kernel with filters first.",
        "your K2 has the right values laid out in another order",
    ),
    _plant(
        "rows in another order",
        "rows = d.transpose(0, 2, 3, 1).reshape(-1, len(K2))",
        "rows = d.reshape(-1, len(K2))",
        "The error was made a matrix without its filters moved to the last axis.",
        "the error of `z = im2col(x) @ K.reshape(len(K), -1).T + b` taken in the order of what `convolved` returns",
    ),
    _plant(
        "overlaps overwritten",
        "dh[:, :, i : i + 2, j : j + 2] += back[..., i, j].transpose(0, 3, 1, 2)",
        "dh[:, :, i : i + 2, j : j + 2] = back[..., i, j].transpose(0, 3, 1, 2)",
        "Where windows overlap, the last one overwrote the others.",
        "only the last of the windows that an entry stands in counted in `z = im2col(x) @ K.reshape(len(K), -1).T + b`",
    ),
    _plant(
        "kernel flipped on the way back",
        "dh[:, :, i : i + 2, j : j + 2] += back[..., i, j].transpose(0, 3, 1, 2)",
        "dh[:, :, i : i + 2, j : j + 2] += back[..., 1 - i, 1 - j].transpose(0, 3, 1, 2)",
        "The kernel was flipped on the way back, though the windows are put back where they came from.",
        '`params["K2"]` with axes 2 and 3 reversed on the way back in `return h, convolved(h, params["K2"], params["b2"])`',
    ),
    _plant(
        "slope left out",
        "dz = dh * (1 - h**2)",
        "dz = dh",
        "The error went back through tanh as if it were the identity.",
        'the slope of tanh left out in `h = np.tanh(convolved(x, params["K1"], params["b1"]))`',
    ),
    _plant(
        "first kernel's gradient flipped",
        "dK1 = (rows1.T @ im2col(x)).reshape(K1.shape)",
        "dK1 = (rows1.T @ im2col(x)).reshape(K1.shape)[..., ::-1, ::-1]",
        "The gradient of the first kernel was flipped along both axes.",
        "your K1 has axes 2 and 3 reversed",
    ),
    _plant(
        "wrong sign",
        "d = (out - y) / len(x)",
        "d = (y - out) / len(x)",
        "The error was taken as target minus output.",
        "have the wrong sign",
    ),
    _plant(
        "bias averaged over places",
        "db2 = rows.sum(axis=0)",
        "db2 = rows.mean(axis=0)",
        "The bias took a mean over all places of all examples.",
        "your b2 is 0.0833333 times the derivative of your loss",
    ),
)
