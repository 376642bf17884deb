"""Self-attention over a few tokens, with an embedding before it and a dense layer behind it.

E is (features, width), Wq, Wk and Wv (width, width), Wo (width, outputs); x is (examples, tokens, features), y (examples,
tokens, outputs).
"""

import numpy as np

from ..fault import named
from .planting import planting


def draw(seed, dtype=np.float64, *, examples=3, tokens=4, features=2, width=3, outputs=2):
    """Random params, x and y."""
    rng = np.random.default_rng(seed)
    square = (width, width)
    shapes = {"E": (features, width), "Wq": square, "Wk": square, "Wv": square, "Wo": (width, outputs)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    x = rng.standard_normal((examples, tokens, features)).astype(dtype)
    return params, x, rng.standard_normal((examples, tokens, outputs)).astype(dtype)


def softmax(s):
    """Along the last axis."""
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def forward(params, x):
    """What every step comes to."""
    h = x @ params["E"]
    q = h @ params["Wq"]
    k = h @ params["Wk"]
    v = h @ params["Wv"]
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])
    p = softmax(scores)
    a = h + p @ v
    return h, q, k, v, p, a, a @ params["Wo"]


def loss(params, x, y):
    """The squared error, averaged over its entries."""
    return np.mean((forward(params, x)[-1] - y) ** 2)


def summed(one, other):
    """The products of every token of every example, summed."""
    return np.einsum("nti,ntj->ij", one, other)


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    h, q, k, v, p, a, out = forward(params, x)
    d = 2 * (out - y) / y.size
    dWo = summed(a, d)
    da = d @ params["Wo"].T
    dp = da @ v.swapaxes(1, 2)
    dv = p.swapaxes(1, 2) @ da
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True))
    ds = ds / np.sqrt(q.shape[-1])
    dq = ds @ k
    dk = ds.swapaxes(1, 2) @ q
    dWq, dWk, dWv = summed(h, dq), summed(h, dk), summed(h, dv)
    dh = da + dq @ params["Wq"].T + dk @ params["Wk"].T + dv @ params["Wv"].T
    dE = summed(x, dh)
    return {"E": dE, "Wq": dWq, "Wk": dWk, "Wv": dWv, "Wo": dWo}


_SOFTMAX = "ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True))"
_BACK = 'dh = da + dq @ params["Wq"].T + dk @ params["Wk"].T + dv @ params["Wv"].T'
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "softmax's diagonal only",
        _SOFTMAX,
        "ds = dp * p * (1 - p)",
        "The Jacobian of softmax was replaced by its diagonal, p(1 - p).",
        "the Jacobian of softmax replaced by its diagonal p(1 - p) in `p = softmax(scores)`",
    ),
    _plant(
        "softmax left out",
        _SOFTMAX,
        "ds = dp",
        "The error went back past softmax.",
        "the Jacobian of softmax left out in `p = softmax(scores)`",
    ),
    _plant(
        "softmax over the other axis",
        _SOFTMAX,
        "ds = p * (dp - (dp * p).sum(axis=1, keepdims=True))",
        "The sum in softmax's Jacobian runs over the tokens that ask, not those that are asked.",
        "the Jacobian of softmax summed along axis 1 in `p = softmax(scores)`",
    ),
    _plant(
        "scale left out",
        "ds = ds / np.sqrt(q.shape[-1])",
        "",
        "The scale 1/sqrt(d) of the scores was forgotten on the way back.",
        "the division by `np.sqrt(q.shape[-1])` left out on the way back in `scores = q @ k.swapaxes(1, 2) / np.sqrt(",
    ),
    _plant(
        "Wq and Wk exchanged",
        "dWq, dWk, dWv = summed(h, dq), summed(h, dk), summed(h, dv)",
        "dWk, dWq, dWv = summed(h, dq), summed(h, dk), summed(h, dv)",
        "The gradients of Wq and Wk were given each other's names.",
        "your Wq and Wk are exchanged",
    ),
    _plant(
        "keys forgotten",
        "dk = ds.swapaxes(1, 2) @ q",
        "dk = 0 * k",
        "The scores sent no error into the keys.",
        'the path through `k = h @ params["Wk"]` left out',
    ),
    _plant(
        "keys' weights on the way back forgotten",
        _BACK,
        'dh = da + dq @ params["Wq"].T + dv @ params["Wv"].T',
        "The embedding got no error from the keys.",
        'your E equals backprop with the path through `h` in `k = h @ params["Wk"]` left out',
    ),
    _plant(
        "skip connection forgotten",
        _BACK,
        'dh = dq @ params["Wq"].T + dk @ params["Wk"].T + dv @ params["Wv"].T',
        "The embedding got no error past the attention.",
        "the path through `h` in `a = h + p @ v` left out",
    ),
    _plant(
        "probabilities not transposed",
        "dv = p.swapaxes(1, 2) @ da",
        "dv = p @ da",
        "The error went back to the values through the probabilities as they stand.",
        "`p` not transposed on the way back in `a = h + p @ v`",
    ),
    _plant(
        "scores not transposed",
        "dk = ds.swapaxes(1, 2) @ q",
        "dk = ds @ q",
        "The error of the scores went to the keys without being transposed.",
        "the error of `scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])` transposed on its way to `k.swapaxes(1, 2)`",
    ),
    _plant(
        "values' weights transposed",
        'return {"E": dE, "Wq": dWq, "Wk": dWk, "Wv": dWv, "Wo": dWo}',
        'return {"E": dE, "Wq": dWq, "Wk": dWk, "Wv": dWv.T, "Wo": dWo}',
        "The gradient of Wv was transposed, which a square Wv allows.",
        "your Wv is transposed",
    ),
    _plant(
        "squared error without its 2",
        "d = 2 * (out - y) / y.size",
        "d = (out - y) / y.size",
        "The 2 of the square's derivative was forgotten.",
        "0.5 times the derivative of your loss: a 2 left out",
    ),
)
