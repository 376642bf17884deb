"""A program of JAX runs on floats, complex numbers and exact numbers, and all of them agree with JAX."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flint import arb
from jax import lax
from jax.custom_batching import custom_vmap

from symmetry.gradcheck.exact import ExactNumber, Numbers, exact_constants, inputs_like, values_of
from symmetry.gradcheck.jaxpr import run, traced
from symmetry.gradcheck.jaxpr.control import CONTROL
from symmetry.gradcheck.jaxpr.evaluate import RULES
from symmetry.gradcheck.tape import CannotRun, recording
from tests.jax_programs import FORWARDS_ONLY, PROGRAMS, TABLE, VECTOR

STEP = 2.0**-400


def program_of(name):
    function, case = PROGRAMS[name]
    return function, case if isinstance(case, tuple) else (case,)


def total_of(function):
    """A sum of the function's results in which each entry has another weight."""

    def total(*arguments):
        leaves = [leaf.ravel() for leaf in jax.tree.leaves(function(*arguments))]
        entries = jnp.concatenate([leaf.astype(float) for leaf in leaves])
        return jnp.sum(entries * (1 + jnp.sin(jnp.arange(len(entries)) + 1.0)))

    return total


def exact_inputs(tape, arguments):
    return inputs_like(tape, {str(place): array for place, array in enumerate(arguments)}).values()


def exact_derivatives(program, arguments):
    """The derivatives of the program's one number in every entry of the arguments."""
    with recording() as tape:
        result = run(program, *exact_inputs(tape, arguments))
        rates = tape.derivatives(result[()], sum(array.size for array in arguments))
    return np.array([float(rate) for rate in rates])


def along(program, arguments, direction, kind):
    """The derivative along a direction, by the complex step in real numbers of that kind."""
    parts = np.split(direction, np.cumsum([array.size for array in arguments])[:-1])
    moved = [
        array.astype(kind) + 1j * STEP * part.reshape(array.shape) for array, part in zip(arguments, parts, strict=True)
    ]
    return run(program, *moved).imag / STEP


def assert_close(found, expected):
    """Same trees, same shapes, and values within 1e-12 of the largest."""
    assert jax.tree.structure(found) == jax.tree.structure(expected)
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        assert one.shape == other.shape
        one, other = np.asarray(one, float), np.asarray(other, float)
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12 * max(1.0, np.abs(other).max(initial=0)))


def assert_runs_as_in_jax(name):
    function, arguments = program_of(name)
    program, expected = traced(function, *arguments), jax.jit(function)(*arguments)
    assert_close(run(program, *arguments), expected)
    assert_close(run(program, *(array.astype(np.longdouble) for array in arguments)), expected)
    with recording():
        balls = jax.tree.map(values_of, run(program, *map(exact_constants, arguments)))
    assert_close(jax.tree.map(lambda array: array.astype(float), balls), expected)


def assert_derivative_is_jaxs(name):
    function, arguments = program_of(name)
    total, places = total_of(function), tuple(range(len(arguments)))
    differentiate = jax.jacfwd if name in FORWARDS_ONLY else jax.grad
    expected = jax.jit(differentiate(total, places))(*arguments)
    flat = np.concatenate([np.ravel(each) for each in expected])
    program = traced(total, *arguments)
    assert_close(exact_derivatives(program, arguments), flat)
    direction = np.random.default_rng(0).normal(size=flat.shape)
    assert_close(along(program, arguments, direction, np.longdouble), flat @ direction)
    assert_close(along(program, arguments, direction, np.float64), flat @ direction)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_kind_of_number_gives_what_jax_gives(name, exact):
    assert_runs_as_in_jax(name)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_tape_and_the_complex_step_give_the_derivative_that_jax_gives(name, exact):
    assert_derivative_is_jaxs(name)


@pytest.mark.parametrize(
    ("primitive", "wrong", "name"),
    [
        ("tanh", lambda x, **_: np.sin(x), "elementwise: tanh"),
        ("cumsum", lambda x, **_: x, "reductions: cumsum"),
        ("gather", lambda x, *_, **__: x[[0, 1], :][:, None].repeat(2, 1), "shapes: gather"),
    ],
)
def test_a_wrong_rule_is_noticed(primitive, wrong, name, exact, monkeypatch):
    monkeypatch.setitem(RULES, primitive, wrong)
    with pytest.raises(AssertionError):
        assert_runs_as_in_jax(name)
    with pytest.raises(AssertionError):
        assert_derivative_is_jaxs(name)


OTHER_NAMES = {"pjit", "remat", "checkpoint", "call", "closed_call"}
"""What JAX calls programs that are run in other versions, and inside of its own transformations."""

TESTED_ALONE = {"custom_vjp_call", "custom_vmap_call", "composite", "reduce_precision", "debug_print"}


