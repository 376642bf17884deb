"""The factor by which a program multiplies its embeddings, such as the root of the width."""

import math

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters
from symmetry.convert.refusal import ConversionRefused


def fold_embedding_scale(params: Tree, *, embedding: str, factor: float, tied: bool) -> Tree:
    """Multiplies an embedding by the factor that the old program applied, for a program that applies none: SCALE.6.

    An embedding and a factor behind it are two linear layers, E and c I, so (c E, I) is the same function. An output layer
    that reads the same array would be multiplied, too: then the factor must stay in the program.

    >>> import numpy as np
    >>> fold_embedding_scale({"embed": np.eye(2)}, embedding="embed", factor=1.5, tied=False)["embed"].tolist()
    [[1.5, 0.0], [0.0, 1.5]]

    Args:
        params: any tree of arrays of NumPy or JAX.
        embedding: the array of embeddings.
        factor: what the old program multiplies them by; 1 / factor for the way back.
        tied: whether anything else reads the array, such as the output layer.

    Raises:
        ConversionRefused: the array is tied to another.
        ValueError: there is no such array, or the factor is 0 or not finite.
    """
    parameters = Parameters("fold_embedding_scale", params)
    if not math.isfinite(factor) or factor == 0:
        raise ValueError(f"fold_embedding_scale: factor is {factor}; pass a finite number other than 0.")
    array = parameters.floats(embedding)
    parameters.require_own(embedding, "SCALE.6", "what reads the other would be multiplied, too")
    if tied and factor != 1:
        raise ConversionRefused(
            "SCALE.6",
            f"fold_embedding_scale: {embedding} is tied, so that all logits would be multiplied by {factor:.6g}; expected "
            "an embedding that nothing else reads: copy it for the output layer first, or keep the factor in the program",
        )
    return parameters.replaced({embedding: array * factor})
