"""Kernels in parts: they compute what the whole does, and what is called often is compiled once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from proofs.exact_networks import symbolic_network
from symmetry.engine import assembly
from symmetry.engine.assembly import assembled, each_once, forget_parts
from symmetry.network import Batch, backprop, batch_loss, network_of
from symmetry.numbers.symbol import Symbol
from symmetry.pieces import piece, pieces_apart
from symmetry.replaceable import noting, replaced

NETWORK = network_of([[[2.0, -1.0]], [[3.0, 1.0], [0.5, 2.0]]], hidden="relu")
NETWORK_WITH_BIASES = network_of([[[2.0]], [[3.0, 0.5]]], [[1.0], [0.0, 1.0]])
BATCH = Batch(jnp.array([[1.0], [2.0]]), jnp.array([[5.0, 0.0], [1.0, 1.0]]))


@piece
def curved(x):
    """Many operations on integers, which no order of rounding changes."""
    for _ in range(60):
        x = (x * x + 1) % 1009
    return x


def calls_of_three_kinds(x, y):
    """Calls in a row, a call twice, what stands between, an argument and a constant as results."""
    once = curved(x + 1)
    return {"nested": curved(once * y) - once, "again": curved(x + 1), "as it is": y, "constant": jnp.array(3.0)}


@pytest.fixture
def compiled_parts(monkeypatch):
    """How many operations each part has that is compiled."""
    forget_parts()
    jax.clear_caches()
    sizes = []

    def counting(function, *arguments, optimise=False):
        sizes.append(len(jax.make_jaxpr(function)(*arguments).eqns))
        return jax.jit(function)

    monkeypatch.setattr(assembly, "compiled", counting)
    yield sizes
    forget_parts()


def test_the_parts_compute_what_the_whole_does(compiled_parts):
    x, y = np.arange(4), np.arange(2, 6)
    parts = assembled(calls_of_three_kinds, x, y)(x, y)
    assert len(compiled_parts) > 2
    assert jax.tree.all(jax.tree.map(np.array_equal, parts, calls_of_three_kinds(x, y)))


def test_a_piece_is_compiled_once_whichever_functions_call_it(compiled_parts):
    x = np.arange(4)
    for function in (lambda x: curved(x) + 1, lambda x: 2 * curved(curved(x))):
        assembled(function, x)
    assert sum(size > 60 for size in compiled_parts) == 1


def test_outside_kernels_a_piece_is_the_function_itself():
    called = []

    @piece
    def noting(x):
        called.append(x)
        return x

    assert [noting(1), noting(1)] == [1, 1] == called


def test_symbols_run_through_a_piece_while_a_kernel_is_traced():
    """As in GRAD.5, which derives its formulas there."""
    network, batch = symbolic_network((1, 2, 1)), Batch(Symbol.named("x", (1, 1)), Symbol.named("y", (1, 1)))
    with pieces_apart():
        loss = batch_loss(network, batch)
    assert loss == batch_loss(network, batch)


def test_what_repeats_is_done_once():
    def repeating(x, y):
        return jnp.sin(x) + y, jnp.sin(x) + y, jnp.sin(y) + x

    program = jax.make_jaxpr(repeating)(1.0, 2.0).jaxpr
    equations, results = each_once(program.eqns, program.outvars)
    assert [equation.primitive.name for equation in equations] == ["sin", "add", "sin", "add"]
    assert results[0] is results[1] is not results[2]


def test_zeros_of_unequal_sign_and_unequal_types_do_not_repeat():
    def alike(x):
        return x * 0.0, x * -0.0, x.astype(int), x.astype(float)

    program = jax.make_jaxpr(alike)(1.5).jaxpr
    equations, _ = each_once(program.eqns, program.outvars)
    assert len(equations) == len(program.eqns)


@pytest.mark.parametrize("function", [backprop, batch_loss])
def test_the_program_in_pieces_computes_what_it_computes_whole(function):
    """All numbers are short, and none is rounded."""
    with pieces_apart():
        parts = jax.jit(function)(NETWORK, BATCH)
    assert jax.tree.all(jax.tree.map(np.array_equal, parts, function(NETWORK, BATCH)))


def test_the_readers_own_code_is_traced_anew_and_leaves_nothing_behind():
    with pieces_apart():
        before = backprop(NETWORK, BATCH)
        with replaced(
            {"bias_gradient": lambda error: error.sum(0), "weight_gradient": lambda a, error: 2 * a.T @ error}
        ):
            doubled = backprop(NETWORK, BATCH)
        after = backprop(NETWORK, BATCH)
    np.testing.assert_array_equal(doubled.layers[0].weight, 2 * before.layers[0].weight)
    np.testing.assert_array_equal(after.layers[0].weight, before.layers[0].weight)


def test_what_stands_in_is_noted_at_every_call():
    with pieces_apart(), replaced({"bias_gradient": lambda error: error.sum(0)}):
        for _ in range(2):
            ran = set()
            with noting(ran):
                backprop(NETWORK_WITH_BIASES, BATCH)
            assert ran == {"bias_gradient"}
