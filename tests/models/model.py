"""What a model under test is, and how modules of Flax and Equinox become functions of trees of arrays."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
from flax import nnx

Tree = Any
"""A tree of JAX."""

KEY = jax.ShapeDtypeStruct((2,), jnp.uint32)
"""The shape of a key of random numbers."""


@dataclasses.dataclass(frozen=True)
class Built:
    """A function `apply(params, *inputs)` with the shapes of its arguments.

    Attributes:
        mirrors: as `symmetry.discover` takes them.
        integers_below: integers among the arguments are drawn from range(integers_below).
        on_numpy: whether NumPy can run it, which has no rules for complex numbers and Fourier transforms.
    """

    apply: Callable
    params: Tree
    inputs: tuple = ()
    mirrors: Mapping[str, str] | None = None
    integers_below: int = 3
    on_numpy: bool = True


@dataclasses.dataclass(frozen=True)
class Model:
    """A model and what is true of it.

    Attributes:
        build: makes the model; no array has values.
        groups: every group of units, as `str` writes it: its name, size, blocks and axes.
        unseen: the axes that make no difference if they are left out, as "path:axis"; such as the bias of keys, which a
            softmax does not see.
        missed: why `discover` misses some of the groups; nothing if it finds all.
    """

    build: Callable[[], Built]
    groups: tuple[str, ...]
    unseen: frozenset[str] = frozenset()
    missed: str = ""


MODELS: dict[str, Model] = {}


def model(groups: str = "", unseen: Sequence[str] = (), missed: str = "") -> Callable:
    """Registers the model that a function builds, under the function's name.

    Args:
        groups: the groups, one a line; what goes on in the next line is indented.
        unseen, missed: see `Model`.
    """

    def register(build: Callable[[], Built]) -> Callable[[], Built]:
        lines = re.sub(r"\n +", " ", inspect.cleandoc(groups)).splitlines()
        MODELS[build.__name__] = Model(build, tuple(lines), frozenset(unseen), missed)
        return build

    return register


def shape(*sizes: int, dtype: Any = jnp.float32) -> jax.ShapeDtypeStruct:
    """An array without values."""
    return jax.ShapeDtypeStruct(sizes, dtype)


def shapes(**sizes: tuple[int, ...]) -> dict[str, jax.ShapeDtypeStruct]:
    """Arrays without values, by name."""
    return {name: shape(*each) for name, each in sizes.items()}


def linen(module: nn.Module, *inputs: Tree, **settings: Any) -> Built:
    """A module of Flax linen that has parameters only."""
    params = jax.eval_shape(lambda key, *given: module.init(key, *given, **settings), KEY, *inputs)["params"]
    return Built(lambda params, *given: module.apply({"params": params}, *given, **settings), params, inputs)


def linen_with_state(module: nn.Module, *inputs: Tree, **settings: Any) -> Built:
    """A module of Flax linen with all its collections, such as batch statistics."""
    params = jax.eval_shape(lambda key, *given: module.init(key, *given, **settings), KEY, *inputs)
    return Built(lambda params, *given: module.apply(params, *given, **settings), params, inputs)


def of_nnx(make: Callable[[nnx.Rngs], Any], *inputs: Tree) -> Built:
    """A module of Flax nnx."""
    graph, state = nnx.split(nnx.eval_shape(lambda: make(nnx.Rngs(0))))
    return Built(lambda state, *given: nnx.merge(graph, state)(*given), state, inputs)


def equinox(
    make: Callable, *arguments: Any, apply: Callable = lambda module, *given: jax.vmap(module)(*given), inputs: tuple
) -> Built:
    """A module of Equinox, called on each example of a batch."""
    return Built(apply, eqx.filter_eval_shape(lambda key: make(*arguments, key=key), KEY), inputs)
