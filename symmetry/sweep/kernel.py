"""One compiled function for a law, an architecture and a float type: it draws networks, compares both sides and counts.

Only totals leave the device, so memory does not grow with the number of networks.
"""

import dataclasses
import functools
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, PartitionSpec

from symmetry.architecture import Architecture
from symmetry.array import Array, Tree
from symmetry.cases import case_types
from symmetry.engine.compare import compare, leaves_of
from symmetry.engine.compilation import compiled
from symmetry.engine.kernel import described_error, exact_settings
from symmetry.numbers.ball.source import as_balls, float_types
from symmetry.numbers.comparison import Comparison
from symmetry.replaceable import noting
from symmetry.sweep.drawn import BLOCK, Place, draw
from symmetry.sweep.lane_rules import Value
from symmetry.sweep.lanes import apart, in_lanes
from symmetry.sweep.planted import PLANTED, planted, told_apart
from symmetry.sweep.totals import Totals, added, nothing, of_networks

Device: TypeAlias = Any
"""A device, as JAX lists them."""

FAMILIES = 60
"""Blocks of numbers that differ by a multiple of this share architecture, activations and loss."""

WIDEST = 8
"""Units of a layer up to which a CPU compares networks side by side, and not one by one."""

CACHED = 100_000
"""Numbers of wide networks that a CPU works on at once, about."""


@dataclasses.dataclass(frozen=True)
class Law:
    """What a kernel runs: a law by its theorem's id, on one architecture, in one float type, from one seed."""

    id: str
    law: Callable
    architecture: Architecture
    dtype: str
    seed: int


class Traced(NamedTuple):
    """What tracing a law showed: the places of its leaves, the functions of the reader that ran, the float types it got."""

    paths: tuple[str, ...]
    ran: frozenset[str]
    received: frozenset[str]


class Stretch(NamedTuple):
    """Blocks that one device runs: `steps` of them from `first` on, each `stride` after the one before, up to network `stop`."""

    first: int
    stride: int
    steps: int
    stop: int


class LawRaised(Exception):
    """The law raised, whatever it raised, while it was traced."""


