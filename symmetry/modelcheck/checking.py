"""`check`: the groups of a model, found or given, each put to the test."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any

from symmetry.discovery import discover
from symmetry.discovery.groups import UnitGroups
from symmetry.discovery.leaves import Tree
from symmetry.discovery.objective import loss_of_parameters
from symmetry.given import require_kind, require_whole
from symmetry.modelcheck.measure import spread
from symmetry.modelcheck.networks import networks_of
from symmetry.modelcheck.report import ModelReport
from symmetry.modelcheck.running import Running, made_ready
from symmetry.modelcheck.sections import about_specification, about_start, given_groups
from symmetry.modelcheck.subject import RATE, Subject
from symmetry.modelcheck.trial import Bench, Trial

NETWORKS = 3
"""Networks that a model is checked on: the given parameters, and random ones."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many groups are done, and how many there are."""


def check(
    apply: Callable,
    params: Tree,
    *inputs: Any,
    loss: Callable | None = None,
    optimizer: Any = None,
    groups: Sequence | Mapping | None = None,
    mirrors: Mapping[str, str] | None = None,
    networks: int = NETWORKS,
    seed: int = 0,
    progress: Progress | None = None,
) -> ModelReport:
    """Checks that the groups of a model's units are symmetries of its function, loss, gradient and training.

    For every group: permutations compose; permuting its units leaves the outputs and the loss; the gradient and the
    parameters after three steps of the optimiser are permuted alike; two units tied by hand stay tied. As a control, each
    axis of the group is left where it was, which the laws must reject. All of it in float64, on the given parameters
    and on random ones. Besides, what the given parameters imply as the start of a training is said, and checked by
    training: see `symmetry.check_start`.

    Args:
        apply: a function apply(params, *inputs) that JAX can trace; it returns arrays.
        params: any tree of parameters: arrays, or `jax.ShapeDtypeStruct`, of which random values are drawn.
        inputs: what else the function takes.
        loss: loss(params, *inputs) or loss(outputs), one number; a weighted sum of squares of the outputs if there is none.
        optimizer: an optax optimiser; gradient descent if there is none.
        groups: groups of units to check, or a specification such as {"Dense_0/kernel": (None, "P_0"), ...}, which is then
            held against the groups found; those that `symmetry.discover` finds if there are none.
        mirrors: paths of outputs that move with parameters, such as {"1/batch_stats": "batch_stats"}.
        networks: how many sets of parameters are tried.
        seed: where random numbers start.
        progress: called before each group.

    Raises:
        ValueError: the function cannot be traced, returns no arrays, or does not fit its parameters; a group does not fit
            them either.
    """
    require_kind("mirrors", mirrors, (Mapping, NoneType), "{path of an output: path of the parameters that it mirrors}")
    for name, function in (("apply", apply), ("loss", loss), ("progress", progress)):
        require_kind(name, function, Callable if name == "apply" else (Callable, NoneType), "a function")
    whole_loss = None if loss is None else loss_of_parameters(loss, apply, inputs)
    subject = Subject(apply, params, inputs, whole_loss, optimizer, {} if mirrors is None else mirrors)
    say = progress if progress is not None else lambda what, done, total: None
    say("finding groups of units", 0, 1)
    own = None if groups is None else given_groups(groups)
    found = groups_found(subject) if own is None else own
    report = laws_checked(subject, found, networks, seed, say)
    sections = [about_specification(groups, found, subject)] if groups is not None and own is None else []
    say("training from the start", 0, 1)
    sections.append(about_start(found, subject))
    return dataclasses.replace(report, sections=tuple(sections))


def laws_checked(
    subject: Subject, found: UnitGroups, networks: int, seed: int, say: Progress = lambda what, done, total: None
) -> ModelReport:
    """The report of the laws alone: every group put to the test on so many networks.

    Raises:
        ValueError: as for `check`.
    """
    require_whole("networks", networks, least=1)
    require_whole("seed", seed)
    say("compiling the model", 0, 1)
    running = made_ready(subject)
    drawn = networks_of(subject, running, networks, seed)
    bench = Bench(subject, running, drawn, [spread(running, one.case, one.results) for one in drawn], seed)
    reports = []
    for done, group in enumerate(found):
        say(group.name, done, len(found))
        reports.append(Trial(group, bench).report())
    names = tuple(network.name for network in drawn)
    return ModelReport(tuple(reports), found.frozen, names, settings_of(subject, running, networks, seed))


def groups_found(subject: Subject) -> UnitGroups:
    """The groups that are discovered in the function."""
    return discover(subject.apply, subject.params, *subject.inputs, mirrors=subject.mirrors or None)


def settings_of(subject: Subject, running: Running, networks: int, seed: int) -> dict[str, str | int]:
    """What else is to be known of a run."""
    settings: dict[str, str | int] = {
        "float type": str(running.narrowest),
        "loss": "as given"
        if subject.loss is not None
        else "a weighted sum of squares of the outputs, since none is given",
        "optimizer": "as given"
        if subject.optimizer is not None
        else f"gradient descent with rate {RATE}, since none is given",
        "networks": networks,
        "seed": seed,
    }
    if running.narrow_because:
        settings["not float64 because"] = running.narrow_because
    return settings
