"""The program's loops, run whole on formal arrays at several depths, and each result compared with the recursion.

Intermediate arrays are named, so that what is written grows with the depth and no faster.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal

from symmetry import network as program
from symmetry.formal import recursion
from symmetry.formal.definitions import entry_of
from symmetry.formal.letters import same
from symmetry.formal.matching import Lemma, Matching
from symmetry.formal.proof import SAME, Proof
from symmetry.formal.recursion import Result
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.formal import Formal, FormalActivation, FormalLoss, FormalTargets, Term
from symmetry.numbers.formal.array import Named, naming
from symmetry.raised import described

Biases = tuple[bool, ...]
"""Of every layer, whether it has a bias."""

DEPTHS = range(1, 5)

NETWORKS: tuple[Biases, ...] = tuple(
    tuple((place + start) % 2 == 0 for place in range(depth)) for depth in DEPTHS for start in (0, 1)
)
"""The networks that are traced: of every depth, each layer once with a bias and once without."""

Results = Callable[[Network, Batch, Any], list[Result]]


@dataclasses.dataclass(frozen=True)
class Equation:
    """That the recursion's result is what the loop returned: the result, its term, and the proof."""

    result: Result
    term: Term
    proof: Proof = SAME


@dataclasses.dataclass(frozen=True)
class Trace:
    """A network, arrays that are named in order, equations between these by Laws, and the results."""

    biases: Biases
    named: Sequence[tuple[str, Formal]]
    equations: Sequence[Equation]
    lemmas: Sequence[Lemma] = ()


@dataclasses.dataclass(frozen=True)
class Traces:
    """What is known of a loop: equal to the recursion as it is written, equal by Laws, or it cannot be told."""

    outcome: Literal["same", "by laws", "unknown"]
    traces: Sequence[Trace] = ()
    words: str = ""


def formal_network(biases: Biases) -> tuple[Network, Batch]:
    """A network of formal arrays."""
    layers = tuple(
        Layer(Formal.named(f"W{l}", f"w{l - 1}", f"w{l}"), Formal.named(f"b{l}", f"w{l}") if biased else None)
        for l, biased in enumerate(biases, start=1)
    )
    activations = tuple(FormalActivation(f"φ{l}") for l in range(1, len(biases) + 1))
    batch = Batch(Formal.named("x", "batch", "w0"), FormalTargets("y", "batch"))
    return Network(layers, activations, FormalLoss()), batch


def dimensions_of(result: Result, depth: int) -> tuple[str, ...]:
    """Those of a result, in a network of that depth."""
    layer = result.layer
    return {
        "forward": ("batch", f"w{depth}"),
        "loss": (),
        "weight": (f"w{layer - 1}", f"w{layer}"),
        "bias": (f"w{layer}",),
        "inputs": ("batch", "w0"),
    }[result.part]


def traced(results: Results) -> Traces:
    """The loops at every depth, each result compared with the recursion."""
    traces: list[Trace] = []
    try:
        for biases in NETWORKS:
            found = _trace(biases, results)
            if isinstance(found, str):
                return Traces("unknown", words=found)
            traces.append(found)
    except Exception as error:  # whatever the reader's own code raises is why it cannot be written
        return Traces("unknown", words=f"it is not written in the operators of formal arrays: {described(error)}")
    by_laws = any(each.lemmas or any(one.proof for one in each.equations) for each in traces)
    return Traces("by laws" if by_laws else "same", traces)


def _trace(biases: Biases, results: Results) -> Trace | str:
    """A trace; or which result is not equal to the recursion's."""
    found, loop = _run(biases, results, program, "v")
    wanted, loops = _run(biases, results, recursion, "r")
    if _all_same(biases, results):
        return Trace(biases, loop.definitions, [Equation(*each) for each in found])
    matching = Matching(loop.definitions, loops.definitions)
    equations = []
    for (result, term), (_, other) in zip(found, wanted, strict=True):
        if (proof := matching.proof(other, term)) is None:
            return f"at {len(biases)} layers, {result.words} is not equal to the recursion's by the laws of + and *"
        equations.append(Equation(result, term, proof))
    return Trace(biases, [*loops.definitions, *loop.definitions], equations, matching.lemmas)


def _run(biases: Biases, results: Results, loops: Any, prefix: str) -> tuple[list[tuple[Result, Term]], Named]:
    """Every result with its term, and the arrays that are named in the terms."""
    with naming(prefix) as named:
        found = results(*formal_network(biases), loops)
        return [(each, entry_of(each.array, dimensions_of(each, len(biases)))) for each in found], named


def _all_same(biases: Biases, results: Results) -> bool:
    """Whether every result is the recursion's, letter by letter, with no array named."""
    depth = len(biases)
    pairs = zip(*(results(*formal_network(biases), loops) for loops in (program, recursion)), strict=True)
    terms = [[entry_of(each.array, dimensions_of(each, depth)) for each in pair] for pair in pairs]
    return all(same(one, other) for one, other in terms)