def test_every_rule_is_used_by_a_program_here(exact, monkeypatch):
    used = set()

    def noting(primitive, rule):
        def noted(*values, **parameters):
            used.add(primitive)
            return rule(*values, **parameters)

        return noted

    for table in (RULES, CONTROL):
        for primitive, rule in table.items():
            monkeypatch.setitem(table, primitive, noting(primitive, rule))
    for name in PROGRAMS:
        function, arguments = program_of(name)
        run(traced(function, *arguments), *arguments)
    assert {*RULES, *CONTROL} - used == OTHER_NAMES | TESTED_ALONE


def test_a_wrong_rule_for_a_derivative_is_never_looked_at(exact):
    @jax.custom_jvp
    def square(x):
        return x * x

    @square.defjvp
    def _(primals, tangents):
        return square(*primals), 17.0 * tangents[0]

    @jax.custom_vjp
    def cube(x):
        return x**3

    cube.defvjp(lambda x: (cube(x), None), lambda _, rate: (17.0 * rate,))
    for function, slope in ((square, 2 * VECTOR), (cube, 3 * VECTOR**2)):
        program = traced(lambda x, function=function: jnp.sum(function(x)), VECTOR)
        assert_close(exact_derivatives(program, (VECTOR,)), slope)
        assert_close(along(program, (VECTOR,), np.ones(5), np.longdouble), np.sum(slope))


def test_what_stops_a_gradient_computes_the_identity(exact):
    program = traced(lambda x: jnp.sum(lax.stop_gradient(x) * x), VECTOR)
    assert_close(exact_derivatives(program, (VECTOR,)), 2 * VECTOR)


def test_calls_of_other_kinds_run_what_they_call(exact):
    def square(x):
        jax.debug.print("{}", x)
        return lax.reduce_precision(x, 5, 4) * x

    with_its_own_batches = custom_vmap(square)
    with_its_own_batches.def_vmap(lambda _, batched, x: (square(x), batched[0]))
    for function in (with_its_own_batches, lax.composite(square, "symmetry.square")):
        program = traced(lambda x, function=function: jnp.sum(function(x)), VECTOR)
        assert_close(exact_derivatives(program, (VECTOR,)), 2 * VECTOR)


def test_casts_between_types_of_floats_change_nothing():
    program = traced(lambda x: jnp.sum(x.astype(jnp.float16) ** 2 / 3), np.float32(VECTOR))
    wide = VECTOR + 2.0**-40
    assert_close(run(program, wide), np.sum(wide**2 / 3))
    assert_close(exact_derivatives(program, (wide,)), 2 * wide / 3)


def test_constants_are_what_jax_computes_in_the_types_of_the_trace(exact):
    def function(x):
        return x * jax.random.normal(jax.random.key(1), x.shape, x.dtype) / 3

    with jax.enable_x64(False):
        narrow = traced(function, np.float32(VECTOR))
        draws = np.float64(jax.random.normal(jax.random.key(1), VECTOR.shape))
    assert not narrow.in_64_bits
    assert_close(run(narrow, VECTOR), VECTOR * draws / 3)
    assert run(narrow, VECTOR).dtype == np.float64
    assert_close(run(traced(function, VECTOR), VECTOR), function(VECTOR))


COUNTS = np.arange(12, dtype=np.int32).reshape(3, 4) - 4

