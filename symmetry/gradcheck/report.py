"""What a check of a backprop found, in words."""

import dataclasses

import numpy as np

from symmetry.gradcheck.cause import Cause, listed
from symmetry.gradcheck.comparison import GradientComparison, Outcome
from symmetry.gradcheck.equivariance import Symmetry
from symmetry.gradcheck.float_rounding import SHARE
from symmetry.gradcheck.parameters import Leaf
from symmetry.gradcheck.places import in_brackets
from symmetry.gradcheck.smallest import Example
from symmetry.rounding import percentage
from symmetry.wording import count
from symmetry.yardstick import FACTOR

MOST_SHOWN = 12
"""Numbers of an array up to which it is shown whole."""


@dataclasses.dataclass(frozen=True)
class Words:
    """How a report calls what is differentiated, and the data; empty for data that are not shown."""

    loss: str = "your loss"
    x: str = "x"
    y: str = "y"


USUAL = Words()


@dataclasses.dataclass(frozen=True)
class Report:
    """The outcome of `check_backprop`; `str` of it is for reading.

    Attributes:
        comparison: what was compared, how, and where it differs.
        undecided: the arrays that may be right or wrong: the check cannot tell.
        tried: other points at which the code was looked at, since some array showed nothing at the one given.
        where: which point the comparison is at, where it is not the one given.
        ignored: names of what the gradient holds besides, which are no parameters.
        causes: what made it wrong, as far as known.
        example: the smallest network found that shows it.
        symmetry: whether the hidden units were found interchangeable; None if `hidden` was not given.
        reference: what was found of the loss itself; empty if `reference` was not given.
    """

    name: str
    comparison: GradientComparison
    undecided: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    where: str = ""
    ignored: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    example: Example | None = None
    symmetry: Symmetry | None = None
    reference: str = ""
    words: Words = USUAL

    @property
    def wrong(self) -> bool:
        return self.comparison.wrong or (self.symmetry is not None and bool(self.symmetry.broken))

    @property
    def right(self) -> bool:
        """Whether every array is known to be right."""
        return not self.wrong and not self.undecided

    @property
    def entries(self) -> int:
        """How many parameters there are."""
        return self.comparison.places.size

    def __str__(self) -> str:
        lines = [self._verdict()]
        # The causes come first: graders and pytest's summary show the beginning of a message only.
        if self.wrong:
            lines += [*self._causes(), "", *self._arrays()]
            if self.example is not None:
                lines += ["", *_shown_example(self.example, self.words)]
        elif self.undecided:
            lines += [*self._why_undecided(), "", *self._arrays()]
        lines += ["", *self._evidence()]
        return "\n".join(lines).replace(Words.loss, self.words.loss)

    def _verdict(self) -> str:
        comparison = self.comparison
        where = f" at {self.where}" if self.where else ""
        compared = count(comparison.compared, "derivative")
        if comparison.wrong:
            wrong = comparison.count(Outcome.WRONG)
            return f"{self.name}: the gradient is wrong in {wrong:,} of {compared} compared{where}."
        if self.wrong:
            return f"{self.name}: the gradient is not symmetric."
        if self.undecided:
            return f"{self.name}: it cannot be told whether the gradient of {listed(self.undecided)} is right."
        return f"{self.name}: the gradient is right in {'all of ' * (comparison.compared > 1)}{compared} compared."

    def _why_undecided(self) -> list[str]:
        lines = []
        for path in self.undecided:
            counts = {outcome: self.comparison.count(outcome, path) for outcome in Outcome}
            size = sum(count for outcome, count in counts.items() if outcome != Outcome.UNSEEN)
            why = "; ".join(words.format(counts[outcome], size) for outcome, words in _WHY.items() if counts[outcome])
            lines.append(f"Why: {path}: {why}.")
        tried = "Your code takes no other parameters or examples."
        if self.tried:
            tried = f"Tried besides: {listed(self.tried)}."
        return [*lines, f"What to do: pass parameters and data at which these derivatives are not 0. {tried}"]

    def _arrays(self) -> list[str]:
        paths = self.comparison.places.shapes
        return [f"  {path:{max(map(len, paths))}}  {self._of_array(path)}" for path in paths]

    def _of_array(self, path: str) -> str:
        comparison = self.comparison
        bad = comparison.wrong_in(path)
        wrong = comparison.count(Outcome.WRONG, path)
        if not wrong:
            return "cannot be told" if path in self.undecided else "right"
        size = sum(comparison.count(outcome, path) for outcome in Outcome if outcome != Outcome.UNSEEN)
        if not len(bad):
            one = next(each for each in comparison.along if each.path == path and each.outcome == Outcome.WRONG)
            return f"wrong in {wrong} of {size}; along a dense direction: {_both(one.yours, one.loss)}"
        worst = bad[np.argmax(np.abs(comparison.yours[bad] - comparison.loss[bad]))]
        place = in_brackets(comparison.places.index(int(worst))) or "its value"
        values = _both(comparison.yours[worst], comparison.loss[worst])
        return f"wrong in {wrong} of {size}; worst at {place}: {values}"

    def _causes(self) -> list[str]:
        comparison = self.comparison
        lines = [f"Why: {cause.sentence}." for cause in self.causes]
        explained = {path for cause in self.causes for path in cause.paths}
        wrong = tuple(path for path in comparison.wrong_paths() if path not in explained)
        if not wrong:
            return lines
        where = [place for path in wrong if (place := _only_place(comparison, path))]
        rest = f"the values of {listed(wrong)}; look at the lines that compute them."
        if len(where) == len(wrong):
            rest = f"these values; only {', '.join(where)} is wrong there."
        return [*lines, f"Why: no known fault gives {rest}"]

    def _evidence(self) -> list[str]:
        comparison = self.comparison
        what = "every entry of every array"
        if comparison.count(Outcome.UNSEEN):
            alone = comparison.compared - len(comparison.along)
            what = (
                f"every array along dense random directions, {len(comparison.along)} in all, and {alone:,} of "
                f"{self.entries:,} entries alone"
            )
        lines = [f"Compared: {what}; {comparison.system.words}."]
        if comparison.equal:
            lines.append(f"Your gradient ran on them too: {comparison.equal:,} agree there, in balls of 256 bits.")
        if comparison.constants:
            lines.append(
                f"{comparison.constants:,} differ there by no more than constants in your code, rounded to floats, explain."
            )
        lines += self._rounding()
        lines += self._left_out()
        lines += [f"Why not by {reason}." for reason in comparison.refused]
        if self.ignored:
            names, verb = listed(self.ignored), "is" if len(self.ignored) == 1 else "are"
            lines.append(f"Ignored: {names}, which your gradient holds and which {verb} no parameter.")
        if self.symmetry is not None:
            lines.append(str(self.symmetry) + ".")
        if self.reference:
            lines.append(self.reference)
        return lines

    def _left_out(self) -> list[str]:
        comparison = self.comparison
        silent = () if comparison.wrong else (Outcome.SILENT,)
        counts = {outcome: comparison.count(outcome) for outcome in (*silent, Outcome.KINK, Outcome.UNDECIDED)}
        lines = [_LEFT_OUT[outcome].format(count) for outcome, count in counts.items() if count]
        if self.tried and not self.undecided:
            lines.append(f"Since some showed nothing there, the code was checked at {listed(self.tried)} as well.")
        return lines

    def _rounding(self) -> list[str]:
        comparison = self.comparison
        if not comparison.count(Outcome.RIGHT):
            return []
        left = "entries agree" if comparison.count(Outcome.RIGHT) > 1 else "entry agrees"
        agreement = f"the remaining {left}" if comparison.wrong else "it agrees"
        kind, allowed = "floats", "the radius of its balls"
        if not comparison.on_balls:
            kind = "float64"
            allowed = "what one unit in the last place of the parameters does, and its derivative's own error"
        share = percentage(comparison.worst)
        lines = [
            f"In {kind} {agreement}: the largest difference is {share} of the rounding bound, {FACTOR} times {allowed}."
        ]
        if comparison.strayed > SHARE:
            lines.append(
                f"As returned, it is off from that by {comparison.strayed:.3g} of its array's largest: the same formula, "
                "which loses accuracy in floats."
            )
        return lines


