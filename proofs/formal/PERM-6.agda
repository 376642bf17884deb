-- PERM.6. One update by any elementwise rule commutes with permuting: step (π·θ) = π·step θ.
-- Each parameter has a state of any kind (momentum, its past gradients, ...), which is permuted with it; parameter
-- and state are moved by one function of both and of the parameter's gradient. Which of optax's optimisers are such
-- rules is not said here: that is found by running them.
module PERM-6 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation using (Permutations; []; _∷_; act)
open import Theory.Training
open import Theory.Naturals
open import Theory.SmallNetworks
open import Agda.Builtin.Nat using (_+_)
import Theory.PermutedTraining
import Generated.BackpropTraces
import Generated.Action
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : SumsInAnyOrder 𝔸) (Target State : Set) where
  open Arithmetic 𝔸
  open Rules 𝔸 Target State

  theorem : ∀ {m n b ps} (error : LossError (last n ps)) → ErrorRespects error → (φs : Activations Number ps)
    (move : Held → Number → Held) (batch : Minibatch m) (πs : Permutations n ps) (held : Layers Held m n b ps) →
    step error φs move batch (act πs held) ≋ act πs (step error φs move batch held)
  theorem error respects φs move batch πs held =
    Theory.PermutedTraining.Theorems.step-permutes 𝔸 laws Target State
      error respects φs (λ _ _ → refl) batch πs held (refl-layers _)

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-in-any-order

-- Control: "state left unpermuted": where the states stay where they were, the update does not commute.

module Control where
  open Rules ℕ-arithmetic ℕ ℕ

  refuted : ¬ (∀ {m n b ps} (error : LossError (last n ps)) → ErrorRespects error → (φs : Activations ℕ ps)
    (move : Held → ℕ → Held) (batch : Minibatch m) (πs : Permutations n ps) (states θs : Layers ℕ m n b ps) →
    step error φs move batch (zip _,_ states (act πs θs)) ≋ act πs (step error φs move batch (zip _,_ states θs)))
  refuted claim with same-weights (claim one one-respects linear (λ (s , θ) _ → s , s + θ) one-example
    (swap ∷ []) two-units two-units) zero zero
  ... | ()
