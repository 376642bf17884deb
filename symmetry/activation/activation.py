"""What an activation is: its first three derivatives on floats, facts that bound the errors of each, and its formula."""

import dataclasses
import functools
from collections.abc import Callable
from typing import NamedTuple, Protocol

import jax
import jax.numpy as jnp

from symmetry.array import Array


class Facts(NamedTuple):
    """What is known of one derivative phi of an activation, for bounding errors.

    Over the whole line, |phi(s) - phi(t)| <= (lipschitz + growth max(|s|, |t|)) |s - t|, apart from a jump
    of size `jump` at 0. A float32 or float64 result v is within unit roundoff times
    (relative |v| + absolute) of phi(z), underflow apart: measured for this XLA on a CPU, not proved; see METH.3.
    """

    lipschitz: Array
    growth: Array = 0
    jump: Array = 0
    relative: Array = 0
    absolute: Array = 0


class ActivationLike(Protocol):
    """Whatever can stand in the place of an activation in some number system."""

    def evaluate(self, z: Array, order: int) -> Array:
        """The derivative of that order at every entry of z."""
        ...


@jax.tree_util.register_static
@dataclasses.dataclass(frozen=True)
class Activation:
    """A named activation: its first three derivatives (orders 0, 1, 2) on floats, the facts of each, and its formula."""

    name: str
    formula: str
    """phi(z) as SymPy reads it."""
    functions: tuple[Callable, Callable, Callable] = dataclasses.field(repr=False)
    orders: tuple[Facts, Facts, Facts] = dataclasses.field(repr=False)
    odd: bool = False
    through_zero: bool = True
    """Whether phi(0) = 0."""
    sigmoidal: bool = False
    """Whether phi(z) + phi(-z) = 1."""
    homogeneous: int | None = None
    """The degree k of phi(cz) = c^k phi(z) for c > 0, or None."""
    slope_formula: str | None = None
    """phi'(z), where SymPy's derivative of the formula has another value at a kink."""
    oracle: tuple[int, int] | None = None
    """In exact integers: the number of the unknown function that it is a derivative of, and the order; see `Residue`."""

    def evaluate(self, z: Array, order: int) -> Array:
        """The derivative on floats; 16-bit types compute in float32 and round once."""
        return in_float32_at_least(self.functions[order], z)

    def facts(self, order: int) -> Facts:
        return self.orders[order]


def in_float32_at_least(function: Callable, z: Array) -> Array:
    """The function at z, computed in float32 where z is of a 16-bit type, and rounded once."""
    wide = jnp.promote_types(z.dtype, jnp.float32)
    return function(z) if wide == z.dtype else function(z.astype(wide)).astype(z.dtype)


@functools.singledispatch
def derivative(z: Array, activation: ActivationLike, order: int = 0) -> Array:
    """The derivative of `activation` of the given order at every entry of z, in z's own number system.

    Args:
        z: preactivations of any shape, in any number system; floats are the default.
        activation: an `Activation`, or what stands for one in the number system of z.
        order: 0 for the value, 1 for the slope, 2 for the curvature.
    """
    return activation.evaluate(z, order)


def value(z: Array, activation: ActivationLike) -> Array:
    """phi(z), entry by entry.

    >>> import jax.numpy as jnp
    >>> from symmetry.activation import RELU
    >>> value(jnp.array([-1.0, 2.0]), RELU).tolist()
    [0.0, 2.0]
    """
    return derivative(z, activation, 0)


def slope(z: Array, activation: ActivationLike) -> Array:
    """phi'(z), entry by entry; 0 at the kink of ReLU and leaky ReLU takes the slope on its left.

    >>> import jax.numpy as jnp
    >>> from symmetry.activation import RELU
    >>> slope(jnp.array([-1.0, 0.0, 2.0]), RELU).tolist()
    [0.0, 0.0, 1.0]
    """
    return derivative(z, activation, 1)
