"""What a theorem can quantify over: a type in its signature, and how a case of that type is drawn from any source.

To add a kind of case, write its type and one function that draws it from a `Source`, registered by `case_kind` in the
same file; Hypothesis, bulk sampling, residues and symbols follow. General kinds stand here, actions in `symmetry.actions`.
"""

import dataclasses
import inspect
import itertools
import sys
import typing
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Annotated, Any, TypeAlias

from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.network import Batch, Layer, Network
from symmetry.source import Source

CaseType: TypeAlias = Hashable
"""A type that a law's signature may name: a class, or a class with a property, as `Annotated`."""

Case: TypeAlias = Any
"""What is drawn for a type: a network, a batch, a permutation, ..."""


@dataclasses.dataclass(frozen=True)
class CaseKind:
    """How a type is drawn, the fewest units that its widest hidden layer needs, and whether it runs on floats only."""

    draw: Callable[[Source, Architecture, str], Case]
    hidden_units: int = 0
    floats_only: bool = False


CASE_KINDS: dict[CaseType, CaseKind] = {}
"""Every type that a theorem's signature may name."""


def case_kind(annotation: CaseType, hidden_units: int = 0) -> Callable:
    """Registers the decorated function as the way to draw that type."""

    def register(draw: Callable[[Source, Architecture, str], Case]) -> Callable:
        CASE_KINDS[annotation] = CaseKind(draw, hidden_units)
        return draw

    return register


def case_kind_by_layer(kind: Callable[[tuple], Case], hidden_units: int) -> Callable:
    """Registers the decorated function as the way to draw one entry of that type, by a name and a number of units.

    The type has one entry for each hidden layer.
    """

    def register(draw: Callable[[Source, str, int], Case]) -> Callable:
        @case_kind(kind, hidden_units)
        def _(source: Source, architecture: Architecture, name: str) -> Case:
            widths = architecture.hidden_widths
            return kind(tuple(draw(source, f"{name} {layer}", width) for layer, width in enumerate(widths)))

        return draw

    return register


def case_types(law: Callable) -> dict[str, CaseType]:
    """The parameters of a law and their types; its keyword-only parameters are knobs, which are not drawn.

    Raises:
        TypeError: a parameter without a type, or with one that no case can be drawn of; several in one, as *cases are; a
            knob without a default.
    """
    try:
        hints = typing.get_type_hints(law, include_extras=True)
    except Exception as error:  # whatever evaluating an annotation raises
        raise TypeError(
            f"the types of its parameters cannot be read, since {error}; import them in its file."
        ) from error
    types = {}
    for name, parameter in inspect.signature(law).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            kind = parameter.kind.description
            raise TypeError(
                f"{kind} parameter {name!r}: cases are passed by name; write each as an ordinary parameter."
            )
        if parameter.kind is parameter.KEYWORD_ONLY:
            if parameter.default is parameter.empty:
                raise TypeError(f"the knob {name!r} has no default; give it the value with which the law holds.")
            continue
        if name not in hints:
            raise TypeError(f"parameter {name!r} has no type; annotate it with one of {_known()}.")
        if not _is_drawn(hints[name]):
            wrong = type_name(hints[name])
            raise TypeError(f"parameter {name!r}: no case of {wrong} can be drawn; use one of {_known()}.")
        types[name] = hints[name]
    return types


def runs_on_floats_only(law: Callable) -> bool:
    """Whether some case of a law is code from elsewhere, which no number system but floats runs."""
    try:
        return any(CASE_KINDS[kind].floats_only for kind in case_types(law).values())
    except TypeError:  # a mistake in its signature, which is reported where the law is run
        return False


def type_name(kind: Any) -> str:
    """A type as it is imported: HomogeneousNetwork, and not Annotated.

    >>> type_name(HomogeneousNetwork), type_name(Batch), type_name(int)
    ('HomogeneousNetwork', 'Batch', 'int')
    """
    if isinstance(kind, type):
        return kind.__name__
    home = vars(sys.modules[CASE_KINDS[kind].draw.__module__]) if _is_drawn(kind) else {}
    names = (name for name, value in home.items() if value is kind and not name.startswith("_"))
    return next(names, inspect.formatannotation(kind))


def _is_drawn(kind: Any) -> bool:
    return isinstance(kind, Hashable) and kind in CASE_KINDS


