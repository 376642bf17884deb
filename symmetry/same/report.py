"""What a comparison of two functions found: a verdict, what it rests on, and on failure where they part."""

import dataclasses
import enum
from collections.abc import Sequence
from html import escape

import numpy as np

from symmetry.evidence.fields import Json
from symmetry.evidence.fields import to_json as fields_to_json
from symmetry.gradcheck.cause import listed
from symmetry.gradcheck.places import in_brackets
from symmetry.rounding import percentage
from symmetry.same.first_difference import FirstDifference
from symmetry.same.precision import Coarser
from symmetry.same.shown import shown
from symmetry.wording import count
from symmetry.yardstick import FACTOR


class Verdict(enum.StrEnum):
    """What can be said of two functions; the first two are the same function."""

    EQUAL = "equal in exact arithmetic"
    ROUNDED = "equal up to the rounding of parameters and constants"
    COARSER = "equal, but one of them rounds more than the other's precision explains"
    DIFFERENT = "different"
    UNTOLD = "cannot be told"


@dataclasses.dataclass(frozen=True)
class InFloats:
    """What was seen when both ran in floats.

    Attributes:
        given: the largest difference at the inputs given.
        share: the largest at any input, over what rounding explains.
        strayed: how far f and g are off their own exact results, over what their precision explains.
        inputs: at how many inputs they ran.
        by_balls: at how many of these balls bound what rounding explains; at the others it is the yardstick.
        vacuous: at how many that was as wide as the results.
        overflowed: at how many f or g returned what is not finite, where exact results are.
    """

    given: float
    share: float
    strayed: tuple[float, float]
    inputs: int
    by_balls: int
    vacuous: int
    overflowed: int


