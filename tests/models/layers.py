"""Fully connected networks of Flax and Equinox, and layers with one twist."""

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
    return Built(apply, params, (shape(6, 3),))


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
    hidden: 4 units (hidden:0, inner:1)
    hidden (2): 5 units (hidden:1, weight:0)
    """
)
def deep_sets():
    """Elements of a set are summed: their order is the input's, and units are those of any network."""

    def apply(params, x):
        return jnp.tanh(jnp.tanh(x @ params["inner"]).sum(1) @ params["hidden"]) @ params["weight"]

    return Built(apply, shapes(inner=(3, 4), hidden=(4, 5), weight=(5, 2)), (shape(6, 7, 3),))


@model(
    """
    b: 4 units (W:1, b:0)
    """
)
def autoencoder_with_tied_weights():
    """The hidden units are an axis of one weight, which is used twice; the other axis is input and output."""

    def apply(params, x):
        return jnp.tanh(x @ params["W"] + params["b"]) @ params["W"].T + params["c"]

    return Built(apply, shapes(W=(3, 4), b=(4,), c=(3,)), (shape(6, 3),))


@model(
    """
    b: 5 units (V:0, W:1, b:0)
    V: 4 units (V:1)
    """
)
def siamese_network():
    def apply(params, x, y):
        one, other = (jnp.tanh(each @ params["W"] + params["b"]) @ params["V"] for each in (x, y))
        return (one * other).sum(-1)

    return Built(apply, shapes(W=(3, 5), b=(5,), V=(5, 4)), (shape(6, 3), shape(6, 3)))


@model(
    """
    U: 5 units (U:0, U:1, V:0, W:1)
    """
)
def one_weight_for_two_hidden_layers():
    """Hidden layers that share a square weight have their units in one order."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return jnp.tanh(jnp.tanh(hidden @ params["U"]) @ params["U"]) @ params["V"]

    return Built(apply, shapes(W=(3, 5), U=(5, 5), V=(5, 2)), (shape(6, 3),))


@model(
    """
    b: 5 units (U:0, U:1, V:0, W:1, b:0)
    """
)
def one_bias_for_two_hidden_layers():
    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"] + params["b"])
        return jnp.tanh(hidden @ params["U"] + params["b"]) @ params["V"]

    return Built(apply, shapes(W=(3, 5), b=(5,), U=(5, 5), V=(5, 2)), (shape(6, 3),))


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
    b: 5 units (V:0, W:1, b:0)
    """
)
def gates_sliced_from_one_weight():
    """SwiGLU: the halves of a weight make gate and value, and move alike."""

    def apply(params, x):
        gate, value = jnp.split(x @ params["W"] + params["b"], 2, axis=-1)
        return (jax.nn.silu(gate) * value) @ params["V"]

    return Built(apply, shapes(W=(3, 10), b=(10,), V=(5, 2)), (shape(6, 3),))


@model(
    """
    V: 5 units (V:0, W:2)
    """
)
def gates_along_an_axis_of_their_own():
    """GEGLU as in Gemma: the first axis of the weight has gate and value."""

    def apply(params, x):
        gate, value = jnp.einsum("bd,kdf->kbf", x, params["W"])
        return (jax.nn.gelu(gate) * value) @ params["V"]

    return Built(apply, shapes(W=(2, 3, 5), V=(5, 2)), (shape(6, 3),))


