"""The normal form of a term, with a proof: what Laws make equal, + and * in any order, distributed, sums exchanged.

A normal form is a sum of monomials; a monomial is a sum, over some indices, of a product of factors. Two terms with one
normal form are equal in every commutative semiring.
"""

import dataclasses
import itertools
from collections.abc import Iterator

from symmetry.formal.letters import alpha_key, fresh
from symmetry.formal.proof import (
    SAME,
    Proof,
    chain,
    joined,
    law,
    on_left,
    on_right,
    reordered,
    respected,
    sorted_chain,
    summed,
)
from symmetry.numbers.formal import Applied, Index, OfRow, Operation, Sum, Term


@dataclasses.dataclass(frozen=True)
class Monomial:
    """The sum over indices of a product of factors, none of which is a sum or a product."""

    indices: tuple[Index, ...]
    factors: tuple[Term, ...]

    @property
    def term(self) -> Term:
        return summed(list(self.indices), chain("*", list(self.factors)))


Polynomial = list[Monomial]
"""The sum of its monomials, the first outermost."""


def polynomial_term(polynomial: Polynomial) -> Term:
    return chain("+", [each.term for each in polynomial])


@dataclasses.dataclass(frozen=True)
class Normaliser:
    """Normal forms. `respects`: whether losses and errors of equal rows are equal, by `loss-respects`, `error-respects`."""

    respects: bool = False

    def normal_form(self, term: Term) -> tuple[Term, Proof]:
        """The normal form, and a proof that the term equals it."""
        return self._normal(fresh(term))

    def _normal(self, term: Term) -> tuple[Term, Proof]:
        polynomial, expanding = self._expanded(term)
        ordered, ordering = _ordered(polynomial)
        return polynomial_term(ordered), expanding.then(ordering)

    def _expanded(self, term: Term) -> tuple[Polynomial, Proof]:
        """The term as a sum of monomials, in the order in which they come."""
        if isinstance(term, Operation):
            left, by_left = self._expanded(term.left)
            right, by_right = self._expanded(term.right)
            changed = on_left(term.sign, by_left, term.right).then(on_right(term.sign, polynomial_term(left), by_right))
            together, by = (_added if term.sign == "+" else _multiplied)(left, right)
            return together, changed.then(by)
        if isinstance(term, Sum):
            body, by_body = self._expanded(term.body)
            outside, by = _summed_over(term.index, body)
            return outside, by_body.under(term.index).then(by)
        factor, by = self._factor(term)
        return [Monomial((), (factor,))], by

    def _factor(self, term: Term) -> tuple[Term, Proof]:
        """A function of terms, with its arguments in normal form."""
        if isinstance(term, Applied):
            argument, by = self._normal(term.argument)
            return dataclasses.replace(term, argument=argument), by.within(term.of)
        if isinstance(term, OfRow) and self.respects:
            row, by = self._normal(term.row)
            return dataclasses.replace(term, row=row), respected(term, by)
        return term, SAME


def _added(left: Polynomial, right: Polynomial) -> tuple[Polynomial, Proof]:
    return left + right, joined("+", [each.term for each in left], [each.term for each in right])


def _summed_over(index: Index, body: Polynomial) -> tuple[Polynomial, Proof]:
    """sum (m + rest) = sum m + sum rest."""
    first = Monomial((index, *body[0].indices), body[0].factors)
    if len(body) == 1:
        return [first], SAME
    rest, by_rest = _summed_over(index, body[1:])
    one, other = (f"(λ {index.letter} → {each.text()})" for each in (body[0].term, polynomial_term(body[1:])))
    return [first, *rest], Proof(f"sum-plus {one} {other}").then(on_right("+", first.term, by_rest))


