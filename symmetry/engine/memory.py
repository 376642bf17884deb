"""Memory that compiled kernels take, and how it is given back.

Every kernel takes memory maps of the process, whose number Linux limits: a run of many kernels would crash with memory
free. Elsewhere nothing is known of such a limit, and nothing is done.
"""

import contextlib
import ctypes
import gc
import mmap
import sys
from collections.abc import Iterator
from pathlib import Path

import jax

from symmetry.engine.assembly import forget_parts

SHARE = 0.25
"""The share of the memory maps at which kernels are dropped; a single job takes much less than the rest."""

RESIDENT = 1.1
"""The memory in GiB from which kernels are dropped: keeping some saves compiling what they share; two workers stay below 3."""

GROWTH = 0.4
"""The memory in GiB by which it has grown since kernels were last dropped: what stayed then is other than kernels."""

COLLECT_AFTER = (100_000, 50, 100)
"""Python's thresholds for looking for cycles. Tracing makes many objects that stay; going through them at the usual thresholds
took a seventh of a run."""

_stayed = 0.0


@contextlib.contextmanager
def collecting_rarely() -> Iterator[None]:
    """Python looks for cycles more rarely meanwhile."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def give_back() -> None:
    """Drops compiled kernels, and hands to the system what compiling them has freed."""
    global _stayed
    forget_parts()
    jax.clear_caches()
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
    _stayed = resident()


def give_back_if_scarce() -> None:
    """Drops compiled kernels where they have taken much memory, or a good share of the memory maps."""
    if maps_taken() > SHARE or resident() > max(RESIDENT, _stayed + GROWTH):
        give_back()


def resident() -> float:
    """The memory that this process takes, in GiB; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError):
        return 0.0
    return pages * mmap.PAGESIZE / 2**30


def maps_taken() -> float:
    """The share of its memory maps that this process has taken; 0 where there is no such limit."""
    maps, limit = Path("/proc/self/maps"), Path("/proc/sys/vm/max_map_count")
    try:
        return len(maps.read_bytes().splitlines()) / int(limit.read_text())
    except (OSError, ValueError):
        return 0.0
