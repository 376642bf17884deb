"""What a check of a backprop found, in words."""

import dataclasses
from typing import Any

import numpy as np

from symmetry.gradcheck.comparison import Comparison
from symmetry.gradcheck.diagnosis import Cause, listed
from symmetry.gradcheck.equivariance import Symmetry
from symmetry.gradcheck.probes import Probe
from symmetry.gradcheck.smallest import Example
from symmetry.rounding import share_of_bound
from symmetry.yardstick import FACTOR

MOST_SHOWN = 12
"""Numbers of an array up to which it is shown whole."""


@dataclasses.dataclass(frozen=True)
class Report:
    """The outcome of `check_backprop`; `str` of it is for reading.

    Attributes:
        name: what was checked.
        right: whether every derivative that was compared agrees.
        entries: parameters of the network.
        comparison: what was compared, how, and where it differs.
        causes: what made it wrong, as far as known.
        example: the smallest network found that shows it.
        symmetry: whether the hidden units were found interchangeable; None if `hidden` was not given.
        reference: what was found of the loss itself; empty if `reference` was not given.
        strayed: how far the floats as returned are from the same code's in float64, over what rounding is allowed.
    """

    name: str
    right: bool
    entries: int
    comparison: Comparison
    causes: tuple[Cause, ...] = ()
    example: Example | None = None
    symmetry: Symmetry | None = None
    reference: str = ""
    strayed: float = 0.0

    def __str__(self) -> str:
        lines = [self._verdict()]
        if not self.right:
            # The causes come first: graders and pytest's summary show the beginning of a message only.
            lines += [*self._causes(), "", *self._arrays()]
            if self.example is not None:
                lines += ["", *_shown_example(self.example)]
        lines += ["", *self._evidence()]
        return "\n".join(lines)

    def _verdict(self) -> str:
        count = len(self.comparison.probes)
        if self.right and self.comparison.silent.all():
            return f"{self.name}: every derivative is 0 on both sides, which shows nothing; use other parameters."
        if self.right:
            return f"{self.name}: the gradient is right in all of {count:,} derivatives compared."
        wrong = int(self.comparison.wrong.sum())
        if not wrong:
            return f"{self.name}: the gradient is not symmetric."
        return f"{self.name}: the gradient is wrong in {wrong:,} of {count:,} derivatives compared."

    def _arrays(self) -> list[str]:
        comparison = self.comparison
        paths = list(dict.fromkeys(probe.path for probe in comparison.probes))
        width = max(len(path) for path in paths)
        lines = []
        for path in paths:
            bad = comparison.wrong_in(path)
            if not len(bad):
                lines.append(f"  {path:{width}}  right")
                continue
            count = sum(probe.path == path for probe in comparison.probes)
            worst = bad[np.argmax(np.abs(comparison.yours[bad] - comparison.loss[bad]))]
            lines.append(
                f"  {path:{width}}  wrong in {len(bad)} of {count}; worst at {comparison.probes[worst].place or 'its value'}: "
                f"yours {_number(comparison.yours[worst])}, the derivative of your loss {_number(comparison.loss[worst])}"
            )
        return lines

    def _causes(self) -> list[str]:
        comparison = self.comparison
        lines = [f"Why: {cause.sentence}." for cause in self.causes]
        explained = {path for cause in self.causes for path in cause.paths}
        places = [i for i in np.flatnonzero(comparison.wrong) if comparison.probes[i].path not in explained]
        if not places:
            return lines
        wrong = tuple(dict.fromkeys(comparison.probes[i].path for i in places))
        where = [place for path in wrong if (place := _only_place(comparison, path))]
        if len(where) == len(wrong):
            return [*lines, f"Why: no known fault gives these values; only {', '.join(where)} is wrong there."]
        return [
            *lines,
            f"Why: no known fault gives the values of {listed(wrong)}; look at the lines that compute them.",
        ]

    def _evidence(self) -> list[str]:
        comparison = self.comparison
        entries = all(probe.is_entry for probe in comparison.probes)
        sample = sum(probe.is_entry for probe in comparison.probes)
        what = "every entry of every array"
        if not entries:
            what = f"of {self.entries:,} entries, every row and every column as one direction, and {sample:,} entries alone"
        lines = [f"Compared: {what}; {comparison.system.words}."]
        if comparison.equal:
            lines.append(f"Your gradient ran on them too: {comparison.equal:,} agree there, in balls of 256 bits.")
        lines += self._rounding()
        if comparison.silent.any() and not comparison.wrong.any():
            lines.append(f"Vacuous: {int(comparison.silent.sum()):,} are 0 on both sides, which shows little.")
        if comparison.kinks.any():
            count = int(comparison.kinks.sum())
            lines.append(f"Left out: {count} at a kink, such as ReLU at 0, where the derivative is a convention.")
        if comparison.unjudged.any():
            lines.append(f"Left out: {int(comparison.unjudged.sum())} that differences cannot tell.")
        if comparison.system.weaker:
            lines += [f"Why not by {reason}." for reason in comparison.refused]
        if self.symmetry is not None:
            lines.append(str(self.symmetry) + ".")
        if self.reference:
            lines.append(self.reference)
        return lines

    def _rounding(self) -> list[str]:
        comparison = self.comparison
        if comparison.wrong.all():
            return []
        told = "the others" if comparison.wrong.any() else "it"
        kind = "floats" if comparison.on_balls else "float64"
        allowed = (
            "the radius of its balls" if comparison.on_balls else "what one unit in the last place of the inputs does"
        )
        share = share_of_bound(comparison.worst)
        lines = [f"In {kind} {told} came within {share} of what rounding is allowed: {FACTOR} times {allowed}."]
        if self.strayed > 1:
            lines.append(
                f"As returned, it is off from that by {self.strayed:.3g} times what rounding is allowed: the same formula, "
                "which loses accuracy in the float type of your parameters."
            )
        return lines


