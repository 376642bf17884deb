"""Specifications as plain data: read into groups, and groups written in one name an axis or in the extended form."""

import equinox
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.discovery import Block, GroupAxis, UnitGroup, UnitGroups, discover
from symmetry.discovery.specification import DoesNotFit, Inexpressible, from_axes, to_axes

pytestmark = pytest.mark.quick


def params(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {name: np.arange(np.prod(shape)).reshape(shape) for name, shape in shapes.items()}


ROUND_TRIPS = {
    "one name an axis": ({"kernel": (None, "P_0"), "bias": ("P_0",)}, params(kernel=(2, 3), bias=(3,))),
    "gates": ({"input": (None, "4 * P_0"), "recurrent": ("P_0", "4 * P_0")}, params(input=(2, 12), recurrent=(3, 12))),
    "heads": ({"query": (None, "P_0 * 3"), "router": ("P_0",)}, params(query=(2, 12), router=(4,))),
    "copies of heads": ({"query": ("2 * P_0 * 3 + 5",), "router": ("P_0",)}, params(query=(29,), router=(4,))),
    "concatenation": (
        {"one": ("P_0",), "two": ("P_1",), "both": (None, "P_0 + P_1")},
        params(one=(3,), two=(4,), both=(2, 7)),
    ),
    "n - 1": ({"kernel": (None, "P_0[0:3] + 1 + P_0[3:5]")}, params(kernel=(2, 6))),
    "pairs": ({"one": ("P_0",), "pairs": ("P_0 * P_0",)}, params(one=(3,), pairs=(9,))),
    "two groups on one axis": ({"flat": ("P_0:2 * P_1:3",)}, params(flat=(6,))),
    "one permutation for each head": (
        {"query": (None, "P_0", "P_1 per P_0"), "out": ("P_0 * P_1 per P_0", None)},
        params(query=(2, 3, 4), out=(12, 2)),
    ),
    "one permutation for each layer": (
        {"up": ("L_0=3", None, "P_0 per L_0"), "down": ("L_0=3", "P_0 per L_0", None)},
        params(up=(3, 2, 4), down=(3, 4, 2)),
    ),
    "positions": (
        {"one": ("P_0",), "other": ({"P_0": [[(7 * unit) % 20 for unit in range(20)]]},)},
        params(one=(20,), other=(20,)),
    ),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_what_is_read_is_written_again(name):
    spec, tree = ROUND_TRIPS[name]
    assert to_axes(from_axes(spec, tree), tree, extended=True) == dict(sorted(spec.items()))


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_reading_what_was_written_gives_groups_that_act_alike(name):
    spec, tree = ROUND_TRIPS[name]
    groups = from_axes(spec, tree)
    again = from_axes(groups.to_axes(tree, extended=True), tree)
    for one, other in zip(groups, again, strict=True):
        permutation = np.roll(np.arange(one.size), 1)
        moved, expected = other.act(permutation, tree), one.act(permutation, tree)
        assert all(np.array_equal(moved[path], expected[path]) for path in tree)
        assert any(not np.array_equal(expected[path], tree[path]) for path in tree)


def random_axis(groups: int, source: np.random.Generator) -> list[tuple[int, int, str]]:
    """Stretches of an axis: which group, how many copies (or positions that stay), and how the units lie."""
    kinds = ("stays", "copies", "units of several entries", "any order")
    return [
        (int(source.integers(groups)), int(source.integers(1, 4)), kinds[source.integers(4)])
        for _ in range(source.integers(1, 4))
    ]


def random_groups(source: np.random.Generator) -> tuple[UnitGroups, dict[str, np.ndarray]]:
    """Groups that lie along the axes of some parameters in random ways."""
    sizes = [int(size) for size in source.integers(2, 5, size=source.integers(1, 4))]
    axes: list[list[GroupAxis]] = [[] for _ in sizes]
    shapes = {}
    for path in "abc":
        shape = []
        for axis in range(source.integers(1, 3)):
            length, rows = 0, [[] for _ in sizes]
            for group, copies, kind in random_axis(len(sizes), source):
                size = sizes[group]
                places = {
                    "stays": np.zeros((0, size), int),
                    "copies": np.arange(copies * size).reshape(copies, size),
                    "units of several entries": np.arange(copies * size).reshape(size, copies).T,
                    "any order": source.permutation(size)[None],
                }[kind]
                rows[group].extend(length + places)
                length += places.size or copies
            for group, found in enumerate(rows):
                if found:
                    axes[group].append(GroupAxis(path, axis, np.stack(found)))
            shape.append(length)
        shapes[path] = tuple(shape)
    made = [UnitGroup(str(at), size, tuple(own)) for at, (size, own) in enumerate(zip(sizes, axes, strict=True)) if own]
    return UnitGroups(made), params(**shapes)


@pytest.mark.parametrize("seed", range(40))
def test_random_groups_act_alike_once_they_are_written_and_read(seed):
    source = np.random.default_rng(seed)
    groups, tree = random_groups(source)
    again = {group.name: group for group in from_axes(groups.to_axes(tree, extended=True), tree)}
    assert len(again) == len(groups)
    for place, group in enumerate(groups):
        # A name numbers the units as they come along the first axis.
        order = np.argsort(group.axes[0].positions[0])
        permutation = source.permutation(group.size)
        same = np.empty(group.size, int)
        same[order] = order[permutation]
        moved, expected = again[f"P_{place}"].act(permutation, tree), group.act(same, tree)
        assert all(np.array_equal(moved[path], expected[path]) for path in tree)


def test_a_permutation_of_each_block_survives_writing_and_reading():
    spec, tree = ROUND_TRIPS["one permutation for each layer"]
    group = from_axes(spec, tree).named("P_0")
    assert group.blocks == (3,)
    permutations = np.stack([np.arange(4), np.roll(np.arange(4), 1), np.arange(4)[::-1]])
    moved = group.act(permutations, tree)["up"]
    assert np.array_equal(moved, np.stack([layer[:, own] for layer, own in zip(tree["up"], permutations, strict=True)]))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gates", r"Axis 1 of input holds 4 copies of the 3 units of P_0.*\"input\": \(None, \"4 \* P_0\"\)"),
        ("heads", r"Axis 1 of query holds 3 copies of the 4 units of P_0.*\"P_0 \* 3\""),
        ("concatenation", r"Axis 1 of both holds P_0 beside P_1.*\"P_0 \+ P_1\""),
        ("n - 1", r"moves only in part: 5 of its 6 positions carry units of P_0.*\"P_0\[0:3\] \+ 1 \+ P_0\[3:5\]\""),
        ("pairs", r"Axis 0 of pairs holds pairs of the units of P_0.*\"P_0 \* P_0\""),
        ("one permutation for each head", r"P_1 \(P_1\) has one permutation for each of 3 of query:1"),
        ("positions", r"Axis 0 of other holds the units of P_0 \(P_0\) in another order.*extended form"),
    ],
)
def test_what_one_name_an_axis_cannot_say_is_refused_with_the_reason(name, reason):
    spec, tree = ROUND_TRIPS[name]
    with pytest.raises(Inexpressible, match=reason):
        from_axes(spec, tree).to_axes(tree)


