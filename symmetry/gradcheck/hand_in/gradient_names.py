"""Where code leaves the gradient of a parameter: under which names, in what it returns or in the attributes of an object."""

import contextlib
import dataclasses
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from symmetry.gradcheck.hand_in.call_matching import canonical
from symmetry.gradcheck.hand_in.members import Node, Place, Step, is_number, leaves_at, members, read
from symmetry.gradcheck.hand_in.moving import change_of
from symmetry.gradcheck.parameters import Leaf, Tree

SPELLINGS = (
    *("d{}", "grad{}", "{}grad", "gradient{}", "{}gradient", "grads{}", "{}grads", "gradients{}", "{}gradients"),
    *("nabla{}", "deriv{}", "derivative{}", "dld{}", "djd{}", "ded{}", "dcd{}", "dlossd{}", "dcostd{}", "dl{}"),
)
"""Names of the gradient of a parameter, without capitals and underscores."""

HOLDERS = ("grads", "gradients", "grad", "gradient", "dparams", "derivatives", "derivs", "gradsdict", "paramgrads")
"""Names of what holds all gradients, without capitals and underscores."""

VALUES = ("data", "value", "values", "val", "array", "tensor")
"""Names of the numbers of a parameter that is an object, with its gradient beside them."""

MOST_ORDERED = 7
"""Parts of a sequence up to which other orders are tried."""


@dataclasses.dataclass(frozen=True)
class Source:
    """Where the gradient of one array comes from.

    Attributes:
        kind: "returned", "attribute", or "update".
        place: where it lies there.
        step: the learning rate of an update, which moves the array by its gradient times this.
    """

    kind: str
    place: Place
    step: float = 1.0

    def taken(self, owner: Node, returned: Tree, before: Leaf) -> Tree:
        """The gradient of an array that had this value, after backward ran."""
        if self.kind == "returned":
            return read(returned, self.place)
        value = read(owner, self.place)
        return value if self.kind == "attribute" else -change_of(before, value) / self.step


def shortened(name: str) -> str:
    """A name in the form that spellings are compared in.

    >>> shortened("weights_1"), shortened("dW1"), shortened("biases")
    ('w1', 'dw1', 'b')
    """
    return re.sub(r"bias(es)?", "b", re.sub(r"weights?", "w", canonical(name)))


def spelling_of(name: str, among: Mapping[Step, object], *, plain: bool) -> str | None:
    """The key under which the gradient of a parameter is held; None if there is none.

    If `plain`, the parameter's own name counts, too.
    """
    keys = [key for key in among if isinstance(key, str) and among[key] is not None]
    exact = (name, f"d{name}", f"d_{name}", f"grad_{name}", f"{name}_grad") if plain else (f"d{name}", f"d_{name}")
    short = shortened(name)
    accepted = {spelling.format(short) for spelling in SPELLINGS} | ({short} if plain else set())
    found = [key for key in exact if key in keys] + [key for key in keys if shortened(key) in accepted]
    return found[0] if found else None


def by_name(root: object, place: Place, *, plain: bool) -> Place | None:
    """The place of a parameter's gradient in a tree that holds it by name; None if there is none.

    The name may be any of the parameter's, such as `W` of `layers[0].W`, or `weights` of `weights[0]` with the index after it.
    """
    for cut in reversed([level for level, step in enumerate(place) if isinstance(step, str)]):
        for start in range(cut + 1):
            found = _below(root, place[start:cut], str(place[cut]), place[cut + 1 :], plain)
            # Without its index, one name would stand for the arrays of several layers.
            if found is not None and not any(isinstance(step, int) for step in place[:start]):
                return found
    return None


def _below(root: object, before: Place, name: str, after: Place, plain: bool) -> Place | None:
    with contextlib.suppress(LookupError):
        inside = members(read(root, before))
        key = spelling_of(name, inside, plain=plain)
        if key is not None and is_number(read(inside[key], after)):
            return (*before, key, *after)
    return None


