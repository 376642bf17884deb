"""The numbers of a sweep's networks: the same for ever, and of every kind that is promised."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.actions import TiedUnits, UnitPermutation
from symmetry.architecture import Architecture
from symmetry.cases import case_types
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network
from symmetry.sweep.drawn import Place, draw, floats, top
from symmetry.sweep.philox import KEY_STEPS, MULTIPLIERS, ROUNDS, philox
from symmetry.sweep.planted import BLIND, EQUAL, NOT_A_NUMBER, OFF, UNCOUNTED, Expected, planted
from symmetry.sweep.ranges import CountedTwice, Range, Size, chunks, missing, shared
from symmetry.sweep.totals import Totals, added

pytestmark = pytest.mark.quick

PUBLISHED = [
    ([0] * 4, [0] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]
"""Counters, keys and what Philox4x32-10 makes of them, as its authors publish with Random123."""


def in_whole_numbers(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x32-10 in Python's integers."""
    for _ in range(ROUNDS):
        first, third = counter[0] * MULTIPLIERS[0], counter[2] * MULTIPLIERS[1]
        counter = [
            third >> 32 ^ counter[1] ^ key[0],
            third & 0xFFFFFFFF,
            first >> 32 ^ counter[3] ^ key[1],
            first & 0xFFFFFFFF,
        ]
        key = [(part + step) % 2**32 for part, step in zip(key, KEY_STEPS, strict=True)]
    return counter


@pytest.mark.parametrize(("counter", "key", "expected"), PUBLISHED)
def test_philox_gives_the_published_words(counter, key, expected):
    words = philox([jnp.uint32(word) for word in counter], [jnp.uint32(word) for word in key])
    assert " ".join(f"{int(word):08x}" for word in words) == expected


def test_philox_agrees_with_whole_numbers_at_random_counters():
    drawn = np.random.default_rng(0).integers(2**32, size=(6, 200), dtype=np.uint32)
    words = philox(list(jnp.asarray(drawn[:4])), list(jnp.asarray(drawn[4:])))
    columns = drawn.T.tolist()
    assert np.stack(words).T.tolist() == [in_whole_numbers(column[:4], column[4:]) for column in columns]


def drawn_networks(count: int, dtype: str = "float64", seed: int = 0):
    """The cases of networks 0, 1, ... of one block, stacked."""

    def law(network: Network, pi: UnitPermutation, ties: TiedUnits, batch: Batch): ...

    def one(place):
        word = jnp.uint32
        return draw(
            case_types(law),
            Architecture((3, 4, 2), batch=2),
            Place(word(1), word(seed), word(0), word(7), place),
            np.dtype(dtype),
        )

    with exact_settings():
        return jax.jit(jax.vmap(one))(jnp.arange(count, dtype=jnp.uint32))


def numbers_of(cases) -> np.ndarray:
    leaves = [leaf for leaf in jax.tree.leaves(cases) if jnp.issubdtype(leaf.dtype, jnp.floating)]
    return np.concatenate([np.asarray(leaf).reshape(len(leaf), -1) for leaf in leaves], axis=1)


def test_the_first_network_has_the_numbers_that_it_had_when_sweeps_began():
    cases, checksums = drawn_networks(3)
    assert checksums.tolist() == [3903590885, 2328608311, 2923039641]
    assert numbers_of(cases)[0, :3].tolist() == [1.0140215750806694, 0.1466997375747656, -0.21055709009418752]


def test_a_float32_network_has_the_numbers_of_the_float64_one_cut_to_fewer_bits():
    (wide, _), (narrow, _) = drawn_networks(500), drawn_networks(500, "float32")
    wide, narrow = numbers_of(wide), numbers_of(narrow)
    assert narrow.dtype == np.float32
    cut = wide.astype(np.float32)
    cut = np.where(abs(cut) > abs(wide), np.nextafter(cut, np.float32(0)), cut)
    assert (cut == narrow).all()


def test_networks_of_two_seeds_differ():
    one, other = (numbers_of(drawn_networks(50, seed=seed)[0]) for seed in (0, 1))
    assert (one != other).any(axis=1).all()


def test_no_two_networks_of_a_block_are_equal():
    numbers = numbers_of(drawn_networks(256)[0])
    assert len(np.unique(numbers, axis=0)) == 256


