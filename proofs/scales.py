"""METH, continued: the numbers of random networks are normal, of both signs, and in a share of networks large or small."""

from collections.abc import Callable, Iterator

import jax
import numpy as np
from scipy import stats

from proofs.method import RARE
from symmetry.architecture import SAMPLED
from symmetry.cases import Batch, Network, draw_cases
from symmetry.engine.measure import Trials
from symmetry.engine.sample import SamplingPlan, chunks
from symmetry.numbers.ball.source import LARGEST_SCALE, SCALED, FloatsOfManyScales, RandomFloats
from symmetry.source import Source
from symmetry.statements.theorem import theorem

NETWORKS = 10_000

BINS = 64
"""Bins of equal probability."""

LARGE, SHARE = 2.0**7, 250
"""In one network of so many at least, a layer's numbers are all about so large, and in as many they are as small."""

REPEATED = 10_000
"""At most one number in so many is equal to another."""

Sources = Callable[[int], Iterator[Source]]


def of_the_engine(seed: int) -> Iterator[Source]:
    """Those that the engine samples from."""
    for chunk in chunks(SamplingPlan(SAMPLED, NETWORKS), seed):
        yield chunk.source


def arrays_of(sources: Iterator[Source]) -> dict[str, np.ndarray]:
    """Every array of numbers of the networks and batches, (networks, numbers), by its place."""
    parts = [draw_cases({"network": Network, "batch": Batch}, source, SAMPLED) for source in sources]
    found = [dict(jax.tree.flatten_with_path(part)[0]) for part in parts]
    names = [path for path, leaf in found[0].items() if leaf.dtype == np.float64]
    stacked = {jax.tree_util.keystr(path): np.concatenate([part[path] for part in found]) for path in names}
    return {name: array.reshape(len(array), -1) for name, array in stacked.items()}


def share_below(numbers: np.ndarray) -> np.ndarray:
    """The probability of a smaller number: normal in most cases, and normal on one of several scales in the others."""
    scales = 2.0 ** np.arange(-LARGEST_SCALE, LARGEST_SCALE + 1)
    scaled = stats.norm.cdf(numbers[..., None] / scales).mean(axis=-1)
    return (stats.norm.cdf(numbers) * (SCALED - 1) + scaled) / SCALED


def unevenness(shares: np.ndarray) -> float:
    """How far numbers in columns are from uniform between 0 and 1: above 1 where that had a probability below 2^-40."""
    most, least = stats.chi2.isf(RARE, BINS - 1), stats.chi2.ppf(RARE, BINS - 1)
    places = np.minimum((shares * BINS).astype(int), BINS - 1)
    counts = (places[:, :, None] == np.arange(BINS)).sum(axis=0)
    found = ((counts - len(shares) / BINS) ** 2).sum(axis=1) * BINS / len(shares)
    return float(max((found / most).max(), (least / np.maximum(found, 1e-9)).max()))


def unscaled(seed: int) -> Iterator[Source]:
    yield RandomFloats((seed,), NETWORKS)


def of_one_small_scale(seed: int) -> Iterator[Source]:
    class Small(FloatsOfManyScales):
        def numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
            return super().numbers(name, shape) / 1000

    yield Small((seed,), NETWORKS)


def of_one_sign(seed: int) -> Iterator[Source]:
    class Positive(FloatsOfManyScales):
        def numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
            return abs(super().numbers(name, shape))

    yield Positive((seed,), NETWORKS)


def of_one_stream(seed: int) -> Iterator[Source]:
    class Repeating(FloatsOfManyScales):
        def numbers(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
            return super().numbers("numbers", shape)

    yield Repeating((seed,), NETWORKS)


@theorem(
    "METH.24",
    title="Numbers of random networks are normal, and in a share of networks all large or all small",
    statement=r"\mathrm{P}[x \leq t] = \tfrac{15}{16} N(t) + \tfrac{1}{16} \cdot \tfrac{1}{21} "
    r"\sum_{k=-10}^{10} N(2^{-k} t)",
    hypotheses="N the normal distribution; each weight, bias, input and target of 10,000 networks as the engine samples them, "
    "in 64 bins of equal probability; signs of two arrays agree in half of the networks, and at most 1 number in 10,000 is "
    "equal to another; rejected is what has a probability below 2^-40; in 1 of 250 networks a weight's entries are of size "
    "2^7 or more, and in as many of size 2^-7 or less",
    cites=["maciver2019hypothesis"],
    controls={
        "one small scale": dict(sources=of_one_small_scale),
        "no scales": dict(sources=unscaled),
        "one sign": dict(sources=of_one_sign),
        "the same numbers in every array": dict(sources=of_one_stream),
    },
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
)
def numbers_are_normal_on_many_scales(trials: Trials, *, sources: Sources = of_the_engine) -> None:
    """Every number's distribution, the signs of two arrays, and the sizes of whole arrays."""
    arrays = arrays_of(sources(int(trials.generator.integers(2**32))))
    trials.networks += NETWORKS
    for name, array in arrays.items():
        trials.add(f"the numbers of {name}", np.full(len(array), unevenness(share_below(array))))
        sizes = np.sqrt((array**2).mean(axis=1))
        for what, reached in (("large", sizes >= LARGE), ("small", sizes <= 1 / LARGE)):
            trials.add(f"{what} numbers of {name}", np.full(len(array), len(array) / SHARE / max(reached.sum(), 0.5)))
    every = np.concatenate([array.ravel() for array in arrays.values()])
    trials.add("numbers that occur twice", np.array([(every.size - len(np.unique(every))) * REPEATED / every.size]))
    signs = np.stack([array[:, 0] > 0 for array in arrays.values()])
    agree = np.array([(one == other).sum() for place, one in enumerate(signs) for other in signs[:place]])
    far = stats.binom.isf(RARE, NETWORKS, 0.5) - NETWORKS / 2
    trials.add("signs of two arrays", abs(agree - NETWORKS / 2) / far)
