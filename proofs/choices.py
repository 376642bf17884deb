"""METH, continued: what is drawn besides numbers is spread evenly: units, pairs of units, orders, signs, activations."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from scipy import stats

from proofs.dropout import DropoutMasks
from proofs.method import RARE
from symmetry.actions import Reflection, SignFlips, TiedUnits, UnitPermutation
from symmetry.activation import ACTIVATIONS, FAMILIES, IDENTITY
from symmetry.architecture import Architecture
from symmetry.cases import Bits, Case, CaseType, HiddenUnit, Network, OddNetwork, draw_cases, type_name
from symmetry.engine.measure import Trials
from symmetry.engine.shrink import adversarial_buffers
from symmetry.loss import LOSSES
from symmetry.numbers.ball.source import UNUSUAL, ByteFloats, FloatsOfManyScales
from symmetry.numbers.residue.source import RandomResidues
from symmetry.source import Source
from symmetry.statements.theorem import theorem

ARCHITECTURES = (Architecture((2, 4, 3, 2), batch=1), Architecture((1, 2, 3, 2, 4, 1), batch=1))
"""The widest hidden layer is the first, and the last."""

CASES = 20_000

GENERATED = 500
"""Buffers of Hypothesis's, whose choices need not be even."""

Chances = np.ndarray
"""The probability of each outcome."""


def outcome_of(bits: np.ndarray) -> np.ndarray:
    """The numbers that rows of bits stand for."""
    rows = bits.reshape(len(bits), -1)
    return rows @ 2 ** np.arange(rows.shape[1])


def even(count: int) -> Chances:
    return np.full(count, 1 / count)


def of_pairs(ties: TiedUnits, widths: tuple[int, ...]) -> Iterator[tuple[np.ndarray, Chances]]:
    """Any two different units, in either order."""
    for (first, second), width in zip(ties.pairs, widths, strict=True):
        chances = (1 - np.eye(width)) / (width * (width - 1))
        yield np.asarray(first) * width + second, chances.ravel()


def of_orders(pi: UnitPermutation, widths: tuple[int, ...]) -> Iterator[tuple[np.ndarray, Chances]]:
    """Any order but the identity, in whose place the first two units are swapped."""
    for units, width in zip(pi.permutations, widths, strict=True):
        orders = np.array(list(itertools.permutations(range(width))))
        swapped = np.array([1, 0, *range(2, width)])
        chances = even(math.factorial(width)) * (1 + (orders == swapped).all(axis=1))
        chances[0] = 0
        powers = width ** np.arange(width)
        places = {code: place for place, code in enumerate((orders @ powers).tolist())}
        yield np.array([places[code] for code in (np.asarray(units) @ powers).tolist()]), chances


def of_flips(flips: SignFlips, widths: tuple[int, ...]) -> Iterator[tuple[np.ndarray, Chances]]:
    """The first sign is negative, the others are any."""
    for signs, width in zip(flips.signs, widths, strict=True):
        chances = even(2 ** (width - 1)).repeat(2)
        chances[::2] = 0
        yield outcome_of(signs < 0), chances


def of_signs(reflection: Reflection, widths: tuple[int, ...]) -> Iterator[tuple[np.ndarray, Chances]]:
    for signs, width in zip(reflection.signs, widths, strict=True):
        yield outcome_of(signs < 0), even(2**width)


def of_masks(dropout: DropoutMasks, widths: tuple[int, ...]) -> Iterator[tuple[np.ndarray, Chances]]:
    for mask, width in zip(dropout.masks, widths, strict=True):
        yield outcome_of(mask), even(2**width)


def of_bits(bits, widths: tuple[int, ...]) -> Iterator[tuple[np.ndarray, Chances]]:
    """The biases of hidden layers."""
    for layer, width in zip(bits.layers[:-1], widths, strict=True):
        yield outcome_of(layer.bias), even(2**width)


def of_units(unit: HiddenUnit, widths: tuple[int, ...]) -> Iterator[tuple[np.ndarray, Chances]]:
    """Any unit of the widest layer."""
    assert widths[unit.layer] == max(widths)
    yield np.asarray(unit.index), even(max(widths))


def of_networks(network: Network, family: str = "any") -> Iterator[tuple[np.ndarray, Chances]]:
    """Any activation of the family in a hidden layer, usually the identity at the output, any loss."""
    belongs = np.array([bool(FAMILIES[family](phi)) for phi in ACTIVATIONS])
    for phi in network.activations[:-1]:
        yield phi.index, belongs / belongs.sum()
    usual = np.arange(len(ACTIVATIONS)) == ACTIVATIONS.index(IDENTITY)
    yield network.activations[-1].index, even(len(ACTIVATIONS)) / UNUSUAL + usual * (1 - 1 / UNUSUAL)
    yield network.loss.index, even(len(LOSSES))


OF_UNITS: Mapping[CaseType, Callable] = {
    TiedUnits: of_pairs,
    UnitPermutation: of_orders,
    SignFlips: of_flips,
    Reflection: of_signs,
    DropoutMasks: of_masks,
    Bits: of_bits,
    HiddenUnit: of_units,
}
"""What is drawn by integers alone: the outcome in each layer, of each case, and the chances of all outcomes."""


