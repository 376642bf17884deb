"""How fast a sweep is beside what people use: a table in Markdown and a JSON file, all rows from one run on the same networks.

Run: python tests/benchmarks/sweep_speed.py [--json FILE] [--seconds S] [--wide]
A row is the median of five runs on all cores, compiling excluded. The last rows are the floor: both sides of the law on plain
floats, drawn beforehand, without bounds. torch's rows need torch; --wide adds networks of 10-64-64-7, batch 8.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

sys.path.insert(0, str(Path(__file__).parents[2]))

from symmetry.architecture import Architecture
from symmetry.engine.compilation import compiled
from symmetry.engine.kernel import exact_settings
from symmetry.numbers.ball.source import as_balls
from symmetry.statements.registry import load
from symmetry.statements.theorem import Theorem
from symmetry.sweep.devices import use_every_core
from symmetry.sweep.drawn import BLOCK
from symmetry.sweep.kernel import FAMILIES, WIDEST, Device, Kernel, Law, Stretch, cases_of
from symmetry.sweep.lane_rules import Value
from symmetry.sweep.lanes import in_lanes
from tests.benchmarks import sweep_peers as peers

SMALL = Architecture((4, 6, 5, 3), batch=2, hidden="tanh", output="identity", loss="half_squared_error")
WIDE = Architecture((10, 64, 64, 7), batch=8, hidden="tanh", output="identity", loss="half_squared_error")
RUNS = 5


class Row(NamedTuple):
    """One way on one architecture: networks a second, processor microseconds a network, seconds to compile, how many failed."""

    what: str
    networks: str
    rate: float
    processor: float = float("nan")
    compiling: float = 0.0
    failed: int = 0
    tried: int = 0


def medians(run: Callable[[], object], networks: int) -> tuple[float, float]:
    """Networks a second and processor microseconds a network of the middle of several runs, after one to warm up."""
    run()
    walls, processors = [], []
    for _ in range(RUNS):
        wall, processor = time.perf_counter(), time.process_time()
        run()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return networks / statistics.median(walls), 1e6 * statistics.median(processors) / networks


def law_of(id: str, architecture: Architecture) -> Law:
    theorem = load()[id]
    assert isinstance(theorem, Theorem)
    return Law(id, theorem.law, architecture, "float64", 0)


def swept(id: str, architecture: Architecture, devices: list[Device]) -> Row:
    """A sweep's kernel on all devices, with its bounds, its sentinel and its drawing."""
    start = time.perf_counter()
    kernel = Kernel(law_of(id, architecture), devices)
    compiling = time.perf_counter() - start
    steps = 1
    while True:
        stretches = [Stretch(steps * place, 1, steps, 2**40) for place in range(len(devices))]
        start = time.perf_counter()
        jax.block_until_ready(kernel.start(stretches))
        if time.perf_counter() - start > 0.5:
            break
        steps *= 2
    rate, processor = medians(lambda: jax.block_until_ready(kernel.start(stretches)), steps * BLOCK * len(devices))
    return Row(f"sweep {id}", str(architecture), rate, processor, compiling)


