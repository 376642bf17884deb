"""Formal arrays: a number system whose entries are terms, so that running the program writes its formulas.

An array has named dimensions in place of sizes, so that what is written holds for every size. It has the operators
`@ + *`, `.T` and `.sum`; anything else is an error, never a guess.
"""

import contextlib
import contextvars
import dataclasses
import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from symmetry.numbers.formal.index import ONE, Dimension, FormalError, Index, index_of, indices_of
from symmetry.numbers.formal.terms import Entry, Operation, Sum, Term

HAVE = "formal arrays have @ + *, .T, .sum, and symmetry.activation's value and slope"

LARGEST = 16
"""The largest whole number that a formal array is multiplied by: it is written as a sum of so many terms."""


def _lacking(operation: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise FormalError(f"{operation} is not among the formal operations; {HAVE}.")

    return refuse


@dataclasses.dataclass(frozen=True, eq=False)
class Formal:
    """An array: the names of its dimensions, and its entry at given indices.

    >>> x, weight = Formal.named("x", "batch", "ins"), Formal.named("W", "ins", "units")
    >>> (x @ weight).text()
    'sum (λ i → x n i * W i j)'

    Raises:
        FormalError: an operation that formal arrays lack, or shapes that do not fit for every size.
    """

    dimensions: tuple[str, ...]
    entry: Callable[..., Term] = dataclasses.field(repr=False)
    transposed: "Formal | None" = dataclasses.field(default=None, repr=False)
    """The array that this is the transpose of."""

    __array_ufunc__ = None  # NumPy's operators leave the operation to ours
    ndim = property(lambda self: len(self.dimensions))
    shape = property(lambda self: tuple(map(Dimension, self.dimensions)))

    @classmethod
    def named(cls, name: str, *dimensions: str) -> "Formal":
        """An array that is given."""
        return cls(dimensions, lambda *indices: Entry(name, indices))

    def text(self) -> str:
        """Its entry in Agda, at indices of its dimensions."""
        return self.entry(*indices_of(self.dimensions)).text()

    @property
    def T(self) -> "Formal":
        return Formal(self.dimensions[::-1], lambda *indices: self.entry(*indices[::-1]), transposed=self)

    def __add__(self, other: Any) -> "Formal":
        if isinstance(other, Formal):
            return self._entrywise(other, "+")
        if _number(other) == 0:
            return self
        raise FormalError(f"adding {other!r} is not among the formal operations; {HAVE}.")

    def __mul__(self, other: Any) -> "Formal":
        if isinstance(other, Formal):
            return self._entrywise(other, "*")
        number = _number(other)
        if number is None or number.denominator != 1 or not 1 <= number <= LARGEST:
            raise FormalError(f"multiplying by {other!r} is not among the formal operations; {HAVE}.")
        return self if number == 1 else self * int(number - 1) + self

    __radd__, __rmul__ = __add__, __mul__

    def _entrywise(self, other: "Formal", sign: str) -> "Formal":
        """NumPy's rule: shapes are aligned at the right, and a missing or unit dimension is repeated."""
        aligned = itertools.zip_longest(self.dimensions[::-1], other.dimensions[::-1], fillvalue=ONE)
        pairs = list(aligned)[::-1]
        if any(ours != theirs and ONE not in (ours, theirs) for ours, theirs in pairs):
            raise FormalError(f"shapes {shown(self)} {sign} {shown(other)} do not fit for every size.")
        dimensions = tuple(theirs if ours == ONE else ours for ours, theirs in pairs)
        return Formal(dimensions, lambda *indices: Operation(sign, self._at(indices), other._at(indices)))

    def _at(self, indices: tuple[Index, ...]) -> Term:
        return self.entry(*indices[len(indices) - self.ndim :])

    def __matmul__(self, other: Any) -> "Formal":
        if not isinstance(other, Formal):
            raise FormalError(f"@ with {other!r} is not among the formal operations; {HAVE}.")
        if self.ndim != 2 or other.ndim != 2 or self.dimensions[1] != other.dimensions[0]:
            raise FormalError(f"shapes {shown(self)} @ {shown(other)} do not chain for every size.")
        left, right = by_name(self), by_name(other)

        def entry(row: Index, column: Index) -> Term:
            middle = index_of(self.dimensions[1], (row, column))
            return Sum(middle, Operation("*", left.entry(row, middle), right.entry(middle, column)))

        return Formal((self.dimensions[0], other.dimensions[1]), entry)

    def sum(self, axis: int | None = None, keepdims: bool = False) -> "Formal":
        if axis is None:
            if keepdims:
                raise FormalError(
                    f"a sum of all entries that keeps dimensions is not among the formal operations; {HAVE}."
                )
            return self if self.ndim == 0 else self.sum(-1).sum()
        if not isinstance(axis, int) or not -self.ndim <= axis < self.ndim:
            raise FormalError(f"axis {axis!r} of a sum over {shown(self)}; expected one of its {self.ndim} axes.")
        place, terms = axis % self.ndim, by_name(self)

        def entry(*indices: Index) -> Term:
            rest = list(indices)
            if keepdims:
                del rest[place]
            summed = index_of(self.dimensions[place], indices)
            return Sum(summed, terms.entry(*rest[:place], summed, *rest[place:]))

        left = (ONE,) if keepdims else ()
        return Formal((*self.dimensions[:place], *left, *self.dimensions[place + 1 :]), entry)

    __neg__ = __sub__ = __rsub__ = _lacking("subtraction")
    __truediv__ = __rtruediv__ = _lacking("division")
    __pow__ = __rpow__ = _lacking("a power")
    __rmatmul__ = _lacking("@ with what is no formal array")
    __getitem__ = __iter__ = __len__ = _lacking("indexing")
    __bool__ = __float__ = __int__ = __index__ = _lacking("asking for a number")
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _lacking("comparison")
    __array__ = __array_function__ = _lacking("a function of NumPy")
    __jax_array__ = _lacking("a function of JAX")
    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f".{name} is not among the formal operations; {HAVE}.")


