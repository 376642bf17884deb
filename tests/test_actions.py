"""Group elements: what they do to a network, and what they say of bad input."""

import numpy as np
import pytest

from symmetry.actions import LinearMaps, Reflection, Rescaling, TiedUnits, UnitPermutation, gather_units
from symmetry.network import Layer, Network, network_of
from symmetry.numbers.symbol import Symbol

pytestmark = pytest.mark.quick

NETWORK = network_of([np.arange(8.0).reshape(2, 4), np.arange(12.0).reshape(4, 3), np.ones((3, 1))])


@pytest.mark.parametrize(
    ("permutations", "message"),
    [
        (
            [[0, 1, 2], [0, 1, 2]],
            r"permutation has length 3, but layer 0 has 4 hidden units; pass a permutation of range\(4\)",
        ),
        ([[0, 1, 2, 2], [0, 1, 2]], r"\[0, 1, 2, 2\] is no permutation of the 4 units of layer 0"),
        ([[0, 1, 2, 4], [0, 1, 2]], r"pass every index of range\(4\) once"),
        ([[0, 1, 2, 3]], "got 1 permutation, but the network has 2 hidden layers"),
    ],
)
def test_bad_permutations_are_named(permutations, message):
    with pytest.raises(ValueError, match=message):
        UnitPermutation.of(NETWORK, permutations)


def test_acting_puts_unit_pi_of_i_at_place_i():
    moved = UnitPermutation.of(NETWORK, [[2, 0, 1, 3], [0, 1, 2]]).act(NETWORK)
    assert moved.layers[0].weight[0].tolist() == [2.0, 0.0, 1.0, 3.0]
    assert moved.layers[1].weight[:, 0].tolist() == [6.0, 0.0, 3.0, 9.0]


def test_hidden_layers_without_a_map_stay_as_they_are():
    moved = gather_units(NETWORK, [[1, 0, 2, 3]])
    assert moved.layers[0].weight[0].tolist() == [1.0, 0.0, 2.0, 3.0]
    assert moved.layers[1].weight[:, 0].tolist() == [3.0, 0.0, 6.0, 9.0]
    assert moved.layers[2] is NETWORK.layers[2]


def test_composing_is_acting_first_by_the_argument():
    pi = UnitPermutation.of(NETWORK, [[1, 2, 0, 3], [0, 2, 1]])
    sigma = UnitPermutation.of(NETWORK, [[3, 1, 0, 2], [2, 0, 1]])
    one, other = pi.act(sigma.act(NETWORK)), pi.compose(sigma).act(NETWORK)
    assert all((a.weight == b.weight).all() for a, b in zip(one.layers, other.layers, strict=True))


def test_a_reflection_of_two_units_by_opposite_signs_swaps_them():
    network = network_of([[[1.0, 5.0]], [[2.0], [7.0]]])
    swapped = Reflection((np.array([1, -1]),)).act(network)
    assert swapped.layers[0].weight.tolist() == [[5.0, 1.0]]
    assert swapped.layers[1].weight.tolist() == [[7.0], [2.0]]


def test_tying_outgoing_weights_only_leaves_incoming_ones():
    tied = TiedUnits(((0, 1),)).act(network_of([[[1.0, 5.0]], [[2.0], [7.0]]]), incoming=False)
    assert tied.layers[0].weight.tolist() == [[1.0, 5.0]]
    assert tied.layers[1].weight.tolist() == [[2.0], [2.0]]


def test_enlarging_multiplies_all_that_belongs_to_a_unit():
    network = network_of([[[1.0, 5.0]], [[2.0], [7.0]]], [[1.0, 1.0], [3.0]])
    enlarged = Rescaling((np.array([2.0, 4.0]),)).enlarge(network)
    assert enlarged.layers[0].weight.tolist() == [[2.0, 20.0]]
    assert enlarged.layers[0].bias.tolist() == [2.0, 4.0]
    assert enlarged.layers[1].weight.tolist() == [[4.0], [28.0]]
    assert enlarged.layers[1].bias.tolist() == [3.0]


def test_rescaling_divides_outgoing_weights_by_the_factor_to_the_degree():
    network = network_of([[[1.0, 5.0]], [[8.0], [7.0]]], [[3.0, 1.0], [0.5]])
    moved = Rescaling((np.array([2.0, 1.0]),)).act(network, 3)
    assert moved.layers[0].weight.tolist() == [[2.0, 5.0]]
    assert moved.layers[0].bias.tolist() == [6.0, 1.0]
    assert moved.layers[1].weight.tolist() == [[1.0], [7.0]]
    other = Rescaling((np.array([2.0, 1.0]),)).act_on_gradient(network, 3)
    assert other.layers[0].weight.tolist() == [[0.5, 5.0]]
    assert other.layers[1].weight.tolist() == [[64.0], [7.0]]


def test_linear_maps_act_by_a_matrix_and_its_exact_inverse():
    below, above = Symbol.of([[9, 9, 9], [2, 9, 9], [-3, 5, 9]]), Symbol.of([[9, 4, 1], [9, 9, -2], [9, 9, 9]])
    identity = Symbol.of(np.eye(3, dtype=int))
    network = Network((Layer(identity, Symbol.of([1, 0, 0])), Layer(identity)), (), None)
    layer, following = LinearMaps((below,), (above,)).act(network).layers
    lower, upper = [[1, 0, 0], [2, 1, 0], [-3, 5, 1]], [[1, 4, 1], [0, 1, -2], [0, 0, 1]]
    assert (layer.weight == np.array(lower) @ np.array(upper)).all()
    assert (layer.bias == layer.weight[0]).all()
    assert (layer.weight @ following.weight == identity).all()
