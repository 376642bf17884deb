"""Derived evidence: steps that SymPy checks with symbolic widths, and again at concrete ones in exact rationals.

The last steps conclude: their sides are those of the theorem's law (`symmetry.engine.conclude`).
"""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal, TypeAlias

import sympy

from symmetry.engine.conclude import Law, Sides
from symmetry.engine.instantiate import Instantiation
from symmetry.engine.normal_form import difference
from symmetry.replaceable import noting

SIZES = ((1, 1, 2, 1, 2, 2), (2, 3, 1, 2, 1, 2), (3, 2, 3, 1, 2, 1), (2, 1, 3, 2, 2, 3))
"""What the symbolic widths of a step become, in the order of their names; one instance a row."""


Mark: TypeAlias = Literal["computed", "assumed", "by construction", "by lemma"]
"""What a step is: SymPy shows that its sides are equal; or they are one expression, or given to be equal, because something
that is named is assumed, or because they are written so, which only explains; or a lemma shows it elsewhere."""


@dataclasses.dataclass(frozen=True)
class Step:
    """An equality of a derivation: a sentence that says why, and its two sides.

    Attributes:
        assuming: what is used and not shown, such as the chain rule.
        distinct: pairs of indices that are different.
        simplify: how SymPy is to compare sides that are no sums of products; by default the difference of their normal
            forms must be 0.
        given: pairs that a hypothesis or an earlier step says are equal: one after the other, the first of each is replaced
            by its second before the sides are compared.
        concludes: where the theorem's law computes the two sides, in one place or in several.
    """

    sentence: str
    left: Any
    right: Any
    assuming: str = ""
    distinct: tuple[tuple[Any, Any], ...] = ()
    simplify: Callable[[Any], Any] | None = None
    given: tuple[tuple[Any, Any], ...] = ()
    concludes: Sides | tuple[Sides, ...] = ()
    sign: ClassVar[str] = "="

    def failure(self) -> str:
        """Why the step does not hold; empty if it does."""
        left, right = map(self._with_given, (self.left, self.right))
        if left == right:
            return ""
        rest = self.simplify(left - right) if self.simplify else difference(left, right, self.distinct)
        if rest != 0:
            return f"with symbolic widths the sides differ by {rest}"
        for instance in instances(left, right):
            for indices in instance.indices(left, right):
                if any(indices.get(one) == indices.get(other) is not None for one, other in self.distinct):
                    continue
                gap = sympy.expand(instance.value(left, indices) - instance.value(right, indices))
                if gap != 0 and sympy.simplify(gap) != 0:
                    return f"with {_widths(instance.sizes)} the sides differ by {gap}"
        return ""

    def _with_given(self, side: Any) -> Any:
        """A side after what is given, in its order, has been put in."""
        return functools.reduce(lambda result, pair: result.xreplace(dict([pair])), self.given, sympy.sympify(side))

    @property
    def equation(self) -> tuple[Any, Any]:
        return self.left, self.right

    @property
    def mark(self) -> Mark:
        """Computed, unless the two sides are one expression or what is given says all of one side."""
        left, right = map(sympy.sympify, self.equation)
        if left != right and not any(given in (left, right) for given, _ in self.given):
            return "computed"
        return "assumed" if self.assuming else "by construction"


@dataclasses.dataclass(frozen=True)
class Run:
    """A step that ties a formula to the code: the program, run on exact rationals, gives the formula's values.

    `program` takes an `Instantiation`, draws its arrays from it and returns a `Symbol` array whose entry [i, j] is the
    formula at those values of `indices`.
    """

    sentence: str
    program: Callable[[Instantiation], Any]
    formula: Any
    indices: tuple[Any, ...]
    widths: tuple[Any, ...]
    assuming: str = ""
    sign: ClassVar[str] = "="
    mark: ClassVar[Mark] = "computed"
    concludes: ClassVar[tuple] = ()

    def failure(self) -> str:
        for instance in instances(*self.widths):
            computed = self.program(instance)
            for indices in instance.indices(*self.indices):
                place = tuple(indices[index] for index in self.indices)
                gap = sympy.simplify(computed[place] - instance.value(self.formula, indices))
                if gap != 0:
                    return f"with {_widths(instance.sizes)} the program's entry {list(place)} is off by {gap}"
        return ""

    @property
    def equation(self) -> tuple[Any, Any]:
        return sympy.Symbol("program"), self.formula


@dataclasses.dataclass(frozen=True)
class Inequality:
    """An inequality of a derivation: smaller <= larger, or smaller < larger if it is strict.

    SymPy must know the difference, in normal form, to be non-negative (positive) from the signs that its symbols are
    named with: what a hypothesis says is written as a symbol of known sign. At an instance those symbols are positive.
    """

    sentence: str
    smaller: Any
    larger: Any
    strict: bool = False
    assuming: str = ""
    concludes: Sides | tuple[Sides, ...] = ()
    mark: ClassVar[Mark] = "computed"

    def failure(self) -> str:
        """Why the step does not hold; empty if it does."""
        smaller, larger = sympy.sympify(self.smaller), sympy.sympify(self.larger)
        rest = difference(larger, smaller)
        wanted = "positive" if self.strict else "non-negative"
        if rest == 0:
            return "the two sides are equal, so that there is no inequality to show"
        if not (rest.is_positive if self.strict else rest.is_nonnegative):
            return f"with symbolic widths nothing shows that {rest} is {wanted}"
        for instance in instances(smaller, larger):
            for indices in instance.indices(smaller, larger):
                gap = sympy.simplify(instance.value(larger, indices) - instance.value(smaller, indices))
                if not (gap.is_positive if self.strict else gap.is_nonnegative):
                    return f"with {_widths(instance.sizes)} the difference, {gap}, is not {wanted}"
        return ""

    @property
    def equation(self) -> tuple[Any, Any]:
        return self.smaller, self.larger

    @property
    def sign(self) -> str:
        return "<" if self.strict else "<="