def test_a_refusal_of_many_lines_shows_a_few_and_keeps_all():
    tree = params(**{f"gate_{number}": (8,) for number in range(9)}, out=(2,))
    spec = {path: ("P_0",) if path == "out" else ("4 * P_0",) for path in tree}
    with pytest.raises(Inexpressible, match=r"\(and 3 more\)") as refused:
        from_axes(spec, tree).to_axes(tree)
    assert len(refused.value.reasons) == 9
    assert refused.value.extended == dict(sorted(spec.items()))


def test_pairs_and_lists_by_name_say_the_same():
    spec, tree = ROUND_TRIPS["one name an axis"]
    by_name = {"P_0": [("kernel", 1), ("bias", -1)]}
    as_json = {"P_0": [["kernel", 1], ["bias", 0]]}
    for other in (list(spec.items()), by_name, as_json):
        assert from_axes(other, tree).to_axes(tree) == dict(sorted(spec.items()))


def test_the_units_of_a_group_are_numbered_as_they_come_along_its_first_axis():
    reversed_units = UnitGroup("hidden", 3, (GroupAxis("bias", 0, np.array([[2, 1, 0]])),))
    assert to_axes([reversed_units], params(bias=(3,))) == {"bias": ("P_0",)}


def test_interleaved_groups_are_written_unit_by_unit():
    even, odd = (UnitGroup(str(at), 2, (GroupAxis("x", 0, np.array([[at, at + 2]])),)) for at in (0, 1))
    assert to_axes([even, odd], params(x=(4,)), extended=True) == {"x": ("P_0[0:1] + P_1[0:1] + P_0[1:2] + P_1[1:2]",)}


