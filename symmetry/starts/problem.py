"""What is trained: a function of parameters with a loss, an optimiser and fixed inputs, in float64, its arrays by path."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Tree, is_array, named_leaves
from symmetry.discovery.objective import loss_of_parameters
from symmetry.discovery.precision import coarsest_unit, on_wide_arrays, slopes_on_wide_arrays
from symmetry.discovery.traced import traced
from symmetry.optimisers import RATE
from symmetry.starts.trained_tree import Arrays, TrainedTree, as_given, is_trained, widened

DEFAULT_OPTIMISER = f"gradient descent with step size 1/{1 / RATE:.0f}"
DEFAULT_LOSS = "half the mean squared distance of the outputs from fixed random numbers"


@dataclasses.dataclass(frozen=True)
class Problem:
    """A training that is ready to run.

    Attributes:
        start: the arrays that are trained; in float64, or as they are given where the function does not take float64.
        inputs: the other arguments of the function, in the same way.
        precision: "float64", or "the given precision".
        unit: the unit in the last place of the coarsest floats that the function, its gradient or the optimiser computes.
        plain_loss: whether the loss is `DEFAULT_LOSS`.
        outputs: the function's outputs that mirror no parameters, by path, of arrays and inputs.
        gradient: the loss and its gradient, of arrays and inputs.
        begin: the optimiser's first state, of arrays.
        update: the arrays and the state after a step, of gradient, state, arrays, inputs and loss.
        equations: JAX's program of the outputs, whose arguments are the arrays by path and then the inputs.
    """

    start: Arrays
    inputs: tuple
    precision: str
    unit: float
    plain_loss: bool
    outputs: Callable[[Arrays, tuple], Arrays]
    gradient: Callable[[Arrays, tuple], tuple[Any, Arrays]]
    begin: Callable[[Arrays], Tree]
    update: Callable[..., tuple[Arrays, Tree]]
    equations: Any


def problem_of(
    apply: Callable,
    params: Tree,
    inputs: tuple,
    loss: Callable | None = None,
    optimizer: Any = None,
    mirrors: tuple[str, ...] = (),
) -> Problem:
    """The training of `params` on `inputs`, traced; compiled when it is first used.

    Outputs under the paths of `mirrors` mirror parameters, as new batch statistics do: the default loss leaves them out.

    Raises:
        CannotTrace: JAX cannot trace the function, or it returns other things than arrays.
        ValueError: there is no array of floats to train, or one without values; no output is an array of
            floats; the loss is not one real number.
        TypeError: the optimiser is not like those of optax.
    """
    traced(apply, params, inputs)  # raises, and says why, if the function cannot be traced
    whole_loss = None if loss is None else loss_of_parameters(loss, apply, inputs)

    def functions_of(tree: TrainedTree) -> tuple[Callable, Callable]:
        def outputs(arrays: Arrays, inputs: tuple):
            return own_outputs(apply(tree.whole(arrays), *inputs), mirrors)

        def objective(arrays: Arrays, inputs: tuple):
            if whole_loss is None:
                return distance_from_random(outputs(arrays, inputs))
            return whole_loss(tree.whole(arrays), *inputs)

        return outputs, objective

    precision, tree, given, outputs, objective = _in_float64_if_it_can(functions_of, params, inputs)
    run_outputs, run_gradient = jax.jit(outputs), jax.jit(_descent_direction(objective))
    begin, update = _optimiser(tree, objective, optimizer)
    run_update = jax.jit(update)
    slopes = run_gradient.trace(tree.start, given).jaxpr
    steps = run_update.trace(tree.start, begin(tree.start), tree.start, given, 0.0).jaxpr

    def step(gradient: Arrays, state: Tree, arrays: Arrays, inputs: tuple, value: Any):
        return run_update(tree.cast(gradient), state, tree.cast(arrays), inputs, value)

    return Problem(
        tree.start,
        given,
        precision,
        coarsest_unit(slopes, steps),
        loss is None,
        lambda arrays, inputs: run_outputs(tree.cast(arrays), inputs),
        lambda arrays, inputs: run_gradient(tree.cast(arrays), inputs),
        lambda arrays: begin(tree.cast(arrays)),
        step,
        run_outputs.trace(tree.start, given).jaxpr,
    )


def _in_float64_if_it_can(
    functions_of: Callable[[TrainedTree], tuple[Callable, Callable]], params: Tree, inputs: tuple
) -> tuple[str, TrainedTree, tuple, Callable, Callable]:
    """The precision, the parameters, the inputs, the outputs and the loss.

    A function that makes arrays of float32 of its own, such as the first state of a scan, may take nothing else; then its
    equations are widened, if they can be.
    """
    wide, wide_inputs = TrainedTree(params, widened), jax.tree.map(widened, inputs)
    narrow, narrow_inputs = TrainedTree(params, as_given), jax.tree.map(as_given, inputs)
    outputs, objective = functions_of(narrow)
    _require_outputs(jax.eval_shape(outputs, narrow.start, narrow_inputs))
    _require_one_number(jax.eval_shape(objective, narrow.start, narrow_inputs))
    likes = (narrow.start, narrow_inputs)
    by_equations = on_wide_arrays(outputs, *likes), slopes_on_wide_arrays(objective, *likes)
    for wide_outputs, wide_objective in (functions_of(wide), by_equations):
        try:
            jax.eval_shape(jax.value_and_grad(wide_objective), wide.start, wide_inputs)
            jax.eval_shape(wide_outputs, wide.start, wide_inputs)
        except Exception:  # whatever code raises that knows only narrow types
            continue
        return "float64", wide, wide_inputs, wide_outputs, wide_objective
    return "the given precision", narrow, narrow_inputs, outputs, objective


def _require_outputs(outputs: Arrays) -> None:
    if not outputs:
        raise ValueError("apply: no output is an array of floats, so that nothing can be trained; return one.")


def _require_one_number(shape: Any) -> None:
    if not is_array(shape) or shape.shape != () or not jnp.issubdtype(shape.dtype, jnp.floating):
        kind = f"{shape.dtype}{list(shape.shape)}" if is_array(shape) else type(shape).__name__
        raise ValueError(f"loss: it returns {kind}, but must return one real number; average over the examples, say.")


def own_outputs(outputs: Tree, mirrors: tuple[str, ...]) -> Arrays:
    """The outputs of floats, by path, without those under the paths of what mirrors parameters."""
    named = {path: leaf for path, leaf in named_leaves(outputs).items() if is_trained(leaf)}
    return {
        path: leaf
        for path, leaf in named.items()
        if not any(path == each or path.startswith(f"{each}/") for each in mirrors)
    }


def distance_from_random(outputs: Arrays) -> Any:
    """`DEFAULT_LOSS` of outputs; its slope is not 0 where they are."""
    generator = np.random.default_rng(0)
    targets = {path: generator.standard_normal(output.shape) for path, output in outputs.items()}
    count = sum(target.size for target in targets.values())
    return sum((abs(outputs[path] - target) ** 2).sum() for path, target in targets.items()) / (2 * max(count, 1))


def _descent_direction(objective: Callable) -> Callable:
    """The loss and its gradient; of complex parameters its conjugate, along which the loss rises fastest."""

    def gradient(arrays: Arrays, inputs: tuple):
        value, slopes = jax.value_and_grad(objective)(arrays, inputs)
        return value, {path: jnp.conj(slope) for path, slope in slopes.items()}

    return gradient


def _optimiser(tree: TrainedTree, objective: Callable, optimizer: Any) -> tuple[Callable, Callable]:
    import optax

    chosen = optax.sgd(RATE) if optimizer is None else optimizer
    if not (hasattr(chosen, "init") and hasattr(chosen, "update")):
        raise TypeError(
            f"optimizer: got {type(chosen).__name__}, which has no init and update; "
            "pass an optimiser of optax, such as optax.adam(1e-3)."
        )
    wrapped = optax.with_extra_args_support(chosen)

    def update(gradient: Arrays, state: Tree, arrays: Arrays, inputs: tuple, value: Any):
        params, slopes = tree.trained(arrays), tree.trained(gradient)
        value_fn = functools.partial(_loss_of_tree, tree, objective, inputs)
        updates, state = wrapped.update(slopes, state, params, value=value, grad=slopes, value_fn=value_fn)
        moved = jax.tree.map(lambda number, change: (number + change).astype(number.dtype), params, updates)
        return tree.arrays(moved), state

    return lambda arrays: wrapped.init(tree.trained(arrays)), update


def _loss_of_tree(tree: TrainedTree, objective: Callable, inputs: tuple, params: Tree):
    return objective(tree.arrays(params), inputs)
