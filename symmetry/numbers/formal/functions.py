"""Activations and losses of formal arrays: any functions at all, known by a name only."""

import dataclasses
from typing import Any

from symmetry.activation import derivative
from symmetry.numbers.formal.array import Formal, by_name, shown
from symmetry.numbers.formal.index import FormalError, Index, index_of
from symmetry.numbers.formal.terms import Applied, Entry, OfRow, Sum, Term


@dataclasses.dataclass(frozen=True)
class FormalActivation:
    """Any activation."""

    name: str

    def evaluate(self, z: Any, order: int) -> Any:
        raise FormalError(f"an unknown activation of {type(z).__name__}; it is known of formal arrays only.")


@derivative.register
def _(z: Formal, activation: FormalActivation, order: int = 0) -> Formal:
    if not isinstance(activation, FormalActivation):
        raise FormalError(f"{activation!r} of a formal array; expected one of the network's activations.")
    argument = by_name(z)
    return Formal(z.dimensions, lambda *indices: Applied(order, argument.entry(*indices), activation.name))


@dataclasses.dataclass(frozen=True)
class FormalTargets:
    """The targets of a batch, of any kind: only the loss can read them."""

    name: str
    dimension: str

    def entry(self, example: Index) -> Entry:
        return Entry(self.name, (example,))


@dataclasses.dataclass(frozen=True)
class FormalLoss:
    """Any loss that is the sum over the batch of a function of an example's outputs and target, and its error."""

    def value(self, outputs: Formal, targets: FormalTargets) -> Formal:
        _require_rows(outputs, targets)
        row = by_name(outputs)

        def entry() -> Term:
            example = index_of(outputs.dimensions[0])
            unit = index_of(outputs.dimensions[1], (example,))
            return Sum(example, OfRow("loss", unit, row.entry(example, unit), targets.entry(example)))

        return Formal((), entry)

    def error(self, outputs: Formal, targets: FormalTargets) -> Formal:
        _require_rows(outputs, targets)
        row = by_name(outputs)

        def entry(example: Index, output: Index) -> Term:
            unit = index_of(outputs.dimensions[1], (example, output))
            return OfRow("error", unit, row.entry(example, unit), targets.entry(example), output)

        return Formal(outputs.dimensions, entry)


def _require_rows(outputs: Any, targets: Any) -> None:
    """Raise unless there are outputs and a target of every example."""
    if not isinstance(outputs, Formal) or not isinstance(targets, FormalTargets):
        raise FormalError("a loss is known of outputs, as a formal array, and of targets only.")
    if outputs.ndim != 2 or outputs.dimensions[0] != targets.dimension:
        raise FormalError(f"a loss of outputs {shown(outputs)}; expected ({targets.dimension}, units).")
