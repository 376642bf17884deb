"""The scale and shift of a layer norm or an RMS norm, folded into what reads it."""

from collections.abc import Mapping

import numpy as np

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters, Place
from symmetry.convert.refusal import ConversionRefused
from symmetry.given import require_kind

THEOREM = "LN.2"


def fold_norm(
    params: Tree,
    *,
    scale: str | None,
    readers: Mapping[str, str | None],
    shift: str | None = None,
    centre: float = 0.0,
) -> Tree:
    """Folds the scale g and shift s of a norm into every reader, W -> diag(g) W and b -> b + s W: LN.2.

    The norm keeps its place with scale 1 and shift 0, so that the tree keeps its form. All that reads the norm must be
    named; what reads it and is no linear layer, such as a residual stream behind the norm, forbids folding.
    `symmetry.convert.checked` finds a reader that was forgotten. Sources: ba2016layer, zhang2019root.

    >>> params = {"scale": np.array([2.0, 3.0]), "shift": np.array([1.0, 0.0]), "W": np.eye(2), "b": np.zeros(2)}
    >>> made = fold_norm(params, scale="scale", shift="shift", readers={"W:0": "b"})
    >>> made["W"].tolist(), made["b"].tolist(), made["scale"].tolist()
    ([[2.0, 0.0], [0.0, 3.0]], [1.0, 0.0], [1.0, 1.0])

    Args:
        params: any tree of arrays of NumPy or JAX.
        scale: the array of scales; None if the norm has none.
        readers: for each axis along which a kernel reads the norm, the bias that takes up the shift; None for no bias.
        shift: the array of shifts; None if the norm has none, as an RMS norm.
        centre: what the program adds to the stored scale: 1 where it multiplies by 1 + scale.

    Returns: the tree with new readers, scales of 1 - `centre` and shifts of 0.

    Raises:
        ConversionRefused: a reader has no bias for a shift, or is one array with a parameter that does not read the norm.
        ValueError: a name or shape does not fit.
    """
    parameters = Parameters("fold_norm", params)
    require_kind("fold_norm: readers", readers, Mapping, "a dictionary such as {'W:0': 'b'}")
    places = parameters.places(list(readers), "readers")
    parameters.require_distinct([scale, shift, *(place.path for place in places), *readers.values()], "the call")
    new: dict[str, np.ndarray] = {}
    for place, bias in zip(places, readers.values(), strict=True):
        parameters.require_own(place.path, THEOREM, "the other does not read the norm")
        kernel = parameters.floats(place.path)
        if shift is not None:
            new |= _with_shift(parameters, place, kernel, shift, bias)
        if scale is not None:
            factors = centre + _along(parameters, scale, place)
            new[place.path] = kernel * np.expand_dims(factors, [a for a in range(kernel.ndim) if a != place.axis])
    if scale is not None:
        new[scale] = np.full(parameters.leaf(scale).shape, 1.0 - centre)
    if shift is not None:
        new[shift] = np.zeros(parameters.leaf(shift).shape)
    return parameters.replaced(new)


def _with_shift(
    parameters: Parameters, place: Place, kernel: np.ndarray, shift: str, bias: str | None
) -> dict[str, np.ndarray]:
    """The bias of a reader with what the shift adds."""
    added = np.tensordot(_along(parameters, shift, place), kernel, (0, place.axis))
    if bias is None:
        if added.any():
            raise ConversionRefused(
                THEOREM,
                f"fold_norm: {place.path} has no bias for what the shift {shift} adds, up to {np.abs(added).max():.3g}; "
                "expected a bias for each reader: add one of zeros and name it",
            )
        return {}
    parameters.require_own(bias, THEOREM, "the other does not read the norm")
    old = parameters.floats(bias)
    if old.shape != added.shape:
        raise ConversionRefused(
            THEOREM,
            f"fold_norm: {bias} has shape {old.shape}, and what the shift adds behind {place} has {added.shape}; expected "
            "a bias of a linear layer: the edges of a convolution see no shift, so leave the shift in the norm",
        )
    return {bias: old + added}


def _along(parameters: Parameters, path: str, place: Place) -> np.ndarray:
    """The scales or shifts, one for each entry of the axis."""
    found = parameters.floats(path)
    if found.shape != (parameters.length(place),):
        raise ValueError(
            f"fold_norm: {path} has shape {found.shape}, but {place} has length {parameters.length(place)}; name the axis "
            "that reads the norm: 0 of a kernel x @ W, 1 of W @ x."
        )
    return found
