-- PERM.7. So do any number of steps of training on the same minibatches: θ_T (π·θ_0) = π·θ_T (θ_0).
-- At each step a rule moves every parameter and its state by one function of both and of the parameter's gradient.
-- Which function may depend on the step, and on all parameters, states and gradients together through anything that
-- permuting leaves as it is: `clipping` says so of the gradient's sum of squares.
module PERM-7 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation using (Permutations; []; _∷_; act)
open import Theory.Training
open import Theory.Naturals
open import Theory.SmallNetworks
open import Agda.Builtin.Nat using (_+_; _-_)
import Theory.PermutedTraining
import Generated.BackpropTraces
import Generated.Action
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : SumsInAnyOrder 𝔸) (Target State : Set) where
  open Arithmetic 𝔸
  open Rules 𝔸 Target State
  open Theory.PermutedTraining.Theorems 𝔸 laws Target State

  theorem : ∀ {m n b ps} (error : LossError (last n ps)) → ErrorRespects error → (φs : Activations Number ps)
    (rule : Rule m n b ps) → Invariant rule → (minibatches : ℕ → Minibatch m) (πs : Permutations n ps)
    (start : Layers Held m n b ps) → ∀ T →
    train error φs rule minibatches T (act πs start) ≋ act πs (train error φs rule minibatches T start)
  theorem = training-permutes

  clipping : ∀ {m n b ps} (move : ℕ → Number → Held → Number → Held) → Invariant {m} {n} {b} {ps} (clipped move)
  clipping = clipped-is-invariant

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-in-any-order

-- Control: "a different order on one side": on the same minibatches in the reverse order, training ends elsewhere.

module Control where
  open Rules ℕ-arithmetic ℕ ℕ
  open Theory.PermutedTraining.Theorems ℕ-arithmetic ℕ-in-any-order ℕ ℕ

  backwards : ∀ {m} → ℕ → (ℕ → Minibatch m) → ℕ → Minibatch m
  backwards T minibatches t = minibatches (T - suc t)

  -- Minibatch t holds the input t; each step adds its gradient to the weight.

  descent : Rule 1 1 false []
  descent _ _ _ (s , θ) g = s , θ + g

  inputs-0-1 : ℕ → Minibatch 1
  inputs-0-1 t = record { size = 1 ; inputs = λ _ _ → t ; targets = λ _ → 0 }

  error : LossError 1
  error a _ k = a k

  refuted : ¬ (∀ {m n b ps} (error : LossError (last n ps)) → ErrorRespects error → (φs : Activations ℕ ps)
    (rule : Rule m n b ps) → Invariant rule → (minibatches : ℕ → Minibatch m) (πs : Permutations n ps)
    (start : Layers Held m n b ps) → ∀ T →
    train error φs rule (backwards T minibatches) T (act πs start) ≋ act πs (train error φs rule minibatches T start))
  refuted claim with same-weights (claim error (λ _ same k → same k) square descent (λ _ _ _ _ _ _ → refl) inputs-0-1 []
    [ layer (λ _ _ → 0 , 1) none ] 3) zero zero
  ... | ()
