"""GQA: the symmetries of grouped-query attention (ainslie2023gqa, theus2025generalized)."""

import dataclasses
from collections.abc import Callable

import numpy as np

from proofs.attention_block import attend
from proofs.grouped_heads import GROUPS, HEADS, Bases, GroupBases, GroupedAttention, GroupOrder, reorder_heads
from proofs.grouped_modules import ATTEND
from symmetry.architecture import Architecture
from symmetry.network import Batch
from symmetry.statements.theorem import WIDE, OtherPrograms, theorem

BLOCK = Architecture((2, 2, 2), batch=2)
"""Two features, heads of size 2, two outputs and two positions."""


def in_other_bases(attention: GroupedAttention, bases: Bases, keys_of: int) -> GroupedAttention:
    """The block with the queries, keys, values and output weights of each group in its bases.

    With `keys_of` 1, keys are in the basis of the next group.
    """
    of_keys, of_values = bases.of_keys, bases.of_values
    turn = (np.arange(GROUPS) + keys_of) % GROUPS
    others = GroupBases(of_keys.u[turn], of_keys.v[turn])
    return dataclasses.replace(
        attention,
        query=attention.query.map(of_keys.times),
        key=attention.key.map(others.times_inverse_transpose),
        value=attention.value.map(of_values.times),
        output=of_values.inverse_times(attention.output),
    )


def across_groups(order: GroupOrder, attention: GroupedAttention) -> GroupedAttention:
    """Every query head moved one place on, and so one of each group to the next group."""
    return reorder_heads(attention, np.roll(np.arange(HEADS), 1))


@theorem(
    "GQA.1",
    title="In grouped-query attention heads permute within their group, groups as a whole, and each group has its own bases",
    statement=r"f(\pi\cdot\theta, x) = f(\theta, x), \ \pi \in S_{H/G} \wr S_G; \qquad "
    r"(W_Q^{gh}, W_K^g, W_V^g, W_O^{gh}) \mapsto (W_Q^{gh} A_g, W_K^g A_g^{-T}, W_V^g B_g, B_g^{-1} W_O^{gh}) "
    r"\text{ preserves } f",
    hypotheses="H query heads in G groups of one size; a head moves with its output weights, a group with its keys and "
    "values; A and B invertible, one for all heads of a group, biases alike; nothing stands between queries and keys. With G = H "
    "this is ARCH.3 and ARCH.4, with G = 1 multi-query attention",
    cites=("ainslie2023gqa", "theus2025generalized"),
    controls={
        "a query head moved to another group": dict(act=across_groups),
        "keys in the basis of another group": dict(keys_of=1),
    },
    architectures=(BLOCK,),
    dtypes=WIDE,
    black_boxes=OtherPrograms("run", ATTEND, needs=("flax",)),
)
def heads_permute_within_their_group_and_each_group_has_its_own_bases(
    attention: GroupedAttention,
    order: GroupOrder,
    bases: Bases,
    batch: Batch,
    *,
    act=GroupOrder.act,
    keys_of: int = 0,
    run: Callable = attend,
):
    """The outputs at every position after heads and groups are reordered and bases changed, and before."""
    moved = in_other_bases(act(order, attention), bases, keys_of)
    return run(moved.attention, batch.x), run(attention.attention, batch.x)
