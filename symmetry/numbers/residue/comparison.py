"""How residues are compared: they are equal or not."""

import jax.numpy as jnp

from symmetry.array import Array
from symmetry.numbers.comparison import Comparison, compare_leaf
from symmetry.numbers.residue.residue import Residue


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