def joint_case_types(laws: Iterable[Callable]) -> dict[str, CaseType]:
    """The parameters of several laws and their types; laws that share a parameter share its case."""
    return {name: kind for law in laws for name, kind in case_types(law).items()}


def draw_cases(types: Mapping[str, CaseType], source: Source, architecture: Architecture) -> dict[str, Case]:
    """One drawn value for each named type."""
    return {name: CASE_KINDS[kind].draw(source, architecture, name) for name, kind in types.items()}


def fits(types: Mapping[str, CaseType], architecture: Architecture) -> bool:
    """Whether cases of these types exist on that architecture: a permutation needs two units to permute."""
    widest = max(architecture.hidden_widths, default=0)
    return all(CASE_KINDS[kind].hidden_units <= widest for kind in types.values())


def _known() -> str:
    return ", ".join(map(type_name, CASE_KINDS))


def layers_of(
    draw: Callable[[str, tuple[int, ...]], Array], architecture: Architecture, name: str
) -> tuple[Layer, ...]:
    """Layers whose weights and biases are drawn by name and shape."""
    return tuple(
        Layer(
            draw(f"{name} weight {index}", pair),
            draw(f"{name} bias {index}", pair[1:]) if architecture.bias else None,
        )
        for index, pair in enumerate(itertools.pairwise(architecture.widths))
    )


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


def _network_kind(annotation: CaseType) -> None:
    family = next(iter(getattr(annotation, "__metadata__", ("any",))))

    @case_kind(annotation)
    def _(source: Source, architecture: Architecture, name: str) -> Network:
        hidden = tuple(
            source.activation(f"{name} activation {index}", architecture.hidden, family=family)
            for index in range(len(architecture.hidden_widths))
        )
        output = source.activation(f"{name} activation output", architecture.output, usually="identity")
        layers = layers_of(source.numbers, architecture, name)
        return Network(layers, (*hidden, output), source.loss(architecture.loss))


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


Scalar = Annotated[Array, "scalar"]
"""A number, of shape ()."""


@case_kind(Scalar)
def _(source: Source, architecture: Architecture, name: str) -> Array:
    return source.numbers(name, ())


@case_kind(Batch)
def _(source: Source, architecture: Architecture, name: str) -> Batch:
    def part(which: str, width: int) -> Array:
        recorded = architecture.recorded(which)
        if recorded is not None:
            return source.constants(recorded)
        return source.numbers(f"{name} {which}", (architecture.batch, width))

    return Batch(part("x", architecture.widths[0]), part("y", architecture.widths[-1]))


PositiveBatch = Annotated[Batch, "positive"]
"""Inputs and targets above 0."""


@case_kind(PositiveBatch)
def _(source: Source, architecture: Architecture, name: str) -> Batch:
    inputs, outputs = architecture.widths[0], architecture.widths[-1]
    return Batch(
        source.positive_numbers(f"{name} x", (architecture.batch, inputs)),
        source.positive_numbers(f"{name} y", (architecture.batch, outputs)),
    )


@pytree
class Minibatches:
    """Batches to be trained on in turn."""

    batches: tuple[Batch, ...]


MINIBATCHES = 3
"""Batches in a case of `Minibatches`."""


@case_kind(Minibatches)
def _(source: Source, architecture: Architecture, name: str) -> Minibatches:
    draw = CASE_KINDS[Batch].draw
    return Minibatches(tuple(draw(source, architecture, f"{name} {step}") for step in range(MINIBATCHES)))


@pytree
class Direction:
    """A direction in the space of parameters: layers like a network's."""

    layers: tuple[Layer, ...]


@case_kind(Direction)
def _(source: Source, architecture: Architecture, name: str) -> Direction:
    return Direction(layers_of(source.numbers, architecture, name))


Bits = Annotated[Direction, "bits"]
"""A 0 or a 1, a plain integer, for every parameter: layers like a network's."""


@case_kind(Bits)
def _(source: Source, architecture: Architecture, name: str) -> Direction:
    return Direction(layers_of(lambda part, shape: source.integers(part, shape, 2), architecture, name))


@pytree
class HiddenUnit:
    """One unit of the widest hidden layer: `layer` counts hidden layers from 0."""

    index: Array
    layer: int = dataclasses.field(metadata={"static": True})


@case_kind(HiddenUnit, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> HiddenUnit:
    widths = architecture.hidden_widths
    layer = widths.index(max(widths))
    return HiddenUnit(source.integers(name, (), widths[layer]), layer)