def unevenness(outcomes: np.ndarray, chances: Chances) -> float:
    """How far the counts are from what is expected: above 1 where one has a probability below 2^-40."""
    counts, cases = np.bincount(outcomes, minlength=len(chances)), len(outcomes)
    most, least = stats.binom.isf(RARE, cases, chances), stats.binom.ppf(RARE, cases, chances)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.maximum(counts / most, np.where(least > 0, least / counts, 0))
    return float(np.where(chances > 0, ratios, np.where(counts > 0, np.inf, 0)).max())


def add_even(trials: Trials, what: str, layers: list[tuple[np.ndarray, Chances]]) -> None:
    """Adds the outcomes of each layer, and of each two layers together; every case is a trial."""
    for number, (outcomes, chances) in enumerate(layers):
        trials.add(f"{what} {number}", np.full(len(outcomes), unevenness(outcomes, chances)))
    for (one, of_one), (other, of_other) in itertools.combinations(layers, 2):
        both = unevenness(one * len(of_other) + other, np.outer(of_one, of_other).ravel())
        trials.add(f"{what} of two layers", np.full(len(one), both))


def add_reached(trials: Trials, what: str, layers: list[tuple[np.ndarray, Chances]]) -> None:
    """Adds outcomes that must occur, whether or not they do so evenly."""
    for outcomes, chances in layers:
        missing = (np.bincount(outcomes, minlength=len(chances)) == 0) & (chances > 0)
        trials.add(f"{what} that Hypothesis reaches", np.where(missing, np.inf, 0.0))


def itself(case: Case) -> Case:
    return case


def always_the_same_pair(case: Case) -> Case:
    if not isinstance(case, TiedUnits):
        return case
    return TiedUnits(tuple((np.zeros_like(first), np.ones_like(first)) for first, _ in case.pairs))


def the_copy_behind_the_original(case: Case) -> Case:
    if not isinstance(case, TiedUnits):
        return case
    return TiedUnits(tuple((np.minimum(*pair), np.maximum(*pair)) for pair in case.pairs))


def always_unit_0(case: Case) -> Case:
    return HiddenUnit(np.zeros_like(case.index), case.layer) if isinstance(case, HiddenUnit) else case


def half_of_them_the_identity(case: Case) -> Case:
    if not isinstance(case, UnitPermutation):
        return case
    return UnitPermutation(tuple(np.where(units[:, -1:] % 2, units, np.sort(units)) for units in case.permutations))


def the_same_signs_in_all_layers(case: Case) -> Case:
    if not isinstance(case, SignFlips):
        return case
    first = case.signs[0]
    return SignFlips(tuple(first[:, np.arange(signs.shape[1]) % first.shape[1]] for signs in case.signs))


def all_negative(case: Case) -> Case:
    return SignFlips(tuple(-abs(signs) for signs in case.signs)) if isinstance(case, SignFlips) else case


@theorem(
    "METH.23",
    title="Units, pairs, orders, signs and activations are drawn evenly",
    statement=r"\mathrm{P}[e = \sigma] = \frac{1}{m}",
    hypotheses="e drawn for a layer: two different units, an order other than the identity, in whose place the first two units "
    "are swapped, a unit of the widest layer, signs of which the first is negative, any signs, masks, bits, an activation, a "
    "loss; an output that is the identity but for 1 case in 64; for each two layers together 1/(m m'); 20,000 cases, where "
    "rejected is a count with a probability below 2^-40; among 500 cases of Hypothesis's each occurs",
    cites=["maciver2019hypothesis"],
    controls={
        "always the same pair": dict(spoil=always_the_same_pair),
        "the copy always behind the original": dict(spoil=the_copy_behind_the_original),
        "always unit 0": dict(spoil=always_unit_0),
        "orders that are the identity": dict(spoil=half_of_them_the_identity),
        "the same signs in all layers": dict(spoil=the_same_signs_in_all_layers),
        "every sign negative": dict(spoil=all_negative),
    },
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
)
def choices_are_even(trials: Trials, *, spoil: Callable[[Case], Case] = itself) -> None:
    """Choices for random floats and for residues, and whether Hypothesis's buffers reach them."""
    seed = int(trials.generator.integers(2**32))
    buffers = adversarial_buffers(seed, GENERATED)
    for architecture in ARCHITECTURES:
        widths = architecture.hidden_widths

        def drawn(kind: CaseType, source: Source, architecture=architecture) -> Case:
            return spoil(draw_cases({"case": kind}, source, architecture)["case"])

        for kind, of_case in OF_UNITS.items():
            for source in (FloatsOfManyScales((seed,), CASES), RandomResidues((seed,), CASES)):
                add_even(trials, type_name(kind), list(of_case(drawn(kind, source), widths)))
            add_reached(trials, type_name(kind), list(of_case(drawn(kind, ByteFloats(buffers)), widths)))
        for kind, family in ((Network, "any"), (OddNetwork, "odd")):
            network = drawn(kind, FloatsOfManyScales((seed,), CASES))
            add_even(trials, type_name(kind), list(of_networks(network, family)))
