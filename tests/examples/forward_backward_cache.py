"""A network in three functions, as a well-known online course sets it: forward, cost and backward with a cache.

tanh, then sigmoid. W1 is (hidden, inputs), b1 (hidden, 1), W2 (outputs, hidden), b2 (outputs, 1); examples are columns:
X is (inputs, m), Y (outputs, m) of zeros and ones.
"""

import numpy as np

from .fault import Fault, named, with_line


def draw(seed, dtype=np.float64, *, examples=6, inputs=3, hidden=4, outputs=1):
    """Random params, X and Y."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (hidden, inputs), "b1": (hidden, 1), "W2": (outputs, hidden), "b2": (outputs, 1)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    X = rng.standard_normal((inputs, examples)).astype(dtype)
    return params, X, rng.integers(2, size=(outputs, examples)).astype(dtype)


def forward(params, X):
    """The output A2, and a cache of what backward needs."""
    Z1 = params["W1"] @ X + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def compute_cost(A2, Y):
    """Binary cross-entropy, averaged over the examples."""
    m = Y.shape[1]
    return -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m


def backward(params, cache, X, Y):
    """The gradient of the cost: dW1, db1, dW2, db2."""
    W2, A1, A2 = params["W2"], cache["A1"], cache["A2"]
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (1 - A1**2)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def loss(params, X, Y):
    """The cost of the forward pass."""
    A2, _ = forward(params, X)
    return compute_cost(A2, Y)


def grads_by(backward):
    """The gradient of `loss` by a backward function."""

    def grads(params, X, Y):
        _, cache = forward(params, X)
        return backward(params, cache, X, Y)

    return grads


grads = grads_by(backward)


def _fault(name, sentence, line, wrong, diagnosis, sizes=None):
    return Fault(name, sentence, loss, grads_by(with_line(backward, line, wrong)), diagnosis, sizes or {})


FAULTS = named(
    _fault(
        "slope left out",
        "The error went back through tanh as if it were the identity.",
        "dZ1 = dA1 * (1 - A1**2)",
        "dZ1 = dA1",
        "your W1 and b1 equal backprop with the slope of the activation (tanh) left out",
    ),
    _fault(
        "slope 1 - Z^2",
        "The slope 1 - A1^2 of tanh was written with Z1 in place of A1.",
        "dZ1 = dA1 * (1 - A1**2)",
        'dZ1 = dA1 * (1 - cache["Z1"] ** 2)',
        "1 - z^2 for the slope, where 1 - a^2 of the activation a is meant",
    ),
    _fault(
        "slope of sigmoid",
        "The hidden units are tanh, and got the slope A1 (1 - A1) of the sigmoid.",
        "dZ1 = dA1 * (1 - A1**2)",
        "dZ1 = dA1 * A1 * (1 - A1)",
        "the slope of sigmoid, a(1 - a), but the activation is tanh",
    ),
    _fault(
        "slope of sigmoid again",
        "A2 - Y is the error before the sigmoid already, and was multiplied by its slope once more.",
        "dZ2 = A2 - Y",
        "dZ2 = (A2 - Y) * A2 * (1 - A2)",
        "the slope of the output's sigmoid twice",
    ),
    _fault(
        "sign flipped",
        "The error of the output was taken as Y - A2, which leads uphill.",
        "dZ2 = A2 - Y",
        "dZ2 = Y - A2",
        "have the wrong sign: the output error is target minus prediction",
    ),
    _fault(
        "not averaged",
        "The cost is averaged over the batch, its gradient was summed.",
        "m = X.shape[1]",
        "m = 1",
        "are summed over the batch, but your loss is averaged over it (1/6 is missing)",
    ),
    _fault(
        "averaged twice",
        "The error had been divided by m, and the gradients were divided by it again.",
        "dZ2 = A2 - Y",
        "dZ2 = (A2 - Y) / m",
        "are averaged over the batch twice: divided by the 6 examples once too often",
    ),
    _fault(
        "m counts the features",
        "The gradient was divided by the number of inputs instead of the number of examples.",
        "m = X.shape[1]",
        "m = X.shape[0]",
        "are divided by 3, the number of inputs, where the 6 examples belong",
    ),
    _fault(
        "bias summed",
        "The biases took the sum over the batch where the weights took the mean.",
        "db1 = dZ1.sum(axis=1, keepdims=True) / m",
        "db1 = dZ1.sum(axis=1, keepdims=True)",
        "your b1 is summed over the batch, but your loss is averaged over it (1/6 is missing)",
    ),
    _fault(
        "updated too early",
        "W2 took its step before the error went back through it.",
        "dA1 = W2.T @ dZ2",
        "W2 = W2 - 0.5 * dW2\ndA1 = W2.T @ dZ2",
        "the weights above updated (by a step of 0.5) before the gradient of the layer below was taken",
    ),
    _fault(
        "input for hidden activation",
        "The gradient of W2 was made with the inputs instead of the hidden activations.",
        "dW2 = dZ2 @ A1.T / m",
        "dW2 = dZ2 @ X.T / m",
        "the inputs x where the hidden activation belongs in a weight's gradient",
        sizes={"inputs": 4, "hidden": 4},
    ),
    _fault(
        "weights not transposed",
        "The error went down through W2 as it stands, which a square W2 allows.",
        "dA1 = W2.T @ dZ2",
        "dA1 = W2 @ dZ2",
        "weights on the way back that are not transposed",
        sizes={"hidden": 3, "outputs": 3},
    ),
    _fault(
        "gradient transposed",
        "The gradient of W1 was transposed, which a square W1 allows.",
        "dW1 = dZ1 @ X.T / m",
        "dW1 = X @ dZ1.T / m",
        "your W1 is transposed",
        sizes={"inputs": 4, "hidden": 4},
    ),
)