def _multiplied(left: Polynomial, right: Polynomial) -> tuple[Polynomial, Proof]:
    """(m + rest) * p = m * p + rest * p."""
    if len(left) == 1:
        return _each_multiplied(left[0], right)
    first, rest, times = left[0].term, polynomial_term(left[1:]), polynomial_term(right)
    turned = law("*-comm", polynomial_term(left), times)
    distributed = turned.then(law("*-plus", times, first, rest))
    back = on_left("+", law("*-comm", times, first), Operation("*", times, rest))
    back = back.then(on_right("+", Operation("*", first, times), law("*-comm", times, rest)))
    firsts, by_first = _each_multiplied(left[0], right)
    others, by_others = _multiplied(left[1:], right)
    parts = on_left("+", by_first, Operation("*", rest, times)).then(on_right("+", polynomial_term(firsts), by_others))
    together, by = _added(firsts, others)
    return together, distributed.then(back).then(parts).then(by)


def _each_multiplied(monomial: Monomial, right: Polynomial) -> tuple[Polynomial, Proof]:
    """m * (m' + rest) = m * m' + m * rest."""
    first, by_first = _product(monomial, right[0])
    if len(right) == 1:
        return [first], by_first
    rest = polynomial_term(right[1:])
    distributed = law("*-plus", monomial.term, right[0].term, rest)
    others, by_others = _each_multiplied(monomial, right[1:])
    parts = on_left("+", by_first, Operation("*", monomial.term, rest)).then(on_right("+", first.term, by_others))
    return [first, *others], distributed.then(parts)


def _product(left: Monomial, right: Monomial) -> tuple[Monomial, Proof]:
    """m * sum f = sum (m * f), on either side, and a product of products is one product."""
    if right.indices:
        index, inner = right.indices[0], Monomial(right.indices[1:], right.factors)
        product, by = _product(left, inner)
        moved = Proof(f"*-sum {left.term.within(3)} (λ {index.letter} → {inner.term.text()})")
        return Monomial((index, *product.indices), product.factors), moved.then(by.under(index))
    if left.indices:
        index, inner = left.indices[0], Monomial(left.indices[1:], left.factors)
        product, by = _product(inner, right)
        turned = law("*-comm", left.term, right.term)
        moved = Proof(f"*-sum {right.term.within(3)} (λ {index.letter} → {inner.term.text()})")
        back = law("*-comm", right.term, inner.term).then(by).under(index)
        return Monomial((index, *product.indices), product.factors), turned.then(moved).then(back)
    return Monomial((), left.factors + right.factors), joined("*", list(left.factors), list(right.factors))


def _ordered(polynomial: Polynomial) -> tuple[Polynomial, Proof]:
    """Indices, factors and monomials in an order that does not depend on how the term was written."""
    proof, done = SAME, []
    for place, monomial in enumerate(polynomial):
        ordered, by = _ordered_monomial(monomial)
        later = [each.term for each in polynomial[place + 1 :]]
        by = on_left("+", by, chain("+", later)) if later else by
        for earlier in reversed(done):
            by = on_right("+", earlier.term, by)
        proof = proof.then(by)
        done.append(ordered)
    by_term = {each.term: each for each in done}
    terms, by = sorted_chain("+", [each.term for each in done], alpha_key)
    return [by_term[term] for term in terms], proof.then(by)


def _ordered_monomial(monomial: Monomial) -> tuple[Monomial, Proof]:
    wanted = list(min(_orders(monomial.indices), key=lambda order: _keys(monomial.factors, order)))
    product = chain("*", list(monomial.factors))
    names = {index: f"#{place}" for place, index in enumerate(wanted)}
    factors, by = sorted_chain("*", list(monomial.factors), lambda factor: alpha_key(factor, names))
    for index in reversed(wanted):
        by = by.under(index)
    return Monomial(tuple(wanted), tuple(factors)), reordered(list(monomial.indices), wanted, product).then(by)


def _orders(indices: tuple[Index, ...]) -> Iterator[tuple[Index, ...]]:
    """Every order of indices in which their dimensions are sorted."""
    dimensions = sorted({index.dimension for index in indices})
    groups = [itertools.permutations([each for each in indices if each.dimension == name]) for name in dimensions]
    for choice in itertools.product(*groups):
        yield tuple(itertools.chain(*choice))


def _keys(factors: tuple[Term, ...], order: tuple[Index, ...]) -> list[str]:
    names = {index: f"#{place}" for place, index in enumerate(order)}
    return sorted(alpha_key(factor, names) for factor in factors)
