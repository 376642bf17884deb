"""Fully connected networks of Flax, Equinox and plain JAX: parameters of many types, and units with an order of some kind."""

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from tests.models.model import Built, equinox, linen, model, of_nnx, shape, shapes


class Dense(nn.Module):
    """Fully connected layers of these widths, with tanh between them."""

    widths: tuple[int, ...]

    @nn.compact
    def __call__(self, x):
        for width in self.widths[:-1]:
            x = jnp.tanh(nn.Dense(width)(x))
        return nn.Dense(self.widths[-1])(x)


@model(
    """
    Dense_0: 5 units (Dense_0/bias:0, Dense_0/kernel:1, Dense_1/kernel:0)
    Dense_1: 4 units (Dense_1/bias:0, Dense_1/kernel:1, Dense_2/kernel:0)
    """
)
def mlp_in_linen():
    return linen(Dense((5, 4, 2)), shape(6, 3))


class NnxMLP(nnx.Module):
    def __init__(self, rngs: nnx.Rngs):
        self.hidden = nnx.Linear(3, 5, rngs=rngs)
        self.out = nnx.Linear(5, 2, rngs=rngs)

    def __call__(self, x):
        return self.out(nnx.relu(self.hidden(x)))


@model(
    """
    hidden/bias: 5 units (hidden/bias/value:0, hidden/kernel/value:1, out/kernel/value:0)
    """
)
def mlp_in_nnx():
    return of_nnx(NnxMLP, shape(6, 3))


@model(
    """
    layers/0: 5 units (layers/0/weight:0, layers/0/bias:0, layers/1/weight:1)
    layers/1: 5 units (layers/1/weight:0, layers/1/bias:0, layers/2/weight:1)
    """
)
def mlp_in_equinox():
    return equinox(eqx.nn.MLP, 3, 2, 5, 2, inputs=(shape(6, 3),))


@model(
    """
    b: 5 units (V:0, W:1, b:0)
    """
)
def mlp_in_bfloat16():
    """Sums of floats are taken as exact."""

    def apply(params, x):
        return jnp.tanh(x @ params["W"] + params["b"]) @ params["V"]

    params = {name: shape(*sizes, dtype=jnp.bfloat16) for name, sizes in {"W": (3, 5), "b": (5,), "V": (5, 2)}.items()}
    return Built(apply, params, (shape(6, 3, dtype=jnp.bfloat16),))


@model(
    """
    b: 5 units (V:0, W:1, b:0)
    """
)
def complex_weights():
    def apply(params, x):
        hidden = x @ params["W"] + params["b"]
        return jnp.abs((hidden * jnp.abs(hidden)) @ params["V"])

    params = {name: shape(*sizes, dtype=jnp.complex64) for name, sizes in {"W": (3, 5), "b": (5,), "V": (5, 2)}.items()}
    return Built(apply, params, (shape(6, 3),), on_numpy=False)


@model(
    """
    b: 5 units (V:0, W:1, b:0)
    features: 3 units (W:0, features:0)
    """
)
def keys_and_tables_among_the_parameters():
    """A key draws noise for the inputs, and a table of integers says which features are read."""

    def apply(params, x):
        noise = jax.random.normal(params["key"], x.shape)
        return jnp.tanh((x + noise)[:, params["features"]] @ params["W"] + params["b"]) @ params["V"]

    params = {
        "key": jax.eval_shape(jax.random.key, 0),
        "features": shape(3, dtype=jnp.int32),
        **shapes(W=(3, 5), b=(5,), V=(5, 2)),
    }
    return Built(apply, params, (shape(6, 4),))


@model(
    """
    units: 5 units (V:0, W:1, units:0)
    """
)
def a_table_of_integers_that_moves():
    """Each hidden unit has a feature that it reads, by its number."""

    def apply(params, x):
        return jnp.tanh(x[:, params["units"]] * params["W"].sum(0) + x @ params["W"]) @ params["V"]

    return Built(apply, {"units": shape(5, dtype=jnp.int32), **shapes(W=(4, 5), V=(5, 2))}, (shape(6, 4),))


