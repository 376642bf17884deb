"""Activations of residues: random oracles with the property that defines a family, and no other."""

import dataclasses
import zlib
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import IDENTITY, SQUARE, Activation, ActivationLike, derivative
from symmetry.array import Array
from symmetry.numbers.residue.oracle import count_queries, hashed, mix
from symmetry.numbers.residue.residue import PRIME, Residue, power


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
    half = Residue(jnp.minimum(z.value, (PRIME - z.value) % PRIME), z.degree)
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
    return _named(z, activation, order) if isinstance(activation, Activation) else activation.evaluate(z, order)


def _named(z: Residue, activation: Activation, order: int) -> Residue:
    """The identity and the square as they are; an oracle in the place of any other, derivatives of one another included."""
    one, zero = Residue(jnp.ones_like(z.value), 0), Residue(jnp.zeros_like(z.value), 0)
    if activation is IDENTITY:
        return (z, one, zero)[order]
    if activation is SQUARE:
        return (z * z, z + z, one + one)[order]
    key, shift = activation.oracle or (zlib.crc32(activation.name.encode()), 0)
    return UnknownActivation(np.uint64(key)).evaluate(z, order + shift)