def shown(array: Formal) -> str:
    """Its shape in words."""
    return f"({', '.join(array.dimensions)})"


def _number(other: object) -> Fraction | None:
    """A finite number as a fraction; None if it is none."""
    if isinstance(other, int | float | np.integer | np.floating) and np.isfinite(other):
        return Fraction(float(other)) if isinstance(other, float | np.floating) else Fraction(int(other))
    return None


@dataclasses.dataclass
class Named:
    """Arrays that are given names, so that formulas stay short: each has a definition, and may use those before it."""

    prefix: str = "v"
    definitions: list[tuple[str, Formal]] = dataclasses.field(default_factory=list)
    _names: dict[tuple[str, ...], Formal] = dataclasses.field(default_factory=dict)

    def name(self, array: Formal) -> Formal:
        """The array, to be written by its name; arrays with one formula have one name."""
        if array.transposed is not None:
            return self.name(array.transposed).T
        term = array.entry(*indices_of(array.dimensions))
        if isinstance(term, Entry):
            return array
        formula = (*array.dimensions, term.text())
        if formula not in self._names:
            name = f"{self.prefix}{len(self.definitions) + 1}"
            self.definitions.append((name, array))
            self._names[formula] = Formal.named(name, *array.dimensions)
        return self._names[formula]


_named: contextvars.ContextVar[Named | None] = contextvars.ContextVar("named", default=None)


@contextlib.contextmanager
def naming(prefix: str = "v") -> Iterator[Named]:
    """Gives names, v1, v2, ..., to the arrays that are operands of `@` or arguments of activations and losses meanwhile."""
    named = Named(prefix)
    token = _named.set(named)
    try:
        yield named
    finally:
        _named.reset(token)


def by_name(array: Formal) -> Formal:
    """The array, written by a name within `naming`."""
    named = _named.get()
    return array if named is None else named.name(array)
