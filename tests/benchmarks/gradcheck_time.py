"""How long `check_backprop` takes, right and wrong, in NumPy and JAX: seconds, and as a share of one run of central differences.

Central differences evaluate the loss twice an entry; of large networks a sample of entries is timed. Every line is a process of
its own, so that memory is its own and compilation counts.

Run: python tests/benchmarks/gradcheck_time.py
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import jax
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from examples import two_layer_classifier, two_layer_classifier_in_jax
from examples.large import deep_classifier, loop_convolution

import symmetry
from symmetry.gradcheck.parameters import arrays_of, map_arrays

SIZES = {"4-5-3": (4, 5, 3, 6), "40-40-5": (40, 40, 5, 20), "784-100-10": (784, 100, 10, 32)}
"""Inputs, hidden units, classes and examples of two layers."""

CASES = [
    *[(name, code) for name in SIZES for code in ("NumPy", "JAX")],
    *[("784-300-100-10", code) for code in ("NumPy", "JAX")],
    ("convolution in loops", "NumPy"),
]

MOST_ENTRIES = 200
"""Entries of which central differences are timed."""


def case(name: str, code: str) -> tuple:
    """The loss, the right and the wrong gradient, and data."""
    if name in SIZES:
        module = two_layer_classifier_in_jax if code == "JAX" else two_layer_classifier
        fault = module.FAULTS["slope left out"]
        return module.loss, module.grads, fault.grads, _drawn(SIZES[name], code)
    if name == "convolution in loops":
        return loop_convolution.loss, loop_convolution.grads, loop_convolution.wrong, loop_convolution.draw(0)
    functions = deep_classifier.functions(jax.numpy if code == "JAX" else np)
    data = deep_classifier.draw(0)
    return *functions, jax.tree.map(jax.numpy.asarray, data) if code == "JAX" else data


def _drawn(sizes: tuple[int, int, int, int], code: str) -> tuple:
    inputs, hidden, classes, examples = sizes
    draw = np.random.default_rng(0)
    shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
    params = {name: draw.normal(size=shape) / shape[0] ** 0.5 for name, shape in shapes.items()}
    data = params, draw.normal(size=(examples, inputs)), draw.integers(0, classes, examples)
    return jax.tree.map(jax.numpy.asarray, data) if code == "JAX" else data


def measured(name: str, code: str, right: bool) -> dict[str, float]:
    """Seconds of the check and of central differences, and the largest memory in MiB."""
    loss, grads, wrong, (params, x, y) = case(name, code)
    start = time.perf_counter()
    try:
        symmetry.check_backprop(loss, grads if right else wrong, params, x, y)
        assert right
    except symmetry.WrongGradient:
        assert not right
    taken = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    arrays = arrays_of(params)
    entries = sum(array.size for array in arrays.values())
    count = min(entries, MOST_ENTRIES)
    start = time.perf_counter()
    for sign in (1e-5, -1e-5):
        for _ in range(count):
            float(loss(map_arrays(lambda path, array, sign=sign: array + sign, params), x, y))
    return {"check": taken, "differences": (time.perf_counter() - start) * entries / count, "memory": memory}


def main() -> None:
    print(
        f"{'network':22} {'code':6} {'right':>7} {'wrong':>7} {'MiB':>6}   of one run of central differences: right, wrong"
    )
    for name, code in CASES:
        rows = []
        for right in ("right", "wrong"):
            found = subprocess.run(
                [sys.executable, __file__, name, code, right], check=True, capture_output=True, text=True
            ).stdout
            rows.append(json.loads(found.splitlines()[-1]))
        shares = [row["check"] / row["differences"] for row in rows]
        memory = max(row["memory"] for row in rows)
        print(
            f"{name:22} {code:6} {rows[0]['check']:7.2f} {rows[1]['check']:7.2f} {memory:6.0f}   "
            f"{shares[0]:.3g}, {shares[1]:.3g}",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(sys.argv[1], sys.argv[2], sys.argv[3] == "right")))
    else:
        main()
