"""How a group acts on everything that a model computes, and groups that leave something where it was, as controls."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.modelcheck.subject import Arrays, Results, Subject


@dataclasses.dataclass(frozen=True)
class Motion:
    """The action of one group.

    Attributes:
        group: on the parameters.
        on_outputs: the same group on outputs that mirror parameters; without axes where none do.
    """

    group: UnitGroup
    on_outputs: UnitGroup

    @classmethod
    def of(cls, group: UnitGroup, subject: Subject, outputs: Arrays) -> "Motion":
        """The action of a group on what a model computes, whose outputs have these paths."""
        mirrors = subject.mirrors_among(outputs)
        axes = [
            dataclasses.replace(axis, path=path)
            for path, mirrored in mirrors.items()
            for axis in group.axes
            if mirrored == axis.path
        ]
        return cls(group, dataclasses.replace(group, axes=tuple(axes)))

    def arrays(self, permutation: np.ndarray, arrays: Arrays) -> Arrays:
        """Parameters after the permutation."""
        return _acted(self.group, permutation, arrays)

    def results(self, permutation: np.ndarray, arrays: Arrays, results: Results) -> Results:
        """What must be computed from the permuted parameters, if it is `results` before."""
        return Results(
            _acted(self.on_outputs, permutation, results.outputs),
            results.loss,
            self._alike(permutation, arrays, results.gradients),
            self._alike(permutation, arrays, results.trained),
        )

    def _alike(self, permutation: np.ndarray, arrays: Arrays, part: Arrays) -> Arrays:
        """Arrays that move as the parameters of their paths do; integers among the parameters have no part in them."""
        moved = _acted(self.group, permutation, {**arrays, **part}) if part else {}
        return {path: moved[path] for path in part}


def _acted(group: UnitGroup, permutation: np.ndarray, arrays: Arrays) -> Arrays:
    """The arrays after the permutation; those without units of the group are the same objects, and cost nothing."""
    touched = {axis.path for axis in group.axes}
    return {**arrays, **group.act(permutation, {path: leaf for path, leaf in arrays.items() if path in touched})}


def broken(group: UnitGroup, arrays: Arrays) -> Iterator[tuple[str, UnitGroup]]:
    """Controls: the group without one of its axes, each in turn, by what is left where it was.

    A group of one axis moves in one slice along another axis only; an array of one axis has no control.
    """
    if len(group.axes) > 1:
        for place, axis in enumerate(group.axes):
            rest = (*group.axes[:place], *group.axes[place + 1 :])
            yield axis_name(axis), dataclasses.replace(group, axes=rest)
        return
    for axis in group.axes:
        shape = arrays[axis.path].shape
        others = [place for place, length in enumerate(shape) if place != axis.axis and length > 1]
        if others and axis.only is None:
            half = dataclasses.replace(axis, only=(others[0], 0))
            yield f"{axis_name(axis)} but in one slice", dataclasses.replace(group, axes=(half,))


def axis_name(axis: GroupAxis) -> str:
    """An axis of a parameter as text: "Dense_0/kernel:1"."""
    return f"{axis.path}:{axis.axis}"
