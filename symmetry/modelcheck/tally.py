"""What is counted while the laws of one group are tried."""

import dataclasses
import math
from collections.abc import Iterable

from symmetry.modelcheck.laws import ACTION, ALL, NEEDS_TRAINING, TIED
from symmetry.modelcheck.measure import Gap
from symmetry.modelcheck.report import LawReport


@dataclasses.dataclass
class Tally:
    """The laws of one group, as far as they have been tried."""

    laws: dict[str, LawReport] = dataclasses.field(default_factory=lambda: {name: LawReport(name) for name in ALL})

    def count_exact(self, cases: int, wrong: Iterable[str], rejected: bool) -> None:
        """Counts the group action, which is compared exactly and has one control."""
        where = next(iter(wrong), None)
        failure = "" if where is None else f"{where} is not where the product of two permutations takes it"
        worst = 0.0 if where is None else math.inf
        self._change(ACTION, cases=cases, worst=worst, failure=failure, controls=1, rejected=int(rejected))

    def count(self, name: str, found: Gap, place: str, where: str, moves: bool) -> None:
        """Counts one case of a law.

        Args:
            name: the law.
            found: how far its sides are apart.
            place: what the compared arrays are called; `{}` stands for the path.
            where: network and permutation, in words.
            moves: whether the permutation moves anything there.
        """
        law = self.laws[name]
        vacuous = found.excess <= 1 and (found.vacuous or not moves)
        failure = law.failure or (_difference(found, place, where) if found.excess > 1 else "")
        self._change(
            name,
            cases=law.cases + 1,
            vacuous=law.vacuous + vacuous,
            worst=max(law.worst, found.excess),
            failure=failure,
        )

    def count_controls(self, name: str, rejections: dict[str, bool]) -> None:
        """Counts the controls of a law: by what is left where it was, whether the law rejected that."""
        unnoticed = tuple(left for left, rejected in rejections.items() if not rejected)
        rejected = len(rejections) - len(unnoticed)
        self._change(name, controls=len(rejections), rejected=rejected, unnoticed=unnoticed)

    def finished(self, untrained_because: str) -> tuple[LawReport, ...]:
        """The laws, each that was never tried with the reason."""
        for name, law in self.laws.items():
            if law.cases:
                continue
            if name in NEEDS_TRAINING and untrained_because:
                self._change(name, not_run=f"the loss has no gradient: {untrained_because}")
            elif name == TIED:
                self._change(name, not_run="a pair cannot be tied: integers have no mean, or training gives no numbers")
            else:
                self._change(name, not_run="there is nothing to compare, or what is compared is not a number")
        return tuple(self.laws.values())

    def _change(self, name: str, **fields: float | str | tuple[str, ...]) -> None:
        self.laws[name] = dataclasses.replace(self.laws[name], **fields)


def _difference(found: Gap, place: str, where: str) -> str:
    """A difference in words."""
    what = place.format(found.path).strip()
    if found.excess < math.inf:
        times = f"{found.excess:.2g} times what rounding allows, {found.relative:.2g} of its largest entry,"
    else:
        times = "more than any rounding explains,"
    return f"{what} differs by {times} on {where}"