def test_networks_have_zeros_scales_repeated_rows_and_special_values():
    cases, _ = drawn_networks(4_000)
    numbers, weight = numbers_of(cases), np.asarray(cases["network"].layers[0].weight)
    zeros = (numbers == 0).mean(axis=1)
    assert 0.10 < (zeros > 0.5).mean() < 0.16  # an eighth is sparse
    sizes = np.where(numbers == 0, np.nan, abs(numbers))
    assert np.nanmax(sizes) > 1_000 > np.nanmax(sizes[zeros == 0][:, :1].min())
    assert np.nanmin(sizes) < 2e-7
    assert ((weight[:, 0] == weight[:, 1]).all(axis=1)).mean() > 0.04
    assert ((weight[:, :, 0] == weight[:, :, 1]).all(axis=1)).mean() > 0.04
    assert np.isfinite(numbers).all()
    assert (numbers == np.float64(np.finfo(np.float32).tiny)).any()
    assert ((numbers == 0) & np.signbit(numbers)).any()


def test_permutations_permute_and_ties_are_of_two_units():
    cases, _ = drawn_networks(2_000)
    (units,), ((first, second),) = cases["pi"].permutations, cases["ties"].pairs
    assert (np.sort(units) == np.arange(4)).all()
    assert (np.asarray(units) != np.arange(4)).any(axis=1).all()
    assert len(np.unique(units, axis=0)) == 23
    assert (np.asarray(first) != np.asarray(second)).all()


def test_indices_are_about_equally_frequent():
    words = jnp.asarray(np.random.default_rng(0).integers(2**32, size=60_000, dtype=np.uint32))
    assert (abs(np.bincount(top(words, 6)) - 10_000) < 500).all()


@pytest.mark.parametrize("number", [1.0, -1.5, 2.0**-126, 3.0, 1 + 2.0**-52, -(2.0**20) * (1 + 2.0**-30)])
def test_floats_are_put_together_from_their_bits(number):
    bits = int(np.float64(number).view(np.uint64))
    exponent = jnp.int32((bits >> 52 & 0x7FF) - 1023)
    with exact_settings():
        parts = jnp.uint32(bits >> 63), exponent, jnp.uint32(bits >> 32 & 0xFFFFF), jnp.uint32(bits & 0xFFFFFFFF)
        assert float(floats(*parts, np.dtype("float64"))) == number


@pytest.mark.parametrize("kept", [0, 1, 11, 12, 255, 256])
def test_what_is_planted_is_what_is_expected(kept):
    marks = np.asarray(planted(jnp.arange(256), jnp.full(256, kept)))
    counted = marks[:kept]
    expected = Expected.of(256, 256 + kept, 256)
    assert np.isin(counted, [OFF, NOT_A_NUMBER]).sum() == expected.broken
    assert (counted == BLIND).sum() == expected.vacuous
    assert (marks[kept:] == UNCOUNTED).all()
    assert kept < 12 or (counted == EQUAL).any()


def test_one_network_that_is_not_seen_makes_a_sweep_void():
    expected = Expected.of(0, 256 * 3 + 20, 256)
    seen = Totals(networks=788, broken=8, vacuous=4, checksum=sum(range(788)))
    assert expected.unnoticed(seen) == ""
    for fault in ({"networks": 787}, {"broken": 7}, {"broken": 9}, {"vacuous": 3}, {"checksum": 0}):
        assert expected.unnoticed(seen._replace(**fault))


def test_adding_totals_does_not_depend_on_the_order():
    generator = np.random.default_rng(0)
    parts = [
        Totals._make(
            [*generator.integers(5, size=4).tolist(), place % 4, place * 7 % 40, place - 1, 2 + place, place, 2**31]
        )
        for place in range(10)
    ]

    def total(order):
        result = Totals()
        for place in order:
            result = added(result, parts[place])
        return result

    assert len({total(generator.permutation(10)) for _ in range(20)}) == 1
    assert total(range(10)).broken_at == 0


def test_what_is_missing_and_what_is_shared_cover_every_block_once():
    left = missing([Range(5, 9), Range(0, 2), Range(20, 21)], 30)
    parts = [part for process in range(4) for part in shared(left, process, 4)]
    assert missing([Range(5, 9), Range(0, 2), Range(20, 21), *parts], 30) == []
    assert next(iter(chunks(left, Size(3)))) == Range(2, 5)


@pytest.mark.parametrize("ranges", [[(0, 3), (2, 4)], [(0, 31)], [(1, 2), (1, 2)]])
def test_a_block_that_was_counted_twice_is_noticed(ranges):
    with pytest.raises(CountedTwice, match="counted twice"):
        missing([Range(*each) for each in ranges], 30)
