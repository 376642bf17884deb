"""ROPE: what rotary embedding leaves of the symmetries of attention (su2021roformer, theus2025generalized)."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np

from proofs.attention_block import (
    Attention,
    Pairs,
    RotaryAttention,
    RotaryHead,
    attend,
    queries_and_keys,
    with_queries_and_keys,
)
from proofs.derivations import rotary as derivations
from proofs.elementwise import ElementwiseRule
from proofs.rotary_modules import ROTATED, complex_numbers_leave_the_module_as_it_is
from proofs.rotations import Complex, Factors, Layout, Rotations, half_split, interleaved, turned
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.network import Batch, Layer
from symmetry.numbers.dual import every_derivative
from symmetry.statements.relation import Equal
from symmetry.statements.theorem import WIDE, BlackBoxes, OtherPrograms, theorem

BLOCK = Architecture((3, 2, 2), batch=3)
"""Three features, two frequencies in each head, two outputs and three positions."""

SOURCES = ("su2021roformer", "theus2025generalized")


def times(rows: Array, factor: Complex) -> Array:
    """Columns times a."""
    return turned(rows, factor)


def over_conjugate(rows: Array, factor: Complex) -> Array:
    """Columns times 1/conj(a) = a/|a|^2."""
    square = factor.real * factor.real + factor.imaginary * factor.imaginary
    return turned(rows, Complex(factor.real / square, factor.imaginary / square))


def over(rows: Array, factor: Complex) -> Array:
    """Columns times 1/a = conj(a)/|a|^2."""
    return over_conjugate(rows, Complex(factor.real, factor.imaginary * -1))


def sheared(rows: Array, factor: Complex) -> Array:
    """Columns times a real matrix for each frequency: the imaginary part grows by a multiple of the real part."""
    return rows + turned(rows * real_part(rows), Complex(factor.real * 0, factor.real))


def sheared_back(rows: Array, factor: Complex) -> Array:
    """Columns times the inverse transpose of that matrix: the real part falls by that multiple of the imaginary part."""
    return rows + turned(rows * (1 - real_part(rows)), Complex(factor.real * 0, factor.real))


def real_part(rows: Array) -> np.ndarray:
    """1 at the columns of real parts, 0 at those of imaginary ones."""
    return (np.arange(rows.shape[-1]) < rows.shape[-1] // 2).astype(int)


@theorem(
    "ROPE.1",
    title="Rotary attention is known up to a complex number for each frequency of a head",
    statement=r"f(W_Q a, b_Q a, W_K / \bar a, b_K / \bar a) = f(W_Q, b_Q, W_K, b_K): \quad "
    r"\mathrm{Re}(q_t a_j r_{tj} \cdot \bar k_s \bar r_{sj} / a_j) = \mathrm{Re}(q_t r_{tj} \cdot \bar k_s \bar r_{sj})",
    hypotheses="the two columns of a frequency are read as one complex number; a holds any number other than 0 for each head "
    "and frequency; r turns the frequency at each position and may be any complex numbers, since only that they commute with "
    "a is used; no query-key norm. These are changes of basis of ARCH.4; a real matrix that does not commute with r breaks it",
    cites=SOURCES,
    controls={
        "1/a for 1/conj(a)": dict(on_keys=over),
        "a real matrix for each frequency": dict(on_queries=sheared, on_keys=sheared_back),
    },
    derivation=derivations.complex_factors,
    architectures=(BLOCK,),
    dtypes=WIDE,
    black_boxes=BlackBoxes(
        complex_numbers_leave_the_module_as_it_is,
        {fault: dict(fault=fault) for fault in ("1/a for 1/conj(a)", "a real matrix for each frequency")},
        needs=("equinox",),
    ),
)
def rotary_attention_is_known_up_to_a_complex_number_for_each_frequency(
    attention: RotaryAttention,
    factors: Factors,
    rotations: Rotations,
    batch: Batch,
    *,
    on_queries=times,
    on_keys=over_conjugate,
):
    """The outputs at every position, with the factors and without."""
    heads = [
        dataclasses.replace(
            head,
            query=head.query.map(functools.partial(on_queries, factor=factor)),
            key=head.key.map(functools.partial(on_keys, factor=factor)),
        )
        for head, factor in zip(attention.heads, factors.of_heads, strict=True)
    ]
    rotate = functools.partial(turned, by=rotations.at)
    moved = dataclasses.replace(attention, heads=tuple(heads))
    return attend(moved, batch.x, turn=rotate), attend(attention, batch.x, turn=rotate)


def interleaving(size: int) -> np.ndarray:
    """For each column of the interleaved layout, the column of the half-split one that comes there.

    >>> interleaving(4).tolist()
    [0, 2, 1, 3]
    """
    order = np.empty(size, int)
    order[interleaved(size // 2)] = half_split(size // 2)
    return order


QUERIES_AND_KEYS = ("query", "key")


def rearranged(attention: Attention, parts: tuple[str, ...] = QUERIES_AND_KEYS) -> Attention:
    """The columns of every head's queries and keys in the interleaved layout."""

    def change(layer: Layer) -> Layer:
        return layer.map(lambda array: array[..., interleaving(array.shape[-1])])

    heads = [
        dataclasses.replace(head, **{part: change(getattr(head, part)) for part in parts}) for head in attention.heads
    ]
    return dataclasses.replace(attention, heads=tuple(heads))


