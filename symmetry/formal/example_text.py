"""Generated/Example.agda: the networks of natural numbers, and what the Python program returned, by refl."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symmetry.formal.example import Shift, drawn
from symmetry.formal.layers import activations_text, activations_type, layer_place, layers_text, layers_type
from symmetry.formal.recursion import Result

IN_AGDA = (1, 2, 3, 4, 6, 9, 12)
"""The depths that Agda computes; Python compares every one from 1 to 12."""

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

entries : ∀ {A n} → Bias A n true → Vector A n
entries (some b) = b

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


def _network_text(depth: int, results: Sequence[Result]) -> str:
    network, batch = drawn(depth)
    widths = [str(width) for width in network.widths]
    biased = [layer.bias is not None for layer in network.layers]
    parameters = [
        (f"(rows ({matrix(layer.weight)}))", None if layer.bias is None else f"(at ({vector(layer.bias)}))")
        for layer in network.layers
    ]
    lines = [
        f"module Depth-{depth} where",
        f"  open Recursion 𝔸 (Target {widths[-1]}) (Generated.Program.program 𝔸 (Target {widths[-1]}))",
        f"  θ : {layers_type('ℕ', widths, biased)}",
        f"  θ = {layers_text(parameters)}",
        f"  φs : {activations_type('ℕ', widths, biased)}",
        f"  φs = {activations_text([_activation(each) for each in network.activations])}",
        f"  x : Matrix ℕ {len(batch.x)} {widths[0]}",
        f"  x = rows ({matrix(batch.x)})",
        f"  y : Vector (Target {widths[-1]}) {len(batch.x)}",
        f"  y = rows ({matrix(batch.y)})",
    ]
    if any(each.part == "inputs" for each in results):
        lines += [
            f"  G : {layers_type('ℕ', widths, biased)} × Matrix ℕ {len(batch.x)} {widths[0]}",
            "  G = backprop product-error θ φs x y",
        ]
    return "\n".join([*lines, *[line for each in results for line in _equation(each)]]) + "\n"


def _activation(activation: Shift) -> str:
    return f"shift {activation.shifts[0]} {activation.shifts[1]}"


def _equation(result: Result) -> list[str]:
    name, ours = {
        "forward": ("outputs", "forward θ φs x"),
        "loss": ("whole-loss", "network-loss product-loss θ φs x y"),
        "inputs": ("inputs", "snd G"),
    }.get(result.part) or (f"{result.part}-{result.layer}", layer_place(result.part, result.layer, "(fst G)"))
    numbers = np.asarray(result.array, dtype=object)
    table, wanted = {
        0: (lambda text: text, lambda: natural(numbers.item())),
        1: (lambda text: f"table ({text})", lambda: vector(numbers)),
        2: (lambda text: f"tables ({text})", lambda: matrix(numbers)),
    }[numbers.ndim]
    return [f"  {name} : {table(ours)} ≡ ({wanted()})", f"  {name} = refl"]
