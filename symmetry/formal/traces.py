"""The program's loops, run whole on formal arrays at several depths, and each result compared with the recursion.

Intermediate arrays are named, so that what is written grows with the depth and no faster.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal

from symmetry import network as program
from symmetry.formal import recursion
from symmetry.formal.definitions import entry_of
from symmetry.formal.layers import activations_text, activations_type, layer_place, layers_text, layers_type
from symmetry.formal.letters import same
from symmetry.formal.matching import Lemma, Matching
from symmetry.formal.proof import SAME, Proof
from symmetry.formal.recursion import Result
from symmetry.formal.signatures import array_type
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.formal import Formal, FormalActivation, FormalLoss, FormalTargets, Term, indices_of
from symmetry.numbers.formal.array import Named, naming
from symmetry.raised import described

Biases = tuple[bool, ...]
"""Of every layer, whether it has a bias."""

DEPTHS = range(1, 5)

NETWORKS: tuple[Biases, ...] = (
    *[tuple((place + start) % 2 == 0 for place in range(depth)) for depth in DEPTHS for start in (0, 1)],
    (True, False, True, False, True, False),
)
"""The networks that are traced: of 1 to 4 layers, each once with a bias and once without; and one of 6 layers."""

BY_LAWS = 4
"""The deepest networks whose results Agda compares by laws, where the program spells a formula in its own way."""

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
    if not any(each.lemmas or any(one.proof for one in each.equations) for each in traces):
        return Traces("same", traces)
    return Traces("by laws", [each for each in traces if len(each.biases) <= BY_LAWS])


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


HEAD = """-- Written by running the loops of symmetry/network.py whole on formal arrays. Do not edit.
module Generated.{module} where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
{imports}import Generated.Program

entries : ∀ {{A n}} → Bias A n true → Vector A n
entries (some b) = b

module Compared (𝔸 : Arithmetic) {laws}(Target : Set) where
  open Arithmetic 𝔸
{opened}  open Recursion 𝔸 Target (Generated.Program.program 𝔸 Target)

"""


def traces_text(module: str, found: Traces) -> str:
    """Generated/ForwardTraces.agda or Generated/BackpropTraces.agda."""
    by_laws = found.outcome == "by laws"
    head = HEAD.format(
        module=module,
        imports="open import Theory.Laws\n" if by_laws else "",
        laws="(laws : Laws 𝔸) " if by_laws else "",
        opened="  open Laws laws\n" if by_laws else "",
    )
    return head + "\n".join(_trace_text(trace, by_laws) for trace in found.traces)


def _trace_text(trace: Trace, by_laws: bool) -> str:
    depth = len(trace.biases)
    widths = [f"w{l}" for l in range(depth + 1)]
    name = "-".join([str(depth), "".join("b" if biased else "n" for biased in trace.biases)])
    lines = [
        f"  module Depth-{name} {{batch {' '.join(widths)} : ℕ}}",
        *[f"    {_parameters(l, biased)}" for l, biased in enumerate(trace.biases, start=1)],
        f"    (loss : Vector Number {widths[-1]} → Target → Number)",
        f"    (error : Vector Number {widths[-1]} → Target → Vector Number {widths[-1]})",
        *(_respecting() if by_laws else []),
        "    (x : Matrix Number batch w0) (y : Vector Target batch) where",
        f"    θ : {layers_type('Number', widths, trace.biases)}",
        f"    θ = {layers_text([(f'W{l}', f'b{l}' if b else None) for l, b in enumerate(trace.biases, start=1)])}",
        f"    φs : {activations_type('Number', widths, trace.biases)}",
        f"    φs = {activations_text([f'φ{l}' for l in range(1, depth + 1)])}",
    ]
    if any(each.result.part == "inputs" for each in trace.equations):
        lines += [
            f"    G : {layers_type('Number', widths, trace.biases)} × Matrix Number batch w0",
            "    G = backprop error θ φs x y",
        ]
    for array, formal in trace.named:
        indices = indices_of(formal.dimensions)
        letters = " ".join(index.letter for index in indices)
        lines += [f"    {array} : {array_type(formal.dimensions)}"]
        lines += [f"    {array} = λ {letters} → {formal.entry(*indices).text()}"]
    for each in trace.lemmas:
        letters = " ".join(index.letter for index in each.indices)
        lines += [f"    {each.name} : ∀ {letters} → {each.array} {letters} ≡ {each.other} {letters}"]
        lines += [f"    {each.name} = λ {letters} → {each.proof.written()}"]
    for each in trace.equations:
        lines += _equation_lines(each, depth)
    return "\n".join(lines) + "\n"


def _respecting() -> list[str]:
    return [
        "    (loss-respects : ∀ {a a′} t → (∀ k → a k ≡ a′ k) → loss a t ≡ loss a′ t)",
        "    (error-respects : ∀ {a a′} t → (∀ k → a k ≡ a′ k) → ∀ k → error a t k ≡ error a′ t k)",
    ]


def _parameters(l: int, biased: bool) -> str:
    bias = f" (b{l} : Vector Number w{l})" if biased else ""
    return f"(W{l} : Matrix Number w{l - 1} w{l}){bias} (φ{l} : Activation Number)"


def _equation_lines(found: Equation, depth: int) -> list[str]:
    """The recursion's result, that it is the loop's, and the proof."""
    part, layer = found.result.part, found.result.layer
    ours = {"forward": "forward θ φs x", "loss": "network-loss loss θ φs x y", "inputs": "snd G"}.get(part)
    name = f"{part}-{layer}" if ours is None else {"forward": "outputs", "loss": "whole-loss"}.get(part, part)
    if ours is None:
        ours = layer_place(part, layer, "(fst G)")
    indices = indices_of(dimensions_of(found.result, depth))
    letters = " ".join(index.letter for index in indices)
    for_all = f"∀ {letters} → " if letters else ""
    applied = f"{ours} {letters}".rstrip()
    return [
        f"    {name} : {for_all}{applied} ≡ {found.term.text()}",
        f"    {name} = {f'λ {letters} → ' if letters else ''}{found.proof.written()}",
    ]
