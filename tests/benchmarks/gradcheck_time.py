"""How long `check_backprop` takes on networks of several sizes, right and with the slope left out, in NumPy and JAX.

Run: python tests/benchmarks/gradcheck_time.py
"""

import sys
import time
from pathlib import Path

import jax
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from examples import two_layer_classifier, two_layer_classifier_in_jax

import symmetry

SIZES = ((4, 5, 3, 6), (40, 40, 5, 20), (784, 100, 10, 32))
"""Inputs, hidden units, classes and examples."""


def drawn(sizes: tuple[int, int, int, int]) -> tuple:
    inputs, hidden, classes, examples = sizes
    draw = np.random.default_rng(0)
    shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
    params = {name: draw.normal(size=shape) / shape[0] ** 0.5 for name, shape in shapes.items()}
    return params, draw.normal(size=(examples, inputs)), draw.integers(0, classes, examples)


def seconds(loss, grads, data: tuple) -> float:
    start = time.perf_counter()
    try:
        symmetry.check_backprop(loss, grads, *data)
    except symmetry.WrongGradient as wrong:
        if "slope" not in str(wrong):
            raise
    return time.perf_counter() - start


def main() -> None:
    print(f"{'network':16} {'code':6} {'right':>7} {'wrong':>7}   seconds, the first call with its compilation")
    for sizes in SIZES:
        for module, name in ((two_layer_classifier, "NumPy"), (two_layer_classifier_in_jax, "JAX")):
            data = drawn(sizes)
            if name == "JAX":
                data = jax.tree.map(jax.numpy.asarray, data)
            fault = module.FAULTS["slope left out"]
            right = seconds(module.loss, module.grads, data)
            wrong = seconds(fault.loss, fault.grads, data)
            print(f"{'-'.join(map(str, sizes[:3])):16} {name:6} {right:7.2f} {wrong:7.2f}", flush=True)


if __name__ == "__main__":
    main()
