"""Generated/Example.agda: the networks of natural numbers, and what the Python program returned, by refl."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symmetry.formal.example import Shift, drawn
from symmetry.formal.layers import activations_text, activations_type, layers_text, layers_type
from symmetry.formal.recursion import Result
from symmetry.network import Layer, Network

IN_AGDA = (1, 2, 5, 12)
"""The depths that Agda computes: the smallest, and beyond those that are traced. Python compares every one to 12."""

HEAD = """-- Written by running the Python program on natural numbers drawn at random: Agda computes the same. Do not edit.
module Generated.Example where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
import Generated.Program
import Agda.Builtin.Nat as Nat

-- Arrays as lists of their entries.

data Vec (A : Set) : ℕ → Set where
  []  : Vec A zero
  _∷_ : ∀ {n} → A → Vec A n → Vec A (suc n)

infixr 5 _∷_

at : ∀ {A n} → Vec A n → Vector A n
at (a ∷ as) zero    = a
at (a ∷ as) (suc i) = at as i

table : ∀ {A n} → Vector A n → Vec A n
table {n = zero}  f = []
table {n = suc n} f = f zero ∷ table (λ i → f (suc i))

rows : ∀ {A m n} → Vec (Vec A n) m → Matrix A m n
rows u i = at (at u i)

tables : ∀ {A m n} → Matrix A m n → Vec (Vec A n) m
tables u = table λ i → table (u i)

-- The entries of all parameters, layer after layer: the weights row by row, then the biases.

infixr 5 _then_

_then_ : ∀ {n} → Vector ℕ n → List ℕ → List ℕ
_then_ {zero}  f after = after
_then_ {suc n} f after = f zero ∷ ((λ i → f (suc i)) then after)

rows-then : ∀ {m n} → Matrix ℕ m n → List ℕ → List ℕ
rows-then {zero}  u after = after
rows-then {suc m} u after = u zero then rows-then (λ i → u (suc i)) after

bias-then : ∀ {n b} → Bias ℕ n b → List ℕ → List ℕ
bias-then none     after = after
bias-then (some u) after = u then after

entries : ∀ {m n b ps} → Layers ℕ m n b ps → List ℕ
entries [ θ ]    = rows-then (weight θ) (bias-then (bias θ) [])
entries (θ ∷ θs) = rows-then (weight θ) (bias-then (bias θ) (entries θs))

-- Natural numbers.

total : ∀ {n} → (Fin n → ℕ) → ℕ
total {zero}  f = 0
total {suc n} f = f zero Nat.+ total (λ i → f (suc i))

𝔸 : Arithmetic
𝔸 = record { Number = ℕ ; _+_ = Nat._+_ ; _*_ = Nat._*_ ; sum = total }

open Arithmetic 𝔸

-- An activation: any function and any slope. A loss, and its error.

shift : ℕ → ℕ → Activation ℕ
shift p q zero    z = z + p
shift p q (suc _) z = z + q

Target : ℕ → Set
Target n = Vector ℕ n

product-loss : ∀ {n} → Vector ℕ n → Target n → ℕ
product-loss a y = sum a * sum (λ k → a k * y k)

product-error : ∀ {n} → Vector ℕ n → Target n → Vector ℕ n
product-error a y k = y k * sum a + sum (λ k → a k * y k)
"""


def natural(number: Any) -> str:
    """A natural number in Agda.

    Raises:
        ValueError: it is none.
    """
    whole = Fraction(number)
    if whole.denominator != 1 or whole < 0:
        raise ValueError(f"{number} is no natural number; networks of natural numbers have no other results.")
    return str(whole.numerator)


def vector(numbers: Any) -> str:
    """A vector of naturals in Agda."""
    return " ∷ ".join([*map(natural, numbers), "[]"])


def matrix(numbers: Any) -> str:
    """A matrix of naturals in Agda."""
    return " ∷ ".join([*(f"({vector(row)})" for row in numbers), "[]"])


def example_text(*loops: Mapping[int, Sequence[Result]]) -> str:
    """The file, with what each loop returned, by the depth."""
    texts = []
    for depth in IN_AGDA:
        results = [result for loop in loops for result in loop.get(depth, ())]
        texts += [_network_text(depth, results)] if results else []
    return "\n".join([HEAD, *texts])


def network_lines(network: Network) -> list[str]:
    """The layers of a network of naturals, as θ."""
    biased = [layer.bias is not None for layer in network.layers]
    written = [
        (f"(rows ({matrix(layer.weight)}))", None if layer.bias is None else f"(at ({vector(layer.bias)}))")
        for layer in network.layers
    ]
    typed = layers_type("ℕ", [str(width) for width in network.widths], biased)
    return [f"  θ : {typed}", f"  θ = {layers_text(written)}"]


def entries_of(layers: Sequence[Layer]) -> str:
    """All entries of layers of naturals, as `entries` lists them."""
    arrays = [array for layer in layers for array in (layer.weight, layer.bias) if array is not None]
    return vector(np.concatenate([np.asarray(array, dtype=object).ravel() for array in arrays]))


def _network_text(depth: int, results: Sequence[Result]) -> str:
    network, batch = drawn(depth)
    widths = [str(width) for width in network.widths]
    biased = [layer.bias is not None for layer in network.layers]
    lines = [
        f"module Depth-{depth} where",
        f"  open Recursion 𝔸 (Target {widths[-1]}) (Generated.Program.program 𝔸 (Target {widths[-1]}))",
        *network_lines(network),
        f"  φs : {activations_type('ℕ', widths, biased)}",
        f"  φs = {activations_text([_activation(each) for each in network.activations])}",
        f"  x : Matrix ℕ {len(batch.x)} {widths[0]}",
        f"  x = rows ({matrix(batch.x)})",
        f"  y : Vector (Target {widths[-1]}) {len(batch.x)}",
        f"  y = rows ({matrix(batch.y)})",
    ]
    parameters = [each for each in results if each.part in ("weight", "bias")]
    if parameters:
        numbers = np.concatenate([np.asarray(each.array, dtype=object).ravel() for each in parameters])
        lines += _equal("gradient", "entries (fst (backprop product-error θ φs x y))", vector(numbers))
    lines += [line for each in results if each not in parameters for line in _equation(each)]
    return "\n".join(lines) + "\n"


def _activation(activation: Shift) -> str:
    return f"shift {activation.shifts[0]} {activation.shifts[1]}"


def _equation(result: Result) -> list[str]:
    if result.part == "loss":
        return _equal("whole-loss", "network-loss product-loss θ φs x y", natural(np.asarray(result.array).item()))
    name, ours = {
        "forward": ("outputs", "forward θ φs x"),
        "inputs": ("inputs", "snd (backprop product-error θ φs x y)"),
    }[result.part]
    return _equal(name, f"tables ({ours})", matrix(np.asarray(result.array, dtype=object)))


def _equal(name: str, ours: str, numbers: str) -> list[str]:
    return [f"  {name} : {ours} ≡ ({numbers})", f"  {name} = refl"]
