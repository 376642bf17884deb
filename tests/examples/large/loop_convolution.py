"""Convolution, ReLU, max pooling and a dense layer on 8 x 8 x 3 pictures, in loops, as people write them."""

import numpy as np

FILTERS, SIDE, CLASSES = 4, 6, 5


def draw(seed: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    params = {
        "K": random.normal(size=(FILTERS, 3, 3, 3)) / 5,
        "b": random.normal(size=FILTERS) / 5,
        "W": random.normal(size=(SIDE // 2 * SIDE // 2 * FILTERS, CLASSES)) / 5,
        "c": np.zeros(CLASSES),
    }
    return params, random.normal(size=(4, 8, 8, 3)), random.integers(0, CLASSES, 4)


def forward(params, x):
    z = np.zeros((len(x), SIDE, SIDE, FILTERS))
    for n, i, j, f in np.ndindex(z.shape):
        z[n, i, j, f] = np.sum(x[n, i : i + 3, j : j + 3] * params["K"][f]) + params["b"][f]
    h = np.maximum(0, z)
    pooled = np.zeros((len(x), SIDE // 2, SIDE // 2, FILTERS))
    for n, i, j, f in np.ndindex(pooled.shape):
        pooled[n, i, j, f] = np.max(h[n, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, f])
    flat = pooled.reshape(len(x), -1)
    exps = np.exp(flat @ params["W"] + params["c"])
    return z, h, pooled, flat, exps / exps.sum(axis=1, keepdims=True)


def loss(params, x, y):
    return -np.mean(np.log(forward(params, x)[-1][np.arange(len(y)), y]))


def backward(params, x, y, slope):
    z, h, pooled, flat, p = forward(params, x)
    d = p.copy()
    d[np.arange(len(y)), y] -= 1
    d = d / len(y)
    dpooled = (d @ params["W"].T).reshape(pooled.shape)
    dz = np.zeros(z.shape)
    for n, i, j, f in np.ndindex(pooled.shape):
        window = h[n, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, f]
        a, b = np.unravel_index(np.argmax(window), (2, 2))
        dz[n, 2 * i + a, 2 * j + b, f] += dpooled[n, i, j, f]
    dz = dz * slope(z)
    dk = np.zeros(params["K"].shape)
    for n, i, j, f in np.ndindex(z.shape):
        dk[f] += dz[n, i, j, f] * x[n, i : i + 3, j : j + 3]
    return {"K": dk, "b": dz.sum((0, 1, 2)), "W": flat.T @ d, "c": d.sum(0)}


def grads(params, x, y):
    return backward(params, x, y, lambda z: z > 0)


def wrong(params, x, y):
    return backward(params, x, y, lambda z: 1)
