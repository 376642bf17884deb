"""Faults planted in backprop: the theorem that speaks of the fault fails, and shows a small network."""

import dataclasses
import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import proofs
from symmetry import network as program
from symmetry.architecture import SAMPLED, SMALL
from symmetry.cases import case_types, draw_cases
from symmetry.engine.kernel import Kernel, exact_settings
from symmetry.engine.shrink import GeneratedCase, smallest_case
from symmetry.evidence.session import Session
from symmetry.numbers.ball.source import RandomFloats
from symmetry.statements.theorem import Theorem
from symmetry.statements.variant import law_of

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
        ("hidden_error", slope_left_out, "GRAD.2", 6),
        ("hidden_error", transposed_where_possible, "GRAD.2", 8),
        ("bias_gradient", averaged, "GRAD.3", 6),
    ],
)
def test_a_planted_fault_fails_the_theorem_that_speaks_of_it(monkeypatch, function, fault, named, most_weights):
    monkeypatch.setattr(program, function, fault)
    (finding,) = Session([KNOWN[named]], networks=500).findings()
    assert finding.verdict == "failed"
    sampled = next(line for line in finding.evidence if line.kind == "sampled" and line.outcome == "failed")
    example = GeneratedCase.parse(sampled.counterexample or "")
    widths = example.architecture.widths
    assert sum(above * below for above, below in itertools.pairwise(widths)) <= most_weights
    assert f"{named} " in sampled.explanation
    assert "differs by" in sampled.explanation
    assert f"symmetry prove {named} --example {example.text}" in sampled.explanation


@pytest.mark.parametrize("id", ["GRAD.2", "GRAD.3"])
def test_the_search_for_a_small_network_finds_nothing_without_a_fault(id):
    with exact_settings():
        assert smallest_case(id, KNOWN[id].law, jnp.float64, SMALL[:4]) is None


def test_one_entry_off_by_one_part_in_a_billion_is_caught_in_99_percent_of_entries():
    """GRAD.4 compares entry by entry: every entry in turn is made too large, at float64 and weights of scale 1."""
    law = KNOWN["GRAD.4"].law
    drawn = draw_cases(case_types(law), RandomFloats((3,), 256), SAMPLED)
    entries = sum(leaf[0].size for leaf in jax.tree.leaves(drawn["network"].layers))
    chosen = range(0, entries, 8)
    spoilt = {entry: functools.partial(_with_entry_off, entry=entry) for entry in chosen}
    laws = {entry: law_of({"spoil": spoil}, law, "GRAD.4") for entry, spoil in spoilt.items()}
    outcomes = Kernel(laws, jnp.float64)(drawn)
    caught = sum(int((outcome.excess > 1).any(axis=1).sum()) for outcome in outcomes.values())
    # An entry that is 0 is not changed by a factor: there is nothing to catch.
    zero = sum(int((_entry(drawn, entry) == 0).sum()) for entry in chosen)
    assert caught / (len(chosen) * 256 - zero) >= 0.99


def _entry(drawn, entry):
    """That entry of every network's gradient."""
    with exact_settings():
        gradient = jax.vmap(lambda network, batch: program.backprop(network, batch).layers)(
            *jax.tree.map(jnp.asarray, (drawn["network"], drawn["batch"]))
        )
    return np.concatenate([np.asarray(leaf).reshape(256, -1) for leaf in jax.tree.leaves(gradient)], axis=1)[:, entry]


def _with_entry_off(layers, entry):
    """The gradient with its entry of that number, counted through all arrays, larger by 1 part in 10^9."""
    changed = []
    for layer in layers:
        parts = {}
        for name in ("weight", "bias"):
            array = getattr(layer, name)
            size = int(np.prod(array.shape))
            hit = (jnp.arange(size) == entry).astype(int).reshape(array.shape)
            parts[name] = array + array * hit / 10**9
            entry -= size
        changed.append(dataclasses.replace(layer, **parts))
    return tuple(changed)
