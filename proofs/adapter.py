"""Low-rank adapters: the product of two trained factors is added to a frozen weight; and what acts on them (hu2022lora)."""

import dataclasses
from typing import Any

from symmetry.actions import LinearMaps, Rescaling
from symmetry.architecture import Architecture
from symmetry.array import Array, Tree, pytree
from symmetry.cases import CASE_KINDS, case_kind
from symmetry.network import Batch, Layer
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


@dataclasses.dataclass(frozen=True)
class _TwoLayers:
    """The factors as the layers into and out of a hidden space, on which maps of that space act."""

    layers: tuple[Layer, ...]


@pytree
class InvertibleMatrix:
    """G = D (I + L) (I + U): diagonal and positive, lower and upper triangular; most invertible matrices are of this form."""

    diagonal: Rescaling
    triangles: LinearMaps

    def act(self, factors: Factors) -> Factors:
        """(B G, G^-1 A)."""
        layers = _TwoLayers((Layer(factors.into), Layer(factors.out)))
        into, out = self.triangles.act(self.diagonal.act(layers)).layers
        return Factors(into.weight, out.weight)


@case_kind(InvertibleMatrix, hidden_units=2)
def _(source: Source, architecture: Architecture, name: str) -> InvertibleMatrix:
    parts = (CASE_KINDS[kind].draw(source, architecture, f"{name} {kind.__name__}") for kind in (Rescaling, LinearMaps))
    return InvertibleMatrix(*parts)


def on_one_side(g: InvertibleMatrix, factors: Factors) -> Factors:
    """(B G, A)."""
    return Factors(g.act(factors).into, factors.out)


def step(factors: Factors, gradient: Factors, inverse_rate: int) -> Factors:
    """The factors after a step of gradient descent."""
    return Factors(factors.into - gradient.into / inverse_rate, factors.out - gradient.out / inverse_rate)


def balance(factors: Factors) -> Array:
    """B^T B - A A^T: shape (rank, rank)."""
    return factors.into.T @ factors.into - factors.out @ factors.out.T


def rate_of(one: Array, its_gradient: Array) -> Array:
    """How fast X^T X falls under gradient flow: X^T G + G^T X."""
    return one.T @ its_gradient + its_gradient.T @ one
