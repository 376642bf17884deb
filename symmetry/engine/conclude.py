"""How a derivation ends in its theorem's claim: the law is run on exact rationals, and its sides are those of the last steps."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import sympy

from symmetry.array import Array
from symmetry.engine.compare import leaves_of
from symmetry.engine.instantiate import Instantiation
from symmetry.engine.kernel import exact_settings
from symmetry.numbers.comparison import Leaf
from symmetry.numbers.symbol import Symbol
from symmetry.replaceable import ours
from symmetry.statements.relation import RankAtMost

SIGNS = {"equal": ("=",), "cancels": ("=",), "rank": ("=",), "at most": ("<=", "<")}
"""The signs that a step may have, by the relation that the law returns."""


class Part(NamedTuple):
    """What belongs to the units of a layer in one array that the law returns.

    Attributes:
        axis: of the units in the law's array; None if it has one unit's entries only.
        arrays: by their letters in the formulas, the arrays (..., units) whose entries for one unit each stand there.
    """

    axis: int | None
    arrays: Mapping[str, Array]


class Setting(NamedTuple):
    """A case to run a law on.

    Attributes:
        arguments: the law's, by name.
        at: the instance, which knows what the formulas' letters are there.
        parts: what belongs to a unit, by the end of its path in what the law returns, such as ".weight".
    """

    arguments: Mapping[str, Any]
    at: Instantiation
    parts: Mapping[str, Part] = {}


@dataclasses.dataclass(frozen=True)
class Sides:
    """Where a theorem's law computes the two sides of a step.

    Attributes:
        setting: makes a case from an instance and the units that are singled out, which are numbers there; None where the
            law has no such case.
        path: the place in what the law returns, as comparisons name it, such as "[0].layers[1].weight"; or several places.
        indices: those of an entry there.
        units: indices of units that are singled out; they are different numbers of one range.
        widths: all that the setting needs to know the size of.
        each_part: whether the step is about those of the setting's parts whose paths begin with `path`.
        rank: of a matrix that is claimed to have a low rank, the index that the step's right side sums products over.
    """

    setting: Callable[..., Setting | None]
    path: str | tuple[str, ...] = ""
    indices: tuple[Any, ...] = ()
    units: tuple[Any, ...] = ()
    widths: tuple[Any, ...] = ()
    each_part: bool = False
    rank: Any = None


@dataclasses.dataclass
class Law:
    """A theorem's law, run on exact rationals with the program's own functions, whatever stands in for them elsewhere.

    Each case is run once; `concluded` are the places that steps ended in.
    """

    law: Callable
    kept: dict[tuple, tuple[dict[str, Leaf], Setting | None]] = dataclasses.field(default_factory=dict)
    concluded: set[str] = dataclasses.field(default_factory=set)

    def departure(self, step: Any, sides: Sides, instances: list[Instantiation]) -> str:
        """Where the law computes something else than the two sides of a step that concludes; empty if nowhere."""
        tried = 0
        for instance in instances:
            count = instance.size(sides.units[0].upper) + 1 if sides.units else 0
            for numbers in itertools.permutations(range(count), len(sides.units)):
                leaves, setting = self._run(sides.setting, instance, numbers)
                if setting is None:
                    continue
                paths = (sides.path,) if isinstance(sides.path, str) else sides.path
                ends = setting.parts if sides.each_part else [""]
                places = [(start + end, end) for start in paths for end in ends if start + end in leaves]
                if not places:
                    return (
                        f"the law computes nothing at {' and '.join(paths)}; choose among {', '.join(sorted(leaves))}"
                    )
                for path, end in places:
                    self.concluded.add(path)
                    tried += 1
                    part = setting.parts[end] if sides.each_part else None
                    units = dict(zip(sides.units, numbers, strict=True))
                    if gap := _gap(step, sides, leaves[path], setting.at, units, part):
                        return gap
        return "" if tried else "the law was run nowhere: no instance has so many units"

    @property
    def left_out(self) -> str:
        """What the law claims besides what the steps ended in; empty if nothing."""
        places = dict.fromkeys(path for leaves, _ in self.kept.values() for path in leaves)
        missing = [path or "the value" for path in places if path not in self.concluded]
        return f"no step ends in what the law claims of {', '.join(missing)}" if missing else ""

    def _run(self, make: Callable, instance: Instantiation, numbers: tuple) -> tuple[dict[str, Leaf], Setting | None]:
        key = (make, instance.seed, *instance.sizes.items(), numbers)
        if key not in self.kept:
            with ours(), exact_settings():
                setting = make(instance, *numbers)
                leaves = [] if setting is None else self._leaves(setting)
            self.kept[key] = {leaf.path: leaf for leaf in leaves}, setting
        return self.kept[key]

    def _leaves(self, setting: Setting) -> list[Leaf]:
        """What the law claims; a measured law returns nothing, and leaves it in its trials."""
        returned = self.law(**setting.arguments)
        return setting.arguments["trials"].leaves if returned is None else _leaves(returned)


def _leaves(returned: Any) -> list[Leaf]:
    """What the law claims, place by place; of a matrix of low rank, the matrix and the rank."""
    if not isinstance(returned, list | RankAtMost):
        return leaves_of(returned)
    relations = (
        {f"[{place}]": each for place, each in enumerate(returned)} if isinstance(returned, list) else {"": returned}
    )
    leaves = []
    for prefix, each in relations.items():
        if isinstance(each, RankAtMost):
            leaves.append(Leaf(prefix, each.matrix, each.rank, "rank"))
        else:
            leaves += [dataclasses.replace(leaf, path=prefix + leaf.path) for leaf in leaves_of(each)]
    return leaves


def _gap(step: Any, sides: Sides, leaf: Leaf, at: Instantiation, units: Mapping[Any, int], part: Part | None) -> str:
    """Where a step's sides are not what the law computes; empty if nowhere."""
    if step.sign not in SIGNS.get(leaf.relation, ()):
        return f"the law claims {leaf.relation!r} of {leaf.path or 'its value'}, but the step says {step.sign!r}"
    left = Symbol.of(leaf.left)
    both = [left.sum(-1), left.sum(-1) * 0] if leaf.relation == "cancels" else [left, leaf.right]
    if leaf.relation == "rank":
        if reason := _without_rank(step, sides, left.shape, leaf.right, at):
            return reason
        both = [left, left]
    for which, computed, formula in zip(("left", "right"), both, step.equation, strict=True):
        for place, number, known in _entries(Symbol.of(computed), part):
            named = dict(zip(sides.indices, place, strict=True))
            indices = {**units, **{index: at for index, at in named.items() if index is not None}}
            here = at.knowing(**known)
            if not _equal(value := here.value(formula, indices), number):
                where = f"{leaf.path}{list(place) or ''}" or "its value"
                return f"the {which} side of the law is {number} at {where}, that of the step is {value}"
            if untrue := _untrue(getattr(step, "given", ()) if which == "left" else (), here, indices):
                return f"what is given does not hold where the law is run: {untrue}"
    return ""


