"""Sets: elements, slots, nodes of a graph, capsules; what is learned for each of them, and what they share."""

import jax
import jax.numpy as jnp

from tests.models.model import Built, model, shape, shapes

X = shape(6, 3)
WORDS = shape(2, 4, 3)


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
    keys: 5 units (keys:0, values:0)
    keys (2): 4 units (keys:1, query:1)
    """
)
def memory_slots():
    """Learned keys and values that are attended to: the slots move."""

    def apply(params, x):
        return jax.nn.softmax(x @ params["query"] @ params["keys"].T) @ params["values"]

    return Built(apply, shapes(query=(3, 4), keys=(5, 4), values=(5, 2)), (X,))


@model(
    """
    key: 6 units (key:1, query:1)
    latents: 5 units (latents:0)
    reader: 4 units (latents:1, out:0, query:0, reader:0, value:1)
    """
)
def latent_array():
    """Perceiver: latents read the words and are read by a learned query; their order is free."""

    def apply(params, x):
        scores = jnp.einsum("ld,bwd->blw", params["latents"] @ params["query"], x @ params["key"])
        latents = params["latents"] + jax.nn.softmax(scores) @ (x @ params["value"])
        weights = jax.nn.softmax(latents @ params["reader"], axis=1)
        return jnp.einsum("bl,bld->bd", weights, latents) @ params["out"]

    params = shapes(latents=(5, 4), query=(4, 6), key=(3, 6), value=(3, 4), reader=(4,), out=(4, 2))
    return Built(apply, params, (WORDS,))


@model(
    """
    W: 4 units (W:0, gate:0, gate:1, query:0, slots:1, value:1)
    W (2): 6 units (W:1, out:0)
    key: 5 units (key:1, query:1)
    slots: 3 units (slots:0)
    """
)
def slot_attention():
    """Slots compete for words by a softmax over slots, then a GRU-like update; slots are summed over at last."""

    def apply(params, x):
        slots = jnp.broadcast_to(params["slots"], (len(x), *params["slots"].shape))
        key, value = x @ params["key"], x @ params["value"]
        for _ in range(2):
            weights = jax.nn.softmax(jnp.einsum("bsk,bwk->bsw", slots @ params["query"], key), axis=1)
            weights = weights / weights.sum(-1, keepdims=True)
            update = jnp.einsum("bsw,bwd->bsd", weights, value)
            gate = jax.nn.sigmoid(update @ params["gate"])
            slots = gate * slots + (1 - gate) * jnp.tanh(update)
        return jnp.tanh(slots @ params["W"]).sum(1) @ params["out"]

    params = shapes(slots=(3, 4), query=(4, 5), key=(3, 5), value=(3, 4), gate=(4, 4), W=(4, 6), out=(6, 2))
    return Built(apply, params, (WORDS,))


@model(
    """
    given: 3 units (given:1, votes:0)
    given (2): 2 units, one permutation for each of 3 of given (given:2, votes:2)
    out: 4 units (out:0, votes:1)
    out (2): 5 units, one permutation for each of 4 of out (out:1, votes:3)
    """
)
def capsules_with_routing():
    """Votes of 3 capsules for 4, weighed by agreement in two turns; capsules of both kinds move, and features in each."""

    def apply(params, x):
        given = jnp.einsum("bd,dik->bik", x, params["given"])
        votes = jnp.einsum("bik,ijkm->bijm", given, params["votes"])

        def routed(logits):
            total = jnp.einsum("bij,bijm->bjm", jax.nn.softmax(logits, axis=2), votes)
            length = (total**2).sum(-1, keepdims=True)
            return total * jnp.sqrt(length) / (1 + length)

        first = routed(jnp.zeros(votes.shape[:3], x.dtype))
        return jnp.einsum("bjm,jmo->bo", routed(jnp.einsum("bijm,bjm->bij", votes, first)), params["out"])

    return Built(apply, shapes(given=(3, 3, 2), votes=(3, 4, 2, 5), out=(4, 5, 2)), (X,))


@model(
    """
    W: 2 units (W:1, from:0, out:0, to:0)
    W (2): 4 units, one permutation for each of 2 of W (W:2, from:1, out:0, to:1)
    """
)
def graph_attention():
    """GAT: scores from both ends of an edge, on a given graph, with concatenated heads."""

    def apply(params, edges, x):
        nodes = jnp.einsum("nd,dhk->nhk", x, params["W"])
        scores = (nodes * params["from"]).sum(-1)[:, None] + (nodes * params["to"]).sum(-1)[None]
        scores = jnp.where(edges[..., None], jax.nn.leaky_relu(scores), -1e9)
        nodes = jnp.einsum("nmh,mhk->nhk", jax.nn.softmax(scores, axis=1), nodes)
        return jax.nn.elu(nodes).reshape(len(x), -1) @ params["out"]

    params = shapes(W=(3, 2, 4), to=(2, 4), out=(8, 2)) | {"from": shape(2, 4)}
    return Built(apply, params, (shape(5, 5, dtype=jnp.bool_), shape(5, 3)))


@model(
    """
    embed: 4 units (embed:1, message:0, out:0, update:1)
    message: 5 units (message:1, update:0)
    """
)
def messages_from_both_ends_of_an_edge():
    """Features of a node lie twice along one axis of the weight: as sender and as receiver."""

    def apply(params, senders, receivers, x):
        nodes = jnp.tanh(x @ params["embed"])
        both = jnp.concatenate([nodes[senders], nodes[receivers]], -1)
        messages = jax.nn.relu(both @ params["message"])
        gathered = jax.ops.segment_sum(messages, receivers, num_segments=len(x))
        return (nodes + gathered @ params["update"]) @ params["out"]

    params = shapes(embed=(3, 4), message=(8, 5), update=(5, 4), out=(4, 2))
    return Built(apply, params, (shape(7, dtype=jnp.int32), shape(7, dtype=jnp.int32), shape(5, 3)), integers_below=5)
