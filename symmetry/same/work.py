"""How much there is to compute in a program: what a run on floats of 64 bits takes, before anything runs."""

import math

from jax.extend.core import Jaxpr, jaxprs_in_params

from symmetry.gradcheck.jaxpr.values import shaped
from symmetry.same.arithmetic import PRODUCTS, terms

PRODUCTS_PER_ENTRY = 16
"""How many products inside of a product of matrices take as long as an entry of any other result."""


def work_of(jaxpr: Jaxpr) -> int:
    """The entries of all results of a program's equations; loops whose length is known count as often as they run."""
    total = 0
    for equation in jaxpr.eqns:
        inner = list(jaxprs_in_params(equation.params))
        if inner:
            total += equation.params.get("length", 1) * sum(map(work_of, inner))
            continue
        entries = sum(math.prod(shaped(variable).shape) for variable in equation.outvars)
        products = terms(equation) if equation.primitive.name in PRODUCTS else 0
        total += entries * (1 + products // PRODUCTS_PER_ENTRY)
    return total
