"""Terms: what an entry of a formal array is, and how Agda writes it.

Sums over a dimension stay sums, `sum (λ i → ...)`: nothing is expanded, so that a term holds for every size.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from symmetry.numbers.formal.index import Index

Letters: TypeAlias = Mapping[Index, str]
"""What is to be written for free indices of a term; for any other index its letter is."""

OWN: Letters = MappingProxyType({})
"""Every index is written as its letter."""

ATOM, APPLICATION, PRODUCT, SUM = 3, 2, 1, 0
"""How tightly a term is bound together, as Agda reads it."""


class Term:
    """A number that depends on the entries of arrays."""

    binds: ClassVar[int] = APPLICATION

    def text(self, letters: Letters = OWN) -> str:
        """The term in Agda."""
        raise NotImplementedError

    def within(self, binds: int, letters: Letters = OWN) -> str:
        """The term in Agda, in parentheses unless it is bound together as tightly as that."""
        text = self.text(letters)
        return text if self.strength >= binds else f"({text})"

    @property
    def strength(self) -> int:
        return self.binds


@dataclasses.dataclass(frozen=True)
class Entry(Term):
    """An entry of an array that is given."""

    array: str
    indices: tuple[Index, ...]

    @property
    def strength(self) -> int:
        return APPLICATION if self.indices else ATOM

    def text(self, letters: Letters = OWN) -> str:
        return " ".join([self.array, *[written(index, letters) for index in self.indices]])


@dataclasses.dataclass(frozen=True)
class Operation(Term):
    """A sum (+) or product (*) of two terms."""

    sign: str
    left: Term
    right: Term

    @property
    def strength(self) -> int:
        return SUM if self.sign == "+" else PRODUCT

    def text(self, letters: Letters = OWN) -> str:
        left, right = self.left.within(self.strength, letters), self.right.within(self.strength + 1, letters)
        return f"{left} {self.sign} {right}"


@dataclasses.dataclass(frozen=True)
class Sum(Term):
    """The sum of a term over an index."""

    index: Index
    body: Term

    def text(self, letters: Letters = OWN) -> str:
        return f"sum {self.terms(letters)}"

    def terms(self, letters: Letters = OWN) -> str:
        """What is summed, as a function of the index."""
        return f"(λ {self.index.letter} → {self.body.text({**letters, self.index: self.index.letter})})"


@dataclasses.dataclass(frozen=True)
class Applied(Term):
    """A derivative of an activation at a term: of order 0 its value, of order 1 its slope."""

    order: int
    argument: Term
    activation: str

    def text(self, letters: Letters = OWN) -> str:
        return self.of(self.argument.within(ATOM, letters))

    def of(self, argument: str) -> str:
        """The same derivative at what is written there."""
        names = {0: "value", 1: "slope"}
        if self.order in names:
            return f"{names[self.order]} {argument} {self.activation}"
        return f"{self.activation} {self.order} {argument}"


@dataclasses.dataclass(frozen=True)
class OfRow(Term):
    """A loss of an example's outputs and target, or the error of a loss at one output."""

    function: str
    index: Index
    """Runs over the outputs in `row`."""
    row: Term
    target: Entry
    output: Index | None = None

    def text(self, letters: Letters = OWN) -> str:
        output = [written(self.output, letters)] if self.output else []
        return " ".join([self.function, self.row_text(letters), self.target.within(ATOM, letters), *output])

    def row_text(self, letters: Letters = OWN) -> str:
        """The row as a function of the output: `a n` for an array's row, an abstraction for any other."""
        row = self.row
        if isinstance(row, Entry) and row.indices and row.indices[-1] == self.index not in row.indices[:-1]:
            return Entry(row.array, row.indices[:-1]).within(ATOM, letters)
        return f"(λ {self.index.letter} → {row.text({**letters, self.index: self.index.letter})})"


def written(index: Index, letters: Letters) -> str:
    """What is written for an index."""
    return letters.get(index, index.letter)
