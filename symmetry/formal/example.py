"""Networks of natural numbers, 1 to 12 layers deep, on which the program's loops are compared with the recursion.

A loop that is wrong only from some depth on is found here: each layer has an activation of its own.
"""

import contextlib
import dataclasses
import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np

from symmetry import network as program
from symmetry.formal import by_duals, recursion
from symmetry.formal.difference import entries_equal, shown_array
from symmetry.formal.integers import ProductLoss, exact
from symmetry.formal.recursion import Result
from symmetry.network import Batch, Layer, Network
from symmetry.raised import described

DEPTHS = range(1, 13)

Results = Callable[[Network, Batch, Any], list[Result]]


@dataclasses.dataclass(frozen=True)
class Shift:
    """Any function and any slope, unlike those of other layers: z + value and z + slope. Numbers stay small with them,
    and no loop asks whether the slope is the derivative.
    """

    shifts: tuple[int, int]

    def evaluate(self, z: Any, order: int) -> Any:
        return z + self.shifts[order]

    def __str__(self) -> str:
        return f"φ(z) = z + {self.shifts[0]}, φ′(z) = z + {self.shifts[1]}"


def drawn(depth: int, narrow: bool = False) -> tuple[Network, Batch]:
    """A network of natural numbers, layers with and without biases, and a batch.

    Where it is narrow every layer has one unit, so that arrays of a wrong layer fit and only numbers differ.
    """
    numbers = random.Random(depth)
    widths = [numbers.choice((2, 3)) if depth <= 2 else 1 for _ in range(depth + 1)]
    if depth > 2:
        widths[numbers.randrange(depth)] = widths[-1] = 2
    if narrow:
        widths = [1] * (depth + 1)
    examples = 2 if depth <= 4 else 1
    layers = tuple(
        Layer(exact((above, below), numbers, 1, 3), exact((below,), numbers, 1, 3) if numbers.random() < 0.6 else None)
        for above, below in itertools.pairwise(widths)
    )
    shifts = numbers.sample(range(1, 40), 2 * depth)
    activations = tuple(Shift((shifts[2 * place], shifts[2 * place + 1])) for place in range(depth))
    x, y = exact((examples, widths[0]), numbers, 1, 3), exact((examples, widths[-1]), numbers, 1, 3)
    return Network(layers, activations, ProductLoss()), Batch(x, y)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Whether the program's loops returned the numbers that they were compared with."""

    outcome: Literal["agrees", "differs", "raises"]
    words: str = ""
    results: Mapping[int, Sequence[Result]] = dataclasses.field(default_factory=dict)
    """What the program returned, by the depth, wherever it is exact."""


@dataclasses.dataclass(frozen=True)
class Reference:
    """What the program's loops are compared with: a module that has loops of the same names, and its name in words."""

    loops: Any
    words: str


RECURSION = Reference(recursion, "the recursion over the layers has")
DERIVATIVE = Reference(by_duals, "the derivative of the loss is")


def compared(results: Results, reference: Reference = RECURSION) -> Comparison:
    """The program's loops and others, at every depth: on exact numbers, else on floats."""
    kept: dict[int, Sequence[Result]] = {}
    raised = None
    for depth, narrow in itertools.product(DEPTHS, (False, True)):
        found = _compared_at((depth, narrow), results, reference)
        if found.outcome == "differs":
            return found
        raised = raised or (found if found.outcome == "raises" else None)
        kept |= {} if narrow else found.results
    return raised or Comparison("agrees", results=kept)


def _compared_at(which: tuple[int, bool], results: Results, reference: Reference) -> Comparison:
    network, batch = drawn(*which)
    depth, _ = which
    try:
        found, wanted = (_on_numbers(which, results, loops) for loops in (program, reference.loops))
    except Exception as error:  # whatever the reader's own code raises is what it did
        words = f"at {_layers(depth)} it raises {described(error)}, with {_shown(network, batch)}"
        return Comparison("raises", words)
    arrays = {(each.part, each.layer): np.asarray(each.array, dtype=object) for each in wanted}
    # The last layers first: in backprop, what is wrong there makes the layers before it wrong.
    for one in sorted(found, key=lambda result: -result.layer):
        other = arrays.get((one.part, one.layer))
        if other is None or not entries_equal(one.array, other):
            there = f"{reference.words} {shown_array(other)}" if other is not None else "the layer has no bias"
            words = f"at {_layers(depth)}, {one.words} is {shown_array(one.array)}, where {there}"
            return Comparison("differs", f"{words}, with {_shown(network, batch)}")
    return Comparison("agrees", results={depth: found} if all(map(_is_exact, found)) else {})


def _on_numbers(which: tuple[int, bool], results: Results, loops: Any) -> list[Result]:
    """What loops return: on exact numbers, else on floats."""
    with contextlib.suppress(Exception):  # a function of NumPy or JAX need not know fractions; floats decide then
        return results(*drawn(*which), loops)
    with jax.enable_x64(True):
        return results(*_floats(*drawn(*which)), loops)


def _is_exact(result: Result) -> bool:
    """Whether every entry is an exact number: a function that multiplies by 1.0 makes floats of them."""
    return all(isinstance(entry, int | Fraction) for entry in np.asarray(result.array, dtype=object).ravel())


def _layers(depth: int) -> str:
    return "1 layer" if depth == 1 else f"{depth} layers"


def _floats(network: Network, batch: Batch) -> tuple[Network, Batch]:
    def converted(array: Any) -> Any:
        return jnp.asarray(array.astype(float))

    layers = tuple(layer.map(converted) for layer in network.layers)
    return dataclasses.replace(network, layers=layers), Batch(converted(batch.x), converted(batch.y))


def _shown(network: Network, batch: Batch) -> str:
    weights = ", ".join(shown_array(layer.weight) for layer in network.layers)
    biases = ", ".join("none" if layer.bias is None else shown_array(layer.bias) for layer in network.layers)
    activations = "; ".join(map(str, network.activations))
    return (
        f"weights {weights}; biases {biases}; x = {shown_array(batch.x)}, y = {shown_array(batch.y)}; "
        f"{network.loss}; layer by layer {activations}"
    )
