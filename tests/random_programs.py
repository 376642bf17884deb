"""Random programs of JAX on small arrays of integers, such that axes meet: lengths are equal, or one divides another.

A program is a list of steps, each with operands among the values before it, so that a failure shrinks to a few lines.
"""

import dataclasses
import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
from hypothesis import HealthCheck
from hypothesis import strategies as st
from random_steps import ALONE, PAIRS, Draw, Shape, Step

MOST_ENTRIES = 400
"""Larger results are not made."""

UNHURRIED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
"""What Hypothesis would object to: each program is traced while it is drawn."""


@dataclasses.dataclass(frozen=True)
class Program:
    """A function of parameters and one input.

    Attributes:
        shapes: of the parameters, and last of the input.
        steps: what is computed: values are numbered, the parameters and the input first.
        kept: for each result, which value it sums, and over which axes.
    """

    shapes: tuple[Shape, ...]
    steps: tuple[Step, ...]
    kept: tuple[tuple[int, tuple[int, ...]], ...]

    @property
    def params(self) -> dict[str, jax.ShapeDtypeStruct]:
        return {f"p{at}": jax.ShapeDtypeStruct(shape, "int32") for at, shape in enumerate(self.shapes[:-1])}

    @property
    def input(self) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(self.shapes[-1], "int32")

    def apply(self, params: dict[str, jax.Array], given: jax.Array) -> list[jax.Array]:
        values = [*params.values(), given]
        for step in self.steps:
            values.append(step.function(*[values[at] for at in step.operands]))
        return [(values[at] * (2 * values[at] + 1)).sum(axes) for at, axes in self.kept]

    def __repr__(self) -> str:
        count = len(self.shapes)
        lines = [f"v{at}: {shape}{' (input)' if at == count - 1 else ''}" for at, shape in enumerate(self.shapes)]
        lines += [f"v{at} = {step}" for at, step in enumerate(self.steps, count)]
        lines += [f"return (v{at} * (2 * v{at} + 1)).sum({axes})" for at, axes in self.kept]
        return "\n" + "\n".join(lines)


@st.composite
def programs(draw: Draw, most_steps: int = 10) -> Program:
    """Programs of up to this many steps."""
    base, factor = draw(st.sampled_from([2, 3, 4])), draw(st.sampled_from([2, 3]))
    lengths = st.sampled_from([base, base, base * factor, factor, base + 1, 1])
    shape = st.lists(lengths, min_size=1, max_size=3).map(tuple).filter(lambda one: math.prod(one) <= 100)
    shapes = draw(st.lists(shape, min_size=2, max_size=4))
    values, steps = list(shapes), []
    for _ in range(draw(st.integers(5, 2 * most_steps))):
        made = _step(draw, values)
        if made is not None:
            steps.append(made[0])
            values.append(made[1])
    last = [len(values) - 1, *draw(st.lists(st.integers(0, len(values) - 1), max_size=2, unique=True))]
    kept = []
    for at in dict.fromkeys(last):
        rank = len(values[at])
        left = draw(st.sets(st.integers(0, rank - 1), max_size=1)) if rank else set()
        kept.append((at, tuple(axis for axis in range(rank) if axis not in left)))
    return Program(tuple(shapes), tuple(steps), tuple(kept))


def _shape_of(step: Step, values: Sequence[Shape]) -> Shape:
    operands = [jax.ShapeDtypeStruct(values[at], jnp.int32) for at in step.operands]
    return jax.eval_shape(step.function, *operands).shape


def _step(draw: Draw, values: Sequence[Shape]) -> tuple[Step, Shape] | None:
    """Some operation on values, and the shape that it makes; None if it does not fit, or makes too many entries."""
    kind = draw(st.sampled_from([*ALONE, *PAIRS]))
    recent = st.one_of(st.integers(max(0, len(values) - 3), len(values) - 1), st.integers(0, len(values) - 1))
    operands = tuple(draw(recent) for _ in range(2 if kind in PAIRS else 1))
    made = kind(draw, *[values[at] for at in operands])
    if made is None:
        return None
    text, function = made
    if draw(st.integers(0, 9)) == 9:
        wrapper = draw(st.sampled_from([jax.jit, jax.checkpoint]))
        text, function = f"{wrapper.__name__}({text})", wrapper(function)
    step = Step(text, function, operands)
    shape = _shape_of(step, values)
    return (step, shape) if 0 < math.prod(shape) <= MOST_ENTRIES else None
