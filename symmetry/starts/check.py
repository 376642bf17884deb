"""What an initialisation and an optimiser imply for a model, each said by a rule and checked by training."""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any

import jax.numpy as jnp
import numpy as np

from symmetry.discovery import discover
from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.discovery.leaves import Tree, named_arrays
from symmetry.engine.kernel import exact_settings
from symmetry.given import require_kind, require_several, require_whole
from symmetry.starts.classes import equal_units, opposite_units, proportional_units
from symmetry.starts.course import Course, run
from symmetry.starts.dead import dead_units
from symmetry.starts.finding import Finding, Findings
from symmetry.starts.layered import Layered, layers_of
from symmetry.starts.lifeless import dead_findings
from symmetry.starts.outgoing import outgoing_axes
from symmetry.starts.partial import could_be_partly_equal, partial_finding, partly_equal
from symmetry.starts.problem import DEFAULT_LOSS, DEFAULT_OPTIMISER, Problem, problem_of
from symmetry.starts.relation import Relation
from symmetry.starts.ties import Expected, tie_findings
from symmetry.starts.trained_tree import Arrays
from symmetry.starts.treatment import Treatment, exchanging, flipping, is_descent, is_linear, rescaling, treatment
from symmetry.starts.waiting import foresee
from symmetry.starts.zeros import zero_findings

STEPS = 100


def check_start(
    apply: Callable,
    params: Tree,
    *inputs: Any,
    loss: Callable[..., Any] | None = None,
    optimizer: Any = None,
    groups: Sequence[UnitGroup] | None = None,
    mirrors: Mapping[str, str] | None = None,
    steps: int = STEPS,
) -> Findings:
    """What the start `params` implies for training `apply(params, *inputs)`: what stays equal, what moves late or never.

    Rules say what must happen; then so many steps are trained in float64, always on the same inputs, and each finding says
    whether it did. Where rule and training disagree, the finding says that it cannot be told.

    Args:
        apply: a function of JAX that returns arrays; see `symmetry.discover`.
        params: any tree of arrays, as they are initialised. Those of floats are trained.
        inputs: the other arguments of `apply`. Units are called dead on these inputs.
        loss: loss(params, *inputs) or loss(outputs), one real number; by default half the mean squared distance of the
            outputs from fixed random numbers.
        optimizer: an optimiser of optax; by default gradient descent with step size 1/16.
        groups: the groups of units; by default those that `symmetry.discover` finds.
        mirrors: as for `symmetry.discover`; the outputs that it names are left out of the default loss.
        steps: how many steps are trained.

    Raises:
        CannotTrace: JAX cannot trace the function, or it returns other things than arrays.
        ValueError: the parameters have no values or no floats, no output has floats, the loss is not one number, a group
            does not fit, `steps` is not positive, or the first step overflows.
        TypeError: the optimiser is not like those of optax.

    Whatever `loss` itself raises is raised as it is.

    >>> import jax.numpy as jnp, numpy as np
    >>> def mlp(params, x):
    ...     return jnp.tanh(x @ params["W"]) @ params["V"]
    >>> (tied,) = check_start(mlp, {"W": np.ones((2, 3)), "V": np.ones((3, 1))}, np.array([[0.5, 1.0]]), steps=10)
    >>> print(tied.kind, tied.theorems, tied.wrong)
    tied units ('TIE.3',) True
    """
    require_whole("steps", steps, least=1)
    require_kind("loss", loss, (Callable, NoneType), "a function of (params, *inputs) or of the outputs")
    require_kind("mirrors", mirrors, (Mapping, NoneType), "{path of an output: path of the parameters that it mirrors}")
    with exact_settings():
        problem = problem_of(apply, params, inputs, loss, optimizer, tuple(mirrors or ()))
        if groups is None:
            groups = discover(apply, params, *inputs, mirrors=mirrors)
        study = _Study(
            problem, _coarsest_unit_of(params), DEFAULT_OPTIMISER if optimizer is None else "the given optimiser"
        )
        findings, course = study.of(_trained_groups(groups, problem, params), steps)
    moves = {path: course.first_moved(path) or None for path in problem.start}
    training = f"{study.optimiser} in {problem.precision}, on {DEFAULT_LOSS if loss is None else 'the given loss'}"
    return Findings(findings, moves, course.steps, steps, training)


@dataclasses.dataclass(frozen=True)
class _Related:
    """A relation at the start, and what is expected of it; or, where it is of a part of the units' numbers, of which part."""

    relation: Relation
    expected: Expected | None = None
    part: str = ""


