"""What happens in one layer: the program's functions, as Agda names and types them."""

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType

from symmetry import network as program
from symmetry.activation import value
from symmetry.array import Array

Arrays = Mapping[str, Array]
"""The arguments of a function, by their names in Agda."""

DIMENSIONS: tuple[str, ...] = ("batch", "ins", "units", "next")

ARRAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "inputs": ("batch", "ins"),
        "V": ("ins", "units"),
        "b": ("units",),
        "z": ("batch", "units"),
        "a": ("batch", "units"),
        "δ": ("batch", "units"),
        "next-δ": ("batch", "next"),
        "next-weight": ("units", "next"),
    }
)
"""The dimensions of every argument that is an array of numbers."""

OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "φ": "Activation Number",
        "loss": "(Vector Number units → Target → Number)",
        "error": "(Vector Number units → Target → Vector Number units)",
        "y": "Vector Target batch",
    }
)
"""The types of every other argument."""


def array_type(dimensions: tuple[str, ...]) -> str:
    """The type of an array, in Agda.

    >>> array_type(("batch", "units"))
    'Matrix Number batch units'
    """
    kinds = {0: "Number", 1: "Vector Number", 2: "Matrix Number"}
    return " ".join([kinds[len(dimensions)], *dimensions])


@dataclasses.dataclass(frozen=True)
class Signature:
    """A function of the program.

    Attributes:
        name: in Agda.
        python: in Python, where its formula is written.
        module: its file under Generated/Agrees.
        arguments: their names in Agda, in its order.
        dimensions: those of the result.
        run: calls the program's function with the arguments, in any number system.
    """

    name: str
    python: str
    module: str
    arguments: tuple[str, ...]
    dimensions: tuple[str, ...]
    run: Callable[[Arrays], Array] = dataclasses.field(repr=False)

    @property
    def arrays(self) -> tuple[str, ...]:
        """The arguments that are arrays of numbers."""
        return tuple(name for name in self.arguments if name in ARRAYS)

    @property
    def all_dimensions(self) -> tuple[str, ...]:
        """Those of the result and of every argument."""
        texts = " ".join([*self.dimensions, *map(argument_type, self.arguments)]).replace("(", " ").split()
        return tuple(each for each in DIMENSIONS if each in texts)

    @property
    def type(self) -> str:
        """The type of the function, in Agda."""
        types = " → ".join([*map(argument_type, self.arguments), array_type(self.dimensions)])
        return f"∀ {{{' '.join(self.all_dimensions)}}} → {types}"


def argument_type(name: str) -> str:
    """The type of an argument, in Agda."""
    return array_type(ARRAYS[name]) if name in ARRAYS else OTHERS[name]


def _one_layer(given: Arrays) -> program.Network:
    return program.Network((), (given.get("φ"),), given["loss"])


SIGNATURES: tuple[Signature, ...] = (
    Signature(
        *("preactivation", "preactivation", "Preactivation", ("inputs", "V", "b"), ("batch", "units")),
        lambda given: program.preactivation(given["inputs"], program.Layer(given["V"], given["b"])),
    ),
    Signature(
        *("preactivation-without-bias", "preactivation", "Preactivation", ("inputs", "V"), ("batch", "units")),
        lambda given: program.preactivation(given["inputs"], program.Layer(given["V"], None)),
    ),
    Signature(
        *("activated", "value", "Activated", ("z", "φ"), ("batch", "units")),
        lambda given: value(given["z"], given["φ"]),
    ),
    Signature(
        *("batch-loss", "batch_loss", "BatchLoss", ("loss", "a", "y"), ()),
        lambda given: given["loss"].value(given["a"], given["y"]),
    ),
    Signature(
        *("output-error", "output_error", "OutputError", ("error", "φ", "z", "a", "y"), ("batch", "units")),
        lambda given: program.output_error(_one_layer(given), given["z"], given["a"], given["y"]),
    ),
    Signature(
        *("hidden-error", "hidden_error", "HiddenError", ("next-δ", "next-weight", "z", "φ"), ("batch", "units")),
        lambda given: program.hidden_error(given["next-δ"], given["next-weight"], given["z"], given["φ"]),
    ),
    Signature(
        *("weight-gradient", "weight_gradient", "WeightGradient", ("inputs", "δ"), ("ins", "units")),
        lambda given: program.weight_gradient(given["inputs"], given["δ"]),
    ),
    Signature(
        *("bias-gradient", "bias_gradient", "BiasGradient", ("δ",), ("units",)),
        lambda given: program.bias_gradient(given["δ"]),
    ),
    Signature(
        *("input-gradient", "input_gradient", "InputGradient", ("δ", "V"), ("batch", "ins")),
        lambda given: program.input_gradient(given["δ"], given["V"]),
    ),
)

FORWARD = ("preactivation", "preactivation-without-bias", "activated", "batch-loss")
"""The functions of the forward pass, by their names in Agda; the others are of backprop."""
