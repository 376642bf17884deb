"""Generated/Facts.agda: proofs that follow the program's formulas, however these are spelt.

Equal arguments give equal results, and permuted arguments permuted results. Every formula in the operators of formal
arrays has these proofs: each operator has its own.
"""

import dataclasses
import functools
from collections.abc import Mapping

from symmetry.formal.definitions import Definition
from symmetry.formal.signatures import ARRAYS, OTHERS, argument_type
from symmetry.numbers.formal import Applied, Entry, Index, OfRow, Operation, Sum, Term, indices_of

Moved = Mapping[str, str]
"""Of some dimensions, the name of a permutation of it."""

PERMUTATIONS: Moved = {"ins": "ρ", "units": "π", "next": "σ"}

RESPECTS = {
    "loss": "(loss-respects : ∀ {a a′} t → (∀ k → a′ k ≡ a k) → loss a′ t ≡ loss a t)",
    "error": "(error-respects : ∀ {a a′} t → (∀ k → a′ k ≡ a k) → ∀ k → error a′ t k ≡ error a t k)",
}
"""That a loss, or its error, of equal outputs is equal."""


@dataclasses.dataclass(frozen=True)
class Moves:
    """Proofs that a term of primed arrays is the term of the given ones at moved indices.

    They appeal to `same-<array>` for an array's entries, to `sum-of-equals`, and where a summed dimension is moved to
    `sum-in-any-order`.
    """

    by: Moved

    def moved(self, index: Index) -> str:
        by = self.by.get(index.dimension)
        return f"(to {by} {index.letter})" if by else index.letter

    def proof(self, term: Term, letters: Mapping[Index, str]) -> str:
        return _moves(term, self, letters)


@functools.singledispatch
def _moves(term: Term, moves: Moves, letters: Mapping[Index, str]) -> str:
    raise NotImplementedError


@_moves.register
def _(term: Entry, moves: Moves, letters: Mapping[Index, str]) -> str:
    return " ".join([f"same-{term.array}", *[index.letter for index in term.indices]])


@_moves.register
def _(term: Operation, moves: Moves, letters: Mapping[Index, str]) -> str:
    left, right = moves.proof(term.left, letters), moves.proof(term.right, letters)
    return f"cong₂ _{term.sign}_ ({left}) ({right})"


@_moves.register
def _(term: Sum, moves: Moves, letters: Mapping[Index, str]) -> str:
    letter = term.index.letter
    inner = moves.proof(term.body, {**letters, term.index: moves.moved(term.index)})
    equal = f"sum-of-equals (λ {letter} → {inner})"
    by = moves.by.get(term.index.dimension)
    return f"trans ({equal}) (sum-in-any-order {by} {term.terms(letters)})" if by else equal


@_moves.register
def _(term: Applied, moves: Moves, letters: Mapping[Index, str]) -> str:
    return f"cong (λ z → {term.of('z')}) ({moves.proof(term.argument, letters)})"


@_moves.register
def _(term: OfRow, moves: Moves, letters: Mapping[Index, str]) -> str:
    if term.index.dimension in moves.by:
        raise TypeError("a loss need not be the same of permuted outputs.")
    letter = term.index.letter
    row = f"(λ {letter} → {moves.proof(term.row, {**letters, term.index: letter})})"
    output = [term.output.letter] if term.output else []
    example = " ".join([term.target.array, *[index.letter for index in term.target.indices]])
    return " ".join([f"{term.function}-respects", f"({example})", row, *output])


def fact(found: Definition, term: Term, suffix: str, permutations: Moved) -> str:
    """That a function moves with its arguments by the permutations; by none, that equal arguments give equal results."""
    signature = found.signature
    by = {dimension: name for dimension, name in permutations.items() if dimension in signature.all_dimensions}
    moves, indices = Moves(by), indices_of(signature.dimensions)
    arrays, fixed = signature.arrays, [name for name in signature.arguments if name in OTHERS]
    letters = [index.letter for index in indices]
    primed = [f"{name}′" if name in ARRAYS else name for name in signature.arguments]
    there = " ".join([signature.name, *primed, *letters])
    here = " ".join([signature.name, *signature.arguments, *map(moves.moved, indices)])
    for_all = f"∀ {' '.join(letters)} → " if letters else ""
    lines = [
        f"  {signature.name}-{suffix} : ∀ {{{' '.join(signature.all_dimensions)}}}",
        *[f"    ({name} : Permutation {dimension})" for dimension, name in by.items()],
        *[f"    {{{name} : {argument_type(name)}}}" for name in fixed],
        *[f"    {RESPECTS[name]}" for name in fixed if name in RESPECTS],
        *[f"    {{{name} {name}′ : {argument_type(name)}}}" for name in arrays],
        *[f"    {_same(name, moves)}" for name in arrays],
        f"    → {for_all}{there} ≡ {here}",
    ]
    left = [
        *[f"{signature.name}-{suffix}", *by.values(), *[f"{{{name} = {name}}}" for name in fixed]],
        *[f"{name}-respects" for name in fixed if name in RESPECTS],
        *[f"{{{name} = {name}}} {{{name}′}}" for name in arrays],
        *[f"same-{name}" for name in arrays],
        *letters,
    ]
    proof = moves.proof(term, {index: moves.moved(index) for index in indices})
    return "\n".join(lines) + f"\n  {' '.join(left)} =\n    {proof}\n"


def _same(name: str, moves: Moves) -> str:
    """That an array's primed entries are its entries at moved indices."""
    indices = indices_of(ARRAYS[name])
    letters = " ".join(index.letter for index in indices)
    return f"(same-{name} : ∀ {letters} → {name}′ {letters} ≡ {name} {' '.join(map(moves.moved, indices))})"


def facts_text(found: Mapping[str, tuple[Definition, Term]]) -> str:
    """Generated/Facts.agda; outputs that a loss reads do not move."""
    of_loss = ("output-error", "batch-loss")
    equal = "\n".join(fact(*each, "of-equals", {}) for each in found.values())
    moves = "\n".join(fact(*each, "moves", {} if name in of_loss else PERMUTATIONS) for name, each in found.items())
    return f"""-- Written with Generated/Program.agda: proofs that follow the program's formulas. Do not edit.
module Generated.Facts where

open import Theory.Base
open import Theory.Numbers
import Generated.Program

-- Equal arguments give equal results. (No law.)

module Equal (𝔸 : Arithmetic) (Target : Set) (sum-of-equals : DeterminedByTerms 𝔸) where
  open Arithmetic 𝔸
  open Generated.Program.Functions 𝔸 Target

{equal}
-- Permuted arguments give permuted results, and a sum over permuted units the same sum.

module Moves (𝔸 : Arithmetic) (Target : Set) (let open Arithmetic 𝔸) (sum-of-equals : DeterminedByTerms 𝔸)
  (sum-in-any-order : ∀ {{n}} (π : Permutation n) (f : Fin n → Number) → sum (λ i → f (to π i)) ≡ sum f) where
  open Generated.Program.Functions 𝔸 Target

{moves}"""
