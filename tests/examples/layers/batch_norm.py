"""Batch norm between two dense layers: each unit is normed over the examples of the batch.

W is (inputs, hidden), gamma and beta (hidden,), V (hidden, outputs); x is (examples, inputs), y (examples, outputs).
"""

import numpy as np

from ..fault import named
from .planting import planting

EPS = 1e-8


def draw(seed, dtype=np.float64, *, examples=5, inputs=3, hidden=4, outputs=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    shapes = {"W": (inputs, hidden), "gamma": (hidden,), "beta": (hidden,), "V": (hidden, outputs)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, inputs)).astype(dtype)
    return params, x, rng.standard_normal((examples, outputs)).astype(dtype)


def forward(params, x):
    """What every step comes to."""
    z = x @ params["W"]
    mu = z.mean(axis=0)
    var = ((z - mu) ** 2).mean(axis=0)
    xhat = (z - mu) / np.sqrt(var + EPS)
    h = np.tanh(params["gamma"] * xhat + params["beta"])
    out = h @ params["V"]
    return z, mu, var, xhat, h, out


def loss(params, x, y):
    """Half the squared error, summed."""
    out = forward(params, x)[-1]
    return ((out - y) ** 2).sum() / 2


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    z, mu, var, xhat, h, out = forward(params, x)
    n = len(x)
    inv = 1 / np.sqrt(var + EPS)
    d = out - y
    dV = h.T @ d
    da = (d @ params["V"].T) * (1 - h**2)
    dgamma = (da * xhat).sum(axis=0)
    dbeta = da.sum(axis=0)
    dxhat = da * params["gamma"]
    dvar = (dxhat * (z - mu)).sum(axis=0) * -0.5 * inv**3
    dmu = -(dxhat * inv).sum(axis=0)
    dz = dxhat * inv + dvar * 2 * (z - mu) / n + dmu / n
    dW = x.T @ dz
    return {"W": dW, "gamma": dgamma, "beta": dbeta, "V": dV}


_MEAN, _VARIANCE = "mu = z.mean(axis=0)", "var = ((z - mu) ** 2).mean(axis=0)"
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "mean as a constant",
        "dmu = -(dxhat * inv).sum(axis=0)",
        "dmu = 0",
        "The error did not go back through the mean of the batch.",
        f"the path through `{_MEAN}` left out",
    ),
    _plant(
        "variance as a constant",
        "dvar = (dxhat * (z - mu)).sum(axis=0) * -0.5 * inv**3",
        "dvar = 0",
        "The error did not go back through the variance of the batch.",
        f"the path through `{_VARIANCE}` left out",
    ),
    _plant(
        "mean and variance as constants",
        "dz = dxhat * inv + dvar * 2 * (z - mu) / n + dmu / n",
        "dz = dxhat * inv",
        "The error was divided by the standard deviation, as if the batch did not determine it.",
        f"the paths through `{_MEAN}` and `{_VARIANCE}` left out",
    ),
    _plant(
        "1/N forgotten in the mean",
        "dz = dxhat * inv + dvar * 2 * (z - mu) / n + dmu / n",
        "dz = dxhat * inv + dvar * 2 * (z - mu) / n + dmu",
        "What came back through the mean was not divided by the number of examples.",
        f"the path through `{_MEAN}` counted 5 times",
    ),
    _plant(
        "N - 1 for the variance",
        "dz = dxhat * inv + dvar * 2 * (z - mu) / n + dmu / n",
        "dz = dxhat * inv + dvar * 2 * (z - mu) / (n - 1) + dmu / n",
        "The variance was divided by N, its derivative by N - 1.",
        f"the path through `{_VARIANCE}` counted 1.25 times",
    ),
    _plant(
        "gamma left out",
        'dxhat = da * params["gamma"]',
        "dxhat = da",
        "The error went back past the scale gamma.",
        '`params["gamma"]` taken as 1 on the way back in `h = np.tanh(params["gamma"] * xhat + params["beta"])`',
    ),
    _plant(
        "eps forgotten",
        "inv = 1 / np.sqrt(var + EPS)",
        "inv = 1 / np.sqrt(var)",
        "The eps under the root stands in the loss only.",
        "your W is off by less than a millionth",
    ),
    _plant(
        "beta over the wrong axis",
        "dbeta = da.sum(axis=0)",
        "dbeta = da.sum(axis=1)",
        "The gradient of beta was summed over the units instead of the examples.",
        "your beta has the right total in the wrong entries",
        examples=4,
    ),
    _plant(
        "gamma and beta exchanged",
        'return {"W": dW, "gamma": dgamma, "beta": dbeta, "V": dV}',
        'return {"W": dW, "gamma": dbeta, "beta": dgamma, "V": dV}',
        "The gradients of gamma and beta were returned under each other's names.",
        "your gamma and beta are exchanged",
    ),
    _plant(
        "gamma's input left out",
        "dgamma = (da * xhat).sum(axis=0)",
        "dgamma = da.sum(axis=0)",
        "The gradient of gamma was not multiplied by what gamma scales.",
        "your gamma equals the derivative in beta",
    ),
    _plant(
        "beta averaged",
        "dbeta = da.sum(axis=0)",
        "dbeta = da.mean(axis=0)",
        "beta took a mean over the batch where the loss takes a sum.",
        "your beta is divided by 5, the number of examples, once too often",
    ),
)
