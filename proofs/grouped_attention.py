"""GQA: the symmetries of grouped-query attention (ainslie2023gqa, theus2025generalized)."""

import dataclasses
from collections.abc import Callable

import numpy as np

from proofs.attention_block import Attention, Head, attend
from proofs.grouped_heads import HEADS, HEADS_OF_A_GROUP, GroupBases, GroupedAttention, GroupOrder, reorder_heads
from proofs.grouped_modules import ATTEND
from symmetry.architecture import Architecture
from symmetry.network import Batch
from symmetry.statements.theorem import WIDE, OtherPrograms, theorem

BLOCK = Architecture((3, 2, 2), batch=3)
"""Three features, heads of size 2, two outputs and three positions."""


def in_other_bases(attention: Attention, bases: GroupBases, keys_of: int) -> Attention:
    """The heads with the queries, keys, values and output weights of each group in its bases.

    With `keys_of` 1, keys are in the basis of the next group.
    """

    def changed(index: int, head: Head) -> Head:
        group = index // HEADS_OF_A_GROUP
        other = bases.of_keys[(group + keys_of) % len(bases.of_keys)]
        return dataclasses.replace(
            head,
            query=head.query.map(bases.of_keys[group].times),
            key=head.key.map(other.times_inverse_transpose),
            value=head.value.map(bases.of_values[group].times),
            output=bases.of_values[group].times_inverse_transpose(head.output.T).T,
        )

    heads = tuple(changed(index, head) for index, head in enumerate(attention.heads))
    return Attention(heads, attention.bias)


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
    bases: GroupBases,
    batch: Batch,
    *,
    act=GroupOrder.act,
    keys_of: int = 0,
    run: Callable = attend,
):
    """The outputs at every position after heads and groups are reordered and bases changed, and before."""
    moved = in_other_bases(act(order, attention).attention, bases, keys_of)
    return run(moved, batch.x), run(attention.attention, batch.x)
