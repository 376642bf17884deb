"""What a theorem can quantify over: a type in its signature, and how a case of that type is drawn from any source.

To add a kind of case, write its type and one function that draws it from a `Source`; Hypothesis, bulk sampling,
residues and symbols follow.
"""

import dataclasses
import functools
import inspect
import itertools
import typing
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import jax
import numpy as np

from symmetry.activation import value
from symmetry.architecture import Architecture
from symmetry.draw import Source
from symmetry.dropout import DropoutMasks
from symmetry.group import LinearMaps, Reflection, Rescaling, SignFlips, TiedUnits, UnitPermutation
from symmetry.hidden_map import HiddenMap
from symmetry.interpolation import IncreasingPoints
from symmetry.network import Batch, Layer, Network, map_parameters

NetworkThroughZero = Annotated[Network, "through_zero"]
"""A network whose hidden activations vanish at 0."""

NetworkOffZero = Annotated[Network, "off_zero"]
"""A network whose hidden activations have phi(0) and phi'(0) other than 0."""

OddNetwork = Annotated[Network, "odd"]
"""A network whose hidden activations are odd: phi(-z) = -phi(z)."""

SigmoidalNetwork = Annotated[Network, "sigmoidal"]
"""A network whose hidden activations satisfy phi(z) + phi(-z) = 1."""

HomogeneousNetwork = Annotated[Network, "homogeneous"]
"""A network whose hidden activations satisfy phi(c z) = c phi(z) for c > 0, and so phi(z) = phi'(z) z."""

LipschitzNetwork = Annotated[Network, "lipschitz"]
"""A network whose hidden activations are Lipschitz, so that they grow no faster than linearly."""

PositiveBatch = Annotated[Batch, "positive"]
"""Inputs and targets above 0."""

Number = Annotated[Any, "number"]
"""A number, of shape ()."""


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Direction:
    """A direction in the space of parameters: layers like a network's."""

    layers: tuple[Layer, ...]


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Minibatches:
    """Batches to be trained on in turn."""

    batches: tuple[Batch, ...]


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class ElementwiseRule:
    """An update rule: each parameter moves by u(gradient of that parameter), u any function of one variable."""

    function: Any

    def step(self, network: Network, gradient) -> Network:
        """The network after one update."""
        return map_parameters(lambda parameter, slope: parameter + value(slope, self.function), network, gradient)


OddRule = Annotated[ElementwiseRule, "odd"]
"""An update rule with u(-g) = -u(g), as gradient descent has."""


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class HiddenUnit:
    """One unit of the widest hidden layer: `layer` counts hidden layers from 0."""

    index: Any
    layer: int = dataclasses.field(metadata={"static": True})


Bits = Annotated[Direction, "bits"]
"""A 0 or a 1, a plain integer, for every parameter: layers like a network's."""


@dataclasses.dataclass(frozen=True)
class CaseKind:
    """How a type is drawn, and the fewest units that its widest hidden layer needs."""

    draw: Callable[[Source, Architecture, str], Any]
    hidden_units: int = 0


KINDS: dict[Any, CaseKind] = {}
"""Every type that a theorem's signature may name."""


def case_kind(annotation, hidden_units: int = 0):
    """Registers the decorated function as the way to draw that type."""

    def register(draw):
        KINDS[annotation] = CaseKind(draw, hidden_units)
        return draw

    return register


def case_types(law: Callable) -> dict[str, Any]:
    """The parameters of a law and their types; its keyword-only parameters are knobs, which are not drawn.

    Raises:
        TypeError: a parameter without a type, or with one that no case can be drawn of.
    """
    hints = typing.get_type_hints(law, include_extras=True)
    types = {}
    for name, parameter in inspect.signature(law).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            continue
        if name not in hints:
            raise TypeError(f"{law.__name__}: parameter {name!r} has no type; annotate it with one of {_known()}.")
        if hints[name] not in KINDS:
            raise TypeError(f"{law.__name__}: no case of {hints[name]!r} can be drawn; use one of {_known()}.")
        types[name] = hints[name]
    return types


def joint_case_types(laws: Iterable[Callable]) -> dict[str, Any]:
    """The parameters of several laws and their types; laws that share a parameter share its case."""
    return {name: kind for law in laws for name, kind in case_types(law).items()}


