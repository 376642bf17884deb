"""Recurrent networks: what a loop carries has its units in the same order in each turn."""

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
from flax import nnx

from tests.models.model import Built, equinox, linen, model, of_nnx, shape, shapes

WORDS = shape(2, 4, 3)


class Recurrent(nn.Module):
    """A cell under scan, and a dense layer that reads its last state."""

    cell: nn.RNNCellBase

    @nn.compact
    def __call__(self, x):
        return nn.Dense(2, name="out")(nn.RNN(self.cell, name="rnn")(x)[:, -1])


@model(
    """
    cell/hf: 5 units (cell/hf/bias:0, cell/hf/kernel:0, cell/hf/kernel:1, cell/hg/bias:0, cell/hg/kernel:0,
        cell/hg/kernel:1, cell/hi/bias:0, cell/hi/kernel:0, cell/hi/kernel:1, cell/ho/bias:0, cell/ho/kernel:0,
        cell/ho/kernel:1, cell/if/kernel:1, cell/ig/kernel:1, cell/ii/kernel:1, cell/io/kernel:1, out/kernel:0)
    """
)
def lstm_in_linen():
    return linen(Recurrent(nn.LSTMCell(5)), WORDS)


@model(
    """
    cell/hf: 5 units (cell/hf/bias:0, cell/hf/kernel:0, cell/hf/kernel:1, cell/hg/bias:0, cell/hg/kernel:0,
        cell/hg/kernel:1, cell/hi/bias:0, cell/hi/kernel:0, cell/hi/kernel:1, cell/ho/bias:0, cell/ho/kernel:0,
        cell/ho/kernel:1, cell/if/kernel:1, cell/ig/kernel:1, cell/ii/kernel:1, cell/io/kernel:1, out/kernel:0)
    """
)
def optimised_lstm_in_linen():
    """Its four gates are one product of concatenated kernels."""
    return linen(Recurrent(nn.OptimizedLSTMCell(5)), WORDS)


@model(
    """
    cell/hn: 5 units (cell/hn/bias:0, cell/hn/kernel:0, cell/hn/kernel:1, cell/hr/kernel:0, cell/hr/kernel:1,
        cell/hz/kernel:0, cell/hz/kernel:1, cell/in/bias:0, cell/in/kernel:1, cell/ir/bias:0, cell/ir/kernel:1,
        cell/iz/bias:0, cell/iz/kernel:1, out/kernel:0)
    """
)
def gru_in_linen():
    return linen(Recurrent(nn.GRUCell(5)), WORDS)


@model(
    """
    cell/i: 5 units (cell/h/kernel:0, cell/h/kernel:1, cell/i/bias:0, cell/i/kernel:1, out/kernel:0)
    """
)
def simple_cell_in_linen():
    return linen(Recurrent(nn.SimpleCell(5)), WORDS)


@model(
    """
    OptimizedLSTMCell_0/hf: 4 units (OptimizedLSTMCell_0/hf/bias:0, OptimizedLSTMCell_0/hf/kernel:0,
        OptimizedLSTMCell_0/hf/kernel:1, OptimizedLSTMCell_0/hg/bias:0, OptimizedLSTMCell_0/hg/kernel:0,
        OptimizedLSTMCell_0/hg/kernel:1, OptimizedLSTMCell_0/hi/bias:0, OptimizedLSTMCell_0/hi/kernel:0,
        OptimizedLSTMCell_0/hi/kernel:1, OptimizedLSTMCell_0/ho/bias:0, OptimizedLSTMCell_0/ho/kernel:0,
        OptimizedLSTMCell_0/ho/kernel:1, OptimizedLSTMCell_0/if/kernel:1, OptimizedLSTMCell_0/ig/kernel:1,
        OptimizedLSTMCell_0/ii/kernel:1, OptimizedLSTMCell_0/io/kernel:1, out/kernel:0)
    OptimizedLSTMCell_1/hf: 5 units (OptimizedLSTMCell_1/hf/bias:0, OptimizedLSTMCell_1/hf/kernel:0,
        OptimizedLSTMCell_1/hf/kernel:1, OptimizedLSTMCell_1/hg/bias:0, OptimizedLSTMCell_1/hg/kernel:0,
        OptimizedLSTMCell_1/hg/kernel:1, OptimizedLSTMCell_1/hi/bias:0, OptimizedLSTMCell_1/hi/kernel:0,
        OptimizedLSTMCell_1/hi/kernel:1, OptimizedLSTMCell_1/ho/bias:0, OptimizedLSTMCell_1/ho/kernel:0,
        OptimizedLSTMCell_1/ho/kernel:1, OptimizedLSTMCell_1/if/kernel:1, OptimizedLSTMCell_1/ig/kernel:1,
        OptimizedLSTMCell_1/ii/kernel:1, OptimizedLSTMCell_1/io/kernel:1, out/kernel:0)
    """
)
def bidirectional_lstm():
    """Both directions have units of their own, which the next layer reads side by side."""

    class Both(nn.Module):
        @nn.compact
        def __call__(self, x):
            forward, backward = (nn.RNN(nn.OptimizedLSTMCell(size)) for size in (4, 5))
            return nn.Dense(2, name="out")(nn.Bidirectional(forward, backward)(x))

    return linen(Both(), WORDS)


