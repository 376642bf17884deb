"""METH, continued: what random oracles promise. Those of activations have the property of their family, and no other."""

from collections.abc import Callable, Iterable, Iterator

import jax.numpy as jnp
import numpy as np
from scipy import stats

from proofs.method import RARE, SHARE
from symmetry.activation import FAMILIES, derivative
from symmetry.array import Array
from symmetry.engine.measure import Trials
from symmetry.numbers import Residue
from symmetry.numbers.residue import PRIME, UnknownActivation
from symmetry.numbers.residue.oracle import mix, reduced
from symmetry.statements.theorem import theorem

Answers = Callable[[Residue, UnknownActivation, int], Residue]
Fact = tuple[str, Array]
"""A promise in words, and where it is kept, or would be broken: a boolean for each trial."""


def fresh(trials: Trials, *shape: int) -> Residue:
    """Uniform residues, but for 0."""
    return Residue(trials.generator.integers(1, PRIME, size=shape, dtype=np.uint64))


def keys(trials: Trials, count: int) -> np.ndarray:
    return trials.generator.integers(2**63, size=count, dtype=np.uint64)


def equal(one: Array, other: Array) -> Array:
    return Residue.of(0).value == (one - other).value


def add_kept(trials: Trials, facts: Iterable[Fact]) -> None:
    """Adds promises that every trial must keep."""
    for what, kept in facts:
        trials.add(what, np.where(np.asarray(kept), 0.0, np.inf))


def add_avoided(trials: Trials, facts: Iterable[Fact]) -> None:
    """Adds what nobody promised, which happens by coincidence only: at most with probability 4/p in a trial."""
    for what, happened in facts:
        happened = np.asarray(happened).ravel()
        allowed = stats.binom.isf(RARE, len(happened), 4 / PRIME)
        trials.add(f"not {what}", np.full(len(happened), happened.sum() / allowed))


def promised(family: str, phi: Callable[[Residue, int], Residue], z: Residue, c: Residue) -> Iterator[Fact]:
    """What defines a family, for phi and its derivatives; c is a square, and so a positive number."""
    nothing = z * 0
    yield f"{family}: equal answers to equal arguments", equal(phi(z, 0), phi(z + 0, 0))
    if family == "through_zero":
        yield f"{family}: phi(0) = 0", equal(phi(nothing, 0), nothing)
    if family in ("odd", "sigmoidal"):
        whole = nothing if family == "odd" else nothing + 1
        yield f"{family}: phi(z) + phi(-z)", equal(phi(z, 0) + phi(-z, 0), whole)
        yield f"{family}: phi(0)", equal(phi(nothing, 0) * 2, whole)
        yield f"{family}: phi'(-z) = phi'(z)", equal(phi(-z, 1), phi(z, 1))
        yield f"{family}: phi''(-z) = -phi''(z)", equal(phi(-z, 2), -phi(z, 2))
        yield f"{family}: phi''(0) = 0", equal(phi(nothing, 2), nothing)
    if family == "homogeneous":
        yield f"{family}: phi(c z) = c phi(z)", equal(phi(c * z, 0), c * phi(z, 0))
        yield f"{family}: phi'(c z) = phi'(z)", equal(phi(c * z, 1), phi(z, 1))
        yield f"{family}: phi(z) = phi'(z) z", equal(phi(z, 0), phi(z, 1) * z)
        yield f"{family}: phi'' = 0", equal(phi(z, 2), nothing)


def not_promised(family: str, phi: Callable[[Residue, int], Residue], z: Residue, w: Residue) -> Iterator[Fact]:
    """What other families have, or what none has."""
    nothing = z * 0
    yield f"{family}: phi(-z) = phi(z)", equal(phi(-z, 0), phi(z, 0))
    yield (
        f"{family}: phi(z + w) = phi(z) + phi(w)",
        equal(phi(z + w, 0), phi(z, 0) + phi(w, 0)) & ~_of_two_slopes(family, phi, z, w),
    )
    if family != "homogeneous":
        yield f"{family}: phi(4 z) = 4 phi(z)", equal(phi(z * 4, 0), phi(z, 0) * 4)
        for order in range(3):
            yield f"{family}: equal answers of order {order}", equal(phi(z, order), phi(w, order))
            yield f"{family}: order {order} as the next", equal(phi(z, order), phi(z, order + 1))
    else:
        yield f"{family}: phi'(-z) = phi'(z)", equal(phi(-z, 1), phi(z, 1))
    if family in ("any", "off_zero", "lipschitz", "through_zero"):
        yield f"{family}: phi(-z) = -phi(z)", equal(phi(-z, 0), -phi(z, 0))
        yield f"{family}: phi(z) + phi(-z) = 1", equal(phi(z, 0) + phi(-z, 0), nothing + 1)
        yield f"{family}: phi'(-z) = phi'(z)", equal(phi(-z, 1), phi(z, 1))
        yield f"{family}: phi'(0) = 0", equal(phi(nothing, 1), nothing)
    if family in ("any", "off_zero", "lipschitz"):
        yield f"{family}: phi(0) = 0", equal(phi(nothing, 0), nothing)


