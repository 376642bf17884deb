"""One group put to the test: every law under every permutation on every network, and every control."""

import dataclasses
import functools
import itertools
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from symmetry.discovery.groups import UnitGroup
from symmetry.modelcheck.laws import (
    ALL,
    EQUIVARIANCE,
    FUNCTION,
    TIED,
    acting_twice_is_acting_with_the_product,
    labels_of,
    results_follow,
    the_identity_moves_nothing,
    tied,
)
from symmetry.modelcheck.measure import Gap, gap, spread
from symmetry.modelcheck.motion import Motion, broken
from symmetry.modelcheck.networks import GIVEN, Network
from symmetry.modelcheck.permutations import Chosen, permutations_of
from symmetry.modelcheck.report import GroupReport, LawReport
from symmetry.modelcheck.running import Case, Running
from symmetry.modelcheck.subject import STEPS, Arrays, Results, Subject
from symmetry.modelcheck.tally import Tally

Rejections = dict[str, dict[str, list[bool]]]
"""By what a control leaves where it was and by law: whether the law rejected it, network by network."""


@dataclasses.dataclass(frozen=True)
class Bench:
    """A model with the networks that its groups are tried on.

    Attributes:
        model: the model.
        running: the model compiled.
        networks: parameters with what is computed from them.
        spreads: of each network, what rounding does to each result.
        seed: where random permutations start.
    """

    subject: Subject
    running: Running
    networks: Sequence[Network]
    spreads: Sequence[Results]
    seed: int

    @functools.cached_property
    def labels(self) -> Arrays:
        """Arrays of whole numbers that all differ, of the shapes of the parameters."""
        return labels_of(self.subject.arrays)

    def motion(self, group: UnitGroup) -> Motion:
        """The action of a group on all that the model computes."""
        return Motion.of(group, self.subject, self.networks[0].results.outputs)

    def measured(self) -> list[tuple[Network, Results]]:
        """Each network with its spreads."""
        return list(zip(self.networks, self.spreads, strict=True))


class TiedPair(NamedTuple):
    """A network in which two units are equal, and what is computed from it."""

    case: Case
    results: Results


