"""A class that someone wrote as pure functions of its parameters: each call runs on a copy of the object."""

import dataclasses
import re
from collections.abc import Callable, Mapping

import numpy as np

from symmetry.gradcheck.hand_in.call_matching import Orders, Signature, call, canonical, takes
from symmetry.gradcheck.hand_in.copies import duplicate, like_parameters, widened_data
from symmetry.gradcheck.hand_in.members import Node, Place, Step, is_number, members, spelled, write
from symmetry.gradcheck.hand_in.moving import moving
from symmetry.gradcheck.hand_in.same_draws import SameDraws
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree, is_array, is_float

FORWARD: Orders = ((), ("x",), ("x", "y"))
BACKWARD: Orders = ((), ("y",), ("x", "y"), ("x", "y", "output"))
LOSS: Orders = ((), ("y",), ("output", "y"), ("x", "y", "output"))

OUTPUTS = r"o|outs?|outputs?|y?hat|ypreds?|preds?|predictions?|probs|scores|al|a|activations|layeroutputs?"
"""Names of the attribute in which a network leaves its output, without capitals and underscores."""

Name = str | Callable
"""A method by its name, or a function of the network, x and y."""


@dataclasses.dataclass(frozen=True)
class HandIn:
    """An object with methods that go forward and backward, and what is needed to run them.

    Attributes:
        network: the object as it was handed in.
        leaves: its parameters by place, the very objects that it holds.
        data: the inputs and the targets that it holds, the very objects.
        forward, backward, loss: methods by name or functions; None for a step that there is not.
        step: the learning rate; None if it was not given.
        draws: random numbers that are the same in every call.
        alone: members that cannot be copied.
    """

    network: Node
    leaves: Mapping[Place, Leaf]
    data: tuple[list[object], list[object]]
    forward: Name | None
    backward: Name
    loss: Name
    step: float | None
    draws: SameDraws
    alone: list[object]

    def copied(self, parameters: Leaves, x: Tree, y: Tree, *, watched: bool = False) -> Node:
        """A copy of the network with other parameters, and other data where it holds its data.

        Watched parameters remember by how much they are moved.
        """
        own = {place: own_array(parameters[spelled(place)], watched) for place in self.leaves}
        replaced = [(leaf, own[place]) for place, leaf in self.leaves.items() if is_array(leaf)]
        replaced += [(held, x) for held in self.data[0]] + [(held, y) for held in self.data[1]]
        replaced = [*like_parameters(self.network, own.values(), [old for old, _ in replaced]), *replaced]
        network = duplicate(self.network, replaced, [*self.alone, *self.draws.generators])
        for place, value in own.items():
            write(network, place, value)
        return network

    def outcome(self, network: Node, x: Tree, y: Tree) -> dict[str, Leaf]:
        """What there is after forward ran: the data, the learning rate, what forward returned or left as its output."""
        values: dict[str, Leaf] = {"x": x, "y": y, "epochs": 1, **_examples(x, y)}
        if self.step is not None:
            values["step"] = abs(self.step)
        for name in ("zero_grad", "zero_grads"):
            if callable(getattr(network, name, None)) and not Signature.of(getattr(network, name)).needed:
                getattr(network, name)()
        if self.forward is None:
            return values
        before = dict(members(network))
        returned = _run(network, self.forward, values, FORWARD, ("x",), "forward")
        if returned is None:
            returned = left_behind(network, before)
        values["returned"] = values["output"] = returned
        if isinstance(returned, tuple) and len(returned) == 2 and not is_number(returned[1]):
            values["output"], values["cache"] = returned
        elif isinstance(returned, tuple):
            values["cache"] = returned
        return values

    def loss_at(self, parameters: Leaves, x: Tree, y: Tree) -> Tree:
        """The loss; the first part of it if it is returned with its gradient."""
        x, y = (widened_data(each, parameters.values()) for each in (x, y))
        network = self.copied(parameters, x, y)
        with self.draws:
            values = self.outcome(network, x, y)
            if isinstance(self.loss, str) or len(Signature.of(self.loss).needed) == 3:
                loss = _run(network, self.loss, values, LOSS, ("x", "y"), "loss")
            else:
                loss = self.loss(values.get("returned"), y)
        return loss[0] if isinstance(loss, tuple) and loss and np.ndim(loss[0]) == 0 else loss

    def went_back(self, parameters: Leaves, x: Tree, y: Tree, *, watched: bool = False) -> tuple[Node, Tree]:
        """The copy after forward and backward ran, and what backward returned."""
        x, y = (widened_data(each, parameters.values()) for each in (x, y))
        network = self.copied(parameters, x, y, watched=watched)
        with self.draws:
            return network, self.run_backward(network, self.outcome(network, x, y))

    @property
    def loss_goes_first(self) -> bool:
        """Whether backward can know the targets only from the loss, a method that ran before it."""
        if self.data[1] or not isinstance(self.backward, str) or not isinstance(self.loss, str):
            return False
        return self.loss != self.backward and not takes(getattr(self.network, self.backward), "y", BACKWARD)

    def check_data(self, x: Tree, y: Tree) -> None:
        """Raises a ValueError where x or y would not be used: no method takes it, and the network does not hold it."""
        used = [(x, self.data[0], self.forward, "x", "lambda network, x: ...")]
        if not self.loss_goes_first:
            used.append((y, self.data[1], self.backward, "y", "lambda network, x, y: ..."))
        for given, held, name, role, remedy in used:
            if given is None or held or not isinstance(name, str):
                continue
            method, kind = getattr(self.network, name), type(self.network).__name__
            if not Signature.of(method).needed and not takes(method, role, BACKWARD):
                raise ValueError(
                    f"{kind}.{name}: it takes no {role}, and {kind} holds no array equal to {role}; pass the data that it "
                    f"holds, or, in place of this method, {remedy}, a function that sets them."
                )

    def run_backward(self, network: Node, values: Leaves) -> Tree:
        """What backward returns after forward ran; if it goes forward itself, that draws the same numbers."""
        self.draws.rewind()
        if self.loss_goes_first:
            _run(network, self.loss, values, LOSS, ("x", "y"), "loss")
            self.draws.rewind()
        return _run(network, self.backward, values, BACKWARD, ("x", "y"), "backward")