PLAIN = {
    "integers wrap around": lambda n: n * np.int32(2**30) + np.int32(2**31 - 1),
    "integers of other sizes": lambda n: [
        n.astype(jnp.int8) * 50,
        n.astype(jnp.uint8),
        n.astype(bool),
        n.astype(float),
    ],
    "division of integers": lambda n: [n // 3, n % 3, lax.div(n, jnp.int32(3)), lax.rem(n, jnp.int32(3)), 7 / n],
    "bits": lambda n: [n & 6, n | 6, ~n, n ^ 6, n << 2, n >> 1, lax.shift_right_logical(n, jnp.int32(1))],
    "remainders and shifts at the edge": lambda n: [
        lax.rem(n, n.astype(n.dtype) % 2),
        lax.rem(n.astype(jnp.uint8), jnp.uint8(7)),
        lax.shift_right_logical(n, n * 9),
        n.astype(jnp.uint8) >> 1,
    ],
    "products of matrices": lambda n: [n @ n.T, n.astype(jnp.uint8) @ n.T.astype(jnp.uint8)],
    "booleans": lambda n: [(n > 0) & ~(n > 2) | (n == -3), (n > 0).any(0), (n > -9).all(), (n != 1).sum(1)],
    "shapes": lambda n: [jnp.pad(n, 1), n.T, n[::-1, 1:], jnp.concatenate([n, n]), jnp.tile(n, 2), n.reshape(2, 6)],
    "entries outside": lambda n: [n.at[5].get(mode="fill"), n.astype(jnp.uint8).at[:, 9].get(mode="fill")],
    "sums and extremes": lambda n: [n.sum(0), n.max(1), n.prod(), jnp.argmin(n), jnp.sort(-n, 1), jnp.cumsum(n)],
    "scatter": lambda n: [
        n.at[n % 3].add(1),
        n.at[0].apply(jnp.sign),
        n.at[1].set(7),
        n.at[jnp.array([0, 0])].multiply(3),
    ],
    "floats": lambda n: [jnp.arange(4.0) / n - 0.1 * n, jnp.ones(3) / n.sum(), jnp.exp(jnp.linspace(0, 1, 5))],
    "short floats": lambda n: jnp.arange(8, dtype=jnp.bfloat16) * 3 * n.astype(jnp.bfloat16)[0, 0],
    "random numbers": lambda n: [
        jax.random.bits(jax.random.key(5), (3,)),
        jax.random.permutation(jax.random.key(5), n),
    ],
}


@pytest.mark.parametrize("in_64_bits", [False, True])
@pytest.mark.parametrize("name", PLAIN)
def test_what_no_float_argument_takes_part_in_is_bit_for_bit_what_jax_computes(name, in_64_bits):
    with jax.enable_x64(in_64_bits):
        program, expected = traced(PLAIN[name], COUNTS), PLAIN[name](jnp.asarray(COUNTS))
    for one, other in zip(jax.tree.leaves(run(program, COUNTS)), jax.tree.leaves(expected), strict=True):
        kind = np.float64 if jnp.issubdtype(other.dtype, jnp.floating) else other.dtype
        assert one.dtype == kind
        np.testing.assert_array_equal(one, np.asarray(other).astype(kind))


def test_trees_go_in_and_come_out_and_integers_stay_plain(exact):
    def function(parameters, labels):
        return {
            "chosen": parameters["w"][labels],
            "count": (labels.sum(), labels > 1),
            "top": jnp.argmax(parameters["w"]),
        }

    labels = np.array([2, 0])
    program = traced(function, {"w": VECTOR}, labels)
    with recording() as tape:
        inputs = inputs_like(tape, {"w": VECTOR})
        result = run(program, inputs, labels)
    assert isinstance(result["chosen"], Numbers)
    assert result["chosen"].tolist() == [inputs["w"][2], inputs["w"][0]]
    assert isinstance(result["count"][0], np.ndarray)
    assert result["count"][0] == 2
    assert result["count"][1].tolist() == [True, False]
    assert result["top"] == 2


def test_numbers_on_their_own_and_keys_of_random_numbers_are_arguments(exact):
    program = traced(lambda x, key: x * jax.random.uniform(key), 2.0, jax.random.key(0))
    with recording():
        result = run(program, ExactNumber(arb(2)), jax.random.key(0))
    assert result.shape == ()
    assert float(result[()]) == 2 * float(jax.random.uniform(jax.random.key(0)))


def test_a_number_that_becomes_an_integer_is_noticed(exact):
    program = traced(lambda x: x * x.astype(int), VECTOR)
    assert_close(run(program, VECTOR), VECTOR * np.trunc(VECTOR))
    with recording() as tape:
        run(program, *exact_inputs(tape, (VECTOR,)))
    assert len(tape.converted) == VECTOR.size


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: jnp.linalg.cholesky(x @ x.T), "JAX's primitive cholesky has no rule on exact numbers"),
        (lambda x: x.at[0].apply(jnp.sin), "primitive scatter with a function of its own has no rule"),
        (lambda x: jnp.abs(jnp.fft.fft(x)), "JAX's complex numbers have no rules"),
    ],
)
def test_what_has_no_rule_is_named(function, message, exact):
    program = traced(function, TABLE)
    with recording() as tape, pytest.raises(CannotRun, match=message):
        run(program, *exact_inputs(tape, (TABLE,)))


def test_arguments_of_another_shape_or_tree_are_refused(exact):
    program = traced(lambda x: x * 2, VECTOR)
    with pytest.raises(ValueError, match=r"array 0 of the arguments has shape \(3, 4\), but .* traced with \(5,\)"):
        run(program, TABLE)
    with pytest.raises(ValueError, match=r"the arguments are .* but the program was traced with"):
        run(program, {"x": VECTOR})


def test_what_is_scattered_into_stays_as_it_is(exact):
    def kept(x):
        y = x.at[0].set(5.0)
        return y.sum() + 10 * x.sum() + x.at[1].add(1.0).sum()

    with recording() as tape:
        (x,) = exact_inputs(tape, (VECTOR,))
        total = run(traced(kept, jnp.asarray(VECTOR)), x)[()]
    assert float(total.value) == pytest.approx(float(kept(jnp.asarray(VECTOR))), rel=1e-12)
