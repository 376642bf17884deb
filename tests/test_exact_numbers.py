"""Exact numbers: NumPy code runs on them, and what they remember gives derivatives."""

import flint
import numpy as np
import pytest
import scipy.special
import sympy

from symmetry.gradcheck.exact import ExactNumber, Numbers, inputs_like, values_of
from symmetry.gradcheck.exact_comparison import compared_exactly
from symmetry.gradcheck.student import Point, Student
from symmetry.gradcheck.tape import PRECISION, CannotRun, recording

POINT = {"x": np.array([0.625, 0.3125, 1.75])}

t = sympy.Symbol("t", real=True)
FUNCTIONS = {
    "exp": (np.exp, sympy.exp(t)),
    "expm1": (np.expm1, sympy.exp(t) - 1),
    "log": (np.log, sympy.log(t)),
    "log1p": (np.log1p, sympy.log(1 + t)),
    "log2": (np.log2, sympy.log(t, 2)),
    "log10": (np.log10, sympy.log(t, 10)),
    "sqrt": (np.sqrt, sympy.sqrt(t)),
    "tanh": (np.tanh, sympy.tanh(t)),
    "sinh": (np.sinh, sympy.sinh(t)),
    "cosh": (np.cosh, sympy.cosh(t)),
    "sin": (np.sin, sympy.sin(t)),
    "cos": (np.cos, sympy.cos(t)),
    "arctan": (np.arctan, sympy.atan(t)),
    "erf": (scipy.special.erf, sympy.erf(t)),
    "expit": (scipy.special.expit, 1 / (1 + sympy.exp(-t))),
    "logaddexp": (lambda x: np.logaddexp(x, 0), sympy.log(sympy.exp(t) + 1)),
    "exp2": (np.exp2, 2**t),
    "hypot": (lambda x: np.hypot(x, 2), sympy.sqrt(t**2 + 4)),
    "xlogy": (lambda x: scipy.special.xlogy(x, x), t * sympy.log(t)),
    "heaviside": (lambda x: np.heaviside(x - 1, 0) * x, t * sympy.Heaviside(t - 1)),
    "astype": (lambda x: x.astype(np.float64) * x, t * t),
    "absolute": (lambda x: np.abs(x - 1), sympy.Abs(t - 1)),
    "quotient": (lambda x: (1 - x) / (x + 3), (1 - t) / (t + 3)),
    "constant over number": (lambda x: 2 / x, 2 / t),
    "power": (lambda x: x**3, t**3),
    "root by power": (lambda x: x**-0.5, t ** sympy.Rational(-1, 2)),
    "number to a number": (lambda x: x**x, t**t),
    "constant to a number": (lambda x: 2.0**x, 2**t),
    "remembered twice": (lambda x: x * x - 3 * x, t * t - 3 * t),
}


def derivatives(function, point=POINT):
    """The derivatives of a function's total in every entry of x."""
    with recording() as tape:
        total = np.sum(function(inputs_like(tape, point)["x"]))
        return tape.derivatives(total, point["x"].size)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_derivative_is_what_sympy_derives(name):
    function, formula = FUNCTIONS[name]
    slope = sympy.diff(formula, t)
    for entry, found in zip(POINT["x"], derivatives(function), strict=True):
        true = sympy.re(slope.subs(t, sympy.Rational(float(entry)))).evalf(70)
        assert abs(sympy.Float(found.mid().str(70, radius=False), 75) - true) < sympy.Float(10) ** -65


def test_matrix_products_reductions_indexing_and_assignment_run_as_in_numpy():
    def function(x):
        table = np.outer(x, [1.0, 2.0])
        table[table > 1] = 0
        table += 1
        table[0, :] *= x[0]
        y = np.concatenate([table.T @ x, np.maximum(0, -x), np.where(x > 1, x, 2)])
        return np.exp(y - y.max()).sum() + np.mean(np.stack([x, x]), axis=0) + x.reshape(3, 1).T.dot(x)

    floats = POINT["x"]
    step = 1e-6
    for index, found in enumerate(derivatives(function)):
        moved = step * np.eye(3)[index]
        slope = (np.sum(function(floats + moved)) - np.sum(function(floats - moved))) / (2 * step)
        assert abs(float(found) - slope) <= step


def test_arrays_stay_arrays_of_numbers_and_tests_for_finiteness_give_booleans():
    with recording() as tape:
        x = inputs_like(tape, POINT)["x"]
        assert isinstance(np.maximum(x, 0) * 2 + np.zeros_like(x), Numbers)
        assert np.isfinite(x).dtype == bool
        assert not np.isnan(x[0])
        assert np.argmax(x) == 2
        assert (x > 0.5).tolist() == [True, False, True]


def test_balls_of_fewer_bits_bound_the_rounding_of_that_type():
    point = {"x": np.array([0.1, 0.7, 0.3])}
    for dtype, bits in ((np.float64, 53), (np.float32, 24)):
        given = {"x": point["x"].astype(dtype)}
        with recording(bits) as tape:
            x = inputs_like(tape, given)["x"]
            coarse = values_of(x / 3 * x + x)
        exact = [flint.fmpq(*float(entry).as_integer_ratio()) for entry in given["x"]]
        assert all(ball.contains(entry / 3 * entry + entry) for ball, entry in zip(coarse, exact, strict=True))
        assert all(ball.rad() > 0 for ball in coarse)


def test_numbers_that_become_floats_are_noticed():
    with recording() as tape:
        x = inputs_like(tape, POINT)["x"]
        assert float(x[0]) == 0.625
        assert np.float32(x[1] * 2) == 0.625
        np.zeros(3)[0] = x[2]
        assert len(tape.converted) == 3
        float(ExactNumber(flint.arb(1)))
        assert len(tape.converted) == 3


def test_a_cast_to_another_float_type_is_noted_and_changes_no_number():
    with recording() as tape:
        x = inputs_like(tape, POINT)["x"]
        assert (x.astype(np.float32) == x).all()
        assert tape.casts == {np.dtype(np.float32)}


def test_what_is_no_number_is_refused():
    with recording() as tape:
        x = inputs_like(tape, POINT)["x"]
        with pytest.raises(TypeError):
            assert x[0] + "one"
        with pytest.raises(CannotRun, match="compared with something that is none"):
            assert x[0] < "one"
        with pytest.raises(CannotRun, match="a str stands where a number is expected"):
            values_of(np.array([x[0], "one"], dtype=object))


def test_work_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("symmetry.gradcheck.tape.MOST_OPERATIONS", 100)
    with pytest.raises(CannotRun, match="more than 100 operations"):
        derivatives(lambda x: sum(x for _ in range(50)))


def test_the_precision_is_set_inside_only():
    before = flint.ctx.prec
    with recording():
        assert flint.ctx.prec == PRECISION
    assert flint.ctx.prec == before


def test_balls_that_are_wide_do_not_count_as_equal():
    def cancelled(x):
        """1, with all but a few of its 256 bits cancelled."""
        return (x / 3 + 2.0**250 - 2.0**250) / (x / 3)

    student = Student(
        lambda p, x, y: (p["x"] ** 2).sum() / 2, lambda p, x, y: {"x": p["x"] * cancelled(p["x"])}, POINT, False
    )
    assert compared_exactly(student, Point(POINT, None, None), 0).equal == 0