def test_blocks_that_leave_positions_out_are_written_as_positions():
    axis = GroupAxis("x", 1, np.array([[0, 1]]), (Block(0, np.array([1, -1, 0])),))
    tree = params(x=(3, 2))
    group = UnitGroup("some", 2, (axis,), (("x:0", 2),))
    permutations = np.array([[0, 1], [1, 0]])
    again = from_axes(to_axes([group], tree, extended=True), tree)[0]
    assert again.act(permutations, tree)["x"].tolist() == [[1, 0], [2, 3], [4, 5]]
    assert group.act(permutations, tree)["x"].tolist() == [[1, 0], [2, 3], [4, 5]]


DENSE = {"Dense": {"kernel": np.zeros((2, 3)), "bias": np.zeros(3)}}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"Dense/kernal": ()}, r"lists Dense/kernal, but no parameter has this path; did you mean Dense/kernel\?"),
        ({"nothing": ()}, r"lists nothing, but no parameter has this path; they have Dense/bias, Dense/kernel"),
        ({"Dense/kernel": ("P_0",)}, r"Dense/kernel has shape \(2, 3\), but .* 1 name for it; pass one for each axis"),
        ({"Dense/kernel": ("P_0", "P_0")}, r"axis 1 of Dense/kernel has length 3, but P_0 has 2 units elsewhere; list"),
        (
            [("Dense/bias", ("P_0",)), ("Dense/bias", (None,))],
            r"is listed twice, as .* and as .*; keep the line that is",
        ),
        (
            {"Dense/kernel": (None, "P_0[0:2] + 1"), "Dense/bias": ("P_0",)},
            r"axis 1 of Dense/kernel has 2 units of P_0, but axis 0 of Dense/bias has 3; list the same units",
        ),
    ],
)
def test_a_specification_that_does_not_fit_is_refused(spec, message):
    with pytest.raises(ValueError, match=message):
        from_axes(spec, DENSE)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("2 * P_0:2", r'axis 1 of Dense/kernel has length 3, but "2 \* P_0:2" stands for 4 positions'),
        ("P_0 * P_1", r"how many units P_\d has cannot be told from 'P_0 \* P_1'; list an axis that is P_\d alone"),
        ("3 *", r'"3 \*" cannot be read: it ends where a name or a number was expected; write it like "4 \* P_0"'),
        ("P_0:3 + * 3", r"'\*' stands where a name or a number was expected"),
        ("(P_0:3", r"it ends where \) was expected"),
        ("(P_0:3]", r"'\]' stands where '\)' was expected"),
        ("P_0[0:x]", r"'x' stands where a whole number was expected"),
        ("P_0:3 4 +", r"'4' stands where \+ or \* or the end was expected"),
        ("P_0:1 * P_0:1 * P_0:1 + 2", r"P_0 stands in it more than twice"),
        ("P_0:1 * P_0:1 + 1 + P_0:1", r"P_0 stands for units in one part and for pairs of units in another"),
        ("P_0[0:2] + P_0[0:1]", r"unit 0 lies 2 times on it, but unit 1 lies 1 times; every unit must lie .* often"),
        ("P_0:3 per H", r'"per H" needs an axis with H; write H=4 for an axis of four positions'),
        ({"P_0": [0, 1, 2]}, r"P_0 has positions \[0, 1, 2\]; pass \[\[positions of the units\]"),
        ({"P_0": 3}, r"P_0 has positions 3; pass \[\[positions of the units\]"),
        ({"P_0": [[0], [1, 2]]}, r"P_0 has positions \[\[0\], \[1, 2\]\]; pass"),
        ({"P_0": {"position": [[0]]}}, r"P_0 has positions \{'position'"),
        ({"P_0": [[0, -1]]}, r"P_0 has position -1, but the axis has length 3"),
        (
            {"P_0": {"positions": [[0, 1]], "per": [{"axis": 0, "index": [0, 1, 2]}]}},
            r"P_0 has blocks for 3 positions along axis 0, but the shape is \(2, 3\); list the block at each position",
        ),
        ({"P_0": [[0, 1, 3]]}, r"P_0 has position 3, but the axis has length 3; count from 0"),
        ({"P_0": [[0, 1, 1]]}, r"P_0 has a position twice in \[\[0, 1, 1\]\]; list each position once"),
    ],
)
def test_an_entry_that_cannot_be_read_is_refused(entry, message):
    with pytest.raises(ValueError, match=message):
        from_axes({"Dense/kernel": (None, entry)}, DENSE)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("P_0", r"the specification is a str; pass \{\"Dense_0/kernel\""),
        ([1, 2], r"a list of other things than pairs; pass .* of git-re-basin, `axes_to_perm` or `perm_to_axes`"),
        ({3: ("P_0",)}, r"names the parameter 3; write its path as a text"),
        ({"kernel": "P_0"}, r"kernel: got 'P_0'; pass one name \(or None\) for each axis"),
        ({"kernel": (None, 3)}, r"kernel: got 3 for an axis; pass None, a name, or an expression"),
        ({"P_0": [("bias", -2)]}, r"P_0 lists axis -2 of bias; count the axes from 0"),
    ],
)
def test_data_of_another_form_is_refused(spec, message):
    with pytest.raises(TypeError, match=message):
        from_axes(spec, params(kernel=(2, 3), bias=(3,)))


