"""What is unlike the right line of a parameter, in sentences."""

from symmetry.discovery.specification.comparison import Comparison, names_in

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
    listed, right = names_in(comparison.found.placements, path, axis), names_in(comparison.right, path, axis)
    if not right:
        return _moved_in_vain(comparison, path, axis, listed)
    carries = f"carries the units of {_called(comparison, right)}"
    if not listed:
        return _left_out(comparison, path, axis, carries)
    if set(listed) == set(right):
        return "layout", f"Axis {axis} of {path} {carries} in another layout than is listed."
    wrong, wanted = _others(listed, right), _others(right, listed)
    if (parts := _split(comparison, wrong, wanted)) is not None:
        return "split", (
            f"{comparison.owner(wanted).group.name} is one set of units, but listed under two names, {wanted} on "
            f"{_axes(parts[0])} and {wrong} on {_axes(parts[1])}; axis {axis} of {path} is one of the latter."
        )
    return "wrong name", f"Axis {axis} of {path} is listed under {' and '.join(listed)}, but {carries}."


def _others(names: list[str], known: list[str]) -> str:
    return " and ".join(dict.fromkeys(name for name in names if name not in known))


def _called(comparison: Comparison, names: list[str]) -> str:
    groups = [(name, comparison.owner(name).group.name) for name in dict.fromkeys(names)]
    return " and ".join(name if name == group else f"{name} ({group})" for name, group in groups)


def _axes(number: int) -> str:
    return f"{number} {'axis' if number == 1 else 'axes'}"


def _left_out(comparison: Comparison, path: str, axis: int, carries: str) -> tuple[str, str]:
    is_listed = path in comparison.found.placements
    entry = f"is listed as None, but {carries}." if is_listed else f"is not listed, but {carries}."
    if is_batch_statistic(path):
        return "batch statistics", f"Batch statistics are left out: axis {axis} of {path} {entry}"
    names = names_in(comparison.right, path, axis)
    beside = [
        other
        for other in range(len(comparison.shapes[path]))
        if other != axis and set(names) & set(names_in(comparison.found.placements, path, other))
    ]
    if beside:
        return (
            "one axis of two",
            f"One axis of a recurrent matrix is left out: axis {axis} of {path} {carries}, as axis {beside[0]} does.",
        )
    return ("axis left out" if is_listed else "missing"), f"Axis {axis} of {path} {entry}"


def _moved_in_vain(comparison: Comparison, path: str, axis: int, listed: list[str]) -> tuple[str, str]:
    """An axis that nothing should move."""
    frozen, group = comparison.frozen_there(path, axis), comparison.group_there(path, axis)
    what = f"Axis {axis} of {path} is listed under {' and '.join(listed)}"
    if group is not None:
        return "wrong name", f"{what}, but carries the units of {group.name}, which have no name in this specification."
    if frozen is None:
        return "frozen", f"{what}, but no discovered group moves it."
    kind = "input or output" if frozen.reason in ENDS else "frozen"
    return kind, f"{what}, but nothing may move there: {ENDS.get(frozen.reason, frozen.reason)}."


ENDS = {
    "an input": "it reads an input of the function, whose order is given",
    "a result": "it makes an output of the function, whose order is given",
}
"""Why ends of a function stay as they are, by the reason that discovery gives."""


def _split(comparison: Comparison, wrong: str, wanted: str) -> tuple[int, int] | None:
    """On how many axes of a group each of two names is listed; None unless the second is listed for nothing else."""
    if wrong not in comparison.unowned or all(one.name != wanted for one in comparison.owned):
        return None
    axes = {(one.path, one.axis) for one in comparison.owner(wanted).group.axes}
    places = {
        name: {(path, axis) for path, axis, one in comparison.placed() if one.name == name} for name in (wrong, wanted)
    }
    return (len(places[wanted] & axes), len(places[wrong])) if places[wrong] <= axes else None
