"""Proofs of equations between terms, as Agda reads them. A step that changes nothing is left out."""

import dataclasses
from collections.abc import Callable

from symmetry.numbers.formal import Index, OfRow, Operation, Sum, Term

HOLE = "□"
"""What stands in a term for the part that an equation rewrites."""


@dataclasses.dataclass(frozen=True)
class Proof:
    """A proof that one term equals another; no text where the two are the same."""

    text: str = ""
    reverses: "Proof | None" = dataclasses.field(default=None, compare=False)
    """The proof of which this is the other direction."""

    def __bool__(self) -> bool:
        return bool(self.text)

    def then(self, next: "Proof") -> "Proof":
        """By transitivity."""
        if not self or not next:
            return self or next
        return Proof(f"trans ({self.text}) ({next.text})")

    def backwards(self) -> "Proof":
        """By symmetry."""
        if self.reverses is not None:
            return self.reverses
        return Proof(f"sym ({self.text})", reverses=self) if self else self

    def within(self, context: Callable[[str], str]) -> "Proof":
        """Of the terms with the context around them, written for what stands in the hole."""
        return Proof(f"cong (λ {HOLE} → {context(HOLE)}) ({self.text})") if self else self

    def under(self, index: Index) -> "Proof":
        """Of the sums over an index of the terms."""
        return Proof(f"sum-of-equals (λ {index.letter} → {self.text})") if self else self

    def written(self) -> str:
        return self.text or "refl"


SAME = Proof()


def law(name: str, *terms: Term) -> Proof:
    """A law of + and * at some terms."""
    return Proof(" ".join([name, *[term.within(3) for term in terms]]))


def on_left(sign: str, proof: Proof, right: Term) -> Proof:
    """Of the terms on the left of a sign."""
    return proof.within(lambda hole: f"{hole} {sign} {right.within(3)}")


def on_right(sign: str, left: Term, proof: Proof) -> Proof:
    """Of the terms on the right of a sign."""
    return proof.within(lambda hole: f"{left.within(3)} {sign} {hole}")


def chain(sign: str, terms: list[Term]) -> Term:
    """t1 sign (t2 sign (t3 ...)); of one term, that term."""
    *front, last = terms
    for term in reversed(front):
        last = Operation(sign, term, last)
    return last


def joined(sign: str, left: list[Term], right: list[Term]) -> Proof:
    """That a chain of chains is one chain: (l1 sign (l2 ...)) sign r = l1 sign (l2 ... sign r)."""
    if len(left) == 1:
        return SAME
    first, rest = left[0], left[1:]
    moved = law(f"{sign}-assoc", first, chain(sign, rest), chain(sign, right))
    return moved.then(on_right(sign, first, joined(sign, rest, right)))


def sorted_chain(sign: str, terms: list[Term], key: Callable[[Term], str]) -> tuple[list[Term], Proof]:
    """The terms of a chain sorted, and that the chain is equal: by exchanges of neighbours."""
    ordered, proof = list(terms), SAME
    for end in range(len(ordered), 1, -1):
        for place in range(end - 1):
            if key(ordered[place]) > key(ordered[place + 1]):
                proof = proof.then(_exchanged(sign, ordered, place))
                ordered[place : place + 2] = ordered[place + 1], ordered[place]
    return ordered, proof


def _exchanged(sign: str, terms: list[Term], place: int) -> Proof:
    """That a chain equals the one with two neighbours exchanged."""
    if place:
        return on_right(sign, terms[0], _exchanged(sign, terms[1:], place - 1))
    one, other, *rest = terms
    swapped = law(f"{sign}-comm", one, other)
    if not rest:
        return swapped
    end = chain(sign, rest)
    back = law(f"{sign}-assoc", one, other, end).backwards()
    return back.then(on_left(sign, swapped, end)).then(law(f"{sign}-assoc", other, one, end))


def summed(indices: list[Index], body: Term) -> Term:
    """The sum of a term over several indices, the first outermost."""
    for index in reversed(indices):
        body = Sum(index, body)
    return body


def reordered(indices: list[Index], wanted: list[Index], body: Term) -> Proof:
    """That a sum over several indices does not depend on their order: by exchanges of neighbours."""
    ordered, proof = list(indices), SAME
    for end in range(len(ordered), 1, -1):
        for place in range(end - 1):
            if wanted.index(ordered[place]) > wanted.index(ordered[place + 1]):
                proof = proof.then(_sums_exchanged(ordered, place, body))
                ordered[place : place + 2] = ordered[place + 1], ordered[place]
    return proof


def _sums_exchanged(indices: list[Index], place: int, body: Term) -> Proof:
    one, other, *inner = indices[place:]
    swapped = Proof(f"sum-swap (λ {one.letter} {other.letter} → {summed(inner, body).text()})")
    for index in reversed(indices[:place]):
        swapped = swapped.under(index)
    return swapped


def respected(term: OfRow, by: Proof) -> Proof:
    """That a loss, or its error, of equal rows is equal."""
    if not by:
        return by
    output = f" {term.output.letter}" if term.output else ""
    target = term.target.within(3)
    return Proof(f"{term.function}-respects {target} (λ {term.index.letter} → {by.text}){output}")
