"""METH: what the checks cover. A larger network includes a small one, and the strategies reach the hard cases."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from proofs import equal_initialisation, permutation
from symmetry.actions import TiedUnits, UnitPermutation, gather_units
from symmetry.activation import ACTIVATIONS
from symmetry.architecture import EQUAL_WIDTHS, EXACT, SAMPLED, SMALL, THREADS, Architecture
from symmetry.array import is_array
from symmetry.cases import case_types, draw_cases
from symmetry.engine.measure import Trials
from symmetry.engine.shrink import adversarial_buffers
from symmetry.loss import LOSSES
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.ball.source import BUFFER, ByteFloats, FloatsOfManyScales
from symmetry.statements.theorem import WIDE, theorem
from symmetry.statements.variant import function_of

PADDED: list[Callable] = [
    law
    for each in (
        permutation.permuting_hidden_units_preserves_the_function,
        permutation.hidden_activations_permute_with_the_units,
        permutation.the_gradient_permutes_with_the_units,
        equal_initialisation.equal_units_have_equal_activations_errors_and_gradients,
    )
    for law in (each.law, function_of(next(iter(each.controls.values()))))
]
"""PERM.1, PERM.2, PERM.4 and TIE.1, each with a control: laws that hold and laws that do not, about every part of a network."""


def padded(network: Network, alive: int) -> Network:
    """The network with one more unit in every hidden layer: a copy of the first, its outgoing weights multiplied by `alive`."""
    widths = network.widths[1:-1]
    wider = gather_units(network, [jnp.append(jnp.arange(width), 0) for width in widths])
    layers = [wider.layers[0]]
    for layer, width in zip(wider.layers[1:], widths, strict=True):
        mask = jnp.where(jnp.arange(width + 1) == width, alive, 1)
        layers.append(Layer(layer.weight * mask[:, None], layer.bias))
    return dataclasses.replace(wider, layers=tuple(layers))


def with_the_last_still(pi: UnitPermutation) -> UnitPermutation:
    return UnitPermutation(tuple(jnp.append(units, len(units)) for units in pi.permutations))


def _sides(law: Callable, cases: Mapping) -> tuple:
    return law(**{name: cases[name] for name in case_types(law)})


def _corner(wider, number):
    """The entries of an array at the places of a smaller one."""
    return wider[tuple(slice(size) for size in number.shape)]


@theorem(
    "METH.4",
    title="Padding with dead units leaves every law's verdict unchanged",
    statement=r"v_{n+1} = 0 \;\Rightarrow\; (\mathrm{left}, \mathrm{right})(\theta \oplus u_{n+1})|_{1..n} = "
    r"(\mathrm{left}, \mathrm{right})(\theta)",
    hypotheses="a unit without outgoing weights added to each hidden layer, left where it is by permutations and ties; both "
    "sides of PERM.1, PERM.2, PERM.4, TIE.1 and of a control of each: their entries at the other units, so whether they agree",
    cites=("fukumizu2000local",),
    controls={"padding with live units": dict(alive=1)},
    architectures=(Architecture((2, 3, 2, 2), batch=2),),
    dtypes=WIDE,
)
def padding_with_dead_units_changes_no_verdict(
    network: Network, pi: UnitPermutation, ties: TiedUnits, batch: Batch, *, alive: int = 0
):
    """Both sides of every law, on the padded network, where its live units are; and on the network itself."""
    cases = {"network": network, "pi": pi, "ties": ties, "batch": batch}
    wider = cases | {"network": padded(network, alive), "pi": with_the_last_still(pi)}
    found, expected = ([_sides(each, drawn) for each in PADDED] for drawn in (wider, cases))
    return jax.tree.map(_corner, found, expected, is_leaf=is_array), expected


DRAWN = tuple(dict.fromkeys((SAMPLED, EQUAL_WIDTHS, *THREADS, *SMALL, *EXACT)))
"""The architectures that the engine draws cases on."""

HUGE, TINY = 2.0**20, 2.0**-130


def some(array) -> np.ndarray:
    """For each case, whether any entry is true."""
    return np.asarray(np.reshape(array, (len(array), -1)).any(axis=1))


def some_pair(rows: np.ndarray) -> np.ndarray:
    """For each case, whether two of its rows are equal and not 0: `rows` has shape (cases, rows, numbers)."""
    equal = (rows[:, :, None] == rows[:, None]).all(axis=-1) & (rows != 0).any(axis=-1)[:, None]
    return some(equal & ~np.eye(rows.shape[1], dtype=bool))


def unit_rows(network: Network, index: int) -> np.ndarray:
    """The (w, b, v) of the units of a hidden layer, as rows."""
    layer, following = network.layers[index], network.layers[index + 1]
    bias = [] if layer.bias is None else [layer.bias[:, :, None]]
    return np.concatenate([layer.weight.mT, *bias, following.weight], axis=2)


def choices(choice, table: Sequence) -> set[str]:
    """The names that were chosen from a table, or the one name that is fixed."""
    return {choice.name} if not hasattr(choice, "index") else {table[index].name for index in np.unique(choice.index)}


def reached(network: Network, batch: Batch) -> set[str]:
    """The properties that the drawn networks and batches have."""
    *hidden, output = network.activations
    found = {f"{name} in a hidden layer" for choice in hidden for name in choices(choice, ACTIVATIONS)}
    found |= {f"{name} at the output" for name in choices(output, ACTIVATIONS)} | choices(network.loss, LOSSES)
    layers = range(len(hidden))
    numbers = [number for number in jax.tree.leaves((network.layers, batch)) if number.dtype == np.float64]
    found |= {f"{len(network.layers)} layers"} | {
        "width 1" for layer in network.layers[:-1] if layer.weight.shape[2] == 1
    }
    seen = {
        "tied units": any(some_pair(unit_rows(network, index)).any() for index in layers),
        "repeated rows": some_pair(batch.x).any(),
        "zeros": any((number == 0).any() for number in numbers),
        "huge numbers": any((abs(number) >= HUGE).any() for number in numbers),
        "tiny numbers": any(((number != 0) & (abs(number) <= TINY)).any() for number in numbers),
    }
    return found | {what for what, yes in seen.items() if yes}


TARGETS = [
    *(f"{phi.name} in a hidden layer" for phi in ACTIVATIONS),
    *(f"{phi.name} at the output" for phi in ACTIVATIONS),
    *(loss.name for loss in LOSSES),
    *("2 layers", "3 layers", "4 layers", "width 1"),
    *("tied units", "repeated rows", "zeros", "huge numbers", "tiny numbers"),
]
"""The strategies have to reach all of these; `reached` finds them."""


def generated(trials: Trials, count: int) -> np.ndarray:
    """Buffers as the engine generates them for adversarial cases."""
    return adversarial_buffers(int(trials.generator.integers(2**32)), count)


def without_repeats(trials: Trials, count: int) -> np.ndarray:
    """Buffers in which no byte occurs twice."""
    return trials.generator.permuted(np.tile(np.arange(256), (count, 1)), axis=1)[:, :BUFFER].astype(np.uint8)


FEWEST = 500
"""From each source at least so many networks are drawn on an architecture, even if the budget is smaller."""


@theorem(
    "METH.5",
    title="The strategies reach whatever is hard",
    statement=r"\text{every activation, every loss, 2 to 4 layers, width 1, tied units, repeated rows, 0, } "
    r"|x| \geq 2^{20} \text{ and } 0 < |x| \leq 2^{-130} \text{ occur among the networks drawn}",
    hypotheses="Hypothesis's buffers and normal numbers, on the architectures that the engine draws on; tied units are equal "
    "in (w, b, v), repeated rows in x, and neither is 0",
    cites=("maciver2019hypothesis",),
    controls={"a strategy that never ties": dict(strategy=without_repeats)},
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
)
def the_strategies_reach_whatever_is_hard(trials: Trials, *, strategy=generated) -> None:
    count = max(trials.budget // (2 * len(DRAWN)), FEWEST)
    buffers = strategy(trials, count)
    found: set[str] = set()
    for number, architecture in enumerate(DRAWN):
        seed = int(trials.generator.integers(2**32))
        for source in (ByteFloats(buffers), FloatsOfManyScales((seed, number), count)):
            found |= reached(**draw_cases({"network": Network, "batch": Batch}, source, architecture))
            trials.networks += source.count
            trials.count += source.count
    for target in TARGETS:
        trials.add(f"{target}: not reached", np.array([0.0 if target in found else np.inf]))
