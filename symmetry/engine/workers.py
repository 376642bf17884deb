"""Worker processes: what theorems share is computed ahead, on every core.

Tracing and compiling are the cost, and tracing holds Python's lock, so threads would not do.
"""

import concurrent.futures
import contextlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from typing import Any

from symmetry.engine.session import Session
from symmetry.engine.work import Work
from symmetry.evidence import Finding
from symmetry.own_backprop import backprop_from, current
from symmetry.registry import select

_work: Work | None = None
_for_ever = contextlib.ExitStack()


def findings_in_parallel(session: Session, cache: str) -> Iterator[Finding]:
    """The session's findings, with its shared work done by worker processes.

    Its work is fetched from them for the time being. Each worker imports the theorems anew, so they must be those of
    `proofs`. `cache` is the folder of JAX's compilation cache.
    """
    placed = current()
    own = None if placed is None else (placed.file, placed.object, placed.source)
    ids = [made.id for made in session.theorems]
    context = multiprocessing.get_context("spawn")
    arguments = (ids, session.networks, session.seed, cache, own)
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count() or 1, context, _start, arguments) as pool:
        waiting = {job: pool.submit(_run, *job) for job in session.work.jobs()}

        def fetch(job: tuple) -> Any:
            return waiting[job].result()

        session.work.fetch = fetch
        try:
            yield from session.findings()
        finally:
            session.work.fetch = None
            for future in waiting.values():
                future.cancel()


def _start(ids: Sequence[str], networks: int, seed: int, cache: str, own: tuple[str, str, bytes] | None = None) -> None:
    """Prepares a worker: the theorems, and the reader's own backprop, from the very bytes that the command has read."""
    global _work
    from proofs import load
    from symmetry.engine.kernel import keep_compiled_kernels

    keep_compiled_kernels(cache)
    if own is not None:
        _for_ever.enter_context(backprop_from(*own).in_place())
    _work = Work(select(ids, load()), networks, seed)


def _run(method: str, *arguments: Any) -> Any:
    assert _work is not None
    return _work.compute(method, *arguments)
