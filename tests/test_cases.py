"""Cases: every kind is drawn from every source, and keeps what its name promises."""

import jax
import numpy as np
import pytest

from proofs.dropout import DropoutMasks
from proofs.history import HistoryRule, HistoryTraining
from proofs.interpolants import IncreasingPoints
from symmetry.actions import TiedUnits, UnitPermutation
from symmetry.activation import ACTIVATIONS, Choice
from symmetry.architecture import EXACT, SAMPLED, THREADS, Architecture
from symmetry.cases import CASE_KINDS, NetworkOffZero, PositiveBatch, draw_cases
from symmetry.engine.measure import Trials
from symmetry.engine.sample import chunk_size
from symmetry.engine.sentinels import Sides
from symmetry.engine.shrink import GeneratedCase, adversarial_buffers
from symmetry.network import Batch
from symmetry.numbers.ball.source import BUFFER, NUMBER_OF_BYTE, ByteFloats, FloatsOfManyScales, RandomFloats
from symmetry.numbers.residue.source import RandomResidues
from symmetry.numbers.symbol.source import Symbols
from symmetry.training import OddRule

pytestmark = pytest.mark.quick

DRAWN = [kind for kind in CASE_KINDS if kind not in (Trials, Sides)]
assert {DropoutMasks, HistoryRule, HistoryTraining, IncreasingPoints} <= set(DRAWN)


def sources(count):
    bytes_ = np.random.default_rng(0).integers(256, size=(count, BUFFER)).astype(np.uint8)
    return [RandomFloats((0,), count), ByteFloats(bytes_), RandomResidues((0,), count)]


@pytest.mark.parametrize("kind", DRAWN, ids=str)
@pytest.mark.parametrize("architecture", [SAMPLED, Architecture((2, 3, 1), bias=False, batch=1)], ids=str)
def test_every_kind_is_drawn_from_every_source(kind, architecture):
    for source in sources(5):
        for leaf in jax.tree.leaves(draw_cases({"case": kind}, source, architecture)):
            assert np.shape(leaf)[0] == 5
    assert draw_cases({"case": kind}, Symbols(), architecture)


def test_drawn_permutations_permute_and_never_stand_still():
    for source in sources(500):
        pi = draw_cases({"pi": UnitPermutation}, source, SAMPLED)["pi"]
        for units in pi.permutations:
            size = units.shape[1]
            assert (np.sort(units) == np.arange(size)).all()
            assert (units != np.arange(size)).any(axis=1).all()


def test_random_permutations_reach_every_permutation():
    source = RandomFloats((0,), 500)
    units = draw_cases({"pi": UnitPermutation}, source, Architecture((1, 3, 1)))["pi"].permutations[0]
    assert len({tuple(row) for row in units}) == 5


def test_tied_units_are_two_different_units():
    for source in sources(200):
        for first, second in draw_cases({"ties": TiedUnits}, source, SAMPLED)["ties"].pairs:
            assert (first != second).all()


def test_positive_batches_are_positive_in_floats():
    for source in sources(200)[:2]:
        batch = draw_cases({"batch": PositiveBatch}, source, SAMPLED)["batch"]
        assert (batch.x > 0).all()
        assert (batch.y > 0).all()


def test_networks_off_zero_have_activations_other_than_0_there():
    for source in sources(200)[:2]:
        for choice in draw_cases({"network": NetworkOffZero}, source, SAMPLED)["network"].activations[:-1]:
            assert not any(ACTIVATIONS[index].through_zero for index in choice.index)


def test_odd_rules_are_odd():
    for source in sources(50):
        rule = draw_cases({"rule": OddRule}, source, SAMPLED)["rule"].function
        names = {ACTIVATIONS[index].name for index in rule.index} if isinstance(rule, Choice) else {rule.family}
        assert names <= {phi.name for phi in ACTIVATIONS if phi.odd} | {"odd"}


def test_equal_seeds_draw_equal_cases_whatever_else_is_drawn():
    alone = draw_cases({"batch": Batch}, RandomFloats((4,), 3), SAMPLED)["batch"]
    among = draw_cases({"pi": UnitPermutation, "batch": Batch}, RandomFloats((4,), 3), SAMPLED)["batch"]
    assert (alone.x == among.x).all()
    assert (alone.x != draw_cases({"batch": Batch}, RandomFloats((5,), 3), SAMPLED)["batch"].x).any()


def test_the_threads_data_are_drawn_as_they_were_posted():
    batch = draw_cases({"batch": Batch}, RandomFloats((0,), 2), THREADS[0])["batch"]
    assert (batch.x[1] * 8).tolist() == [[8, 5], [7, 5], [8, 4], [8, 1], [4, 3], [5, 2], [4, 2]]
    assert np.round(batch.y[0] * 100).ravel().tolist() == [100, 90, 88, 60, 50, 45, 40]
    assert [architecture.widths for architecture in THREADS] == [(2, 3, 1), (3, 4, 2), (10, 64, 7)]


def test_exact_architectures_have_widths_of_1_four_layers_and_64_units():
    assert len(EXACT) >= 5
    assert any(1 in architecture.hidden_widths for architecture in EXACT)
    assert any(len(architecture.widths) == 5 for architecture in EXACT)
    assert any(64 in architecture.hidden_widths for architecture in EXACT)
    assert {architecture.bias for architecture in EXACT} == {True, False}


def test_bytes_stand_for_dyadic_numbers_the_simplest_first():
    assert NUMBER_OF_BYTE[:4].tolist() == [0.0, 1.0, -1.0, 2.0]
    assert len(NUMBER_OF_BYTE) == len(set(NUMBER_OF_BYTE)) == 256
    assert (NUMBER_OF_BYTE[:252] * 16 % 1 == 0).all()


def test_adversarial_buffers_are_the_same_for_the_same_seed():
    one, again = adversarial_buffers(3, 40), adversarial_buffers(3, 40)
    assert (one == again).all()
    assert one.shape[1] == BUFFER


def test_adversarial_buffers_repeat_few_bytes_about_half_of_the_time():
    few = [len(np.unique(buffer)) <= 3 for buffer in adversarial_buffers(0, 200)]
    assert 0.2 < np.mean(few) < 0.8


@pytest.mark.parametrize("text", ["", "1-2", "1-2/1:zz", "1/1:00", "0-2/1:00", "1-2/0:00", "a-b/1:00"])
def test_a_text_that_is_no_example_is_named(text):
    with pytest.raises(ValueError, match=r"is no example; expected widths, b if there are biases"):
        GeneratedCase.parse(text)


def test_an_example_survives_its_text():
    example = GeneratedCase(Architecture((2, 3, 1), batch=2), bytes([1, 0, 255]))
    assert GeneratedCase.parse(example.text) == example


def test_chunks_are_powers_of_two_and_smaller_for_larger_networks():
    sizes = [chunk_size(architecture) for architecture in (SAMPLED, THREADS[2])]
    assert all(size & (size - 1) == 0 for size in sizes)
    assert sizes[0] > sizes[1]


def test_one_case_in_16_has_arrays_on_scales_of_their_own():
    plain, scaled = (kind((0,), 4_096).numbers("weight", (2, 3)) for kind in (RandomFloats, FloatsOfManyScales))
    scales = scaled / plain
    assert (scales == scales[:, :1, :1]).all()
    share = (scales[:, 0, 0] != 1).mean()
    assert 0.04 < share < 0.08
    assert (scales.min(), scales.max()) == (2.0**-10, 2.0**10)
