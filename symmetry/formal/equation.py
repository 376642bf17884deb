"""Proofs that two terms are equal: where they differ in order only, step by step; else by their normal forms."""

import dataclasses

from symmetry.formal.letters import fresh, same
from symmetry.formal.normal_form import Normaliser
from symmetry.formal.proof import SAME, Proof, law, on_left, on_right, respected
from symmetry.numbers.formal import Applied, OfRow, Operation, Sum, Term


def equation(term: Term, other: Term, respects: bool = False) -> Proof | None:
    """A proof that a term equals another, by Laws; None if their normal forms differ.

    `respects`: whether losses and errors of equal rows are equal, by `loss-respects` and `error-respects`.
    """
    if (proof := _step_by_step(fresh(term), other, respects)) is not None:
        return proof
    normaliser = Normaliser(respects)
    (one, by_one), (two, by_two) = normaliser.normal_form(term), normaliser.normal_form(other)
    return by_one.then(by_two.backwards()) if same(one, two) else None


def _step_by_step(term: Term, other: Term, respects: bool) -> Proof | None:
    """A proof that follows the terms where both have the same shape, but for the order of operands."""
    if same(term, other):
        return SAME
    if isinstance(term, Sum) and isinstance(other, Sum) and term.index.dimension == other.index.dimension:
        body = _step_by_step(term.body, fresh(other.body, {other.index: term.index}), respects)
        return None if body is None else body.under(term.index)
    if isinstance(term, Applied) and isinstance(other, Applied):
        if (term.activation, term.order) != (other.activation, other.order):
            return None
        argument = _step_by_step(term.argument, other.argument, respects)
        return None if argument is None else argument.within(term.of)
    if isinstance(term, OfRow) and isinstance(other, OfRow) and respects:
        row = fresh(other.row, {other.index: term.index})
        changed = _step_by_step(term.row, row, respects)
        is_same = same(dataclasses.replace(term, row=row), dataclasses.replace(other, index=term.index, row=row))
        return respected(term, changed) if changed is not None and is_same else None
    if isinstance(term, Operation) and isinstance(other, Operation) and term.sign == other.sign:
        return _operands(term, other, respects) or _exchanged(term, other, respects)
    return None


def _operands(term: Operation, other: Operation, respects: bool) -> Proof | None:
    left = _step_by_step(term.left, other.left, respects)
    right = _step_by_step(term.right, other.right, respects) if left is not None else None
    if left is None or right is None:
        return None
    return on_left(term.sign, left, term.right).then(on_right(term.sign, other.left, right))


def _exchanged(term: Operation, other: Operation, respects: bool) -> Proof | None:
    operands = _operands(Operation(term.sign, term.right, term.left), other, respects)
    return None if operands is None else law(f"{term.sign}-comm", term.left, term.right).then(operands)
