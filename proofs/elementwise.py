"""Elementwise rules of training: each parameter moves by one function of its own gradient."""

import jax

from symmetry.activation import ActivationLike, value
from symmetry.architecture import Architecture
from symmetry.array import Array, Tree, is_array, pytree
from symmetry.cases import case_kind
from symmetry.source import Source


@pytree
class ElementwiseRule:
    """A function of one number: on floats the hyperbolic tangent, in exact arithmetic an unknown one."""

    function: ActivationLike

    def step(self, parameters: Tree, gradient: Tree) -> Tree:
        """Every parameter less the function of its gradient."""

        def moved(parameter: Array, slope: Array) -> Array:
            return parameter - value(slope, self.function)

        return jax.tree.map(moved, parameters, gradient, is_leaf=is_array)


@case_kind(ElementwiseRule)
def _(source: Source, architecture: Architecture, name: str) -> ElementwiseRule:
    return ElementwiseRule(source.activation(name, "tanh"))
