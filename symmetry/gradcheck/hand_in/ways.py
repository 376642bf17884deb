"""Ways in which a class hands over its gradient: it returns it, moves its parameters by it, or leaves it in attributes."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from symmetry.gradcheck.hand_in.gradient_names import Groups, in_attributes, in_returned
from symmetry.gradcheck.hand_in.members import Node, Place, read, spelled
from symmetry.gradcheck.hand_in.moving import change_of
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree
from symmetry.gradcheck.verdict import WrongGradient


@dataclasses.dataclass(frozen=True)
class Way:
    """How the gradient is taken once backward ran.

    Attributes:
        places: for each parameter, where its gradient lies; empty if the update is used.
        take: of the copy, what backward returned, and the parameters before: the gradient.
    """

    words: str
    places: Mapping[Place, Place]
    take: Callable[[Node, Tree, Leaves], dict[str, Leaf]]


def returned_way(returned: Tree, groups: Groups, shapes: Mapping[Place, tuple]) -> Way:
    """What backward returns."""
    places = in_returned(returned, groups, shapes)
    return Way(
        "what it returns",
        places,
        lambda network, returned, before: {spelled(place): read(returned, at) for place, at in places.items()},
    )


def attribute_way(network: Node, shapes: Mapping[Place, tuple]) -> Way:
    """Attributes such as `dW1`, `grads["W1"]` or `nabla_w[0]`."""
    order = list(shapes)
    found = {place: in_attributes(network, place, order) for place in shapes}
    places = {place: at for place, at in found.items() if at is not None}
    shown = ", ".join([spelled(at) for at in places.values()][:3]) + (", ..." if len(places) > 3 else "")
    return Way(
        f"its {shown}",
        places,
        lambda network, returned, before: {spelled(place): read(network, at) for place, at in places.items()},
    )


def update_way(places: Sequence[Place], step: float) -> Way:
    """The update: a step of gradient descent moves a parameter by its gradient times the learning rate."""
    return Way(
        f"its update, over {step:g}",
        {},
        lambda network, returned, before: {
            spelled(place): -change_of(before[spelled(place)], read(network, place)) / step for place in places
        },
    )


def moved_by(network: Node, before: Mapping[Place, Leaf]) -> list[Place]:
    """The parameters that are no longer what they were."""
    return [place for place, value in before.items() if not np.array_equal(np.asarray(read(network, place)), value)]


def choose(ways: Sequence[Way], moved: Sequence[Place], groups: Groups, step: float | None, where: str) -> Way:
    """The first way that has every gradient: what is returned, the update if its step is known, attributes.

    Raises:
        ValueError: only an update was found, and its step is not known.
        WrongGradient: no way has every gradient.
    """
    places = [leaf for leaves in groups.values() for leaf in leaves]
    returned, attributes = ways
    if len(returned.places) == len(places):
        return returned
    if step is not None and moved:
        return update_way(places, step)
    if len(attributes.places) == len(places):
        return attributes
    if moved and step is None:
        raise ValueError(
            f"{where}: it returns no gradient, and moves {', '.join(map(spelled, moved))}; pass step=, its learning rate, "
            "so that the gradient is (before - after) / step. It is negative where code adds the gradient of the loss."
        )
    raise WrongGradient(_not_found(returned, attributes, places, step, where))


def _not_found(returned: Way, attributes: Way, places: Sequence[Place], step: float | None, where: str) -> str:
    most = max((returned, attributes), key=lambda way: len(way.places))
    missing = spelled(next(place for place in places if place not in most.places))
    name = missing.split(".")[-1].split("[")[0]
    found = f" (there is one for {', '.join(spelled(place) for place in most.places)})" if most.places else ""
    update = "it moves no parameter" if step is None else f"with step={step:g} it moves no parameter"
    return (
        f"{where}: no gradient of {missing} was found{found}. What it returns has none; {update}; and there is no "
        f"attribute like d{name}, grad_{name}, {name}_grad or grads[{name!r}]. Return the gradients, by name or in the "
        "order of params, or pass backward=lambda network, x, y: ..., a function that does."
    )