def _equal(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether two numbers are equal; hyperbolic functions are written as exponentials."""
    if one == other or (gap := sympy.expand(one - other)) == 0:
        return True
    return not gap.is_Rational and sympy.simplify(gap.rewrite(sympy.exp)) == 0


def _untrue(given: tuple, at: Instantiation, indices: Mapping[Any, int]) -> str:
    """What a step takes for given and does not hold at an instance; empty if all of it does."""
    for pair in given:
        one, other = (sympy.sympify(side).xreplace(dict(indices)) for side in pair)
        if not all(_equal(at.value(one, rest), at.value(other, rest)) for rest in at.indices(one, other)):
            return f"{pair[0]} = {pair[1]}"
    return ""


def _entries(array: Symbol, part: Part | None) -> Iterator[tuple[tuple[int, ...], Any, Mapping[str, Array]]]:
    """The entries of an array: of each the values of the step's indices, the number, and letters that are known for it.

    Of what belongs to units, the only index is that of the unit, if the array has an axis of units.
    """
    if part is None:
        yield from ((place, array[place], {}) for place in np.ndindex(array.shape))
        return
    by_unit = array if part.axis is None else np.moveaxis(array, part.axis, -1)
    for place in np.ndindex(by_unit.shape):
        rest, unit = (place, ()) if part.axis is None else (place[:-1], place[-1:])
        yield unit, by_unit[place], {letter: each[rest] for letter, each in part.arrays.items()}


def _without_rank(step: Any, sides: Sides, shape: tuple[int, ...], rank: int, at: Instantiation) -> str:
    """Why a step's right side does not show that rank: it must be a sum, over as few terms, of products row times column."""
    right, (row, column), over = step.equation[1], sides.indices, sides.rank
    if not (isinstance(right, sympy.Sum) and [limit[0] for limit in right.limits] == [over]):
        return f"a rank is shown by a sum over one index, {over}, but the right side is {right}"
    factors = sympy.Mul.make_args(right.function)
    if mixed := [factor for factor in factors if {row, column} <= factor.atoms(sympy.Idx)]:
        return f"a rank is shown by products of a row and a column, but {mixed[0]} depends on both"
    terms = at.size(over.upper) + 1
    return "" if min(terms, *shape) <= rank else f"the law claims the rank {rank}, but the sum has {terms} terms"
