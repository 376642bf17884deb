"""A recurrent network that predicts at every step.

Wx is (inputs, hidden), Wh (hidden, hidden), b (hidden,), V (hidden, outputs), c (outputs,); x is (steps, examples, inputs),
y (steps, examples, outputs).
"""

import numpy as np

from ..fault import named
from .planting import planting


def draw(seed, dtype=np.float64, *, examples=4, steps=3, inputs=2, hidden=3, outputs=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"Wx": (inputs, hidden), "Wh": (hidden, hidden), "b": (hidden,), "V": (hidden, outputs), "c": (outputs,)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((steps, examples, inputs)).astype(dtype)
    return params, x, rng.standard_normal((steps, examples, outputs)).astype(dtype)


def forward(params, x):
    """The hidden state before the first step and after each, and the outputs."""
    h = {-1: np.zeros((x.shape[1], len(params["b"])))}
    outs = []
    for t in range(len(x)):
        h[t] = np.tanh(x[t] @ params["Wx"] + h[t - 1] @ params["Wh"] + params["b"])
        outs.append(h[t] @ params["V"] + params["c"])
    return h, outs


def loss(params, x, y):
    """Half the squared error of every step, averaged over the batch."""
    _, outs = forward(params, x)
    return sum(((out - target) ** 2).sum() for out, target in zip(outs, y, strict=True)) / 2 / x.shape[1]


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    h, outs = forward(params, x)
    found = {name: np.zeros_like(value) for name, value in params.items()}
    dnext = np.zeros_like(h[0])
    for t in reversed(range(len(x))):
        d = (outs[t] - y[t]) / x.shape[1]
        found["V"] += h[t].T @ d
        found["c"] += d.sum(axis=0)
        dh = d @ params["V"].T + dnext
        dz = dh * (1 - h[t] * h[t])
        found["Wx"] += x[t].T @ dz
        found["Wh"] += h[t - 1].T @ dz
        found["b"] += dz.sum(axis=0)
        dnext = dz @ params["Wh"].T
    return found


_STEP = 'h[t] = np.tanh(x[t] @ params["Wx"] + h[t - 1] @ params["Wh"] + params["b"])'
_OUTPUT = 'outs.append(h[t] @ params["V"] + params["c"])'
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "later steps forgotten",
        'dh = d @ params["V"].T + dnext',
        'dh = d @ params["V"].T',
        "The error that later steps pass back was not added.",
        f"the path through `h[t - 1]` in `{_STEP}` left out",
    ),
    _plant(
        "own output forgotten",
        'dh = d @ params["V"].T + dnext',
        'dh = d @ params["V"].T + dnext if t == len(x) - 1 else dnext',
        "Only the last step's output sent its error into the hidden state.",
        f"the path through `h[t]` in `{_OUTPUT}` left out in every step but the last",
    ),
    _plant(
        "slope left out between the steps",
        'dnext = dz @ params["Wh"].T',
        'dnext = dh @ params["Wh"].T',
        "The error of the state, not of the preactivation, was passed on to the step before.",
        f"the slope of the activation left out on the path through `h[t - 1]` in `{_STEP}`",
    ),
    _plant(
        "errors pile up",
        'dnext = dz @ params["Wh"].T',
        'dnext += dz @ params["Wh"].T',
        "What the later step had passed back was added once more.",
        f"what every step hands back to `h[t - 1]` in `{_STEP}` handed to all steps before it, too",
    ),
    _plant(
        "state of the same step",
        'found["Wh"] += h[t - 1].T @ dz',
        'found["Wh"] += h[t].T @ dz',
        "Wh was given the state after the step where the state before it belongs.",
        f"your Wh equals backprop with `h[t]` where `h[t - 1]` belongs in `{_STEP}`",
    ),
    _plant(
        "state before for the output",
        'found["V"] += h[t].T @ d',
        'found["V"] += h[t - 1].T @ d',
        "V was given the state before the step where the state after it belongs.",
        f"your V equals backprop with `h[t - 1]` where `h[t]` belongs in `{_OUTPUT}`",
    ),
    _plant(
        "first step only",
        'found["V"] += h[t].T @ d',
        'found["V"] = h[t].T @ d',
        "The gradient of V was overwritten at every step, so that the first step alone is left.",
        f"your V equals backprop with only the first of 3 steps of `{_OUTPUT}` counted",
    ),
    _plant(
        "bias averaged",
        'found["c"] += d.sum(axis=0)',
        'found["c"] += d.mean(axis=0)',
        "The output's bias took a mean over the batch where a sum belongs.",
        "your c is divided by 4, the length of axis 1 of x",
    ),
    _plant(
        "averaged over the steps",
        "d = (outs[t] - y[t]) / x.shape[1]",
        "d = (outs[t] - y[t]) / x.shape[1] / len(x)",
        "The error was divided by the number of steps, which the loss does not do.",
        "divided by 3, the length of axis 0 of x",
    ),
    _plant(
        "averaged over the steps, not the examples",
        "d = (outs[t] - y[t]) / x.shape[1]",
        "d = (outs[t] - y[t]) / len(x)",
        "The error was divided by the number of steps where the number of examples belongs.",
        "divided by 3, the length of axis 0 of x",
    ),
    _plant(
        "Wx and Wh exchanged",
        "return found",
        'return {**found, "Wx": found["Wh"], "Wh": found["Wx"]}',
        "The gradients of Wx and Wh were returned under each other's names.",
        "your Wx and Wh are exchanged",
        inputs=3,
    ),
)
