"""A network with one hidden layer of tanh units and an affine output, with half the squared error as its loss.

`params` is a dict of arrays: "W1" of shape (inputs, hidden), "b1" (hidden,), "W2" (hidden, outputs), "b2" (outputs,).
Rows are examples: `x` has shape (examples, inputs) and `y`, the targets, (examples, outputs).
"""

import numpy as np


def forward(params, x):
    """The outputs, and the hidden activations that `grads` needs."""
    h = np.tanh(x @ params["W1"] + params["b1"])
    return h @ params["W2"] + params["b2"], h


def loss(params, x, y):
    """Half the squared error, summed over the outputs and the examples: a scalar."""
    outputs, _ = forward(params, x)
    return ((outputs - y) ** 2).sum() / 2


def grads(params, x, y):
    """The derivative of `loss` in every parameter: a dict with the keys of `params`."""
    outputs, h = forward(params, x)
    d2 = outputs - y
    d1 = (d2 @ params["W2"].T) * (1 - h**2)
    return {"W1": x.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}
