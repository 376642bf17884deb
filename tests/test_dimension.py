"""The dimension of a model's functions: certified from below, explained from above, and a gap where nothing explains it."""

import json
from fractions import Fraction

import equinox as eqx
import flint
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy
from flint import arb
from typer.testing import CliRunner

from symmetry.cli import app
from symmetry.dimension import dimension
from symmetry.dimension.elimination import Elimination
from symmetry.dimension.generators import KINDS, Move, moves
from symmetry.dimension.invariance import Place, symmetries_of
from symmetry.dimension.jacobian import Model
from symmetry.discovery import discover
from tests.small_models import rotary


def shapes(**given: tuple[int, ...]) -> dict:
    return {name: jax.ShapeDtypeStruct(shape, jnp.float32) for name, shape in given.items()}


X = jax.ShapeDtypeStruct((4, 2), jnp.float32)
LAYER = shapes(W=(2, 3), b=(3,), V=(3, 2), c=(2,))


def layer(activation):
    return lambda p, x: activation(x @ p["W"] + p["b"]) @ p["V"] + p["c"]


def relu(z):
    return jnp.maximum(z, 0)


def bounds(apply, params, *inputs, **options) -> tuple[int, int, int]:
    found = dimension(apply, params, *inputs, **options)
    return found.parameters, found.lower, found.upper


def test_a_layer_of_relu_loses_one_dimension_for_each_hidden_unit():
    assert bounds(layer(relu), LAYER, X) == (17, 14, 14)


def test_two_layers_of_relu_lose_one_dimension_for_each_hidden_unit_of_both():
    def deep(p, x):
        return relu(relu(x @ p["W"] + p["b"]) @ p["V"] + p["c"]) @ p["U"]

    params = shapes(W=(2, 3), b=(3,), V=(3, 3), c=(3,), U=(3, 1))
    assert bounds(deep, params, X, networks=24, seed=1) == (24, 18, 18)


def test_the_slope_of_a_leaky_relu_changes_nothing_of_that():
    assert bounds(layer(lambda z: jnp.where(z > 0, z, 0.1 * z)), LAYER, X) == (17, 14, 14)


def test_a_layer_of_tanh_has_no_continuous_symmetry():
    found = dimension(layer(jnp.tanh), LAYER, X)
    assert (found.lower, found.upper, found.symmetries) == (17, 17, ())


@pytest.mark.parametrize(("first", "hidden", "last"), [(2, 3, 3), (3, 2, 3), (3, 4, 3), (2, 1, 2)])
def test_a_linear_network_has_the_dimension_of_matrices_of_its_rank(first, hidden, last):
    rank = min(first, hidden, last)
    x = jax.ShapeDtypeStruct((first, first), jnp.float32)
    params = shapes(W=(first, hidden), V=(hidden, last))
    size = rank * (first + last - rank)
    assert bounds(lambda p, x: x @ p["W"] @ p["V"], params, x) == (hidden * (first + last), size, size)


def test_a_deep_linear_network_counts_no_symmetry_twice():
    params = shapes(A=(3, 2), B=(2, 2), C=(2, 3))
    x = jax.ShapeDtypeStruct((3, 3), jnp.float32)
    assert bounds(lambda p, x: x @ p["A"] @ p["B"] @ p["C"], params, x) == (16, 8, 8)


def test_a_softmax_loses_one_dimension_for_each_row_of_weights_before_it():
    found = dimension(lambda p, x: jax.nn.softmax(layer(jnp.tanh)(p, x)), LAYER, X)
    assert (found.lower, found.upper) == (13, 13)
    assert {each.kind for each in found.symmetries} == {"shift"}


def test_what_a_norm_takes_away_is_found():
    def normed(p, x):
        z = x @ p["W"]
        return jnp.tanh((z - z.mean(-1, keepdims=True)) / jnp.sqrt(z.var(-1, keepdims=True)) * p["g"]) @ p["V"]

    found = dimension(normed, shapes(W=(3, 4), g=(4,), V=(4, 2)), jax.ShapeDtypeStruct((4, 3), jnp.float32))
    assert (found.parameters, found.lower, found.upper) == (24, 20, 20)
    kinds = {(each.kind, each.where): each.dimensions for each in found.symmetries}
    assert kinds == {("scale of an array", "whole arrays"): 1, ("shift", "W:1"): 3}


