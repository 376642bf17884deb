"""Exact Jacobians are derivatives, entry by entry, and ranks modulo a prime are ranks."""

import dataclasses

import numpy as np
import pytest

from proofs.exact_ranks import in_a_row, network_of_integers, parameter_jacobian, rank_modulo_prime
from proofs.functional_dimension import WITNESSES, rescaling_directions, witness
from symmetry.network import Layer, forward
from symmetry.numbers.dual import derivative_along
from symmetry.numbers.residue import PRIME
from symmetry.numbers.symbol import Symbol

pytestmark = pytest.mark.quick


def test_the_jacobian_has_the_derivatives_along_random_directions():
    generator = np.random.default_rng(0)
    network, direction = (network_of_integers(generator, (2, 3, 2), below=9, hidden="relu", biases=True) for _ in "ab")
    x = Symbol.of(generator.integers(-9, 10, (4, 2)))
    along = derivative_along(
        lambda layers: forward(dataclasses.replace(network, layers=layers), x), network.layers, direction.layers
    )
    assert (parameter_jacobian(network, x) @ in_a_row(direction) == along).all()


def test_a_rank_modulo_the_prime_may_be_smaller_and_is_never_larger():
    assert rank_modulo_prime(np.array([[PRIME, 0], [0, 1]])) == 1
    assert rank_modulo_prime(np.array([[1, 2, 3], [2, 4, 6], [1, 0, 0]])) == 2


def test_rescaling_directions_are_independent_and_move_each_unit_of_its_own():
    network, _ = witness((2, 2, 1), WITNESSES[2, 2, 1])
    directions = rescaling_directions(network)
    first, second = network.layers
    assert rank_modulo_prime(directions) == 2
    of_first_unit = [
        Layer(first.weight * [1, 0], first.bias * [1, 0]),
        Layer(second.weight * [[-1], [0]], second.bias * 0),
    ]
    assert (
        directions[0].tolist()
        == np.concatenate([np.ravel(part) for layer in of_first_unit for part in (layer.weight, layer.bias)]).tolist()
    )


def test_a_witness_at_a_kink_is_refused():
    with pytest.raises(ValueError, match="a hidden preactivation is 0; choose another seed"):
        witness((2, 2, 1), 0)
