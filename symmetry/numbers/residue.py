"""Residues: integers modulo the prime 2^31 - 1, exact, for testing identities at random points.

By Schwartz and Zippel, a false polynomial identity of degree d holds at a random point with probability at most d/p
(schwartz1980fast, zippel1979probabilistic). Activations and losses are random oracles: hash functions that no
identity can rely on, so a pass speaks for the program whatever the activation.
"""

import contextlib
import contextvars
import dataclasses
import functools
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import ABSOLUTE_VALUE, IDENTITY, SIGMOID, SOFTPLUS, SQUARE, TANH, Activation, derivative
from symmetry.loss import log_sum_exp, softmax
from symmetry.normalisation import reciprocal_square_root

PRIME = 2**31 - 1

_queries: contextvars.ContextVar[list[int] | None] = contextvars.ContextVar("queries", default=None)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Residue:
    """Integers modulo `PRIME`, held in uint64, as fractions of polynomials in the random inputs.

    `degree` and `denominator` are upper bounds on the degrees of the fraction's two parts; `common` says that all entries
    have one denominator, as after division by a single number. The inverse of 0 is 0, which a random point meets with
    probability at most denominator / p.

    >>> with jax.enable_x64(True):
    ...     int((Residue.of(5) - Residue.of(7)).value) == PRIME - 2
    True
    >>> with jax.enable_x64(True):
    ...     int((Residue.of(5) / Residue.of(7) * 7).value)
    5
    """

    value: Any
    degree: int = dataclasses.field(default=1, metadata={"static": True})
    denominator: int = dataclasses.field(default=0, metadata={"static": True})
    common: bool = dataclasses.field(default=True, metadata={"static": True})

    __array_ufunc__ = None

    @classmethod
    def of(cls, integers, degree: int = 0) -> "Residue":
        """The residues of integers, of any sign; constants have degree 0."""
        return cls((jnp.asarray(integers).astype(jnp.int64) % PRIME).astype(jnp.uint64), degree)

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    dtype = property(lambda self: self.value.dtype)
    total_degree = property(lambda self: self.degree + self.denominator)

    def _with(self, value) -> "Residue":
        return Residue(value, self.degree, self.denominator, self.common)

    @property
    def T(self) -> "Residue":
        return self._with(self.value.T)

    def __getitem__(self, index) -> "Residue":
        return self._with(self.value[index])

    def reshape(self, *shape) -> "Residue":
        return self._with(self.value.reshape(*shape))

    def __neg__(self) -> "Residue":
        return self._with((PRIME - self.value) % PRIME)

    def __add__(self, other):
        other = _residue(other)
        if other is None:
            return NotImplemented
        degree = max(self.degree + other.denominator, other.degree + self.denominator)
        denominator, common = self.denominator + other.denominator, self.common and other.common
        return Residue((self.value + other.value) % PRIME, degree, denominator, common)

    def __sub__(self, other):
        other = _residue(other)
        return NotImplemented if other is None else self + -other

    def __mul__(self, other):
        other = _residue(other)
        if other is None:
            return NotImplemented
        return Residue((self.value * other.value) % PRIME, *_degrees_of_product(self, other))

    def __truediv__(self, other):
        if isinstance(other, int):
            return self * pow(other, -1, PRIME)
        other = _residue(other)
        return NotImplemented if other is None else self * other.inverse()

    def __rtruediv__(self, other):
        return self.inverse() * other

    def inverse(self) -> "Residue":
        """1/x, entry by entry, by Fermat's little theorem."""
        return Residue(_power(self.value, PRIME - 2), self.denominator, self.degree, self.value.size == 1)

    def __matmul__(self, other):
        other = _residue(other)
        return NotImplemented if other is None else _matrix_product(self, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other):
        return -self + other

    def __rmatmul__(self, other):
        other = _residue(other)
        return NotImplemented if other is None else other @ self

    def sum(self, axis=None, keepdims: bool = False) -> "Residue":
        value = self.value.sum(axis, keepdims=keepdims) % PRIME
        return Residue(value, *_degrees_of_sum(self, self.value.size // max(value.size, 1)))


def _degrees_of_product(one: Residue, other: Residue) -> tuple[int, int, bool]:
    """What is known of the degrees of a product of fractions."""
    return one.degree + other.degree, one.denominator + other.denominator, one.common and other.common


def _degrees_of_sum(term: Residue, terms: int) -> tuple[int, int, bool]:
    """What is known of the degrees of a sum of fractions, brought to one denominator unless they have it."""
    if term.common:
        return term.degree, term.denominator, True
    return term.degree + (terms - 1) * term.denominator, terms * term.denominator, False


@functools.partial(jax.jit, static_argnums=1)
def _power(value, exponent: int):
    """value^exponent modulo p, by repeated squaring."""
    power, square = jnp.ones_like(value), value
    for bit in range(exponent.bit_length()):
        if exponent >> bit & 1:
            power = power * square % PRIME
        square = square * square % PRIME
    return power


@jax.jit
def _matrix_product(one: Residue, other: Residue) -> Residue:
    # Each product is below 2^62 and reduced before summing, so a sum of 2^33 terms still fits.
    products = (one.value[..., :, :, None] * other.value[..., None, :, :]) % PRIME
    term = Residue(products, *_degrees_of_product(one, other))
    return Residue(products.sum(-2) % PRIME, *_degrees_of_sum(term, one.value.shape[-1]))


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class UnknownActivation:
    """A random oracle in the place of an activation: each of its derivatives is a hash of its own.

    Of a `family` (see `symmetry.activation.FAMILIES`), what defines it is known and nothing else.
    """

    key: Any
    family: str = dataclasses.field(default="any", metadata={"static": True})

    def evaluate(self, z: Residue, order: int) -> Residue:
        _count(z.value.size)
        return _ORACLE_OF[self.family](self.key, z, order)


def _any(key, z: Residue, order: int) -> Residue:
    return _hash(_mix(order, key), z.value)


def _through_zero(key, z: Residue, order: int) -> Residue:
    """phi(0) = 0."""
    return _any(key, z, order) - _hash(_mix(order, key), 0) if order == 0 else _any(key, z, order)


def _odd(key, z: Residue, order: int) -> Residue:
    """phi(-z) = -phi(z): its slope is even, its curvature odd."""
    half = Residue(jnp.minimum(z.value, (PRIME - z.value) % PRIME), z.degree)
    outcome = _any(key, half, order)
    if order % 2:
        return outcome
    return outcome * jnp.where(z.value == 0, 0, jnp.where(half.value == z.value, 1, -1))


def _sigmoidal(key, z: Residue, order: int) -> Residue:
    """phi(z) + phi(-z) = 1."""
    outcome = _odd(key, z, order)
    return outcome + Residue.of(1) / 2 if order == 0 else outcome


def _homogeneous(key, z: Residue, order: int) -> Residue:
    """phi(c z) = c phi(z) for every square c: two slopes, by whether z is a square.

    -1 is no square modulo this prime, and so the squares do as the positive numbers: products and quotients of them are
    squares, and of z and -z just one is.
    """
    if order > 1:
        return Residue.of(jnp.zeros_like(z.value))
    square = _power(z.value, (PRIME - 1) // 2) <= 1
    slopes = _hash(_mix(7, key), square.astype(jnp.uint64))
    return slopes if order else slopes * z


_ORACLE_OF = {
    "any": _any,
    "through_zero": _through_zero,
    "off_zero": _any,
    "odd": _odd,
    "sigmoidal": _sigmoidal,
    "homogeneous": _homogeneous,
    "lipschitz": _any,
}


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class UnknownLoss:
    """A random oracle in the place of a loss of one example: its value, gradient and Hessian are hashes."""

    key: Any

    def value(self, outputs, targets):
        return unknown_loss(outputs, targets, self.key)

    def error(self, outputs, targets):
        return unknown_error(outputs, targets, self.key)


@functools.singledispatch
def unknown_loss(outputs: Any, targets: Any, key) -> Any:
    """The sum over the examples of a hash of each."""
    _count(outputs.shape[0])
    return _hash(_examples(outputs, targets, key), 0).sum()


@functools.singledispatch
def unknown_error(outputs: Any, targets: Any, key) -> Any:
    """The gradient that goes with `unknown_loss`: shape (examples, outputs)."""
    _count(outputs.value.size)
    units = jnp.arange(outputs.shape[-1], dtype=jnp.uint64) + 1
    return _hash(_examples(outputs, targets, key)[:, None], units)


def unknown_curvature(outputs: Residue, targets: Residue, key) -> Residue:
    """The Hessians, one an example, that go with `unknown_error`: shape (examples, outputs, outputs)."""
    count = outputs.shape[-1]
    _count(outputs.value.size * count)
    units = jnp.arange(count, dtype=jnp.uint64)
    pairs = count + 1 + count * jnp.minimum(units[:, None], units) + jnp.maximum(units[:, None], units)
    return _hash(_examples(outputs, targets, key)[:, None, None], pairs)


def _examples(outputs: Residue, targets: Residue, key):
    return _mix_rows(_mix_rows(key, outputs.value), targets.value)


@derivative.register
def _(z: Residue, activation, order: int = 0) -> Residue:
    return _named(z, activation, order) if isinstance(activation, Activation) else activation.evaluate(z, order)


@log_sum_exp.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits, and so larger by c where every logit is."""
    _count(logits.shape[0])
    first = logits[:, :1]
    return _hash(_mix_rows(_LOG_SUM_EXP, (logits - first).value)[:, None], 0) + first


@softmax.register
def _(logits: Residue) -> Residue:
    """An oracle of the differences of the logits; each row sums to 1."""
    _count(logits.value.size)
    classes = np.arange(logits.shape[-1])
    rows = _mix_rows(_LOG_SUM_EXP, (logits - logits[:, :1]).value)[:, None]
    others = _hash(rows, (classes + 1).astype(np.uint64)) * (classes > 0)
    return others + (1 - others.sum(-1, keepdims=True)) * (classes == 0)


@reciprocal_square_root.register
def _(z: Residue) -> Residue:
    """An oracle of which nothing is known but, to duals, that its slope is -1/2 of its cube."""
    _count(z.value.size)
    return _hash(_ROOT, z.value)


_LOG_SUM_EXP = np.uint64(0x9E3779B97F4A7C15)
_ROOT = np.uint64(0xC2B2AE3D27D4EB4F)
_ORACLES = {SOFTPLUS.name: (1, 0), SIGMOID.name: (1, 1), ABSOLUTE_VALUE.name: (2, 0), TANH.name: (3, 0)}


def _named(z: Residue, activation: Activation, order: int) -> Residue:
    """The identity and the square; oracles for tanh and what the losses are made of: softplus with slope sigmoid, |z|."""
    one, zero = Residue(jnp.ones_like(z.value), 0), Residue(jnp.zeros_like(z.value), 0)
    if activation is IDENTITY:
        return (z, one, zero)[order]
    if activation is SQUARE:
        return (z * z, z + z, one + one)[order]
    key, shift = _ORACLES[activation.name]
    return UnknownActivation(np.uint64(key)).evaluate(z, order + shift)


@contextlib.contextmanager
def counting_queries():
    """Collects, in the list it yields, how many entries each oracle call of the program hashes.

    Within `jax.vmap` an entry is counted once for all points.
    """
    counts: list[int] = []
    token = _queries.set(counts)
    try:
        yield counts
    finally:
        _queries.reset(token)


def log2_failure(degree: int, queries: int, points: int) -> float:
    """log2 of the probability that a false identity passes at that many random points.

    At one point it is at most (C(Q, 2) + 1) d / p: either two of the Q different preactivations that the oracles are
    asked for collide, or a non-zero polynomial of degree d vanishes.

    >>> round(log2_failure(degree=2, queries=64, points=8))
    -152
    """
    at_one_point = (math.comb(queries, 2) + 1) * max(degree, 1) / PRIME
    return points * min(0.0, math.log2(at_one_point))


def _count(entries: int) -> None:
    counts = _queries.get()
    if counts is not None:
        counts.append(int(entries))


@jax.jit
def _mix(seed, number):
    """64 bits from two integers: two rounds of the splitmix64 finaliser."""
    mixed = jnp.asarray(seed, jnp.uint64) * np.uint64(0xD1342543DE82EF95) + jnp.asarray(number, jnp.uint64)
    for _ in range(2):
        mixed = (mixed ^ (mixed >> 30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> 27)) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> 31)
    return mixed


@jax.jit
def _hash(seed, number) -> Residue:
    return Residue(_mix(seed, number) % PRIME)


@jax.jit
def _mix_rows(seed, rows):
    """64 bits for each row of a (rows, columns) array."""
    mixed = jnp.broadcast_to(jnp.asarray(seed, jnp.uint64), rows.shape[:1])
    for column in range(rows.shape[-1]):
        mixed = _mix(mixed, rows[:, column])
    return mixed


def _residue(number) -> Residue | None:
    """An operand as a residue; None for what is not ours to read, such as a dual."""
    if isinstance(number, Residue):
        return number
    if isinstance(number, int | np.ndarray | np.integer | jax.Array):
        return Residue.of(number)
    return None
