"""Small models, and starts of theirs, that tests of `symmetry.check_start` train."""

import jax
import jax.numpy as jnp
import numpy as np

INPUTS = np.random.default_rng(9).normal(size=(5, 3))

Params = dict[str, np.ndarray]


def mlp(activation):
    """A hidden layer of units with this activation."""

    def apply(params, x):
        return activation(x @ params["W"] + params["b"]) @ params["V"] + params["c"]

    return apply


def mlp_params(units: int = 4, seed: int = 0) -> Params:
    generator = np.random.default_rng(seed)
    shapes = {"W": (3, units), "b": (units,), "V": (units, 2), "c": (2,)}
    return {name: generator.normal(size=shape) for name, shape in shapes.items()}


def with_second_unit(params: Params, incoming: float | None = 1.0, outgoing: float | None = 1.0) -> Params:
    """The parameters in which unit 1 is a multiple of unit 0, in its incoming or outgoing numbers or both."""
    changed = {name: array.copy() for name, array in params.items()}
    if incoming is not None:
        changed["W"][:, 1], changed["b"][1] = incoming * changed["W"][:, 0], incoming * changed["b"][0]
    if outgoing is not None:
        changed["V"][1] = outgoing * changed["V"][0]
    return changed


def zeros(params: Params, *names: str) -> Params:
    """The parameters with these arrays 0; all of them if none is named."""
    return {name: np.zeros_like(array) if name in (names or params) else array for name, array in params.items()}


def constants(params: Params, value: float = 0.3) -> Params:
    return {name: np.full_like(array, value) for name, array in params.items()}


def adapted(params, x):
    """A dense layer with a low-rank adapter beside it."""
    return jnp.tanh(x @ params["base"]) + x @ params["A"] @ params["B"]


def adapter_params() -> Params:
    generator = np.random.default_rng(1)
    return {name: generator.normal(size=(3, 3)) for name in ("base", "A", "B")}


def gated_branch(params, x):
    """A residual branch behind a gate."""
    stream = x @ params["in"]
    return stream + params["gate"] * (jnp.tanh(stream @ params["W"]) @ params["V"])


def branch_params() -> Params:
    generator = np.random.default_rng(2)
    shapes = {"in": (3, 4), "W": (4, 5), "V": (5, 4)}
    return {name: generator.normal(size=shape) for name, shape in shapes.items()} | {"gate": np.ones(())}


def soft_experts(params, x):
    """Experts weighted by a softmax router."""
    return _mixture(params, x, jax.nn.softmax(x @ params["router"]))


def first_expert(params, x):
    """The expert with the highest score only; of equal scores the first."""
    scores = x @ params["router"]
    return _mixture(params, x, jax.nn.softmax(scores) * jax.nn.one_hot(scores.argmax(-1), scores.shape[-1]))


def _mixture(params, x, gates):
    hidden = jnp.tanh(jnp.einsum("nd,edh->neh", x, params["up"]))
    return jnp.einsum("ne,neh,eho->no", gates, hidden, params["down"])


def equal_experts() -> Params:
    generator = np.random.default_rng(3)
    up, down = (np.repeat(generator.normal(size=(1, *shape)), 4, axis=0) for shape in ((3, 5), (5, 2)))
    return {"router": generator.normal(size=(3, 4)), "up": up, "down": down}


def attention(params, x):
    """Heads that attend over the inputs."""
    query, key, value = (jnp.einsum("nd,dhk->nhk", x, params[name]) for name in ("query", "key", "value"))
    weights = jax.nn.softmax(jnp.einsum("nhk,mhk->hnm", query, key + params["key bias"]))
    return jnp.einsum("hnm,mhk,hko->no", weights, value, params["out"])


def attention_params() -> Params:
    generator = np.random.default_rng(4)
    shapes = {"query": (3, 3, 2), "key": (3, 3, 2), "value": (3, 3, 2), "out": (3, 2, 2), "key bias": (3, 2)}
    return {name: generator.normal(size=shape) for name, shape in shapes.items()}