def draw_cases(types: dict[str, Any], source: Source, architecture: Architecture) -> dict[str, Any]:
    """One drawn value for each named type."""
    return {name: KINDS[kind].draw(source, architecture, name) for name, kind in types.items()}


def fits(types: dict[str, Any], architecture: Architecture) -> bool:
    """Whether cases of these types exist on that architecture: a permutation needs two units to permute."""
    widest = max(architecture.hidden_widths, default=0)
    return all(KINDS[kind].hidden_units <= widest for kind in types.values())


def _known() -> str:
    return ", ".join(getattr(kind, "__name__", repr(kind)) for kind in KINDS)


def _layers(draw: Callable[[str, tuple[int, ...]], Any], architecture: Architecture, name: str) -> tuple[Layer, ...]:
    """Layers whose weights and biases are drawn by name and shape."""
    return tuple(
        Layer(
            draw(f"{name} weight {index}", pair),
            draw(f"{name} bias {index}", pair[1:]) if architecture.bias else None,
        )
        for index, pair in enumerate(itertools.pairwise(architecture.widths))
    )


def _of_each_hidden_layer(draw: Callable[[str, int], Any], architecture: Architecture, name: str) -> tuple:
    """What is drawn by name and number of units, of each hidden layer."""
    return tuple(draw(f"{name} {index}", width) for index, width in enumerate(architecture.hidden_widths))


def _network(source: Source, architecture: Architecture, name: str, family: str) -> Network:
    hidden = tuple(
        source.activation(f"{name} activation {index}", architecture.hidden, family=family)
        for index in range(len(architecture.hidden_widths))
    )
    output = source.activation(f"{name} activation output", architecture.output, usually="identity")
    layers = _layers(source.numbers, architecture, name)
    return Network(layers, (*hidden, output), source.loss(architecture.loss))


def _network_kind(annotation) -> None:
    family = next(iter(getattr(annotation, "__metadata__", ("any",))))
    case_kind(annotation)(lambda source, architecture, name: _network(source, architecture, name, family))


for _annotation in (
    Network,
    NetworkThroughZero,
    NetworkOffZero,
    OddNetwork,
    SigmoidalNetwork,
    HomogeneousNetwork,
    LipschitzNetwork,
):
    _network_kind(_annotation)


@case_kind(Number)
def _(source: Source, architecture: Architecture, name: str) -> Any:
    return source.numbers(name, ())


@case_kind(Batch)
def _(source: Source, architecture: Architecture, name: str) -> Batch:
    parts = []
    for part, width in (("x", architecture.widths[0]), ("y", architecture.widths[-1])):
        recorded = architecture.recorded(part)
        shape = (architecture.batch, width)
        drawn = source.numbers(f"{name} {part}", shape) if recorded is None else source.constants(recorded)
        parts.append(drawn)
    return Batch(*parts)


@case_kind(PositiveBatch)
def _(source: Source, architecture: Architecture, name: str) -> Batch:
    inputs, outputs = architecture.widths[0], architecture.widths[-1]
    return Batch(
        source.positive_numbers(f"{name} x", (architecture.batch, inputs)),
        source.positive_numbers(f"{name} y", (architecture.batch, outputs)),
    )


MINIBATCHES = 3
"""Batches in a case of `Minibatches`."""


@case_kind(Minibatches)
def _(source: Source, architecture: Architecture, name: str) -> Minibatches:
    draw = KINDS[Batch].draw
    return Minibatches(tuple(draw(source, architecture, f"{name} {step}") for step in range(MINIBATCHES)))


@case_kind(Direction)
def _(source: Source, architecture: Architecture, name: str) -> Direction:
    return Direction(_layers(source.numbers, architecture, name))


@case_kind(Bits)
def _(source: Source, architecture: Architecture, name: str) -> Direction:
    return Direction(_layers(lambda part, shape: source.integers(part, shape, 2), architecture, name))


@case_kind(DropoutMasks, hidden_units=1)
def _(source: Source, architecture: Architecture, name: str) -> DropoutMasks:
    def mask(layer: str, width: int):
        return source.integers(layer, (architecture.batch, width), 2)

    return DropoutMasks(_of_each_hidden_layer(mask, architecture, name))


