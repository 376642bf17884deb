"""The error's paths through a student's own loss: what is named on them, in layers by themselves too, and what is not."""

import sys

import numpy as np
import pytest
import scipy.special
from examples.layers import attention, batch_norm, convolution_in_loops, lstm, max_pool, word2vec

import symmetry
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.parameters import arrays_of
from symmetry.gradcheck.paths import path_causes
from symmetry.gradcheck.paths.graph import Graph
from symmetry.gradcheck.paths.record import recorded
from symmetry.gradcheck.strongest import compared
from symmetry.gradcheck.student import Point, Student

MODULES = (attention, batch_norm, convolution_in_loops, lstm, max_pool, word2vec)


def name_of(module) -> str:
    return module.__name__.split(".")[-1]


def followed(loss, grads, params, x, y):
    """What is found on the paths."""
    arrays = arrays_of(params)
    student, point = Student(loss, grads, params, in_jax=False), Point(arrays, x, y)
    comparison = compared(student, point)
    gradients = Gradients.of(comparison, arrays, tuple(comparison.wrong_paths()), x, y)
    return path_causes(student, point.widened(), gradients)


def told(check, *arguments, **keywords) -> str:
    with pytest.raises(symmetry.WrongGradient) as caught:
        check(*arguments, **keywords)
    return str(caught.value)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_the_graph_gives_the_derivative_of_the_loss(module):
    params, x, y = module.draw(0)
    student, point = Student(module.loss, module.grads, params, in_jax=False), Point(arrays_of(params), x, y)
    graph = Graph(recorded(student, point))
    right = module.grads(params, x, y)
    found = graph.gradient()
    assert found is not None
    np.testing.assert_allclose(found, np.concatenate([right[name].ravel() for name in params]), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_random_gradients_have_no_cause_on_the_paths(module, seed):
    draw = np.random.default_rng(seed)
    params, x, y = module.draw(seed)

    def random(params, x, y):
        return {name: array + draw_once[name] for name, array in module.grads(params, x, y).items()}

    draw_once = {name: draw.normal(size=array.shape) for name, array in params.items()}
    assert followed(module.loss, random, params, x, y) == []


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_one_wrong_entry_has_no_cause_on_the_paths(module):
    params, x, y = module.draw(1)

    def spoiled(params, x, y):
        found = {name: array.copy() for name, array in module.grads(params, x, y).items()}
        found[next(iter(found))].flat[0] += 0.37
        return found

    assert not any(each.whole for each in followed(module.loss, spoiled, params, x, y))


def test_a_loss_that_does_too_much_is_left_alone():
    def loss(params, x, y):
        total = 0.0
        for _ in range(4000):
            total = total + (params["w"] * x).sum()
        return total

    def grads(params, x, y):
        return {"w": 4000 * x + np.array([1.0, 2.0, 4.0])}

    message = told(
        symmetry.check_backprop, loss, grads, {"w": np.array([1.0, 2.0, 3.0])}, np.array([1.0, 2.0, 5.0]), None
    )
    assert "backprop with" not in message


def normed(params, x):
    z = x @ params["W"]
    s = np.std(z, axis=1, keepdims=True)
    n = (z - np.mean(z, axis=1, keepdims=True)) / (s + 1e-5)
    a = params["g"] * n + params["b"]
    h = np.where(a > 0, a, 0)
    return s, n, h, h @ params["V"]


def squared_error(params, x, y):
    return np.mean((normed(params, x)[-1] - y) ** 2)


def normed_gradient(params, x, y):
    """The standard deviation was taken as a constant, a bias averaged, and a 2 counted twice."""
    s, n, h, out = normed(params, x)
    d = 2 * (out - y) / y.size
    da = (d @ params["V"].T) * (h > 0)
    dn = da * params["g"]
    dz = (dn - dn.mean(axis=1, keepdims=True)) / (s + 1e-5)
    return {"W": x.T @ dz, "g": (da * n).sum(axis=0), "b": da.mean(axis=0), "V": 2 * h.T @ d}


def test_faults_of_several_arrays_are_told_apart():
    draw = np.random.default_rng(0)
    params = {name: draw.normal(size=shape) for name, shape in {"W": (3, 4), "g": 4, "b": 4, "V": (4, 2)}.items()}
    x, y = draw.normal(size=(6, 3)), draw.normal(size=(6, 2))
    message = told(symmetry.check_backprop, squared_error, normed_gradient, params, x, y)
    assert "your W equals backprop with the path through `s = np.std(z, axis=1, keepdims=True)` left out" in message
    assert "your b is divided by 6, the number of examples, once too often" in message
    assert "your V is 2 times the derivative of your loss" in message


def attended(params, x):
    q = np.einsum("btd,de->bte", x, params["Wq"])
    k = np.einsum("btd,de->bte", x, params["Wk"])
    scores = np.einsum("bte,bse->bts", q, k)
    p = scipy.special.softmax(scores, axis=-1)
    return q, k, p, np.einsum("bts,bsd->btd", p, x)


def attention_gradient(params, x, y):
    """Softmax's diagonal in the place of its Jacobian."""
    q, k, p, out = attended(params, x)
    dp = np.einsum("btd,bsd->bts", out - y, x)
    ds = dp * p * (1 - p)
    dq, dk = np.einsum("bts,bse->bte", ds, k), np.einsum("bts,bte->bse", ds, q)
    return {"Wq": np.einsum("btd,bte->de", x, dq), "Wk": np.einsum("btd,bte->de", x, dk)}


def test_functions_of_libraries_are_named_where_the_student_calls_them():
    draw = np.random.default_rng(0)
    params = {"Wq": draw.normal(size=(3, 3)), "Wk": draw.normal(size=(3, 3))}
    x, y = draw.normal(size=(2, 4, 3)), draw.normal(size=(2, 4, 3))

    def loss(params, x, y):
        return ((attended(params, x)[-1] - y) ** 2).sum() / 2

    message = told(symmetry.check_backprop, loss, attention_gradient, params, x, y)
    assert "replaced by its diagonal p(1 - p) in `p = scipy.special.softmax(scores, axis=-1)`" in message


def gated(params, x):
    h = np.zeros((len(x), 2))
    steps = []
    for t in range(x.shape[1]):
        z = sigmoid(x[:, t] @ params["Wz"])
        c = np.tanh(x[:, t] @ params["W"] + h @ params["U"])
        steps.append((h, z, c))
        h = (1 - z) * h + z * c
    return steps, h, h @ params["V"]


def gated_gradient(params, x, y):
    """The gate got the error of one of the two places that it stands in."""
    steps, last, out = gated(params, x)
    d = out - y
    found = {"Wz": 0.0, "W": 0.0, "U": 0.0, "V": last.T @ d}
    dh = d @ params["V"].T
    for t in reversed(range(x.shape[1])):
        h, z, c = steps[t]
        dz, da = dh * c * z * (1 - z), dh * z * (1 - c**2)
        found["Wz"] = found["Wz"] + x[:, t].T @ dz
        found["W"] = found["W"] + x[:, t].T @ da
        found["U"] = found["U"] + h.T @ da
        dh = dh * (1 - z) + da @ params["U"].T
    return found


def test_a_term_of_a_statement_is_named():
    draw = np.random.default_rng(0)
    shapes = {"Wz": (3, 2), "W": (3, 2), "U": (2, 2), "V": (2, 1)}
    params = {name: draw.normal(size=shape) for name, shape in shapes.items()}
    x, y = draw.normal(size=(4, 5, 3)), draw.normal(size=(4, 1))

    def loss(params, x, y):
        return ((gated(params, x)[-1] - y) ** 2).sum() / 2

    message = told(symmetry.check_backprop, loss, gated_gradient, params, x, y)
    assert "your Wz equals backprop with the path through `1 - z` in `h = (1 - z) * h + z * c` left out" in message


def batch_norm_forward(x, gamma, beta):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + 1e-5)
    return gamma * xhat + beta, (x, mean, var, xhat, gamma)


