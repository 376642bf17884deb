"""Rules of products of arrays, which all become products of matrices: `dot_general` and convolutions."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from jax.lax import ConvDimensionNumbers

from symmetry.gradcheck.jaxpr.reductions import windows

Axes = Sequence[int]
DotDimensions = tuple[tuple[Axes, Axes], tuple[Axes, Axes]]
"""The axes that are summed over, and those of the batch: of the left operand and of the right."""


def _dot(x: np.ndarray, y: np.ndarray, *, dimension_numbers: DotDimensions, **_: object) -> np.ndarray:
    (x_axes, y_axes), (x_batch, y_batch) = dimension_numbers
    left, left_shape = _matrices(x, x_batch, x_axes)
    right, right_shape = _matrices(y, y_batch, y_axes)
    batch = [x.shape[axis] for axis in x_batch]
    return _product(left, np.swapaxes(right, 1, 2)).reshape([*batch, *left_shape, *right_shape])


def _matrices(x: np.ndarray, batch: Sequence[int], contracted: Sequence[int]) -> tuple[np.ndarray, list[int]]:
    """The array with axes (batch, kept, contracted), and the shape of what is kept."""
    kept = [axis for axis in range(x.ndim) if axis not in (*batch, *contracted)]
    sizes = [math.prod(x.shape[axis] for axis in axes) for axes in (batch, kept, contracted)]
    return np.transpose(x, [*batch, *kept, *contracted]).reshape(sizes), [x.shape[axis] for axis in kept]


def _product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Products of matrices, one for each entry of the first axis."""
    if left.shape[2] == 0:
        return np.zeros((left.shape[0], left.shape[1], right.shape[2]))
    return (left[0] @ right[0])[None] if len(left) == 1 else left @ right


def _convolve(
    x: np.ndarray,
    kernel: np.ndarray,
    *,
    window_strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    lhs_dilation: Sequence[int],
    rhs_dilation: Sequence[int],
    dimension_numbers: ConvDimensionNumbers,
    feature_group_count: int,
    batch_group_count: int,
    **_: object,
) -> np.ndarray:
    images = np.transpose(x, dimension_numbers.lhs_spec)
    filters = np.transpose(kernel, dimension_numbers.rhs_spec)
    if batch_group_count > 1:  # each group of the batch becomes a group of channels
        batch, channels, *space = images.shape
        each = batch // batch_group_count
        split = images.reshape(batch_group_count, each, channels, *space)
        images = np.moveaxis(split, 0, 1).reshape(each, batch_group_count * channels, *space)
    patches = windows(
        images,
        0.0,
        window_dimensions=(1, 1, *filters.shape[2:]),
        window_strides=(1, 1, *window_strides),
        padding=((0, 0), (0, 0), *padding),
        base_dilation=(1, 1, *lhs_dilation),
        window_dilation=(1, 1, *rhs_dilation),
    )
    result = _through_patches(patches, filters, feature_group_count * batch_group_count)
    return np.transpose(result, np.argsort(dimension_numbers.out_spec))


def _through_patches(patches: np.ndarray, filters: np.ndarray, groups: int) -> np.ndarray:
    """The convolution with axes (batch, channel, space), from patches with axes (batch, channel, space, window)."""
    dimensions = filters.ndim - 2
    batch, channels, *space = patches.shape[: 2 + dimensions]
    window = filters.shape[2:]
    split = patches.reshape(batch, groups, channels // groups, *space, *window)
    by_group = np.moveaxis(split, (1, 2), (0, 2 + dimensions))
    inner = channels // groups * math.prod(window)
    rows = by_group.reshape(groups, batch * math.prod(space), inner)
    columns = filters.reshape(groups, len(filters) // groups, inner)
    result = _product(rows, np.swapaxes(columns, 1, 2)).reshape(groups, batch, *space, len(filters) // groups)
    return np.moveaxis(result, (0, -1), (1, 2)).reshape(batch, len(filters), *space)


CONTRACTIONS: dict[str, Callable] = {"dot_general": _dot, "conv_general_dilated": _convolve}
"""By name of the primitive."""
