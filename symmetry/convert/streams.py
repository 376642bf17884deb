"""The mean of a residual stream, which layer norms do not see."""

from collections.abc import Mapping, Sequence

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters
from symmetry.convert.refusal import ConversionRefused

LAYER_NORM = "layer norm"


def center_writers(params: Tree, *, writers: Sequence[str], readers: Mapping[str, str]) -> Tree:
    """Takes from everything that writes into a stream its mean over the stream, which layer norms take away anyhow: LN.1.

    Where all writers are centred, a layer norm of the stream is an RMS norm.

    >>> import numpy as np
    >>> params = {"embed": np.array([[1.0, 3.0]]), "out": np.array([[2.0, 0.0]])}
    >>> made = center_writers(params, writers=["embed:1", "out:1"], readers={"mlp": "layer norm", "head": "layer norm"})
    >>> made["embed"].tolist(), made["out"].tolist()
    ([[-1.0, 1.0]], [[1.0, -1.0]])

    Args:
        params: any tree of arrays of NumPy or JAX.
        writers: the axes along which embeddings, kernels and biases write into the stream.
        readers: for each of all readers of the stream, what normalises the stream before it: "layer norm" for each.

    Raises:
        ConversionRefused: a reader has another norm or none, or a writer's array stands at another place too.
        ValueError: a name does not fit.
    """
    parameters = Parameters("center_writers", params)
    if not readers:
        raise ValueError("center_writers: readers is empty; say what normalises the stream before each of them.")
    for reader, norm in readers.items():
        if norm != LAYER_NORM:
            raise ConversionRefused(
                "LN.1",
                f"center_writers: {reader} reads the stream behind {norm!r}; expected {LAYER_NORM!r} before every reader, "
                "since anything else sees the mean: leave the writers as they are",
            )
    new = {}
    for place in parameters.places(writers, "writers"):
        parameters.require_own(place.path, "LN.1", "the other does not write into the stream")
        array = parameters.floats(place.path)
        new[place.path] = array - array.mean(place.axis, keepdims=True)
    return parameters.replaced(new)
