"""Functions in JAX, each with arrays for its arguments, that together use the primitives that networks are made of."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from jax.ad_checkpoint import checkpoint_name
from jax.sharding import SingleDeviceSharding

VECTOR = np.array([0.625, -0.3125, 1.75, -1.125, 0.21])
POSITIVE = np.array([0.625, 0.3125, 1.75, 1.125])
WITHIN_ONE = np.array([0.625, -0.3125, 0.11, -0.875])
TABLE = np.random.default_rng(1).normal(size=(3, 4))
SQUARE = np.random.default_rng(2).normal(size=(4, 4))
CUBE = np.random.default_rng(3).normal(size=(2, 3, 4))
OTHER_CUBE = np.random.default_rng(4).normal(size=(2, 4, 3))
IMAGE = np.random.default_rng(5).normal(size=(2, 5, 6, 4))
KERNEL = np.random.default_rng(6).normal(size=(3, 2, 4, 4))
LINE = np.random.default_rng(7).normal(size=(2, 7, 3))
LINE_KERNEL = np.random.default_rng(8).normal(size=(4, 7, 2))
INDICES = np.array([[2, 0], [1, 1]])

ELEMENTWISE: dict[str, tuple[Callable, Any]] = {
    "exp": (jnp.exp, VECTOR),
    "exp2": (jnp.exp2, VECTOR),
    "expm1": (jnp.expm1, VECTOR),
    "log": (jnp.log, POSITIVE),
    "log1p": (jnp.log1p, WITHIN_ONE),
    "sqrt": (jnp.sqrt, POSITIVE),
    "rsqrt": (lax.rsqrt, POSITIVE),
    "cbrt": (jnp.cbrt, VECTOR),
    "sin": (jnp.sin, VECTOR),
    "cos": (jnp.cos, VECTOR),
    "tan": (jnp.tan, VECTOR),
    "asin": (jnp.arcsin, WITHIN_ONE),
    "acos": (jnp.arccos, WITHIN_ONE),
    "atan": (jnp.arctan, VECTOR),
    "sinh": (jnp.sinh, VECTOR),
    "cosh": (jnp.cosh, VECTOR),
    "tanh": (jnp.tanh, VECTOR),
    "asinh": (jnp.arcsinh, VECTOR),
    "acosh": (jnp.arccosh, POSITIVE + 1),
    "atanh": (jnp.arctanh, WITHIN_ONE),
    "logistic": (lax.logistic, VECTOR),
    "erf": (lax.erf, VECTOR),
    "erfc": (lax.erfc, VECTOR),
    "erf_inv": (lax.erf_inv, WITHIN_ONE),
    "lgamma": (lax.lgamma, POSITIVE),
    "digamma": (lax.digamma, POSITIVE),
    "abs": (jnp.abs, VECTOR),
    "sign": (lambda x: jnp.sign(x) * x, VECTOR),
    "square": (lax.square, VECTOR),
    "neg": (lambda x: -x, VECTOR),
    "integer_pow": (lambda x: x**3 + x**-2, VECTOR),
    "pow with a float": (lambda x: x**1.5, POSITIVE),
    "pow with whole floats": (lambda x: lax.pow(x, jnp.array([2.0, 3.0, 0.0, -1.0, 1.0])), VECTOR),
    "pow with integers": (lambda x: jnp.power(x, jnp.arange(5)), VECTOR),
    "pow of two": (lambda x: x ** x[::-1], POSITIVE),
    "atan2": (lambda x: jnp.arctan2(x, x[::-1] - 0.1), VECTOR),
    "atan2 with constants": (lambda x: jnp.arctan2(x, -2.0) + jnp.arctan2(1.0, x), VECTOR),
    "quotients": (lambda x: (1 - x) / (x + 3) + 2 / x, VECTOR),
    "max and min": (lambda x: jnp.maximum(x, 0.2) + jnp.minimum(x, x[::-1]) * x, VECTOR),
    "clamp": (lambda x: jnp.clip(x, -0.5, 1.0) ** 2, VECTOR),
    "clamp of arrays": (lambda x: lax.clamp(x - 1, x * x, x + 0.5), VECTOR),
    "floor": (lambda x: x * jnp.floor(x), VECTOR * 2),
    "ceil": (lambda x: x * jnp.ceil(x), VECTOR * 2),
    "round": (lambda x: x * jnp.round(x) + x * lax.round(x, lax.RoundingMethod.AWAY_FROM_ZERO), VECTOR * 4),
    "whole numbers are rounded to themselves": (
        lambda x: x * (jnp.floor(x / 3 * 3) + jnp.ceil(x) + jnp.round(x)),
        np.array([-2.0, 0.0, 3.0]),
    ),
    "rem": (lambda x: lax.rem(x, 0.7) + lax.rem(5.0, x) * x, VECTOR),
    "mod": (lambda x: jnp.mod(x, 0.7), VECTOR),
    "is_finite": (lambda x: jnp.where(jnp.isfinite(x), x * x, 0.0), VECTOR),
    "comparisons": (
        lambda x: x * (x > 0.2) + x**2 * (x <= x[::-1]) + x**3 * (x == x) + x * (x < 0) + x * (x >= 1) + x * (x != 1),
        VECTOR,
    ),
    "select of three": (lambda x: lax.select_n(jnp.arange(5) % 3, x, x * x, 2 / x), VECTOR),
    "bits of comparisons": (lambda x: jnp.where(((x > 0) & (x < 1)) | ~(x > -1) ^ (x > 0.5), x * x, -x), VECTOR),
    "integers of floors": (lambda x: x * jnp.floor(x).astype(int), VECTOR),
    "logaddexp": (lambda x: jnp.logaddexp(x, 0.0), VECTOR),
    "random numbers": (lambda x: x * jax.random.normal(jax.random.key(3), x.shape), VECTOR),
    "dropout": (lambda x: jnp.where(jax.random.bernoulli(jax.random.key(0), 0.5, x.shape), x / 0.5, 0.0), VECTOR),
    "nan where it is not taken": (lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0), VECTOR),
}

SHAPES: dict[str, tuple[Callable, Any]] = {
    "broadcast": (lambda x: x[:, None] * jnp.ones((5, 3)) + jnp.broadcast_to(x, (3, 5)).T, VECTOR),
    "reshape": (lambda x: x.reshape(2, 6) * jnp.arange(12.0).reshape(2, 6), TABLE),
    "transpose": (lambda x: jnp.transpose(x, (2, 0, 1)), CUBE),
    "squeeze": (lambda x: jnp.squeeze(jnp.expand_dims(x, (0, 2)), 2), TABLE),
    "rev": (lambda x: jnp.flip(x, (0, 2)), CUBE),
    "concatenate": (lambda x: jnp.concatenate([x, jnp.ones((3, 2)), x[:, :1] * 2], 1), TABLE),
    "stack": (lambda x: jnp.stack([x, x * x, jnp.zeros_like(x)], 1), TABLE),
    "unstack": (lambda x: [each * place for place, each in enumerate(jnp.unstack(x, axis=1))], CUBE),
    "tile": (lambda x: jnp.tile(x, (2, 3)), TABLE),
    "pad": (lambda x: lax.pad(x, 0.5, ((1, 2, 0), (0, 1, 2))), TABLE),
    "pad by less": (lambda x: lax.pad(x, 0.5, ((-1, 3, 1), (-2, -1, 2))), TABLE),
    "pad with what depends on the input": (lambda x: lax.pad(x, x[0, 0], ((1, 0, 0), (0, -1, 0))), TABLE),
    "slice": (lambda x: lax.slice(x, (0, 1), (3, 4), (2, 2)) + x[1:, ::3][1], TABLE),
    "dynamic_slice": (lambda x: lax.dynamic_slice(x, (jnp.int32(1), jnp.int32(3)), (2, 2)), TABLE),
    "dynamic_update_slice": (lambda x: lax.dynamic_update_slice(x, x[:2, :2] ** 2, (2, 1)), TABLE),
    "dynamic_update_slice of constants": (lambda x: jnp.zeros((4, 5)).at[1:4, 1:].set(x) * 2, TABLE),
    "split": (lambda x: [each**power for power, each in enumerate(jnp.split(x, [1, 3], 1), 1)], TABLE),
    "gather": (lambda x: x[INDICES], TABLE),
    "gather of entries": (lambda x: x[INDICES, INDICES.T], TABLE),
    "gather beyond the end": (lambda x: x.at[jnp.array([0, 5, -1])].get(mode="fill", fill_value=2.5), TABLE),
    "gather beyond the end, clipped": (lambda x: x.at[:, jnp.array([0, 9])].get(mode="clip"), TABLE),
    "gather of windows": (lambda x: jax.vmap(lambda i: lax.dynamic_slice(x, (i, 0), (2, 3)))(jnp.arange(3)), TABLE),
    "gather with batches": (lambda x: jax.vmap(lambda row, i: row[i])(x, jnp.array([[0, 3], [1, 1], [2, 0]])), TABLE),
    "take_along_axis": (lambda x: jnp.take_along_axis(x, jnp.array([[3, 0], [1, 1], [2, 2]]), 1), TABLE),
    "scatter": (lambda x: x.at[jnp.array([2, 0])].set(x[:2] ** 2), TABLE),
    "scatter beyond the end": (lambda x: x.at[jnp.array([2, 7])].set(x[:2] ** 2, mode="drop"), TABLE),
    "scatter_add": (lambda x: x.at[INDICES].add(x[:2, None] ** 2), TABLE),
    "scatter_add to constants": (lambda x: jnp.zeros((4, 4)).at[jnp.array([3, 3, 1])].add(x), TABLE),
    "scatter_add of columns": (lambda x: x.at[:, jnp.array([1, 1, 3])].add(jnp.sin(x[:, :3])), TABLE),
    "scatter_sub": (lambda x: x.at[INDICES, 0].subtract(2.5 * x[:2, :2]), TABLE),
    "scatter_mul": (lambda x: x.at[jnp.array([0, 2])].multiply(x[1], unique_indices=True), TABLE),
    "scatter_max": (lambda x: x.at[jnp.array([0, 0, 2])].max(jnp.array([0.1, 0.2, 0.3])[:, None] + x), TABLE),
    "scatter_min": (lambda x: x.at[jnp.array([0, 0, 2])].min(jnp.array([0.1, 0.2, 0.3])[:, None] * x), TABLE),
    "gradient of a gather with batches": (
        jax.grad(lambda x: jnp.sum(jnp.sin(jnp.take_along_axis(x, jnp.array([[3, 0], [1, 1], [2, 2]]), 1)))),
        TABLE,
    ),
    "diagonal and triangles": (lambda x: jnp.tril(x) @ jnp.triu(x) + jnp.diag(x) + jnp.trace(x), SQUARE),
    "roll and repeat": (lambda x: jnp.roll(x, 1, 0) * x + jnp.repeat(x[:, :2], 2, 1), TABLE),
    "one_hot": (lambda x: jax.nn.one_hot(jnp.array([1, 0, 3]), 4) * x, TABLE),
}

REDUCTIONS: dict[str, tuple[Callable, Any]] = {
    "reduce_sum": (lambda x: [jnp.sum(x), jnp.sum(x, 1), jnp.sum(x, (0, 2), keepdims=True)], CUBE),
    "reduce_prod": (lambda x: [jnp.prod(x), jnp.prod(x, (0, 2))], CUBE),
    "reduce_max": (lambda x: [jnp.max(x), jnp.max(x, (2, 0)), x.max(1)], CUBE),
    "reduce_min": (lambda x: [jnp.min(x), jnp.min(x, (2, 0)), x.min(1)], CUBE),
    "psum": (jax.vmap(lambda x: lax.psum(x, "rows") * x, axis_name="rows"), TABLE),
    "reduce_and, reduce_or": (lambda x: jnp.where((x > 0).any(1) & ~(x > 0).all(1), x[:, 0], x[:, 1] ** 2), CUBE),
    "argmax and argmin": (lambda x: x[jnp.argmax(x, 0), jnp.arange(4)] * x[jnp.argmin(x[:, 0])], TABLE),
    "mean, variance, median": (lambda x: [x.mean(0), x.var(1), x.std(), jnp.median(x, 1)], TABLE),
    "cumsum": (lambda x: jnp.cumsum(x, 1) + lax.cumsum(x, 0, reverse=True), TABLE),
    "cumprod": (lambda x: jnp.cumprod(x, 1) + lax.cumprod(x, 0, reverse=True), TABLE),
    "cummax": (lambda x: lax.cummax(x, 1) + lax.cummax(x, 0, reverse=True), TABLE),
    "cummin": (lambda x: lax.cummin(x, 1) + lax.cummin(x, 0, reverse=True), TABLE),
    "cumlogsumexp": (lambda x: lax.cumlogsumexp(x, 1) + lax.cumlogsumexp(x, 0, reverse=True), TABLE),
    "sort": (lambda x: [jnp.sort(x, 0), jnp.sort(x, 1, descending=True)], TABLE),
    "argsort": (lambda x: x[jnp.argsort(x[:, 1])], TABLE),
    "sort of many": (lambda x: lax.sort((jnp.floor(x), x, x * x), dimension=1, num_keys=2), TABLE),
    "top_k": (lambda x: lax.top_k(x, 2)[0] * lax.top_k(x, 2)[1], TABLE),
    "logsumexp": (lambda x: jax.nn.logsumexp(x, 1), TABLE),
    "norm": (lambda x: [jnp.linalg.norm(x), jnp.linalg.norm(x, axis=1)], TABLE),
}

CONVOLUTIONS = {
    "plain": {"window_strides": (1, 1), "padding": "VALID"},
    "with strides": {"window_strides": (2, 3), "padding": "SAME"},
    "with padding": {"window_strides": (1, 2), "padding": ((2, 1), (-1, 3))},
    "with dilations": {
        "window_strides": (2, 1),
        "padding": ((1, 2), (0, -1)),
        "lhs_dilation": (2, 3),
        "rhs_dilation": (2, 2),
    },
}


def convolution(settings: dict, image: Any, kernel: Any) -> Any:
    """Images with channels last."""
    return lax.conv_general_dilated(image, kernel, dimension_numbers=("NHWC", "HWIO", "NHWC"), **settings)


def square_total(function: Callable) -> Callable:
    return lambda *arguments: jnp.sum(function(*arguments) ** 2)


def gradients(function: Callable) -> Callable:
    """Of a total of squares, in both arguments."""
    return jax.grad(square_total(function), (0, 1))


GROUPED = functools.partial(convolution, {"window_strides": (1, 2), "padding": "SAME", "feature_group_count": 2})

CONTRACTIONS: dict[str, tuple[Callable, Any]] = {
    "vectors": (lambda x: x @ x * jnp.arange(2.0), VECTOR),
    "matrices": (lambda x, y: x @ y, (TABLE, SQUARE)),
    "matrix and vector": (lambda x, y: x @ y[0], (TABLE, SQUARE)),
    "batches": (lambda x, y: x @ y, (CUBE, OTHER_CUBE)),
    "einsum": (lambda x, y: jnp.einsum("bij,bjk,lk->lib", x, y, y[0]), (CUBE, OTHER_CUBE)),
    "many axes": (lambda x, y: jnp.tensordot(x, y, ((0, 2), (0, 1))), (CUBE, OTHER_CUBE)),
    "outer product": (lambda x: jnp.tensordot(x, x, 0), VECTOR),
    "with constants": (lambda x: jnp.ones((2, 3)) @ x @ jnp.arange(4.0), TABLE),
    **{
        f"convolution {name}": (functools.partial(convolution, settings), (IMAGE, KERNEL))
        for name, settings in CONVOLUTIONS.items()
    },
    **{
        f"gradient of a convolution {name}": (
            gradients(functools.partial(convolution, settings)),
            (IMAGE[:, :4, :4, :2], KERNEL[:2, :, :2, :1]),
        )
        for name, settings in CONVOLUTIONS.items()
    },
    "convolution in groups": (GROUPED, (IMAGE, KERNEL[:, :, :2])),
    "gradient of a convolution in groups": (gradients(GROUPED), (IMAGE[:, :3, :3], KERNEL[:2, :, :2])),
    "convolution of lines": (lambda x, y: lax.conv(x, y, (1,), "SAME"), (LINE, LINE_KERNEL)),
    "transposed convolution": (lambda x, y: lax.conv_transpose(x, y, (2, 2), "SAME"), (IMAGE, KERNEL)),
}


def pool(function: Callable, start: float, image: Any, **settings: Any) -> Any:
    window = {"window_dimensions": (1, 2, 3, 1), "window_strides": (1, 2, 2, 1), "padding": "SAME"} | settings
    return lax.reduce_window(image, start, function, **window)


AVERAGE = functools.partial(pool, lax.add, 0.0)
LARGEST = functools.partial(pool, lax.max, -jnp.inf)
SMALLEST = functools.partial(pool, lax.min, jnp.inf)
DILATED = {"base_dilation": (1, 2, 1, 1), "window_dilation": (1, 1, 2, 1)}

POOLS: dict[str, tuple[Callable, Any]] = {
    "sum pool": (AVERAGE, IMAGE),
    "sum pool, dilated": (functools.partial(AVERAGE, **DILATED), IMAGE),
    "max pool": (LARGEST, IMAGE),
    "max pool, dilated": (functools.partial(LARGEST, **DILATED), IMAGE),
    "max pool, padded": (functools.partial(LARGEST, padding=((0, 0), (1, 1), (2, 0), (0, 0))), IMAGE),
    "min pool": (SMALLEST, IMAGE),
    "gradient of a sum pool": (jax.grad(square_total(AVERAGE)), IMAGE[:1, :4, :4, :2]),
    "gradient of a max pool": (jax.grad(square_total(LARGEST)), IMAGE[:1, :4, :4, :2]),
    "gradient of a min pool": (jax.grad(square_total(SMALLEST)), IMAGE[:1, :4, :4, :2]),
    "change of a max pool": (lambda x: jax.jvp(LARGEST, (x,), (x**2,))[1], IMAGE),
}


def loop_until_large(x: Any) -> Any:
    return lax.while_loop(lambda state: jnp.sum(state**2) < 20, lambda state: state * 1.5 + x[0], x)


def backwards(x: Any) -> Any:
    def step(carry: Any, row: Any) -> Any:
        carry = jnp.tanh(carry + row * x[0])
        return carry, (carry * row, row.sum())

    return lax.scan(step, jnp.zeros(4), x, reverse=True)


CONTROL: dict[str, tuple[Callable, Any]] = {
    "scan": (lambda x: lax.scan(lambda carry, row: (carry * row + 1, carry.sum()), jnp.ones(4), x), TABLE),
    "scan of scalars": (lambda x: lax.scan(lambda carry, entry: (carry * entry, jnp.sin(entry)), 1.0, x), VECTOR),
    "scan backwards": (backwards, TABLE),
    "scan over nothing but a counter": (
        lambda x: lax.scan(lambda carry, i: (carry * x, i), x, jnp.arange(3))[0],
        VECTOR,
    ),
    "scan of no steps": (lambda x: lax.scan(lambda carry, row: (carry, row), x[0], x[:0]), TABLE),
    "gradient of a scan": (jax.grad(lambda x: jnp.sum(backwards(x)[0] ** 2)), TABLE),
    "while": (loop_until_large, VECTOR),
    "fori_loop": (lambda x: lax.fori_loop(0, 3, lambda i, state: jnp.sin(state) * x[i], x), VECTOR),
    "cond": (lambda x: lax.cond(x[0] > 0, lambda y: y * y, lambda y: -y, x), VECTOR),
    "switch": (lambda x: lax.switch(7, [jnp.sin, jnp.cos, jnp.exp], x) + lax.switch(-3, [jnp.sin, jnp.cos], x), VECTOR),
    "cond with a constant": (lambda x: lax.cond(x[0] < 0, lambda y: y[0], lambda y: 1.0, x) * x, VECTOR),
    "jit": (jax.jit(lambda x: jax.jit(jnp.sin)(x) * 2), VECTOR),
    "checkpoint": (jax.grad(lambda x: jnp.sum(jax.checkpoint(lambda y: jnp.sin(y) ** 2)(x))), VECTOR),
    "vmap": (jax.vmap(lambda row: jnp.dot(row, row) * row), TABLE),
    "map": (lambda x: lax.map(lambda row: jnp.cumsum(row) / row[0], x), TABLE),
    "associative_scan": (lambda x: lax.associative_scan(jnp.multiply, x), TABLE),
    "printing": (lambda x: jax.debug.callback(lambda _: None, x) or x * x, VECTOR),
    "closure over an array": (lambda x: x * jnp.asarray(VECTOR) / 3, VECTOR),
    "constant result": (lambda x: [x, jnp.arange(3.0)], VECTOR),
    "name": (lambda x: checkpoint_name(x * x, "square"), VECTOR),
    "code for each platform": (lambda x: lax.platform_dependent(x, cpu=jnp.sin, default=jnp.sin), VECTOR),
    "place on a device": (
        lambda x: lax.with_sharding_constraint(x * x, SingleDeviceSharding(jax.devices()[0])),
        VECTOR,
    ),
    "search": (lambda x: x * jnp.searchsorted(jnp.sort(x), x), VECTOR),
    "table look-up": (lambda x: jnp.interp(x, jnp.linspace(-2.0, 2.0, 5), jnp.arange(5.0) ** 2), VECTOR),
    "optimization_barrier": (lambda x: lax.optimization_barrier((x, x * x)), VECTOR),
    "device_put": (lambda x: jax.device_put(x * x), VECTOR),
}

ACTIVATIONS: dict[str, tuple[Callable, Any]] = {
    name: (getattr(jax.nn, name), VECTOR)
    for name in (
        *("relu", "relu6", "sigmoid", "softplus", "silu", "soft_sign", "log_sigmoid", "leaky_relu", "hard_sigmoid"),
        *("hard_tanh", "hard_silu", "elu", "celu", "selu", "gelu", "squareplus", "mish", "softmax", "log_softmax"),
        *("sparse_plus", "standardize"),
    )
} | {
    "exact gelu": (functools.partial(jax.nn.gelu, approximate=False), VECTOR),
    "glu": (jax.nn.glu, TABLE),
}


def batch_norm(x: Any, scale: Any) -> Any:
    return (x - x.mean(0)) / jnp.sqrt(x.var(0) + 1e-5) * scale


def layer_norm(x: Any, scale: Any) -> Any:
    return (x - x.mean(-1, keepdims=True)) * lax.rsqrt(x.var(-1, keepdims=True) + 1e-5) * scale


def attention(x: Any, weight: Any) -> Any:
    """Causal."""
    queries, keys = x @ weight, x @ weight.T
    scores = jnp.where(jnp.tril(jnp.ones((3, 3), bool)), queries @ keys.T / 2.0, -jnp.inf)
    return jax.nn.softmax(scores) @ x


def lstm(x: Any, weight: Any) -> Any:
    def step(state: Any, row: Any) -> Any:
        hidden, cell = state
        gates = jnp.tile(jnp.concatenate([row[:2], hidden]) @ weight, 2).reshape(4, 2)
        cell = jax.nn.sigmoid(gates[0]) * cell + jax.nn.sigmoid(gates[1]) * jnp.tanh(gates[2])
        hidden = jax.nn.sigmoid(gates[3] + 1) * jnp.tanh(cell)
        return (hidden, cell), hidden

    return lax.scan(step, (jnp.zeros(2), jnp.zeros(2)), x)[1]


LABELS = np.array([1, 3, 0])


def network_loss(x: Any, weight: Any) -> Any:
    logits = jnp.tanh(x @ weight) @ weight
    return optax.softmax_cross_entropy_with_integer_labels(logits, LABELS).mean()


def written_loss(x: Any, weight: Any) -> Any:
    logits = jax.nn.gelu(x @ weight) @ weight
    return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(3), LABELS])


def convolutional_loss(image: Any, kernel: Any) -> Any:
    hidden = LARGEST(jax.nn.relu(convolution(CONVOLUTIONS["with strides"], image, kernel)))
    return jnp.mean(hidden**2) + optax.huber_loss(hidden).sum()


NETWORKS: dict[str, tuple[Callable, Any]] = {
    "batch norm": (batch_norm, (TABLE, SQUARE[0])),
    "layer norm": (layer_norm, (TABLE, SQUARE[0])),
    "attention": (attention, (TABLE, SQUARE)),
    "lstm": (lstm, (TABLE, SQUARE)),
    "loss of a network": (network_loss, (TABLE, SQUARE)),
    "written loss": (written_loss, (TABLE, SQUARE)),
    "loss of a convolutional network": (convolutional_loss, (IMAGE, KERNEL)),
    "sigmoid loss": (lambda x: optax.sigmoid_binary_cross_entropy(x, x > 0).mean(), TABLE),
    "gradient of a network": (jax.grad(network_loss, (0, 1)), (TABLE, SQUARE)),
    "gradient of a written loss": (jax.grad(written_loss, (0, 1)), (TABLE, SQUARE)),
    "gradient of layer norm": (gradients(layer_norm), (TABLE, SQUARE[0])),
    "gradient of attention": (gradients(attention), (TABLE, SQUARE)),
    "gradient of an lstm": (gradients(lstm), (TABLE, SQUARE)),
    "gradient of a convolutional network": (
        jax.grad(convolutional_loss, (0, 1)),
        (IMAGE[:1, :4, :4, :2], KERNEL[:2, :, :2, :2]),
    ),
}

PROGRAMS: dict[str, tuple[Callable, Any]] = {
    f"{family}: {name}": case
    for family, cases in {
        "elementwise": ELEMENTWISE,
        "shapes": SHAPES,
        "reductions": REDUCTIONS,
        "contractions": CONTRACTIONS,
        "pools": POOLS,
        "control": CONTROL,
        "activations": ACTIVATIONS,
        "networks": NETWORKS,
    }.items()
    for name, case in cases.items()
}
"""Functions with their argument, or a tuple of them."""

FORWARDS_ONLY = ("pools: max pool, dilated", "control: while", "control: fori_loop")
"""Programs that JAX differentiates forwards, but not backwards."""
