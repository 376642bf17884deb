-- TIE.3. Two units that start equal stay equal through training, for any number of steps and any minibatches.
-- At each step a rule moves every parameter and its state (momentum, past gradients, ...) by one function of both and
-- of its gradient (with weight decay, say). Which function may depend on the step and on all parameters, states and
-- gradients together (schedules, clipping by a norm). Which of optax's optimisers are such rules is not said here: that
-- is found by running them.
module TIE-3 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Tie using (Pair; here; there; Tied; incoming; equal)
open import Theory.Training
open import Theory.Naturals
open import Theory.SmallNetworks
open import Agda.Builtin.Nat using (_+_)
import Theory.TiedTraining
import Generated.BackpropTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : EqualTerms 𝔸) (Target State : Set) where
  open Arithmetic 𝔸
  open Rules 𝔸 Target State

  theorem : ∀ {m n b ps} (error : LossError (last n ps)) (φs : Activations Number ps) (rule : Rule m n b ps)
    (minibatches : ℕ → Minibatch m) (pair : Pair n ps) (start : Layers Held m n b ps) →
    Tied pair start → ∀ T → Tied pair (train error φs rule minibatches T start)
  theorem = Theory.TiedTraining.Theorems.tied-through-training 𝔸 laws Target State

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-equal-terms

-- Control: "noise per unit": where a number of its own is added to each parameter, equal units part.

module Control where
  open Rules ℕ-arithmetic ℕ ℕ

  add : Held → ℕ → Held
  add (s , θ) noise = s , θ + noise

  refuted : ¬ (∀ {m n b ps} (error : LossError (last n ps)) (φs : Activations ℕ ps) (rule : Rule m n b ps)
    (minibatches : ℕ → Minibatch m) (pair : Pair n ps) (start : Layers Held m n b ps) (noise : Layers ℕ m n b ps) →
    Tied pair start → ∀ T → Tied pair (zip add (train error φs rule minibatches T start) noise))
  refuted claim with claim one linear (λ _ _ _ → add) (λ _ → one-example) (here zero (suc zero))
    (with-states equal-units) two-units (equal (incoming (λ _ → refl) tt) (λ _ → refl)) 1
  ... | equal (incoming ins _) _ with ins zero
  ... | ()
