"""How long `symmetry.discover` takes as models grow: processor seconds, in Markdown, of JAX's tracing and of what follows it.

Models are shapes, so that nothing is allocated or run; of several runs the fastest counts. The last column is the time
behind tracing for a thousand equations, which stays the same if the cost is linear.

Run: python tests/benchmarks/discovery_time.py [repetitions [figure.svg]]
The figure shows how the time behind tracing grows with the equations, model by model.
"""

import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr

sys.path.insert(0, str(Path(__file__).parents[2]))

from symmetry.book.figures.picture import BLUE, GREY, ORANGE, VERMILION, Picture, drawn, svg_of
from symmetry.discovery.discover import groups_of
from symmetry.discovery.traced import traced
from tests.models.convolutions import Residual
from tests.models.large import deep_mlp, gpt2_small, language_model, vit_b_16
from tests.models.model import Built, linen, shape
from tests.models.recurrent import stacked_lstm
from tests.models.transformers import scanned_transformer

Result = TypeVar("Result")


class Row(NamedTuple):
    """A model, how many equations it has, and the seconds behind tracing."""

    name: str
    equations: int
    seconds: float


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


def measured(repetitions: int) -> list[Row]:
    """The rows of the table, printed one by one."""
    print("| model | equations | groups | tracing | groups found in | a thousand equations |")
    print("|---|---:|---:|---:|---:|---:|")
    found = []
    for name, built in rows():
        tracing, model = fastest(lambda built=built: traced(built.apply, built.params, built.inputs), repetitions)
        finding, groups = fastest(lambda model=model: groups_of(model, {}), repetitions)
        found.append(Row(name, equations_of(model.program.jaxpr), finding))
        rate = 1000 * finding / found[-1].equations
        numbers = f"{found[-1].equations:,} | {len(groups)} | {tracing:.2f} s | {finding:.2f} s | {rate:.2f} s"
        print(f"| {name} | {numbers} |", flush=True)
    return found


@drawn
def growth(found: Sequence[Row]) -> Picture:
    """The time behind tracing against the equations, for models of all sizes."""
    picture = Picture(
        "discovery_time",
        "Finding a model's groups takes time in proportion to its equations",
        "Processor seconds behind JAX's tracing, the fastest of the runs on one machine; models are shapes, never allocated.",
        "A line of multilayer perceptrons from 50 to 400 layers and one of transformers from 6 to 48 blocks, both straight.",
        height=3.2,
    )
    (axes,) = picture.panels()
    series = (("layers of", BLUE, "multilayer perceptrons"), ("blocks of", ORANGE, "transformers"))
    for of, colour, label in series:
        chosen = [row for row in found if of in row.name]
        axes.plot([row.equations for row in chosen], [row.seconds for row in chosen], "o-", color=colour, label=label)
    others = [row for row in found if not any(of in row.name for of, _, _ in series)]
    axes.plot([row.equations for row in others], [row.seconds for row in others], "s", color=VERMILION, label="others")
    for row in others:
        if row.equations > 500:
            axes.annotate(row.name, (row.equations, row.seconds), (6, -10), textcoords="offset points", color=GREY)
    axes.set(xlabel="equations of the traced function", ylabel="seconds", xlim=(0, None), ylim=(0, None))
    axes.legend()
    return picture


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    table = measured(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(svg_of(growth(table)), encoding="utf-8")
