"""A layer as pure functions of its arrays: forward, an upstream gradient, backward; each call on copies."""

import copy
import dataclasses
import types
from collections.abc import Callable, Mapping

import numpy as np

from symmetry.gradcheck.exact import Numbers, exact_constants
from symmetry.gradcheck.hand_in.call_matching import Signature, backward_arguments
from symmetry.gradcheck.hand_in.copies import duplicate, like_parameters, widened_data
from symmetry.gradcheck.hand_in.handed_in import left_behind, own_array
from symmetry.gradcheck.hand_in.members import Node, Place, arrays_in, is_number, members, spelled, write
from symmetry.gradcheck.hand_in.same_draws import SameDraws
from symmetry.gradcheck.parameters import Leaf, Leaves, Tree, is_array


@dataclasses.dataclass(frozen=True)
class Forward:
    """What one forward call left.

    Attributes:
        owners: copies of the objects that it ran on.
        arguments: what it was called with, by name.
        outputs, cached: what it returned.
        kept: places of arrays of its object that it did not touch, which may be parameters.
    """

    owners: tuple
    arguments: dict[str, Leaf]
    outputs: tuple
    cached: tuple
    kept: tuple[Place, ...]

    @property
    def owner(self) -> Node:
        """The object whose attributes hold parameters and gradients; None if there is none."""
        return self.owners[0] if self.owners[0] is not None else self.owners[1]


