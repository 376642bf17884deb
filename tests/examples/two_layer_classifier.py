"""A two-layer ReLU classifier as courses on vision set it: rows are examples, labels are integers, softmax loss.

W1 is (inputs, hidden), b1 (hidden,), W2 (hidden, classes), b2 (classes,); x is (examples, inputs), y (examples,).
"""

import functools

import numpy as np

from .fault import Fault, named, with_line


def draw(seed, dtype=np.float64, *, examples=6, inputs=4, hidden=5, classes=3):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, inputs)).astype(dtype)
    return params, x, rng.integers(classes, size=examples)


def loss(params, x, y, reg=0.0):
    """Cross-entropy averaged over the batch, plus reg times the sum of the squared weights."""
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    n = x.shape[0]
    h = np.maximum(0, x.dot(W1) + b1)
    scores = h.dot(W2) + b2
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(n), y]).sum() / n + reg * ((W1 * W1).sum() + (W2 * W2).sum())


def grads(params, x, y, reg=0.0):
    """The gradient of `loss`: a dict of the same keys."""
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    n = x.shape[0]
    z = x.dot(W1) + b1
    h = np.maximum(0, z)
    scores = h.dot(W2) + b2
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)

    d = p.copy()
    d[np.arange(n), y] -= 1
    d /= n
    dW2 = h.T.dot(d)
    db2 = d.sum(axis=0)
    dh = d.dot(W2.T)
    dh[h <= 0] = 0
    dW1 = x.T.dot(dh)
    db1 = dh.sum(axis=0)
    dW1 += 2 * reg * W1
    dW2 += 2 * reg * W2
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


PENALTY = 0.125
penalised_loss = functools.partial(loss, reg=PENALTY)
penalised_grads = functools.partial(grads, reg=PENALTY)


def _fault(name, sentence, line, wrong, diagnosis):
    return Fault(name, sentence, loss, with_line(grads, line, wrong), diagnosis)


FAULTS = named(
    _fault(
        "slope left out",
        "The error went back through ReLU as if it were the identity.",
        "dh[h <= 0] = 0",
        "",
        "your W1 and b1 equal backprop with the slope of the activation (relu) left out",
    ),
    _fault(
        "mask of the error",
        "What was set to 0 is where the error that came back is negative, not where the hidden unit is off.",
        "dh[h <= 0] = 0",
        "dh[dh <= 0] = 0",
        "the mask of ReLU from the sign of the error that comes back",
    ),
    _fault(
        "one-hot forgotten",
        "The error of the scores was taken as p, without the 1 of the right class subtracted.",
        "d[np.arange(n), y] -= 1",
        "",
        "the one-hot target not subtracted from the prediction",
    ),
    _fault(
        "sign flipped",
        "The error of the scores was taken as one-hot minus p, which leads uphill.",
        "d[np.arange(n), y] -= 1",
        "d[np.arange(n), y] -= 1\nd = -d",
        "have the wrong sign: the output error is target minus prediction",
    ),
    _fault(
        "not averaged",
        "The loss is averaged over the batch, its gradient was summed.",
        "d /= n",
        "",
        "are summed over the batch, but your loss is averaged over it (1/6 is missing)",
    ),
    _fault(
        "averaged twice",
        "The error had been divided by the size of the batch, and the gradient of W1 was divided by it again.",
        "dW1 = x.T.dot(dh)",
        "dW1 = x.T.dot(dh) / n",
        "your W1 is averaged over the batch twice",
    ),
    _fault(
        "bias averaged again",
        "The biases took a mean over the batch where the weights took a sum.",
        "db1 = dh.sum(axis=0)",
        "db1 = dh.mean(axis=0)",
        "your b1 is averaged over the batch twice",
    ),
    _fault(
        "preactivation for activation",
        "The gradient of W2 was made with what goes into ReLU instead of what comes out.",
        "dW2 = h.T.dot(d)",
        "dW2 = z.T.dot(d)",
        "your W2 equals backprop with the preactivation where the activation belongs",
    ),
    _fault(
        "slope of softmax again",
        "p minus one-hot is the error before softmax already, and was multiplied by p (1 - p) once more.",
        "d /= n",
        "d *= p * (1 - p)\nd /= n",
        "the slope of the output's softmax twice",
    ),
    _fault(
        "maximum over the batch",
        "For the softmax of the gradient each class, not each example, had its largest score subtracted.",
        "scores -= scores.max(axis=1, keepdims=True)",
        "scores -= scores.max(axis=0)",
        "softmax of logits that had each class's largest over the batch subtracted",
    ),
    _fault(
        "updated in place too early",
        "W2 took its step, in the network's own array, before the error went back through it.",
        "dh = d.dot(W2.T)",
        "W2 -= 0.5 * dW2\ndh = d.dot(W2.T)",
        "it changes W2 of the parameters in place",
    ),
    Fault(
        "penalty forgotten",
        "The loss has the penalty of the weights, the gradient does not.",
        penalised_loss,
        grads,
        "your W1 and W2 equal backprop with the gradient of your loss's L2 penalty left out",
    ),
    Fault(
        "penalty without its 2",
        "The slope of reg W^2 was taken as reg W.",
        penalised_loss,
        functools.partial(grads, reg=PENALTY / 2),
        "the gradient of your loss's L2 penalty times 0.5",
    ),
)
