"""Mixtures of experts: an expert moves with its column of the router, if nothing counts experts by their number."""

import jax
import jax.numpy as jnp

from tests.models.model import Built, model, shape, shapes

X = shape(6, 3)


def experts() -> dict:
    return shapes(router=(3, 4), W=(4, 3, 5), b=(4, 5), V=(4, 5, 2))


def outputs(params, x):
    """What each expert makes of each example: (examples, experts, results)."""
    hidden = jax.nn.relu(jnp.einsum("bd,edh->beh", x, params["W"]) + params["b"])
    return jnp.einsum("beh,eho->beo", hidden, params["V"])


@model(
    """
    V: 4 units (V:0, W:0, b:0, router:1)
    V (2): 5 units, one permutation for each of 4 of V (V:1, W:2, b:1)
    """
)
def soft_mixture_of_experts():
    def apply(params, x):
        return jnp.einsum("be,beo->bo", jax.nn.softmax(x @ params["router"]), outputs(params, x))

    return Built(apply, experts(), (X,))


@model(
    """
    V: 4 units (V:0, W:0, b:0, router:1)
    V (2): 5 units, one permutation for each of 4 of V (V:1, W:2, b:1)
    """
)
def top_k_by_value():
    """The two largest gates are those that are not below the second largest: no number of an expert is used."""

    def apply(params, x):
        logits = x @ params["router"]
        least = jax.lax.top_k(logits, 2)[0][:, -1:]
        gates = jax.nn.softmax(jnp.where(logits >= least, logits, -jnp.inf))
        return jnp.einsum("be,beo->bo", gates, outputs(params, x))

    return Built(apply, experts(), (X,))


@model(
    """
    V: 5 units, one permutation for each of 4 of V:0 (V:1, W:2, b:1)
    """
)
def top_k_by_index():
    """Of equal gates the first is taken, so that experts have an order; their hidden units have none."""

    def apply(params, x):
        gates, chosen = jax.lax.top_k(jax.nn.softmax(x @ params["router"]), 2)
        picked = jnp.take_along_axis(outputs(params, x), chosen[..., None], axis=1)
        return (gates[..., None] * picked).sum(1)

    return Built(apply, experts(), (X,))


@model(
    """
    V: 5 units, one permutation for each of 4 of V:0 (V:1, W:2, b:1)
    """
)
def argmax_routing():
    def apply(params, x):
        chosen = jnp.argmax(x @ params["router"], axis=-1)
        return jnp.take_along_axis(outputs(params, x), chosen[:, None, None], axis=1)[:, 0]

    return Built(apply, experts(), (X,))


@model(
    """
    V: 5 units, one permutation for each of 4 of V:0 (V:1, W:2, b:1)
    """,
    missed="each expert could have an order of its own, since all three weights are looked up by the same number",
)
def weights_of_experts_by_index():
    """The weights of one expert an example are looked up."""

    def apply(params, x):
        chosen = jnp.argmax(x @ params["router"], axis=-1)
        hidden = jax.nn.relu(jnp.einsum("bd,bdh->bh", x, params["W"][chosen]) + params["b"][chosen])
        return jnp.einsum("bh,bho->bo", hidden, params["V"][chosen])

    return Built(apply, experts(), (X,))


@model(
    """
    V: 4 units (V:0, W:0, router:1)
    V (2): 5 units, one permutation for each of 4 of V (V:1, W:2)
    """
)
def expert_choice_routing():
    """Each expert takes the two examples with its largest gates: the experts can move, since examples are what is ranked."""

    def apply(params, x):
        gates, chosen = jax.lax.top_k(jax.nn.softmax(x @ params["router"]).T, 2)
        made = jax.nn.relu(jnp.einsum("ekd,edh->ekh", x[chosen], params["W"]))
        made = jnp.einsum("ekh,eho,ek->eko", made, params["V"], gates)
        places = jax.nn.one_hot(chosen, len(x), dtype=x.dtype)
        return jnp.einsum("ekb,eko->bo", places, made)

    return Built(apply, shapes(router=(3, 4), W=(4, 3, 5), V=(4, 5, 2)), (X,))


