-- GRAD.4. Backprop is the derivative of the loss along every direction: run on dual numbers θ + v ε (ε² = 0), the program
-- gives the loss and, in front of ε, its derivative along v, which is the product of v with what backprop gives. The
-- inputs may move too, along the tangents of X. On duals, an activation has its slope for a derivative, and the loss of
-- an example its error: GRAD-4-calculus and GRAD-4-polynomials say so of true derivatives.
module GRAD-4 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
open import Theory.Naturals
open import Theory.SmallNetworks
import Theory.ProgramGradient
import Generated.ForwardTraces
import Generated.BackpropTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Theory.ProgramGradient.Theorems 𝔸 laws Target

  theorem : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps)) →
    Respects loss → ErrorRespects error → (θs v : Layers Number m n b ps) (φs : Activations Number ps)
    (X : Matrix (Dual Number) batch m) (y : Vector Target batch) →
    let gradient , input = backprop error θs φs (primals X) y in
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) X y)
      ≡ ⟪ gradient , v ⟫ + ⟨ input , tangents X ⟩
  theorem = program-gradient

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-laws

-- Control: with the first entry of the first weight's gradient off by 1 part in 2³⁰, it is not the derivative.

module Control where
  open Arithmetic ℕ-arithmetic using (_+_)
  open Theory.ProgramGradient.Theorems ℕ-arithmetic ℕ-laws ℕ

  off : ∀ {m n} → Matrix ℕ m n → Matrix ℕ m n
  off g zero    zero    = suc (g zero zero)
  off g zero    (suc j) = g zero (suc j)
  off g (suc i) j       = g (suc i) j

  one-entry-off : ∀ {m n b ps} → Layers ℕ m n b ps → Layers ℕ m n b ps
  one-entry-off [ g ]    = [ layer (off (weight g)) (bias g) ]
  one-entry-off (g ∷ gs) = layer (off (weight g)) (bias g) ∷ gs

  -- One weight. Its gradient is its input, 2³⁰; with one entry off, 2³⁰ + 1.

  one-weight : Layers ℕ 1 1 false []
  one-weight = [ layer ones none ]

  refuted : ¬ (∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps)) →
    Respects loss → ErrorRespects error → (θs v : Layers ℕ m n b ps) (φs : Activations ℕ ps)
    (X : Matrix (Dual ℕ) batch m) (y : Vector ℕ batch) →
    let gradient , input = backprop error θs φs (primals X) y in
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) X y)
      ≡ ⟪ one-entry-off gradient , v ⟫ + ⟨ input , tangents X ⟩)
  refuted claim with claim output one output-respects one-respects one-weight one-weight [ identity ]
    (λ (_ : Fin 1) _ → dual 1073741824 0) (λ _ → 0)
  ... | ()
