"""Models of the sizes that people train: all groups of heads, of hidden units and of the stream are found."""

from collections import Counter

import pytest

from symmetry import discover
from symmetry.discovery import UnitGroup, UnitGroups
from tests.models.large import deep_mlp, gpt2_small, language_model, vit_b_16
from tests.models.model import Built


def groups_of(built: Built) -> UnitGroups:
    return discover(built.apply, built.params, *built.inputs)


def shape_of(group: UnitGroup) -> tuple[int, tuple[int, ...], int]:
    """How many units, of how many blocks, along how many axes."""
    return group.size, group.blocks, len(group.axes)


def test_every_hidden_layer_of_two_hundred_is_a_group():
    groups = groups_of(deep_mlp())
    assert sorted(group.name for group in groups) == sorted(f"Dense_{number}" for number in range(200))
    assert {shape_of(group) for group in groups} == {(512, (), 3)}


@pytest.mark.parametrize(
    ("build", "blocks", "width", "heads", "outside"),
    [(language_model, 24, 1024, 16, 4), (gpt2_small, 12, 768, 12, 4), (vit_b_16, 12, 768, 12, 7)],
)
def test_heads_hidden_units_and_stream_of_a_transformer_are_its_groups(build, blocks, width, heads, outside):
    """In each block heads move along 7 axes, features of queries and keys along 4, and those of values along 3."""
    inside = {(heads, (), 7): blocks, (width // heads, (heads,), 4): blocks, (width // heads, (heads,), 3): blocks}
    stream = (width, (), 12 * blocks + outside)
    assert Counter(map(shape_of, groups_of(build()))) == {**inside, (4 * width, (), 3): blocks, stream: 1}