_WHY = {
    Outcome.SILENT: "{} of {} derivatives are 0 on both sides",
    Outcome.KINK: "{} of {} lie at a kink",
    Outcome.UNDECIDED: "{} of {} are left open by rounding or by an uncertain derivative",
}
_LEFT_OUT = {
    Outcome.SILENT: "Vacuous: {:,} are 0 on both sides, which shows little.",
    Outcome.KINK: "Left out: {} at a kink, such as ReLU at 0, where the derivative is a convention.",
    Outcome.UNDECIDED: "Left out: {} that rounding or an uncertain derivative leaves open.",
}


def _only_place(comparison: GradientComparison, path: str) -> str:
    """The one place to which all that is wrong in an array is confined: an entry, a row or a column; or nothing."""
    indices = [comparison.places.index(int(place)) for place in comparison.wrong_in(path)]
    if not indices or comparison.count(Outcome.UNSEEN, path) or not indices[0]:
        return ""
    fixed = [set(along) for along in zip(*indices, strict=True)]
    if not any(len(found) == 1 for found in fixed):
        return ""
    return path + in_brackets(tuple(found.pop() if len(found) == 1 else slice(None) for found in fixed))


def _shown_example(example: Example, words: Words) -> list[str]:
    arrays, comparison = example.point.arrays, example.comparison
    filled = sum(int(np.count_nonzero(array)) for array in arrays.values())
    fixed = "Your code takes no other sizes"
    if filled > MOST_SHOWN and not example.resized:
        return [f"{fixed}, and no network with few entries other than 0 was found that shows it."]
    lines = [f"{fixed}; {filled} of {example.numbers:,} entries other than 0 are enough to show it:"]
    shown = [*arrays.items()]
    if example.resized:
        lines = [f"The smallest network found that shows it has {example.numbers} numbers:"]
        shown += [(name, each) for name, each in ((words.x, example.point.x), (words.y, example.point.y)) if name]
    lines += [f"  {name} = {_shown(each)}" for name, each in shown]
    worst = np.flatnonzero(comparison.outcome == Outcome.WRONG)
    for place in worst[:3]:
        values = _both(comparison.yours[place], comparison.loss[place])
        lines.append(f"  {comparison.places.name(int(place))}: {values}")
    if len(worst) > 3:
        lines.append(f"  and {len(worst) - 3} more")
    return lines


def _shown(array: Leaf) -> str:
    """Few numbers whole; of many, those that are not 0."""
    try:
        numbers = np.asarray(array)
    except ValueError:  # ragged
        return str(array)
    if numbers.dtype == object or numbers.dtype.kind in "SU":
        return str(array)
    if numbers.size <= MOST_SHOWN:
        return _nested(numbers.tolist())
    places = np.argwhere(numbers)
    if len(places) > MOST_SHOWN:
        return f"{len(places):,} entries other than 0, shape {numbers.shape}"
    if not len(places):
        return f"0 everywhere, shape {numbers.shape}"
    entries = ", ".join(f"{[int(i) for i in place]}: {_number(numbers[tuple(place)])}" for place in places)
    return f"0 except for {entries}; shape {numbers.shape}"


def _nested(entry: Leaf) -> str:
    return f"[{', '.join(map(_nested, entry))}]" if isinstance(entry, list) else _number(entry)


def _both(yours: Leaf, loss: Leaf) -> str:
    return f"yours {_number(yours)}, the derivative of your loss {_number(loss)}"


def _number(value: Leaf) -> str:
    return f"{value + 0.0:.6g}" if isinstance(value, float | np.floating) else str(value)