def _only_place(comparison: Comparison, path: str) -> str:
    """The one place to which all that is wrong in an array is confined: an entry, a row or a column; or nothing."""
    bad = [comparison.probes[i] for i in comparison.wrong_in(path)]
    indices = [[probe.index[axis] for probe in bad] for axis in range(len(bad[0].index))]
    fixed = [{index for index in along if not isinstance(index, slice)} for along in indices]
    if not any(len(found) == 1 for found in fixed):
        return ""
    place = tuple(found.pop() if len(found) == 1 else slice(None) for found in fixed)
    return f"{path}{Probe(path, place).place}"


def _shown_example(example: Example) -> list[str]:
    """The example's numbers, and what is wrong there."""
    arrays, comparison = example.point.arrays, example.comparison
    if example.resized:
        lines = [f"The smallest network found that shows it has {example.numbers} numbers:"]
    else:
        filled = sum(int(np.count_nonzero(array)) for array in arrays.values())
        if filled > MOST_SHOWN:
            return [
                "Your code takes no other sizes, and no network with few entries other than 0 was found that shows it."
            ]
        lines = [
            f"Your code takes no other sizes; {filled} of {example.numbers:,} entries other than 0 are enough to show it:"
        ]
    lines += [f"  {path} = {_shown(array)}" for path, array in arrays.items()]
    if example.resized:
        lines += [f"  x = {_shown(example.point.x)}", f"  y = {_shown(example.point.y)}"]
    worst = np.flatnonzero(comparison.wrong)
    for i in worst[:3]:
        probe = comparison.probes[i]
        lines.append(
            f"  {probe.path}{probe.place}: yours {_number(comparison.yours[i])}, "
            f"the derivative of your loss {_number(comparison.loss[i])}"
        )
    if len(worst) > 3:
        lines.append(f"  and {len(worst) - 3} more")
    return lines


def _shown(array: Any) -> str:
    """Few numbers whole; of many, those that are not 0."""
    numbers = np.asarray(array)
    if numbers.size <= MOST_SHOWN:
        return _nested(numbers.tolist())
    places = np.argwhere(numbers)
    if len(places) > MOST_SHOWN:
        return f"{len(places):,} entries other than 0, shape {numbers.shape}"
    if not len(places):
        return f"0 everywhere, shape {numbers.shape}"
    told = ", ".join(f"{[int(i) for i in place]}: {_number(numbers[tuple(place)])}" for place in places)
    return f"0 but for {told}; shape {numbers.shape}"


def _nested(entry: Any) -> str:
    if isinstance(entry, list):
        return f"[{', '.join(_nested(each) for each in entry)}]"
    return _number(entry)


def _number(value: Any) -> str:
    return f"{value + 0.0:.6g}" if isinstance(value, float | np.floating) else str(value)
