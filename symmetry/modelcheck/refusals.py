"""Why a model cannot be checked, in one line: what raises, where, and what was expected."""

import inspect
from collections.abc import Callable

import jax
import jax.numpy as jnp

from symmetry.discovery.leaves import Leaf, Tree, has_floats, is_array, split
from symmetry.discovery.traced import traced
from symmetry.modelcheck.subject import Subject
from symmetry.raised import described, place_of


def require_runs(subject: Subject) -> None:
    """Raises unless the function and the loss can be traced, and the loss is one number.

    Raises:
        ValueError: they cannot, or the function returns other things than arrays.
    """
    traced(subject.apply, subject.params, subject.inputs)
    if subject.loss is not None:
        loss = _loss_shape(subject, subject.loss)
        if not is_array(loss) or loss.shape or not jnp.issubdtype(loss.dtype, jnp.floating):
            got = (
                f"an array of shape {loss.shape} and type {loss.dtype}"
                if is_array(loss)
                else f"a {type(loss).__name__}"
            )
            raise ValueError(f"the loss returns {got}; expected one real number, as loss(params, *inputs).")


def require_trains(subject: Subject) -> None:
    """Raises if the optimiser is what keeps a model from being trained.

    Raises:
        ValueError: the optimiser raises on the parameters.
    """
    if subject.optimizer is None:
        return
    learned = jax.tree.map(lambda leaf: leaf if has_floats(leaf) else None, _arrays_only(subject.params))
    try:
        jax.eval_shape(lambda at: subject.optimizer.update(at, subject.optimizer.init(at), at), learned)
    except TypeError as error:
        if "required keyword" in str(error) or "required positional" in str(error):
            return  # it reads a value or a gradient besides, which training gives it
        raise _refused_by_optimiser(error) from error
    except Exception as error:  # whatever an optimiser raises
        raise _refused_by_optimiser(error) from error


def _refused_by_optimiser(error: Exception) -> ValueError:
    return ValueError(
        f"the optimiser raises {described(error)}; pass an optax optimiser of the whole tree of parameters, whose integer "
        "arrays are None there."
    )


def _loss_shape(subject: Subject, loss: Callable) -> Tree:
    """The shape of what the loss returns, its parameters and inputs as they were given."""
    arrays, joined = split((subject.params, subject.inputs))

    def run(arrays: list[Leaf]) -> Tree:
        params, inputs = joined(arrays)
        return loss(params, *inputs)

    try:
        return jax.eval_shape(run, arrays)
    except Exception as error:  # whatever a model raises while it is traced
        file = inspect.getsourcefile(inspect.unwrap(loss)) if inspect.isfunction(loss) else None
        place = place_of(error, file) if file else ""
        where = f" ({place})" if place.count("line") else ""
        raise ValueError(
            f"the loss raises {described(error)}{where}; expected a function of (params, *inputs) that jax.jit can trace and "
            "that returns one real number."
        ) from error


def _arrays_only(tree: Tree) -> Tree:
    return jax.tree.map(lambda leaf: leaf if is_array(leaf) else None, tree)
