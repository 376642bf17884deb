"""Skip-gram with negative sampling: vectors of words from the words around them. There are no targets, y is None.

U (words, width) are the vectors of centres, V (words, width) those of contexts; x is (centres, contexts, negatives).
"""

import numpy as np

from ..fault import named
from .planting import planting

CENTRES = np.array([0, 2, 1, 2, 4])
CONTEXTS = np.array([1, 3, 2, 0, 3])
NEGATIVES = np.array([[4, 5], [0, 7], [6, 0], [1, 4], [6, 1]])


def draw(seed, dtype=np.float64, *, width=3):
    """Random vectors; the pairs are always the same."""
    rng = np.random.default_rng(seed)
    params = {name: rng.standard_normal((8, width)).astype(dtype) for name in ("U", "V")}
    return params, (CENTRES, CONTEXTS, NEGATIVES), None


def sigmoid(z):
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def loss(params, x, y):
    """Minus the log-likelihood that contexts are true and negatives are not, averaged over the pairs."""
    centres, contexts, negatives = x
    u = params["U"][centres]
    true = (u * params["V"][contexts]).sum(axis=1)
    false = (u[:, None, :] * params["V"][negatives]).sum(axis=2)
    return -(np.log(sigmoid(true)).sum() + np.log(sigmoid(-false)).sum()) / len(centres)


def grads(params, x, y):
    """The gradient of `loss`: a dict of the same keys."""
    centres, contexts, negatives = x
    u, v, w = params["U"][centres], params["V"][contexts], params["V"][negatives]
    d_true = (sigmoid((u * v).sum(axis=1)) - 1)[:, None] / len(centres)
    d_false = sigmoid((u[:, None, :] * w).sum(axis=2))[:, :, None] / len(centres)
    du = d_true * v + (d_false * w).sum(axis=1)
    dU, dV = np.zeros_like(params["U"]), np.zeros_like(params["V"])
    np.add.at(dU, centres, du)
    np.add.at(dV, contexts, d_true * u)
    np.add.at(dV, negatives, d_false * u[:, None, :])
    return {"U": dU, "V": dV}


_FALSE = 'false = (u[:, None, :] * params["V"][negatives]).sum(axis=2)'
_plant = planting(loss, grads)
FAULTS = named(
    _plant(
        "centres assigned",
        "np.add.at(dU, centres, du)",
        "dU[centres] = du",
        "A centre that occurs twice kept its last contribution only.",
        "contributions lost where an index repeats",
    ),
    _plant(
        "centres added without add.at",
        "np.add.at(dU, centres, du)",
        "dU[centres] += du",
        "NumPy adds once to each index, however often it occurs.",
        "contributions lost where an index repeats",
    ),
    _plant(
        "negatives added without add.at",
        "np.add.at(dV, negatives, d_false * u[:, None, :])",
        "dV[negatives] += d_false * u[:, None, :]",
        "A negative that is drawn twice counts once.",
        "contributions lost where an index repeats",
    ),
    _plant(
        "negatives forgotten",
        "np.add.at(dV, negatives, d_false * u[:, None, :])",
        "",
        "The vectors of the negatives got no error.",
        f'the path through `params["V"]` in `{_FALSE}` left out',
    ),
    _plant(
        "sign of the negatives",
        "d_false = sigmoid((u[:, None, :] * w).sum(axis=2))[:, :, None] / len(centres)",
        "d_false = -sigmoid((u[:, None, :] * w).sum(axis=2))[:, :, None] / len(centres)",
        "Negatives were pulled towards the centre.",
        f"the path through `{_FALSE}` with the wrong sign",
    ),
    _plant(
        "negatives as if true",
        "d_false = sigmoid((u[:, None, :] * w).sum(axis=2))[:, :, None] / len(centres)",
        "d_false = (sigmoid((u[:, None, :] * w).sum(axis=2)) - 1)[:, :, None] / len(centres)",
        "The 1 of a true context was subtracted for negatives, too.",
        f"the error of `{_FALSE}` off by -0.2 in every entry, as of another target",
    ),
    _plant(
        "centres without the negatives",
        "du = d_true * v + (d_false * w).sum(axis=1)",
        "du = d_true * v",
        "The centres got the error of their true context only.",
        f"the path through `u` in `{_FALSE}` left out",
    ),
    _plant(
        "exchanged",
        'return {"U": dU, "V": dV}',
        'return {"U": dV, "V": dU}',
        "The gradients of the two tables were returned under each other's names.",
        "your U and V are exchanged",
    ),
    _plant(
        "averaged over the negatives",
        "du = d_true * v + (d_false * w).sum(axis=1)",
        "du = d_true * v + (d_false * w).mean(axis=1)",
        "The centres took a mean over the negatives where the loss takes a sum.",
        f"the path through `u` in `{_FALSE}` counted 0.5 times",
    ),
)
