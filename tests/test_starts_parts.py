"""The parts of `symmetry.check_start`: reading a network's layers, and the numbers that each unit of a group has."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from symmetry.discovery import Block, GroupAxis, UnitGroup
from symmetry.discovery.precision import coarsest_unit
from symmetry.starts.classes import equal_units, proportional_units
from symmetry.starts.layered import layers_of
from symmetry.starts.problem import problem_of
from symmetry.starts.relation import Relation, UnitClass
from symmetry.starts.slices import by_unit, gathered, rows_of, unit_of_entries
from symmetry.starts.treatment import is_descent, is_linear

GENERATOR = np.random.default_rng(0)
PARAMS = {"W": GENERATOR.normal(size=(3, 4)), "b": GENERATOR.normal(size=4), "V": GENERATOR.normal(size=(4, 4))}
INPUTS = GENERATOR.normal(size=(4, 3))
MASK = np.array([1.0, 0.0, 1.0, 1.0])


def read(apply, params=PARAMS, *inputs):
    return layers_of(problem_of(apply, params, inputs or (INPUTS,)))


def hidden(params, x):
    return jnp.tanh(x @ params["W"] + params["b"])


@pytest.mark.usefixtures("exact")
def test_dense_layers_in_a_row_are_read():
    layers = read(lambda params, x: hidden(params, x) @ params["V"])
    assert layers is not None
    assert layers.layer == {"W": 1, "b": 1, "V": 2}
    assert layers.activations == (("tanh",), ())


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("activation", [jax.nn.relu, jax.nn.gelu, jax.nn.swish, jax.nn.softplus, jnp.square])
def test_a_network_of_equinox_is_read_whatever_its_activation(activation):
    network = eqx.nn.MLP(3, 2, 5, 2, activation=activation, key=jax.random.key(0))
    layers = read(lambda network, x: jax.vmap(network)(x), network)
    assert layers is not None
    assert sorted(layers.layer.values()) == [1, 1, 2, 2, 3, 3]
    assert layers.activations[0] == layers.activations[1] != layers.activations[2] == ()


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(
    "apply",
    [
        lambda params, x: (MASK * hidden(params, x)) @ params["V"],
        lambda params, x: hidden(params, x).T @ params["V"],
        lambda params, x: jnp.tanh(x @ params["W"] + params["b"][:, None]) @ params["V"],
        lambda params, x: hidden(params, x) @ params["V"] + hidden(params, x),
        lambda params, x: jax.nn.softmax(x @ params["W"] + params["b"]) @ params["V"],
        lambda params, x: jnp.tanh(x @ params["W"] * params["b"]) @ params["V"],
        lambda params, x: jnp.tanh(hidden(params, x) @ params["V"]) @ params["V"],
        lambda params, x: (hidden(params, x) * x[:, :1]) @ params["V"],
        lambda params, x: (hidden(params, x) + jnp.arange(4)) @ params["V"],
    ],
    ids=["mask", "units for examples", "bias an example", "skip", "softmax", "gain", "shared", "input", "places"],
)
def test_what_the_theorems_do_not_speak_of_is_not_read_as_layers(apply):
    assert read(apply) is None


@pytest.mark.usefixtures("exact")
def test_networks_of_complex_numbers_are_not_read_as_layers():
    params = PARAMS | {"W": PARAMS["W"] * 1j}
    assert read(lambda params, x: jnp.abs(x @ params["W"] + params["b"]) @ params["V"], params) is None


def blocks_of_two() -> tuple[UnitGroup, np.ndarray]:
    """Three units in each of two blocks, in an array whose second axis has two copies of them and one entry of no unit."""
    axis = GroupAxis("w", 1, np.array([[0, 1, 2], [3, 4, 5]]), (Block(0, np.array([0, 1, -1])),))
    return UnitGroup("units", 3, (axis,), (("w:0", 2),)), GENERATOR.normal(size=(3, 7, 2))


def test_each_unit_of_a_block_has_its_own_numbers():
    group, array = blocks_of_two()
    first, second = rows_of(group, group.axes[0], array)
    assert first.shape == (3, 4)
    np.testing.assert_array_equal(np.sort(first[1]), np.sort(array[0, [1, 4]].ravel()))
    np.testing.assert_array_equal(np.sort(second[2]), np.sort(array[1, [2, 5]].ravel()))


def test_entries_belong_to_the_units_that_an_exchange_moves():
    group, array = blocks_of_two()
    units = np.broadcast_to(unit_of_entries(group, group.axes[0], array.shape), array.shape)
    moved = group.act([[0, 1, 2], [1, 0, 2]], {"w": array})["w"] != array
    np.testing.assert_array_equal(moved, np.isin(units, [3, 4]))


def test_gathering_by_a_permutation_is_what_the_group_does():
    group, array = blocks_of_two()
    permutations = np.array([[2, 0, 1], [1, 0, 2]])
    sources = (permutations + np.array([[0], [3]])).ravel()
    np.testing.assert_array_equal(
        gathered(group, group.axes[0], array, sources), group.act(permutations, {"w": array})["w"]
    )


def test_a_reduction_by_unit_sees_each_of_its_entries():
    group, array = blocks_of_two()
    largest = by_unit(group, group.axes[0], array, np.maximum, -np.inf)
    expected = [row.max(axis=1) for row in rows_of(group, group.axes[0], array)]
    np.testing.assert_array_equal(largest, np.concatenate(expected))


def test_units_of_one_block_may_be_equal_where_those_of_another_differ():
    group, array = blocks_of_two()
    array[1, [2, 5]] = array[1, [0, 3]]
    assert equal_units(group, group.axes, {"w": array}).classes == (UnitClass((0, 2), (1,)),)


def test_rows_of_a_recurrent_matrix_that_hold_the_same_numbers_do_not_make_units_equal():
    units = np.arange(4)[None]
    group = UnitGroup("state", 4, (GroupAxis("R", 0, units), GroupAxis("R", 1, units)))
    circulant = np.array([[0.0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1], [1, 2, 3, 0]])
    assert not equal_units(group, group.axes, {"R": circulant}).classes
    in_pairs = np.array([[0.0, 1, 2, 2], [1, 0, 2, 2], [2, 2, 0, 1], [2, 2, 1, 0]])
    assert equal_units(group, group.axes, {"R": in_pairs}).classes == (UnitClass((0, 1)), UnitClass((2, 3)))
    assert equal_units(group, group.axes, {"R": np.eye(4) + 1}).classes == (UnitClass((0, 1, 2, 3)),)


def test_zero_and_minus_zero_are_equal():
    group = UnitGroup("units", 2, (GroupAxis("w", 0, np.arange(2)[None]),))
    assert equal_units(group, group.axes, {"w": np.array([0.0, -0.0])}).classes == (UnitClass((0, 1)),)


def test_units_made_equal_are_found_equal():
    group, array = blocks_of_two()
    relation = Relation(group, "equal", (UnitClass((0, 1, 2), (0,)),), group.axes)
    assert not relation.holds({"w": array}).all()
    made = relation.made_equal({"w": array})
    assert equal_units(group, group.axes, made).classes == relation.classes


def test_multiples_are_found_up_to_the_rounding_of_their_type():
    group = UnitGroup("units", 4, (GroupAxis("w", 0, np.arange(4)[None]),))
    row = GENERATOR.normal(size=5)
    array = np.array([row, 1.7 * row, GENERATOR.normal(size=5), 0 * row], np.float32)
    unit = float(np.finfo(np.float32).eps)
    (found,) = proportional_units(group, {"w": array.astype(float)}, unit).classes
    assert found.units == (0, 1)
    assert not proportional_units(group, {"w": array.astype(float)}, unit / 2**20).classes


@pytest.mark.usefixtures("exact")
def test_optimisers_are_known_by_what_they_do():
    import optax

    def kinds(optimizer):
        problem = problem_of(lambda params, x: hidden(params, x) @ params["V"], PARAMS, (INPUTS,), None, optimizer)
        return is_descent(problem), is_linear(problem)

    assert kinds(optax.sgd(0.1)) == (True, True)
    assert kinds(optax.sgd(0.1, momentum=0.5)) == (False, True)
    assert kinds(optax.chain(optax.add_decayed_weights(0.1), optax.sgd(0.1))) == (False, True)
    assert kinds(optax.adam(0.1)) == (False, False)


@pytest.mark.usefixtures("exact")
def test_a_cast_to_half_precision_inside_is_noticed():
    def half(x):
        return jax.lax.cond(x[0] > 0, lambda x: x, lambda x: x.astype(jnp.bfloat16).astype(x.dtype), x)

    x = np.ones(3)
    assert coarsest_unit(jax.make_jaxpr(half)(x)) == 2.0**-7
    assert coarsest_unit(jax.make_jaxpr(jnp.tanh)(x)) == 2.0**-52
