"""How long `symmetry.discover` takes as models grow: processor seconds, in Markdown, of JAX's tracing and of what follows it.

Models are shapes, so that nothing is allocated or run; of several runs the fastest counts. The last column is the time
behind tracing for a thousand equations, which stays the same if the cost is linear.

Run: python tests/benchmarks/discovery_time.py [repetitions]
"""

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr

sys.path.insert(0, str(Path(__file__).parents[2]))

from symmetry.discovery.discover import groups_of
from symmetry.discovery.traced import traced
from tests.models.convolutions import Residual
from tests.models.large import deep_mlp, gpt2_small, language_model, vit_b_16
from tests.models.model import Built, linen, shape
from tests.models.recurrent import stacked_lstm
from tests.models.transformers import scanned_transformer

Result = TypeVar("Result")


def rows() -> Iterator[tuple[str, Built]]:
    """Names of models, and the models."""
    for layers in (50, 100, 200, 400):
        yield f"{layers} layers of 512 units", deep_mlp(layers)
    for blocks in (6, 12, 24, 48):
        yield f"{blocks} blocks of a transformer", language_model(blocks)
    yield "GPT-2 small", gpt2_small()
    yield "ViT-B/16", vit_b_16()
    yield "residual CNN", linen(Residual(), shape(8, 224, 224, 3))
    yield "LSTM of two layers", stacked_lstm()
    yield "three blocks under a scan", scanned_transformer()


def equations_of(program: Jaxpr) -> int:
    """How many equations a program has, with those of the programs inside them."""
    inside = [
        each
        for equation in program.eqns
        for each in jax.tree.leaves(list(equation.params.values()), is_leaf=_is_program)
    ]
    programs = [each.jaxpr if isinstance(each, ClosedJaxpr) else each for each in inside if _is_program(each)]
    return len(program.eqns) + sum(map(equations_of, programs))


def _is_program(value: object) -> bool:
    return isinstance(value, ClosedJaxpr | Jaxpr)


def fastest(function: Callable[[], Result], repetitions: int) -> tuple[float, Result]:
    """Processor seconds of the fastest run, and what the last one returned."""
    taken, result = [], None
    for _ in range(repetitions):
        jax.clear_caches()
        start = time.process_time()
        result = function()
        taken.append(time.process_time() - start)
    assert result is not None
    return min(taken), result


def main(repetitions: int) -> None:
    print("| model | equations | groups | tracing | groups found in | a thousand equations |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, built in rows():
        tracing, model = fastest(lambda built=built: traced(built.apply, built.params, built.inputs), repetitions)
        finding, groups = fastest(lambda model=model: groups_of(model, {}), repetitions)
        equations = equations_of(model.program.jaxpr)
        rate = 1000 * finding / equations
        print(
            f"| {name} | {equations:,} | {len(groups)} | {tracing:.2f} s | {finding:.2f} s | {rate:.2f} s |", flush=True
        )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