@dataclasses.dataclass
class Trial:
    """The laws of one group, tried on a bench."""

    group: UnitGroup
    bench: Bench
    tally: Tally = dataclasses.field(default_factory=Tally)

    @functools.cached_property
    def permutations(self) -> list[Chosen]:
        seed = (self.bench.seed, zlib.crc32(self.group.name.encode()))
        return permutations_of(self.group, np.random.default_rng(seed))

    @functools.cached_property
    def exchange(self) -> Chosen:
        """The permutation of two units among them, which are tied."""
        return next(chosen for chosen in self.permutations if chosen.is_exchange)

    def report(self) -> GroupReport:
        """What comes of it."""
        reason = "" if self.bench.networks else "the outputs are not numbers, whatever parameters are tried"
        if not self.permutations:
            reason = "a single unit has nothing to change places with"
        if reason:
            return GroupReport(self.group, tuple(LawReport(name, not_run=reason) for name in ALL), 0)
        self._act()
        motion = self.bench.motion(self.group)
        for network, spreads in self.bench.measured():
            for chosen in self.permutations:
                self._follow(motion, network, spreads, chosen)
            self._stay_tied(motion, network)
        rejections = self._leave_out()
        laws = self.tally.finished(self.bench.running.untrained_because)
        return GroupReport(self.group, laws, len(self.permutations), **self._unnoticed(rejections))

    def _act(self) -> None:
        """The group action, exactly, with the product of every two permutations; and its control."""
        labels = self.bench.labels
        chosen = [one.permutation for one in self.permutations]
        pairs = list(itertools.product(chosen, chosen))
        sides = [acting_twice_is_acting_with_the_product(self.group, *pair, labels) for pair in pairs]
        sides.append(the_identity_moves_nothing(self.group, labels))
        wrong = (path for left, right in sides for path in _unequal(left, right))
        control = acting_twice_is_acting_with_the_product(self.group, *pairs[0], labels, both=False)
        self.tally.count_exact(len(sides), wrong, bool(_unequal(*control)))

    def _follow(self, motion: Motion, network: Network, spreads: Results, chosen: Chosen) -> None:
        """All laws of one permutation on one network."""
        moves = bool(_unequal(motion.arrays(chosen.permutation, network.case.arrays), network.case.arrays))
        gaps = self._gaps(motion, chosen.permutation, network, spreads)
        for law in EQUIVARIANCE:
            if law.name in gaps:
                where = f"{network.name} under {chosen.name}"
                self.tally.count(law.name, gaps[law.name], law.place, where, moves)

    def _gaps(self, motion: Motion, permutation: np.ndarray, network: Network, spreads: Results) -> dict[str, Gap]:
        """By how much each law is off; without those of which nothing can be told on this network."""
        left, right = results_follow(motion, permutation, network.case, network.results, self.bench.running.run)
        return {
            law.name: gap(getattr(left, law.part), getattr(right, law.part), getattr(spreads, law.part))
            for law in EQUIVARIANCE
            if _are_numbers(getattr(network.results, law.part))
        }

    def _stay_tied(self, motion: Motion, network: Network) -> None:
        """A pair tied by hand, trained."""
        pair = self._tied(motion, network)
        if pair is None:
            return
        spreads = spread(self.bench.running, pair.case, pair.results, ways=1)
        found = self._gap_of_pair(motion, pair, spreads)
        where = f"{network.name} where {self.exchange.units} were tied"
        self.tally.count(TIED, found, f"{{}} after {STEPS} steps", where, moves=True)

    def _tied(self, motion: Motion, network: Network) -> TiedPair | None:
        """The network with two units tied; None if they cannot be tied or trained."""
        if self.bench.running.untrained_because:
            return None
        arrays = tied(motion, self.exchange.permutation, network.case.arrays)
        if arrays is None:
            return None
        case = network.case._replace(arrays=arrays)
        results = self.bench.running.run(case)
        return TiedPair(case, results) if _are_numbers(results.trained) else None

    def _gap_of_pair(self, motion: Motion, pair: TiedPair, spreads: Results) -> Gap:
        """How far the two units are apart after training: what exchanging them changes."""
        exchanged = motion.results(self.exchange.permutation, pair.case.arrays, pair.results)
        return gap(pair.results.trained, exchanged.trained, spreads.trained)

    def _leave_out(self) -> Rejections:
        """Every control, on one network after another until all laws have rejected it."""
        rejections = {left: self._rejections(group) for left, group in broken(self.group, self.bench.labels)}
        for name in (*(law.name for law in EQUIVARIANCE), TIED):
            tried = {left: any(found[name]) for left, found in rejections.items() if found[name]}
            self.tally.count_controls(name, tried)
        return rejections

    def _rejections(self, group: UnitGroup) -> dict[str, list[bool]]:
        """By law, whether it rejects a group that leaves something where it was, on each network that was tried."""
        motion = self.bench.motion(group)
        chosen = self.permutations[0] if group.per == self.group.per else self.exchange
        found: dict[str, list[bool]] = {name: [] for name in (*(law.name for law in EQUIVARIANCE), TIED)}
        for network, spreads in self.bench.measured():
            for name, off in self._gaps(motion, chosen.permutation, network, spreads).items():
                found[name].append(off.excess > 1)
            pair = self._tied(motion, network)
            if pair is not None:
                found[TIED].append(self._gap_of_pair(motion, pair, spreads).excess > 1)
            if all(any(each) for each in found.values() if each):
                break
        return found

    def _unnoticed(self, rejections: Rejections) -> dict[str, tuple[str, ...]]:
        """Axes that never have to move, those of which only random parameters show it, and those that cure a failure."""
        function = {left: found[FUNCTION] for left, found in rejections.items() if found[FUNCTION]}
        never = tuple(left for left, rejected in function.items() if not any(rejected))
        if self.tally.laws[FUNCTION].failure:
            return {"cures": never}
        late = tuple(left for left, rejected in function.items() if any(rejected) and not rejected[0])
        return {"vacuous": never, "constant": late if self.bench.networks[0].name == GIVEN else ()}


def _unequal(one: Arrays, other: Arrays) -> list[str]:
    """The paths of arrays that differ."""
    return [path for path, leaf in one.items() if leaf is not other[path] and not np.array_equal(leaf, other[path])]


def _are_numbers(part: Mapping[str, np.ndarray]) -> bool:
    """Whether there is something to compare, and nothing is NaN."""
    floats = [leaf for leaf in part.values() if np.issubdtype(leaf.dtype, np.inexact)]
    return bool(part) and not any(np.isnan(leaf).any() for leaf in floats)