def in_attributes(root: object, place: Place, order: Sequence[Place]) -> Place | None:
    """The place of a parameter's gradient among the attributes of the object that holds the parameter; None if there is none."""
    found = by_name(root, place, plain=False)
    if found is not None:
        return found
    for level in range(len(place) - 1, -1, -1):
        try:
            inside = members(read(root, place[:level]))
        except LookupError:
            continue
        for key, held in inside.items():
            if not isinstance(key, str) or canonical(key) not in HOLDERS:
                continue
            below = by_name(held, place[level:], plain=True)
            if not below and isinstance(held, list | tuple) and len(held) == len(order) and place in order:
                below = (order.index(place),)
            if below is not None:
                return (*place[:level], key, *below)
            if is_number(held) and level == len(place) - 1 and place[level] in VALUES:
                return (*place[:level], key)
    return None


Groups = Mapping[Place, Iterable[Place]]
"""Parameters as they were named, each with the places of its arrays: more than one if it is a list of them."""


def in_returned(returned: Tree, groups: Groups, shapes: Mapping[Place, tuple]) -> dict[Place, Place]:
    """The places of gradients in what was returned, for the parameters that it has one of.

    It is a dictionary by name, a sequence in the order of the parameters, or one array.
    """
    if is_number(returned):
        (first, *others) = shapes
        return {first: ()} if not others and np.shape(returned) == shapes[first] else {}
    named = {place: found for place in shapes if (found := by_name(returned, place, plain=True)) is not None}
    if named and len(set(named.values())) == len(named):
        return named
    if not isinstance(returned, list | tuple):
        return {}
    return (
        in_sequence(returned, groups, shapes)
        or in_sequence(returned, {place: [place] for place in shapes}, shapes)
        or _in_layers(returned, shapes)
        or _in_the_only_part(returned, groups, shapes)
    )


def in_sequence(returned: Sequence, groups: Groups, shapes: Mapping[Place, tuple]) -> dict[Place, Place]:
    """One part for each parameter: in order, or in another order if no other fits the shapes."""
    if len(returned) != len(groups) or len(groups) > MOST_ORDERED:
        return {}
    wanted = [{leaf[len(group) :]: shapes[leaf] for leaf in leaves} for group, leaves in groups.items()]
    held = [{place: np.shape(leaf) for place, leaf in leaves_at(each, ()).items()} for each in returned]
    in_order = tuple(range(len(held)))
    fitting = [order for order in itertools.permutations(in_order) if [held[at] for at in order] == wanted]
    if not fitting or (in_order not in fitting and len(fitting) > 1):
        return {}
    order = in_order if in_order in fitting else fitting[0]
    pairs = zip(order, groups.items(), strict=True)
    return {leaf: (at, *leaf[len(group) :]) for at, (group, leaves) in pairs for leaf in leaves}


def _in_layers(returned: Sequence, shapes: Mapping[Place, tuple]) -> dict[Place, Place]:
    """One dictionary for each layer: `[{"dW": ..., "db": ...}, ...]` for `layers[0].W` and so on."""
    found = {}
    for place in shapes:
        index = next((level for level, step in enumerate(place) if isinstance(step, int)), None)
        if index is None or not -len(returned) <= int(place[index]) < len(returned):
            return {}
        below = by_name(returned[int(place[index])], place[index + 1 :], plain=True)
        if below is None:
            return {}
        found[place] = (place[index], *below)
    return found


def _in_the_only_part(returned: Sequence, groups: Groups, shapes: Mapping[Place, tuple]) -> dict[Place, Place]:
    """In the one part that is no single number, such as in `loss, grads`."""
    parts = [index for index, part in enumerate(returned) if np.ndim(part) > 0 or members(part)]
    if len(parts) != 1 or len(returned) == 1:
        return {}
    return {place: (parts[0], *below) for place, below in in_returned(returned[parts[0]], groups, shapes).items()}