@dataclasses.dataclass
class _Study:
    """A start under study: rules first, then training.

    Attributes:
        unit: the unit in the last place of the floats in which the parameters were made.
        optimiser: its name in sentences.
    """

    problem: Problem
    unit: float
    optimiser: str

    @functools.cached_property
    def layered(self) -> Layered | None:
        return layers_of(self.problem)

    @functools.cached_property
    def descends(self) -> bool:
        return is_descent(self.problem)

    @functools.cached_property
    def linear(self) -> bool:
        return is_linear(self.problem)

    def of(self, groups: Sequence[UnitGroup], steps: int) -> tuple[list[Finding], Course]:
        """The findings about these groups and all parameters, and the course of training."""
        related = [each for group in groups for each in self._related(group)]
        course = run(self.problem, steps, [each.relation for each in related])
        if not course.steps:
            raise ValueError(
                "check_start: the first step of training leads to numbers that are not finite; pass an optimizer with a "
                "smaller step size, or inputs on which the gradient is finite."
            )
        found, partly, tied = [], [], []
        for each, gaps in zip(related, course.relations, strict=True):
            if each.expected:
                told = tie_findings(each.relation, gaps, course, each.expected)
                found += told
                tied += [each.relation] * (each.relation.kind == "equal" and all(finding.wrong for finding in told))
            else:
                partly.append((each, gaps))
        foresight = foresee(self.problem, course, functools.partial(_tied, tied))
        zero = zero_findings(
            self.problem,
            course,
            foresight,
            self.layered,
            [(each.relation, gaps) for each, gaps in partly],
            self.descends,
        )
        found += [
            partial_finding(each.part, each.relation, gaps, course, self.layered is not None, self.descends)
            for each, gaps in partly
            if not self._is_zero(each.relation)
        ]
        unreached = {path for path, step in foresight.step.items() if step != 1}
        for dead in dead_units(self.problem, course, groups, unreached):
            found += dead_findings(dead, course, self.optimiser)
        return [*found, *zero], course

    def _related(self, group: UnitGroup) -> list[_Related]:
        start, found = self.problem.start, []
        tied = equal_units(group, group.axes, start)
        if tied.classes:
            found.append(_Related(tied, self._expected_of_ties(group)))
        opposite = opposite_units(group, start)
        if opposite.classes and (expected := self._expected_of_opposites(group)):
            found.append(_Related(opposite, expected))
        proportional = proportional_units(group, start, self.unit)
        partly = could_be_partly_equal(group, tied, start)
        if not (proportional.classes or partly):
            return found
        outgoing = outgoing_axes(self.problem, group)
        if proportional.classes and (expected := self._expected_of_multiples(group, outgoing)):
            found.append(_Related(proportional, expected))
        if partly:
            parts = partly_equal(group, outgoing, tied, start)
            found += [_Related(relation, part=kind) for kind, relation in parts.items()]
        return found

    def _expected_of_ties(self, group: UnitGroup) -> Expected:
        reason = ("TIE.3",) if self.layered else ("TIE.4",)
        return Expected(treatment(self.problem, exchanging(group)), reason, self.optimiser)

    def _expected_of_opposites(self, group: UnitGroup) -> Expected | None:
        """None if flipping the sign of units is no symmetry, as it is where activations are not odd."""
        flipped, exchanged = (treatment(self.problem, change(group)) for change in (flipping, exchanging))
        reason = ("TIE.15",) if self.layered and self.descends else ("TIE.4",)
        both = flipped.by_training and exchanged.by_training
        return Expected(Treatment(exchanged.by_loss, both), reason, self.optimiser) if flipped.by_loss else None

    def _expected_of_multiples(self, group: UnitGroup, outgoing: tuple[GroupAxis, ...]) -> Expected | None:
        """None if rescaling units is no symmetry, as it is where activations are not homogeneous."""
        if not outgoing or not treatment(self.problem, rescaling(group, outgoing)).by_loss:
            return None
        reason = ("TIE.12",) if self.layered else ()
        coarser = max(1.0, self.unit / self.problem.unit)
        return Expected(Treatment(True, self.linear), reason, self.optimiser, coarser)

    def _is_zero(self, relation: Relation) -> bool:
        """Whether what is equal is all 0: a finding about zeros says more of it."""
        return not any(np.any(self.problem.start[path]) for path in relation.paths)


def _tied(relations: Sequence[Relation], arrays: Arrays) -> Arrays:
    for relation in relations:
        arrays = relation.made_equal(arrays)
    return arrays


def _trained_groups(groups: Sequence[UnitGroup], problem: Problem, params: Tree) -> list[UnitGroup]:
    """The groups of two units or more, all of whose arrays are trained.

    Raises:
        ValueError: a group does not fit the parameters.
    """
    kept = []
    require_several("groups", groups, "groups of units, such as `discover` finds")
    for group in groups:
        require_kind("groups: an item", group, UnitGroup, "groups of units, such as `discover` finds")
        group.act(range(group.size), params)  # raises if it does not fit
        if group.size > 1 and all(axis.path in problem.start for axis in group.axes):
            kept.append(group)
    return kept


def _coarsest_unit_of(params: Tree) -> float:
    """The unit in the last place of the coarsest floats among the parameters as they are given."""
    types = [leaf.dtype for leaf in named_arrays(params).values() if jnp.issubdtype(leaf.dtype, jnp.inexact)]
    return float(max(jnp.finfo(dtype).eps for dtype in types))
