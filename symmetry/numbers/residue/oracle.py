"""Random oracles: hash functions in the place of activations, losses and softmax, and the chance of a false pass.

No identity can rely on what a hash function returns: one that passes is true for every function, except with the
probability that `log2_failure` bounds.
"""

import contextlib
import contextvars
import dataclasses
import functools
import math
import zlib
from collections.abc import Callable, Iterable, Iterator

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import IDENTITY, SQUARE, Activation, ActivationLike, derivative, reciprocal_square_root
from symmetry.array import Array
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers.residue.residue import PRIME, Residue, power, reduced

_queries: contextvars.ContextVar[list[int] | None] = contextvars.ContextVar("queries", default=None)


@contextlib.contextmanager
def counting_queries() -> Iterator[list[int]]:
    """Collects, in the list it yields, how many entries each oracle call of the program hashes.

    Within `jax.vmap` an entry is counted once for all points.
    """
    counts: list[int] = []
    token = _queries.set(counts)
    try:
        yield counts
    finally:
        _queries.reset(token)


def count_queries(entries: int) -> None:
    """Notes that an oracle is asked about so many entries."""
    counts = _queries.get()
    if counts is not None:
        counts.append(int(entries))


def largest_degree(numbers: Iterable[Array]) -> int:
    """The largest degree of the residues among the given numbers; 0 if there are none."""
    return max((number.total_degree for number in numbers if isinstance(number, Residue)), default=0)


def log2_failure(degree: int, queries: int, points: int) -> float:
    """log2 of the probability that a false identity passes at that many random points.

    At one point it is at most (C(Q, 2) + 1) d / p: either two of the Q different preactivations that the oracles are
    asked for collide, or a non-zero polynomial of degree d vanishes.

    >>> round(log2_failure(degree=2, queries=64, points=8))
    -152
    """
    at_one_point = (math.comb(queries, 2) + 1) * max(degree, 1) / PRIME
    return points * min(0.0, math.log2(at_one_point))


@jax.jit
def mix(seed: Array, number: Array) -> Array:
    """64 bits from two integers: two rounds of the splitmix64 finaliser."""
    mixed = jnp.asarray(seed, jnp.uint64) * np.uint64(0xD1342543DE82EF95) + jnp.asarray(number, jnp.uint64)
    for _ in range(2):
        mixed = (mixed ^ (mixed >> 30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> 27)) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> 31)
    return mixed


@jax.jit
def mix_rows(seed: Array, rows: Array) -> Array:
    """64 bits for each row of a (rows, columns) array."""
    mixed = jnp.broadcast_to(jnp.asarray(seed, jnp.uint64), rows.shape[:1])
    for column in range(rows.shape[-1]):
        mixed = mix(mixed, rows[:, column])
    return mixed


@jax.jit
def hashed(seed: Array, number: Array) -> Residue:
    """The residue that an oracle answers with; integers of any shape."""
    return Residue(reduced(mix(seed, number)))


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class UnknownActivation:
    """A random oracle in the place of an activation: each of its derivatives is a hash of its own.

    It has the property that defines its `family` (see `symmetry.activation.FAMILIES`), and no other.
    """

    key: Array
    family: str = dataclasses.field(default="any", metadata={"static": True})

    def evaluate(self, z: Residue, order: int) -> Residue:
        count_queries(z.value.size)
        return _ORACLE_OF[self.family](self.key, z, order)


def _any(key: Array, z: Residue, order: int) -> Residue:
    return hashed(mix(order, key), z.value)


def _through_zero(key: Array, z: Residue, order: int) -> Residue:
    """phi(0) = 0."""
    return _any(key, z, order) - hashed(mix(order, key), 0) if order == 0 else _any(key, z, order)


def _odd(key: Array, z: Residue, order: int) -> Residue:
    """phi(-z) = -phi(z): its slope is even, its curvature odd."""
    half = Residue(jnp.minimum(z.value, reduced(PRIME - z.value)), z.degree)
    outcome = _any(key, half, order)
    if order % 2:
        return outcome
    return outcome * jnp.where(z.value == 0, 0, jnp.where(half.value == z.value, 1, -1))


def _sigmoidal(key: Array, z: Residue, order: int) -> Residue:
    """phi(z) + phi(-z) = 1."""
    outcome = _odd(key, z, order)
    return outcome + Residue.of(1) / 2 if order == 0 else outcome


