"""`judged`: a specification held against the discovered groups and against the function itself."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from symmetry.discovery.groups import UnitGroups
from symmetry.discovery.leaves import Tree, named_arrays
from symmetry.discovery.specification.change import Outcome, Seen
from symmetry.discovery.specification.comparison import Comparison, compared, names_in
from symmetry.discovery.specification.judgement import Judgement
from symmetry.discovery.specification.lines import Specification, read
from symmetry.discovery.specification.placement import Placements
from symmetry.discovery.specification.reading import groups_of
from symmetry.discovery.specification.remarks import remarks
from symmetry.discovery.specification.trial import Trial
from symmetry.discovery.specification.wording import axis_described, described, what_is_there
from symmetry.wording import count


def judged(
    spec: Specification,
    discovered: UnitGroups,
    apply: Callable,
    params: Tree,
    *inputs: Tree,
    mirrors: Mapping[str, str] | None = None,
) -> tuple[Judgement, ...]:
    """What is wrong with a specification, and what else is to be said of it; mistakes first.

    Groups say which line is right; running says what is wrong: a name whose permutations change nothing is not wrong,
    and one whose permutations change the function is. What is run is float64, the yardstick says what rounding explains.

    Kinds of mistakes are "missing", "axis left out", "one axis of two", "batch statistics", "unknown", "wrong name",
    "split", "layout", "input or output", "frozen", "sizes", "blocks", "number of names", "listed twice", "cannot be read"
    and "changed"; of remarks "held", "cannot be told", "joined", "not listed", "listed twice" and "blocks".

    Args:
        spec: a specification in any of the forms of `from_axes`.
        discovered: the groups of the function, from `discover`.
        apply: the function `apply(params, *inputs)`.
        params: arrays, or `jax.ShapeDtypeStruct`s.
        inputs: the inputs of the function, arrays or shapes.
        mirrors: results that move as parameters do, as for `discover`.

    Raises:
        TypeError: the specification has none of the forms.
        ValueError: the function is finite at none of the points at which it was run; the groups are those of other
            parameters; `mirrors` names what is not there.

    >>> import jax.numpy as jnp
    >>> from symmetry.discovery import discover
    >>> def mlp(params, x):
    ...     return jnp.tanh(x @ params["W1"]) @ params["W2"]
    >>> params, x = {"W1": jnp.ones((3, 4)), "W2": jnp.ones((4, 2))}, jnp.ones((5, 3))
    >>> (found,) = judged({"W1": (None, "P_0"), "W2": (None, None)}, discover(mlp, params, x), mlp, params, x)
    >>> found.says
    'Axis 0 of W2 is listed as None, but it carries the units of P_0 (W1).'
    >>> found.wrong, found.lines
    (True, ('"W2": ("P_0", None),',))
    """
    comparison = compared(read(spec, named_arrays(params)), discovered, params)
    return _in_order(comparison, Trial(apply, params, inputs, mirrors))


def judged_by(trial: Trial, spec: Specification, discovered: UnitGroups, params: Tree) -> tuple[Judgement, ...]:
    """The same for a function that is compiled already, so that many specifications of one function are judged sooner."""
    return _in_order(compared(read(spec, named_arrays(params)), discovered, params), trial)


def _in_order(comparison: Comparison, trial: Trial) -> tuple[Judgement, ...]:
    return tuple(sorted(_Judge(comparison, trial).judgements(), key=lambda one: not one.wrong))


class _Judge:
    """Runs what a specification says, and finds the lines that are to blame."""

    def __init__(self, comparison: Comparison, trial: Trial) -> None:
        self.comparison, self.trial = comparison, trial
        self.outcomes = self._run(comparison.as_written())
        held = [group for group in groups_of(comparison.found.placements) if self._holds_unowned(group.name)]
        comparison.keep_as_right([group.name for group in held])
        for group in held:
            self.outcomes[group.name] = dataclasses.replace(self.outcomes[group.name], told=trial.tells(group))
        self.right_outcomes: dict[str, Outcome] = {}
        self.blamed: set[str] = set()

    def judgements(self) -> Iterator[Judgement]:
        """Everything found, in no order of weight."""
        yield from self._unreadable()
        for path in self.comparison.differing():
            if any(self._is_explained(path, axis) for axis in self._differing_axes(path)):
                yield self._line(path)
        for name in self.comparison.unowned:
            if self._changes(name):
                yield from self._without_group(name)
        for name, outcome in self.outcomes.items():
            if outcome.seen is not None and name not in self.blamed:
                yield self._unexplained(name, outcome.seen)
        yield from remarks(self.comparison, self.outcomes)

    def _run(self, placements: Placements) -> dict[str, Outcome]:
        return {group.name: self.trial.permute(group) for group in groups_of(placements)}

    def _changes(self, name: str) -> bool:
        return name in self.outcomes and self.outcomes[name].seen is not None

    def _is_in_doubt(self, name: str) -> bool:
        """Whether permuting a name changes the function; of a new name, whether permuting what is listed in its stead does."""
        if all(one.name != name or not one.is_new for one in self.comparison.owned):
            return self._changes(name)
        places = [(axis.path, axis.axis) for axis in self.comparison.owner(name).group.axes]
        listed = (other for place in places for other in names_in(self.comparison.found.placements, *place))
        return any(path in self.comparison.found.spoilt for path, _ in places) or any(map(self._changes, listed))

    def _holds_unowned(self, name: str) -> bool:
        return name in self.comparison.unowned and not self._changes(name)

    def _unreadable(self) -> Iterator[Judgement]:
        """Lines that cannot be acted on."""
        comparison = self.comparison
        for path, meant in comparison.found.unknown.items():
            hint = f"did you mean {meant}?" if meant else f"there are {', '.join(comparison.shapes)}."
            lines = comparison.lines([meant]) if meant else ()
            yield Judgement("unknown", path, f"{path} is listed, but no parameter has this path; {hint}", True, lines)
        for path, spoilt in comparison.found.spoilt.items():
            there = "" if spoilt.axis is None else f"; {what_is_there(comparison, path, spoilt.axis)}"
            yield Judgement(spoilt.kind, path, f"{spoilt.says}{there}.", True, comparison.lines([path]))

    def _differing_axes(self, path: str) -> list[int]:
        return [axis for axis, differs in enumerate(self.comparison.differing_axes(path)) if differs]

    def _names_differing(self, path: str) -> set[str]:
        """The names that are listed, or should be, on the axes of a parameter where the two differ."""
        return {
            name
            for axis in self._differing_axes(path)
            for placements in (self.comparison.found.placements, self.comparison.right)
            for name in names_in(placements, path, axis)
        }

    def _is_explained(self, path: str, axis: int) -> bool:
        """Whether the groups say what should be listed on an axis, or that a name that stands for a group should not."""
        names = names_in(self.comparison.found.placements, path, axis)
        return bool(self.comparison.right[path][axis]) or any(name not in self.comparison.unowned for name in names)

    def _line(self, path: str) -> Judgement:
        """What is to be said of a line that is not the right one: wrong only if the function changes because of it."""
        comparison = self.comparison
        kind, says = described(comparison, path)
        names = self._names_differing(path)
        if not any(map(self._is_in_doubt, names)):
            return Judgement("held", path, f"{says} {self._held(names)}", False, comparison.lines([path]))
        alone = self._run_for(names, comparison.right_but_for(path))
        seen = next((outcome.seen for outcome in alone.values() if outcome.seen is not None), None)
        if seen is None:
            trials = sum(outcome.trials for outcome in alone.values())
            held = f"With all other lines right, this one alone held on {count(trials, 'permutation')}."
            return Judgement("held", path, f"{says} {held}", False, comparison.lines([path]))
        if broken := self._broken(names):
            # The right lines do not hold either, so that this one cannot be told from the others.
            return Judgement("cannot be told", path, f"{says} {broken}", False, comparison.lines([path]))
        self.blamed |= names
        return Judgement(kind, path, says, True, comparison.lines([path]), self.trial.smallest(seen))

    def _run_for(self, names: set[str], placements: Placements) -> dict[str, Outcome]:
        return {group.name: self.trial.permute(group) for group in groups_of(placements) if group.name in names}

    def _broken(self, names: set[str]) -> str:
        """That the discovered groups do not hold; empty if they do."""
        unknown = names - self.right_outcomes.keys()
        self.right_outcomes |= self._run_for(unknown, self.comparison.right)
        wrong = [
            name for name in sorted(names & self.right_outcomes.keys()) if self.right_outcomes[name].seen is not None
        ]
        return (
            f"It cannot be told whether it is wrong: with all right lines, permuting {' and '.join(wrong)} changes the "
            "function, too."
            if wrong
            else ""
        )

    def _held(self, names: set[str]) -> str:
        trials = sum(self.outcomes[name].trials for name in names if name in self.outcomes)
        return f"It makes no difference: the specification held on {count(trials, 'permutation')} of these units."

    def _without_group(self, name: str) -> Iterator[Judgement]:
        """A name whose permutations change the function, on axes that no discovered group moves."""
        comparison = self.comparison
        places = [
            (path, axis)
            for path, axis, one in comparison.placed()
            if one.name == name and not self._is_explained(path, axis)
        ]
        if not places:
            return
        self.blamed.add(name)
        sentences = [axis_described(comparison, path, axis) for path, axis in places]
        kinds = {kind for kind, _ in sentences}
        says = " ".join(sentence for _, sentence in sentences)
        if len(places) > 1 and kinds != {"input or output"}:
            says += (
                " Which of these lines are right, and which are missing, cannot be told; without them the rest holds."
            )
        lines = comparison.lines(list(dict.fromkeys(path for path, _ in places)))
        kind = kinds.pop() if len(kinds) == 1 else "frozen"
        seen = self.outcomes[name].seen
        yield Judgement(kind, name, says, True, lines, None if seen is None else self.trial.smallest(seen))

    def _unexplained(self, name: str, seen: Seen) -> Judgement:
        """A name whose permutations change the function, though no line of it by itself does."""
        paths = [path for path in self.comparison.differing() if name in self._names_differing(path)]
        says = f"Permuting the units of {name} as listed changes the function."
        if not paths:
            says += " The lines are those of the discovered groups, so that no better ones are known."
        return Judgement("changed", name, says, True, self.comparison.lines(paths), self.trial.smallest(seen))