@model(
    """
    V: 4 units (V:0, W:0, router:1)
    V (2): 5 units, one permutation for each of 4 of V (V:1, W:2)
    shared_V: 6 units (shared_V:0, shared_W:1)
    """
)
def shared_and_routed_experts():
    """An expert for all examples beside those that are routed."""

    def apply(params, x):
        gates = jax.nn.sigmoid(x @ params["router"])
        gates = gates / gates.sum(-1, keepdims=True)
        routed = jax.nn.silu(jnp.einsum("bd,edh->beh", x, params["W"]))
        routed = jnp.einsum("beh,eho,be->bo", routed, params["V"], gates)
        return routed + jax.nn.silu(x @ params["shared_W"]) @ params["shared_V"]

    params = shapes(router=(3, 4), W=(4, 3, 5), V=(4, 5, 2), shared_W=(3, 6), shared_V=(6, 2))
    return Built(apply, params, (X,))


@model(
    """
    V: 4 units (V:0, W:0, b:0)
    V (2): 5 units, one permutation for each of 4 of V (V:1, W:2, b:1)
    """
)
def ensemble():
    """Members of an ensemble under vmap, whose mean is taken: the members can move, and units inside each."""

    def apply(params, x):
        def member(one):
            return jax.nn.relu(x @ one["W"] + one["b"]) @ one["V"]

        return jax.vmap(member)(params).mean(0)

    return Built(apply, shapes(W=(4, 3, 5), b=(4, 5), V=(4, 5, 2)), (X,))


@model(
    """
    V: 4 units (V:0, W:0, b:0)
    V (2): 5 units, one permutation for each of 4 of V (V:1, W:2, b:1)
    """,
    missed="a loop that carries something counts as one whose turns have an order, though this one only adds",
)
def experts_added_up_in_a_loop():
    """A sum over experts, one after another."""

    def apply(params, x):
        def turn(total, one):
            return total + jax.nn.relu(x @ one["W"] + one["b"]) @ one["V"], None

        total, _ = jax.lax.scan(turn, jnp.zeros((len(x), 2), x.dtype), params)
        return total

    return Built(apply, shapes(W=(4, 3, 5), b=(4, 5), V=(4, 5, 2)), (X,))


@model(
    """
    W: 5 units (W:1, means:0, weights:0)
    means: 4 units (means:1, weights:1)
    """
)
def mixture_density_network():
    """Components of a mixture are summed over in the likelihood of y."""

    def apply(params, x, y):
        hidden = jnp.tanh(x @ params["W"])
        means = jnp.einsum("bh,hko->bko", hidden, params["means"])
        weights = jax.nn.log_softmax(hidden @ params["weights"])
        return jax.nn.logsumexp(weights - ((y[:, None] - means) ** 2).sum(-1), axis=-1)

    return Built(apply, shapes(W=(3, 5), means=(5, 4, 2), weights=(5, 4)), (X, shape(6, 2)))


@model(
    """
    V: 5 units, one permutation for each of 4 of V:0 (V:1, W:2)
    """
)
def switch_dispatch_with_capacity():
    """Examples queue for the expert with the largest gate, of which `argmax` names the first: hidden units alone are free."""

    def apply(params, x):
        gates = jax.nn.softmax(x @ params["router"])
        chosen = jax.nn.one_hot(jnp.argmax(gates, -1), 4)
        places = jnp.cumsum(chosen, axis=0) * chosen
        taken = jax.nn.one_hot(places.astype(int) - 1, 2) * chosen[..., None]
        given = jnp.einsum("bec,bd->ecd", taken, x)
        made = jnp.einsum("ech,eho->eco", jax.nn.relu(jnp.einsum("ecd,edh->ech", given, params["W"])), params["V"])
        return jnp.einsum("bec,be,eco->bo", taken, gates, made)

    return Built(apply, shapes(router=(3, 4), W=(4, 3, 5), V=(4, 5, 2)), (X,))
