"""What people use instead of a sweep, one network after another: how many a second, and how often a right gradient fails."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.actions import UnitPermutation
from symmetry.network import Batch, Network, backprop, batch_loss

LOOPS_A_SECOND = 8
"""Networks that the obvious loop checks in a second, about."""


def timed(check: Callable[[Any], bool], networks: Iterable[Any], seconds: float) -> tuple[float, int, int]:
    """Networks a second, how many were tried, and how many did not pass; the first, which compiles, is not counted."""
    source = itertools.cycle(networks)
    check(next(source))
    tried = failed = 0
    start = time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        failed += not check(next(source))
        tried += 1
    return tried / passed, tried, failed


def obvious_loop(widths: tuple[int, ...], batch: int, seconds: float) -> tuple[float, int, int]:
    """PERM.4 as a property test: Hypothesis draws widths up to these and all arrays, JAX compiles each new shape."""
    import hypothesis
    from hypothesis import strategies as st
    from hypothesis.extra.numpy import arrays

    numbers = st.floats(-4, 4)
    tried = failed = 0

    @hypothesis.settings(
        max_examples=round(LOOPS_A_SECOND * seconds),
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
    )
    @hypothesis.seed(0)
    @hypothesis.given(st.data())
    def law(data: st.DataObject) -> None:
        nonlocal tried, failed
        sizes = [data.draw(st.integers(1, most)) for most in widths]
        pairs = list(itertools.pairwise(sizes))
        weights = [data.draw(arrays(np.float64, pair, elements=numbers)) for pair in pairs]
        biases = [data.draw(arrays(np.float64, pair[1], elements=numbers)) for pair in pairs]
        x, y = (data.draw(arrays(np.float64, (batch, size), elements=numbers)) for size in (sizes[0], sizes[-1]))
        orders = [data.draw(st.permutations(range(size))) for size in sizes[1:-1]]
        tried += 1
        failed += not _agree(weights, biases, x, y, orders)

    start = time.perf_counter()
    law()
    return tried / (time.perf_counter() - start), tried, failed


def _loss(parameters: Any, x: Any, y: Any) -> Any:
    a = x
    for place, (weight, bias) in enumerate(zip(*parameters, strict=True)):
        z = a @ weight + bias
        a = jnp.tanh(z) if place < len(parameters[0]) - 1 else z
    return ((a - y) ** 2).sum() / 2


_gradient = jax.jit(jax.grad(_loss))


def _agree(weights: list, biases: list, x: Any, y: Any, orders: list) -> bool:
    def moved(weights: list, biases: list) -> tuple[list, list]:
        weights, biases = list(weights), list(biases)
        for place, order in enumerate(orders):
            order = np.array(order)
            weights[place], biases[place] = weights[place][:, order], biases[place][order]
            weights[place + 1] = weights[place + 1][order, :]
        return weights, biases

    one, other = _gradient(moved(weights, biases), x, y), moved(*_gradient((weights, biases), x, y))
    return all(np.allclose(a, b) for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True))


def check_grads(networks: Iterable[dict[str, Any]], seconds: float) -> tuple[float, int, int]:
    """`jax.test_util.check_grads` on the loss as a function of the parameters, compiled once."""
    from jax.test_util import check_grads as check

    loss = jax.jit(lambda layers, network, batch: batch_loss(Network(layers, network.activations, network.loss), batch))

    def passes(case: dict[str, Any]) -> bool:
        network, batch = case["network"], case["batch"]
        try:
            check(lambda layers: loss(layers, network, batch), (network.layers,), order=1, modes=["rev"])
        except AssertionError:
            return False
        return True

    return timed(passes, networks, seconds)


def torch_gradcheck(networks: Iterable[dict[str, Any]], seconds: float, *, fast: bool) -> tuple[float, int, int]:
    """`torch.autograd.gradcheck` of the loss in every parameter, entry by entry or (fast) along one direction."""
    import torch  # pyright: ignore[reportMissingImports]: an extra of the benchmark

    def passes(case: dict[str, Any]) -> bool:
        network, batch = case["network"], case["batch"]
        parameters = [torch.tensor(np.array(leaf), requires_grad=True) for leaf in jax.tree.leaves(network.layers)]
        x, y = torch.tensor(np.array(batch.x)), torch.tensor(np.array(batch.y))

        def loss(*parameters: Any) -> Any:
            a, last = x, len(parameters) // 2 - 1
            for place in range(last + 1):
                z = a @ parameters[2 * place] + parameters[2 * place + 1]
                a = torch.tanh(z) if place < last else z
            return ((a - y) ** 2).sum() / 2

        return torch.autograd.gradcheck(loss, parameters, fast_mode=fast, raise_exception=False)

    return timed(passes, networks, seconds)


def one_by_one(networks: Iterable[dict[str, Any]], seconds: float) -> tuple[float, int, int]:
    """PERM.4 on symmetry's own program, one network after another, compiled once, without bounds: `allclose`."""

    @jax.jit
    def sides(network: Network, pi: UnitPermutation, batch: Batch) -> tuple[Any, Any]:
        return backprop(pi.act(network), batch), pi.act(backprop(network, batch))

    def passes(case: dict[str, Any]) -> bool:
        one, other = sides(case["network"], case["pi"], case["batch"])
        return all(np.allclose(a, b) for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True))

    return timed(passes, networks, seconds)


def cases_one_by_one(stacked: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """The first cases of a stack."""
    for place in range(count):
        yield jax.tree.map(lambda leaf, place=place: np.asarray(leaf)[place], stacked)