@dataclasses.dataclass(frozen=True)
class LayerRun:
    """A layer and what it is run on.

    Attributes:
        forward, backward: as they were handed in.
        owners: the objects that these are methods of; None for plain functions.
        inputs: what forward is called with, by name.
        parameters: arrays that it takes after them, by name.
        leaves: parameters that are attributes, by place.
        outputs: how many of what forward returns are outputs.
        draws: random numbers that are the same in every call.
        alone: members of the objects that cannot be copied.
        watched: whether attributes remember by how much they are moved.
    """

    forward: Callable
    backward: Callable
    owners: tuple
    inputs: Leaves
    parameters: Leaves
    leaves: Mapping[Place, Leaf]
    outputs: int
    draws: SameDraws
    alone: list[object]
    watched: bool = False

    def go_forward(self, arrays: Leaves) -> Forward:
        """Runs forward on copies, with some arrays replaced."""
        own = {name: own_array(array) for name, array in arrays.items()}
        leaves = {place: leaf for place, leaf in self.leaves.items() if spelled(place) in arrays}
        attributes = {place: own_array(arrays[spelled(place)], self.watched) for place in leaves}
        replaced = like_parameters(self.owners, own.values(), self.leaves.values())
        replaced += [(leaf, attributes[place]) for place, leaf in leaves.items() if is_array(leaf)]
        shared = [*self.alone, *self.draws.generators]
        owners = duplicate(self.owners, replaced, shared)
        for place, value in attributes.items():
            write(owners[0], place, value)
        given = {
            name: own[name] if name in own else duplicate(widened_data(each, own.values()), [], shared)
            for name, each in {**self.inputs, **self.parameters}.items()
        }
        inputs = {name: given[name] for name in self.inputs}
        parameters = {name: given[name] for name in self.parameters}
        before, held = dict(members(owners[0])), arrays_in(owners[0])
        self.draws.rewind()
        returned, arguments = self._call_forward(bound(self.forward, owners[0]), inputs, parameters)
        if returned is None and owners[0] is not None:
            returned = left_behind(owners[0], before)
        outputs, cached = self._parts(returned)
        after = arrays_in(owners[0])
        kept = tuple(place for place, array in held.items() if after.get(place) is array)
        return Forward(owners, arguments, outputs, cached, kept)

    def _call_forward(
        self, forward: Callable, inputs: dict[str, Leaf], parameters: dict[str, Leaf]
    ) -> tuple[Tree, dict[str, Leaf]]:
        if not parameters:
            return forward(*inputs.values()), inputs
        signature = Signature.of(forward)
        names = (*signature.needed, *signature.optional)
        if set(parameters) <= set(names):
            return forward(*inputs.values(), **parameters), inputs | parameters
        dictionary = names[len(inputs)] if len(names) > len(inputs) else "params"
        return forward(*inputs.values(), parameters), inputs | {dictionary: parameters}

    def _parts(self, returned: Tree) -> tuple[tuple, tuple]:
        parts = returned if isinstance(returned, tuple) else (returned,)
        if len(parts) < self.outputs:
            raise ValueError(
                f"outputs: {self.outputs} were asked for, but forward returns {len(parts)}; count the outputs that come "
                "before its cache."
            )
        outputs = parts[: self.outputs]
        for number, output in enumerate(outputs):
            if not is_number(output):
                raise ValueError(
                    f"forward: what it returns as output {number} is of type {type(output).__name__}, not an array; return "
                    "the output first, then what is kept; outputs= says how many there are."
                )
        return outputs, parts[self.outputs :]

    def upstream_of(self, y: Tree, outputs: tuple) -> tuple:
        """The upstream gradients, from one array: of several outputs, they stand in it one after the other."""
        if len(outputs) == 1:
            if np.shape(y) != np.shape(outputs[0]):
                raise ValueError(f"upstream: shape {np.shape(y)}, but the output has {np.shape(outputs[0])}.")
            return (y,)
        ends = np.cumsum([int(np.prod(np.shape(output))) for output in outputs])
        if np.shape(y) != (ends[-1],):
            raise ValueError(f"upstream: shape {np.shape(y)}, but the outputs have {ends[-1]} entries.")
        spans = zip((0, *ends[:-1]), ends, outputs, strict=True)
        return tuple(y[start:end].reshape(np.shape(output)) for start, end, output in spans)

    def loss_at(self, arrays: Leaves, x: Tree, y: Tree) -> Tree:
        """The sum of the outputs times their upstream gradients, whose derivative is what backward computes."""
        with self.draws:
            outputs = self.go_forward(arrays).outputs
        parts = [each * output for each, output in zip(self.upstream_of(y, outputs), outputs, strict=True)]
        sums = [part.sum() if hasattr(part, "sum") else part for part in parts]
        return sum(sums[1:], sums[0])

    def go_back(self, arrays: Leaves, y: Tree) -> tuple[Forward, Tree]:
        """What forward left once backward ran on it, and what backward returned."""
        with self.draws:
            done = self.go_forward(arrays)
            backward = bound(self.backward, done.owners[1])
            upstream = tuple(copy.deepcopy(each) for each in self.upstream_of(y, done.outputs))
            if any(isinstance(array, Numbers) for array in arrays.values()):
                # Else the rounding of sums of these alone would not be known.
                upstream = tuple(map(exact_constants, upstream))
            signature, where = Signature.of(backward), title_of(self.backward)
            arguments = backward_arguments(signature, upstream, done.outputs, done.cached, done.arguments, where)
            return done, backward(*arguments)


def owner_of(function: Callable) -> Node:
    """The object that a method belongs to, or that is called itself; None for a plain function."""
    if isinstance(function, types.MethodType):
        return None if isinstance(function.__self__, type | types.ModuleType) else function.__self__
    # A layer that is called itself, other than a function or what a library makes of one.
    written = isinstance(vars(type(function)).get("__call__"), types.FunctionType)
    return function if written and not isinstance(function, type) else None


def bound(function: Callable, owner: Node) -> Callable:
    """The same method of a copy of its object."""
    if owner is None:
        return function
    return types.MethodType(function.__func__, owner) if isinstance(function, types.MethodType) else owner


def title_of(function: Callable) -> str:
    """The name of a function or a method, with its class."""
    name = getattr(function, "__qualname__", type(function).__name__).split("<locals>.")[-1]
    return "backward" if name == "<lambda>" else name