def gradient_in_queries_and_keys(attention: Attention, batch: Batch, turn: Callable) -> Pairs:
    """The gradient of a loss whose slopes in the outputs are the batch's y; that of any loss is one of these."""

    def loss(layers: Pairs) -> Array:
        return (attend(with_queries_and_keys(attention, layers), batch.x, turn=turn) * batch.y).sum()

    return every_derivative(loss, queries_and_keys(attention))


def outputs_and_gradient(
    attention: Attention, rotations: Rotations, batch: Batch, layout: Layout
) -> tuple[Array, Pairs]:
    """The outputs at every position, and that gradient, with a rotary embedding in the given layout."""
    turn = functools.partial(turned, by=rotations.at, layout=layout)
    return attend(attention, batch.x, turn=turn), gradient_in_queries_and_keys(attention, batch, turn)


@theorem(
    "ROPE.2",
    title="Half-split and interleaved rotary embedding are one, up to the order of query and key columns",
    statement=r"f_{\mathrm{interleaved}}(W_Q P, b_Q P, W_K P, b_K P) = f_{\mathrm{half}}(W_Q, b_Q, W_K, b_K), \qquad "
    r"(W_Q P)' = W_Q' P, \quad (W_K P)' = W_K' P",
    hypotheses="P brings column (part, frequency) of the half-split layout to the place of (frequency, part), in the queries "
    "and in the keys of every head; values and outputs stay; a step of training moves each parameter by one function of its "
    "gradient, any loss. So weights drawn independently from one distribution are equally likely in both layouts, and training "
    "by elementwise rules (PERM.6) never tells them apart",
    cites=("su2021roformer",),
    controls={"keys left where they were": dict(parts=("query",))},
    derivation=derivations.layouts,
    architectures=(BLOCK,),
    dtypes=WIDE,
    black_boxes=OtherPrograms("run", ROTATED, needs=("equinox",)),
)
def half_split_and_interleaved_rotary_embedding_are_one(
    attention: RotaryHead,
    rotations: Rotations,
    rule: ElementwiseRule,
    batch: Batch,
    *,
    parts: tuple[str, ...] = QUERIES_AND_KEYS,
    run: Callable = outputs_and_gradient,
):
    """The outputs in both layouts, and the queries and keys after a step of training by the rule."""
    moved = rearranged(attention, parts)
    in_turn, slopes_in_turn = run(moved, rotations, batch, interleaved)
    by_halves, slopes = run(attention, rotations, batch, half_split)
    trained = with_queries_and_keys(attention, rule.step(queries_and_keys(attention), slopes))
    return [
        Equal(in_turn, by_halves),
        Equal(
            rule.step(queries_and_keys(moved), slopes_in_turn),
            queries_and_keys(rearranged(trained, parts)),
        ),
    ]
