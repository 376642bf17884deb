"""Random oracles: hash functions in the place of activations, losses and softmax.

No identity can rely on what a hash function returns: one that passes is true for every function, except with the
probability that `symmetry.numbers.residue.chance` bounds.
"""

import contextlib
import contextvars
import dataclasses
import functools
import zlib
from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import IDENTITY, SQUARE, Activation, ActivationLike, derivative, reciprocal_square_root
from symmetry.array import Array
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers.residue.account import note_hashes, note_queries, note_zeros
from symmetry.numbers.residue.residue import PRIME, Residue, power, reduced

_key_of_point: contextvars.ContextVar[Array] = contextvars.ContextVar("key_of_point", default=0)


@contextlib.contextmanager
def keyed(key: Array) -> Iterator[None]:
    """Oracles that nobody draws, in the place of softmax and of named functions, depend on that key meanwhile.

    Else they would answer alike at every point, and points would not be independent.
    """
    token = _key_of_point.set(key)
    try:
        yield
    finally:
        _key_of_point.reset(token)


def fixed_key(number: int) -> Array:
    """The key of an oracle that nobody draws, at the point at hand."""
    return mix(_key_of_point.get(), np.uint64(number))


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

    It has the property that defines its `family` (see `symmetry.activation.FAMILIES`), and no other. Oracles of one name
    have one key; those without a name may have.
    """

    key: Array
    family: str = dataclasses.field(default="any", metadata={"static": True})
    name: str = dataclasses.field(default="", metadata={"static": True})

    def evaluate(self, z: Residue, order: int) -> Residue:
        self._note(z, order)
        return _ORACLE_OF[self.family](self.key, z, order)

    def _note(self, z: Residue, order: int) -> None:
        """Notes which coincidences would make the answers other than the family's formulas say."""
        oracle, count = (self.name, order), z.value.size
        note_hashes(count + 4)  # beside the arguments: the key of this order, the place 0, two slopes
        mirrored = self.family in _MIRRORED
        if self.family == "homogeneous" or (mirrored and order % 2 == 0):  # 0 has a sign, or an answer, of its own
            note_zeros(count, z.degree)
        if self.family == "homogeneous":
            return
        note_queries(oracle, count, z, mirrored=mirrored)
        if self.family == "through_zero" and order == 0:
            note_queries(oracle, 1)


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


_MIRRORED = ("odd", "sigmoidal")
"""Families that answer z and -z by one hash."""


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
    number, shift = activation.oracle or (zlib.crc32(activation.name.encode()), 0)
    return UnknownActivation(fixed_key(number), name=f"fixed {number}").evaluate(z, order + shift)


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
    return hashed(_examples(outputs, targets, key, "value", 1), 0).sum()


@functools.singledispatch
def unknown_error(outputs: Array, targets: Array, key: Array) -> Array:
    """The gradient that goes with `unknown_loss`: shape (examples, outputs)."""
    units = jnp.arange(outputs.shape[-1], dtype=jnp.uint64) + 1
    return hashed(_examples(outputs, targets, key, "error", units.size)[:, None], units)


def unknown_curvature(outputs: Residue, targets: Residue, key: Array) -> Residue:
    """The Hessians, one an example, that go with `unknown_error`: shape (examples, outputs, outputs)."""
    count = outputs.shape[-1]
    units = jnp.arange(count, dtype=jnp.uint64)
    pairs = count + 1 + count * jnp.minimum(units[:, None], units) + jnp.maximum(units[:, None], units)
    return hashed(_examples(outputs, targets, key, "curvature", pairs.size)[:, None, None], pairs)


def _examples(outputs: Residue, targets: Residue, key: Array, what: str, answers: int) -> Array:
    """64 bits for each example, to be hashed once more for each of its answers."""
    examples, numbers = outputs.shape[0], outputs.shape[-1] + targets.shape[-1]
    note_queries(("loss", what), examples, outputs, targets)
    note_hashes(examples * (numbers + answers))
    return mix_rows(mix_rows(key, outputs.value), targets.value)


_LOG_SUM_EXP = 0x9E3779B97F4A7C15
_ROOT = 0xC2B2AE3D27D4EB4F


@log_sum_exp.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits, and so larger by c where every logit is."""
    return hashed(_differences(logits, "value")[:, None], 0) + logits[:, :1]


@softmax.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits; each row sums to 1."""
    classes = np.arange(logits.shape[-1])
    rows = _differences(logits, "slope")[:, None]
    others = hashed(rows, (classes + 1).astype(np.uint64)) * (classes > 0)
    return others + (1 - others.sum(-1, keepdims=True)) * (classes == 0)


def _differences(logits: Residue, what: str) -> Array:
    """64 bits for each row of logits, which depend on their differences only."""
    examples, classes = logits.shape
    differences = logits - logits[:, :1]
    note_queries(("softmax", what), examples, differences)
    note_hashes(examples * 2 * classes + 1)
    return mix_rows(fixed_key(_LOG_SUM_EXP), differences.value)


@reciprocal_square_root.register
def _(z: Residue) -> Residue:
    """An oracle. Its one known property: duals take -1/2 of its cube for its slope."""
    note_queries("root", z.value.size, z)
    note_hashes(z.value.size + 1)
    return hashed(fixed_key(_ROOT), z.value)
