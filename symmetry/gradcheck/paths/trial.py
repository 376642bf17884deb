"""A way in which backprop may have gone wrong, and whether it gives the student's values."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from symmetry.gradcheck.cause import SAME, Cause, factor_between, same
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.paths.graph import Edges, Graph
from symmetry.gradcheck.places import Places

ENOUGH = 3
"""Wrong entries that have to agree where a number was solved for."""

ROUNDING = 1e-13
"""Share of the right values below which what is left of sums that cancel is nothing but rounding."""

MOST_WORK = 60_000_000
"""Edges that are passed in all trials together."""


@dataclasses.dataclass(frozen=True)
class Trial:
    """Backprop along changed edges.

    Attributes:
        words: what was changed, after "backprop with".
        edges: the changed edges.
        seed: what is added to the error of every number, if anything.
        between: words for what lies on the line from these edges (0) through others (1), by where it lies there; None where
            nothing else is tried.
        others: the edges at 1; those of the loss by default.
    """

    words: str
    edges: Edges
    seed: np.ndarray | None = None
    between: Callable[[float], str] | None = None
    others: Edges | None = None


def if_changed(words: str, edges: Edges | None) -> Iterator[Trial]:
    """A trial, unless nothing is changed."""
    if edges is not None:
        yield Trial(words, edges)


class Judge:
    """Holds trials against the student's gradient."""

    def __init__(self, graph: Graph, gradients: Gradients) -> None:
        self.graph = graph
        self.gradients = gradients
        self.places = Places.of(gradients.arrays)
        self.work = -len(graph.edges.slope)  # what is right comes for nothing
        self.true = self.swept(Trial("", graph.edges))

    @property
    def fits(self) -> bool:
        """Whether the graph gives the derivative that was found before."""
        found = self.gradients.true
        return all(same(self.true[path], found[path]) or not np.any(np.nan_to_num(found[path])) for path in found)

    def swept(self, trial: Trial) -> dict[str, np.ndarray]:
        """The gradient that a trial gives, by path; nothing if it cannot be."""
        self.work += len(trial.edges.slope)
        row = self.graph.gradient(trial.edges, trial.seed)
        return {} if row is None else self.places.split(row)

    def found(self, trials: Iterable[Trial]) -> Iterator["Found"]:
        """The trials that give the student's values in some wrong arrays."""
        for trial in trials:
            if self.work > MOST_WORK:
                return
            found = self.swept(trial)
            if found and trial.words:
                yield from self._judged(trial.words, found)
            if found and trial.between:
                yield from self._solved(trial, found, trial.between)

    def _judged(self, words: str, found: dict[str, np.ndarray], solved: bool = False) -> Iterator["Found"]:
        yours, wrong = self.gradients.yours, self.gradients.wrong
        explained = tuple(
            path for path in wrong if self._agrees(path, found) and not same(found[path], self.gradients.true[path])
        )
        if explained:
            rest = [path for path in self.gradients.arrays if path not in explained]
            whole = all(self._agrees(path, found) or not np.any(np.nan_to_num(yours[path])) for path in rest)
            if whole or not solved:
                yield Found(words, explained, whole, all(map(self._is_plain, explained)), solved)

    def _agrees(self, path: str, found: dict[str, np.ndarray]) -> bool:
        """Whether values are the student's: up to rounding, also where sums cancel and both are nothing but rounding."""
        if same(found[path], self.gradients.yours[path]):
            return True
        sizes = [np.nanmax(np.abs(each), initial=0.0) for each in (found[path], self.gradients.yours[path])]
        return min(sizes) > 0 and max(sizes) < ROUNDING * np.nanmax(np.abs(self.gradients.true[path]), initial=0.0)

    def _is_plain(self, path: str) -> bool:
        """Whether a student's array is a multiple of what is right, which the arrays alone show."""
        yours, true = self.gradients.yours[path].ravel(), self.gradients.true[path].ravel()
        return not np.any(np.nan_to_num(yours)) or factor_between(yours, true) is not None

    def _solved(self, trial: Trial, start: dict[str, np.ndarray], between: Callable[[float], str]) -> Iterator["Found"]:
        """Where on the line of a trial the student's values lie, if they do; the gradient is a straight line, too."""
        others = self.graph.edges if trial.others is None else trial.others
        end = self.true if trial.others is None else self.swept(Trial("", others))
        changed = [path for path in self.gradients.wrong if end and not same(start[path], end[path])]
        for paths in filter(None, (changed, *([path] for path in changed))):
            gap = np.concatenate([(self.gradients.yours[path] - start[path]).ravel() for path in paths])
            step = np.concatenate([(end[path] - start[path]).ravel() for path in paths])
            place = factor_between(gap, step)
            if place is None or int(np.isfinite(gap).sum()) < ENOUGH or min(abs(place), abs(place - 1)) < SAME:
                continue
            slope = trial.edges.slope + place * (others.slope - trial.edges.slope)
            seed = None if trial.seed is None else trial.seed * (1 - place)
            found = self.swept(Trial("", dataclasses.replace(trial.edges, slope=slope), seed))
            if found:
                yield from self._judged(between(place), found, solved=True)
                return


@dataclasses.dataclass(frozen=True)
class Found:
    """A trial that gave the student's values.

    Attributes:
        words: what was changed, after "backprop with".
        paths: the wrong arrays that it gave.
        whole: whether it gives the student's values in every array, right ones included.
        plain: whether these are multiples of what is right, which the arrays alone show.
        solved: whether a number was solved for.
    """

    words: str
    paths: tuple[str, ...]
    whole: bool
    plain: bool
    solved: bool

    def cause(self, described: Cause | None = None) -> Cause:
        """As a cause; after what the arrays alone show of the same arrays, where there is such a description."""
        if described is None:
            return Cause(f"your {{arrays}} {{equals}} backprop with {self.words}", self.paths)
        return Cause(f"{described.sentence}; that is backprop with {self.words}", self.paths)
