-- PERM.4. The gradient at the permuted network is the permuted gradient: ∇L(π·θ) = π·∇L(θ).
-- The gradient in the inputs stays as it is.
module PERM-4 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation using (Permutations; []; _∷_; act)
open import Theory.Naturals
open import Theory.SmallNetworks
import Theory.PermutedGradient
import Generated.BackpropTraces
import Generated.Action
import Generated.Example
open import Generated.Program using (program)

module Theorem (𝔸 : Arithmetic) (laws : SumsInAnyOrder 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Recursion 𝔸 Target (program 𝔸 Target)

  theorem : ∀ {batch m n b ps} (error : LossError (last n ps)) → ErrorRespects error →
    (πs : Permutations n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) (y : Vector Target batch) →
    let gradient  , input  = backprop error θs φs x y
        gradient′ , input′ = backprop error (act πs θs) φs x y
    in (gradient′ ≋ act πs gradient) × (input′ ≈ input)
  theorem = Theory.PermutedGradient.Theorems.gradient-permutes 𝔸 laws Target

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-in-any-order

-- Control: "compare unpermuted": the gradient at the permuted network is not the gradient left unpermuted.

module Control where
  open Recursion ℕ-arithmetic ℕ (program ℕ-arithmetic ℕ)

  refuted : ¬ (∀ {batch m n b ps} (error : LossError (last n ps)) → ErrorRespects error →
    (πs : Permutations n ps) (θs : Layers ℕ m n b ps) (φs : Activations ℕ ps)
    (x : Matrix ℕ batch m) (y : Vector ℕ batch) →
    fst (backprop error (act πs θs) φs x y) ≋ fst (backprop error θs φs x y))
  refuted claim with same-weights (claim one one-respects (swap ∷ []) two-units linear (ones {1}) (λ _ → 0)) zero zero
  ... | ()