def _homogeneous(key: Array, z: Residue, order: int) -> Residue:
    """phi(c z) = c phi(z) for every square c: two slopes, by whether z is a square.

    -1 is no square modulo this prime, so squares behave as positive numbers do: their products and quotients are
    squares, and exactly one of z and -z is a square.
    """
    if order > 1:
        return Residue.of(jnp.zeros_like(z.value))
    square = power(z.value, (PRIME - 1) // 2) <= 1
    slopes = hashed(mix(7, key), square.astype(jnp.uint64))
    return slopes if order else slopes * z


_ORACLE_OF: dict[str, Callable[[Array, Residue, int], Residue]] = {
    "any": _any,
    "through_zero": _through_zero,
    "off_zero": _any,
    "odd": _odd,
    "sigmoidal": _sigmoidal,
    "homogeneous": _homogeneous,
    "lipschitz": _any,
}


@derivative.register
def _(z: Residue, activation: ActivationLike, order: int = 0) -> Residue:
    """The identity and the square as they are; an oracle in the place of any other, derivatives of one another included."""
    if not isinstance(activation, Activation):
        return activation.evaluate(z, order)
    one, zero = Residue(jnp.ones_like(z.value), 0), Residue(jnp.zeros_like(z.value), 0)
    if activation is IDENTITY:
        return (z, one, zero)[order]
    if activation is SQUARE:
        return (z * z, z + z, one + one)[order]
    key, shift = activation.oracle or (zlib.crc32(activation.name.encode()), 0)
    return UnknownActivation(np.uint64(key)).evaluate(z, order + shift)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class UnknownLoss:
    """A random oracle in the place of a loss of one example: its value, gradient and Hessian are hashes."""

    key: Array

    def value(self, outputs: Array, targets: Array) -> Array:
        return unknown_loss(outputs, targets, self.key)

    def error(self, outputs: Array, targets: Array) -> Array:
        return unknown_error(outputs, targets, self.key)


@functools.singledispatch
def unknown_loss(outputs: Array, targets: Array, key: Array) -> Array:
    """The sum over the examples of a hash of each."""
    count_queries(outputs.shape[0])
    return hashed(_examples(outputs, targets, key), 0).sum()


@functools.singledispatch
def unknown_error(outputs: Array, targets: Array, key: Array) -> Array:
    """The gradient that goes with `unknown_loss`: shape (examples, outputs)."""
    count_queries(outputs.value.size)
    units = jnp.arange(outputs.shape[-1], dtype=jnp.uint64) + 1
    return hashed(_examples(outputs, targets, key)[:, None], units)


def unknown_curvature(outputs: Residue, targets: Residue, key: Array) -> Residue:
    """The Hessians, one an example, that go with `unknown_error`: shape (examples, outputs, outputs)."""
    count = outputs.shape[-1]
    count_queries(outputs.value.size * count)
    units = jnp.arange(count, dtype=jnp.uint64)
    pairs = count + 1 + count * jnp.minimum(units[:, None], units) + jnp.maximum(units[:, None], units)
    return hashed(_examples(outputs, targets, key)[:, None, None], pairs)


def _examples(outputs: Residue, targets: Residue, key: Array) -> Array:
    return mix_rows(mix_rows(key, outputs.value), targets.value)


_LOG_SUM_EXP = np.uint64(0x9E3779B97F4A7C15)
_ROOT = np.uint64(0xC2B2AE3D27D4EB4F)


@log_sum_exp.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits, and so larger by c where every logit is."""
    count_queries(logits.shape[0])
    first = logits[:, :1]
    return hashed(mix_rows(_LOG_SUM_EXP, (logits - first).value)[:, None], 0) + first


@softmax.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits; each row sums to 1."""
    count_queries(logits.value.size)
    classes = np.arange(logits.shape[-1])
    rows = mix_rows(_LOG_SUM_EXP, (logits - logits[:, :1]).value)[:, None]
    others = hashed(rows, (classes + 1).astype(np.uint64)) * (classes > 0)
    return others + (1 - others.sum(-1, keepdims=True)) * (classes == 0)


@reciprocal_square_root.register
def _(z: Residue) -> Residue:
    """An oracle. Its one known property: duals take -1/2 of its cube for its slope."""
    count_queries(z.value.size)
    return hashed(_ROOT, z.value)
