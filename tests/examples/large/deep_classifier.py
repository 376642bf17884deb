"""Digits by 784-300-100-10 with ReLU and softmax, in NumPy or JAX: 266,610 parameters."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

SIZES = (784, 300, 100, 10)
EXAMPLES = 128


def draw(seed: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    params = {}
    for layer, (inputs, units) in enumerate(itertools.pairwise(SIZES), 1):
        params[f"W{layer}"] = random.normal(size=(inputs, units)) * np.sqrt(2 / inputs)
        params[f"b{layer}"] = np.zeros(units)
    background = random.random((EXAMPLES, 784)) < 0.8  # as in pictures of digits, most inputs are 0
    return params, np.where(background, 0, random.random((EXAMPLES, 784))), random.integers(0, 10, EXAMPLES)


def functions(xp: Any) -> tuple[Callable, Callable, Callable]:
    """The loss, its gradient, and a gradient with the slope of the first layer left out."""

    def forward(params, x):
        z1 = x @ params["W1"] + params["b1"]
        z2 = xp.maximum(0, z1) @ params["W2"] + params["b2"]
        z3 = xp.maximum(0, z2) @ params["W3"] + params["b3"]
        exps = xp.exp(z3 - z3.max(axis=1, keepdims=True))
        return z1, z2, exps / exps.sum(axis=1, keepdims=True)

    def loss(params, x, y):
        return -xp.log(forward(params, x)[-1][xp.arange(len(y)), y]).mean()

    def backward(params, x, y, first_slope):
        z1, z2, p = forward(params, x)
        d3 = (p - xp.eye(10)[y]) / len(y)
        d2 = (d3 @ params["W3"].T) * (z2 > 0)
        d1 = (d2 @ params["W2"].T) * first_slope(z1)
        grads = {"W3": xp.maximum(0, z2).T @ d3, "b3": d3.sum(0)}
        grads |= {"W2": xp.maximum(0, z1).T @ d2, "b2": d2.sum(0)}
        return grads | {"W1": x.T @ d1, "b1": d1.sum(0)}

    def grads(params, x, y):
        return backward(params, x, y, lambda z: z > 0)

    def wrong(params, x, y):
        return backward(params, x, y, lambda z: 1)

    return loss, grads, wrong
