"""What is done to units one by one or together: gates, norms, dropout, codes, learned and given functions."""

import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np

from tests.models.model import Built, linen, model, shape, shapes

X = shape(6, 3)


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
    V: 4 units (V:0, W:1, b:0)
    W: 3 units, one permutation for each of 4 of V (W:2, b:1)
    """
)
def maxout():
    """Each unit is the largest of three linear pieces, which can be permuted in each unit."""

    def apply(params, x):
        return (jnp.einsum("bd,dhp->bhp", x, params["W"]) + params["b"]).max(-1) @ params["V"]

    return Built(apply, shapes(W=(3, 4, 3), b=(4, 3), V=(4, 2)), (X,))


@model(
    """
    b: 4 units (V:0, W:1, b:0)
    b (2): 3 units, one permutation for each of 4 of b (W:1, b:0)
    """
)
def maxout_in_one_flat_axis():
    def apply(params, x):
        return (x @ params["W"] + params["b"]).reshape(len(x), 4, 3).max(-1) @ params["V"]

    return Built(apply, shapes(W=(3, 12), b=(12,), V=(4, 2)), (X,))


@model(
    """
    H[0]: 4 units (H[0]:1, H[0]:2, H[1]:1, H[1]:2, T[0]:1, T[0]:2, T[1]:1, T[1]:2, embed:1, out:0)
    """
)
def highway_network():
    """A gate mixes what a layer makes with what it was given: all is one stream."""

    def apply(params, x):
        stream = x @ params["embed"]
        for number in range(2):
            gate = jax.nn.sigmoid(stream @ params["T"][number])
            stream = gate * jnp.tanh(stream @ params["H"][number]) + (1 - gate) * stream
        return stream @ params["out"]

    return Built(apply, shapes(embed=(3, 4), T=(2, 4, 4), H=(2, 4, 4), out=(4, 2)), (X,))


@model(
    """
    widths: 5 units (V:0, centres:0, widths:0)
    """
)
def gaussian_units():
    """Radial basis functions: centres and widths move together."""

    def apply(params, x):
        distances = ((x[:, None] - params["centres"]) ** 2).sum(-1)
        return jnp.exp(-distances * jnp.exp(params["widths"])) @ params["V"]

    return Built(apply, shapes(centres=(5, 3), widths=(5,), V=(5, 2)), (X,))


@model(
    """
    slopes: 5 units (U:0, W:1, slopes:0)
    U: 4 units (U:1, V:0)
    """
)
def learned_slopes():
    """PReLU with a slope for each unit, and another activation with one for all."""

    def apply(params, x):
        hidden = x @ params["W"]
        hidden = jnp.where(hidden > 0, hidden, params["slopes"] * hidden)
        return jax.nn.silu(params["beta"] * (hidden @ params["U"])) @ params["V"]

    return Built(apply, shapes(W=(3, 5), slopes=(5,), U=(5, 4), beta=(), V=(4, 2)), (X,))


@model(
    """
    first: 5 units (first:1, second:0)
    """
)
def splines_on_edges():
    """A Kolmogorov-Arnold layer: each edge has coefficients of its own on given basis functions."""
    knots = np.linspace(-1, 1, 4, dtype=np.float32)

    def apply(params, x):
        def layer(x, coefficients):
            return jnp.einsum("bik,ijk->bj", jnp.exp(-((x[..., None] - knots) ** 2)), coefficients)

        return layer(layer(x, params["first"]), params["second"])

    return Built(apply, shapes(first=(3, 5, 4), second=(5, 2, 4)), (X,))


@model(
    """
    B: 4 units (B:1, V:0)
    """
)
def learned_fourier_features():
    """Sines and cosines of one projection lie one behind the other."""

    def apply(params, x):
        angles = x @ params["B"]
        return jnp.concatenate([jnp.sin(angles), jnp.cos(angles)], -1) @ params["V"]

    return Built(apply, shapes(B=(3, 4), V=(8, 2)), (X,))


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
    decoder: 4 units (decoder:0, mean:1, spread:1)
    decoder (2): 6 units (decoder:1, out:0)
    encoder: 5 units (encoder:1, mean:0, spread:0)
    """
)
def latents_with_one_noise_vector():
    """A variational autoencoder whose noise is drawn from a given key for each example, and shared by all latents."""

    def apply(params, key, x):
        hidden = jnp.tanh(x @ params["encoder"])
        mean, spread = hidden @ params["mean"], jnp.exp(hidden @ params["spread"])
        latents = mean + spread * jax.random.normal(key, (len(x), 1))
        return jnp.tanh(latents @ params["decoder"]) @ params["out"]

    params = shapes(encoder=(3, 5), mean=(5, 4), spread=(5, 4), decoder=(4, 6), out=(6, 3))
    return Built(apply, params, (jax.eval_shape(jax.random.key, 0), X))


@model(
    """
    decoder: 6 units (decoder:1, out:0)
    encoder: 5 units (encoder:1, mean:0, spread:0)
    """
)
def latents_with_noise_of_their_own():
    """Noise from a given key is another for each latent, which freezes latents; units before and behind them are free."""

    def apply(params, key, x):
        hidden = jnp.tanh(x @ params["encoder"])
        mean, spread = hidden @ params["mean"], jnp.exp(hidden @ params["spread"])
        latents = mean + spread * jax.random.normal(key, mean.shape)
        return jnp.tanh(latents @ params["decoder"]) @ params["out"]

    params = shapes(encoder=(3, 5), mean=(5, 4), spread=(5, 4), decoder=(4, 6), out=(6, 3))
    return Built(apply, params, (jax.eval_shape(jax.random.key, 0), X))


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
