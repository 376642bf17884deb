"""Residues: integers modulo the prime 2^31 - 1, exact, for testing identities at random points; equal or not.

By Schwartz and Zippel, a false polynomial identity of degree d holds at a random point with probability at most d/p
(schwartz1980fast, zippel1979probabilistic).
"""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.array import Array, Arrays, operator
from symmetry.numbers.comparison import Comparison, compare_leaf
from symmetry.numbers.residue.account import note_zeros

PRIME = 2**31 - 1


def reduced(integers: Array) -> Array:
    """Integers of uint64 modulo `PRIME`, in one operation, where `%` would also mind signs."""
    return jax.lax.rem(integers, np.uint64(PRIME))


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Residue(Arrays):
    """Integers modulo `PRIME`, held in uint64, as fractions of polynomials in the random inputs.

    `degree` and `denominator` are upper bounds on the degrees of the fraction's two parts; `common` says that all entries
    have one denominator, as after division by a single number. The inverse of 0 is 0, which a random point meets with
    probability at most degree / p; each division is noted for that.

    >>> with jax.enable_x64(True):
    ...     int((Residue.of(5) - Residue.of(7)).value) == PRIME - 2
    True
    >>> with jax.enable_x64(True):
    ...     int((Residue.of(5) / Residue.of(7) * 7).value)
    5
    """

    value: Array
    degree: int = dataclasses.field(default=1, metadata={"static": True})
    denominator: int = dataclasses.field(default=0, metadata={"static": True})
    common: bool = dataclasses.field(default=True, metadata={"static": True})

    @classmethod
    def of(cls, integers: Array, degree: int = 0) -> "Residue":
        """The residues of integers, of any sign; constants have degree 0."""
        return cls((jnp.asarray(integers).astype(jnp.int64) % PRIME).astype(jnp.uint64), degree)

    def operand(self, other: object) -> "Residue | None":
        if isinstance(other, Residue):
            return other
        return Residue.of(other) if isinstance(other, int | np.ndarray | np.integer | jax.Array) else None

    def __neg__(self) -> "Residue":
        return dataclasses.replace(self, value=reduced(PRIME - self.value))

    __add__ = __radd__ = operator(lambda one, other: _sum(one, other))
    __sub__ = operator(lambda one, other: one + -other)
    __rsub__ = operator(lambda one, other: -one + other)
    __mul__ = __rmul__ = operator(lambda one, other: _product(one, other))
    __matmul__ = operator(lambda one, other: _matrix_product(one, other))
    __rmatmul__ = operator(lambda one, other: other @ one)

    def __truediv__(self, other: Array) -> "Residue":
        if isinstance(other, int):
            return self * pow(other, -1, PRIME)
        residue = self.operand(other)
        return NotImplemented if residue is None else self * residue.inverse()

    def __rtruediv__(self, other: Array) -> "Residue":
        return self.inverse() * other

    def inverse(self) -> "Residue":
        """1/x, entry by entry, by Fermat's little theorem."""
        note_zeros(self.value.size, self.degree)
        return Residue(power(self.value, PRIME - 2), self.denominator, self.degree, self.value.size == 1)

    def sum(self, axis=None, keepdims: bool = False) -> "Residue":
        value = reduced(self.value.sum(axis, keepdims=keepdims))
        return Residue(value, *_degrees_of_sum(self, self.value.size // max(value.size, 1)))


def _sum(one: Residue, other: Residue) -> Residue:
    degree = max(one.degree + other.denominator, other.degree + one.denominator)
    denominator, common = one.denominator + other.denominator, one.common and other.common
    return Residue(reduced(one.value + other.value), degree, denominator, common)


def _product(one: Residue, other: Residue) -> Residue:
    return Residue(reduced(one.value * other.value), *_degrees_of_product(one, other))


def _degrees_of_product(one: Residue, other: Residue) -> tuple[int, int, bool]:
    """What is known of the degrees of a product of fractions."""
    return one.degree + other.degree, one.denominator + other.denominator, one.common and other.common


def _degrees_of_sum(term: Residue, terms: int) -> tuple[int, int, bool]:
    """What is known of the degrees of a sum of fractions, brought to one denominator unless they have it."""
    if term.common:
        return term.degree, term.denominator, True
    return term.degree + (terms - 1) * term.denominator, terms * term.denominator, False


@functools.partial(jax.jit, static_argnums=1)
def power(value: Array, exponent: int) -> Array:
    """value^exponent modulo p, by repeated squaring."""
    power, square = jnp.ones_like(value), value
    for bit in range(exponent.bit_length()):
        if exponent >> bit & 1:
            power = reduced(power * square)
        square = reduced(square * square)
    return power


@jax.jit
def _matrix_product(one: Residue, other: Residue) -> Residue:
    # In two halves, so that products are below 2^47 and a sum of 2^17 of them still fits.
    high, low = other.value >> 16, other.value & 0xFFFF
    value = reduced(reduced(one.value @ high) * 2**16 + one.value @ low)
    term = Residue(value, *_degrees_of_product(one, other))
    return Residue(value, *_degrees_of_sum(term, one.value.shape[-1]))


@compare_leaf.register
def _(left: Residue, right: Residue | None, relation: str = "equal") -> Comparison:
    if right is None:
        return Comparison(_infinite_unless((left.sum(-1).value == 0).all()), (left.value == 0).all())
    if relation == "at most":
        raise TypeError("residues have no order; limit the law to other number systems with systems=.")
    equal = left.value == right.value
    holds = ~equal.all() if relation == "differs" else equal.all()
    return Comparison(_infinite_unless(holds), jnp.zeros((), bool))


def _infinite_unless(holds: Array) -> Array:
    return jnp.where(holds, 0.0, jnp.inf)
