"""Layers beyond fully connected ones, each in a small network with a loss, and the faults that people make in them."""

from examples.layers import (
    attention,
    batch_norm,
    bias_column,
    convolution_by_im2col,
    convolution_in_loops,
    dropout,
    embedding,
    layer_norm,
    lstm,
    max_pool,
    penalised_residual,
    rnn_many_to_many,
    rnn_many_to_one,
    word2vec,
)

LAYERS = (
    *(attention, batch_norm, bias_column, convolution_by_im2col, convolution_in_loops, dropout, embedding, layer_norm),
    *(lstm, max_pool, penalised_residual, rnn_many_to_many, rnn_many_to_one, word2vec),
)
"""The modules, one a kind of layer."""
