"""OPT: what the steps of optimisers commute with (jordan2024muon)."""

import dataclasses
import functools

from proofs.derivations import muon as derivations
from proofs.turns import Mirror, draw_mirror
from symmetry.activation import reciprocal_square_root
from symmetry.architecture import Architecture
from symmetry.array import Array, pytree
from symmetry.cases import case_kind
from symmetry.numbers.symbol import Symbol
from symmetry.source import Source
from symmetry.statements.theorem import theorem

ITERATIONS = 5
"""As many as Muon's own code takes."""


@pytree
class TurnedMatrix:
    """A matrix G, such as the gradient of a weight, mirrors of its columns (U) and of its rows (V), and a, b and c (3,)."""

    matrix: Array
    columns: Mirror
    rows: Mirror
    coefficients: Array
    iterations: int = dataclasses.field(default=ITERATIONS, metadata={"static": True})


@case_kind(TurnedMatrix)
def _(source: Source, architecture: Architecture, name: str) -> TurnedMatrix:
    """A weight's shape is that of the first layer, and there are as many iterations as a batch has examples."""
    before, after = architecture.widths[:2]
    mirrors = draw_mirror(source, f"{name} columns", before), draw_mirror(source, f"{name} rows", after)
    matrix = source.numbers(f"{name} matrix", (before, after))
    coefficients = source.numbers(f"{name} coefficients", (3,))
    return TurnedMatrix(matrix, *mirrors, coefficients, architecture.batch)


def iterate(matrix: Array, coefficients: Array) -> Array:
    """One Newton-Schulz iteration: a X + b X X^T X + c (X X^T)^2 X."""
    a, b, c = (coefficients[place] for place in range(3))
    gram = matrix @ matrix.T
    cubed = gram @ matrix
    return matrix * a + cubed * b + gram @ cubed * c


def newton_schulz(matrix: Array, coefficients: Array, iterations: int) -> Array:
    """Muon's direction: G over its Frobenius norm, iterated."""
    current = matrix * reciprocal_square_root((matrix * matrix).sum())
    for _ in range(iterations):
        current = iterate(current, coefficients)
    return current


def adam_commutes_with_orthogonal_maps():
    """Adam's first direction, each entry over its own size, for one rotation of a column of two entries."""
    rotation, column = Symbol.of([[3, 4], [-4, 3]]) / 5, Symbol.of([[1], [2]])

    def direction(gradient: Array) -> Array:
        return gradient * reciprocal_square_root(gradient * gradient)

    return direction(rotation @ column), rotation @ direction(column)


@theorem(
    "OPT.1",
    title="Muon's direction turns with the gradient",
    statement=r"U^T U = 1,\ V V^T = 1 \;\Rightarrow\; N(U G V) = U\, N(G)\, V, \quad N \text{ iterates } "
    r"X \mapsto aX + b X X^T X + c (X X^T)^2 X \text{ from } G / \lVert G \rVert",
    hypotheses=f"U and V orthogonal, any a, b and c and number of iterations, the gradient G not 0; tried on "
    f"mirrors U and V, {ITERATIONS} iterations; Adam's direction does not, already for one rotation",
    cites=("jordan2024muon", "kingma2015adam"),
    controls={"U not orthogonal": dict(times=1)},
    derivation=derivations.newton_schulz,
    evidence=("derived", "identity"),
    systems=("residues",),
    architectures=(Architecture((3, 4, 2), batch=ITERATIONS),),
    refutes={"Adam's direction turns with the gradient": adam_commutes_with_orthogonal_maps},
)
def muons_direction_turns_with_the_gradient(case: TurnedMatrix, *, times: int = 2):
    """With 1 in the place of 2 the matrix of U is a projection."""

    def turned(matrix: Array) -> Array:
        return case.rows.turn_rows(case.columns.turn_columns(matrix, times))

    direction = functools.partial(newton_schulz, coefficients=case.coefficients, iterations=case.iterations)
    return direction(turned(case.matrix)), turned(direction(case.matrix))
