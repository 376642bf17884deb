"""Small models with the specification that is right for each, as somebody who merges models would write it."""

import dataclasses
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery import UnitGroups, discover

Spec = dict[str, tuple]


@dataclasses.dataclass(frozen=True)
class Model:
    """A function, its parameters by path, inputs, and its specification.

    The inputs are all 1 and the biases all 0, as after initialisation, so that given values alone hide mistakes.
    """

    apply: Callable
    params: dict[str, np.ndarray]
    inputs: tuple
    spec: Spec

    @property
    def groups(self) -> UnitGroups:
        return discover(self.apply, self.params, *self.inputs)


def _params(**shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    source = np.random.default_rng(0)
    params = {}
    for name, shape in shapes.items():
        path = name.replace("__", "/")
        drawn = source.normal(size=shape)
        start = {"bias": np.zeros(shape), "mean": np.zeros(shape), "var": np.ones(shape), "scale": np.ones(shape)}
        params[path] = start.get(path.rpartition("/")[2], drawn).astype(np.float32)
    return params


def _dense(params: dict, name: str, x: jax.Array) -> jax.Array:
    return x @ params[f"{name}/kernel"] + params[f"{name}/bias"]


def _mlp(params: dict, x: jax.Array) -> jax.Array:
    hidden = jnp.tanh(_dense(params, "Dense_0", x))
    hidden = jnp.tanh(_dense(params, "Dense_1", hidden))
    return _dense(params, "Dense_2", hidden)


MLP = Model(
    _mlp,
    _params(
        Dense_0__kernel=(3, 4),
        Dense_0__bias=(4,),
        Dense_1__kernel=(4, 4),
        Dense_1__bias=(4,),
        Dense_2__kernel=(4, 2),
        Dense_2__bias=(2,),
    ),
    (np.ones((4, 3), np.float32),),
    {
        "Dense_0/kernel": (None, "P_0"),
        "Dense_0/bias": ("P_0",),
        "Dense_1/kernel": ("P_0", "P_1"),
        "Dense_1/bias": ("P_1",),
        "Dense_2/kernel": ("P_1", None),
        "Dense_2/bias": (None,),
    },
)


def _normalised(params: dict, name: str, x: jax.Array) -> jax.Array:
    mean, var = params[f"batch_stats/{name}/mean"], params[f"batch_stats/{name}/var"]
    return (x - mean) / jnp.sqrt(var + 1e-5) * params[f"{name}/scale"] + params[f"{name}/bias"]


def _convolved(params: dict, name: str, x: jax.Array) -> jax.Array:
    return jax.lax.conv_general_dilated(
        x, params[f"{name}/kernel"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def _cnn(params: dict, x: jax.Array) -> jax.Array:
    hidden = jax.nn.relu(_normalised(params, "BatchNorm_0", _convolved(params, "Conv_0", x)))
    hidden = jax.nn.relu(_normalised(params, "BatchNorm_1", _convolved(params, "Conv_1", hidden)))
    return _dense(params, "Dense_0", hidden.mean((1, 2)))


CNN = Model(
    _cnn,
    _params(
        Conv_0__kernel=(2, 2, 2, 3),
        Conv_1__kernel=(2, 2, 3, 3),
        BatchNorm_0__scale=(3,),
        BatchNorm_0__bias=(3,),
        BatchNorm_1__scale=(3,),
        BatchNorm_1__bias=(3,),
        batch_stats__BatchNorm_0__mean=(3,),
        batch_stats__BatchNorm_0__var=(3,),
        batch_stats__BatchNorm_1__mean=(3,),
        batch_stats__BatchNorm_1__var=(3,),
        Dense_0__kernel=(3, 2),
        Dense_0__bias=(2,),
    ),
    (np.ones((2, 3, 3, 2), np.float32),),
    {
        "Conv_0/kernel": (None, None, None, "P_0"),
        "BatchNorm_0/scale": ("P_0",),
        "BatchNorm_0/bias": ("P_0",),
        "batch_stats/BatchNorm_0/mean": ("P_0",),
        "batch_stats/BatchNorm_0/var": ("P_0",),
        "Conv_1/kernel": (None, None, "P_0", "P_1"),
        "BatchNorm_1/scale": ("P_1",),
        "BatchNorm_1/bias": ("P_1",),
        "batch_stats/BatchNorm_1/mean": ("P_1",),
        "batch_stats/BatchNorm_1/var": ("P_1",),
        "Dense_0/kernel": ("P_1", None),
        "Dense_0/bias": (None,),
    },
)


def _residual(params: dict, x: jax.Array) -> jax.Array:
    stream = _dense(params, "Embed", x)
    for block in ("Block_0", "Block_1"):
        stream = stream + _dense(params, f"{block}/Out", jnp.tanh(_dense(params, f"{block}/In", stream)))
    return _dense(params, "Head", stream)


RESIDUAL = Model(
    _residual,
    _params(
        Embed__kernel=(2, 4),
        Embed__bias=(4,),
        Block_0__In__kernel=(4, 4),
        Block_0__In__bias=(4,),
        Block_0__Out__kernel=(4, 4),
        Block_0__Out__bias=(4,),
        Block_1__In__kernel=(4, 4),
        Block_1__In__bias=(4,),
        Block_1__Out__kernel=(4, 4),
        Block_1__Out__bias=(4,),
        Head__kernel=(4, 2),
        Head__bias=(2,),
    ),
    (np.ones((4, 2), np.float32),),
    {
        "Embed/kernel": (None, "P_res"),
        "Embed/bias": ("P_res",),
        "Block_0/In/kernel": ("P_res", "P_0"),
        "Block_0/In/bias": ("P_0",),
        "Block_0/Out/kernel": ("P_0", "P_res"),
        "Block_0/Out/bias": ("P_res",),
        "Block_1/In/kernel": ("P_res", "P_1"),
        "Block_1/In/bias": ("P_1",),
        "Block_1/Out/kernel": ("P_1", "P_res"),
        "Block_1/Out/bias": ("P_res",),
        "Head/kernel": ("P_res", None),
        "Head/bias": (None,),
    },
)


def _gate(params: dict, name: str, x: jax.Array, hidden: jax.Array) -> jax.Array:
    return jax.nn.sigmoid(x @ params[f"{name}/input"] + hidden @ params[f"{name}/recurrent"] + params[f"{name}/bias"])


def _cell(params: dict, x: jax.Array) -> jax.Array:
    hidden = memory = jnp.zeros((x.shape[0], 3), x.dtype)
    for step in range(x.shape[1]):
        forget, new = (_gate(params, name, x[:, step], hidden) for name in ("Forget", "New"))
        memory = forget * memory + (1 - forget) * new
        hidden = jnp.tanh(memory)
    return _dense(params, "Dense_0", hidden)


CELL = Model(
    _cell,
    _params(
        Forget__input=(2, 3),
        Forget__recurrent=(3, 3),
        Forget__bias=(3,),
        New__input=(2, 3),
        New__recurrent=(3, 3),
        New__bias=(3,),
        Dense_0__kernel=(3, 2),
        Dense_0__bias=(2,),
    ),
    (np.ones((3, 2, 2), np.float32),),
    {
        "Forget/input": (None, "P_0"),
        "Forget/recurrent": ("P_0", "P_0"),
        "Forget/bias": ("P_0",),
        "New/input": (None, "P_0"),
        "New/recurrent": ("P_0", "P_0"),
        "New/bias": ("P_0",),
        "Dense_0/kernel": ("P_0", None),
        "Dense_0/bias": (None,),
    },
)

MODELS = {"MLP": MLP, "CNN with batch norm": CNN, "residual network": RESIDUAL, "recurrent cell": CELL}
