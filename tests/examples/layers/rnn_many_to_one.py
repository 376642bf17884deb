"""A recurrent network that reads a sequence and predicts once, at its end.

Wx is (inputs, hidden), Wh (hidden, hidden), b (hidden,), V (hidden, classes), c (classes,); x is (examples, steps, inputs).
"""

import numpy as np

from ..fault import named
from .planting import planting


def draw(seed, dtype=np.float64, *, examples=3, steps=4, inputs=2, hidden=3, classes=3):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"Wx": (inputs, hidden), "Wh": (hidden, hidden), "b": (hidden,), "V": (hidden, classes), "c": (classes,)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, steps, inputs)).astype(dtype)
    return params, x, rng.integers(classes, size=examples)


def forward(params, x):
    """The hidden state before every step and after the last, and the probabilities."""
    h = [np.zeros((len(x), len(params["b"])))]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ params["Wx"] + h[t] @ params["Wh"] + params["b"]))
    scores = h[-1] @ params["V"] + params["c"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def loss(params, x, y):
    """Cross-entropy, averaged over the batch."""
    p = forward(params, x)[1]
    return -np.log(p[np.arange(len(y)), y]).sum() / len(y)


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    h, p = forward(params, x)
    d = p.copy()
    d[np.arange(len(y)), y] -= 1
    d = d / len(y)
    dV, dc = h[-1].T @ d, d.sum(axis=0)
    dWx, dWh, db = 0, 0, 0
    dh = d @ params["V"].T
    for t in reversed(range(x.shape[1])):
        dz = dh * (1 - h[t + 1] ** 2)
        dWx = dWx + x[:, t].T @ dz
        dWh = dWh + h[t].T @ dz
        db = db + dz.sum(axis=0)
        dh = dz @ params["Wh"].T
    return {"Wx": dWx, "Wh": dWh, "b": db, "V": dV, "c": dc}


_STEP = 'h.append(np.tanh(x[:, t] @ params["Wx"] + h[t] @ params["Wh"] + params["b"]))'
_RETURN = 'return {"Wx": dWx, "Wh": dWh, "b": db, "V": dV, "c": dc}'
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "last step only",
        'dh = dz @ params["Wh"].T',
        "dh = 0 * dh",
        "The error was not passed on to the step before, so that the last step alone counts.",
        f"the path through `h[t]` in `{_STEP}` left out",
    ),
    _plant(
        "error not passed on",
        'dh = dz @ params["Wh"].T',
        "",
        "Every step got the error of the last one.",
        f"the error of `{_STEP}` handed on to `h[t]` as it is",
    ),
    _plant(
        "slope left out",
        "dz = dh * (1 - h[t + 1] ** 2)",
        "dz = dh",
        "The error went back through tanh as if it were the identity.",
        f"the slope of tanh left out in `{_STEP}`",
    ),
    _plant(
        "slope left out between the steps",
        'dh = dz @ params["Wh"].T',
        'dh = dh @ params["Wh"].T',
        "The error of the state, not of the preactivation, was passed on to the step before.",
        f"the slope of the activation left out on the path through `h[t]` in `{_STEP}`",
    ),
    _plant(
        "slope of the state before",
        "dz = dh * (1 - h[t + 1] ** 2)",
        "dz = dh * (1 - h[t] ** 2)",
        "The slope of tanh was taken at the state before the step.",
        f"the slope of tanh, 1 - a^2, taken at `h[t]` in `{_STEP}`",
    ),
    _plant(
        "state after the step",
        "dWh = dWh + h[t].T @ dz",
        "dWh = dWh + h[t + 1].T @ dz",
        "Wh was given the state after the step where the state before it belongs.",
        f"your Wh equals backprop with the result of the same line where `h[t]` belongs in `{_STEP}`",
    ),
    _plant(
        "Wh not transposed",
        'dh = dz @ params["Wh"].T',
        'dh = dz @ params["Wh"]',
        "The error went back through Wh as it stands, which a square Wh allows.",
        f'`params["Wh"]` not transposed on the way back in `{_STEP}`',
    ),
    _plant(
        "one step kept",
        "dWx = dWx + x[:, t].T @ dz",
        "dWx = x[:, t].T @ dz",
        "The gradient of Wx was overwritten at every step, so that the first step alone is left.",
        f"your Wx equals backprop with only the first of 4 steps of `{_STEP}` counted",
    ),
    _plant(
        "averaged over the steps",
        _RETURN,
        'return {"Wx": dWx / x.shape[1], "Wh": dWh / x.shape[1], "b": db / x.shape[1], "V": dV, "c": dc}',
        "What is a sum over the steps was averaged over them.",
        "your Wx, Wh and b are divided by 4, the length of axis 1 of x, once too often",
    ),
    _plant(
        "clipped",
        _RETURN,
        'clip = 0.125\nreturn {"Wx": np.clip(dWx, -clip, clip), "Wh": np.clip(dWh, -clip, clip), "b": db, "V": dV, "c": dc}',
        "The gradients of the recurrent layer were clipped, entry by entry.",
        "clipped to [-0.125, 0.125]",
    ),
    _plant(
        "clipped by norm",
        _RETURN,
        'found = {"Wx": dWx, "Wh": dWh, "b": db, "V": dV, "c": dc}\n'
        "norm = np.sqrt(sum((g**2).sum() for g in found.values()))\n"
        "return {name: g * (0.25 / norm) for name, g in found.items()}",
        "All gradients were scaled so that their common norm is 0.25.",
        "scaled to a norm of 0.25 over all arrays",
    ),
    _plant(
        "bias of the classes from the hidden layer",
        "dV, dc = h[-1].T @ d, d.sum(axis=0)",
        "dV, dc = h[-1].T @ d, d.sum(axis=1)",
        "The error was summed over the classes, where its sum is 0, instead of the examples.",
        'the error of `scores = h[-1] @ params["V"] + params["c"]` summed over another axis for `params["c"]`',
    ),
)
