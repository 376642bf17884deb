"""Assertions about a model: they pass silently, or raise with the report of what was found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symmetry.discovery.leaves import Tree
from symmetry.discovery.objective import loss_of_parameters
from symmetry.discovery.specification import from_axes
from symmetry.modelcheck.checking import NETWORKS, groups_found, laws_checked
from symmetry.modelcheck.printed import printed
from symmetry.modelcheck.sections import given_groups
from symmetry.modelcheck.subject import Subject

WIDTH = 100
"""Columns of a report in an assertion's message."""


def assert_symmetric(
    apply: Callable,
    params: Tree,
    *inputs: Any,
    loss: Callable | None = None,
    optimizer: Any = None,
    groups: Sequence | Mapping | None = None,
    mirrors: Mapping[str, str] | None = None,
    networks: int = NETWORKS,
    seed: int = 0,
) -> None:
    """Asserts that a model's groups of units, found or given, are symmetries of its function, loss, gradient and training.

    The arguments are those of `symmetry.check`; of a specification, every name must be such a group. What the start
    implies is not asked: units that start equal are symmetric.

    Raises:
        AssertionError: a law fails, or there is no group that it could fail for; the message is the report.
        ValueError: the function cannot be traced, or does not fit its parameters.
    """
    whole_loss = None if loss is None else loss_of_parameters(loss, apply, inputs)
    _require_holds(
        Subject(apply, params, inputs, whole_loss, optimizer, {} if mirrors is None else mirrors),
        groups,
        networks,
        seed,
    )


def assert_equivariant_update(
    update: Callable | tuple[Callable, Any],
    params: Tree,
    *inputs: Any,
    groups: Sequence | Mapping | None = None,
    mirrors: Mapping[str, str] | None = None,
    networks: int = NETWORKS,
    seed: int = 0,
) -> None:
    """Asserts that updating permuted parameters gives the permuted update: update(pi theta) = pi update(theta).

    Args:
        update: a function update(params, *inputs) that returns new parameters; or a loss(params, *inputs) and an optax
            optimiser, whose steps are taken.
        params: any tree of parameters.
        inputs: what else the function takes, such as a batch.
        groups: groups of units; those that `symmetry.discover` finds in the loss, or in the update, if there are none.
        mirrors: which results are parameters, where the update returns others besides: {"0": ""} if it returns
            (params, state).
        networks: how many sets of parameters are tried.
        seed: where random numbers start.

    Raises:
        AssertionError: an update does not follow, or there is no group of units; the message is the report.
        ValueError: the function cannot be traced, or its results do not mirror the parameters.
    """
    if isinstance(update, tuple):
        loss, optimizer = update
        subject = Subject(loss, params, inputs, loss, optimizer, {} if mirrors is None else mirrors)
    else:
        subject = Subject(update, params, inputs, mirrors={"": ""} if mirrors is None else mirrors)
    _require_holds(subject, groups, networks, seed)


def assert_same_function(
    f: Callable, params_f: Tree, g: Callable, params_g: Tree, *inputs: Any, networks: int = 16, seed: int = 0
) -> None:
    """Asserts that two functions with their parameters are the same function, up to rounding.

    The arguments are those of `symmetry.same_function`.

    Raises:
        AssertionError: they differ, or it cannot be told; the message is the report.
    """
    from symmetry.same import same_function

    found = same_function(f, params_f, g, params_g, *inputs, networks=networks, seed=seed)
    if not found:
        raise AssertionError(str(found))


def _require_holds(subject: Subject, groups: Sequence | Mapping | None, networks: int, seed: int) -> None:
    """Raises unless every law holds, and some group could have broken one."""
    if groups is None:
        found = groups_found(subject)
    else:
        own = given_groups(groups)
        found = from_axes(groups, subject.params) if own is None else own
    report = laws_checked(subject, found, networks, seed)
    text = printed(report, WIDTH)
    if report.wrong:
        raise AssertionError(text)
    if not any(one.verdict == "holds" for one in report.groups):
        raise AssertionError(f"nothing was asserted, since no group of units could break a law.\n{text}")
