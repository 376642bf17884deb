"""Blocks of attention of exact rationals, on which laws are run, and what a derivation writes of every block."""

import sympy
from sympy import exp

from proofs.attention_block import Attention, Head
from proofs.derivations.attention_heads import D, H, T
from proofs.derivations.notation import array, d, k, p, total
from symmetry.array import Array
from symmetry.engine.instantiate import Instantiation
from symmetry.network import Batch, Layer, preactivation
from symmetry.numbers.symbol import Symbol

t, s, r = (sympy.Idx(name, T) for name in ("t", "s", "r"))
"""Positions."""
h = sympy.Idx("h", H)
"""A head."""
column = sympy.Idx("a", D)
"""An entry of a head's queries, keys or values."""

added, output = array("g"), array("o")
"""What a head adds at a position to an output, if only that position is attended to; the bias of the outputs."""


def share(score):
    """The weight that position t gives to position s, from the score, a formula in s."""
    return exp(score) / total(exp(score.xreplace({s: r})), r)


def outputs(score):
    """Output k at position t, from the score of head h at positions t and s."""
    return total(share(score) * added[h, s, k], s, h) + output[k]


def attention_at(at: Instantiation, size) -> Attention:
    """Heads with so many columns, from d features to p outputs."""

    def layer(name: str) -> Layer:
        return Layer(at.array(f"{name}W", d, size), at.array(f"{name}b", size))

    def head(index: int) -> Head:
        query, key, value = (layer(f"{part}{index}") for part in "qkv")
        return Head(query, key, value, at.array(f"V{index}", size, p))

    heads = map(head, range(at.size(H)))
    return Attention(tuple(heads), at.array("o", p))


def batch_at(at: Instantiation) -> Batch:
    """What stands at each position, and numbers for each output there."""
    return Batch(at.array("x", T, d), at.array("y", T, p))


def rows_of(attention: Attention, x: Array) -> dict[str, Symbol]:
    """By their letters, every head's queries, keys and values, and what they add to the outputs: (heads, positions, ...)."""
    rows = {
        letter: Symbol.of([preactivation(x, getattr(head, part)) for head in attention.heads])
        for letter, part in {"q": "query", "k": "key", "v": "value"}.items()
    }
    outgoing = zip(rows["v"], attention.heads, strict=True)
    return {**rows, "g": Symbol.of([values @ head.output for values, head in outgoing]), "o": attention.bias}