@model(
    """
    V: 3 units (V:0, W:1)
    """
)
def a_unit_read_alone():
    """Unit 1 is the second result, so that only the other three can be permuted."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return hidden @ params["V"], hidden[:, 1]

    return Built(apply, shapes(W=(3, 4), V=(4, 2)), (shape(6, 3),))


@model(
    """
    V: 4 units (V:0, W:1)
    """
)
def softmax_over_hidden_units():
    def apply(params, x):
        return jax.nn.softmax(x @ params["W"]) @ params["V"]

    return Built(apply, shapes(W=(3, 4), V=(4, 2)), (shape(6, 3),))


@model(
    """
    W: 4 units (W:1)
    """
)
def a_logsumexp_of_units():
    """Nothing reads single units behind the sum, so that only incoming weights move."""

    def apply(params, x):
        return jax.nn.logsumexp(x @ params["W"], axis=-1)

    return Built(apply, shapes(W=(3, 4)), (shape(6, 3),))


@model(
    """
    W: 4 units (W:1)
    """
)
def sorted_units():
    def apply(params, x):
        return jnp.sort(x @ params["W"], axis=-1) @ params["V"]

    return Built(apply, shapes(W=(3, 4), V=(4, 2)), (shape(6, 3),))


@model(
    """
    V: 3 units (V:0, W:1)
    V (2): 3 units (V:0, W:1)
    """
)
def interleaved_units():
    """Even and odd units have activations of their own."""

    def apply(params, x):
        hidden = x @ params["W"]
        even, odd = jnp.tanh(hidden[:, ::2]), jax.nn.relu(hidden[:, 1::2])
        return jnp.stack([even, odd], -1).reshape(hidden.shape) @ params["V"]

    return Built(apply, shapes(W=(3, 6), V=(6, 2)), (shape(6, 3),))


@model(
    """
    V: 5 units (V:0, W:1)
    """
)
def a_masked_diagonal():
    """Each unit is compared with all others but itself."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        others = 1 - jnp.eye(5)
        return (jnp.abs(hidden[:, :, None] - hidden[:, None]) * others).sum(1) @ params["V"]

    return Built(apply, shapes(W=(3, 5), V=(5, 2)), (shape(6, 3),))


@model(
    """
    V: 5 units (V:0, W:1)
    """
)
def flattened_pairs_of_units():
    """An outer product that is flattened: the readout has an entry for each pair."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return (hidden[:, :, None] * hidden[:, None]).reshape(len(x), 25) @ params["V"]

    return Built(apply, shapes(W=(3, 5), V=(25, 2)), (shape(6, 3),))


@model(
    """
    V: 5 units (V:0, W:1)
    """
)
def units_in_a_closure():
    """The inputs' weights are constants: they have no order that would matter to units."""
    given = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)

    def apply(params, x):
        return jnp.tanh(x @ given @ params["W"]) @ params["V"]

    return Built(apply, shapes(W=(3, 5), V=(5, 2)), (shape(6, 4),))


@model(
    """
    V: 4 units (V:0, W:1)
    """,
    missed="units that are picked one by one are told from each other, though all of them are picked once",
)
def units_in_another_order():
    """A given order of the units, which the rows of the last weight have too."""

    def apply(params, x):
        return jnp.tanh(x @ params["W"])[:, np.array([0, 2, 1, 3])] @ params["V"]

    return Built(apply, shapes(W=(3, 4), V=(4, 2)), (shape(6, 3),))


@model(
    """
    W: 4 units (W:1)
    """,
    missed="places in an order count as places, though picking by them sorts, which forgets where units were",
)
def units_sorted_by_their_places():
    def apply(params, x):
        hidden = x @ params["W"]
        return jnp.take_along_axis(hidden, jnp.argsort(hidden, axis=1), axis=1) @ params["V"]

    return Built(apply, shapes(W=(3, 4), V=(4, 2)), (shape(6, 3),))
