"""Layer norm after a dense layer: each example is normed over its units.

W is (inputs, hidden), b, gamma and beta (hidden,), V (hidden, classes); x is (examples, inputs), y labels (examples,).
"""

import numpy as np

from ..fault import named
from .planting import planting

EPS = 1e-5


def draw(seed, dtype=np.float64, *, examples=4, inputs=3, hidden=5, classes=3):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"W": (inputs, hidden), "b": (hidden,), "gamma": (hidden,), "beta": (hidden,), "V": (hidden, classes)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, inputs)).astype(dtype)
    return params, x, rng.integers(classes, size=examples)


def forward(params, x):
    """What every step comes to."""
    z = x @ params["W"] + params["b"]
    mean = z.mean(axis=-1, keepdims=True)
    std = np.sqrt(((z - mean) ** 2).mean(axis=-1, keepdims=True) + EPS)
    normed = (z - mean) / std
    h = params["gamma"] * normed + params["beta"]
    scores = h @ params["V"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return std, normed, h, e / e.sum(axis=1, keepdims=True)


def loss(params, x, y):
    """Cross-entropy, averaged over the batch."""
    p = forward(params, x)[-1]
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    std, normed, h, p = forward(params, x)
    d = (p - np.eye(p.shape[1])[y]) / len(y)
    dV = h.T @ d
    dh = d @ params["V"].T
    dgamma = (dh * normed).sum(axis=0)
    dbeta = dh.sum(axis=0)
    dn = dh * params["gamma"]
    mean_part = dn.mean(axis=-1, keepdims=True)
    std_part = normed * (dn * normed).mean(axis=-1, keepdims=True)
    dz = (dn - mean_part - std_part) / std
    dW = x.T @ dz
    db = dz.sum(axis=0)
    return {"W": dW, "b": db, "gamma": dgamma, "beta": dbeta, "V": dV}


_MEAN = "mean = z.mean(axis=-1, keepdims=True)"
_STD = "std = np.sqrt(((z - mean) ** 2).mean(axis=-1, keepdims=True) + EPS)"
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "mean as a constant",
        "mean_part = dn.mean(axis=-1, keepdims=True)",
        "mean_part = 0",
        "The error did not go back through the mean of the units.",
        f"the path through `{_MEAN}` left out",
    ),
    _plant(
        "standard deviation as a constant",
        "std_part = normed * (dn * normed).mean(axis=-1, keepdims=True)",
        "std_part = 0",
        "The error did not go back through the standard deviation of the units.",
        f"the path through `{_STD}` left out",
    ),
    _plant(
        "both as constants",
        "dz = (dn - mean_part - std_part) / std",
        "dz = dn / std",
        "The error was divided by the standard deviation only.",
        f"the paths through `{_MEAN}` and `{_STD}` left out",
    ),
    _plant(
        "mean over the batch",
        "mean_part = dn.mean(axis=-1, keepdims=True)",
        "mean_part = dn.mean(axis=0)",
        "The mean in the gradient runs over the examples, as in batch norm.",
        f"the path through `{_MEAN}` taken over another axis",
        paths=True,
    ),
    _plant(
        "sum for the mean",
        "mean_part = dn.mean(axis=-1, keepdims=True)",
        "mean_part = dn.sum(axis=-1, keepdims=True)",
        "What came back through the mean was not divided by the number of units.",
        f"the path through `{_MEAN}` counted 5 times",
    ),
    _plant(
        "not divided by the standard deviation",
        "dz = (dn - mean_part - std_part) / std",
        "dz = dn - mean_part - std_part",
        "The slope 1/std of the norm was forgotten.",
        "the division by `std` left out on the way back in `normed = (z - mean) / std`, in the path through `std`, too",
    ),
    _plant(
        "gamma left out",
        'dn = dh * params["gamma"]',
        "dn = dh",
        "The error went back past the scale gamma.",
        '`params["gamma"]` taken as 1 on the way back in `h = params["gamma"] * normed + params["beta"]`',
    ),
    _plant(
        "gamma's input left out",
        "dgamma = (dh * normed).sum(axis=0)",
        "dgamma = dh.sum(axis=0)",
        "The gradient of gamma was not multiplied by what gamma scales.",
        "your gamma equals the derivative in beta",
    ),
    _plant(
        "bias before the norm taken for beta",
        "db = dz.sum(axis=0)",
        "db = dbeta",
        "The bias got the error of behind the norm.",
        "your b equals the derivative in beta",
    ),
    _plant(
        "averaged twice",
        "dbeta = dh.sum(axis=0)",
        "dbeta = dh.mean(axis=0)",
        "The error had been divided by the size of the batch, and the gradient of beta was divided again.",
        "your beta is divided by 4, the number of examples, once too often",
    ),
    _plant(
        "not averaged",
        "d = (p - np.eye(p.shape[1])[y]) / len(y)",
        "d = p - np.eye(p.shape[1])[y]",
        "The loss is averaged over the batch, its gradient was summed.",
        "4 times the derivative of your loss; 4 is the number of examples",
    ),
)
