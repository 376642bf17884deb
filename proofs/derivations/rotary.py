"""Derivations of ROPE: complex numbers commute with rotary embedding, and the order of columns is a convention."""

import dataclasses
import functools

import numpy as np
import sympy

from proofs.derivations.attention_blocks import attention_at, batch_at, h, outputs, r, rows_of, s, t
from proofs.derivations.attention_heads import H, T
from proofs.derivations.notation import (
    CHAIN_RULE,
    Reordering,
    Sides,
    Step,
    arrays,
    d,
    i,
    k,
    p,
    total,
    unknown_function,
    x,
)
from symmetry.activation import SQUARE
from symmetry.engine.conclude import Part, Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.numbers.symbol import Symbol

frequencies, columns = sympy.symbols("F E", integer=True, positive=True)
j, e = sympy.Idx("j", frequencies), sympy.Idx("e", columns)
"""A frequency, and one of the columns of a head."""

W1, W2, b1, b2, q1, q2, k1, k2 = arrays("W1 W2 b1 b2 q1 q2 k1 k2")
"""Query weights and biases, queries and keys of head h: their real and their imaginary parts."""
a1, a2, r1, r2 = arrays("a1 a2 r1 r2")
"""The factor of a head and frequency, and what turns a frequency at a position."""


def product(one, other):
    """The product of two complex numbers, as pairs."""
    return one[0] * other[0] - one[1] * other[1], one[0] * other[1] + one[1] * other[0]


def complex_factors(fault: str = ""):
    """ROPE.1."""
    factor, square = (a1[h, j], a2[h, j]), a1[h, j] ** 2 + a2[h, j] ** 2
    of_x = [total(x[t, i] * weight[i, j], i) + bias[j] for weight, bias in ((W1, b1), (W2, b2))]
    yield Step(
        "The two columns of a frequency are the real and the imaginary part of a complex number. Multiplying weights and "
        "biases by a multiplies each query by a; this is its real part, and the imaginary one is alike. In the same way "
        "keys are divided by the conjugate of a.",
        total(x[t, i] * product((W1[i, j], W2[i, j]), factor)[0], i) + product((b1[j], b2[j]), factor)[0],
        product(of_x, factor)[0],
    )
    query, key = (q1[h, t, j], q2[h, t, j]), (k1[h, s, j], k2[h, s, j])
    sign = -1 if fault == "1/a for 1/conj(a)" else 1
    moved_query = product(query, factor)
    moved_key = product(key, (factor[0] / square, sign * factor[1] / square))
    if fault == "a real matrix for each frequency":
        moved_query, moved_key = (query[0], query[1] + factor[0] * query[0]), (key[0] - factor[0] * key[1], key[1])

    def met(one, other):
        """What a frequency adds to the score: the real part of the query times the conjugate of the key, both turned."""
        first, second = product(one, (r1[t, j], r2[t, j])), product(other, (r1[s, j], r2[s, j]))
        return first[0] * second[0] + first[1] * second[1]

    yield Step(
        "Multiplication of complex numbers commutes, so a can be taken out of what a rotary embedding makes of the query, "
        "and 1 / conj(a) out of what it makes of the key. A frequency adds to the score the real part of the turned query "
        "times the conjugate of the turned key, where a meets the conjugate of 1 / conj(a), which is 1/a.",
        met(moved_query, moved_key),
        met(query, key),
        simplify=sympy.cancel,
    )
    equal = met(moved_query, moved_key), met(query, key)
    at_other = tuple(side.xreplace({s: r}) for side in equal)
    yield Step(
        "So every score stays the same, and with it the softmax over positions and what each head adds to the output.",
        outputs(total(equal[0], j)),
        outputs(total(equal[1], j)),
        given=(equal, at_other),
        concludes=Sides(multiplied, "", (t, k), widths=(d, p, T, H, frequencies)),
    )


def multiplied(at: Instantiation) -> Setting:
    """A block of attention, a factor for each of its frequencies, rotations and a batch."""
    from proofs.rotations import Complex, Factors, Rotations

    attention, batch = attention_at(at, 2 * frequencies), batch_at(at)
    real, imaginary = at.array("a1", H, frequencies), at.array("a2", H, frequencies)
    turns = Rotations(Complex(at.array("r1", T, frequencies), at.array("r2", T, frequencies)))
    rows, half = rows_of(attention, batch.x), at.size(frequencies)
    parts = {f"{name}{part}": rows[name][..., part * half - half : part * half] for name in "qk" for part in (1, 2)}
    factors = Factors(tuple(Complex(*pair) for pair in zip(real, imaginary, strict=True)))
    arguments = {"attention": attention, "factors": factors, "rotations": turns, "batch": batch}
    return Setting(arguments, at.knowing(g=rows["g"], **parts))


pi, tau, sigma = (Reordering(name, (columns,)) for name in ("pi", "tau", "sigma"))
"""The column that comes to a place of the interleaved layout; the other column of its frequency there, and half-split."""
q, key, real, imaginary = arrays("q k C S")
"""Queries and keys; what rotary embedding multiplies a column by, and what the other column of its frequency."""


