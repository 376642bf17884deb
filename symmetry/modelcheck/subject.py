"""A model under check: what it computes from its parameters, as one function that is compiled once.

The function computes everything that the laws speak of: outputs, loss, gradient and the parameters after some steps of
training. Arrays are named by their paths throughout, so that a group acts on each of these as it acts on parameters.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Leaf, Tree, has_floats, named_arrays, split
from symmetry.discovery.mirrors import mirrored

STEPS = 3
"""Steps of training: the second one of Adam differs from its first, which only takes signs."""

RATE = 2.0**-6
"""The learning rate of plain gradient descent, which trains where no optimiser is given."""

Arrays: TypeAlias = Mapping[str, np.ndarray]
"""Arrays by their paths."""


class Results(NamedTuple):
    """What a model computes, each by path; a loss has the path ""."""

    outputs: Arrays
    loss: Arrays
    gradients: Arrays
    trained: Arrays


@dataclasses.dataclass(frozen=True)
class Subject:
    """What is checked: a function of parameters and inputs, with how it is trained.

    Attributes:
        apply: the function, apply(params, *inputs).
        params: a tree of parameters; arrays may be `jax.ShapeDtypeStruct`.
        inputs: what else it takes.
        loss: the loss(params, *inputs) that training makes smaller; None for a weighted sum of squares of the outputs.
        optimizer: an optax `GradientTransformation`; None for plain gradient descent.
        mirrors: outputs by path that move with the parameters of another path, such as new batch statistics.
    """

    apply: Callable
    params: Tree
    inputs: tuple
    loss: Callable | None = None
    optimizer: Any = None
    mirrors: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def arrays(self) -> dict[str, Leaf]:
        """The parameters by path, as they were given."""
        return named_arrays(self.params)

    def mirrors_among(self, outputs: Iterable[str]) -> dict[str, str]:
        """For each output that mirrors a parameter, the path of the parameter.

        Raises:
            ValueError: `mirrors` names a path that is not there.
        """
        return mirrored(self.mirrors, list(self.arrays), list(outputs))

    def compute(self, arrays: Sequence[Leaf], inputs: Sequence[Leaf], train: bool) -> Results:
        """Everything that the laws speak of; without training, outputs and loss only.

        Args:
            arrays: the arrays among the parameters, in order.
            inputs: the arrays among the inputs; what else is among them stays as it was given.
            train: whether the loss can be differentiated.
        """
        params, given = split(self.params)[1](list(arrays)), split(self.inputs)[1](list(inputs))
        learned = jax.tree.map(lambda leaf: leaf if has_floats(leaf) else None, params)

        def value(learned: Tree) -> tuple[Leaf, Tree]:
            whole = jax.tree.map(
                lambda leaf, other: other if leaf is None else leaf, learned, params, is_leaf=lambda leaf: leaf is None
            )
            outputs = self.apply(whole, *given)
            return self._loss_of(whole, given, outputs), outputs

        if not train:
            loss, outputs = value(learned)
            return Results(_named(outputs), {"": loss}, {}, {})
        (loss, outputs), gradients, trained = self._trained(value, learned)
        return Results(_named(outputs), {"": loss}, _named(gradients), _named(trained))

    def _loss_of(self, params: Tree, inputs: tuple, outputs: Tree) -> Leaf:
        if self.loss is not None:
            return self.loss(params, *inputs)
        named = _named(outputs)
        mirrors = self.mirrors_among(named)
        numbers = [leaf for path, leaf in named.items() if path not in mirrors and has_floats(leaf)]
        # Random weights, since otherwise outputs that change places would not change the loss.
        generator = np.random.default_rng(0)
        weights = [generator.uniform(0.5, 1.5, leaf.shape).astype(jnp.finfo(leaf.dtype).dtype) for leaf in numbers]
        squares = [(weight * jnp.abs(leaf) ** 2).sum() for weight, leaf in zip(weights, numbers, strict=True)]
        return sum(squares, start=jnp.zeros(()))

    def _trained(self, value: Callable, learned: Tree) -> tuple[tuple[Leaf, Tree], Tree, Tree]:
        """The loss and outputs, the gradient, and the parameters after `STEPS` steps."""
        import optax

        optimizer = optax.with_extra_args_support(self.optimizer or optax.sgd(RATE))

        def step(carry: tuple, _: None) -> tuple:
            at, state = carry
            found, gradient = jax.value_and_grad(value, has_aux=True)(at)
            more = {"value": found[0], "grad": gradient, "value_fn": lambda moved: value(moved)[0]}
            updates, state = optimizer.update(gradient, state, at, **more)
            moved = jax.tree.map(lambda leaf, update: (leaf + update).astype(leaf.dtype), at, updates)
            return (moved, state), (found, gradient)

        start = (learned, optimizer.init(learned))
        (end, _), steps = jax.lax.scan(step, start, length=STEPS)
        found, gradient = jax.tree.map(lambda leaf: leaf[0], steps)
        return found, gradient, end


def _named(tree: Tree) -> dict[str, Leaf]:
    """The arrays of a result by path; random keys as the integers that they are made of."""
    return {path: _numbers(leaf) for path, leaf in named_arrays(jax.tree.map(_array, tree)).items()}


def _array(leaf: Leaf) -> Leaf:
    return leaf if hasattr(leaf, "dtype") else jnp.asarray(leaf)


def _numbers(leaf: Leaf) -> Leaf:
    return jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf
