"""Densities, energies, kernels and factors: sums over units that nothing reads one by one."""

import jax
import jax.numpy as jnp

from tests.models.model import Built, model, shape, shapes

X = shape(6, 3)


@model(
    """
    first: 5 units (first/W:1, first/scale:0, first/shift:0)
    second: 5 units (second/W:1, second/scale:0, second/shift:0)
    """
)
def coupling_flow():
    """RealNVP: half of the inputs scale and shift the other half, by networks whose hidden units are free."""

    def apply(params, x):
        one, other = x[:, :2], x[:, 2:]
        logs = []
        for layer in ("first", "second"):
            hidden = jnp.tanh(one @ params[layer]["W"])
            log_scale = jnp.tanh(hidden @ params[layer]["scale"])
            one, other = other * jnp.exp(log_scale) + hidden @ params[layer]["shift"], one
            logs.append(log_scale.sum(-1))
        return one, other, sum(logs)

    layer = shapes(W=(2, 5), scale=(5, 2), shift=(5, 2))
    return Built(apply, {"first": layer, "second": layer}, (shape(6, 4),))


@model(
    """
    hidden: 5 units (W:1, hidden:0)
    """
)
def restricted_boltzmann_machine():
    """Its free energy sums over hidden units."""

    def apply(params, x):
        return -(x @ params["visible"]) - jax.nn.softplus(x @ params["W"] + params["hidden"]).sum(-1)

    return Built(apply, shapes(visible=(3,), W=(3, 5), hidden=(5,)), (X,))


@model(
    """
    W: 4 units (W:1, out:0, patterns:1)
    patterns: 5 units (patterns:0)
    """
)
def modern_hopfield_network():
    """Patterns are stored as rows, read twice."""

    def apply(params, x):
        state = x @ params["W"]
        for _ in range(2):
            state = jax.nn.softmax(state @ params["patterns"].T) @ params["patterns"]
        return state @ params["out"]

    return Built(apply, shapes(W=(3, 4), patterns=(5, 4), out=(4, 2)), (X,))


@model(
    """
    items: 4 units (items:1, users:1)
    """
)
def matrix_factorisation():
    """Users and items are rows by number; factors are summed over."""

    def apply(params, users, items):
        scores = (params["users"][users] * params["items"][items]).sum(-1)
        return scores + params["bias"][items]

    numbers = shape(6, dtype=jnp.int32)
    return Built(apply, shapes(users=(3, 4), items=(3, 4), bias=(3,)), (numbers, numbers))


@model(
    """
    first: 4 units (first:2, second:0)
    last: 5 units (last:0, second:3)
    """
)
def tensor_train_layer():
    """A weight of 4 x 9 in two cores: each bond is a group."""

    def apply(params, x):
        first = jnp.einsum("bij,iar->bjar", x.reshape(len(x), 2, 3), params["first"])
        made = jnp.einsum("bjar,rjcs->bacs", first, params["second"])
        return jnp.einsum("bacs,s->bac", made, params["last"]).reshape(len(x), -1)

    return Built(apply, shapes(first=(2, 2, 4), second=(4, 3, 3, 5), last=(5,)), (shape(6, 6),))


@model(
    """
    branch: 5 units (branch:1, branch_out:0)
    branch_out: 4 units (branch_out:1, trunk_out:1)
    phase: 6 units (phase:0, trunk:1, trunk_out:0)
    """
)
def operator_network():
    """DeepONet: branch and trunk meet in a product that is summed over."""

    def apply(params, function, place):
        branch = jnp.tanh(function @ params["branch"]) @ params["branch_out"]
        trunk = jnp.sin(30 * (place @ params["trunk"]) + params["phase"]) @ params["trunk_out"]
        return (branch[:, None] * trunk).sum(-1) + params["bias"]

    params = shapes(branch=(3, 5), branch_out=(5, 4), trunk=(2, 6), phase=(6,), trunk_out=(6, 4), bias=())
    return Built(apply, params, (X, shape(6, 7, 2)))


@model(
    """
    U: 5 units (U:0, W:1)
    """
)
def whitened_features():
    """A Cholesky factor mixes features in their order; the units before them are free."""

    def apply(params, x):
        features = jnp.tanh(x @ params["W"]) @ params["U"]
        covariance = features.T @ features + jnp.eye(4)
        return (
            jax.scipy.linalg.solve_triangular(jnp.linalg.cholesky(covariance), features.T, lower=True).T @ params["V"]
        )

    return Built(apply, shapes(W=(3, 5), U=(5, 4), V=(4, 2)), (X,), on_numpy=False)


@model(
    """
    W: 5 units (W:1)
    """
)
def kernel_regression_on_features():
    """A Gaussian process on learned features: only inner products of features are used."""

    def apply(params, x, y):
        features = jnp.tanh(x @ params["W"])
        kernel = features @ features.T + 0.1 * jnp.eye(len(x))
        return jnp.linalg.solve(kernel, y)

    return Built(apply, shapes(W=(3, 5)), (X, shape(6)), on_numpy=False)