class Kernel:
    """Runs a law on stretches of blocks, one a device.

    Args:
        law: what to run.
        devices: on which.
        blocks_at_once: blocks that one step runs side by side; their numbers differ by `FAMILIES`.

    Raises:
        LawRaised: the law cannot be traced.
    """

    def __init__(self, law: Law, devices: Sequence[Device], blocks_at_once: int = 1):
        self.law, self.devices, self.blocks_at_once = law, devices, blocks_at_once
        self.mesh = Mesh(np.array(devices), ("devices",))
        self.traced, self._compared = traced(law)
        with exact_settings():
            shape = jax.ShapeDtypeStruct((len(devices),), jnp.int64)
            self._run: Any = compiled(self._sharded, *[shape] * 4, optimise=True)

    def start(self, stretches: Sequence[Stretch]) -> list[Totals]:
        """Starts the stretches, one a device, without waiting: the law's totals and the sentinel's, of one entry a device."""
        with exact_settings():
            return self._run(*(np.array(column, np.int64) for column in zip(*stretches, strict=True)))

    @property
    def bytes_at_once(self) -> int:
        """Memory that a step takes on a device."""
        return self._run.memory_analysis().temp_size_in_bytes

    @functools.cached_property
    def _sharded(self) -> Callable:
        each = PartitionSpec("devices")
        return jax.shard_map(self._on_one_device, mesh=self.mesh, in_specs=each, out_specs=each, check_vma=False)

    def _on_one_device(self, first: Array, stride: Array, steps: Array, stop: Array) -> list[Totals]:
        (first,), (stride,), (steps,), (stop,) = first, stride, steps, stop

        def step(index: Array, so_far: list[Totals]) -> list[Totals]:
            return [
                added(*pair, jnp.where) for pair in zip(so_far, self._block(first + stride * index, stop), strict=True)
            ]

        totals = lax.fori_loop(0, steps, step, [nothing(), nothing()])
        return jax.tree.map(lambda total: total[None], totals)

    def _block(self, block: Array, stop: Array) -> list[Totals]:
        """The totals of the law and of the sentinel on the blocks of one step."""
        lane = jnp.arange(BLOCK * self.blocks_at_once, dtype=jnp.int64)
        blocks, places = block + FAMILIES * (lane // BLOCK), lane % BLOCK
        numbers = blocks * BLOCK + places
        counted = numbers < stop
        kept = jnp.clip(stop - blocks * BLOCK, 0, BLOCK)
        family = (block % FAMILIES).astype(jnp.uint32)
        words = [blocks.astype(jnp.uint32), places.astype(jnp.uint32), planted(places, kept)]
        excess, blind, checksum = self._networks(family, words, stop > 0)
        law, sentinel = (Comparison(excess[part], blind[part]) for part in (slice(PLANTED, None), slice(PLANTED)))
        return [
            of_networks(law, numbers, counted, checksum),
            of_networks(sentinel, numbers, counted, numbers.astype(jnp.uint32)),
        ]

    def _networks(self, family: Array, words: list[Array], always: Array) -> list[Array]:
        """What the law's comparisons and the sentinel's give for all networks of a step, which stand along the last axis."""
        if self.devices[0].platform != "cpu":
            return list(jax.vmap(self._one, in_axes=(None, 0, 0, 0), out_axes=-1)(family, *words))
        if max(self.law.architecture.widths) <= WIDEST:
            return self._in_lanes(self._one, family, words, always)
        return self._few_at_once(family, words, always)

    def _few_at_once(self, family: Array, words: list[Array], always: Array) -> list[Array]:
        """The same of wide networks, which are drawn side by side and compared one by one, as many as fit the cache."""
        leaves, structure = jax.tree.flatten(jax.eval_shape(self._drawn, family, *[word[0] for word in words[:-1]]))
        fit = max(CACHED // sum(leaf.size for leaf in leaves), 1)
        size = min(1 << fit.bit_length() - 1, len(words[0]))

        def few(words: list[Array]) -> list[Array]:
            *where, mark = words
            drawn = self._in_lanes(self._drawn, family, where, always)
            cases, checksum = jax.tree.unflatten(structure, [jnp.moveaxis(leaf, -1, 0) for leaf in drawn])
            return [*jax.vmap(self._compared)(cases, mark), checksum]

        outcomes = lax.map(few, [word.reshape(-1, size) for word in words])
        return [jnp.moveaxis(each.reshape(-1, *each.shape[2:]), 0, -1) for each in outcomes]

    def _in_lanes(self, function: Callable, family: Array, words: Sequence[Array], always: Array) -> list[Array]:
        """The leaves of what a function of a family and words gives for all networks of a step, side by side."""
        shapes = [jax.ShapeDtypeStruct((), each.dtype) for each in (family, *words)]
        values = [Value(family, False), *(Value(word, True) for word in words)]
        return [each.array for each in in_lanes(jax.make_jaxpr(function)(*shapes), always)(values)]

    def _one(self, family: Array, block: Array, place: Array, mark: Array) -> tuple[Array, Array, Array]:
        """What the comparisons give for one network, and the sum of all its bits."""
        cases, checksum = self._drawn(family, block, place)
        return *self._compared(cases, mark), checksum

    def _drawn(self, family: Array, block: Array, place: Array) -> tuple[Tree, Array]:
        return apart(lambda *words: cases_of(self.law, *words), family, block, place)


def traced(law: Law) -> tuple[Traced, Callable]:
    """A law, traced; and what it does, as a function of the cases of one network and the sentinel's mark."""
    found: list[Traced] = []

    def compared(drawn: Tree, mark: Array) -> tuple[Array, Array]:
        cases, ran = as_balls(drawn), set()
        with noting(ran):
            leaves = leaves_of(law.law(**cases))
        found.append(Traced(tuple(leaf.path for leaf in leaves), frozenset(ran), frozenset(float_types(cases))))
        sentinel = compare(leaves_of(told_apart(mark, np.dtype(law.dtype))))
        outcome = compare(leaves)
        excess, blind = (jnp.concatenate(pair) for pair in zip(sentinel, outcome, strict=True))
        return excess, blind

    def one(mark: Array, *words: Array) -> tuple[Array, Array]:
        return compared(cases_of(law, *words)[0], mark)

    words = [jax.ShapeDtypeStruct((), jnp.uint32)] * 3
    try:
        with exact_settings():
            jax.eval_shape(one, jax.ShapeDtypeStruct((), jnp.int32), *words)
    except Exception as error:  # a law that raises has failed, whatever it raises
        raise LawRaised(described_error(error, law.law)) from error
    return found[0], compared


def cases_of(law: Law, family: Array, block: Array, place: Array) -> tuple[Tree, Array]:
    """The drawn cases of one network, and the sum of all bits drawn."""
    key = (jnp.uint32(zlib.crc32(law.id.encode())), jnp.uint32(law.seed))
    dtype = np.dtype(law.dtype)
    drawn = dtype if dtype.itemsize >= 4 else np.dtype("float32")
    cases, checksum = draw(case_types(law.law), law.architecture, Place(*key, family, block, place), drawn)
    return rounded(cases, dtype), checksum


def rounded(cases: Tree, dtype: np.dtype) -> Tree:
    """Numbers in that float type, the largest finite ones where they would overflow."""
    largest = float(jnp.finfo(dtype).max)

    def number(leaf: Any) -> Array:
        if not jnp.issubdtype(leaf.dtype, jnp.floating) or leaf.dtype == dtype:
            return leaf
        return jnp.clip(leaf, -largest, largest).astype(dtype)

    return jax.tree.map(number, cases)
