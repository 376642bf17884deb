"""Arrays of a loop matched with arrays of the recursion that are equal by Laws, one after another.

So a proof about a deep network is many short ones, one an array, and not one of the whole formula.
"""

import dataclasses
import functools
from collections.abc import Sequence

from symmetry.formal.equation import equation
from symmetry.formal.proof import SAME, Proof, on_left, on_right, respected
from symmetry.numbers.formal import Applied, Entry, Formal, Index, OfRow, Operation, Sum, Term, indices_of

Definitions = Sequence[tuple[str, Formal]]


@dataclasses.dataclass(frozen=True)
class Lemma:
    """That an array of the loop is an array of the recursion, entry by entry."""

    array: str
    other: str
    indices: tuple[Index, ...]
    proof: Proof

    @property
    def name(self) -> str:
        return f"same-{self.array}"


class Matching:
    """What is known of a loop's named arrays: those that are arrays of the recursion, with the lemmas that say so."""

    def __init__(self, loop: Definitions, recursion: Definitions) -> None:
        self.lemmas: list[Lemma] = []
        self._definitions = dict(loop)
        self._found: dict[str, Lemma] = {}
        for name, array in loop:
            indices = indices_of(array.dimensions)
            term = array.entry(*indices)
            for other, candidate in recursion:
                if candidate.dimensions != array.dimensions:
                    continue
                if (proof := self.proof(candidate.entry(*indices), term)) is not None:
                    self._found[name] = Lemma(name, other, indices, proof.backwards())
                    self.lemmas.append(self._found[name])
                    break

    def proof(self, of_recursion: Term, of_loop: Term) -> Proof | None:
        """That a term of the recursion's arrays equals one of the loop's; None if no proof is found by Laws."""
        changed, by_lemmas = self._rewritten(of_loop)
        by_laws = equation(of_recursion, changed, respects=True)
        return None if by_laws is None else by_laws.then(by_lemmas.backwards())

    def _rewritten(self, term: Term) -> tuple[Term, Proof]:
        """The term with the recursion's arrays in the place of the loop's, and that it is equal."""
        return _rewritten(term, self)

    def entry(self, term: Entry) -> tuple[Term, Proof]:
        if (lemma := self._found.get(term.array)) is not None:
            by = Proof(" ".join([lemma.name, *[index.letter for index in term.indices]]))
            return Entry(lemma.other, term.indices), by
        if (array := self._definitions.get(term.array)) is not None:
            return self._rewritten(array.entry(*term.indices))
        return term, SAME


@functools.singledispatch
def _rewritten(term: Term, matching: Matching) -> tuple[Term, Proof]:
    raise NotImplementedError


@_rewritten.register
def _(term: Entry, matching: Matching) -> tuple[Term, Proof]:
    return matching.entry(term)


@_rewritten.register
def _(term: Operation, matching: Matching) -> tuple[Term, Proof]:
    left, by_left = _rewritten(term.left, matching)
    right, by_right = _rewritten(term.right, matching)
    by = on_left(term.sign, by_left, term.right).then(on_right(term.sign, left, by_right))
    return Operation(term.sign, left, right), by


@_rewritten.register
def _(term: Sum, matching: Matching) -> tuple[Term, Proof]:
    body, by = _rewritten(term.body, matching)
    return Sum(term.index, body), by.under(term.index)


@_rewritten.register
def _(term: Applied, matching: Matching) -> tuple[Term, Proof]:
    argument, by = _rewritten(term.argument, matching)
    return dataclasses.replace(term, argument=argument), by.within(term.of)


@_rewritten.register
def _(term: OfRow, matching: Matching) -> tuple[Term, Proof]:
    row, by = _rewritten(term.row, matching)
    return dataclasses.replace(term, row=row), respected(term, by)
