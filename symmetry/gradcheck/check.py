"""`check_backprop`: any backprop, in NumPy or JAX, against the exact derivative of its own loss."""

import dataclasses
import inspect
from collections.abc import Callable, Collection, Sequence
from types import NoneType

import jax

from symmetry.engine.memory import SHARE, give_back, maps_taken
from symmetry.given import require_kind, require_whole
from symmetry.gradcheck.argument_order import naming_swapped_arguments
from symmetry.gradcheck.diagnosis import causes
from symmetry.gradcheck.equivariance import Hidden, layers_of, symmetry_of
from symmetry.gradcheck.gradient import ignored_of
from symmetry.gradcheck.manners import well_behaved
from symmetry.gradcheck.other_points import looked_elsewhere
from symmetry.gradcheck.parameters import EVERY, Leaf, Tree, arrays_of, is_array, leaves_of
from symmetry.gradcheck.progress import progress
from symmetry.gradcheck.reading import checked_reference, read
from symmetry.gradcheck.report import USUAL, Report, Words
from symmetry.gradcheck.smallest import smallest_example
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student, copied, or_none
from symmetry.gradcheck.verdict import Undecided, WrongGradient


@naming_swapped_arguments(functions=2, handed=True)
def check_backprop(
    loss: Callable,
    grads: Callable,
    params: Tree,
    x: Tree,
    y: Tree,
    *,
    only: Collection[str] | None = None,
    hidden: Hidden | Sequence[Hidden] | None = None,
    reference: str | None = None,
    seed: int = 0,
    name: str | None = None,
) -> Report:
    """Checks a gradient that someone wrote against the derivative of their own loss, entry by entry.

    No convention is asked for: the loss may be a mean or a sum, weights may be (in, out) or (out, in), examples rows or
    columns. The loss is differentiated by running it, unmodified, on exact numbers; no step size and no threshold is chosen
    by hand. On failure it says which arrays are wrong, which known fault gives the same values, and shows the smallest network
    on which it can be seen.

    >>> import numpy as np
    >>> def loss(params, x, y):
    ...     return ((x @ params["W"] - y) ** 2).sum() / 2
    >>> def grads(params, x, y):
    ...     return {"W": x.T @ (x @ params["W"] - y)}
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [0.0]])
    >>> print(check_backprop(loss, grads, {"W": np.array([[0.5], [0.25]])}, x, y))
    grads: the gradient is right in all of 2 derivatives compared.
    <BLANKLINE>
    Compared: every entry of every array; your loss ran on exact numbers of 256 bits, which gave its derivative in every entry.
    Your gradient ran on them too: 2 agree there, in balls of 256 bits.
    In floats it agrees: the largest difference is 0% of the rounding bound, 16 times the radius of its balls.

    Args:
        loss: of parameters, x and y: a scalar.
        grads: of parameters, x and y: the gradient, a tree like the parameters; in a dictionary `dW1` counts as `W1`, and
            what is no parameter is ignored. If it needs what a call of `loss` leaves behind, that is called first.
        params: a tree of float arrays or floats: a dictionary, a list, a pytree, an object with arrays as attributes, or one
            array.
        x: the inputs, handed to both functions as they are.
        y: the targets, handed to both functions as they are.
        only: the names of the parameters, such as `["w1", "w2"]`, where `params` holds data, rates or caches, too.
        hidden: which axis of which array belongs to the units of a hidden layer, such as `{"W1": 1, "b1": 0, "W2": 0}`, or a
            list of such; adds PERM.4 and TIE.1.
        reference: the name of one of our losses, which the loss itself is then held against, up to a constant factor.
        seed: of what is random here; equal seeds give equal reports.
        name: how the report calls what is checked; by default the name of `grads`.

    Returns: a report that every array is right; `str` of it is for reading.

    Raises:
        WrongGradient: an AssertionError. The gradient is wrong, or something keeps it from being checked: arrays missing or
            of another shape, NaN, arguments changed in place, two calls that differ, a loss that is no scalar.
        Undecided: an AssertionError. The check cannot tell whether some array is right; the message says why.
        ValueError: `only`, `hidden`, `reference` or `seed` do not fit; arguments seem swapped.

    Whatever `loss` or `grads` itself raises at the point given is raised as it is.
    """
    return checked(loss, grads, params, x, y, Settings(only, hidden, reference, seed, name))


@dataclasses.dataclass(frozen=True)
class Settings:
    """The keyword arguments of `check_backprop`, and how the report calls things."""

    only: Collection[str] | None = None
    hidden: Hidden | Sequence[Hidden] | None = None
    reference: str | None = None
    seed: int = 0
    name: str | None = None
    words: Words = USUAL


