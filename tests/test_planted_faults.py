"""Faults planted in backprop: the theorem that speaks of the fault fails, and shows a small network.

The corpus of faults is in `tests/faults`; here, one fault in every run and its siblings in the slow one.
"""

import dataclasses
import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import proofs
from symmetry import network as program
from symmetry.architecture import SAMPLED, SMALL, Architecture
from symmetry.array import Array
from symmetry.cases import Direction, case_kind, case_types, draw_cases
from symmetry.engine.kernel import Kernel, exact_settings
from symmetry.engine.shrink import GeneratedCase, smallest_case
from symmetry.evidence.session import Session
from symmetry.network import Batch, Network
from symmetry.numbers.ball.source import RandomFloats
from symmetry.replaceable import replaced
from symmetry.source import Source
from symmetry.statements.theorem import Theorem
from symmetry.statements.variant import law_of

ENTRIES = sum((above + 1) * below for above, below in itertools.pairwise(SAMPLED.widths))
"""Of a gradient of a network of the sampled architecture: weights and biases."""

KNOWN = {id: made for id, made in proofs.load().items() if isinstance(made, Theorem)}


def weights_left_out(next_error, next_weight, z, activation):
    """The recursion printed in thread2019identical; it cannot even be computed where neighbouring widths differ."""
    return next_error * program.slope(z, activation)


def slope_left_out(next_error, next_weight, z, activation):
    return next_error @ next_weight.T


def transposed_where_possible(next_error, next_weight, z, activation):
    square = next_weight.shape[0] == next_weight.shape[1]
    return (next_error @ (next_weight if square else next_weight.T)) * program.slope(z, activation)


def averaged(error):
    return error.sum(0) / error.shape[0]


@pytest.mark.parametrize(
    ("function", "fault", "named", "most_weights"),
    [
        ("hidden_error", weights_left_out, "GRAD.2", 6),
        pytest.param("hidden_error", slope_left_out, "GRAD.2", 6, marks=pytest.mark.slow),
        pytest.param("hidden_error", transposed_where_possible, "GRAD.2", 8, marks=pytest.mark.slow),
        pytest.param("bias_gradient", averaged, "GRAD.3", 6, marks=pytest.mark.slow),
    ],
)
def test_a_planted_fault_fails_the_theorem_that_speaks_of_it(function, fault, named, most_weights):
    session = Session([KNOWN[named]], networks=500)
    with replaced({function: fault}):
        identity, sampled = (session.gather(KNOWN[named], item) for item in ("identity", "sampled-float64"))
    assert (identity.outcome, sampled.outcome) == ("failed", "failed")
    example = GeneratedCase.parse(sampled.counterexample or "")
    widths = example.architecture.widths
    assert sum(above * below for above, below in itertools.pairwise(widths)) <= most_weights
    assert f"{named} " in sampled.explanation
    assert "differs by" in sampled.explanation
    assert f"symmetry prove {named} --example {example.text}" in sampled.explanation


@pytest.mark.parametrize("id", ["GRAD.2", pytest.param("GRAD.3", marks=pytest.mark.slow)])
def test_the_search_for_a_small_network_finds_nothing_without_a_fault(id):
    with exact_settings():
        assert smallest_case(id, KNOWN[id].law, jnp.float64, SMALL[:4]) is None


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Entry:
    """The number of an entry of the gradient, counted through all arrays."""

    number: Array


@case_kind(Entry)
def _(source: Source, architecture: Architecture, name: str) -> Entry:
    return Entry(source.integers(name, (), ENTRIES))


def gradient_with_one_entry_off(network: Network, batch: Batch, direction: Direction, entry: Entry, *, digits: int = 9):
    """GRAD.4 on a gradient with that entry larger by 1 part in 10^9, or in another power of 10."""
    spoil = functools.partial(_with_entry_off, entry=entry.number, one_in=10**digits)
    return law_of({"spoil": spoil}, KNOWN["GRAD.4"].law, "GRAD.4")(network, batch, direction)


def test_one_entry_off_by_one_part_in_a_billion_is_caught_in_99_percent_of_entries():
    """GRAD.4 compares entry by entry: one of each network is made too large, at float64 and weights of scale 1.

    Off by 1 part in 10^11, every entry is caught on most of the 64 networks in which it is.
    """
    networks = 64 * ENTRIES
    drawn = draw_cases(case_types(gradient_with_one_entry_off), RandomFloats((3,), networks), SAMPLED)
    smaller = law_of({"digits": 11}, gradient_with_one_entry_off, "smaller")
    outcome, finer = Kernel({"spoilt": gradient_with_one_entry_off, "finer": smaller}, jnp.float64)(drawn).values()
    assert len(np.unique(drawn["entry"].number)) == ENTRIES
    # An entry that is 0 is not changed by a factor: there is nothing to catch.
    changed = _entries(drawn) != 0
    caught = (outcome.excess > 1).any(axis=1)
    assert not caught[~changed].any()
    assert caught[changed].mean() >= 0.99
    found = (finer.excess > 1).any(axis=1)
    assert not found[~changed].any()
    assert found[changed].mean() >= 0.9
    assert set(drawn["entry"].number[found].tolist()) == set(range(ENTRIES))


def _entries(drawn):
    """Of every network's gradient, the entry that is made too large."""
    with exact_settings():
        gradient = jax.vmap(lambda network, batch: program.backprop(network, batch).layers)(
            *jax.tree.map(jnp.asarray, (drawn["network"], drawn["batch"]))
        )
    flat = np.concatenate([np.asarray(leaf).reshape(len(leaf), -1) for leaf in jax.tree.leaves(gradient)], axis=1)
    return np.take_along_axis(flat, drawn["entry"].number[:, None], axis=1)[:, 0]


def _with_entry_off(layers, entry, one_in):
    """The gradient with its entry of that number, counted through all arrays, larger by one in so many."""
    changed = []
    for layer in layers:
        parts = {}
        for name in ("weight", "bias"):
            array = getattr(layer, name)
            size = int(np.prod(array.shape))
            hit = (jnp.arange(size) == entry).astype(int).reshape(array.shape)
            parts[name] = array + array * hit / one_in
            entry -= size
        changed.append(dataclasses.replace(layer, **parts))
    return tuple(changed)
