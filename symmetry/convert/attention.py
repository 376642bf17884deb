"""The bias of attention's values, which is a bias of its output."""

import numpy as np

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters
from symmetry.convert.refusal import ConversionRefused

THEOREM = "ATT.1"


def move_value_bias(
    params: Tree,
    *,
    value_bias: str,
    output: str,
    output_bias: str,
    size: int,
    dropout: float,
    sink: bool = False,
) -> Tree:
    """Moves the bias of values to the output, (b_V, b_O) -> (0, b_O + b_V W_O): ATT.1.

    It holds since the weights of attention sum to 1 for each query; a sink, or dropout of these weights in training, breaks
    that. Where several query heads share a value, its bias comes once for each of them.

    >>> params = {"v": np.array([1.0, 2.0]), "O": np.array([[1.0], [10.0]]), "o": np.array([0.5])}
    >>> made = move_value_bias(params, value_bias="v", output="O:1", output_bias="o", size=1, dropout=0.0)
    >>> made["v"].tolist(), made["o"].tolist()
    ([0.0, 0.0], [21.5])

    Args:
        params: any tree of arrays of NumPy or JAX.
        value_bias: the bias of values, heads times `size` numbers in any shape.
        output: the axis along which the output's kernel writes, such as "out/kernel:2"; its others read the heads.
        output_bias: the bias of the output.
        size: entries of a head.
        dropout: the rate at which weights of attention are dropped: 0 in evaluation.
        sink: whether a learned number joins the softmax that belongs to no value.

    Raises:
        ConversionRefused: weights of attention are dropped, there is a sink, or an array stands at another place too.
        ValueError: a name or shape does not fit.
    """
    parameters = Parameters("move_value_bias", params)
    for what, given in (("dropout", dropout), ("sink", sink)):
        if given:
            raise ConversionRefused(
                THEOREM,
                f"move_value_bias: {what} is {given}; expected weights of attention that sum to 1: leave the bias where it "
                "is, or convert for evaluation only",
            )
    (place,) = parameters.places([output], "output")
    parameters.require_distinct([place.path, value_bias, output_bias], "the call")
    for path in (value_bias, output_bias):
        parameters.require_own(path, THEOREM, "the other belongs to no value or output here")
    bias = parameters.floats(value_bias)
    kernel = np.moveaxis(parameters.floats(place.path), place.axis, -1)
    kernel = kernel.reshape(-1, kernel.shape[-1])
    added = _for_every_head(bias.ravel(), len(kernel), size, f"{place.path} reads", value_bias) @ kernel
    old = parameters.floats(output_bias)
    if old.shape != added.shape:
        raise ValueError(
            f"move_value_bias: {output_bias} has shape {old.shape}; expected {added.shape}, as {place} has."
        )
    return parameters.replaced({value_bias: np.zeros(bias.shape), output_bias: old + added})


def _for_every_head(bias: np.ndarray, read: int, size: int, what: str, name: str) -> np.ndarray:
    """The bias as the output reads it: that of each value once for each query head that shares it."""
    if len(bias) % size or read % len(bias):
        raise ValueError(
            f"move_value_bias: {name} has {len(bias)} entries in heads of {size}, and {what} {read}; expected whole heads "
            "on both sides, the latter a multiple: pass the entries of one head as size."
        )
    return np.repeat(bias.reshape(-1, size), read // len(bias), axis=0).ravel()
