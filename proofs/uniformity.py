"""METH, continued: what is drawn, and what oracles answer, is spread over the whole field."""

from collections.abc import Callable

import jax
import numpy as np
from scipy import stats

from proofs.method import RARE
from proofs.oracles import fresh, keys
from symmetry.activation import FAMILIES, derivative, reciprocal_square_root
from symmetry.array import Array
from symmetry.engine.measure import Trials
from symmetry.loss import log_sum_exp, softmax
from symmetry.numbers import Residue
from symmetry.numbers.residue import PRIME, UnknownActivation, unknown_curvature, unknown_error, unknown_loss
from symmetry.numbers.residue.oracle import mix, mix_rows
from symmetry.numbers.residue.source import RandomResidues
from symmetry.statements.theorem import theorem

SAMPLE = 1 << 17
"""Numbers of each kind: about 4 pairs of uniform ones are equal."""

BINS = 256
"""Bins of equal size, by the highest part of a number and by its lowest."""

FLIPS = 1 << 10
"""Hashes with and without each of their bits flipped."""

Numbers = Callable[[RandomResidues, tuple[int, ...]], Residue]
Mixing = Callable[[Array, Array], Array]


def spread(values: np.ndarray) -> float:
    """How far residues are from uniform: above 1 where that had a probability below 2^-40.

    By the chi-square statistic of bins, which may be neither too large nor too small, and by the number of equal pairs.
    """
    high, low = values * np.uint64(BINS) // np.uint64(PRIME), values % np.uint64(BINS)
    most, least = stats.chi2.isf(RARE, BINS - 1), stats.chi2.ppf(RARE, BINS - 1)
    found = [stats.chisquare(np.bincount(part.astype(int), minlength=BINS)).statistic for part in (high, low)]
    _, repeats = np.unique(values, return_counts=True)
    pairs, expected = (repeats * (repeats - 1) // 2).sum(), len(values) ** 2 / (2 * PRIME)
    return max(max(found) / most, least / max(*found, 1e-9), pairs / stats.poisson.isf(RARE, expected))


def answers(trials: Trials) -> dict[str, Residue]:
    """What each oracle answers at many arguments, and under many keys at one."""
    z, outputs, targets = fresh(trials, SAMPLE), fresh(trials, SAMPLE, 2), fresh(trials, SAMPLE, 2)
    key, (one,) = keys(trials, SAMPLE), keys(trials, 1)
    of_families = {
        f"{family} of order {order}": derivative(z, UnknownActivation(one, family), order)
        for family in FAMILIES
        for order in range(3)
        if family != "homogeneous" or order == 0
    }
    return of_families | {
        "activations under many keys": derivative(Residue.of(0), UnknownActivation(key), 0),
        "slopes of homogeneous ones": derivative(Residue.of(1), UnknownActivation(key, "homogeneous"), 1),
        "errors": unknown_error(outputs, targets, one)[:, 1],
        "Hessians": unknown_curvature(outputs, targets, one)[:, 0, 1],
        "losses": jax.vmap(lambda a, y: unknown_loss(a[None], y[None], one))(outputs, targets),
        "the logarithm": log_sum_exp(outputs)[:, 0] - outputs[:, 0],
        "softmax": softmax(outputs)[:, 0],
        "roots": reciprocal_square_root(z),
    }


def drawn(source: RandomResidues, shape: tuple[int, ...]) -> Residue:
    return source.numbers("numbers", shape)


def of_three_values(source: RandomResidues, shape: tuple[int, ...]) -> Residue:
    return Residue(source.integers("numbers", shape, 3).astype(np.uint64))


def below_half(source: RandomResidues, shape: tuple[int, ...]) -> Residue:
    return Residue(source.integers("numbers", shape, PRIME // 2).astype(np.uint64))


def in_order(source: RandomResidues, shape: tuple[int, ...]) -> Residue:
    """Evenly spread, and so not random."""
    return Residue(np.arange(SAMPLE, dtype=np.uint64).reshape(source.count, *shape) * (PRIME // SAMPLE))


def of_32_bits(seed: Array, number: Array) -> Array:
    return mix(seed, number) & np.uint64(0xFFFFFFFF)


def of_half_of_the_key(seed: Array, number: Array) -> Array:
    return mix(seed & np.uint64(0xFFFFFFFF), number)


def of_rows(seeds: Array, numbers: Array) -> Array:
    """Rows that begin with the number."""
    return mix_rows(seeds, np.stack([numbers, np.ones_like(numbers)], 1))


def unevenness(mixing: Mixing, seeds: np.ndarray, numbers: np.ndarray) -> float:
    """How far the bits of a hash, and their changes when a bit of either argument is flipped, are from fair coins.

    Above 1 where some count had a probability below 2^-40.
    """
    bits = np.uint64(1) << np.arange(64, dtype=np.uint64)
    here = np.asarray(mixing(seeds, numbers))
    flipped = [np.asarray(mixing(seeds ^ bit, numbers)) for bit in bits]
    flipped += [np.asarray(mixing(seeds, numbers ^ bit)) for bit in bits[:31]]
    words = np.stack([here, *(here ^ each for each in flipped)])
    counts = ((words[:, :, None] & bits) > 0).sum(1)
    off = np.abs(counts - len(seeds) / 2)
    return float(off.max() / (stats.binom.isf(RARE, len(seeds), 0.5) - len(seeds) / 2))


@theorem(
    "METH.17",
    title="Residues are drawn, and oracles answer, uniformly over the whole field",
    statement=r"\mathrm{P}[x = r] = \frac{1}{p}",
    hypotheses="for every r modulo p; x one of the drawn numbers, or an answer of an oracle at many arguments or under many "
    "keys: 2^17 of each, in 256 bins by their highest and by their lowest part, and by equal pairs; each of 64 bits of a hash "
    "when a bit of its key or of its argument is flipped; rejected is what has a probability below 2^-40",
    cites=["schwartz1980fast"],
    controls={
        "numbers drawn from three values": dict(numbers=of_three_values),
        "numbers below p/2": dict(numbers=below_half),
        "numbers in order": dict(numbers=in_order),
        "a hash of 32 bits": dict(mixing=of_32_bits),
        "half of the key ignored": dict(mixing=of_half_of_the_key),
    },
    evidence=("sampled",),
    systems=("residues",),
    dtypes=("uint64",),
)
def residues_are_uniform(trials: Trials, *, numbers: Numbers = drawn, mixing: Mixing = mix) -> None:
    """Samples of each kind, each of which counts as one trial for each of its numbers."""
    source = RandomResidues((int(trials.generator.integers(2**32)),), SAMPLE // 4)
    for what, sample in ({"drawn numbers": numbers(source, (2, 2))} | answers(trials)).items():
        values = np.asarray(sample.value).ravel()
        trials.add(what, np.full(values.size, spread(values)))
    for what, hashing in {"a hash": mixing, "a hash of rows": of_rows}.items():
        uneven = unevenness(hashing, keys(trials, FLIPS), np.asarray(fresh(trials, FLIPS).value))
        trials.add(f"the bits of {what}", np.full(FLIPS, uneven))
