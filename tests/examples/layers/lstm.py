"""An LSTM that reads a sequence and predicts once, at its end.

The gates stand in the columns in the order input, forget, output, candidate: Wx is (inputs, 4 hidden), Wh (hidden, 4 hidden),
b (4 hidden,), V (hidden, 1); x is (examples, steps, inputs), y (examples, 1).
"""

import numpy as np

from ..fault import named
from .planting import planting


def draw(seed, dtype=np.float64, *, examples=3, steps=3, inputs=2, hidden=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"Wx": (inputs, 4 * hidden), "Wh": (hidden, 4 * hidden), "b": (4 * hidden,), "V": (hidden, 1)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, steps, inputs)).astype(dtype)
    return params, x, rng.standard_normal((examples, 1)).astype(dtype)


def sigmoid(z):
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def forward(params, x):
    """Everything that the way back needs of each step, the last state, and the output."""
    hidden = len(params["V"])
    h = c = np.zeros((len(x), hidden))
    steps = []
    for t in range(x.shape[1]):
        z = x[:, t] @ params["Wx"] + h @ params["Wh"] + params["b"]
        i = sigmoid(z[:, :hidden])
        f = sigmoid(z[:, hidden : 2 * hidden])
        o = sigmoid(z[:, 2 * hidden : 3 * hidden])
        g = np.tanh(z[:, 3 * hidden :])
        c_next = f * c + i * g
        h_next = o * np.tanh(c_next)
        steps.append((h, c, i, f, o, g, c_next))
        h, c = h_next, c_next
    return steps, h, h @ params["V"]


def loss(params, x, y):
    """Half the squared error, summed."""
    return ((forward(params, x)[-1] - y) ** 2).sum() / 2


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    steps, last, out = forward(params, x)
    d = out - y
    dWx, dWh, db, dV = 0, 0, 0, last.T @ d
    dh, dc = d @ params["V"].T, 0
    for t in reversed(range(x.shape[1])):
        h, c, i, f, o, g, c_next = steps[t]
        do = dh * np.tanh(c_next)
        dc = dc + dh * o * (1 - np.tanh(c_next) ** 2)
        di, df, dg = dc * g, dc * c, dc * i
        dz_i = di * i * (1 - i)
        dz_f = df * f * (1 - f)
        dz_o = do * o * (1 - o)
        dz_g = dg * (1 - g**2)
        dz = np.concatenate([dz_i, dz_f, dz_o, dz_g], axis=1)
        dWx = dWx + x[:, t].T @ dz
        dWh = dWh + h.T @ dz
        db = db + dz.sum(axis=0)
        dh = dz @ params["Wh"].T
        dc = f * dc
    return {"Wx": dWx, "Wh": dWh, "b": db, "V": dV}


_CELL, _STATE = "c_next = f * c + i * g", "h_next = o * np.tanh(c_next)"
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "input and forget gate exchanged",
        'return {"Wx": dWx, "Wh": dWh, "b": db, "V": dV}',
        'order = [2, 3, 0, 1, 4, 5, 6, 7]\nreturn {"Wx": dWx[:, order], "Wh": dWh[:, order], "b": db[order], "V": dV}',
        "The gradients of the input gate and the forget gate stand in each other's columns.",
        "in another order along the last axis: places 0 and 1 exchanged with 2 and 3",
    ),
    _plant(
        "gates joined in another order",
        "dz = np.concatenate([dz_i, dz_f, dz_o, dz_g], axis=1)",
        "dz = np.concatenate([dz_f, dz_i, dz_o, dz_g], axis=1)",
        "The errors of the gates were joined in another order than the weights have, and then passed back.",
        "the errors of `z[:, :hidden]` and `z[:, hidden : 2 * hidden]` exchanged",
    ),
    _plant(
        "cell's own path left out",
        "dc = f * dc",
        "dc = 0",
        "The error of the cell was not passed on to the cell before.",
        f"the path through `c` in `{_CELL}` left out",
    ),
    _plant(
        "forget gate left out of the cell's path",
        "dc = f * dc",
        "",
        "The error of the cell went back past the forget gate.",
        f"`f` taken as 1 on the way back in `{_CELL}`",
    ),
    _plant(
        "state's path left out",
        'dh = dz @ params["Wh"].T',
        "dh = 0 * dh",
        "The error was not passed on to the state of the step before.",
        'the path through `h` in `z = x[:, t] @ params["Wx"] + h @ params["Wh"] + params["b"]` left out',
    ),
    _plant(
        "gate's slope left out",
        "dz_i = di * i * (1 - i)",
        "dz_i = di",
        "The error went back through the sigmoid of the input gate as if it were the identity.",
        "the slope of sigmoid left out in `i = sigmoid(z[:, :hidden])`",
    ),
    _plant(
        "tanh's slope of the cell left out",
        "dc = dc + dh * o * (1 - np.tanh(c_next) ** 2)",
        "dc = dc + dh * o",
        "The error went back through tanh of the cell as if it were the identity.",
        f"the slope of tanh left out in `{_STATE}`",
    ),
    _plant(
        "candidate's slope of sigmoid",
        "dz_g = dg * (1 - g**2)",
        "dz_g = dg * g * (1 - g)",
        "The candidate is tanh, and got the slope of the sigmoid.",
        "the slope of sigmoid, a(1 - a), in `g = np.tanh(z[:, 3 * hidden :])`",
    ),
    _plant(
        "cell after the step",
        "di, df, dg = dc * g, dc * c, dc * i",
        "di, df, dg = dc * g, dc * c_next, dc * i",
        "The forget gate was given the cell after the step where the cell before it belongs.",
        f"`c_next` where `c` belongs in `{_CELL}`",
    ),
    _plant(
        "cell without tanh",
        "do = dh * np.tanh(c_next)",
        "do = dh * c_next",
        "The output gate was given the cell where tanh of the cell belongs.",
        f"`c_next` where `np.tanh(c_next)` belongs in `{_STATE}`",
    ),
    _plant(
        "bias of the first step only",
        "db = db + dz.sum(axis=0)",
        "db = dz.sum(axis=0)",
        "The gradient of the bias was overwritten at every step, so that the first step alone is left.",
        'your b equals backprop with only the first of 3 steps of `z = x[:, t] @ params["Wx"] + h @ params["Wh"]',
    ),
)
