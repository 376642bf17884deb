"""Derivation of ATT.1: the weights of attention sum to 1, so a bias of the values passes through them."""

import sympy

from proofs.derivations.attention_blocks import attention_at, batch_at, column, h, rows_of, s, share, t
from proofs.derivations.attention_heads import D, H, T
from proofs.derivations.notation import Sides, Step, array, arrays, d, k, p, total
from proofs.derivations.softmax import one_partition
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.numbers.symbol import Symbol

score, value, bias, V, output = arrays("u v b V o")
"""Scores; values without their bias, the bias of the values of head h, its output weights; the bias of the outputs."""
mask = array("K")
"""What dropout multiplies a weight by."""
exponential = sympy.IndexedBase("E", positive=True)
"""The exponential of a score."""


def value_bias(fault: str = ""):
    """ATT.1."""
    weights = total(share_of_exponentials(dropped=fault == "dropout of attention weights"), s)
    yield Step(
        "Write E[h, t, s] for the exponential of a score. Softmax divides each by their sum over s, so that the weights "
        "of a query sum to 1.",
        weights,
        1,
        simplify=one_partition,
    )
    weight = share(score[h, t, s])
    carried = total(bias[h, column] * V[h, column, k], column)
    yield Step(
        "A head adds the weighted sum of values times output weights. A bias adds the same to the values at all positions, so "
        "it comes out of the sum over positions, multiplied by the sum of the weights ...",
        total(weight * (value[h, s, column] + bias[h, column]) * V[h, column, k], s, column, h),
        total(weight * value[h, s, column] * V[h, column, k], s, column, h) + total(total(weight, s) * carried, h),
    )
    kept = total(bias[h, column], column) if fault == "output weights left out" else carried
    without = total(weight * value[h, s, column] * V[h, column, k], s, column, h)
    yield Step(
        "... which is 1: what the bias of a head adds at every position is b V, as a bias of the outputs does.",
        without + total(kept, h) + output[k],
        without + total(total(weight, s) * carried, h) + output[k],
        given=((total(weight, s), sympy.S.One),),
        concludes=Sides(biased_values, "", (t, k), widths=(d, p, T, D, H)),
    )


def share_of_exponentials(dropped: bool):
    """The weight of position s for the query at t; with dropout it is multiplied by a number of its own."""
    weight = exponential[h, t, s] / total(exponential[h, t, s], s)
    return mask[h, t, s] * weight if dropped else weight


def biased_values(at: Instantiation) -> Setting:
    """A block of attention and a batch; v are the values without their bias."""
    attention, batch = attention_at(at, D), batch_at(at)
    rows = rows_of(attention, batch.x)
    biases = Symbol.of([head.value.bias for head in attention.heads])
    scores = Symbol.of([query @ keys.T for query, keys in zip(rows["q"], rows["k"], strict=True)])
    letters = {"u": scores, "v": rows["v"] - biases[:, None, :], "b": biases}
    letters["V"] = Symbol.of([head.output for head in attention.heads])
    return Setting({"attention": attention, "batch": batch}, at.knowing(**letters))