@dataclasses.dataclass(frozen=True)
class Example:
    """The smallest input found that shows a difference, and the entry where it is largest."""

    inputs: tuple[str, ...]
    result: str
    values: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Sameness:
    """The outcome of `same_function`: true if both are the same function; `str` of it is for reading.

    Attributes:
        verdict: what is said of them.
        exact: whether both ran on exact numbers; if not, on floats of 64 bits.
        inputs: at how many inputs they were compared, the given ones included.
        silent: at how many of these nothing could be compared.
        one_sided: how many results were finite on one side only, and left out.
        difference: the largest difference that was found, in exact arithmetic or in 64 bits.
        share: that as a share of what rounding explains; infinite if that is nothing.
        where: the input at which it was found, in words.
        new: parameters that hold numbers which the other side lacks, so that they may have been rounded.
        new_constants: whether the programs have constants that differ.
        rounded_to: the type to which the parameters of one side had to be rounded to get the other's; "" if to none.
        floats: what was seen in floats; None if they did not run.
        coarser: the side that rounds more because it computes in a coarser type.
        example: the smallest input that shows a difference.
        first: the first value that differs.
        zero: parameters that are 0 everywhere, so that what is done with them shows little.
        refused: why it was not decided by a stronger way.
    """

    verdict: Verdict
    exact: bool
    inputs: int
    silent: int = 0
    one_sided: int = 0
    difference: float = 0.0
    share: float = 0.0
    where: str = ""
    new: tuple[str, ...] = ()
    new_constants: bool = False
    rounded_to: str = ""
    floats: InFloats | None = None
    coarser: Coarser | None = None
    example: Example | None = None
    first: FirstDifference | None = None
    zero: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.verdict in (Verdict.EQUAL, Verdict.ROUNDED)

    def __repr__(self) -> str:
        return f"<same_function: {self.verdict}>"

    def __str__(self) -> str:
        return "\n".join(
            [self.headline, "", *(f"{label}: {text}".replace(": \n", ":\n", 1) for label, text in self.rows)]
        )

    def _repr_html_(self) -> str:
        """How a notebook shows it: the verdict, and a row for each thing that is said."""
        rows = "".join(
            f"<tr><th scope='row'>{escape(label)}</th><td style='white-space: pre-wrap; text-align: left'>{escape(text)}"
            "</td></tr>"
            for label, text in self.rows
        )
        return f"<p><strong>{escape(self.headline)}</strong></p>\n<table>{rows}</table>"

    def to_json(self) -> dict[str, Json]:
        """What was found as builtin types; a number that is not finite is null."""
        return {"same": bool(self), "headline": self.headline, **fields_to_json(self), "verdict": self.verdict.value}

    def after(self, refused: Sequence[str]) -> "Sameness":
        """The same, with why stronger ways did not decide."""
        return dataclasses.replace(self, refused=(*refused, *self.refused))

    @property
    def headline(self) -> str:
        """The verdict as a sentence."""
        told = self.inputs - self.silent
        everywhere = f"at {'all of ' * (told > 1)}{count(told, 'input')}"
        match self.verdict:
            case Verdict.EQUAL:
                return f"f and g are the same function: equal {self._how} {everywhere}."
            case Verdict.ROUNDED:
                return f"f and g are the same function up to the rounding of {self._of_what}, {everywhere}."
            case Verdict.COARSER:
                return f"f and g are equal {self._how}, but {self._rounds_more}."
            case Verdict.DIFFERENT:
                return f"f and g are different functions: at {self.where} they differ by {self.difference:.3g}, {self._times}."
        return "It cannot be told whether f and g are the same function."

    @property
    def rows(self) -> list[tuple[str, str]]:
        """What is said below the headline: labels and texts."""
        found = [
            ("Why", "; ".join(self.refused) if self.verdict is Verdict.UNTOLD else ""),
            ("The smallest input found that shows it", self._example),
            ("The first value that differs", self._first),
            ("Compared", self._compared),
            ("New numbers", self._new),
            ("In floats", self._in_floats),
            ("Left out", self._left_out),
            ("Not seen", self._zero),
            ("Why not on exact numbers", self._refused),
        ]
        return [(label, text) for label, text in found if text]

    @property
    def _how(self) -> str:
        return "in exact arithmetic" if self.exact else "in floats of 64 bits"

    @property
    def _of_what(self) -> str:
        parts = ["parameters"] * bool(self.new or self.rounded_to) + ["constants"] * self.new_constants
        return " and ".join(parts)

    @property
    def _times(self) -> str:
        if not np.isfinite(self.share):
            return "in exact arithmetic" + (
                ", and no number was rounded" if not (self.new or self.new_constants) else ""
            )
        return f"{self.share:,.3g} times what rounding explains"

    @property
    def _rounds_more(self) -> str:
        if self.coarser is not None:
            side, other = "fg"[self.coarser.place], "gf"[self.coarser.place]
            line = f" ({self.coarser.where})" if self.coarser.where else ""
            return (
                f"{side} may round {self.coarser.times:,.0f} times as much as {other}: it does {self.coarser.primitive} in "
                f"{self.coarser.dtype}{line}"
            )
        strayed = self.floats.strayed if self.floats else (0.0, 0.0)
        side = int(np.argmax(strayed))
        return f"in floats {'fg'[side]} is off by {strayed[side]:,.3g} times what its precision explains"

    @property
    def _example(self) -> str:
        if self.example is None:
            return ""
        f, g = self.example.values
        lines = [*self.example.inputs, f"{self.example.result}: f {shown(f, g)}, g {shown(g, f)}"]
        return "".join(f"\n  {line}" for line in lines)

    @property
    def _first(self) -> str:
        if self.first is None:
            return ""
        lines = [f"{line} in {letter}" for letter, line in zip("fg", self.first.lines, strict=True) if line]
        where = f" ({', '.join(lines)})" if lines else ""
        f, g = self.first.values
        at = in_brackets(self.first.place)
        values = f"f {shown(f, g)}, g {shown(g, f)}{f' at {at}' if at else ''}"
        why = f"; {self.first.why}" if self.first.why else ""
        return f"{self.first.primitive}, equation {self.first.number} of f{where}: {values}{why}."

    @property
    def _compared(self) -> str:
        generated = f" and {count(self.inputs - 1, 'generated one')}" if self.inputs > 1 else ""
        system = "exact numbers of 256 bits" if self.exact else "floats of 64 bits"
        return f"the inputs given{generated}, of their shapes and types; both ran on {system}, equation by equation."

    @property
    def _new(self) -> str:
        rounded = ""
        if self.rounded_to:
            rounded = (
                f"the parameters of one side are those of the other, rounded to {self.rounded_to}; compared after that."
            )
        if not self.new and not self.new_constants:
            return rounded
        what = ([listed(self.new)] if self.new else []) + ["constants of the programs"] * self.new_constants
        sentence = (
            f"{' and '.join(what)}: the other side lacks them, so they may be rounded. What one unit in their last place "
            f"does, times {FACTOR}, is allowed"
        )
        share = f"; the largest difference is {percentage(self.share)} of it" if self.share <= 1 else ""
        return " ".join(part for part in (rounded, f"{sentence}{share}.") if part)

    @property
    def _in_floats(self) -> str:
        seen = self.floats
        if seen is None:
            return ""
        text = f"they differ by {seen.given:.3g} at the inputs given"
        if self and seen.inputs > seen.vacuous:
            text += f"; the largest difference at any input is {percentage(seen.share)} of what rounding explains"
            bounds = ["balls that widen by the type of each equation bound that"] * bool(seen.by_balls)
            by_yardstick = seen.inputs - seen.by_balls
            if by_yardstick:
                where = (
                    f" at {by_yardstick} of {count(seen.inputs, 'input')}, where balls grow too wide,"
                    if seen.by_balls
                    else ""
                )
                bounds.append(
                    f"{FACTOR} times what moving every value by its rounding does is the yardstick{where}".rstrip(",")
                )
            text += f"; {'; '.join(bounds)}"
        if seen.vacuous:
            text += f". Vacuous at {seen.vacuous} of {count(seen.inputs, 'input')}: rounding explains as much as the results"
        if seen.overflowed:
            text += f". At {count(seen.overflowed, 'input')} floats overflow or are not numbers"
        return text + "."

    @property
    def _left_out(self) -> str:
        parts = []
        if self.silent:
            parts.append(f"{count(self.silent, 'input')} at which no result could be compared")
        if self.one_sided:
            parts.append(
                f"{count(self.one_sided, 'result')} that {'is' if self.one_sided == 1 else 'are'} finite on one side only"
            )
        return f"{'; '.join(parts)}." if parts else ""

    @property
    def _zero(self) -> str:
        if not self.zero or not self:
            return ""
        return f"what is done with {listed(self.zero)}, which {'is' if len(self.zero) == 1 else 'are'} 0 everywhere."

    @property
    def _refused(self) -> str:
        return "; ".join(self.refused) + "." if self.refused and self.verdict is not Verdict.UNTOLD else ""
