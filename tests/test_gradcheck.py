"""check_backprop: what passes, what fails and how it is told, and what is refused with a clear error."""

import jax.numpy as jnp
import numpy as np
import pytest
from examples import two_layer_classifier as course

import symmetry
from symmetry.gradcheck.comparison import Outcome

X = np.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 1.0]])
Y = np.array([[1.0], [0.0], [0.5]])


def loss(params, x, y):
    return ((np.maximum(0, x @ params["W1"] + params["b1"]) @ params["W2"] - y) ** 2).sum() / 2


def grads(params, x, y):
    z = x @ params["W1"] + params["b1"]
    d = np.maximum(0, z) @ params["W2"] - y
    back = (d @ params["W2"].T) * (z > 0)
    return {"W1": x.T @ back, "b1": back.sum(0), "W2": np.maximum(0, z).T @ d}


def params():
    draw = np.random.default_rng(3)
    return {"W1": draw.normal(size=(2, 3)), "b1": draw.normal(size=3), "W2": draw.normal(size=(3, 1))}


def changed(change):
    """`grads` with something done to what it returns."""

    def spoiled(params, x, y):
        found = grads(params, x, y)
        return change(found) or found

    return spoiled


def failure(*arguments, **keywords):
    with pytest.raises(symmetry.WrongGradient) as caught:
        symmetry.check_backprop(*arguments, **keywords)
    return str(caught.value)


def test_it_is_an_assertion_error_with_the_report():
    assert issubclass(symmetry.WrongGradient, AssertionError)
    with pytest.raises(symmetry.WrongGradient) as caught:
        symmetry.check_backprop(loss, changed(lambda g: g.update(W2=-g["W2"])), params(), X, Y)
    report = caught.value.report
    assert not report.right
    assert report.comparison.wrong_paths() == ["W2"]


def test_programs_are_given_back_where_failing_checks_have_compiled_many(monkeypatch):
    given_back = []
    monkeypatch.setattr("symmetry.gradcheck.check.maps_taken", lambda: 0.5)
    monkeypatch.setattr("symmetry.gradcheck.check.give_back", lambda: given_back.append(True))
    failure(loss, changed(lambda g: g.update(W2=-g["W2"])), params(), X, Y)
    assert given_back


def test_equal_seeds_give_equal_reports():
    wrong = changed(lambda g: g.update(W1=g["W1"] * 1.5))
    assert failure(loss, wrong, params(), X, Y, seed=4) == failure(loss, wrong, params(), X, Y, seed=4)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("path", ["W1", "b1", "W2"])
def test_one_entry_off_by_a_billionth_is_caught(path, dtype):
    def one_entry(found):
        found[path] = found[path].copy()
        found[path].flat[1] = found[path].flat[1] * (1 + 1e-9)

    given = {name: array.astype(dtype) for name, array in params().items()}
    told = failure(loss, changed(one_entry), given, X.astype(dtype), Y.astype(dtype))
    assert "off by less than a millionth" in told
    assert f"{path:2}  wrong in 1 of" in told


def test_a_constant_that_stands_in_the_loss_only_is_named():
    def logistic(params, x, y):
        p = 1 / (1 + np.exp(-(x @ params["w"])))
        return -(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8)).sum()

    def usual(params, x, y):
        return {"w": x.T @ (1 / (1 + np.exp(-(x @ params["w"]))) - y)}

    assert "log(p + 1e-8)" in failure(logistic, usual, {"w": np.array([[0.5], [1.0]])}, X, np.array([[1.0], [0], [1]]))


def test_only_the_entry_that_is_wrong_is_named_where_no_known_fault_fits():
    def one_entry(found):
        found["W1"][0, 1] += 0.5

    assert "only W1[0, 1] is wrong" in failure(loss, changed(one_entry), params(), X, Y)


def test_the_other_convention_at_a_kink_is_left_out_and_counted():
    def at_kink(params, x, y):
        found = grads(params, x, y)
        z = x @ params["W1"] + params["b1"]
        d = np.maximum(0, z) @ params["W2"] - y
        back = (d @ params["W2"].T) * (z >= 0)
        return {**found, "W1": x.T @ back, "b1": back.sum(0)}

    dead = {**params(), "W1": np.zeros((2, 3)), "b1": np.zeros(3)}
    report = symmetry.check_backprop(loss, at_kink, dead, X, Y)
    assert report.comparison.count(Outcome.KINK) == 9
    assert "Left out: 9 at a kink, such as ReLU at 0, where the derivative is a convention." in str(report)
    assert not symmetry.check_backprop(loss, grads, dead, X, Y).comparison.count(Outcome.KINK)


def test_what_is_0_on_both_sides_is_reported_as_vacuous():
    part = {**params(), "b1": np.array([-9.0, 1, 1])}
    report = symmetry.check_backprop(loss, grads, part, X, Y)
    assert "Vacuous: 4 are 0 on both sides, which shows little." in str(report)
    dead = {**params(), "b1": np.full(3, -9.0)}
    report = symmetry.check_backprop(loss, grads, dead, X, Y)
    assert report.comparison.count(Outcome.SILENT) == 12
    assert "the code was checked at random parameters of the same shapes as well" in str(report)


