"""Models whose units look interchangeable and are not: none has a group, and each has a near relative that has one."""

import jax
import jax.numpy as jnp
import numpy as np

from tests.models.model import Built, model, shape, shapes

X = shape(6, 3)
WEIGHTS = shapes(W=(3, 5), V=(5, 2))


@model()
def running_sum_along_units():
    def apply(params, x):
        return jnp.cumsum(jnp.tanh(x @ params["W"]), axis=-1) @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def rolled_units():
    """Each unit is added to its neighbour: units can be turned in a circle, which is not every permutation."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return (hidden + jnp.roll(hidden**2, 1, -1)) @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def differences_of_neighbours():
    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return jnp.concatenate([hidden[:, 1:] - hidden[:, :-1], hidden[:, :1]], -1) @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def one_weight_for_inputs_and_hidden_units():
    """The rows of a square weight are read by inputs in their order, so that its columns, which they meet, have it too."""

    def apply(params, x):
        return jnp.tanh(jnp.tanh(x @ params["W"]) @ params["W"]) @ params["V"]

    return Built(apply, shapes(W=(3, 3), V=(3, 2)), (X,))


@model()
def a_residual_from_the_inputs():
    def apply(params, x):
        return (x + jnp.tanh(x @ params["W"])) @ params["V"]

    return Built(apply, shapes(W=(3, 3), V=(3, 2)), (X,))


@model()
def a_reshape_that_mixes_axes():
    """Five units of four examples are read as five rows of four."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return hidden.reshape(5, 4) @ params["V"]

    return Built(apply, shapes(W=(3, 5), V=(4, 2)), (shape(4, 3),))


@model()
def dropout_with_a_given_key():
    """A given key drops given units."""

    def apply(params, key, x):
        hidden = jnp.tanh(x @ params["W"])
        return jnp.where(jax.random.bernoulli(key, 0.5, hidden.shape), hidden, 0) @ params["V"]

    return Built(apply, WEIGHTS, (jax.eval_shape(jax.random.key, 0), X))


@model()
def given_noise_on_units():
    def apply(params, x, noise):
        return jnp.tanh(x @ params["W"] + noise) @ params["V"]

    return Built(apply, WEIGHTS, (X, shape(6, 5)))


@model()
def a_given_slope_a_unit():
    slopes = np.linspace(0.1, 0.5, 5, dtype=np.float32)

    def apply(params, x):
        hidden = x @ params["W"]
        return jnp.where(hidden > 0, hidden, slopes * hidden) @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def sine_positions_along_units():
    def apply(params, x):
        return jnp.tanh(x @ params["W"] + jnp.sin(jnp.arange(5))) @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def hidden_units_as_results():
    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return hidden @ params["V"], hidden

    return Built(apply, WEIGHTS, (X,))


@model()
def statistics_of_units_as_results():
    """A mean over the batch for each unit, handed out."""

    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        return hidden @ params["V"], hidden.mean(0)

    return Built(apply, WEIGHTS, (X,))


@model()
def the_number_of_the_largest_unit():
    def apply(params, x):
        hidden = x @ params["W"]
        return jnp.argmax(hidden, -1), hidden @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def winner_takes_all():
    """Of equal units the first wins, as `argmax` breaks ties."""

    def apply(params, x):
        hidden = x @ params["W"]
        return (jax.nn.one_hot(jnp.argmax(hidden, -1), 5) * hidden) @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def a_recurrence_over_units():
    """A loop that goes from unit to unit."""

    def apply(params, x):
        def turn(state, unit):
            return jnp.tanh(state + unit), None

        last, _ = jax.lax.scan(turn, jnp.zeros(len(x), x.dtype), (x @ params["W"]).T)
        return last

    return Built(apply, shapes(W=(3, 5)), (X,))


@model()
def convolution_along_units():
    def apply(params, x):
        hidden = jnp.tanh(x @ params["W"])
        smooth = jax.vmap(lambda row: jnp.convolve(row, jnp.array([0.5, 0.25, 0.25]), "same"))(hidden)
        return smooth @ params["V"]

    return Built(apply, WEIGHTS, (X,))


@model()
def fourier_transform_of_units():
    def apply(params, x):
        return jnp.abs(jnp.fft.rfft(jnp.tanh(x @ params["W"]))) @ params["V"]

    return Built(apply, shapes(W=(3, 5), V=(3, 2)), (X,))


@model()
def ordered_dropout():
    """Nested dropout keeps the first units, as many as are asked for."""

    def apply(params, count, x):
        return (jnp.tanh(x @ params["W"]) * (jnp.arange(5) < count)) @ params["V"]

    return Built(apply, WEIGHTS, (shape(dtype=jnp.int32), X))


@model()
def a_triangular_mask():
    """A masked autoregressive layer: unit i reads units before it."""
    mask = np.tril(np.ones((5, 5), np.float32), -1)

    def apply(params, x):
        return jnp.tanh(jnp.tanh(x @ params["W"]) @ (params["U"] * mask)) @ params["V"]

    return Built(apply, shapes(W=(3, 5), U=(5, 5), V=(5, 2)), (X,))


@model()
def parameters_that_nothing_reads():
    def apply(params, x):
        return x @ params["W"][:, :1]

    return Built(apply, shapes(W=(3, 1), b=(5,), V=(5, 2)), (X,))
