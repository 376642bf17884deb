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

pytestmark = pytest.mark.usefixtures("exact")


def trained(built: Built) -> Trial:
    """A trial whose parameters have been trained to give random numbers."""
    trial = Trial(built)
    generator = np.random.default_rng(1)
    optimiser = optax.adam(0.01)

    def of_floats(learned: Tree) -> Tree:
        return jax.tree.map(lambda new, old: old if new is None else new, learned, trial.params, is_leaf=_is_none)

    outputs = named_leaves(_results(built, trial.params, trial.inputs))
    wanted = [generator.normal(size=one.shape) for one in outputs.values()]

    def loss(learned: Tree) -> jax.Array:
        found = named_leaves(_results(built, of_floats(learned), trial.inputs)).values()
        gaps = [(jnp.abs(one - target) ** 2).mean() for one, target in zip(found, wanted, strict=True)]
        return jnp.stack(gaps).sum()

    @jax.jit
    def step(learned: Tree, state: Tree) -> tuple[Tree, Tree]:
        updates, state = optimiser.update(jax.grad(loss)(learned), state, learned)
        return optax.apply_updates(learned, updates), state

    learned = jax.tree.map(lambda leaf: jnp.asarray(leaf) if _is_real(leaf) else None, trial.params)
    state = optimiser.init(learned)
    for _ in range(STEPS):
        learned, state = step(learned, state)
    trial.params = of_floats(jax.tree.map(np.asarray, learned))
    return trial


def _results(built: Built, params: Tree, inputs: tuple) -> Tree:
    return built.apply(params, *inputs)


def _is_real(leaf: Any) -> bool:
    return is_array(leaf) and jnp.issubdtype(leaf.dtype, jnp.floating)


def _is_none(leaf: object) -> bool:
    return leaf is None


def assert_holds(name: str) -> None:
    trial = trained(MODELS[name].build())
    changes = {group.name: trial.change(group, group) for group in trial.groups}
    assert changes
    assert {name: change for name, change in changes.items() if not change <= 1} == {}


@pytest.mark.parametrize("name", ORDINARY)
def test_groups_hold_after_training(name):
    assert_holds(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.groups and name not in ORDINARY])
def test_groups_of_every_model_hold_after_training(name):
    assert_holds(name)
