"""What is unlike the right line of a parameter, in sentences."""

from collections.abc import Mapping

from symmetry.discovery.specification.comparison import Comparison, names_in
from symmetry.discovery.specification.notation import AxisEntry
from symmetry.discovery.specification.placement import same_layout

STATISTICS = frozenset(["mean", "var", "running_mean", "running_var", "moving_mean", "moving_var", "moving_variance"])
"""How the parts of batch statistics are called in the libraries that have them."""


def is_batch_statistic(path: str) -> bool:
    """Whether a parameter is a running mean or variance, by its name.

    >>> is_batch_statistic("batch_stats/BatchNorm_0/mean"), is_batch_statistic("Dense_0/kernel")
    (True, False)
    """
    parts = path.split("/")
    return "batch_stats" in parts or bool(STATISTICS & set(parts[-2:]))


def described(comparison: Comparison, path: str) -> tuple[str, str]:
    """The kind of mistake in the line of a parameter, and a sentence for each axis that is unlike."""
    axes = [axis for axis, differs in enumerate(comparison.differing_axes(path)) if differs]
    each = [axis_described(comparison, path, axis) for axis in axes]
    return each[0][0], " ".join(sentence for _, sentence in each)


def axis_described(comparison: Comparison, path: str, axis: int) -> tuple[str, str]:
    """The kind of mistake on one axis of a parameter, and a sentence."""
    listed, right = names_in(comparison.found.placements, path, axis), names_in(comparison.right, path, axis)
    there = what_is_there(comparison, path, axis)
    if not listed:
        return _left_out(comparison, path, axis, right, there)
    what = f"Axis {axis} of {path} is listed under {' and '.join(dict.fromkeys(listed))}"
    if not right:
        return _kind_in_vain(comparison, path, axis), f"{what}, but {there}."
    if not _lies_alike(comparison, path, axis):
        return "layout", f"Axis {axis} of {path} is listed as {_entry(comparison, path, axis)}, but {there}."
    wrong, wanted = _others(listed, right), _others(right, listed)
    if (parts := _split(comparison, wrong, wanted)) is not None:
        return "split", (
            f"{comparison.owner(wanted).group.name} is one set of units, but listed under two names, {wanted} on "
            f"{_axes(parts[0])} and {wrong} on {_axes(parts[1])}; axis {axis} of {path} is one of the latter."
        )
    return "wrong name", f"{what}, but {there}."


def what_is_there(comparison: Comparison, path: str, axis: int) -> str:
    """What discovery says of an axis: whose units it carries, and how if not one after another; or why nothing moves."""
    names = list(dict.fromkeys(names_in(comparison.right, path, axis)))
    owners = {one.name for one in comparison.owned}
    if names and owners.issuperset(names):
        groups = [(name, comparison.owner(name).group.name) for name in names]
        called = " and ".join(name if name == group else f"{name} ({group})" for name, group in groups)
        return f"it carries the units of {called}{_as_written(comparison.right_entries[path][axis], names)}"
    group = comparison.group_there(path, axis)
    if group is not None:
        return f"it carries the units of {group.name}, which have no name in this specification"
    frozen = comparison.frozen_there(path, axis)
    if frozen is None:
        return "no discovered group moves it"
    return f"nothing may move there: {ENDS.get(frozen.reason, frozen.reason)}"


def _as_written(entry: AxisEntry, names: list[str]) -> str:
    if isinstance(entry, Mapping):
        return " at certain positions"
    return "" if entry == names[0] else f', as "{entry}"'


def _entry(comparison: Comparison, path: str, axis: int) -> str:
    """What is listed for an axis, as it was written."""
    names = comparison.listing.first().get(path, ())
    return f'"{names[axis]}"' if axis < len(names) and isinstance(names[axis], str) else "certain positions"


ENDS = {
    "an input": "it reads an input of the function, whose order is given",
    "a result": "it makes an output of the function, whose order is given",
}
"""Why ends of a function stay as they are, by the reason that discovery gives."""


def _kind_in_vain(comparison: Comparison, path: str, axis: int) -> str:
    """The kind of mistake where something is listed on an axis that nothing should move."""
    if comparison.group_there(path, axis) is not None:
        return "wrong name"
    frozen = comparison.frozen_there(path, axis)
    return "input or output" if frozen is not None and frozen.reason in ENDS else "frozen"


def _lies_alike(comparison: Comparison, path: str, axis: int) -> bool:
    """Whether all that is listed on an axis is there under some name."""
    right = comparison.right[path][axis]
    return all(any(same_layout(one, other) for other in right) for one in comparison.found.placements[path][axis])


def _others(names: list[str], known: list[str]) -> str:
    return " and ".join(dict.fromkeys(name for name in names if name not in known))


def _axes(number: int) -> str:
    return f"{number} {'axis' if number == 1 else 'axes'}"


def _left_out(comparison: Comparison, path: str, axis: int, right: list[str], there: str) -> tuple[str, str]:
    """An axis that nothing is listed for."""
    is_listed = path in comparison.found.placements
    entry = f"is {'listed as None' if is_listed else 'not listed'}, but {there}."
    if is_batch_statistic(path):
        return "batch statistics", f"Batch statistics are left out: axis {axis} of {path} {entry}"
    beside = _listed_beside(comparison, path, axis, right)
    if beside is not None:
        what = f"One axis of a recurrent matrix is left out: axis {axis} of {path}"
        return "one axis of two", f"{what} {entry[:-1]}, as axis {beside} does."
    return ("axis left out" if is_listed else "missing"), f"Axis {axis} of {path} {entry}"


def _listed_beside(comparison: Comparison, path: str, axis: int, names: list[str]) -> int | None:
    """Another axis of the same parameter that carries the same group and is listed."""
    groups = [one.group for one in comparison.owned if one.name in names]
    for other in range(len(comparison.shapes[path])):
        both = {(path, axis), (path, other)}
        carried = any(both <= {(one.path, one.axis) for one in group.axes} for group in groups)
        if other != axis and carried and names_in(comparison.found.placements, path, other):
            return other
    return None


def _split(comparison: Comparison, wrong: str, wanted: str) -> tuple[int, int] | None:
    """On how many axes of a group each of two names is listed; None unless the second is listed for nothing else."""
    if wrong not in comparison.unowned or all(one.name != wanted for one in comparison.owned):
        return None
    axes = {(one.path, one.axis) for one in comparison.owner(wanted).group.axes}
    places = {
        name: {(path, axis) for path, axis, one in comparison.placed() if one.name == name} for name in (wrong, wanted)
    }
    return (len(places[wanted] & axes), len(places[wrong])) if places[wrong] <= axes else None
