"""Ways in which a class hands over its gradient: it returns it, moves its parameters by it, or leaves it in attributes."""

import numpy as np

from symmetry.gradcheck.hand_in.gradient_names import Source, in_attributes, in_returned
from symmetry.gradcheck.hand_in.handed_in import HandIn
from symmetry.gradcheck.hand_in.members import Node, Place, read, spelled
from symmetry.gradcheck.hand_in.network_parts import Groups
from symmetry.gradcheck.parameters import Tree
from symmetry.gradcheck.verdict import WrongGradient


def way_found(
    hand_in: HandIn, network: Node, returned: Tree, groups: Groups, where: str
) -> tuple[str, dict[str, Source]]:
    """The first way that has every gradient: what is returned, the update if its step is known, attributes.

    Args:
        hand_in: what was handed in.
        network: the copy on which backward ran.
        returned: what it returned.
        groups: the parameters as they were named.
        where: what the gradient is taken from, in words.

    Returns: words for the way, and where the gradient of each parameter comes from, by path.

    Raises:
        ValueError: only an update was found, and its step is not known.
        WrongGradient: no way has every gradient.
    """
    leaves, step = hand_in.leaves, hand_in.step
    shapes = {place: np.shape(leaf) for place, leaf in leaves.items()}
    in_result = in_returned(returned, {group: list(inside) for group, inside in groups.items()}, shapes)
    if len(in_result) == len(leaves):
        return "what it returns", {spelled(place): Source("returned", at) for place, at in in_result.items()}
    moved = [place for place, value in leaves.items() if not np.array_equal(np.asarray(read(network, place)), value)]
    if step is not None and moved:
        return f"its update, over {step:g}", {spelled(place): Source("update", place, step) for place in leaves}
    beside = {place: at for place in leaves if (at := in_attributes(network, place, list(leaves))) is not None}
    if len(beside) == len(leaves):
        shown = ", ".join([spelled(at) for at in beside.values()][:3]) + (", ..." if len(beside) > 3 else "")
        return f"its {shown}", {spelled(place): Source("attribute", at) for place, at in beside.items()}
    if moved:
        raise ValueError(
            f"{where}: it returns no gradient, and moves {', '.join(map(spelled, moved))}; pass step=, its learning rate, "
            "so that the gradient is (before - after) / step. It is negative where code adds the gradient of the loss."
        )
    most = max(in_result, beside, key=len)
    raise WrongGradient(_not_found([place for place in leaves if place not in most], list(most), step, where))


def _not_found(missing: list[Place], known: list[Place], step: float | None, where: str) -> str:
    path = spelled(missing[0])
    name = path.split(".")[-1].split("[")[0]
    found = f" (there is one for {', '.join(map(spelled, known))})" if known else ""
    update = "it moves no parameter" if step is None else f"with step={step:g} it moves no parameter"
    return (
        f"{where}: no gradient of {path} was found{found}. What it returns has none; {update}; and there is no "
        f"attribute like d{name}, grad_{name}, {name}_grad or grads[{name!r}]. Return the gradients, by name or in the "
        "order of params, or pass backward=lambda network, x, y: ..., a function that does."
    )
