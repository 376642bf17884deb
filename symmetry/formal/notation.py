"""Formulas as a person reads them: names of the Python program, Σ for sums, φ′ for slopes."""

import functools
from collections.abc import Mapping
from types import MappingProxyType

from symmetry.formal.signatures import Signature
from symmetry.numbers.formal import Applied, Entry, Index, OfRow, Operation, Sum, Term, indices_of

NAMES: Mapping[str, str] = MappingProxyType(
    {"V": "weight", "b": "bias", "δ": "error", "next-δ": "next_error", "next-weight": "next_weight", "error": "loss"}
)
"""Python's name of an argument, where Agda's is another."""


def python_name(name: str) -> str:
    return NAMES.get(name, name)


def equation_in_words(signature: Signature, term: Term) -> str:
    """The formula of a function.

    >>> from symmetry.formal.signatures import SIGNATURES
    >>> from symmetry.formal.textbook import TEXTBOOK
    >>> equation_in_words(SIGNATURES[7], TEXTBOOK["bias-gradient"])
    'bias_gradient[j] = Σ_n error[n, j]'
    """
    return f"{_entry(signature.python, indices_of(signature.dimensions))} = {in_words(term)}"


@functools.singledispatch
def in_words(term: Term) -> str:
    """A term in that notation."""
    raise NotImplementedError


@in_words.register
def _(term: Entry) -> str:
    return _entry(python_name(term.array), term.indices)


@in_words.register
def _(term: Operation) -> str:
    if term.sign == "+":
        return f"{in_words(term.left)} + {in_words(term.right)}"
    return f"{_factor(term.left)} {_factor(term.right)}"


@in_words.register
def _(term: Sum) -> str:
    body = in_words(term.body)
    return f"Σ_{term.index.letter} {f'({body})' if _adds(term.body) else body}"


@in_words.register
def _(term: Applied) -> str:
    return f"{term.activation}{'′' * term.order}({in_words(term.argument)})"


@in_words.register
def _(term: OfRow) -> str:
    row = term.row
    whole = isinstance(row, Entry) and row.indices[-1:] == (term.index,)
    outputs = _entry(python_name(row.array), row.indices[:-1]) if whole and isinstance(row, Entry) else in_words(row)
    if not whole:
        outputs = f"{term.index.letter} ↦ {outputs}"
    function = "loss" if term.output is None else "loss.error"
    output = f"[{term.output.letter}]" if term.output else ""
    return f"{function}({outputs}, {in_words(term.target)}){output}"


def _factor(term: Term) -> str:
    text = in_words(term)
    return f"({text})" if _adds(term) or isinstance(term, Sum) else text


def _adds(term: Term) -> bool:
    return isinstance(term, Operation) and term.sign == "+"


def _entry(name: str, indices: tuple[Index, ...]) -> str:
    return f"{name}[{', '.join(index.letter for index in indices)}]" if indices else name
