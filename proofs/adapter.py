"""Low-rank adapters: a frozen weight to which the product of two trained factors is added (hu2022lora)."""

from typing import Any

from symmetry.architecture import Architecture
from symmetry.array import Array, Tree, pytree
from symmetry.cases import case_kind
from symmetry.network import Batch
from symmetry.numbers.dual import every_derivative
from symmetry.source import Source


@pytree
class Factors:
    """The factors B (inputs, rank) and A (rank, outputs) of an adapter."""

    into: Array
    out: Array

    @property
    def product(self) -> Array:
        """B A, what the adapter adds to the frozen weight."""
        return self.into @ self.out


@pytree
class Adapter:
    """A frozen weight (inputs, outputs), the factors that are trained beside it, and a loss, a `LossLike`."""

    frozen: Array
    factors: Factors
    loss: Any


def gradient_in_factors(adapter: Adapter, batch: Batch) -> Factors:
    """The gradient of the loss of x (W + B A), in B and in A, by differentiation forwards."""

    def loss(factors: Tree) -> Array:
        return adapter.loss.value(batch.x @ (adapter.frozen + factors.product), batch.y)

    return every_derivative(loss, adapter.factors)


def draw_factors(source: Source, name: str, architecture: Architecture) -> Factors:
    """Factors whose rank is the number of units of the first hidden layer."""
    inputs, rank, outputs = architecture.widths[0], architecture.widths[1], architecture.widths[-1]
    return Factors(source.numbers(f"{name} into", (inputs, rank)), source.numbers(f"{name} out", (rank, outputs)))


@case_kind(Adapter, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> Adapter:
    frozen = source.numbers(f"{name} frozen", (architecture.widths[0], architecture.widths[-1]))
    return Adapter(frozen, draw_factors(source, name, architecture), source.loss(architecture.loss))


@case_kind(Factors, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> Factors:
    return draw_factors(source, name, architecture)