def test_rotations_behind_a_norm_that_nothing_bends_are_a_gap():
    """Without an activation the normalised units can be rotated, which no move that is linear in the parameters does."""

    def normed(p, x):
        z = x @ p["W"]
        return z / jnp.sqrt((z * z).mean(-1, keepdims=True)) * p["g"] @ p["V"]

    found = dimension(normed, shapes(W=(3, 3), g=(3,), V=(3, 2)), jax.ShapeDtypeStruct((4, 3), jnp.float32))
    assert (found.lower, found.gap) == (9 + 6 - 3 - 1, 3)


def test_a_block_of_attention_is_explained_whole():
    found = json.loads(CliRunner().invoke(app, ["dimension", "--example", "--networks", "3", "--json", "-"]).stdout)
    assert found["gap"] == 0
    assert found["lower"] < found["parameters"]
    kinds = {(each["kind"], each["where"]) for each in found["symmetries"]}
    assert ("without effect", "key/bias") in kinds
    assert any(kind == "change of basis" for kind, _ in kinds)


def test_a_module_of_equinox_is_measured():
    module = eqx.nn.MLP(2, 1, 3, 1, key=jax.random.key(0))
    x = jax.random.normal(jax.random.key(1), (4, 2))
    assert bounds(lambda m, x: jax.vmap(m)(x), module, x) == (13, 10, 10)


def test_a_parameter_that_stands_twice_leaves_a_gap_that_says_so():
    found = dimension(lambda p, x: jnp.tanh(x @ (p["W"] + p["U"])), shapes(W=(2, 3), U=(2, 3)), X)
    assert (found.lower, found.upper, found.gap) == (6, 12, 6)
    assert "gap: a symmetry that nobody has named here" in str(found)


def test_a_parameter_without_effect_is_named():
    found = dimension(lambda p, x: x @ p["W"] + 0 * p["u"].sum(), shapes(W=(2, 1), u=(2,)), X)
    assert (found.lower, found.upper) == (2, 2)
    assert [(each.kind, each.where, each.dimensions) for each in found.symmetries] == [("without effect", "u", 2)]


def test_a_unit_that_is_dead_at_the_given_parameters_is_no_symmetry():
    params = {"W": np.ones((2, 2)), "b": np.array([-30.0, 0.5]), "V": np.ones((2, 1))}

    def apply(p, x):
        return relu(x @ p["W"] + p["b"]) @ p["V"]

    one = dimension(apply, params, np.ones((4, 2)), networks=1)
    assert one.lower == 3
    assert bounds(apply, params, np.ones((4, 2))) == (8, 6, 6)


@pytest.mark.parametrize("seed", range(4))
def test_the_certified_rank_is_that_of_fractions_and_never_more(seed):
    draws = np.random.default_rng(seed)
    rank = int(draws.integers(1, 5))
    whole = draws.integers(-3, 4, (6, rank)) @ draws.integers(-3, 4, (rank, 5))
    elimination = Elimination(5)
    elimination.add_all(np.array([[arb(int(entry)) for entry in row] for row in whole], object))
    assert elimination.rank == sympy.Matrix(whole.tolist()).rank()


def test_balls_that_may_be_dependent_certify_nothing():
    wide = [np.array([arb(1), arb(2)]), np.array([arb(2), arb(4, 1e-30)])]
    assert Elimination(2).add_all(wide) == 1
    with flint.ctx.workprec(256):
        apart = [np.array([arb(1), arb(2)]), np.array([arb(2), arb(4) + arb(2) ** -90])]
    assert Elimination(2).add_all(apart) == 2


def test_derivatives_are_those_of_jax():
    x = np.random.default_rng(0).normal(size=(4, 2))
    params = {name: np.random.default_rng(1).normal(size=leaf.shape) for name, leaf in LAYER.items()}
    model = Model.of(layer(jnp.tanh), LAYER, (X,))
    found = model.rows(params, [x])
    with jax.enable_x64(True):
        jacobian = jax.jacrev(layer(jnp.tanh))({name: jnp.asarray(leaf) for name, leaf in params.items()}, x)
    expected = np.concatenate([np.asarray(jacobian[path]).reshape(8, -1) for path in model.floats], 1)
    assert found.smooth
    np.testing.assert_allclose([[float(ball.mid()) for ball in row] for row in found.balls], expected, atol=1e-12)


def test_where_a_relu_is_at_its_kink_nothing_is_differentiated():
    params = {"W": np.zeros((2, 3)), "b": np.zeros(3), "V": np.ones((3, 2)), "c": np.zeros(2)}
    with pytest.raises(ValueError, match="no result has a derivative in a parameter at any input tried"):
        dimension(layer(relu), params, np.ones((4, 2)), networks=1)


