"""Convolutional networks: channels are the units."""

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
from flax import nnx

from tests.models.model import KEY, Built, equinox, linen, linen_with_state, model, of_nnx, shape

IMAGES = shape(2, 4, 4, 3)


class ConvNet(nn.Module):
    """Two convolutions with batch norm, pooling, and a dense layer that reads the flattened image."""

    training: bool = False

    @nn.compact
    def __call__(self, x):
        for width in (4, 5):
            x = nn.Conv(width, (3, 3))(x)
            x = nn.relu(nn.BatchNorm(use_running_average=not self.training)(x))
        x = nn.max_pool(x, (2, 2), strides=(2, 2))
        return nn.Dense(2)(x.reshape(len(x), -1))


@model(
    """
    batch_stats/BatchNorm_0: 4 units (batch_stats/BatchNorm_0/mean:0, batch_stats/BatchNorm_0/var:0,
        params/BatchNorm_0/bias:0, params/BatchNorm_0/scale:0, params/Conv_0/bias:0, params/Conv_0/kernel:3,
        params/Conv_1/kernel:2)
    batch_stats/BatchNorm_1: 5 units (batch_stats/BatchNorm_1/mean:0, batch_stats/BatchNorm_1/var:0,
        params/BatchNorm_1/bias:0, params/BatchNorm_1/scale:0, params/Conv_1/bias:0, params/Conv_1/kernel:3,
        params/Dense_0/kernel:0)
    """
)
def cnn_with_batch_norm():
    """A channel is a block of rows of the dense layer, one row a place."""
    return linen_with_state(ConvNet(), IMAGES)


@model(
    """
    batch_stats/BatchNorm_0: 4 units (batch_stats/BatchNorm_0/mean:0, batch_stats/BatchNorm_0/var:0,
        params/BatchNorm_0/bias:0, params/BatchNorm_0/scale:0, params/Conv_0/bias:0, params/Conv_0/kernel:3,
        params/Conv_1/kernel:2)
    batch_stats/BatchNorm_1: 5 units (batch_stats/BatchNorm_1/mean:0, batch_stats/BatchNorm_1/var:0,
        params/BatchNorm_1/bias:0, params/BatchNorm_1/scale:0, params/Conv_1/bias:0, params/Conv_1/kernel:3,
        params/Dense_0/kernel:0)
    """
)
def cnn_with_batch_norm_in_training():
    """New running averages are results, which may move with the old ones."""
    module = ConvNet(training=True)
    params = jax.eval_shape(module.init, KEY, IMAGES)
    return Built(
        lambda params, x: module.apply(params, x, mutable=["batch_stats"]),
        params,
        (IMAGES,),
        {"1/batch_stats": "batch_stats"},
    )


class Residual(nn.Module):
    """A block that keeps the width of the stream, and one that changes it and so has a projection for a shortcut."""

    @nn.compact
    def __call__(self, x):
        x = nn.Conv(4, (3, 3), name="stem")(x)
        x = x + nn.Conv(4, (3, 3), name="keep_2")(nn.relu(nn.Conv(5, (3, 3), name="keep_1")(x)))
        inside = nn.Conv(6, (3, 3), name="grow_2")(nn.relu(nn.Conv(5, (3, 3), strides=2, name="grow_1")(x)))
        x = nn.relu(inside + nn.Conv(6, (1, 1), strides=2, name="shortcut")(x))
        return nn.Dense(2, name="head")(x.mean((1, 2)))


@model(
    """
    grow_1: 5 units (grow_1/bias:0, grow_1/kernel:3, grow_2/kernel:2)
    keep_2: 4 units (grow_1/kernel:2, keep_1/kernel:2, keep_2/bias:0, keep_2/kernel:3, shortcut/kernel:2, stem/bias:0,
        stem/kernel:3)
    grow_2: 6 units (grow_2/bias:0, grow_2/kernel:3, head/kernel:0, shortcut/bias:0, shortcut/kernel:3)
    keep_1: 5 units (keep_1/bias:0, keep_1/kernel:3, keep_2/kernel:2)
    """
)
def residual_cnn():
    return linen(Residual(), IMAGES)