def stacked(law: Law, blocks: int) -> dict[str, Any]:
    """The networks of the first blocks, drawn beforehand: arrays (networks, ...)."""

    def one(block: Any, place: Any) -> Any:
        return cases_of(law, block % FAMILIES, block, place)[0]

    numbers = jnp.arange(blocks * BLOCK, dtype=jnp.uint32)
    return jax.jit(jax.vmap(one))(numbers // BLOCK, numbers % BLOCK)


def bare(law: Law, *, balls: bool, blocks: int) -> Row:
    """Both sides on one core, of networks drawn beforehand: on plain floats the floor, on balls the cost of bounds."""
    cases = stacked(law, blocks)
    leaves, structure = jax.tree.flatten(cases)
    narrow = max(law.architecture.widths) <= WIDEST
    axis = -1 if narrow else 1
    inputs = [jnp.moveaxis(leaf.reshape(blocks, BLOCK, *leaf.shape[1:]), 1, axis) for leaf in leaves]

    def one(*leaves: Any) -> Any:
        given = jax.tree.unflatten(structure, leaves)
        sides = law.law(**(as_balls(given) if balls else given))
        return sum(leaf.sum() for leaf in jax.tree.leaves(sides))

    def block(leaves: list[Any]) -> Any:
        if not narrow:
            return jax.vmap(one)(*leaves).sum()
        program = jax.make_jaxpr(one)(*[leaf[..., 0] for leaf in leaves])
        return in_lanes(program, leaves[0].ravel()[0] < 1e300)([Value(leaf, True) for leaf in leaves])[0].array.sum()

    start = time.perf_counter()
    kernel = compiled(lambda *inputs: lax.map(block, list(inputs)), *inputs, optimise=True)
    compiling = time.perf_counter() - start
    rate, processor = medians(lambda: jax.block_until_ready(kernel(*inputs)), blocks * BLOCK)
    what = f"{law.id} on balls, one core" if balls else f"floor of {law.id}, one core"
    return Row(what, str(law.architecture), rate, processor, compiling)


def drawing(law: Law, blocks: int) -> Row:
    """Drawing alone, one core: all that the law is given, summed."""

    def one(family: Any, block: Any, place: Any) -> Any:
        return sum(leaf.sum().astype(jnp.float64) for leaf in jax.tree.leaves(cases_of(law, family, block, place)[0]))

    places = jnp.arange(BLOCK, dtype=jnp.uint32)
    word = jax.ShapeDtypeStruct((), jnp.uint32)

    def block(number: Any) -> Any:
        values = [Value(number % FAMILIES, False), Value(number + 0 * places, True), Value(places, True)]
        return in_lanes(jax.make_jaxpr(one)(word, word, word), number >= 0)(values)[0].array.sum()

    numbers = jnp.arange(blocks, dtype=jnp.uint32)
    kernel = compiled(lambda numbers: lax.map(block, numbers), numbers, optimise=True)
    rate, processor = medians(lambda: jax.block_until_ready(kernel(numbers)), blocks * BLOCK)
    return Row(f"drawing for {law.id}, one core", str(law.architecture), rate, processor)


def rows(architecture: Architecture, seconds: float, blocks: int) -> Iterator[Row]:
    """All rows of one architecture; GRAD.4 is left out of wide ones, whose every derivative by duals takes minutes."""
    small, name = architecture == SMALL, str(architecture)
    ids = ("PERM.1", "PERM.4", "TIE.1", *(("GRAD.4",) if small else ()))
    for id in ids:
        yield swept(id, architecture, jax.local_devices())
    yield swept("PERM.4", architecture, jax.local_devices()[:1])._replace(what="sweep PERM.4, one core")
    law = law_of("PERM.4", architecture)
    for id in ids[:3]:
        yield bare(law_of(id, architecture), balls=False, blocks=blocks)
    yield bare(law, balls=True, blocks=blocks)
    yield drawing(law, blocks)
    several = list(peers.cases_one_by_one(jax.tree.map(np.asarray, stacked(law, 1)), BLOCK))
    ways: dict[str, Callable[[], tuple[float, int, int]]] = {
        "obvious loop": lambda: peers.obvious_loop(architecture.widths, architecture.batch, seconds),
        "one by one, compiled once": lambda: peers.one_by_one(several, seconds),
        "jax.test_util.check_grads": lambda: peers.check_grads(several, seconds),
        "torch gradcheck": lambda: peers.torch_gradcheck(several, seconds, fast=False),
        "torch gradcheck, fast": lambda: peers.torch_gradcheck(several, seconds, fast=True),
    }
    for what, way in ways.items():
        try:
            rate, tried, failed = way()
        except ImportError:
            print(f"{what} is left out: torch is not installed.", file=sys.stderr)
            continue
        yield Row(what, name, rate, 1e6 / rate, 0.0, failed, tried)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--wide", action="store_true")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    use_every_core()
    print("| way | networks | networks/s | processor us | compiling s | failed |\n|---|---|---:|---:|---:|---:|")
    found: list[Row] = []
    with exact_settings():
        for architecture, blocks in ((SMALL, 64), *(((WIDE, 2),) if asked.wide else ())):
            for row in rows(architecture, asked.seconds, blocks):
                found.append(row)
                failed = f"{row.failed} of {row.tried}" if row.tried else ""
                numbers = f"{row.rate:,.0f} | {row.processor:,.2f} | {row.compiling:.1f} | {failed}"
                print(f"| {row.what} | {row.networks} | {numbers} |", flush=True)
    if asked.json is not None:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        machine = {
            "cores": os.cpu_count(),
            "devices": len(jax.local_devices()),
            "peak_KiB": memory,
            "jax": jax.__version__,
        }
        content = {"machine": machine, "rows": [row._asdict() for row in found]}
        asked.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