@dataclasses.dataclass(frozen=True)
class Derivation:
    """How many steps were computed, and the first that failed, or what one raised, if any.

    `ran` names functions of the program that others stood in for; `carries` says that a computed step is among those that the
    law computes, so that the derivation shows the claim itself.
    """

    steps: int
    failure: str = ""
    error: str = ""
    ran: frozenset[str] = frozenset()
    carries: bool = False


@dataclasses.dataclass(frozen=True, eq=False)
class Lemma:
    """What several derivations need: its steps stand once, in the derivation of the theorem `home`, and are checked once.

    `says` is a sentence, and `left` = `right` its equation.
    """

    name: str
    home: str
    says: str
    left: Any
    right: Any
    steps: Callable[[], Iterable["AnyStep"]]

    @functools.cached_property
    def checked(self) -> Derivation:
        return check(self.steps())

    @property
    def cited(self) -> "ByLemma":
        """What stands in the place of its steps in other derivations."""
        sentence = f"By the lemma on {self.name}, which {self.home} shows: {self.says}"
        return ByLemma(sentence, self.left, self.right, lemma=self)


@dataclasses.dataclass(frozen=True)
class ByLemma(Step):
    """The equation of a lemma, whose steps are not counted again."""

    lemma: Lemma = dataclasses.field(kw_only=True)

    @property
    def mark(self) -> Mark:
        return "by lemma"

    def failure(self) -> str:
        """Why the lemma or its equation does not hold; empty if they do."""
        found = self.lemma.checked
        return found.failure or found.error or super().failure()


AnyStep: TypeAlias = Step | Inequality | Run
"""Whatever a derivation yields."""


def check(steps: Iterable[AnyStep], law: Callable | None = None) -> Derivation:
    """Checks the steps in order and stops at the first that fails or raises.

    With a law, the last step must conclude, and all that the law claims must be concluded. Without one, no step is compared
    with a law.
    """
    where, count, ran, last, carries = "before its first step", 0, set(), None, False
    tied = Law(law) if law is not None else None
    with noting(ran):
        try:
            for last in steps:
                is_computed = last.mark == "computed"
                count += is_computed
                carries |= is_computed and bool(last.concludes)
                where = f"step {count} ({last.sentence})" if is_computed else f"{last.sentence!r}"
                if reason := last.failure() or _departure(last, tied):
                    return Derivation(count, f"{where}: {reason}", ran=frozenset(ran))
        except Exception as error:  # a derivation that raises has failed, whatever it raises
            return Derivation(count, error=f"{where}: {type(error).__name__}: {error}", ran=frozenset(ran))
    return Derivation(count, _unfinished(count, last, tied), ran=frozenset(ran), carries=carries)


def _departure(step: AnyStep, tied: Law | None) -> str:
    """Where the law computes something else than a step that concludes; empty if nowhere."""
    places = (step.concludes,) if isinstance(step.concludes, Sides) else step.concludes
    found = (
        tied.departure(step, sides, instances(*sides.widths, *step.equation)) for sides in places if tied is not None
    )
    return next(filter(None, found), "")


def _unfinished(count: int, last: AnyStep | None, tied: Law | None) -> str:
    """Why steps that all hold are no derivation; empty if they are one."""
    if count == 0:
        return "its end: no step computes anything, since the two sides of each are one expression or given to be equal"
    if tied is not None and (last is None or not last.concludes):
        return (
            "its end: the last step is not the theorem's statement, written as its law computes it; "
            "concludes=Sides(...) says where the law does"
        )
    return f"its end: {reason}" if tied is not None and (reason := tied.left_out) else ""


def instances(*expressions: Any) -> list[Instantiation]:
    """The instances at which expressions are checked: one a row of `SIZES`, or one if no width is symbolic."""
    found: set = set()
    for expression in map(sympy.sympify, expressions):
        ranges = [index.upper for index in expression.atoms(sympy.Idx) if index.upper is not None]
        found = found.union(expression.free_symbols, *[size.free_symbols for size in ranges])
    widths = sorted((s for s in found if isinstance(s, sympy.Symbol) and s.is_integer and s.is_nonnegative), key=str)
    rows = SIZES if widths else SIZES[:1]
    return [Instantiation(dict(zip(widths, row, strict=False)), seed) for seed, row in enumerate(rows)]


def _widths(sizes: Mapping[Any, int]) -> str:
    return ", ".join(f"{width} = {size}" for width, size in sizes.items()) or "no widths"
