"""Recurrent networks: what a loop carries has its units in the same order in each turn."""

from typing import Any

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
from flax import nnx

from tests.models.model import equinox, linen, model, of_nnx, shape

WORDS = shape(2, 4, 3)


class Recurrent(nn.Module):
    """A cell under scan, and a dense layer that reads its last state."""

    cell: nn.RNNCellBase

    @nn.compact
    def __call__(self, x):
        rows: Any = nn.RNN(self.cell, name="rnn")(x)
        return nn.Dense(2, name="out")(rows[:, -1])


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
            rows: Any = nn.Bidirectional(forward, backward)(x)
            return nn.Dense(2, name="out")(rows)

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
        def __call__(self, x: Any):
            for number, size in enumerate((4, 5)):
                x = nn.RNN(nn.OptimizedLSTMCell(size), name=f"rnn_{number}")(x)
            return nn.Dense(2, name="out")(x)

    return linen(Stack(), WORDS)


class OverTime(eqx.Module):
    """A cell of Equinox under scan, and a linear layer that reads its last state."""

    cell: Any
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
        rows: Any = self.rnn(x)
        return self.out(rows[:, -1])


@model(
    """
    rnn/cell/dense_i/bias: 5 units (out/kernel/value:0, rnn/cell/dense_h/kernel/value:0,
        rnn/cell/dense_h/kernel/value:1, rnn/cell/dense_i/bias/value:0, rnn/cell/dense_i/kernel/value:1)
    """
)
def gru_in_nnx():
    return of_nnx(NnxRecurrent, WORDS)
