"""The devices of this process, and how much of a theorem they run at once."""

import contextlib
import os
from collections.abc import Sequence

import jax

from symmetry.sweep.kernel import Device, Kernel, Law

SHARE_OF_MEMORY = 1 / 4
"""Of a device's memory that a kernel takes at most."""

MOST_BLOCKS = 1024
"""Blocks that an accelerator runs side by side at most: a quarter of a million networks."""


def use_every_core() -> None:
    """Makes a JAX device of every processor core that this process may use; for commands, before JAX has looked for devices.

    Where XLA_FLAGS say how many devices a CPU has, they decide; where JAX has looked already, its devices stay.
    """
    if "xla_force_host_platform_device_count" not in os.environ.get("XLA_FLAGS", ""):
        with contextlib.suppress(RuntimeError):
            jax.config.update("jax_num_cpu_devices", cores())


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def kernel_for(law: Law, devices: Sequence[Device]) -> Kernel:
    """A kernel that runs as many blocks at once as fit the devices: one on a CPU, whose caches are small.

    Raises:
        LawRaised: the law cannot be traced.
    """
    kernel = Kernel(law, devices)
    blocks = blocks_that_fit(devices[0], kernel.bytes_at_once)
    return kernel if blocks == 1 else Kernel(law, devices, blocks)


def blocks_that_fit(device: Device, bytes_of_one: int) -> int:
    """Blocks that a device can run at once, a power of 2."""
    limit = 0 if device.platform == "cpu" else (device.memory_stats() or {}).get("bytes_limit", 0)
    fit = int(limit * SHARE_OF_MEMORY // max(bytes_of_one, 1))
    return 1 << min(max(fit, 1), MOST_BLOCKS).bit_length() - 1
