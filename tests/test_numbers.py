"""The number systems: one program runs on all of them, and each keeps its promise."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy

from symmetry.activation import RELU, derivative
from symmetry.architecture import Architecture
from symmetry.cases import case_types, draw_cases
from symmetry.network import Batch, Network, backprop, batch_loss, forward
from symmetry.numbers import Ball, Dual
from symmetry.numbers.ball import left_or_right, summation_error
from symmetry.numbers.ball.source import RandomFloats, as_balls
from symmetry.numbers.dual import derivative_along, every_derivative, own_derivatives
from symmetry.numbers.residue.source import RandomResidues
from symmetry.numbers.symbol import Symbol, unknown_function
from symmetry.numbers.symbol.source import Symbols

SHAPE = Architecture((2, 3, 1), batch=2)


def law(network: Network, batch: Batch):
    """Only for its signature."""


def drawn(source, architecture=SHAPE):
    return draw_cases(case_types(law), source, architecture)


def first(cases):
    return jax.tree.map(lambda leaf: jnp.asarray(leaf)[0], cases)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16", "float16"])
def test_the_program_runs_on_floats_and_balls_of_every_type(dtype):
    cases = jax.tree.map(
        lambda leaf: leaf.astype(dtype) if leaf.dtype == np.float64 else leaf, drawn(RandomFloats((0,), 1))
    )
    floats, balls = first(cases), as_balls(first(cases))
    plain = backprop(floats["network"], floats["batch"])
    bounded = backprop(balls["network"], balls["batch"])
    assert jax.tree.leaves(plain)[0].dtype == dtype
    for leaf, ball in zip(
        jax.tree.leaves(plain.layers),
        jax.tree.leaves(bounded.layers, is_leaf=lambda node: isinstance(node, Ball)),
        strict=True,
    ):
        wide = jnp.abs(leaf.astype(jnp.float64) - ball.center.astype(jnp.float64))
        assert (wide <= ball.radius).all()


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("source", [RandomFloats((0,), 8), RandomResidues((0,), 8)], ids=["balls", "residues"])
def test_balls_residues_and_duals_run_under_jit_and_vmap(source):
    def gradient_and_rate(cases):
        cases = as_balls(cases)
        network, batch = cases["network"], cases["batch"]

        def loss(layers):
            return batch_loss(dataclasses.replace(network, layers=layers), batch)

        return backprop(network, batch).layers, every_derivative(loss, network.layers)

    cases = drawn(source)
    together = jax.jit(jax.vmap(gradient_and_rate))(cases)
    alone = gradient_and_rate(first(cases))
    for many, one in zip(jax.tree.leaves(together), jax.tree.leaves(alone), strict=True):
        assert many.shape == (8, *one.shape)
    if isinstance(source, RandomResidues):
        assert all(
            (many[0] == one).all() for many, one in zip(jax.tree.leaves(together), jax.tree.leaves(alone), strict=True)
        )


def test_the_program_on_symbols_is_the_formula():
    cases = drawn(Symbols(), Architecture((1, 1), bias=False, batch=1))
    (output,) = forward(cases["network"], cases["batch"].x).ravel()
    weight, x = cases["network"].layers[0].weight[0, 0], cases["batch"].x[0, 0]
    assert output == unknown_function("phi_output")(x * weight)


def test_symbols_take_floats_exactly():
    assert Symbol.of([0.1])[0] == sympy.Rational(3602879701896397, 36028797018963968)


def test_an_unknown_function_of_two_arguments_differentiates_by_each():
    a, b = sympy.symbols("a b", real=True)
    f = unknown_function("f")
    assert f(a, a * b).diff(a) == unknown_function("f", (1,))(a, a * b) + b * unknown_function("f", (2,))(a, a * b)


@pytest.mark.usefixtures("exact")
def test_a_dual_differentiates_a_polynomial():
    x, direction = jnp.array([1.0, 2.0]), jnp.array([1.0, -1.0])
    assert float(derivative_along(lambda v: (v * v * v).sum(), x, direction)) == 3.0 - 12.0
    assert isinstance(2 - Dual(x, direction), Dual)


@pytest.mark.usefixtures("exact")
def test_a_ball_around_a_kink_takes_the_hull_of_both_slopes():
    slope = derivative(Ball(jnp.array([1e-9, 1.0]), jnp.array([1e-8, 1e-8])), RELU, 1)
    assert slope.radius[0] >= 1
    assert slope.radius[1] < 0.5


@pytest.mark.usefixtures("exact")
def test_where_nothing_is_known_of_the_argument_both_sides_are_members():
    """A quotient of overflows once took the radius of the side that NaN happened to choose."""
    lost = Ball(jnp.array(jnp.nan), jnp.array(jnp.inf))
    either = left_or_right(lost, 0, 1)
    assert abs(float(either.center) - 0.5) + 0.5 <= float(either.radius)
    assert not jnp.isfinite(derivative(lost, RELU, 1).radius)


@pytest.mark.usefixtures("exact")
def test_an_integer_that_a_16_bit_type_lacks_is_a_ball_with_a_radius():
    ball = Ball.exact(jnp.ones((), jnp.bfloat16)) * 257
    assert abs(float(ball.center) - 257) <= float(ball.radius)


@pytest.mark.usefixtures("exact")
def test_balls_add_subnormals_that_the_device_flushes():
    tiny = Ball.exact(jnp.asarray(2.0**-1070))
    total = jax.jit(lambda a: a + a)(tiny)
    assert float(total.radius) >= 2.0**-1069


def test_a_sum_of_too_many_terms_has_no_bound():
    assert summation_error(300, jnp.bfloat16) == float("inf")
    assert summation_error(3, jnp.float64) < 1e-15


@pytest.mark.usefixtures("exact")
def test_the_median_bound_on_the_sampled_architecture_is_small():
    """At float64 at most 1e-11 of the gradient, on 4-6-5-3 networks."""

    def gradient(cases):
        cases = as_balls(cases)
        return backprop(cases["network"], cases["batch"]).layers

    balls = jax.jit(jax.vmap(gradient))(drawn(RandomFloats((5,), 512), Architecture((4, 6, 5, 3))))
    leaves = jax.tree.leaves(balls, is_leaf=lambda node: isinstance(node, Ball))
    ratios = np.concatenate([np.ravel(ball.radius / jnp.abs(ball.center)) for ball in leaves])
    assert np.nanmedian(ratios) <= 1e-11


def test_own_derivatives_are_the_diagonal_of_the_hessian():
    x = {"one": jnp.array([1.0, 2.0]), "two": jnp.array([[3.0]])}

    def gradient(x):  # of x0^3 + x0 x1 + x1^2 y + y^3
        one, y = x["one"], x["two"][0, 0]
        first = one * one * jnp.array([3.0, 0.0]) + one[::-1] + one * y * jnp.array([0.0, 2.0])
        return {"one": first, "two": x["two"] * x["two"] * 3 + one[1] * one[1]}

    found = own_derivatives(gradient, x)
    assert found["one"].tolist() == [6.0, 6.0]
    assert found["two"].tolist() == [[18.0]]