@case_kind(ElementwiseRule)
def _(source: Source, architecture: Architecture, name: str) -> ElementwiseRule:
    return ElementwiseRule(source.activation(name, None))


@case_kind(OddRule)
def _(source: Source, architecture: Architecture, name: str) -> ElementwiseRule:
    return ElementwiseRule(source.activation(name, None, family="odd"))


@case_kind(IncreasingPoints, hidden_units=1)
def _(source: Source, architecture: Architecture, name: str) -> IncreasingPoints:
    """One point more than the widest hidden layer has units."""
    units = max(architecture.hidden_widths)
    start, gaps = source.numbers(f"{name} start", ()), source.positive_numbers(f"{name} gaps", (units,))
    return IncreasingPoints(start, gaps, source.numbers(f"{name} values", (units + 1,)))


@case_kind(UnitPermutation, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> UnitPermutation:
    return UnitPermutation(_of_each_hidden_layer(functools.partial(_permutation, source), architecture, name))


@case_kind(TiedUnits, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> TiedUnits:
    return TiedUnits(_of_each_hidden_layer(functools.partial(_pair, source), architecture, name))


@case_kind(Reflection, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> Reflection:
    return Reflection(_of_each_hidden_layer(functools.partial(_signs, source), architecture, name))


@case_kind(HiddenMap, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> HiddenMap:
    widths = architecture.hidden_widths
    columns, rows = (
        tuple(source.numbers(f"{name} {part} {i}", (width,)) for i, width in enumerate(widths))
        for part in ("columns", "rows")
    )
    return HiddenMap(columns, rows)


@case_kind(SignFlips, hidden_units=1)
def _(source: Source, architecture: Architecture, name: str) -> SignFlips:
    """The first unit of every layer is flipped, lest nothing is."""
    return SignFlips(_of_each_hidden_layer(functools.partial(_some_negative, source), architecture, name))


@case_kind(Rescaling, hidden_units=1)
def _(source: Source, architecture: Architecture, name: str) -> Rescaling:
    def factors(layer: str, width: int):
        return source.positive_numbers(layer, (width,))

    return Rescaling(_of_each_hidden_layer(factors, architecture, name))


@case_kind(LinearMaps, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> LinearMaps:
    squares = [(f"{name} {i}", (width, width)) for i, width in enumerate(architecture.hidden_widths)]
    below, above = (
        tuple(source.numbers(f"{each} {side}", shape) for each, shape in squares) for side in ("below", "above")
    )
    return LinearMaps(below, above)


@case_kind(HiddenUnit, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> HiddenUnit:
    widths = architecture.hidden_widths
    layer = widths.index(max(widths))
    return HiddenUnit(source.integers(name, (), widths[layer]), layer)


def _permutation(source: Source, name: str, size: int) -> np.ndarray:
    """Fisher-Yates from the last place down; the identity, which proves nothing, becomes a swap of the first two."""
    shape = source.integers(name, (), 1).shape
    units = np.broadcast_to(np.arange(size), (*shape, size)).copy()
    for last in range(size - 1, 0, -1):
        chosen = last - source.integers(f"{name} {last}", (), last + 1)
        here = units[..., last].copy()
        there = np.take_along_axis(units, chosen[..., None], -1)[..., 0]
        np.put_along_axis(units, chosen[..., None], here[..., None], -1)
        units[..., last] = there
    if size > 1:
        still = (units == np.arange(size)).all(-1)
        units[..., 0], units[..., 1] = np.where(still, 1, units[..., 0]), np.where(still, 0, units[..., 1])
    return units


def _signs(source: Source, name: str, size: int) -> np.ndarray:
    return 1 - 2 * source.integers(name, (size,), 2)


def _some_negative(source: Source, name: str, size: int) -> np.ndarray:
    signs = _signs(source, name, size)
    signs[..., 0] = -1
    return signs


def _pair(source: Source, name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Two different units, the same one twice where there is only one."""
    first = source.integers(f"{name} original", (), size)
    step = 1 + source.integers(f"{name} copy", (), max(size - 1, 1))
    return first, (first + step) % size