def checked(loss: Callable, grads: Callable, params: Tree, x: Tree, y: Tree, settings: Settings) -> Report:
    """`check_backprop`, for callers that call things by other words."""
    require_whole("seed", settings.seed)
    require_kind("name", settings.name, (str, NoneType), "a text")
    name = getattr(grads, "__qualname__", getattr(grads, "__name__", type(grads).__name__)).split(".")[-1]
    title = settings.name or name
    student, point, ignored = _student(loss, grads, params, x, y, settings.only)
    if settings.hidden is not None:
        layers_of(settings.hidden, point.arrays)
    with progress(title) as step:
        student = well_behaved(student, point)
        try:
            report = dataclasses.replace(_report(student, point, title, settings, step), ignored=ignored)
        finally:
            if student.after_loss:
                or_none(lambda: student.loss_at(point))  # what it leaves behind are floats again
    if report.right:
        return report
    if maps_taken() > SHARE:  # a class of failing hand-ins compiles more programs than one process can hold
        give_back()
    raise (WrongGradient if report.wrong else Undecided)(str(report), report)


def _report(student: Student, point: Point, title: str, settings: Settings, step: Callable[[str], None]) -> Report:
    reference, hidden, seed = settings.reference, settings.hidden, settings.seed
    agreement = "" if reference is None else checked_reference(student, point.widened(), reference, title, seed)
    step("holding the gradient against the derivative of the loss")
    comparison = compared(student, point, seed)
    symmetry = None if hidden is None else symmetry_of(student, point, hidden, seed)
    report = Report(title, comparison, symmetry=symmetry, reference=agreement, words=settings.words)
    if not report.wrong:
        step("looking at other points")
        tried, undecided, wrong = looked_elsewhere(student, point, comparison, seed)
        report = dataclasses.replace(report, undecided=undecided, tried=tried)
        if wrong is not None:
            comparison, point, where = wrong
            report = dataclasses.replace(report, comparison=comparison, where=where)
    if comparison.wrong:
        step("searching for the reason")
        report = _explained(report, student, point, seed)
    return report


def _student(
    loss: Callable, grads: Callable, params: Tree, x: Tree, y: Tree, only: Collection[str] | None
) -> tuple[Student, Point, tuple[str, ...]]:
    """The student at the point given, and what else the gradient holds."""
    if is_array(params) or isinstance(params, float):
        return _student(*_of_a_dictionary(loss, grads, params), x, y, only)
    held = _held_by_gradient(loss, grads, params, x, y)
    # A plain number of an object is a parameter if the gradient has a name for it.
    named = set() if only is not None else {*held, *(name.removeprefix("d").removeprefix("_") for name in held)}
    arrays = arrays_of(params, only, named)
    in_jax = any(isinstance(array, jax.Array) for array in leaves_of(params).values())
    student = Student(loss, grads, params, in_jax, numbers={*named, *(only or ())})
    return student, Point(arrays, x, y), ignored_of(held, arrays)


def _of_a_dictionary(loss: Callable, grads: Callable, array: Leaf) -> tuple[Callable, Callable, dict[str, Leaf]]:
    """Functions of one array as functions of a dictionary that holds it, by the name that the loss gives it."""
    try:
        name = next(iter(inspect.signature(loss).parameters))
    except (StopIteration, TypeError, ValueError):
        name = "params"

    def loss_of(params: Tree, x: Tree, y: Tree) -> Leaf:
        return loss(params[name], x, y)

    def grads_of(params: Tree, x: Tree, y: Tree) -> Tree:
        returned = grads(params[name], x, y)
        leaves = leaves_of(returned, EVERY)
        return {name: next(iter(leaves.values()))} if len(leaves) == 1 else returned

    grads_of.__qualname__ = getattr(grads, "__qualname__", "grads")
    return loss_of, grads_of, {name: array}


def _held_by_gradient(loss: Callable, grads: Callable, params: Tree, x: Tree, y: Tree) -> dict[str, Leaf]:
    """Everything that the gradient holds, by path; nothing where the code fails, which is looked at later."""
    tree = copied(params)
    for before in (lambda: None, lambda: loss(tree, copied(x), copied(y))):
        try:
            before()
            return leaves_of(grads(tree, copied(x), copied(y)), EVERY)
        except Exception:  # such as a cache that no call of the loss has filled
            continue
    return {}


def _explained(report: Report, student: Student, point: Point, seed: int) -> Report:
    """The report with what is known of the reason; diagnosis never fails, and changes no verdict."""
    comparison = report.comparison
    reading = or_none(lambda: read(student, point.widened(), seed=seed))
    found = or_none(lambda: tuple(causes(comparison, point.widened(), reading, student))) or ()
    layout = None if reading is None else reading.layout
    example = or_none(lambda: smallest_example(student, point, comparison, seed, layout))
    return dataclasses.replace(report, causes=found, example=example)