def left_behind(network: Node, before: Mapping[Step, Node]) -> Tree:
    """The attribute that looks like the output, of those that forward set."""
    after = members(network)
    fresh = [name for name, value in after.items() if value is not before.get(name, before)]
    # In place, forward may also have filled what was there; its name has to say so then.
    usual = [name for name in fresh or after if re.fullmatch(OUTPUTS, canonical(str(name)))]
    numbered = [name for name in fresh if re.fullmatch(r"(a|layer)\d+", canonical(str(name)))]
    numbered.sort(key=lambda name: int(re.sub(r"\D", "", str(name))))
    if usual or numbered:
        found = after[usual[0] if usual else numbered[-1]]
        return found[-1] if isinstance(found, list | tuple) and found else found
    raise ValueError(
        f"forward: it returns nothing, and none of {', '.join(map(str, fresh)) or 'the attributes'} looks like its "
        "output; pass loss=lambda network, x, y: ..., a function of the network that takes the attribute it needs."
    )


def own_array(array: Leaf, watched: bool = False) -> Leaf:
    """A copy of a parameter that code may change; if it is watched, one that remembers by how much."""
    if not isinstance(array, np.ndarray):
        return array
    return moving(array) if watched and is_float(array) else array.copy()


def _examples(x: Tree, y: Tree) -> dict[str, int]:
    """How many examples there are, if the shapes of x and y leave no doubt."""
    one, two = np.shape(x), np.shape(y)
    if not one or not two:
        return {}
    found = {size for size, other in ((one[0], two[0]), (one[-1], two[-1])) if size == other}
    return {"examples": found.pop()} if len(found) == 1 else {}


def _run(network: Node, name: Name, values: Leaves, orders: Orders, order: tuple, what: str) -> Tree:
    """A method of a copy, or a function of the copy and the data."""
    if isinstance(name, str):
        remedy = f"Pass {what}=lambda {', '.join(('network', *order))}: network.{name}(...)."
        return call(getattr(network, name), values, orders, f"{type(network).__name__}.{name}", remedy)
    signature = Signature.of(name)
    count = len(signature.needed)
    if signature.any_number or (count == 0 and signature.optional):
        count = 1 + len(order)
    passed = [network, *(values.get(role) for role in ("x", "y", "output"))]
    if not 1 <= count <= len(passed):
        raise ValueError(
            f"{what}: a function of {count} arguments; it is called with {', '.join(('the network', *order))}."
        )
    return name(*passed[:count])