@model(
    """
    OptimizedLSTMCell_0/hf: 4 units (OptimizedLSTMCell_0/hf/bias:0, OptimizedLSTMCell_0/hf/kernel:0,
        OptimizedLSTMCell_0/hf/kernel:1, OptimizedLSTMCell_0/hg/bias:0, OptimizedLSTMCell_0/hg/kernel:0,
        OptimizedLSTMCell_0/hg/kernel:1, OptimizedLSTMCell_0/hi/bias:0, OptimizedLSTMCell_0/hi/kernel:0,
        OptimizedLSTMCell_0/hi/kernel:1, OptimizedLSTMCell_0/ho/bias:0, OptimizedLSTMCell_0/ho/kernel:0,
        OptimizedLSTMCell_0/ho/kernel:1, OptimizedLSTMCell_0/if/kernel:1, OptimizedLSTMCell_0/ig/kernel:1,
        OptimizedLSTMCell_0/ii/kernel:1, OptimizedLSTMCell_0/io/kernel:1, OptimizedLSTMCell_1/if/kernel:0,
        OptimizedLSTMCell_1/ig/kernel:0, OptimizedLSTMCell_1/ii/kernel:0, OptimizedLSTMCell_1/io/kernel:0)
    OptimizedLSTMCell_1/hf: 5 units (OptimizedLSTMCell_1/hf/bias:0, OptimizedLSTMCell_1/hf/kernel:0,
        OptimizedLSTMCell_1/hf/kernel:1, OptimizedLSTMCell_1/hg/bias:0, OptimizedLSTMCell_1/hg/kernel:0,
        OptimizedLSTMCell_1/hg/kernel:1, OptimizedLSTMCell_1/hi/bias:0, OptimizedLSTMCell_1/hi/kernel:0,
        OptimizedLSTMCell_1/hi/kernel:1, OptimizedLSTMCell_1/ho/bias:0, OptimizedLSTMCell_1/ho/kernel:0,
        OptimizedLSTMCell_1/ho/kernel:1, OptimizedLSTMCell_1/if/kernel:1, OptimizedLSTMCell_1/ig/kernel:1,
        OptimizedLSTMCell_1/ii/kernel:1, OptimizedLSTMCell_1/io/kernel:1, out/kernel:0)
    """
)
def stacked_lstm():
    class Stack(nn.Module):
        @nn.compact
        def __call__(self, x):
            for number, size in enumerate((4, 5)):
                x = nn.RNN(nn.OptimizedLSTMCell(size), name=f"rnn_{number}")(x)
            return nn.Dense(2, name="out")(x)

    return linen(Stack(), WORDS)


class OverTime(eqx.Module):
    """A cell of Equinox under scan, and a linear layer that reads its last state."""

    cell: eqx.Module
    out: eqx.nn.Linear

    def __init__(self, kind, key):
        one, two = jax.random.split(key)
        self.cell = kind(3, 5, key=one)
        self.out = eqx.nn.Linear(5, 2, key=two)

    def __call__(self, x):
        start = jnp.zeros(5, x.dtype)
        if isinstance(self.cell, eqx.nn.LSTMCell):
            (last, _), _ = jax.lax.scan(lambda state, row: (self.cell(row, state), None), (start, start), x)
        else:
            last, _ = jax.lax.scan(lambda state, row: (self.cell(row, state), None), start, x)
        return self.out(last)


@model(
    """
    cell: 5 units (cell/weight_ih:0, cell/weight_hh:0, cell/weight_hh:1, cell/bias:0, cell/bias_n:0, out/weight:1)
    """
)
def gru_in_equinox():
    return equinox(OverTime, eqx.nn.GRUCell, inputs=(WORDS,))


@model(
    """
    cell: 5 units (cell/weight_ih:0, cell/weight_hh:0, cell/weight_hh:1, cell/bias:0, out/weight:1)
    """
)
def lstm_in_equinox():
    return equinox(OverTime, eqx.nn.LSTMCell, inputs=(WORDS,))


class NnxRecurrent(nnx.Module):
    def __init__(self, rngs: nnx.Rngs):
        self.rnn = nnx.RNN(nnx.GRUCell(3, 5, rngs=rngs))
        self.out = nnx.Linear(5, 2, rngs=rngs)

    def __call__(self, x):
        return self.out(self.rnn(x)[:, -1])


@model(
    """
    rnn/cell/dense_i/bias: 5 units (out/kernel/value:0, rnn/cell/dense_h/kernel/value:0,
        rnn/cell/dense_h/kernel/value:1, rnn/cell/dense_i/bias/value:0, rnn/cell/dense_i/kernel/value:1)
    """
)
def gru_in_nnx():
    return of_nnx(NnxRecurrent, WORDS)


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