def test_a_kink_hides_no_fault_elsewhere():
    def wrong_at_kink(params, x, y):
        return {**grads(params, x, y), "W2": np.ones((3, 1))}

    dead = {**params(), "W1": np.zeros((2, 3)), "b1": np.zeros(3)}
    assert "W2  wrong" in failure(loss, wrong_at_kink, dead, X, Y)


def test_code_that_takes_other_sizes_is_shown_on_a_small_network_and_other_code_on_a_sparse_one():
    small = failure(loss, changed(lambda g: g.update(W1=-g["W1"])), params(), X, Y)
    assert "The smallest network found that shows it has 3 numbers" in small

    def fixed(params, x, y):
        return grads({**params, "W1": params["W1"].reshape(2, 3)}, x.reshape(3, 2), y)

    def fixed_wrong(params, x, y):
        found = fixed(params, x, y)
        return {**found, "W1": -found["W1"].reshape(2, 3)}

    sparse = failure(loss, fixed_wrong, params(), X, Y)
    assert "Your code takes no other sizes; 2 of 12 entries other than 0 are enough to show it" in sparse


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda g: g.pop("b1") is None,
            r"grads: b1 is missing from what it returns, which holds W1, W2; return one array for each of",
        ),
        (lambda g: g.update(b1=g["b1"][None]), r"grads: b1 has shape \(1, 3\), but the parameter has \(3,\)"),
        (lambda g: g.update(W1=g["W1"] / 0), r"grads: 6 of 6 entries of W1 are not finite"),
    ],
)
def test_a_gradient_that_cannot_be_compared_is_refused(change, message):
    with np.errstate(divide="ignore", invalid="ignore"), pytest.raises(symmetry.WrongGradient, match=message):
        symmetry.check_backprop(loss, changed(lambda g: change(g) and None), params(), X, Y)


def test_changing_the_arguments_in_place_is_said():
    def updating(params, x, y):
        found = grads(params, x, y)
        params["W2"] -= 0.1 * found["W2"]
        return found

    def normalising(params, x, y):
        x -= x.mean(0)
        return grads(params, x, y)

    given = params()
    assert "grads: it changes W2 of the parameters in place" in failure(loss, updating, given, X, Y)
    assert "grads: it changes x in place; work on a copy." in failure(loss, normalising, given, X.copy(), Y)
    assert all(np.array_equal(given[path], params()[path]) for path in given)


def test_a_loss_that_is_no_finite_scalar_is_refused():
    each = failure(lambda params, x, y: (x @ params["W1"]) ** 2, grads, params(), X, Y)
    assert "loss: it returns an array of shape (3, 3); return one number" in each
    assert "loss: it returns nan" in failure(lambda params, x, y: float("nan"), grads, params(), X, Y)


def test_randomness_left_on_is_said():
    draw = np.random.default_rng(0)

    def dropped(params, x, y):
        return loss({**params, "W2": params["W2"] * (draw.random((3, 1)) > 0.5)}, x, y)

    assert "turn off whatever is random, such as dropout" in failure(dropped, grads, params(), X, Y)
    noisy = changed(lambda g: g.update(W1=g["W1"] + draw.normal(size=(2, 3))))
    assert "grads: two calls with equal arguments returned different W1" in failure(loss, noisy, params(), X, Y)


def test_an_accumulator_kept_between_calls_is_said():
    kept = {path: np.zeros_like(array) for path, array in params().items()}

    def accumulating(params, x, y):
        for path, array in grads(params, x, y).items():
            kept[path] += array
        return {path: array.copy() for path, array in kept.items()}

    assert "(+= into a kept array)" in failure(loss, accumulating, params(), X, Y)


def test_parameters_that_are_no_floats_are_refused():
    assert "W1 is an array of int64; parameters are floats" in failure(
        loss, grads, {**params(), "W1": np.ones((2, 3), int)}, X, Y
    )
    assert "a dict without any array" in failure(loss, grads, {}, X, Y)
    assert "b1 holds numbers that are not finite" in failure(loss, grads, {**params(), "b1": np.full(3, np.inf)}, X, Y)


HIDDEN = {"W1": 1, "b1": 0, "W2": 0}


def test_a_right_gradient_is_found_symmetric():
    report = symmetry.check_backprop(loss, grads, params(), X, Y, hidden=HIDDEN)
    assert report.symmetry is not None
    assert report.symmetry.units == (3,)
    assert not report.symmetry.broken
    assert "Symmetry passed; this alone does not prove the gradient right" in str(report)


