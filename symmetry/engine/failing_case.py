"""Failures that teach: the network that breaks a theorem, both sides, and by how many times the bound they differ."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.activation import ACTIVATIONS, Choice
from symmetry.cases import case_types, fits
from symmetry.engine.assembly import assembled
from symmetry.engine.compare import leaves_of
from symmetry.engine.kernel import described_error, exact_settings
from symmetry.engine.shrink import GeneratedCase
from symmetry.loss import LOSSES, LossChoice
from symmetry.network import Batch, Network
from symmetry.numbers.ball.source import as_balls, round_to
from symmetry.numbers.comparison import Leaf, compare_leaf
from symmetry.statements.theorem import Theorem


def run_case(theorem: Theorem, example: GeneratedCase, dtype, rows: int = 1) -> tuple[bool, str]:
    """Whether the law fails on the case, and what was computed: both sides of the leaf that differs most.

    The case is computed in so many `rows` at once: in as many as a kernel that has run it, parts of which then serve again.

    Raises:
        ValueError: the law has no cases on its architecture.
    """
    if not fits(case_types(theorem.law), example.architecture):
        raise ValueError(f"{theorem.id} has no cases on {example.architecture.described}; it needs more hidden units.")
    with exact_settings():
        cases = round_to(example.cases(theorem.law, rows), dtype)
        return run_drawn(theorem, cases, example.architecture.described)


def run_drawn(theorem: Theorem, cases: Mapping[str, Any], described: str) -> tuple[bool, str]:
    """The same of the first of drawn cases, rounded to a float type, which have a leading axis.

    `described` says on what network they are.
    """
    drawn = jax.tree.map(lambda leaf: jnp.asarray(leaf)[0], cases)
    lines = [f"{theorem.id} {theorem.title}", f"on {described}:"]
    for name, case in drawn.items():
        lines += in_lines(name, case)
    try:
        leaves = _leaves(theorem.law, cases)
    except Exception as error:  # whatever a law raises is what there is to report
        return True, "\n".join([*lines, f"  the law raised {described_error(error, theorem.law)}"])
    excesses = [float(compare_leaf(leaf.left, leaf.right, leaf.relation).excess) for leaf in leaves]
    worst = int(np.argmax(excesses))
    return excesses[worst] > 1, "\n".join([*lines, *_sides(leaves[worst], excesses[worst])])


def _leaves(law: Callable, cases: Mapping[str, Any]) -> list[Leaf]:
    """What the law returns on the first of the cases along the leading axis: computed in parts, as kernels do."""
    leaves: list[Leaf] = []

    def sides(cases: Mapping[str, Any]) -> list[tuple]:
        leaves[:] = leaves_of(law(**as_balls(cases)))
        return [(leaf.left, leaf.right) for leaf in leaves]

    computed = assembled(jax.vmap(sides), cases)(cases)
    one = jax.tree.map(lambda leaf: leaf[0], computed)
    return [dataclasses.replace(leaf, left=left, right=right) for leaf, (left, right) in zip(leaves, one, strict=True)]


def in_lines(name: str, case) -> list[str]:
    """A case in lines: the numbers of networks and batches, and what their indices choose."""
    if isinstance(case, Network):
        phis = ", ".join(_name(phi, Choice, ACTIVATIONS) for phi in case.activations)
        entries = sum(int(np.size(layer.weight)) for layer in case.layers)
        head = f"  {name}: {entries} weights, activations {phis}, loss {_name(case.loss, LossChoice, LOSSES)}"
        lines = [head]
        for index, layer in enumerate(case.layers, start=1):
            bias = "" if layer.bias is None else f", b{index} = {_numbers(layer.bias)}"
            lines.append(f"    W{index} = {_numbers(layer.weight)}{bias}")
        return lines
    if isinstance(case, Batch):
        return [f"  {name}: x = {_numbers(case.x)}", f"  {' ' * len(name)}  y = {_numbers(case.y)}"]
    leaves = ", ".join(_numbers(leaf) for leaf in jax.tree.leaves(case))
    return [f"  {name}: {leaves}"]


def _sides(leaf: Leaf, excess: float) -> list[str]:
    descriptions = {
        "equal": f"differs by {excess:.3g} times the bound",
        "at most": f"is larger on the left, by {excess:.3g} times the bound",
        "differs": "does not provably differ",
        "cancels": f"does not sum to 0, by {excess:.3g} times the bound",
    }
    if leaf.relation == "cancels":
        numbers = {"terms": leaf.left.center, "bound": leaf.left.sum(-1).radius}
    else:
        numbers = {"left ": leaf.left.center, "right": leaf.right.center, "bound": leaf.left.radius + leaf.right.radius}
    head = f"  {leaf.path or 'the value'} {descriptions[leaf.relation]}:"
    return [head, *(f"    {name} = {_numbers(array)}" for name, array in numbers.items())]


def _numbers(array) -> str:
    text = np.array2string(np.asarray(array, dtype=float), separator=", ", threshold=60, floatmode="unique")
    return text.replace("\n", "")


def _name(thing, choice: type, table) -> str:
    return table[int(thing.index)].name if isinstance(thing, choice) else thing.name
