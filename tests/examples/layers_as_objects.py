"""Layers as classes, and of each one whose backward looks right and is wrong."""

import numpy as np

from examples.layers_with_a_cache import softmax_backward, softmax_forward


class Attention:
    """One head of self-attention, which keeps what backward needs."""

    def __init__(self, size):
        draw = np.random.default_rng(0)
        self.Wq, self.Wk, self.Wv = (draw.normal(size=(size, size)) for _ in range(3))
        self.grads = {}

    def forward(self, x):
        self.x = x
        self.q, self.k, self.v = x @ self.Wq, x @ self.Wk, x @ self.Wv
        self.weights = softmax_forward(self.q @ self.k.T / np.sqrt(x.shape[1]))
        return self.weights @ self.v

    def backward(self, grad_output):
        dv = self.weights.T @ grad_output
        dscores = softmax_backward(grad_output @ self.v.T, self.weights) / np.sqrt(self.x.shape[1])
        dq, dk = dscores @ self.k, dscores.T @ self.q
        self.grads = {"Wq": self.x.T @ dq, "Wk": self.x.T @ dk, "Wv": self.x.T @ dv}
        return dq @ self.Wq.T + dk @ self.Wk.T + dv @ self.Wv.T


class AttentionWithoutTranspose(Attention):
    def backward(self, grad_output):
        dx = super().backward(grad_output)
        dscores = softmax_backward(grad_output @ self.v.T, self.weights) / np.sqrt(self.x.shape[1])
        self.grads["Wk"] = self.x.T @ (dscores @ self.q)
        return dx


class Dense:
    """A layer that leaves its output, and every gradient, in attributes."""

    def __init__(self, inputs, units):
        self.weights = 0.5 * np.random.default_rng(1).normal(size=(inputs, units))
        self.biases = np.zeros((1, units))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases

    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = np.dot(dvalues, self.weights.T)


class DenseWithoutBias(Dense):
    def backward(self, dvalues):
        super().backward(dvalues)
        self.dbiases = np.sum(dvalues, axis=1, keepdims=True)[: self.biases.shape[0]] + 0 * self.biases


class DenseThatLearns:
    """A layer that takes its own step, and returns the gradient of its input."""

    def __init__(self, inputs, units):
        self.weights = np.random.default_rng(2).normal(size=(units, inputs))
        self.bias = np.zeros((units, 1))

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * np.dot(output_gradient, self.input.T)
        self.bias -= learning_rate * output_gradient.sum(axis=1, keepdims=True)
        return input_gradient


class DenseThatLearnsTooSoon(DenseThatLearns):
    def backward(self, output_gradient, learning_rate):
        super().backward(output_gradient, learning_rate)
        return np.dot(self.weights.T, output_gradient)
