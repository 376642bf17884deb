"""Laws small enough that a test can sweep them: on few units, so that their kernels compile at once."""

import socket

import jax.numpy as jnp

from symmetry.actions import UnitPermutation
from symmetry.architecture import Architecture
from symmetry.evidence.planted import false_theorem
from symmetry.network import Batch, Network, forward
from symmetry.statements.theorem import Theorem
from symmetry.sweep.drawn import BLOCK
from symmetry.sweep.result import Result
from symmetry.sweep.sweep import Sweep
from symmetry.sweep.task import Task

SMALL = Architecture((1, 2, 1), batch=1, hidden="tanh", output="identity", loss="half_squared_error")
NETWORKS = 40 * BLOCK + 100


def permuted(network: Network, pi: UnitPermutation, batch: Batch):
    return forward(pi.act(network), batch.x), forward(network, batch.x)


def permuted_but_rarely(network: Network, pi: UnitPermutation, batch: Batch):
    """False where the input lies between 1.99 and 2, on about one network in two thousand."""
    outputs = forward(network, batch.x)
    rarely = jnp.where((batch.x.center > 1.99) & (batch.x.center < 2), 1, 0)
    return forward(pi.act(network), batch.x) + rarely, outputs


def raising(network: Network):
    raise ArithmeticError("it cannot be computed")


def theorem_of(law, architecture: Architecture = SMALL) -> Theorem:
    """A theorem of that law, registered nowhere, on one architecture."""
    return false_theorem("sampled", law, systems=frozenset({"balls"}), architectures=(architecture,))


def task_of(law=permuted, networks: int = NETWORKS, seed: int = 0, dtype: str = "float64") -> Task:
    return Task(theorem_of(law), dtype, networks, seed)


def swept(sweep: Sweep) -> Result:
    """What a sweep of one task finds."""
    sweep.open()
    try:
        for _ in sweep.chunks():
            pass
    finally:
        sweep.close()
    (result,) = sweep.results.values()
    return result


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return free.getsockname()[1]


MINE = """
from symmetry.actions import UnitPermutation
from symmetry.architecture import Architecture
from symmetry.network import Batch, Network, forward
from symmetry.statements.theorem import theorem


@theorem(
    "MINE.1",
    title="Permuting",
    statement="f = f",
    hypotheses="none",
    controls={"doubled": dict(factor=2)},
    architectures=(Architecture((1, 2, 1), batch=1, hidden="tanh", output="identity", loss="half_squared_error"),),
)
def law(network: Network, pi: UnitPermutation, batch: Batch, *, factor: int = 1):
    return forward(pi.act(network), batch.x) * factor, forward(network, batch.x)
"""
"""A file of a reader's own, whose kernel compiles at once."""