def _of_two_slopes(family: str, phi: Callable[[Residue, int], Residue], z: Residue, w: Residue) -> Array:
    """Where a homogeneous phi is linear in what is added, since all three have one slope."""
    same = equal(phi(z, 1), phi(w, 1)) & equal(phi(z, 1), phi(z + w, 1))
    return same if family == "homogeneous" else jnp.zeros_like(same)


def hashed_at_0(z: Residue, oracle: UnknownActivation, order: int) -> Residue:
    """Odd oracles that have a hash at 0 as well."""
    answer = derivative(z, oracle, order)
    at_0 = (z.value == 0) & (oracle.family == "odd")
    return Residue(jnp.where(at_0, reduced(mix(oracle.key, 0)), answer.value))


def of_any_family(z: Residue, oracle: UnknownActivation, order: int) -> Residue:
    return derivative(z, UnknownActivation(oracle.key), order)


def odd_for_sigmoidal(z: Residue, oracle: UnknownActivation, order: int) -> Residue:
    family = "odd" if oracle.family == "sigmoidal" else oracle.family
    return derivative(z, UnknownActivation(oracle.key, family), order)


def slopes_by_parity(z: Residue, oracle: UnknownActivation, order: int) -> Residue:
    """Two slopes, by whether z is an even integer."""
    if oracle.family != "homogeneous" or order > 1:
        return derivative(z, oracle, order)
    slopes = Residue(reduced(mix(oracle.key, z.value % 2)))
    return slopes if order else slopes * z


def one_slope(z: Residue, oracle: UnknownActivation, order: int) -> Residue:
    """A linear function in the place of a homogeneous one."""
    if oracle.family != "homogeneous" or order > 1:
        return derivative(z, oracle, order)
    slope = Residue(reduced(mix(oracle.key, z.value * 0)))
    return slope if order else slope * z


def slopes_of_their_own(z: Residue, oracle: UnknownActivation, order: int) -> Residue:
    """Slopes and curvatures that are not those of an odd function."""
    return derivative(z, oracle, order) if order == 0 else of_any_family(z, oracle, order)


@theorem(
    "METH.14",
    title="Oracles of activations have the property of their family, and no other",
    statement=r"\varphi(-z) = -\varphi(z), \quad \sigma(z) + \sigma(-z) = 1, \quad \alpha(0) = 0, \quad "
    r"\psi(c^2 z) = c^2 \psi(z) = c^2 z \psi'(z)",
    hypotheses="for all z and c; phi odd, sigma sigmoidal, alpha through zero, psi homogeneous and psi' its slope, and what "
    "follows for slopes and curvatures; what other families promise is not kept, but for as many coincidences as have a "
    "probability of 2^-40",
    cites=["schwartz1980fast"],
    controls={
        "odd, but not 0 at 0": dict(answer=hashed_at_0),
        "functions of no family": dict(answer=of_any_family),
        "phi(z) + phi(-z) = 0 in the place of 1": dict(answer=odd_for_sigmoidal),
        "slopes by parity in the place of the sign": dict(answer=slopes_by_parity),
        "one slope": dict(answer=one_slope),
        "slopes of no family": dict(answer=slopes_of_their_own),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def oracles_have_the_property_of_their_family_only(trials: Trials, *, answer: Answers = derivative) -> None:
    """Each family at random arguments, each under a key of its own."""
    count = max(trials.budget // SHARE, 100)
    for family in FAMILIES:
        z, w, root, key = (*(fresh(trials, count) for _ in range(3)), keys(trials, count))

        def phi(z: Residue, order: int, family=family, key=key) -> Residue:
            return answer(z, UnknownActivation(key, family), order)

        add_kept(trials, promised(family, phi, z, root * root))
        add_avoided(trials, not_promised(family, phi, z, w))
        other = UnknownActivation(key ^ np.uint64(1), family)
        add_avoided(trials, [(f"{family}: equal answers under two keys", equal(phi(z, 0), answer(z, other, 0)))])
