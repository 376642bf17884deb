"""Models of signals: filters over time, windows of images, branches that are dropped."""

import jax
import jax.numpy as jnp
import numpy as np

from tests.models.model import Built, model, shape, shapes

X = shape(6, 3)
WORDS = shape(2, 4, 3)


@model(
    """
    a: 5 units (a:0, b:0)
    b: 4 units (b:1, gate:1, out:0, value:1)
    """
)
def long_convolution_by_fourier_transforms():
    """Hyena: a filter a channel, made by a small network of positions, and multiplied in the frequency domain."""
    places = np.linspace(0, 1, 4, dtype=np.float32)[:, None]

    def apply(params, x):
        value, gate = x @ params["value"], x @ params["gate"]
        filters = jnp.sin(places * params["a"]) @ params["b"]
        spectrum = jnp.fft.rfft(value, 8, axis=1) * jnp.fft.rfft(filters, 8, axis=0)
        return (jnp.fft.irfft(spectrum, 8, axis=1)[:, :4] * gate) @ params["out"]

    return Built(apply, shapes(value=(3, 4), gate=(3, 4), a=(5,), b=(5, 4), out=(4, 2)), (WORDS,), on_numpy=False)


@model(
    """
    C: 4 units (C:0, embed:1, imaginary:0, out:0, real:0)
    C (2): 3 units, one permutation for each of 4 of C (C:1, imaginary:1, real:1)
    """
)
def state_spaces_with_complex_decays():
    """S4D: kernels are real parts of sums of complex powers."""
    gaps = np.arange(4)[:, None] - np.arange(4)

    def apply(params, x):
        stream = x @ params["embed"]
        decay = -jnp.exp(params["real"]) + 1j * params["imaginary"]
        powers = jnp.exp(decay[..., None] * jnp.arange(4))
        kernel = (params["C"][..., None] * powers).sum(1).real
        filtered = jnp.einsum("cts,bsc->btc", jnp.where(gaps >= 0, kernel[:, gaps], 0), stream)
        return filtered @ params["out"]

    params = shapes(embed=(3, 4), real=(4, 3), imaginary=(4, 3), C=(4, 3), out=(4, 2))
    return Built(apply, params, (WORDS,), on_numpy=False)


@model(
    """
    W[0]: 4 units (W[0]:2, W[1]:2, embed:1, residual[0]:2)
    W[0] (2): 5 units (W[0]:3, residual[0]:1, skip[0]:1)
    W[1]: 5 units (W[1]:3, skip[1]:1)
    out: 6 units (out:0, skip[0]:2, skip[1]:2)
    """
)
def dilated_causal_convolutions():
    """WaveNet: gates, a residual stream and skips that are added up."""

    def apply(params, x):
        stream, skips = x @ params["embed"], 0
        for layer, dilation in enumerate((1, 2)):
            one = jax.lax.conv_general_dilated(
                stream,
                params["W"][layer],
                (1,),
                [(dilation, 0)],
                rhs_dilation=(dilation,),
                dimension_numbers=("NWC", "WIO", "NWC"),
            )
            signal, gate = jnp.split(one, 2, axis=-1)
            hidden = jnp.tanh(signal) * jax.nn.sigmoid(gate)
            skips = skips + hidden @ params["skip"][layer]
            stream = stream + hidden @ params["residual"][layer]
        return jax.nn.relu(skips) @ params["out"]

    params = shapes(embed=(3, 4), W=(2, 2, 4, 10), skip=(2, 5, 6), residual=(2, 5, 4), out=(6, 2))
    return Built(apply, params, (WORDS,))


@model(
    """
    key: 4 units, one permutation for each of 2 of key:1 (key:2, query:2)
    out: 5 units, one permutation for each of 2 of key:1 (out:0, value:2)
    """
)
def retention():
    """Heads have given decays, which freeze them; features inside are free."""
    places = np.arange(4)
    gaps = places[:, None] - places
    decays = np.where(gaps >= 0, np.array([0.5, 0.9])[:, None, None] ** np.maximum(gaps, 0), 0).astype(np.float32)

    def apply(params, x):
        query, key, value = (jnp.einsum("btd,dhk->bhtk", x, params[name]) for name in ("query", "key", "value"))
        read = jnp.einsum("bhtk,bhsk,hts,bhsv->bthv", query, key, decays, value)
        return (read / jnp.linalg.norm(read, axis=-1, keepdims=True)).reshape(2, 4, -1) @ params["out"]

    return Built(apply, shapes(query=(3, 2, 4), key=(3, 2, 4), value=(3, 2, 5), out=(10, 3)), (WORDS,))


@model(
    """
    bias: 2 units (bias:1, project:0, qkv:1)
    embed: 4 units (embed:1, out:0, project:1, qkv:0)
    project: 3 units, one permutation for each of 2 of bias (project:0, qkv:1)
    qkv: 3 units, one permutation for each of 2 of bias (qkv:1)
    """
)
def windows_of_an_image():
    """Swin: attention inside windows, shifted by a roll of places, with a table of biases for each head."""
    table = np.arange(16).reshape(4, 4) % 5

    def apply(params, x):
        stream = x @ params["embed"]
        rolled = jnp.roll(stream, (1, 1), (1, 2))
        windows = rolled.reshape(2, 2, 2, 2, 2, 4).transpose(0, 1, 3, 2, 4, 5).reshape(8, 4, 4)
        query, key, value = jnp.split(windows @ params["qkv"], 3, axis=-1)
        query, key, value = (one.reshape(8, 4, 2, 3) for one in (query, key, value))
        scores = jnp.einsum("wthk,wshk->whts", query, key) + params["bias"][table].transpose(2, 0, 1)
        read = jnp.einsum("whts,wshk->wthk", jax.nn.softmax(scores), value).reshape(8, 4, 6) @ params["project"]
        back = read.reshape(2, 2, 2, 2, 2, 4).transpose(0, 1, 3, 2, 4, 5).reshape(2, 4, 4, 4)
        return (stream + jnp.roll(back, (-1, -1), (1, 2))).mean((1, 2)) @ params["out"]

    params = shapes(embed=(3, 4), qkv=(4, 18), bias=(5, 2), project=(6, 4), out=(4, 2))
    return Built(apply, params, (shape(2, 4, 4, 3),))


@model(
    """
    V[0]: 5 units (V[0]:1, W[0]:2)
    V[0] (2): 4 units (V[0]:2, V[1]:2, W[0]:1, W[1]:1, embed:1, out:0, scale[0]:1, scale[1]:1)
    V[1]: 5 units (V[1]:1, W[1]:2)
    """
)
def stochastic_depth_with_scales():
    """Branches are dropped by a given key, as a whole for each example, and scaled for each feature of the stream."""

    def apply(params, key, x):
        stream = x @ params["embed"]
        for number, each in enumerate(jax.random.split(key, 2)):
            branch = jax.nn.gelu(stream @ params["W"][number]) @ params["V"][number] * params["scale"][number]
            stream = stream + jnp.where(jax.random.bernoulli(each, 0.5, (len(x), 1)), branch, 0)
        return stream @ params["out"]

    params = shapes(embed=(3, 4), W=(2, 4, 5), V=(2, 5, 4), scale=(2, 4), out=(4, 2))
    return Built(apply, params, (jax.eval_shape(jax.random.key, 0), X))
