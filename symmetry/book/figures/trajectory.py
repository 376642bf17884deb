"""Training runs for pictures: what belongs to each hidden unit, after every step."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.architecture import THREADS, Architecture
from symmetry.network import Batch, Network, backprop
from symmetry.training import gradient_step

POSTED: Architecture = THREADS[0]
"""The network posted in one thread: 2 inputs, 3 sigmoid units, a sigmoid output, no biases, seven rows of data."""


def posted_batch(dtype, inputs: Sequence[int] = (0, 1)) -> Batch:
    """The seven posted rows, with both numbers of each or the chosen ones as inputs."""
    x, y = POSTED.recorded("x"), POSTED.recorded("y")
    assert x is not None
    assert y is not None
    return Batch(jnp.asarray(x[:, list(inputs)].astype(dtype)), jnp.asarray(y.astype(dtype)))


def unit_trajectory(network: Network, batch: Batch, steps: int) -> np.ndarray:
    """Gradient descent with step size 1 on the loss summed over the batch.

    Returns:
        Every hidden unit's incoming weights, bias if it has one, and outgoing weights, at the start and after each step:
        shape (steps + 1, units, numbers of a unit).
    """

    def step(network: Network, _):
        return gradient_step(network, backprop(network, batch), 1), _units(network)

    run = jax.jit(lambda start: jax.lax.scan(step, start, None, length=steps + 1)[1])
    return np.asarray(run(network))


def _units(network: Network):
    layer, following = network.layers
    bias = [] if layer.bias is None else [layer.bias[:, None]]
    return jnp.concatenate([layer.weight.T, *bias, following.weight], axis=1)


def gaps(trajectory: np.ndarray) -> np.ndarray:
    """How far any unit is from the first, in its farthest number, after each step: shape (steps + 1,)."""
    return np.abs(trajectory - trajectory[:, :1]).max(axis=(1, 2))
