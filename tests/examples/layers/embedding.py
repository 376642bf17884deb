"""A classifier of short texts: the mean of the words' vectors, then a dense layer. Index 0 is padding.

E is (words, width), W (width, classes), b (classes,); x is (examples, length) of indices with repeats, y labels (examples,).
"""

import numpy as np

from ..fault import named
from .planting import planting

TEXTS = np.array([[1, 2, 2, 0], [3, 1, 0, 0], [4, 5, 1, 6], [2, 0, 0, 0], [7, 2, 0, 0]])


def draw(seed, dtype=np.float64, *, width=3, classes=3):
    """Random params and labels; the texts are always the same."""
    rng = np.random.default_rng(seed)
    shapes = {"E": (9, width), "W": (width, classes), "b": (classes,)}
    params = {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}
    return params, TEXTS, rng.integers(classes, size=len(TEXTS))


def forward(params, x):
    """Which places are words, how many those are, the mean of their vectors, and the probabilities."""
    words = (x != 0)[:, :, None] * 1.0
    count = words.sum(axis=1)
    h = (params["E"][x] * words).sum(axis=1) / count
    scores = h @ params["W"] + params["b"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return words, count, h, e / e.sum(axis=1, keepdims=True)


def loss(params, x, y):
    """Cross-entropy, averaged over the batch."""
    p = forward(params, x)[-1]
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    words, count, h, p = forward(params, x)
    d = (p - np.eye(p.shape[1])[y]) / len(y)
    dW, db = h.T @ d, d.sum(axis=0)
    dh = d @ params["W"].T
    dE = np.zeros_like(params["E"])
    vectors = (dh / count)[:, None, :] * words
    np.add.at(dE, x, vectors)
    return {"E": dE, "W": dW, "b": db}


_MEAN = 'h = (params["E"][x] * words).sum(axis=1) / count'
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "assigned",
        "np.add.at(dE, x, vectors)",
        "dE[x] = vectors",
        "A word that occurs more than once kept its last contribution only.",
        "contributions lost where an index repeats",
    ),
    _plant(
        "added without add.at",
        "np.add.at(dE, x, vectors)",
        "dE[x] += vectors",
        "NumPy adds once to each index, however often it occurs.",
        "contributions lost where an index repeats",
    ),
    _plant(
        "assigned text by text",
        "np.add.at(dE, x, vectors)",
        "for n in range(len(x)):\n    dE[x[n]] += vectors[n]",
        "A word that occurs twice in one text counts once in it.",
        "contributions lost where an index repeats within axis 1 of x",
    ),
    _plant(
        "padding counted",
        "vectors = (dh / count)[:, None, :] * words",
        "vectors = (dh / count)[:, None, :] * np.ones(words.shape)",
        "The vector of the padding got an error, though the loss does not look at it.",
        "your E is right except in E[0], where the derivative of your loss is 0",
    ),
    _plant(
        "divided by the length",
        "vectors = (dh / count)[:, None, :] * words",
        "vectors = (dh / x.shape[1])[:, None, :] * words",
        "The mean was taken over the words, its derivative over all places.",
        f"`count` taken as 4 everywhere on the way back in `{_MEAN}`",
    ),
    _plant(
        "not divided",
        "vectors = (dh / count)[:, None, :] * words",
        "vectors = dh[:, None, :] * words",
        "The mean of the words was passed back as if it were their sum.",
        f"the division by `count` left out on the way back in `{_MEAN}`",
    ),
    _plant(
        "first word only",
        "np.add.at(dE, x, vectors)",
        "np.add.at(dE, x[:, 0], vectors[:, 0])",
        "Only the first word of each text got its error.",
        f'only the first of 4 places along axis 1 of `params["E"][x]` counted in `{_MEAN}`',
    ),
    _plant(
        "indices off by one",
        "np.add.at(dE, x, vectors)",
        "np.add.at(dE, x - 1, vectors)",
        "Every word's error went to the word before it.",
        "your E has the right values in another order along axis 0: moved by -1",
    ),
)