def test_sizes_that_do_not_fit_name_the_axis():
    with pytest.raises(DoesNotFit) as refused:
        from_axes({"kernel": ("P_0", "P_0")}, params(kernel=(2, 3)))
    assert refused.value.axis == 1


def test_a_group_of_other_parameters_cannot_be_written():
    with pytest.raises(ValueError, match=r"P_0: the parameters have no array bias; pass the tree in which"):
        from_axes({"bias": ("P_0",)}, params(bias=(3,))).to_axes(params(kernel=(2, 3)))


def test_what_a_specification_does_not_move_is_frozen_with_the_reason():
    frozen = from_axes({"kernel": (None, "P_0")}, params(kernel=(2, 3), bias=(3,))).frozen
    assert [(one.path, one.axis, one.reason) for one in frozen] == [
        ("bias", 0, "the specification does not list it"),
        ("kernel", 0, "the specification names nothing there"),
    ]


def test_the_paths_of_equinox_modules_are_names():
    model = equinox.nn.MLP(2, 2, 3, 2, key=jax.random.key(0))
    groups = discover(lambda module, x: jax.vmap(module)(x), model, jnp.ones((4, 2)))
    axes = groups.to_axes(model)
    assert axes["layers/1/weight"] == ("P_1", "P_0")
    assert from_axes(axes, model).to_axes(model) == axes


def test_groups_without_a_name_are_an_empty_specification():
    assert UnitGroups(()).to_axes(params(bias=(3,))) == {"bias": (None,)}
