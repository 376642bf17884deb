"""What checks gradients elsewhere, each given a loss and the gradient that the program returns, on the same networks.

jax.test_util.check_grads, torch.autograd.gradcheck, slow and fast, and chex.assert_trees_all_close against jax.grad, each with
its own defaults.
"""

import dataclasses
import functools
import importlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.test_util import check_grads

from symmetry.architecture import SAMPLED
from symmetry.cases import draw_cases
from symmetry.engine.kernel import exact_settings
from symmetry.network import Batch, Network, backprop, batch_loss
from symmetry.numbers.ball.source import RandomFloats

MOST = 512
"""Networks there are for a peer."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """The loss of a network's parameters and what the program says is its gradient, compiled; both take an example's case."""

    loss: Callable
    gradient: Callable
    by_jax: Callable


@dataclasses.dataclass(frozen=True)
class Verdicts:
    """Of the networks that a peer came to within its time, whether it rejected the gradient."""

    rejected: tuple[bool, ...]

    def detects(self, on_right_code: "Verdicts") -> bool:
        """Whether it rejected a network that it accepts where nothing is wrong."""
        return any(here and not there for here, there in zip(self.rejected, on_right_code.rejected, strict=False))


def pair() -> Pair:
    """The program as it is now, faults and all."""

    def loss(layers, case):
        return batch_loss(dataclasses.replace(case["network"], layers=layers), case["batch"])

    def gradient(layers, case):
        return backprop(dataclasses.replace(case["network"], layers=layers), case["batch"]).layers

    return Pair(jax.jit(loss), jax.jit(gradient), jax.jit(jax.grad(loss)))


@functools.cache
def cases() -> list[Any]:
    """Networks and batches as `symmetry prove` draws them, in float64."""
    drawn = draw_cases({"network": Network, "batch": Batch}, RandomFloats((0,), MOST), SAMPLED)
    with exact_settings():
        return [jax.tree.map(lambda leaf, row=row: jnp.asarray(leaf[row]), drawn) for row in range(MOST)]


def by_check_grads(pair: Pair, case: Any) -> bool:
    """jax.test_util.check_grads in reverse mode, the only one that a pair has."""

    @jax.custom_vjp
    def function(layers):
        return pair.loss(layers, case)

    def backward(layers, cotangent):
        return (jax.tree.map(lambda number: number * cotangent, pair.gradient(layers, case)),)

    function.defvjp(lambda layers: (pair.loss(layers, case), layers), backward)
    return _raises(lambda: check_grads(function, (case["network"].layers,), order=1, modes=["rev"]), AssertionError)


def by_chex(pair: Pair, case: Any) -> bool:
    chex = importlib.import_module("chex")
    layers = case["network"].layers
    sides = pair.gradient(layers, case), pair.by_jax(layers, case)
    return _raises(lambda: chex.assert_trees_all_close(*sides), AssertionError)


def by_torch(pair: Pair, case: Any, *, fast: bool) -> bool:
    torch = importlib.import_module("torch")
    error = importlib.import_module("torch.autograd.gradcheck").GradcheckError

    leaves, tree = jax.tree.flatten(case["network"].layers)

    def layers_of(tensors):
        return jax.tree.unflatten(tree, [jnp.asarray(each.detach().numpy()) for each in tensors])

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *tensors):
            ctx.save_for_backward(*tensors)
            return torch.tensor(float(pair.loss(layers_of(tensors), case)), dtype=torch.float64)

        @staticmethod
        def backward(ctx, *cotangents):
            found = jax.tree.leaves(pair.gradient(layers_of(ctx.saved_tensors), case))
            return tuple(torch.tensor(np.asarray(each)) * cotangents[0] for each in found)

    tensors = tuple(torch.tensor(np.asarray(leaf), requires_grad=True) for leaf in leaves)
    check = functools.partial(torch.autograd.gradcheck, Function.apply, tensors, fast_mode=fast)
    return _raises(check, error)


def _raises(check: Callable[[], object], error: type[Exception]) -> bool:
    try:
        check()
    except error:
        return True
    return False


PEERS: Mapping[str, tuple[str, Callable[[Pair, Any], bool]]] = {
    "check_grads": ("jax", by_check_grads),
    "gradcheck": ("torch", functools.partial(by_torch, fast=False)),
    "gradcheck fast": ("torch", functools.partial(by_torch, fast=True)),
    "chex": ("chex", by_chex),
}
"""Each by its name: the package that it needs, and whether it rejects a pair on a network."""


def verdicts(peer: str, seconds: float) -> Verdicts:
    """What a peer says of the program as it is now, on as many networks as it comes to in so many seconds of the processor.

    The first network, on which functions are compiled, is not timed.
    """
    check, here, found, began = PEERS[peer][1], pair(), [], 0.0
    with exact_settings():
        for case in cases():
            if len(found) == 1:
                began = time.process_time()
            if len(found) > 1 and time.process_time() - began > seconds:
                break
            found.append(check(here, case))
    return Verdicts(tuple(found))
