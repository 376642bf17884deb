"""check_layer finds the fault of a layer in that layer, however the layer is written."""

import copy
import types
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from examples.handed_in_layers import LAYERS
from examples.layers_as_objects import Attention, Dense
from examples.layers_with_a_cache import affine_backward, affine_forward, dropout_backward, lstm_step_forward

import symmetry

pytestmark = pytest.mark.quick

DRAW = np.random.default_rng(3)
X, W, B = DRAW.normal(size=(4, 3)), DRAW.normal(size=(3, 2)), DRAW.normal(size=2)


def global_state() -> Any:
    """The state of NumPy's global generator."""
    return np.random.get_state(legacy=False)["state"]["key"]  # noqa: NPY002


def name_of(layer) -> str:
    return layer.name


def right_backward(layer):
    """The right backward, of the same object as forward."""
    owner = getattr(layer.forward, "__self__", None)
    return layer.backward if owner is None else types.MethodType(layer.backward.__func__, owner)


def paths_of(report) -> set[str]:
    return set(report.comparison.places.shapes)


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_a_right_layer_passes_in_every_array(layer):
    report = symmetry.check_layer(layer.forward, right_backward(layer), *layer.inputs, **layer.options)
    assert report.right
    assert report.comparison.system.name == "exact numbers"
    assert set(layer.wrong) <= paths_of(report)


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_right_layers_raise_no_false_alarm_in_either_type(layer):
    for dtype in (np.float64, np.float32):
        inputs, options = in_type(layer.inputs, dtype), in_type(layer.options, dtype)
        for seed in range(5):
            symmetry.check_layer(layer.forward, right_backward(layer), *inputs, seed=seed, **options)


def in_type(node, dtype) -> Any:
    if isinstance(node, dict):
        return {key: in_type(each, dtype) for key, each in node.items()}
    if isinstance(node, tuple):
        return tuple(in_type(each, dtype) for each in node)
    return node.astype(dtype) if isinstance(node, np.ndarray) and node.dtype.kind == "f" else node


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_a_planted_fault_is_found_in_its_arrays_and_no_others(layer):
    forward = getattr(layer.faulty, "__self__", None)
    forward = layer.forward if forward is None else forward.forward
    with pytest.raises(symmetry.WrongGradient) as caught:
        symmetry.check_layer(forward, layer.faulty, *layer.inputs, **layer.options)
    report = caught.value.report
    wrong = set(report.comparison.wrong_paths())
    assert wrong == set(layer.wrong)
    assert report.name in layer.faulty.__qualname__


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_inputs_and_objects_stay_as_they_are(layer):
    held = [layer.inputs, vars(getattr(layer.forward, "__self__", types.SimpleNamespace()))]
    before, state = copy.deepcopy(held), global_state()
    symmetry.check_layer(layer.forward, right_backward(layer), *layer.inputs, **layer.options)
    assert str(held) == str(before)
    assert np.array_equal(global_state(), state)


def test_equal_seeds_give_equal_reports_and_the_upstream_gradient_follows_the_seed():
    layer = next(layer for layer in LAYERS if layer.name == "softmax")
    told = []
    for seed in (0, 0, 1):
        with pytest.raises(symmetry.WrongGradient) as caught:
            symmetry.check_layer(layer.forward, layer.faulty, *layer.inputs, seed=seed)
        told.append(str(caught.value))
    assert told[0] == told[1] != told[2]


def affine(x, w, b):
    return x @ w + b


def gradients(dout, x, w):
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def inputs_first(x, w, b, dout):
    return gradients(dout, x, w)


def cache_first(cache, dout):
    return affine_backward(dout, cache)


def returning_parts(x, w, b):
    return affine(x, w, b), x, w


CONVENTIONS = {
    "the upstream gradient and the inputs": (affine, lambda dout, x, w, b: gradients(dout, x, w)),
    "some of the inputs, by name": (affine, lambda dout, w, x: gradients(dout, x, w)),
    "the inputs first": (affine, inputs_first),
    "the cache first": (affine_forward, cache_first),
    "several cached things": (returning_parts, lambda grad, x, w: gradients(grad, x, w)),
    "several cached things in one": (returning_parts, lambda grad, kept: gradients(grad, *kept)),
    "other names": (affine_forward, lambda one, two: affine_backward(one, two)),
    "a dictionary": (
        affine_forward,
        lambda dout, cache: dict(zip(("db", "dw", "dx"), affine_backward(dout, cache)[::-1], strict=True)),
    ),
    "any number": (affine_forward, lambda *both: affine_backward(*both)),
}


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_conventions_of_backward_are_recognised(convention):
    forward, backward = CONVENTIONS[convention]
    assert paths_of(symmetry.check_layer(forward, backward, X, W, B)) == {"x", "w", "b"}


