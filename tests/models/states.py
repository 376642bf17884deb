"""State spaces and other loops: states of channels, equilibria and differential equations."""

import jax
import jax.numpy as jnp

from tests.models.model import Built, model, shape, shapes

X = shape(6, 3)
WORDS = shape(2, 4, 3)


@model(
    """
    D: 4 units (B:0, C:0, D:0, decay:0, embed:1, out:0)
    B: 3 units, one permutation for each of 4 of D (B:1, C:1, decay:1)
    """
)
def diagonal_state_space_layer():
    """Each channel has states of its own, so that their order can be another in each channel."""

    def apply(params, x):
        stream = x @ params["embed"]
        decay = jnp.exp(-jnp.exp(params["decay"]))

        def turn(state, row):
            state = decay * state + params["B"] * row[:, :, None]
            return state, (state * params["C"]).sum(-1) + params["D"] * row

        _, rows = jax.lax.scan(turn, jnp.zeros((len(x), 4, 3), x.dtype), jnp.swapaxes(stream, 0, 1))
        return jnp.swapaxes(rows, 0, 1) @ params["out"]

    return Built(apply, shapes(embed=(3, 4), decay=(4, 3), B=(4, 3), C=(4, 3), D=(4,), out=(4, 2)), (WORDS,))


@model(
    """
    B: 4 units (B:0, C:0, decay:0, embed:1, out:0)
    B (2): 3 units, one permutation for each of 4 of B (B:1, C:1, decay:1)
    """
)
def diagonal_state_space_layer_by_associative_scan():
    """The scan over time is a tree of slices along time, which leaves channels and states alone."""

    def apply(params, x):
        stream = x @ params["embed"]
        decay = jnp.broadcast_to(jax.nn.sigmoid(params["decay"]), (*stream.shape, 3))
        written = stream[..., None] * params["B"]

        def joined(one, other):
            return one[0] * other[0], one[1] * other[0] + other[1]

        _, states = jax.lax.associative_scan(joined, (decay, written), axis=1)
        return (states * params["C"]).sum(-1) @ params["out"]

    return Built(apply, shapes(embed=(3, 4), decay=(4, 3), B=(4, 3), C=(4, 3), out=(4, 2)), (WORDS,))


@model(
    """
    D: 4 units (A:0, B:0, C:0, D:0, embed:1, gate:1, out:0, step_down:0, step_up:1)
    A: 3 units (A:1, B:1, C:1)
    step_down: 2 units (step_down:1, step_up:0)
    """
)
def selective_state_space_layer():
    """Mamba: inputs choose what is written and read, by states that all channels share; channels have decays of their own."""

    def apply(params, x):
        stream = x @ params["embed"]
        gate = jax.nn.silu(x @ params["gate"])
        step = jax.nn.softplus(stream @ params["step_down"] @ params["step_up"])
        write, read = stream @ params["B"], stream @ params["C"]
        decay = jnp.exp(-step[..., None] * jnp.exp(params["A"]))
        written = (step * stream)[..., None] * write[:, :, None]

        def turn(state, row):
            decay, written, read = row
            state = decay * state + written
            return state, jnp.einsum("bcs,bs->bc", state, read)

        rows = tuple(jnp.swapaxes(each, 0, 1) for each in (decay, written, read))
        _, read_out = jax.lax.scan(turn, jnp.zeros_like(written[:, 0]), rows)
        return ((jnp.swapaxes(read_out, 0, 1) + params["D"] * stream) * gate) @ params["out"]

    params = shapes(
        embed=(3, 4), gate=(3, 4), step_down=(4, 2), step_up=(2, 4), B=(4, 3), C=(4, 3), A=(4, 3), D=(4,), out=(4, 2)
    )
    return Built(apply, params, (WORDS,))


@model(
    """
    U: 5 units (U:0, U:1, V:0, W:1)
    """
)
def a_loop_until_a_condition_holds():
    """The condition reads a sum over units, which is the same in any order."""

    def apply(params, x):
        def goes_on(carried):
            turns, state = carried
            return (turns < 3) & ((state**2).sum() < 100)

        def turn(carried):
            turns, state = carried
            return turns + 1, jnp.tanh(state @ params["U"] + x @ params["W"])

        _, last = jax.lax.while_loop(goes_on, turn, (0, jnp.zeros((len(x), 5), x.dtype)))
        return last @ params["V"]

    return Built(apply, shapes(W=(3, 5), U=(5, 5), V=(5, 2)), (shape(2, 3),))


@model(
    """
    U: 5 units (U:0, U:1, V:0, W:1)
    """
)
def equilibrium_network():
    """The hidden state solves z = tanh(z U + x W), by ten turns of a loop."""

    def apply(params, x):
        fixed = jax.lax.fori_loop(
            0, 10, lambda _, z: jnp.tanh(z @ params["U"] + x @ params["W"]), jnp.zeros((len(x), 5), x.dtype)
        )
        return fixed @ params["V"]

    return Built(apply, shapes(W=(3, 5), U=(5, 5), V=(5, 2)), (X,))


@model(
    """
    A: 4 units (A:0, B:1, embed:1, out:0)
    t: 5 units (A:1, B:0, t:0)
    """
)
def differential_equation():
    """A neural ODE in four steps of Runge and Kutta: its state is a stream, and its field has hidden units."""

    def apply(params, x):
        def field(state, time):
            return jnp.tanh(state @ params["A"] + time * params["t"]) @ params["B"]

        def step(state, time):
            one = field(state, time)
            two = field(state + 0.1 * one, time + 0.1)
            return state + 0.2 * two, None

        last, _ = jax.lax.scan(step, x @ params["embed"], jnp.arange(4) * 0.2)
        return last @ params["out"]

    return Built(apply, shapes(embed=(3, 4), A=(4, 5), t=(5,), B=(5, 4), out=(4, 2)), (X,))
