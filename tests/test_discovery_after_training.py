"""Groups hold for trained parameters too: 50 steps of Adam, then every group in numbers."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from symmetry.discovery.leaves import is_array, named_leaves
from tests.models import MODELS
from tests.models.model import Built, Tree
from tests.models.trial import Trial

STEPS = 50

ORDINARY = ("mlp_in_linen", "grouped_query_attention", "soft_mixture_of_experts")
"""One of each kind; the slow tests train every model that has floats to train."""

CANNOT_BE_TRAINED = ("a_loop_until_a_condition_holds", "rotary_positions_of_equinox")
"""Reverse mode does not go through a loop whose number of turns is not known; the other asks for float64 by itself."""

OTHERS = [
    name
    for name, one in MODELS.items()
    if one.groups and not one.missed and name not in (*ORDINARY, *CANNOT_BE_TRAINED)
]

pytestmark = pytest.mark.usefixtures("exact")


def trained(built: Built) -> Trial:
    """A trial whose parameters have been trained, in the types that the model has, to give random numbers."""
    trial = Trial(built)
    with jax.enable_x64(False):
        assert trial.groups  # found here, since some models make arrays of the type that JAX has just then
        params, inputs = jax.tree.map(
            lambda leaf: jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf, (trial.params, trial.inputs)
        )
        trial.params = jax.tree.map(
            lambda new: np.asarray(new, float) if _is_real(new) else new, _after_training(built, params, inputs)
        )
    return trial


def _after_training(built: Built, params: Tree, inputs: tuple) -> Tree:
    generator = np.random.default_rng(1)
    outputs = named_leaves(built.apply(params, *inputs))
    wanted = [generator.normal(size=one.shape).astype(np.float32) for one in outputs.values()]
    optimiser = optax.adam(0.01)

    def whole(learned: Tree) -> Tree:
        return jax.tree.map(lambda new, old: old if new is None else new, learned, params, is_leaf=lambda x: x is None)

    def loss(learned: Tree) -> jax.Array:
        found = named_leaves(built.apply(whole(learned), *inputs)).values()
        gaps = [(jnp.abs(one - target) ** 2).mean() for one, target in zip(found, wanted, strict=True)]
        return jnp.stack(gaps).sum()

    @jax.jit
    def step(learned: Tree, state: Tree) -> tuple[Tree, Tree]:
        updates, state = optimiser.update(jax.grad(loss)(learned), state, learned)
        return optax.apply_updates(learned, updates), state

    learned = jax.tree.map(lambda leaf: leaf if _is_real(leaf) else None, params)
    state = optimiser.init(learned)
    for _ in range(STEPS):
        learned, state = step(learned, state)
    return whole(learned)


def _is_real(leaf: Any) -> bool:
    return is_array(leaf) and jnp.issubdtype(leaf.dtype, jnp.floating)


def assert_holds(name: str) -> None:
    trial = trained(MODELS[name].build())
    changes = {group.name: trial.change(group, group) for group in trial.groups}
    assert {name: change for name, change in changes.items() if not change <= 1} == {}


@pytest.mark.parametrize("name", ORDINARY)
def test_groups_hold_after_training(name):
    assert_holds(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_groups_of_every_model_hold_after_training(name):
    assert_holds(name)
