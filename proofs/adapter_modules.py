"""LORA.1 on Flax's low-rank adapter around its linear layer."""

import dataclasses
from collections.abc import Callable

import jax

from proofs.adapter import Adapter, Factors, InvertibleMatrix, balance, rate_of, step
from proofs.scaling import INVERSE_RATE
from symmetry.array import Array
from symmetry.network import Batch
from symmetry.statements.relation import Equal


def adapted(adapter: Adapter, x: Array) -> Array:
    """The outputs of an adapter in our own program."""
    return x @ (adapter.frozen + adapter.factors.product)


def adapted_by_flax(adapter: Adapter, x: Array) -> Array:
    """The outputs of Flax's adapter with these numbers, which adds x B A to what the frozen layer makes of x."""
    from flax import nnx

    inputs, outputs = adapter.frozen.shape
    rank = adapter.factors.out.shape[0]

    def build() -> nnx.Module:
        options = {"param_dtype": x.dtype, "rngs": nnx.Rngs(0)}
        frozen = nnx.Linear(inputs, outputs, use_bias=False, **options)
        return nnx.LoRA(inputs, rank, outputs, base_module=frozen, **options)

    module = nnx.eval_shape(build)
    factors = {"lora_a": adapter.factors.into, "lora_b": adapter.factors.out}
    nnx.update(module, {**factors, "base_module": {"kernel": adapter.frozen}})
    return module(x)


ADAPTED = {"Flax": adapted_by_flax}


def factors_of_modules_are_known_up_to_an_invertible_matrix(
    adapter: Adapter,
    g: InvertibleMatrix,
    batch: Batch,
    *,
    act: Callable = InvertibleMatrix.act,
    order: int = 2,
    run: Callable = adapted,
):
    """The outputs, the rates of B^T B and A A^T, and M after a step of gradient descent, by JAX's gradient.

    What was added to M would be small beside the rounding of M itself, which the yardstick does not see: M is compared whole.
    """

    def outputs(factors: Factors) -> Array:
        return run(dataclasses.replace(adapter, factors=factors), batch.x)

    factors = adapter.factors
    gradient = jax.grad(lambda each: adapter.loss.value(outputs(each), batch.y))(factors)
    return [
        Equal(outputs(act(g, factors)), outputs(factors)),
        Equal(rate_of(factors.into, gradient.into), rate_of(factors.out.T, gradient.out.T)),
        Equal(
            balance(step(factors, gradient, INVERSE_RATE)),
            balance(factors) + balance(gradient) / INVERSE_RATE**order,
        ),
    ]
