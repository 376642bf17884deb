"""Weights that are used in several places, or are made by other weights."""

import jax
import jax.numpy as jnp

from tests.models.model import Built, model, shape, shapes

X = shape(6, 3)


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
    U[0]: 4 units (U[0]:1, W:1)
    U[0] (2): 4 units (U[0]:2, U[1]:1, b[0]:1)
    U[1]: 4 units (U[1]:2, U[2]:1, b[1]:1)
    U[2]: 4 units (U[2]:2, V:0, b[2]:1)
    """
)
def layers_in_one_stacked_weight():
    """A Python loop over slices of one array: hidden layer after hidden layer has units of its own."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        for number in range(3):
            hidden = jnp.tanh(hidden @ params["U"][number] + params["b"][number])
        return hidden @ params["V"]

    return Built(apply, shapes(W=(3, 4), U=(3, 4, 4), b=(3, 4), V=(4, 2)), (X,))


@model(
    """
    U: 4 units (U:1, U:2, V:0, W:1, b:1)
    """
)
def layers_under_scan():
    """The same as a loop of JAX: what it carries keeps one order."""

    def apply(params, x):
        hidden, _ = jax.lax.scan(
            lambda h, layer: (jnp.tanh(h @ layer["U"] + layer["b"]), None),
            jnp.tanh(x @ params["W"]),
            {"U": params["U"], "b": params["b"]},
        )
        return hidden @ params["V"]

    return Built(apply, shapes(W=(3, 4), U=(3, 4, 4), b=(3, 4), V=(4, 2)), (X,))


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
    V: 5 units (V:0, W:1, film:1)
    code: 4 units (code:1, film:0)
    """
)
def feature_wise_modulation():
    """FiLM: another network scales and shifts each channel, by the halves of one weight."""

    def apply(params, x, z):
        scale, shift = jnp.split(jnp.tanh(z @ params["code"]) @ params["film"], 2, axis=-1)
        return jax.nn.relu((x @ params["W"]) * (1 + scale) + shift) @ params["V"]

    return Built(apply, shapes(code=(3, 4), film=(4, 10), W=(3, 5), V=(5, 2)), (X, X))


@model(
    """
    A: 4 units (A:1, T:0, T:1)
    """
)
def a_quadratic_form_of_one_layer():
    """Units meet themselves in both places of the form."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["A"])
        return jnp.einsum("bi,ijo,bj->bo", hidden, params["T"], hidden)

    return Built(apply, shapes(A=(3, 4), T=(4, 4, 2)), (X,))


@model(
    """
    A: 4 units (A:1, T:0)
    B: 5 units (B:1, T:1)
    """
)
def bilinear_layer():
    def apply(params, x, y):
        one, other = jnp.tanh(x @ params["A"]), jnp.tanh(y @ params["B"])
        return jnp.einsum("bi,ijo,bj->bo", one, params["T"], other)

    return Built(apply, shapes(A=(3, 4), B=(3, 5), T=(4, 5, 2)), (X, X))


@model(
    """
    V: 4 units (V:1)
    """
)
def factorisation_machine():
    """Latent factors are summed over in pairs of features."""

    def apply(params, x):
        total = (x @ params["V"]) ** 2 - (x**2) @ (params["V"] ** 2)
        return x @ params["w"] + 0.5 * total.sum(-1, keepdims=True)

    return Built(apply, shapes(w=(3, 1), V=(3, 4)), (X,))


@model(
    """
    image/V: 5 units (image/V:0, image/W:1)
    image/V (2): 4 units (image/V:1, text/V:1)
    text: 5 units (text/V:0, text/W:1)
    """
)
def contrastive_towers():
    """Features of an embedding are compared with their like only: even without a layer behind them they move together."""

    def apply(params, x, y):
        def tower(name, one):
            hidden = jax.nn.relu(one @ params[name]["W"]) @ params[name]["V"]
            return hidden / jnp.linalg.norm(hidden, axis=-1, keepdims=True)

        return jnp.exp(params["scale"]) * tower("image", x) @ tower("text", y).T

    towers = {name: shapes(W=(3, 5), V=(5, 4)) for name in ("image", "text")}
    return Built(apply, towers | {"scale": shape()}, (X, X))


@model(
    """
    b: 5 units (U:0, W:1, b:0)
    U: 4 units (U:1, V:0)
    """
)
def physics_of_a_field():
    """The gradient of a network in its inputs, as energies and forces are made: units are those of the network."""

    def apply(params, x):
        def energy(x):
            return (jnp.tanh(jnp.tanh(x @ params["W"] + params["b"]) @ params["U"]) @ params["V"]).sum()

        return energy(x), jax.grad(energy)(x)

    return Built(apply, shapes(W=(3, 5), b=(5,), U=(5, 4), V=(4, 1)), (X,))


@model(
    """
    V: 5 units (V:0, W:1)
    V (2): 4 units (V:1, W:0, embed:1, out:0)
    """
)
def a_checkpointed_block():
    def apply(params, x):
        block = jax.checkpoint(lambda x: x + jax.nn.gelu(x @ params["W"]) @ params["V"])
        return block(x @ params["embed"]) @ params["out"]

    return Built(apply, shapes(embed=(3, 4), W=(4, 5), V=(5, 4), out=(4, 2)), (X,))


@model(
    """
    b: 4 units (A:0, A:1, b:0, embed:1, out:0)
    """
)
def a_branch_by_a_flag():
    """Either branch may run: both must keep the stream's order."""

    def apply(params, flags, x):
        def branched(flag):
            stream = x @ params["embed"]
            stream = jax.lax.cond(flag, lambda z: jnp.tanh(z @ params["A"]), lambda z: z * params["b"], stream)
            return stream @ params["out"]

        return branched(flags[0]), branched(flags[1])

    params = shapes(embed=(3, 4), A=(4, 4), b=(4,), out=(4, 2))
    return Built(apply, params, (shape(2, dtype=jnp.bool_), X))
