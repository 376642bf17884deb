"""Generated/ForwardTraces.agda and Generated/BackpropTraces.agda: the traced networks, and what is proved of each."""

from symmetry.formal.layers import activations_text, activations_type, layer_place, layers_text, layers_type
from symmetry.formal.signatures import array_type
from symmetry.formal.traces import Equation, Trace, Traces, dimensions_of
from symmetry.numbers.formal import indices_of

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
    has_loss = any(each.result.part == "loss" for each in trace.equations)
    name = "-".join([str(depth), "".join("b" if biased else "n" for biased in trace.biases)])
    lines = [
        f"  module Depth-{name} {{batch {' '.join(widths)} : ℕ}}",
        *[f"    {_parameters(l, biased)}" for l, biased in enumerate(trace.biases, start=1)],
        *_loss("loss" if has_loss else "error", widths[-1], by_laws),
        "    (x : Matrix Number batch w0) (y : Vector Target batch) where",
        f"    θ : {layers_type('Number', widths, trace.biases)}",
        f"    θ = {layers_text([(f'W{l}', f'b{l}' if b else None) for l, b in enumerate(trace.biases, start=1)])}",
        f"    φs : {activations_type('Number', widths, trace.biases)}",
        f"    φs = {activations_text([f'φ{l}' for l in range(1, depth + 1)])}",
    ]
    if not has_loss:
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
    if not has_loss and not by_laws:
        return "\n".join([*lines, *_gradient_lines(trace)]) + "\n"
    for each in trace.equations:
        lines += _equation_lines(each, depth)
    return "\n".join(lines) + "\n"


def _gradient_lines(trace: Trace) -> list[str]:
    """That the recursion's gradient is the loop's, all parameters and the inputs at once, by one refl."""
    depth = len(trace.biases)
    parts = {(each.result.part, each.result.layer): _function(each, depth) for each in trace.equations}
    layers = layers_text([(parts["weight", l], parts.get(("bias", l))) for l in range(1, depth + 1)])
    return [f"    gradient : G ≡ (({layers}) , {parts['inputs', 0]})", "    gradient = refl"]


def _function(found: Equation, depth: int) -> str:
    """What the loop returned, as a function of the indices of its entries."""
    letters = " ".join(index.letter for index in indices_of(dimensions_of(found.result, depth)))
    return f"(λ {letters} → {found.term.text()})"


def _loss(name: str, width: str, by_laws: bool) -> list[str]:
    """A loss, or its error, and if needed that it is the same of equal outputs."""
    result, for_all, output = {"loss": ("Number", "", ""), "error": (f"Vector Number {width}", "∀ k → ", " k")}[name]
    respects = f"∀ {{a a′}} t → (∀ k → a k ≡ a′ k) → {for_all}{name} a t{output} ≡ {name} a′ t{output}"
    declared = f"    ({name} : Vector Number {width} → Target → {result})"
    return [declared, *([f"    ({name}-respects : {respects})"] if by_laws else [])]


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
