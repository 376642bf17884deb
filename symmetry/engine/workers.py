"""Worker processes: what theorems share is computed ahead, on every core.

Tracing and compiling are the cost, and tracing holds Python's lock, so threads would not do.
"""

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from symmetry.engine.compilation import keep_compiled_kernels
from symmetry.engine.work import Work
from symmetry.own_backprop import backprop_from, current
from symmetry.statements.registry import select
from symmetry.statements.statement import Job, Statement

Load = Callable[[], Mapping[str, Statement]]
"""Imports all statements, by id; a function of a module, so that a worker can be sent it."""

_work: Work | None = None
_for_ever = contextlib.ExitStack()


@contextlib.contextmanager
def in_parallel(work: Work, jobs: Sequence[Job], load: Load, cache: str) -> Iterator[None]:
    """Worker processes do these jobs of the work meanwhile; they end with this process, however it ends.

    Each worker loads the statements anew, so `load` must know all those of the work. `cache` is the folder of JAX's
    compilation cache.
    """
    placed = current()
    own = None if placed is None else (placed.file, placed.object, placed.source)
    arguments = (load, [made.id for made in work.given], work.networks, work.seed, cache, own)
    context = multiprocessing.get_context("spawn")
    pool = concurrent.futures.ProcessPoolExecutor(os.cpu_count() or 1, context, _start, arguments)
    waiting = {job: pool.submit(_run, job) for job in jobs}
    work.fetch = lambda job: waiting[job].result()
    work.elsewhere = waiting
    finished = False
    try:
        yield
        finished = True
    finally:
        work.fetch, work.elsewhere = None, {}
        pool.shutdown(wait=finished, cancel_futures=True)


def _start(
    load: Load, ids: Sequence[str], networks: int, seed: int, cache: str, own: tuple[str, str, bytes] | None = None
) -> None:
    """Prepares a worker: the statements, and the reader's own backprop, from the very bytes that the command has read."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one answers Ctrl-C
    threading.Thread(target=_end_with_parent, daemon=True).start()
    keep_compiled_kernels(cache)
    if own is not None:
        _for_ever.enter_context(backprop_from(*own).in_place())
    _work = Work(select(ids, load()), networks, seed)


def _end_with_parent() -> None:
    """Waits for the process that started this one, and ends: a killed one cannot say that its workers are to stop."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _run(job: Job) -> object:
    assert _work is not None
    return _work.compute(job)
