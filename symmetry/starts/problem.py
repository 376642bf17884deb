"""What is trained: a function of parameters with a loss, an optimiser and fixed inputs, in float64, its arrays by path."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Tree, is_array, named_leaves
from symmetry.optimisers import RATE
from symmetry.starts.precision import coarsest_unit

Arrays = Mapping[str, np.ndarray]
"""The arrays that are trained, by their paths."""

DEFAULT_OPTIMISER = f"gradient descent with step size 1/{1 / RATE:.0f}"
DEFAULT_LOSS = "half the mean squared distance of the outputs from fixed random numbers"


@dataclasses.dataclass(frozen=True)
class Problem:
    """A training that is ready to run.

    Attributes:
        start: the arrays that are trained, in float64 (or complex128).
        inputs: the other arguments of the function, their floats in float64.
        unit: the unit in the last place of the coarsest floats that the function, its gradient or the optimiser computes.
        plain_loss: whether the loss is `DEFAULT_LOSS`.
        outputs: the function's outputs, of arrays and inputs.
        gradient: the loss and its gradient, of arrays and inputs.
        begin: the optimiser's first state, of arrays.
        update: the arrays and the state after a step, of gradient, state, arrays, inputs and loss.
        traced: the equations of the function, of the arrays and inputs.
    """

    start: Arrays
    inputs: tuple
    unit: float
    plain_loss: bool
    outputs: Callable[[Arrays, tuple], Tree]
    gradient: Callable[[Arrays, tuple], tuple[Any, Arrays]]
    begin: Callable[[Arrays], Tree]
    update: Callable[..., tuple[Arrays, Tree]]
    traced: Any


def problem_of(
    apply: Callable,
    params: Tree,
    inputs: tuple,
    loss: Callable | None = None,
    optimizer: Any = None,
    left_out: tuple[str, ...] = (),
) -> Problem:
    """The training of `params` on `inputs`, traced and compiled when it is first used.

    Raises:
        ValueError: there is no array of floats to train, or one without values; the outputs are not arrays; the loss is
            not one real number.
        TypeError: the optimiser is not like those of optax.
    """
    trees = _Trees(params)
    wide = jax.tree.map(_widened, inputs)
    outputs = trees.outputs_of(apply)
    shapes = _checked_outputs(jax.eval_shape(outputs, trees.start, wide))
    chosen = loss if loss is not None else distance_from_random(shapes, left_out)

    def objective(arrays: Arrays, given: tuple):
        return chosen(outputs(arrays, given))

    _require_one_number(jax.eval_shape(objective, trees.start, wide))
    gradient = _descent_direction(objective)
    begin, update = _optimiser(trees, objective, optimizer)
    slopes = jax.make_jaxpr(gradient)(trees.start, wide)
    steps = jax.make_jaxpr(update)(trees.start, begin(trees.start), trees.start, wide, 0.0)
    return Problem(
        trees.start,
        wide,
        coarsest_unit(slopes, steps),
        loss is None,
        jax.jit(outputs),
        jax.jit(gradient),
        begin,
        jax.jit(update),
        jax.make_jaxpr(outputs)(trees.start, wide),
    )


class _Trees:
    """The tree of parameters as its trained arrays by path, and back: whole for a function, without the rest for optimisers."""

    def __init__(self, params: Tree):
        leaves, self.structure = jax.tree.flatten(params)
        self.leaves = [_widened(leaf) for leaf in leaves]
        paths = list(named_leaves(params))
        self.places = {path: place for place, path in enumerate(paths) if _is_trained(leaves[place])}
        without = [path for path in self.places if isinstance(leaves[self.places[path]], jax.ShapeDtypeStruct)]
        if without:
            raise ValueError(
                f"params: {without[0]} is a shape without values, but what a start implies depends on the values; "
                "pass the parameters as they are initialised."
            )
        if not self.places:
            raise ValueError(
                f"params: there is no array of floats to train among {', '.join(paths) or 'no leaves'}; "
                "pass the parameters that apply takes first."
            )
        self.start = {path: self.leaves[place] for path, place in self.places.items()}

    def outputs_of(self, apply: Callable) -> Callable:
        return lambda arrays, inputs: apply(self._filled(self.leaves, arrays), *inputs)

    def trained(self, arrays: Arrays) -> Tree:
        """The tree as an optimiser gets it: None for what is not trained."""
        return self._filled([None] * len(self.leaves), arrays)

    def arrays(self, tree: Tree) -> Arrays:
        """The trained arrays of such a tree."""
        return named_leaves(tree)

    def _filled(self, leaves: list, arrays: Arrays) -> Tree:
        filled = list(leaves)
        for path, place in self.places.items():
            filled[place] = arrays[path]
        return self.structure.unflatten(filled)


def _is_trained(leaf: Any) -> bool:
    return is_array(leaf) and jnp.issubdtype(leaf.dtype, jnp.inexact)


def _widened(leaf: Any) -> Any:
    """Floats in float64, complex numbers in complex128; anything else as it is."""
    if not _is_trained(leaf) or isinstance(leaf, jax.ShapeDtypeStruct):
        return leaf
    kind = np.complex128 if jnp.issubdtype(leaf.dtype, jnp.complexfloating) else np.float64
    return jnp.asarray(leaf, kind)


def _checked_outputs(shapes: Tree) -> Tree:
    for path, leaf in named_leaves(shapes).items():
        if not is_array(leaf):
            raise ValueError(
                f"apply: its output {path or 'itself'} is {type(leaf).__name__}, but arrays are needed; return arrays only."
            )
    if not any(_is_trained(leaf) for leaf in jax.tree.leaves(shapes)):
        raise ValueError("apply: no output is an array of floats, so that nothing can be trained; return one.")
    return shapes


def _require_one_number(shape: Any) -> None:
    if not is_array(shape) or shape.shape != () or not jnp.issubdtype(shape.dtype, jnp.floating):
        kind = f"{shape.dtype}{list(shape.shape)}" if is_array(shape) else type(shape).__name__
        raise ValueError(f"loss: it returns {kind}, but must return one real number; average over the examples, say.")


def distance_from_random(shapes: Tree, left_out: tuple[str, ...] = ()) -> Callable[[Tree], Any]:
    """`DEFAULT_LOSS` for outputs of these shapes, without those under some paths; its slope is not 0 where the outputs are."""
    generator = np.random.default_rng(0)
    targets = {
        path: generator.standard_normal(leaf.shape)
        for path, leaf in named_leaves(shapes).items()
        if _is_trained(leaf) and not any(path == each or path.startswith(f"{each}/") for each in left_out)
    }
    count = sum(target.size for target in targets.values())

    def loss(outputs: Tree):
        named = named_leaves(outputs)
        return sum((abs(named[path] - target) ** 2).sum() for path, target in targets.items()) / (2 * max(count, 1))

    return loss


def _descent_direction(objective: Callable) -> Callable:
    """The loss and its gradient; of complex parameters its conjugate, along which the loss rises fastest."""

    def gradient(arrays: Arrays, inputs: tuple):
        value, slopes = jax.value_and_grad(objective)(arrays, inputs)
        return value, {path: jnp.conj(slope) for path, slope in slopes.items()}

    return gradient


def _optimiser(trees: _Trees, objective: Callable, optimizer: Any) -> tuple[Callable, Callable]:
    import optax

    chosen = optax.sgd(RATE) if optimizer is None else optimizer
    if not (hasattr(chosen, "init") and hasattr(chosen, "update")):
        raise TypeError(
            f"optimizer: got {type(chosen).__name__}, which has no init and update; "
            "pass an optimiser of optax, such as optax.adam(1e-3)."
        )
    wrapped = optax.with_extra_args_support(chosen)

    def update(gradient: Arrays, state: Tree, arrays: Arrays, inputs: tuple, value: Any):
        tree, slopes = trees.trained(arrays), trees.trained(gradient)
        value_fn = functools.partial(_loss_of_tree, trees, objective, inputs)
        updates, state = wrapped.update(slopes, state, tree, value=value, grad=slopes, value_fn=value_fn)
        moved = jax.tree.map(lambda number, change: (number + change).astype(number.dtype), tree, updates)
        return trees.arrays(moved), state

    return lambda arrays: wrapped.init(trees.trained(arrays)), update


def _loss_of_tree(trees: _Trees, objective: Callable, inputs: tuple, tree: Tree):
    return objective(trees.arrays(tree), inputs)
