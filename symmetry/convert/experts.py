"""The order of experts, which only their router knows."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from symmetry.array import Tree
from symmetry.convert.parameters import Parameters
from symmetry.convert.refusal import ConversionRefused

THEOREM = "MOE.1"


def reorder_experts(params: Tree, order: Sequence[int], *, experts: Sequence[str], router: Sequence[str]) -> Tree:
    """Puts experts into another order, and the router's columns with them: MOE.1.

    Expert i of the result is expert order[i] of before. If the router picks the largest few of its logits, and two of these
    are equal, the order decides which is picked: the theorem holds where they differ.

    >>> params = {"up": np.array([[1.0], [2.0], [3.0]]), "router": np.array([[10.0, 20.0, 30.0]])}
    >>> made = reorder_experts(params, [2, 0, 1], experts=["up:0"], router=["router:1"])
    >>> made["up"].ravel().tolist(), made["router"].ravel().tolist()
    ([3.0, 1.0, 2.0], [30.0, 10.0, 20.0])

    Args:
        params: any tree of arrays of NumPy or JAX.
        order: a permutation of range(number of experts).
        experts: the axes of experts of stacked arrays, "moe/up:0"; or names with {} for the number of an expert, such as
            "experts/{}/up/kernel", whose arrays change places.
        router: the axes of experts of the router: of its kernel, and of its bias if it has one.

    Raises:
        ConversionRefused: no router is named, so that tokens would go to other experts.
        ValueError: the order is no permutation of the experts, or a name or length does not fit.
    """
    parameters = Parameters("reorder_experts", params)
    if not router:
        raise ConversionRefused(
            THEOREM,
            "reorder_experts: router is empty, so that tokens would go to other experts; expected the router's axis of "
            "experts: name it, such as router/kernel:1",
        )
    index = np.asarray(order)
    if index.ndim != 1 or sorted(index.tolist()) != list(range(len(index))):
        raise ValueError(f"reorder_experts: order is {list(order)}; pass a permutation of range({len(index)}).")
    if isinstance(experts, str) or not experts:
        raise ValueError(f"reorder_experts: experts is {experts!r}; pass a list, such as ['moe/up:0'].")
    patterns = [name for name in experts if "{}" in name]
    stacked = [name for name in experts if "{}" not in name]
    new: dict[str, Any] = {}
    for place in parameters.places([*stacked, *router], "experts and router"):
        if parameters.length(place) != len(index):
            raise ValueError(
                f"reorder_experts: {place} has length {parameters.length(place)}, and order {len(index)}; expected the axis "
                "of experts: name that."
            )
        new[place.path] = np.take(np.asarray(parameters.leaf(place.path)), index, place.axis)
    for pattern in patterns:
        new |= _exchanged(parameters, pattern, index.tolist())
    return parameters.replaced(new)


def _exchanged(parameters: Parameters, pattern: str, order: Sequence[int]) -> dict[str, Any]:
    """The arrays of one name, each in the place of another expert's."""
    there = pattern.replace("{}", str(len(order)))
    if there in parameters.leaves:
        raise ValueError(f"reorder_experts: there is {there}, beyond an order of {len(order)}; order all experts.")
    paths = [pattern.replace("{}", str(number)) for number in range(len(order))]
    found = {path: np.asarray(parameters.leaf(path)) for path in paths}
    if len({(each.shape, each.dtype) for each in found.values()}) > 1:
        raise ValueError(
            f"reorder_experts: {pattern} has several shapes or types; experts that differ have no other order."
        )
    return {path: found[paths[old]] for path, old in zip(paths, order, strict=True)}