def in_turn(rows, place):
    """A column of the interleaved layout, turned."""
    return rows(pi[e]) * real[place, pi[e]] + rows(pi[tau[e]]) * imaginary[place, pi[e]]


def by_halves(rows, place, at_column=e):
    """A column of the half-split layout, turned."""
    return rows(at_column) * real[place, at_column] + rows(sigma[at_column]) * imaginary[place, at_column]


def layouts(fault: str = ""):
    """ROPE.2."""
    law = functools.partial(Sides, laid_out, widths=(d, p, T, H, frequencies, columns))
    partners = pi[tau[e]], sigma[pi[e]]
    queries, keys = (lambda at: q[h, t, at]), (lambda at: key[h, s, at])
    yield Step(
        "P keeps the two columns of a frequency together: the other column of the frequency at place e is the one that "
        "comes from the other column of pi[e]. So turning the interleaved columns does to each what turning the half-split "
        "ones does, one place for another.",
        in_turn(queries, t),
        by_halves(queries, t, pi[e]),
        given=(partners,),
    )
    moved_keys = by_halves(keys, s) if fault == "keys left where they were" else in_turn(keys, s)
    score = total(in_turn(queries, t) * moved_keys, e), total(by_halves(queries, t) * by_halves(keys, s), e)
    yield Step(
        "A score is a sum over the columns, and a sum does not see the order of its terms.",
        *score,
        given=(partners,),
    )
    yield Step(
        "So the scores, the softmax over positions and the outputs are those of the half-split layout.",
        *map(outputs, score),
        given=(score, tuple(side.xreplace({s: r}) for side in score)),
        concludes=law("[0]", (t, k)),
    )
    weight, gradient, moved = arrays("F G G1")
    rule = unknown_function("u")
    yield Step(
        "The outputs are equal for all weights, so their slopes are: the gradient G1 in column e of the interleaved layout "
        "is the gradient G in column pi[e] of the half-split one. A rule that moves every parameter by a function u of its "
        "own gradient moves both alike.",
        weight[pi[e]] - rule(moved[e]),
        weight[pi[e]] - rule(gradient[pi[e]]),
        given=((moved[e], gradient[pi[e]]),),
        assuming=CHAIN_RULE,
        concludes=law("[1]", (e,), each_part=True),
    )


def laid_out(at: Instantiation) -> Setting:
    """A block of attention, rotations, an elementwise rule and a batch; G and G1 are the gradients in both layouts.

    The block is small, since its gradient is a formula in the exponentials of all scores; the rule squares.
    """
    from proofs.elementwise import ElementwiseRule
    from proofs.rotary import interleaving, rearranged
    from proofs.rotations import Complex, Rotations, half_split, interleaved, turned

    size = 2 * at.size(frequencies)
    at = dataclasses.replace(at, sizes={**at.sizes, columns: size, H: 1, T: 2, d: 1, p: 1})
    attention, batch = attention_at(at, size), batch_at(at)
    turns = Complex(at.array("r1", T, frequencies), at.array("r2", T, frequencies))
    rows, one = rows_of(attention, batch.x), Symbol.of(np.eye(size, dtype=int))
    own = Symbol.of(np.stack([turned(one * 0 + 1, Complex(row, row * 0))[0] for row in turns.real]))
    other = Symbol.of(np.stack([turned(one, Complex(row * 0, row)).sum(0) for row in turns.imaginary]))
    letters = {"pi": interleaving(size), "tau": partners(interleaved, size), "sigma": partners(half_split, size)}
    letters |= {"C": own, "S": other, **{name: rows[name] for name in "qkgo"}}
    by_half = functools.partial(turned, by=turns)
    in_order = functools.partial(turned, by=turns, layout=interleaved)
    moves = {"G": (attention, by_half), "G1": (rearranged(attention), in_order)}
    parts = parts_of(attention, batch, moves)
    arguments = {"attention": attention, "rotations": Rotations(turns), "rule": ElementwiseRule(SQUARE), "batch": batch}
    return Setting(arguments, at.knowing(**letters).choosing(u=SQUARE), parts)


def partners(layout, size: int) -> np.ndarray:
    """The other column of each column's frequency."""
    first, second = layout(size // 2)
    found = np.empty(size, int)
    found[first], found[second] = second, first
    return found


def parts_of(attention, batch, moves) -> dict[str, Part]:
    """The weights F of every head's queries and keys, and their gradients by their letters, by the ends of their paths."""
    from proofs.attention_block import queries_and_keys
    from proofs.rotary import gradient_in_queries_and_keys

    gradients = {letter: gradient_in_queries_and_keys(block, batch, turn) for letter, (block, turn) in moves.items()}
    parts = {}
    for head, layers in enumerate(queries_and_keys(attention)):
        for place, layer in enumerate(layers):
            of_letters = {letter: each[head][place] for letter, each in gradients.items()}
            for name, axis in (("weight", 1), ("bias", 0)):
                arrays = {letter: getattr(each, name) for letter, each in of_letters.items()}
                parts[f"[{head}][{place}].{name}"] = Part(axis, {"F": getattr(layer, name), **arrays})
    return parts
