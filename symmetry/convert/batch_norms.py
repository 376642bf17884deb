"""A batch norm in evaluation, folded into the layer before it."""

import numpy as np

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters, Place
from symmetry.convert.refusal import ConversionRefused

THEOREM = "BN.1"


def fold_batch_norm(
    params: Tree,
    *,
    kernel: str,
    mean: str,
    variance: str,
    epsilon: float,
    bias: str | None = None,
    scale: str | None = None,
    shift: str | None = None,
) -> Tree:
    """Folds a batch norm in evaluation into the layer before it, W -> W f and b -> (b - mean) f + shift: BN.1.

    Here f = scale / sqrt(variance + epsilon), one for each output. The norm keeps its place and does nothing any more:
    mean 0, variance 1 - epsilon, scale 1, shift 0. Without a bias to take it up the shift stays in the norm. In training
    the statistics are those of the batch: there the theorem does not hold, and a fold changes what is learned.
    Source: ioffe2015batch.

    >>> params = {"W": np.ones((1, 2)), "b": np.ones(2), "mean": np.array([1.0, 0.0]), "var": np.array([3.0, 0.0])}
    >>> made = fold_batch_norm(params, kernel="W:1", bias="b", mean="mean", variance="var", epsilon=1.0 / 4)
    >>> made["b"].tolist(), made["mean"].tolist(), made["var"].tolist()
    ([0.0, 2.0], [0.0, 0.0], [0.75, 0.75])

    Args:
        params: any tree of arrays of NumPy or JAX.
        kernel: the axis of outputs of the layer before, such as "conv/kernel:3".
        mean: the running means.
        variance: the running variances.
        epsilon: what the program adds to the variances; frameworks differ: 1e-5 in Flax and PyTorch, 1e-3 in Keras.
        bias: the bias of the layer before; None if it has none.
        scale: the scales of the norm; None for 1.
        shift: the shifts of the norm; None for 0.

    Raises:
        ConversionRefused: nothing can take up the shift, or the layer's array stands at another place too.
        ValueError: a name or shape does not fit, a variance is negative, or epsilon is not from 0 to 1.
    """
    parameters = Parameters("fold_batch_norm", params)
    (place,) = parameters.places([kernel], "kernel")
    parameters.require_distinct([place.path, bias, scale, shift, mean, variance], "the call")
    if not 0 <= epsilon < 1:
        raise ValueError(
            f"fold_batch_norm: epsilon is {epsilon}; pass what the program adds to variances, such as 1e-5."
        )
    parameters.require_own(place.path, THEOREM, "no batch norm follows the other")
    centres, variances = _along(parameters, mean, place), _along(parameters, variance, place)
    if (variances < 0).any():
        raise ValueError(
            f"fold_batch_norm: {variance} has {variances.min():.3g}; pass running variances, not logarithms."
        )
    scales = 1.0 if scale is None else _along(parameters, scale, place)
    shifts = np.zeros_like(centres) if shift is None else _along(parameters, shift, place)
    factors = scales / np.sqrt(variances + epsilon)
    array = parameters.floats(place.path)
    folded = array * np.expand_dims(factors, [axis for axis in range(array.ndim) if axis != place.axis])
    old = 0.0 if bias is None else _along(parameters, bias, place)
    new = {place.path: folded, mean: np.zeros_like(centres), variance: np.full_like(variances, 1.0 - epsilon)}
    if scale is not None:
        new[scale] = np.ones_like(centres)
    if shift is not None:
        new[shift] = np.zeros_like(centres)
    return parameters.replaced(new | _taken_up((old - centres) * factors + shifts, bias, shift))


def _taken_up(shifts: np.ndarray, bias: str | None, shift: str | None) -> dict[str, np.ndarray]:
    """The shift where it can stand: in the bias, or else in the norm."""
    home = bias if bias is not None else shift
    if home is not None:
        return {home: shifts}
    if shifts.any():
        raise ConversionRefused(
            THEOREM,
            f"fold_batch_norm: neither the layer nor the norm has an array for the shift, up to {np.abs(shifts).max():.3g}; "
            "expected one: add a bias of zeros to the layer and name it",
        )
    return {}


def _along(parameters: Parameters, path: str, place: Place) -> np.ndarray:
    found = parameters.floats(path)
    if found.shape != (parameters.length(place),):
        raise ValueError(
            f"fold_batch_norm: {path} has shape {found.shape}, but {place} has length {parameters.length(place)}; name the "
            "kernel's axis of outputs, such as conv/kernel:3."
        )
    return found