def batch_norm_backward(dout, cache):
    """The mean of the batch was forgotten."""
    x, mean, var, xhat, gamma = cache
    inv = 1 / np.sqrt(var + 1e-5)
    dxhat = dout * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * inv**3
    return dxhat * inv + dvar * 2 * (x - mean) / len(x), (dout * xhat).sum(axis=0), dout.sum(axis=0)


def test_a_layer_by_itself_is_quoted_batch_norm():
    draw = np.random.default_rng(0)
    x, gamma, beta = draw.normal(size=(5, 3)), draw.normal(size=3), draw.normal(size=3)
    message = told(symmetry.check_layer, batch_norm_forward, batch_norm_backward, x, gamma, beta)
    assert "your x equals backprop with the path through `mean = x.mean(axis=0)` left out" in message


class Dropout:
    def __init__(self, keep):
        self.keep = keep

    def forward(self, x):
        self.mask = (np.random.rand(*x.shape) < self.keep) / self.keep  # noqa: NPY002 (as courses write it)
        return x * self.mask

    def backward(self, dout):
        return dout


def test_a_layer_by_itself_is_quoted_dropout():
    layer = Dropout(0.5)
    message = told(symmetry.check_layer, layer.forward, layer.backward, np.random.default_rng(0).normal(size=(5, 4)))
    assert "`self.mask` taken as 1 on the way back in `return x * self.mask`" in message


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_step_forward(x, h, c, Wx, Wh, b):
    a = x @ Wx + h @ Wh + b
    size = h.shape[1]
    i = sigmoid(a[:, :size])
    f = sigmoid(a[:, size : 2 * size])
    o = sigmoid(a[:, 2 * size : 3 * size])
    g = np.tanh(a[:, 3 * size :])
    next_c = f * c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, h, c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    """The slope of the forget gate was left out."""
    x, h, c, Wx, Wh, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - t**2)
    da = np.concatenate(
        [dc * g * i * (1 - i), dc * c, dnext_h * t * o * (1 - o), dc * i * (1 - g**2)],
        axis=1,
    )
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, h.T @ da, da.sum(axis=0)


def test_a_layer_by_itself_is_quoted_a_step_of_an_lstm():
    draw = np.random.default_rng(0)
    shapes = ((3, 2), (3, 4), (3, 4), (2, 16), (4, 16), (16,))
    arrays = [draw.normal(size=shape) for shape in shapes]
    message = told(symmetry.check_layer, lstm_step_forward, lstm_step_backward, *arrays, outputs=2)
    assert "the slope of sigmoid left out in `f = sigmoid(a[:, size : 2 * size])`" in message


def test_the_trace_function_of_a_debugger_is_given_back():
    params, x, y = batch_norm.draw(0)
    student, point = Student(batch_norm.loss, batch_norm.grads, params, in_jax=False), Point(arrays_of(params), x, y)
    seen = []

    def tracer(frame, event, argument):
        seen.append(event)

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        recorded(student, point)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