def test_parameters_are_passed_by_name_or_as_one_dictionary():
    def one(x, params):
        return affine(x, params["w"], params["b"])

    def backward(upstream, x, params):
        return dict(zip(("x", "w", "b"), gradients(upstream, x, params["w"]), strict=True))

    assert paths_of(symmetry.check_layer(affine_forward, affine_backward, X, params={"w": W, "b": B})) == {
        "x",
        "w",
        "b",
    }
    assert paths_of(symmetry.check_layer(one, backward, X, params={"w": W, "b": B})) == {"x", "w", "b"}


def test_parameters_named_as_attributes_are_checked_by_their_gradients():
    layer = Dense(3, 2)
    report = symmetry.check_layer(layer.forward, layer.backward, X, params=["weights", "biases"])
    assert paths_of(report) == {"inputs", "weights", "biases"}


def test_a_layer_that_ran_before_is_checked_alike():
    layer = Dense(3, 2)
    layer.forward(X)
    layer.backward(np.ones((4, 2)))
    assert paths_of(symmetry.check_layer(layer.forward, layer.backward, X)) == {"inputs", "weights", "biases"}


def test_a_layer_may_be_called_itself():
    class Called(Dense):
        def __call__(self, inputs):
            self.forward(inputs)
            return self.output

    layer = Called(3, 2)
    assert paths_of(symmetry.check_layer(layer, layer.backward, X)) == {"inputs", "weights", "biases"}


def test_only_what_has_a_gradient_is_checked():
    assert paths_of(symmetry.check_layer(affine, lambda dout, x, w, b: dout @ w.T, X, W, B)) == {"x"}
    assert paths_of(symmetry.check_layer(affine, lambda dout, x, w, b: (None, None, dout.sum(axis=0)), X, W, B)) == {
        "b"
    }
    assert paths_of(symmetry.check_layer(affine, lambda dout, x, w, b: {"dw": x.T @ dout}, X, W, B)) == {"w"}


def test_settings_are_passed_on():
    def forward(x, rate, axis, mode, labels):
        assert (rate, axis, mode) == (0.5, 1, "train")
        return x[np.arange(4), labels] * rate

    def backward(dout, x, rate, axis, mode, labels):
        dx = 0 * x
        dx[np.arange(4), labels] += dout * rate
        return dx, None, None, None, None

    labels = np.array([0, 2, 1, 1])
    assert paths_of(symmetry.check_layer(forward, backward, X, 0.5, 1, "train", labels)) == {"x"}


def test_arguments_of_forward_are_passed_to_backward_by_their_names():
    def forward(A_prev, W, activation):
        Z = A_prev @ W
        return np.tanh(Z) if activation == "tanh" else Z, ((A_prev, W), Z)

    def backward(dA, cache, activation):
        (A_prev, W), Z = cache
        dZ = dA * (1 - np.tanh(Z) ** 2) if activation == "tanh" else dA
        return dZ @ W.T, A_prev.T @ dZ

    for activation in ("tanh", "linear"):
        assert paths_of(symmetry.check_layer(forward, backward, X, W, activation)) == {"A_prev", "W"}


def test_a_loss_is_a_layer_with_one_number_as_its_output():
    class SoftmaxWithLoss:
        def forward(self, x, t):
            self.t = t
            exps = np.exp(x - x.max(axis=1, keepdims=True))
            self.y = exps / exps.sum(axis=1, keepdims=True)
            return -np.log(self.y[np.arange(len(t)), t]).mean()

        def backward(self, dout=1):
            dx = self.y.copy()
            dx[np.arange(len(self.t)), self.t] -= 1
            return dout * dx / len(self.t)

    layer = SoftmaxWithLoss()
    assert paths_of(symmetry.check_layer(layer.forward, layer.backward, X, np.array([0, 2, 1, 1]))) == {"x"}


RNG = np.random.default_rng(5)


def mask_of(shape):
    return RNG.random(shape) < 0.5


def by_global_generator(x):
    mask = np.random.random(x.shape) < 0.5  # noqa: NPY002
    return x * mask, (None, mask)


def by_generator_of_the_module(x):
    mask = mask_of(x.shape)
    return x * mask, (None, mask)


def by_closure(rng):
    def forward(x):
        mask = rng.rand(*x.shape) < 0.5
        return x * mask, (None, mask)

    return forward


def by_argument(x, param):
    mask = param["rng"].random(x.shape) < 0.5
    return x * mask, (None, mask)


class Dropout:
    def __init__(self):
        self.rng = np.random.default_rng(1)

    def forward(self, x):
        self.mask = self.rng.random(x.shape) < 0.5
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


DRAWING = {
    "NumPy's own": (by_global_generator, dropout_backward, ()),
    "the module's": (by_generator_of_the_module, dropout_backward, ()),
    "a closure's": (by_closure(np.random.RandomState(0)), dropout_backward, ()),
    "an argument's": (by_argument, dropout_backward, ({"rng": np.random.default_rng(2)},)),
    "an attribute": (Dropout().forward, None, ()),
}


