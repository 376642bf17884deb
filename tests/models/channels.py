"""Channels in blocks: grouped convolutions, group norm and shuffles."""

import flax.linen as nn
import jax.numpy as jnp

from tests.models.model import Built, linen, model, shape, shapes

IMAGES = shape(2, 4, 4, 3)


@model(
    """
    before/bias: 2 units (after/kernel:2, before/bias:0, before/kernel:3, grouped/bias:0, grouped/kernel:3)
    grouped: 2 units, one permutation for each of 2 of before/bias (after/kernel:2, grouped/bias:0, grouped/kernel:3)
    before/bias (2): 3 units, one permutation for each of 2 of before/bias (before/bias:0, before/kernel:3,
        grouped/kernel:2)
    """
)
def grouped_convolution():
    """Two groups of channels: which group is which is free, and each group has channels of its own."""

    class Grouped(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.relu(nn.Conv(6, (3, 3), name="before")(x))
            x = nn.relu(nn.Conv(4, (3, 3), feature_group_count=2, name="grouped")(x))
            return nn.Conv(2, (1, 1), name="after")(x)

    return linen(Grouped(), IMAGES)


@model(
    """
    before: 4 units (after/kernel:2, before/bias:0, before/kernel:3, depthwise/bias:0, depthwise/kernel:3)
    depthwise: 2 units, one permutation for each of 4 of before (after/kernel:2, depthwise/bias:0, depthwise/kernel:3)
    """
)
def depthwise_convolution():
    """Each channel makes two: the pair moves with its channel, and within a channel's pair there is an order to choose."""

    class Depthwise(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.relu(nn.Conv(4, (1, 1), name="before")(x))
            x = nn.relu(nn.Conv(8, (3, 3), feature_group_count=4, name="depthwise")(x))
            return nn.Conv(2, (1, 1), name="after")(x)

    return linen(Depthwise(), IMAGES)


@model(
    """
    conv/bias: 2 units (after/kernel:2, conv/bias:0, conv/kernel:3, norm/bias:0, norm/scale:0)
    conv/bias (2): 3 units, one permutation for each of 2 of conv/bias (after/kernel:2, conv/bias:0, conv/kernel:3,
        norm/bias:0, norm/scale:0)
    """
)
def group_norm():
    """Channels are normalised in two groups of three: the groups can be exchanged, and the channels within each."""

    class Normed(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.relu(nn.GroupNorm(num_groups=2, name="norm")(nn.Conv(6, (3, 3), name="conv")(x)))
            return nn.Conv(2, (1, 1), name="after")(x)

    return linen(Normed(), IMAGES)


@model(
    """
    V: 3 units (V:0, W:1)
    """
)
def pixel_shuffle():
    """Channels become places: those that become one channel of the larger image lie side by side."""

    def apply(params, x):
        x = jnp.tanh(x @ params["W"])
        batch, height, width, _ = x.shape
        x = x.reshape(batch, height, width, 3, 2, 2).transpose(0, 1, 4, 2, 5, 3)
        return x.reshape(batch, 2 * height, 2 * width, 3) @ params["V"]

    return Built(apply, shapes(W=(3, 12), V=(3, 2)), (IMAGES,))


@model(
    """
    before/bias: 3 units (after/kernel:2, before/bias:0, before/kernel:3, grouped/bias:0, grouped/kernel:3)
    grouped: 2 units, one permutation for each of 3 of before/bias (after/kernel:2, grouped/bias:0, grouped/kernel:3)
    before/bias (2): 2 units, one permutation for each of 3 of before/bias (before/bias:0, before/kernel:3,
        grouped/kernel:2)
    """
)
def channel_shuffle():
    """As in ShuffleNet: 2 x 3 channels are transposed to 3 x 2 between two convolutions of two groups."""

    class Shuffled(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = nn.relu(nn.Conv(6, (1, 1), name="before")(x))
            batch, height, width, _ = x.shape
            x = x.reshape(batch, height, width, 2, 3).swapaxes(-1, -2).reshape(x.shape)
            x = nn.relu(nn.Conv(6, (3, 3), feature_group_count=3, name="grouped")(x))
            return nn.Conv(2, (1, 1), name="after")(x)

    return linen(Shuffled(), IMAGES)
