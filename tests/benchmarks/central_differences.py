"""What central differences with a threshold, as courses use them, catch beside `check_backprop`: a table, in Markdown.

Every row runs both on the same code and data: the assignments of tests/examples, right and with one fault. "Caught" is the
share of runs in which the check fails.

Run: python tests/benchmarks/central_differences.py [seeds]
"""

import copy
import itertools
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from examples import column_network, forward_backward_cache, logistic, two_layer_classifier
from examples.layers import LAYERS

import symmetry
from symmetry.gradcheck.gradient import gradient_of
from symmetry.gradcheck.parameters import arrays_of, map_arrays

STEP, THRESHOLD = 1e-5, 1e-7
"""What courses use: the step of the difference, and the largest relative error that passes."""

MODULES = (two_layer_classifier, column_network, forward_backward_cache)

Case = tuple[Callable, Callable, tuple]


def numerical_gradient(loss: Callable, params, x, y) -> dict[str, np.ndarray]:
    arrays = arrays_of(params)
    found = {path: np.zeros(array.shape) for path, array in arrays.items()}
    for path, array in arrays.items():
        for index in np.ndindex(array.shape):
            sides = []
            for sign in (1, -1):
                moved = {name: each.copy() for name, each in arrays.items()}
                moved[path][index] += sign * STEP
                sides.append(float(loss(map_arrays(lambda path, _, moved=moved: moved[path], params), x, y)))
            found[path][index] = (sides[0] - sides[1]) / (2 * STEP)
    return found


def by_entries(numerical: np.ndarray, analytic: np.ndarray) -> float:
    """The largest of |a - n| / max(|a| + |n|, 1e-8) over the entries."""
    return float(np.max(np.abs(numerical - analytic) / np.maximum(np.abs(numerical) + np.abs(analytic), 1e-8)))


def by_norm(numerical: np.ndarray, analytic: np.ndarray) -> float:
    """|a - n| / (|a| + |n|) of all entries together."""
    size = np.linalg.norm(numerical) + np.linalg.norm(analytic)
    return float(np.linalg.norm(numerical - analytic) / size) if size else 0.0


def differences_catch(loss: Callable, grads: Callable, data: tuple, error: Callable) -> bool:
    params, x, y = copy.deepcopy(data)
    numerical = numerical_gradient(loss, params, x, y)
    try:
        analytic = gradient_of(grads(params, x, y), arrays_of(data[0]), np.asarray)
    except symmetry.WrongGradient:  # an array of another shape
        return True
    sides = [np.concatenate([side[path].ravel() for path in numerical]) for side in (numerical, analytic)]
    return not error(*sides) <= THRESHOLD


def check_catches(loss: Callable, grads: Callable, data: tuple) -> bool:
    try:
        symmetry.check_backprop(loss, grads, *data)
    except (symmetry.WrongGradient, symmetry.Undecided):
        return True
    return False


def one_entry_off(grads: Callable, factor: float) -> Callable:
    """The gradient with the largest entry of its first array off by a relative amount."""

    def spoiled(params, x, y):
        gradient = grads(params, x, y)
        found = gradient_of(gradient, arrays_of_any(params), lambda array: array)
        first = next(iter(found.values()))
        sizes = np.abs(np.array([float_of(entry) for entry in first.ravel()]))
        largest = np.unravel_index(np.argmax(sizes), first.shape)
        first[largest] = first[largest] * (1 + factor)
        return gradient

    return spoiled


def float_of(entry) -> float:
    """The value of a number, also of an exact one."""
    return float(getattr(entry, "value", entry))


def arrays_of_any(params) -> dict[str, np.ndarray]:
    """The arrays of parameters, whatever their entries are."""
    found: dict[str, np.ndarray] = {}
    map_arrays(found.setdefault, params)
    return found


def at_a_kink(seed: int) -> Case:
    """The right ReLU classifier with its first unit's weights and bias 0, so that it sits at the kink."""
    params, x, y = two_layer_classifier.draw(seed)
    params["W1"][:, 0] = 0
    params["b1"][0] = 0
    return two_layer_classifier.loss, two_layer_classifier.grads, (params, x, y)


