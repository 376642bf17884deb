"""Agreement within derived bounds: what tests ask of floats instead of a tolerance chosen by hand."""

import jax
import jax.numpy as jnp

from symmetry.engine.compare import compare, leaves_of
from symmetry.numbers.ball.source import as_balls


def balls(tree):
    """Floats of a tree as exact balls, on which the library's own code bounds its rounding."""
    return as_balls(jax.tree.map(jnp.asarray, tree))


def assert_within_radii(left, right) -> None:
    """Two trees of balls differ by no more than their radii, and some bound is narrow enough to fail."""
    assert_holds((left, right))


def assert_holds(returned) -> None:
    """What a law might return holds within the radii, and not only because nothing could fail."""
    outcome = compare(leaves_of(returned))
    assert bool((outcome.excess <= 1).all()), f"off by {outcome.excess.max()} times the bound"
    assert not bool(outcome.vacuous.all())
