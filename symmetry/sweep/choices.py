"""Activations and losses that a whole block of networks shares: of all there are, a kernel runs the one that was drawn."""

from typing import TypeVar

from jax import lax

from symmetry.activation import ACTIVATIONS, Choice
from symmetry.activation.activation import in_float32_at_least
from symmetry.array import Array, pytree
from symmetry.loss import LOSSES, LossChoice

Numbers = TypeVar("Numbers")


@pytree
class OneActivation(Choice):
    """One of `ACTIVATIONS`, by an integer that is one for all networks that run at once."""

    def evaluate(self, z: Array, order: int) -> Array:
        functions = [activation.functions[order] for activation in ACTIVATIONS]
        return in_float32_at_least(lambda wide: lax.switch(self.index, functions, wide), z)


@pytree
class OneLoss(LossChoice):
    """One of `LOSSES`, by an integer that is one for all networks that run at once."""

    def value(self, outputs: Array, targets: Array) -> Array:
        return lax.switch(self.index, [loss.value for loss in LOSSES], outputs, targets)

    def error(self, outputs: Array, targets: Array) -> Array:
        return lax.switch(self.index, [loss.error for loss in LOSSES], outputs, targets)