def with_small_gradients(seed: int) -> Case:
    """The right sigmoid network with large weights: units saturate, and gradients are small."""
    network, x, y = column_network.draw(seed)
    network.weights = [12 * weight for weight in network.weights]
    return column_network.loss, column_network.grads, (network, x, y)


def _of_cross_entropy(dtype: Any, module: Any, hidden: int, seeds: int) -> tuple[str, list[Case]]:
    """Right code with log(1 - p) written out, at weights from N(0, 1); where float32 makes log(0) of it, it is left out."""
    loss, grads = logistic.functions(module)
    with jax.enable_x64(True), np.errstate(all="ignore"):
        drawn = [logistic.draw(seed, hidden, dtype, module) for seed in range(seeds)]
        cases: list[Case] = [(loss, grads, data) for data in drawn if np.isfinite(float(loss(*data)))]
    entries = sum(array.size for array in drawn[0][0].values())
    code = "NumPy" if module is np else "JAX"
    return (
        f"right code, log(1 - p) at weights from N(0, 1), {entries:,} parameters, {np.dtype(dtype).name}, {code}",
        cases,
    )


def rows(seeds: int) -> Iterator[tuple[str, list[Case]]]:
    """Names of rows, and the cases of each."""
    for dtype in (np.float64, np.float32):
        yield (
            f"right code, {np.dtype(dtype).name}",
            [(m.loss, m.grads, m.draw(seed, dtype)) for m in MODULES for seed in range(seeds)],
        )
    yield "right code, a ReLU unit at its kink", [at_a_kink(seed) for seed in range(seeds)]
    yield "right code, saturated sigmoids", [with_small_gradients(seed) for seed in range(seeds)]
    for dtype, module in itertools.product((np.float64, np.float32), (np, jnp)):
        for hidden, count in ((6, seeds), (120, max(seeds // 20, 1))):
            yield _of_cross_entropy(dtype, module, hidden, count)
    yield (
        "right code, 14 kinds of layers",
        [(m.loss, m.grads, m.draw(seed, np.float64)) for m in LAYERS for seed in range(3)],
    )
    yield (
        f"{sum(len(m.FAULTS) for m in LAYERS)} faults in these layers",
        [(f.loss, f.grads, m.draw(0, np.float64, **f.sizes)) for m in LAYERS for f in m.FAULTS.values()],
    )
    faults = [(m, fault) for m in MODULES for fault in m.FAULTS.values()]
    for dtype in (np.float64, np.float32):
        yield (
            f"{len(faults)} faults that people make, {np.dtype(dtype).name}",
            [
                (fault.loss, fault.grads, m.draw(seed, dtype, **fault.sizes))
                for m, fault in faults
                for seed in range(max(seeds // 10, 1))
            ],
        )
    for exponent in (5, 6, 7, 9, 12):
        yield (
            f"one entry off by 1e-{exponent} of itself, float64",
            [
                (m.loss, one_entry_off(m.grads, 10.0**-exponent), m.draw(seed))
                for m in MODULES
                for seed in range(max(seeds // 10, 1))
            ],
        )


def share(outcomes: list[bool]) -> str:
    return f"{sum(outcomes):,} of {len(outcomes):,}"


def main(seeds: int) -> None:
    print("| code | differences, by entries | differences, by norm | `check_backprop` |")
    print("|---|---|---|---|")
    seconds = {"differences": 0.0, "check_backprop": 0.0}
    for name, cases in rows(seeds):
        jax.config.update("jax_enable_x64", "float64, JAX" in name)
        caught: list[list[bool]] = [[], [], []]
        for loss, grads, data in cases:
            start = time.perf_counter()
            caught[0].append(differences_catch(loss, grads, data, by_entries))
            middle = time.perf_counter()
            caught[1].append(differences_catch(loss, grads, data, by_norm))
            last = time.perf_counter()
            caught[2].append(check_catches(loss, grads, data))
            if name.startswith("right code, float64"):
                seconds["differences"] += middle - start
                seconds["check_backprop"] += time.perf_counter() - last
        print(f"| {name} | {' | '.join(share(outcomes) for outcomes in caught)} |", flush=True)
    ratio = seconds["check_backprop"] / seconds["differences"]
    print(f"\nOn right code in float64, check_backprop takes {ratio:.1f} times as long as one run of differences.")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