def test_symmetry_alone_never_passes():
    told = failure(loss, changed(lambda g: g.update(b1=g["b1"] / 3)), params(), X, Y, hidden=HIDDEN)
    assert "b1  wrong in 2 of 3" in told  # the third unit is dead
    assert "Symmetry passed; this alone does not prove the gradient right" in told


def test_a_gradient_that_tells_units_apart_is_found_out():
    def first_unit_twice(found):
        found["W1"] = found["W1"] * np.array([2.0, 1, 1])

    told = failure(loss, changed(first_unit_twice), params(), X, Y, hidden=HIDDEN)
    assert "not symmetric: the gradient of W1 tells interchangeable units apart (PERM.4, TIE.1)" in told


@pytest.mark.parametrize(
    ("hidden", "message"),
    [
        ({"W3": 0}, r"hidden: there is no array 'W3' in params; it has W1, b1, W2\."),
        ({"W1": 2}, r"hidden: W1 has shape \(2, 3\), so it has no axis 2\."),
        ({"W1": 0, "b1": 0}, r"hidden: axis 0 of W1 has 2, axis 0 of b1 has 3; name the axes of the same hidden units"),
        ({"W2": 1}, r"hidden: the layer has one unit"),
        ({"W1": 1, "b1": 0}, r"hidden: permuting axis 1 of W1, axis 0 of b1 changes your loss from .* to .*"),
    ],
)
def test_axes_that_are_not_those_of_hidden_units_are_refused(hidden, message):
    with pytest.raises(ValueError, match=message):
        symmetry.check_backprop(loss, grads, params(), X, Y, hidden=hidden)


def test_the_loss_is_held_against_a_reference_up_to_a_factor():
    drawn = course.draw(0, np.float64)
    report = symmetry.check_backprop(course.loss, course.grads, *drawn, reference="softmax_cross_entropy")
    assert "Your loss is 0.166667 times softmax_cross_entropy summed over 6 examples (2 layers, relu inside)." in str(
        report
    )
    with pytest.raises(symmetry.WrongGradient, match="the loss is not half_squared_error of a fully connected network"):
        symmetry.check_backprop(course.loss, course.grads, *drawn, reference="half_squared_error")


def test_loss_and_gradient_that_are_wrong_together_pass_without_a_reference_only():
    def without_squares(params, x, y):
        return ((x @ params["W1"]) ** 4).sum()

    def slopes(params, x, y):
        return {"W1": x.T @ (4 * (x @ params["W1"]) ** 3)}

    weights = {"W1": params()["W1"]}
    targets = np.zeros((3, 3))
    assert symmetry.check_backprop(without_squares, slopes, weights, X, targets).right
    with pytest.raises(symmetry.WrongGradient, match="its gradient was not looked at"):
        symmetry.check_backprop(without_squares, slopes, weights, X, targets, reference="half_squared_error")


def test_a_reference_that_does_not_exist_or_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="unknown loss 'hinge'; choose one of"):
        symmetry.check_backprop(loss, grads, params(), X, Y, reference="hinge")
    kernel = {"K": np.ones((2, 2, 2))}
    with pytest.raises(ValueError, match="do not chain from x to y as a fully connected network"):
        symmetry.check_backprop(
            lambda p, x, y: (p["K"] ** 2).sum(),
            lambda p, x, y: {"K": 2 * p["K"]},
            kernel,
            X,
            Y,
            reference="half_squared_error",
        )


@pytest.mark.parametrize("spelling", ["{}", "d{}", "d_{}", "{}_grad", "grad_{}"])
def test_gradients_may_be_named_after_the_parameters(spelling):
    named = changed(lambda g: {spelling.format(path): array for path, array in g.items()})
    assert symmetry.check_backprop(loss, named, params(), X, Y).right


def test_a_list_of_parameters_and_a_tuple_of_gradients_are_matched_by_order():
    def in_order(tree):
        return dict(zip(("W1", "b1", "W2"), tree, strict=True))

    report = symmetry.check_backprop(
        lambda p, x, y: loss(in_order(p), x, y),
        lambda p, x, y: tuple(grads(in_order(p), x, y).values()),
        list(params().values()),
        X,
        Y,
    )
    assert report.right


def test_jax_code_runs_on_exact_numbers_too():
    given = {path: jnp.asarray(array) for path, array in params().items()}
    report = symmetry.check_backprop(loss_in_jax, grads_in_jax, given, jnp.asarray(X), jnp.asarray(Y))
    assert report.comparison.system.name == "exact numbers"
    assert report.comparison.equal == 12
    assert given["W1"].dtype == jnp.float32


def loss_in_jax(params, x, y):
    return ((jnp.tanh(x @ params["W1"] + params["b1"]) @ params["W2"] - y) ** 2).sum() / 2


def grads_in_jax(params, x, y):
    h = jnp.tanh(x @ params["W1"] + params["b1"])
    d = h @ params["W2"] - y
    back = (d @ params["W2"].T) * (1 - h**2)
    return {"W1": x.T @ back, "b1": back.sum(0), "W2": h.T @ d}