@model(
    """
    Dense_1: 5 units (Dense_0/kernel:0, Dense_1/bias:0, Dense_1/kernel:1, WeightNorm_0/Dense_1/kernel/scale:0)
    """
)
def weight_norm():
    class Normed(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.Dense(2)(jnp.tanh(nn.WeightNorm(nn.Dense(5))(x)))

    return linen(Normed(), shape(6, 3))


@model(
    """
    u: 5 units (V:0, W:1, u:0)
    """
)
def spectral_normalisation():
    """One turn of the power method, from a given vector: its entries move with the units."""

    def apply(params, x):
        v = params["W"] @ params["u"]
        v = v / jnp.linalg.norm(v)
        u = params["W"].T @ v
        norm = v @ params["W"] @ (u / jnp.linalg.norm(u))
        return jnp.tanh(x @ (params["W"] / norm)) @ params["V"]

    return Built(apply, shapes(W=(3, 5), u=(5,), V=(5, 2)), (shape(6, 3),))


@model(
    """
    b: 5 units (V:0, W:1, b:0)
    """
)
def dropout_with_a_mask_that_inputs_share():
    """The mask is on the input, so that hidden units can move."""

    def apply(params, key, x):
        kept = jax.random.bernoulli(key, 0.5, x.shape)
        return jnp.tanh((x * kept) @ params["W"] + params["b"]) @ params["V"]

    return Built(apply, shapes(W=(3, 5), b=(5,), V=(5, 2)), (jax.eval_shape(jax.random.key, 0), shape(6, 3)))


@model(
    """
    b: 5 units (V:0, W:1, b:0)
    """
)
def dropout_of_whole_examples():
    """All units of an example share a mask."""

    def apply(params, key, x):
        kept = jax.random.bernoulli(key, 0.5, (len(x), 1))
        return (jnp.tanh(x @ params["W"] + params["b"]) * kept) @ params["V"]

    return Built(apply, shapes(W=(3, 5), b=(5,), V=(5, 2)), (jax.eval_shape(jax.random.key, 0), shape(6, 3)))


@model(
    """
    codes: 5 units (codes:0)
    codes (2): 4 units (codes:1, decoder:0, encoder:1)
    """
)
def vq_codebook():
    """The nearest code by value: which entry of the book it is does not matter if it is found by comparing distances."""

    def apply(params, x):
        latent = x @ params["encoder"]
        distances = ((latent[:, None] - params["codes"]) ** 2).sum(-1)
        nearest = distances == distances.min(-1, keepdims=True)
        return (nearest @ params["codes"]) @ params["decoder"]

    return Built(apply, shapes(encoder=(3, 4), codes=(5, 4), decoder=(4, 2)), (shape(6, 3),))


@model(
    """
    codes: 4 units (codes:1, decoder:0, encoder:1)
    """
)
def vq_codebook_by_index():
    """Of equally near codes `argmin` takes the first, so that codes have an order; latent features have none."""

    def apply(params, x):
        latent = x @ params["encoder"]
        distances = ((latent[:, None] - params["codes"]) ** 2).sum(-1)
        return params["codes"][jnp.argmin(distances, -1)] @ params["decoder"]

    return Built(apply, shapes(encoder=(3, 4), codes=(5, 4), decoder=(4, 2)), (shape(6, 3),))


@model(
    """
    A: 2 units (A:1, B:0)
    B: 4 units (B:1, V:0, base:1)
    """
)
def lora():
    """The adapter's outputs are the base's units; its rank is a group of its own."""

    def apply(params, x):
        return jnp.tanh(x @ params["base"] + x @ params["A"] @ params["B"]) @ params["V"]

    return Built(apply, shapes(base=(3, 4), A=(3, 2), B=(2, 4), V=(4, 2)), (shape(6, 3),))


@model(
    """
    hyper: 4 units (hyper:1, make_V:0, make_W:0, make_b:0)
    make_V: 5 units (make_V:1, make_W:2, make_b:1)
    """
)
def hypernetwork():
    """A network makes the weights of another: the units of both are groups."""

    def apply(params, z, x):
        code = jnp.tanh(z @ params["hyper"])
        weight, bias, last = (jnp.tensordot(code, params[f"make_{name}"], 1) for name in "WbV")
        return jnp.tanh(x @ weight + bias) @ last

    params = shapes(hyper=(3, 4), make_W=(4, 2, 5), make_b=(4, 5), make_V=(4, 5, 2))
    return Built(apply, params, (shape(3), shape(6, 2)))


@model(
    """
    hyper: 4 units (hyper:1, make:0)
    make: 5 units (make:1)
    """
)
def hypernetwork_with_one_flat_result():
    """The weights come out in one vector: 2 x 5 numbers, then 5 x 2."""

    def apply(params, z, x):
        code = jnp.tanh(z @ params["hyper"]) @ params["make"]
        weight, last = code[:10].reshape(2, 5), code[10:].reshape(5, 2)
        return jnp.tanh(x @ weight) @ last

    return Built(apply, shapes(hyper=(3, 4), make=(4, 20)), (shape(3), shape(6, 2)))


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
def standardised_units():
    """Layer norm without parameters."""

    def apply(params, x):
        return jax.nn.standardize(x @ params["W"]) @ params["V"]

    return Built(apply, shapes(W=(3, 5), V=(5, 2)), (shape(6, 3),))


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
