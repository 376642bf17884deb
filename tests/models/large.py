"""Models of the sizes that people train, as shapes: nothing is allocated or run."""

import jax.numpy as jnp

from tests.models.dense import Dense
from tests.models.model import Built, linen, shape
from tests.models.transformers import Language, Vision


def deep_mlp(layers: int = 200, width: int = 512) -> Built:
    """As many hidden layers on images of 28 x 28."""
    return linen(Dense((width,) * layers + (10,)), shape(8, 784))


def language_model(
    blocks: int = 24, width: int = 1024, heads: int = 16, words: int = 32_000, length: int = 256
) -> Built:
    """A causal transformer whose hidden layers are four times as wide as its stream."""
    module = Language(words, width, heads, 4 * width, blocks, length)
    return linen(module, shape(1, length, dtype=jnp.int32))


def gpt2_small() -> Built:
    return language_model(12, 768, 12, 50_257, 1024)


def vit_b_16() -> Built:
    return linen(Vision(768, 12, 3072, 12, 16, 1000), shape(1, 224, 224, 3))
