-- PERM.3. Permuting the hidden units of any layers leaves every loss as it is: L(π·θ) = L(θ).
module PERM-3 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Permutation using (Permutations; []; _∷_; act; moved)
open import Theory.Naturals
open import Theory.SmallNetworks
import Generated.ForwardTraces
import Generated.Action
import Generated.Example
open import Generated.Program using (program)

module Theorem (𝔸 : Arithmetic) (laws : SumsInAnyOrder 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Recursion 𝔸 Target (program 𝔸 Target)

  theorem : ∀ {batch m n b ps} (loss : LossValue (last n ps)) → Respects loss →
    (πs : Permutations n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) (y : Vector Target batch) →
    network-loss loss (act πs θs) φs x y ≡ network-loss loss θs φs x y
  theorem = Theory.Permutation.Theorems.permuting-preserves-loss 𝔸 laws Target

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-in-any-order

-- Control: "permute incoming weights only": where the outgoing weights stay where they were, the loss changes.

module Control where
  open Recursion ℕ-arithmetic ℕ (program ℕ-arithmetic ℕ)

  incoming-only : ∀ {m n b ps} → Permutations n ps → Layers ℕ m n b ps → Layers ℕ m n b ps
  incoming-only []       θs       = θs
  incoming-only (π ∷ πs) (θ ∷ θs) = moved unmoved π θ ∷ incoming-only πs θs

  refuted : ¬ (∀ {batch m n b ps} (loss : LossValue (last n ps)) → Respects loss →
    (πs : Permutations n ps) (θs : Layers ℕ m n b ps) (φs : Activations ℕ ps)
    (x : Matrix ℕ batch m) (y : Vector ℕ batch) →
    network-loss loss (incoming-only πs θs) φs x y ≡ network-loss loss θs φs x y)
  refuted claim with claim output output-respects (swap ∷ []) two-units linear (ones {1}) (λ _ → 0)
  ... | ()
