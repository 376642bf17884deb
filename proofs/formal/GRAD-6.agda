-- GRAD.6. The gradient of a batch, as backprop gives it, is the sum of its examples' gradients, each as backprop gives
-- it of a batch of one: every entry of every weight and bias is the sum of those entries.
module GRAD-6 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.ExampleGradients using (example)
open import Theory.Naturals
open import Theory.SmallNetworks
import Theory.ExampleGradients
import Generated.BackpropTraces
import Generated.Example
open import Generated.Program using (program)

module Theorem (𝔸 : Arithmetic) (laws : SumsOfOne 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Recursion 𝔸 Target (program 𝔸 Target)
  open Theory.ExampleGradients.Theorems 𝔸 laws Target

  theorem : ∀ {batch m n b ps} (error : LossError (last n ps)) → ErrorRespects error → (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    fst (backprop error θs φs x y) ≋ total λ e → fst (backprop error θs φs (example x e) (λ _ → y e))
  theorem = batch-gradient

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-sums-of-one

-- Control: "mean": it is not their mean. (Said without division: if it were, as many times the gradient as there are
-- examples would be their sum.)

module Control where
  open Arithmetic ℕ-arithmetic
  open Recursion ℕ-arithmetic ℕ (program ℕ-arithmetic ℕ)
  open Theory.ExampleGradients.Theorems ℕ-arithmetic ℕ-sums-of-one ℕ

  one-weight : Layers ℕ 1 1 false []
  one-weight = [ layer ones none ]

  refuted : ¬ (∀ {batch m n b ps} (error : LossError (last n ps)) → ErrorRespects error → (θs : Layers ℕ m n b ps)
    (φs : Activations ℕ ps) (x : Matrix ℕ batch m) (y : Vector ℕ batch) →
    map (λ g → batch * g) (fst (backprop error θs φs x y)) ≋
      total λ e → fst (backprop error θs φs (example x e) (λ _ → y e)))
  refuted claim with same-weights (claim one one-respects one-weight identity (ones {2}) (λ _ → 0)) zero zero
  ... | ()