@model(
    """
    project: 4 units (after/kernel:2, expand/kernel:2, project/bias:0, project/kernel:3, stem/bias:0, stem/kernel:3)
    depthwise: 6 units (depthwise/bias:0, depthwise/kernel:3, expand/bias:0, expand/kernel:3, project/kernel:2)
    """
)
def mobile_block():
    """Expansion, depthwise convolution with one filter a channel, projection, and a residual stream."""

    class Mobile(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.Conv(4, (1, 1), name="stem")(x)
            inside = nn.relu6(nn.Conv(6, (1, 1), name="expand")(x))
            inside = nn.relu6(nn.Conv(6, (3, 3), feature_group_count=6, name="depthwise")(inside))
            x = x + nn.Conv(4, (1, 1), name="project")(inside)
            return nn.Conv(2, (1, 1), name="after")(x)

    return linen(Mobile(), IMAGES)


@model(
    """
    bottom: 5 units (bottom/bias:0, bottom/kernel:3, up/kernel:2)
    down: 4 units (bottom/kernel:2, down/bias:0, down/kernel:3, out/kernel:2)
    up: 6 units (out/kernel:2, up/bias:0, up/kernel:3)
    """
)
def u_net():
    """The skip is put beside what comes up, so that one kernel reads two groups along one axis."""

    class UNet(nn.Module):
        @nn.compact
        def __call__(self, x):
            skip = nn.relu(nn.Conv(4, (3, 3), name="down")(x))
            x = nn.relu(nn.Conv(5, (3, 3), name="bottom")(nn.avg_pool(skip, (2, 2), strides=(2, 2))))
            x = nn.relu(nn.ConvTranspose(6, (2, 2), strides=(2, 2), name="up")(x))
            return nn.Conv(2, (3, 3), name="out")(jnp.concatenate([skip, x], -1))

    return linen(UNet(), IMAGES)


@model(
    """
    layer_0: 2 units (head/kernel:0, layer_0/bias:0, layer_0/kernel:3, layer_1/kernel:2, layer_2/kernel:2)
    layer_1: 3 units (head/kernel:0, layer_1/bias:0, layer_1/kernel:3, layer_2/kernel:2)
    layer_2: 4 units (head/kernel:0, layer_2/bias:0, layer_2/kernel:3)
    """
)
def dense_net():
    """Each layer reads all that was made before it."""

    class DenseNet(nn.Module):
        @nn.compact
        def __call__(self, x):
            for number in range(3):
                x = jnp.concatenate([x, nn.relu(nn.Conv(2 + number, (3, 3), name=f"layer_{number}")(x))], -1)
            return nn.Dense(2, name="head")(x.mean((1, 2)))

    return linen(DenseNet(), IMAGES)


@model(
    """
    conv: 5 units (after/kernel:2, conv/bias:0, conv/kernel:3, excite/bias:0, excite/kernel:1, squeeze/kernel:0)
    squeeze: 4 units (excite/kernel:0, squeeze/bias:0, squeeze/kernel:1)
    """
)
def squeeze_and_excitation():
    class Squeezed(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.relu(nn.Conv(5, (3, 3), name="conv")(x))
            gate = nn.relu(nn.Dense(4, name="squeeze")(x.mean((1, 2))))
            x = x * nn.sigmoid(nn.Dense(5, name="excite")(gate))[:, None, None]
            return nn.Conv(2, (1, 1), name="after")(x)

    return linen(Squeezed(), IMAGES)


class EqxNet(eqx.Module):
    first: eqx.nn.Conv2d
    second: eqx.nn.Conv2d
    out: eqx.nn.Linear

    def __init__(self, key):
        one, two, three = jax.random.split(key, 3)
        self.first = eqx.nn.Conv2d(3, 4, 3, key=one)
        self.second = eqx.nn.Conv2d(4, 6, 1, groups=2, key=two)
        self.out = eqx.nn.Linear(24, 2, key=three)

    def __call__(self, x):
        return self.out(jax.nn.relu(self.second(jax.nn.relu(self.first(x)))).ravel())


@model(
    """
    first/weight: 2 units (first/weight:0, first/bias:0, second/weight:0, second/bias:0, out/weight:1)
    first/weight (2): 2 units, one permutation for each of 2 of first/weight (first/weight:0, first/bias:0,
        second/weight:1)
    second: 3 units, one permutation for each of 2 of first/weight (second/weight:0, second/bias:0, out/weight:1)
    """
)
def convolutions_in_equinox():
    return equinox(EqxNet, inputs=(shape(2, 3, 4, 4),))


class EqxNorm(eqx.Module):
    first: eqx.nn.Linear
    norm: eqx.nn.BatchNorm
    last: eqx.nn.Linear

    def __init__(self, key):
        one, two = jax.random.split(key)
        self.first = eqx.nn.Linear(3, 5, key=one)
        self.norm = eqx.nn.BatchNorm(5, "batch", mode="batch")
        self.last = eqx.nn.Linear(5, 2, key=two)

    def __call__(self, x, state):
        x, state = self.norm(self.first(x), state)
        return self.last(jax.nn.relu(x)), state


@model(
    """
    0/first: 5 units (0/first/weight:0, 0/first/bias:0, 0/norm/weight:0, 0/norm/bias:0, 0/last/weight:1, 1/1/0:0,
        1/1/1:0)
    """
)
def batch_norm_in_equinox():
    """The running averages are a state beside the module; both are given and returned."""
    module, state = eqx.filter_eval_shape(eqx.nn.make_with_state(EqxNorm), KEY)

    def apply(params, x):
        return jax.vmap(params[0], axis_name="batch", in_axes=(0, None), out_axes=(0, None))(x, params[1])

    return Built(apply, (module, state), (shape(6, 3),), {"1": "1"})


class NnxConv(nnx.Module):
    def __init__(self, rngs: nnx.Rngs):
        self.conv = nnx.Conv(3, 4, (3, 3), rngs=rngs)
        self.norm = nnx.BatchNorm(4, use_running_average=True, rngs=rngs)
        self.out = nnx.Linear(4, 2, rngs=rngs)

    def __call__(self, x):
        return self.out(nnx.relu(self.norm(self.conv(x))).mean((1, 2)))


@model(
    """
    conv/bias: 4 units (conv/bias/value:0, conv/kernel/value:3, norm/bias/value:0, norm/mean/value:0,
        norm/scale/value:0, norm/var/value:0, out/kernel/value:0)
    """
)
def convolution_in_nnx():
    return of_nnx(NnxConv, IMAGES)
