-- TIE.2. Two equal units get equal updates, by any elementwise rule.
-- Each parameter has a state of any kind (its past gradients, momentum, ...); parameter and state are moved by one
-- function of both and of the parameter's gradient. Units are equal if their parameters and states are.
module TIE-2 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Tie using (Pair; here; there; Tied; incoming; equal)
open import Theory.Training
open import Theory.Naturals
open import Theory.SmallNetworks
open import Agda.Builtin.Nat using (_+_; _*_)
import Theory.TiedTraining
import Generated.BackpropTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : EqualTerms 𝔸) (Target State : Set) where
  open Arithmetic 𝔸
  open Rules 𝔸 Target State

  theorem : ∀ {m n b ps} (error : LossError (last n ps)) (φs : Activations Number ps) (move : Held → Number → Held)
    (batch : Minibatch m) (pair : Pair n ps) (held : Layers Held m n b ps) →
    Tied pair held → Tied pair (step error φs move batch held)
  theorem = Theory.TiedTraining.Theorems.tied-after-a-step 𝔸 laws Target State

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-equal-terms

-- Control: "a learning rate per unit": with j + 1 times the gradient for unit j of every layer, equal units get
-- different updates.

module Control where
  open Rules ℕ-arithmetic ℕ ℕ

  times-index : ∀ {n b} → Bias ℕ n b → Bias ℕ n b
  times-index none     = none
  times-index (some u) = some λ j → suc (index j) * u j

  at-rates : ∀ {m n b ps} → Layers ℕ m n b ps → Layers ℕ m n b ps
  at-rates [ g ]    = [ layer (λ i j → suc (index j) * weight g i j) (times-index (bias g)) ]
  at-rates (g ∷ gs) = layer (λ i j → suc (index j) * weight g i j) (times-index (bias g)) ∷ at-rates gs

  step-at-rates : ∀ {m n b ps} → LossError (last n ps) → Activations ℕ ps → (Held → ℕ → Held) → Minibatch m →
    Layers Held m n b ps → Layers Held m n b ps
  step-at-rates error φs move batch held = zip move held (at-rates (gradient-of error φs batch held))

  refuted : ¬ (∀ {m n b ps} (error : LossError (last n ps)) (φs : Activations ℕ ps) (move : Held → ℕ → Held)
    (batch : Minibatch m) (pair : Pair n ps) (held : Layers Held m n b ps) →
    Tied pair held → Tied pair (step-at-rates error φs move batch held))
  refuted claim with claim one linear (λ (s , θ) g → s , θ + g) one-example (here zero (suc zero))
    (with-states equal-units) (equal (incoming (λ _ → refl) tt) (λ _ → refl))
  ... | equal (incoming ins _) _ with ins zero
  ... | ()
