"""Letters of bound indices: two terms that differ in them at most are the same term to Agda."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping

from symmetry.numbers.formal import Applied, Entry, Index, OfRow, Operation, Sum, Term


def same(term: Term, other: Term) -> bool:
    """Whether two terms differ in the letters of bound indices at most."""
    return alpha_key(fresh(term)) == alpha_key(fresh(other))


def alpha_key(term: Term, names: Mapping[Index, str] | None = None) -> str:
    """A text that does not depend on the letters of bound indices, of which no two may be the same."""
    names = names or {}

    def bound(index: Index) -> dict[Index, str]:
        return {**names, index: f"#{len(names)}:{index.dimension}"}

    if isinstance(term, Entry):
        return f"{term.array}[{','.join(names.get(each, each.letter) for each in term.indices)}]"
    if isinstance(term, Operation):
        return f"({alpha_key(term.left, names)}{term.sign}{alpha_key(term.right, names)})"
    if isinstance(term, Sum):
        return f"sum({term.index.dimension};{alpha_key(term.body, bound(term.index))})"
    if isinstance(term, Applied):
        return f"{term.activation}{term.order}({alpha_key(term.argument, names)})"
    assert isinstance(term, OfRow)
    output = names.get(term.output, term.output.letter) if term.output else ""
    row = alpha_key(term.row, bound(term.index))
    return f"{term.function}({row};{alpha_key(term.target, names)};{output})"


def fresh(term: Term, names: Mapping[Index, Index] | None = None) -> Term:
    """The term with a letter of its own for every bound index, so that sums can be moved without capturing any.

    `names` has other indices for some of the free ones.
    """
    return _fresh(term, itertools.count(1), names or {})


def _fresh(term: Term, numbers: Iterator[int], names: Mapping[Index, Index]) -> Term:

    def of(index: Index) -> Index:
        return names.get(index, index)

    if isinstance(term, Entry):
        return Entry(term.array, tuple(map(of, term.indices)))
    if isinstance(term, Operation):
        return Operation(term.sign, _fresh(term.left, numbers, names), _fresh(term.right, numbers, names))
    if isinstance(term, Applied):
        return dataclasses.replace(term, argument=_fresh(term.argument, numbers, names))
    assert isinstance(term, Sum | OfRow)
    index = Index(f"i{next(numbers)}", term.index.dimension)
    inside = {**names, term.index: index}
    if isinstance(term, Sum):
        return Sum(index, _fresh(term.body, numbers, inside))
    target, output = _fresh(term.target, numbers, names), of(term.output) if term.output else None
    assert isinstance(target, Entry)
    return OfRow(term.function, index, _fresh(term.row, numbers, inside), target, output)