def test_multiples_that_hold_at_one_place_only_are_no_symmetry():
    """W[0] and W[1] change x0 W0 + x1 W1 alike at one input; at another they do not."""
    move = Move("shift", "W:0", ((np.array([0]), None), (np.array([1]), None)))

    def place(*rows):
        return Place(np.ones(2), np.array([[arb(each) for each in row] for row in rows], object))

    once, twice = [place((1, 1))], [place((1, 1)), place((1, 2))]
    assert [each.multiples for each in symmetries_of(move, once)] in (
        [(Fraction(1), Fraction(-1))],
        [(Fraction(-1), Fraction(1))],
    )
    assert not list(symmetries_of(move, twice))


def test_a_change_too_small_for_floats_is_seen_on_balls():
    move = Move("shift", "W:0", ((np.array([0]), None), (np.array([1]), None)))
    with flint.ctx.workprec(256):
        row = np.array([[arb(1), arb(1) + arb(2) ** -80]], object)
    near = [Place(np.ones(2), row)]
    assert not list(symmetries_of(move, near))


def test_every_kind_of_move_is_tried():
    model = Model.of(layer(relu), LAYER, (X,))
    tried = {move.kind for move in moves(model.places, discover(layer(relu), LAYER, X))}
    assert tried == set(KINDS)


@pytest.mark.parametrize(
    ("apply", "params", "message"),
    [
        (lambda p, x: x, {}, "the model has 0 parameters of floats"),
        (lambda p, x: x @ p["W"], shapes(W=(2, 400)), "the model has 800 parameters of floats; pass one with 1 to 600"),
        (lambda p, x: x * float(p["W"]), shapes(W=()), "cannot be traced by JAX"),
        (lambda p, x: jnp.sort(x), shapes(W=(2,)), "no result has a derivative in a parameter"),
        (lambda p, x: x @ jnp.linalg.inv(p["W"]), shapes(W=(2, 2)), "does not run on balls: JAX's primitive"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_line(apply, params, message):
    with pytest.raises(ValueError, match=r"^(dimension|apply)") as raised:
        dimension(apply, params, X)
    assert message in str(raised.value)


def run(*arguments: str):
    return CliRunner().invoke(app, ["dimension", *arguments], env={"COLUMNS": "80", "NO_COLOR": "1"})


MODEL = """
import jax.numpy as jnp
import numpy as np


def build():
    params = {"W": np.ones((2, 3)), "V": np.eye(3)}
    return lambda p, x: x @ p["W"] @ p["V"], params, np.ones((4, 2))
"""


def test_the_command_reports_bounds_symmetries_and_what_they_rest_on(tmp_path):
    file = tmp_path / "my_model.py"
    file.write_text(MODEL, encoding="utf-8")
    done = run(f"{file}:build", "--json", str(tmp_path / "report.json"))
    assert done.exit_code == 0
    assert "15  parameters" in done.stdout
    assert "Certified: derivatives are balls of 256 bits" in done.stdout
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 80
    written = json.loads((tmp_path / "report.json").read_text())
    assert (written["lower"], written["upper"], written["gap"]) == (6, 6, 0)
    assert sum(each["dimensions"] for each in written["symmetries"]) == 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name one model, such as my_model.py:build, or say --example."),
        (("--example", "m.py:build"), "name one model"),
        (("no_such_module:build",), "the module no_such_module cannot be imported"),
        (("--example", "--json", "/no/such/folder/r.json"), "/no/such/folder is no folder"),
    ],
)
def test_mistakes_exit_with_2_and_one_clear_line(arguments, message):
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_equal_seeds_give_equal_reports():
    assert dimension(layer(relu), LAYER, X, seed=3) == dimension(layer(relu), LAYER, X, seed=3)


def test_what_rotary_positions_leave_of_heads_is_found():
    """Of each pair of entries of queries and keys two directions stay, in the place of all changes of basis (ROPE.1)."""

    def attention(p, x):
        q, k, v = rotary(x @ p["q"] + p["b"]), rotary(x @ p["k"]), x @ p["v"]
        return jax.nn.softmax(q @ k.T, -1) @ v

    params = shapes(q=(3, 4), b=(4,), k=(3, 4), v=(3, 1))
    found = dimension(attention, params, jax.ShapeDtypeStruct((3, 3), jnp.float32), networks=3)
    assert (found.parameters, found.lower, found.upper) == (31, 27, 27)
    assert {each.kind for each in found.symmetries} == {"turn of a pair", "scale of an array"}
