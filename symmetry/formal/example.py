"""Networks of natural numbers, 1 to 12 layers deep, on which the program's loops are compared with the recursion.

A loop that is wrong only from some depth on is found here: each layer has an activation of its own.
"""

import dataclasses
import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np

from symmetry import network as program
from symmetry.formal import recursion
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


def drawn(depth: int) -> tuple[Network, Batch]:
    """A network of natural numbers, layers with and without biases, and a batch: wide where it is shallow."""
    numbers = random.Random(depth)
    widths = [numbers.choice((2, 3)) if depth <= 2 else 1 for _ in range(depth + 1)]
    if depth > 2:
        widths[numbers.randrange(depth)] = widths[-1] = 2
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
    """Whether the program's loops and the recursion returned the same numbers; what the program returned, where exact."""

    outcome: Literal["agrees", "differs"]
    words: str = ""
    results: Sequence[Sequence[Result]] = ()


def compared(results: Results) -> Comparison:
    """The loops and the recursion, at every depth: on exact numbers, else on floats."""
    kept = []
    for depth in DEPTHS:
        found = _compared_at(depth, results)
        if found.outcome == "differs":
            return found
        kept += found.results
    return Comparison("agrees", results=tuple(kept) if len(kept) == len(DEPTHS) else ())


def _compared_at(depth: int, results: Results) -> Comparison:
    network, batch = drawn(depth)
    try:
        wanted = results(network, batch, recursion)
        found = results(*drawn(depth), program)
        exactly = (found,)
    except Exception:  # a function of NumPy or JAX need not know fractions; floats decide then
        exactly = ()
        try:
            with jax.enable_x64(True):
                wanted = results(*_floats(network, batch), recursion)
                found = results(*_floats(network, batch), program)
        except Exception as error:  # whatever the reader's own code raises is what it did
            return Comparison(
                "differs", f"at {_layers(depth)} it raises {described(error)}, with {_shown(network, batch)}"
            )
    # The last layers first: in backprop, what is wrong there makes the layers before it wrong.
    for one, other in sorted(zip(found, wanted, strict=True), key=lambda pair: -pair[0].layer):
        if not entries_equal(one.array, np.asarray(other.array, dtype=object)):
            words = (
                f"at {_layers(depth)}, {one.words} is {shown_array(one.array)}, where the recursion over the layers has "
                f"{shown_array(other.array)}, with {_shown(network, batch)}"
            )
            return Comparison("differs", words)
    return Comparison("agrees", results=exactly)


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
