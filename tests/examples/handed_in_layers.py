"""Layers as people write them, each with a backward that is right and one with a fault: what to check, and how."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from examples import layers_as_objects as objects
from examples import layers_with_a_cache as functions

draw = np.random.default_rng(7)


@dataclasses.dataclass(frozen=True)
class Layer:
    """A layer to check.

    Attributes:
        name: what it is.
        forward, backward, faulty: the layer, and its backward with a fault.
        inputs: what forward is called with.
        wrong: the arrays whose gradient the fault makes wrong.
        options: of `check_layer`.
    """

    name: str
    forward: Callable
    backward: Callable
    faulty: Callable
    inputs: tuple
    wrong: tuple[str, ...]
    options: dict[str, Any] = dataclasses.field(default_factory=dict)


def random(*shape: int) -> np.ndarray:
    return draw.normal(size=shape)


LAYERS = (
    Layer(
        "affine",
        functions.affine_forward,
        functions.affine_backward,
        functions.affine_backward_averages_the_bias,
        (random(3, 2, 2), random(4, 2), random(2)),
        ("b",),
    ),
    Layer(
        "softmax",
        functions.softmax_forward,
        functions.softmax_backward,
        functions.softmax_backward_like_sigmoid,
        (random(3, 4),),
        ("x",),
    ),
    Layer(
        "dropout",
        functions.dropout_forward,
        functions.dropout_backward,
        functions.dropout_backward_without_scale,
        (random(4, 5), {"p": 0.6}),
        ("x",),
    ),
    Layer(
        "max pool",
        functions.max_pool_forward,
        functions.max_pool_backward,
        functions.max_pool_backward_averages,
        (random(2, 1, 4, 4), {"size": 2}),
        ("x",),
    ),
    Layer(
        "batch norm",
        functions.batch_norm_forward,
        functions.batch_norm_backward,
        functions.batch_norm_backward_with_constant_statistics,
        (random(4, 3), random(3), random(3), {"running_mean": np.zeros(3)}),
        ("x",),
    ),
    Layer(
        "layer norm",
        functions.layer_norm_forward,
        functions.layer_norm_backward,
        functions.layer_norm_backward_over_the_batch,
        (random(3, 4), random(4), random(4), {"eps": 1e-5}),
        ("x",),
    ),
    Layer(
        "embedding",
        functions.embedding_forward,
        functions.embedding_backward,
        functions.embedding_backward_forgets_repeats,
        (np.array([[0, 2, 0], [1, 2, 2]]), random(4, 2)),
        ("W",),
    ),
    Layer(
        "convolution",
        functions.conv_forward,
        functions.conv_backward,
        functions.conv_backward_flips_the_kernel,
        (random(2, 2, 3, 3), random(2, 2, 3, 3), random(2), {"stride": 1, "pad": 1}),
        ("w",),
    ),
    Layer(
        "LSTM step",
        functions.lstm_step_forward,
        functions.lstm_step_backward,
        functions.lstm_step_backward_drops_the_path_through_h,
        (random(2, 3), random(2, 2), random(2, 2), random(3, 8), random(2, 8), random(8)),
        ("prev_c",),
        {"outputs": 2},
    ),
    Layer(
        "RNN step",
        functions.rnn_step_forward,
        functions.rnn_step_backward,
        functions.rnn_step_backward_takes_a_next,
        (random(3, 4), random(2, 4)),
        ("Waa",),
        {"params": {"Wax": random(2, 3), "Waa": random(2, 2), "ba": random(2, 1)}},
    ),
    Layer(
        "attention",
        objects.Attention(3).forward,
        objects.Attention(3).backward,
        objects.AttentionWithoutTranspose(3).backward,
        (random(4, 3),),
        ("Wk",),
    ),
    Layer(
        "dense with attributes",
        objects.Dense(3, 2).forward,
        objects.Dense(3, 2).backward,
        objects.DenseWithoutBias(3, 2).backward,
        (random(4, 3),),
        ("biases",),
    ),
    Layer(
        "dense that learns",
        objects.DenseThatLearns(3, 2).forward,
        objects.DenseThatLearns(3, 2).backward,
        objects.DenseThatLearnsTooSoon(3, 2).backward,
        (random(3, 4),),
        ("input",),
        {"params": ["weights", "bias"]},
    ),
)
"""Every layer, on a small input."""