@pytest.mark.parametrize("kind", DRAWING)
def test_two_calls_draw_the_same_mask(kind):
    forward, backward, more = DRAWING[kind]
    before = copy.deepcopy(RNG.bit_generator.state)
    symmetry.check_layer(forward, backward or forward.__self__.backward, X, *more)
    assert RNG.bit_generator.state == before
    if more:
        assert more[0]["rng"].bit_generator.state == np.random.default_rng(2).bit_generator.state


def test_several_outputs_may_share_one_tuple_of_upstream_gradients():
    layer = next(layer for layer in LAYERS if layer.name == "LSTM step")

    def backward(upstream, cache):
        return layer.backward(*upstream, cache)

    symmetry.check_layer(layer.forward, backward, *layer.inputs, outputs=2)


def test_a_layer_in_jax_is_differentiated_forwards():
    def forward(x, w):
        return jnp.tanh(x @ w), (x, w)

    def backward(dout, cache):
        x, w = cache
        dz = dout * (1 - jnp.tanh(x @ w) ** 2)
        return dz @ w.T, x.T @ dz

    x, w = jnp.asarray(X), jnp.asarray(W)
    report = symmetry.check_layer(forward, backward, x, w)
    assert report.comparison.system.name == "exact numbers"
    with pytest.raises(symmetry.WrongGradient, match="sign"):
        symmetry.check_layer(forward, lambda dout, cache: (-backward(dout, cache)[0], backward(dout, cache)[1]), x, w)


def test_a_gradient_of_another_shape_is_said():
    with pytest.raises(symmetry.WrongGradient, match=r"b has shape \(1, 2\), but the parameter has \(2,\)"):
        symmetry.check_layer(affine, lambda dout, x, w, b: (*gradients(dout, x, w)[:2], dout[:1]), X, W, B)


def test_gradients_that_fit_no_array_or_several_are_said():
    square = np.eye(3)
    with pytest.raises(
        ValueError, match=r"returns 1 gradient, of shapes \(3, 3\), for x \(3, 3\), w \(3, 3\).*cannot be told"
    ):
        symmetry.check_layer(affine, lambda dout, x, w, b: dout, square, square, np.ones(3))
    with pytest.raises(symmetry.WrongGradient, match=r"of shapes \(1, 2\), for x \(4, 3\).*has the shape of its array"):
        symmetry.check_layer(affine, lambda dout, x, w, b: dout[:1], X, W, B)
    with pytest.raises(
        ValueError, match=r"returns 4 gradients, and there are 3 arrays of floats \(x, w, b\); name the"
    ):
        symmetry.check_layer(affine, lambda dout, x, w, b: (dout, dout, dout, dout), X, W, B)
    with pytest.raises(
        symmetry.WrongGradient, match=r"it returns dq, and forward takes x, w, b; return gradients named"
    ):
        symmetry.check_layer(affine, lambda dout, x, w, b: {"dq": dout}, X, W, B)


def test_a_missing_gradient_is_said():
    with pytest.raises(
        symmetry.WrongGradient, match=r"no gradient of b was found: it is not in what backward returns; return"
    ):
        symmetry.check_layer(affine_forward, lambda dout, cache: {"dw": dout}, X, params={"w": W, "b": B})
    with pytest.raises(symmetry.WrongGradient, match=r"no gradient of x, w, b was found"):
        symmetry.check_layer(affine, lambda dout, x, w, b: None, X, W, B)
    layer = Attention(3)
    with pytest.raises(symmetry.WrongGradient, match=r"no gradient of Wq was found: .*no attribute like dWq holds it"):
        symmetry.check_layer(layer.forward, lambda grad: grad, X, params=["Wq"])


def test_what_cannot_be_told_is_said():
    with pytest.raises(
        ValueError, match=r"\(dout, one, two\): what one stands for cannot be told; forward takes x, w, b and"
    ):
        symmetry.check_layer(affine, lambda dout, one, two: None, X, W, B)
    with pytest.raises(ValueError, match=r"params: names of attributes are for a method of an object"):
        symmetry.check_layer(affine, gradients, X, params=["w"])
    with pytest.raises(ValueError, match=r"outputs: 4 were asked for, but forward returns 3"):
        symmetry.check_layer(lstm_step_forward, gradients, *LAYERS[8].inputs, outputs=4)
    with pytest.raises(ValueError, match=r"output 0 is of type dict, not an array; return the output first"):
        symmetry.check_layer(lambda x: ({}, x), gradients, X)
    with pytest.raises(ValueError, match=r"params: Dense has no kernel\. Its arrays of floats are weights"):
        symmetry.check_layer(Dense(3, 2).forward, Dense(3, 2).backward, X, params=["kernel"])


def test_what_the_code_raises_is_passed_on():
    def backward(dout, x, w, b):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        symmetry.check_layer(affine, backward, X, W, B)
