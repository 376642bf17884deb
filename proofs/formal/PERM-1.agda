-- PERM.1. Permuting the hidden units of any layers leaves the outputs as they are: f(π·θ, x) = f(θ, x).
module PERM-1 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
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

  theorem : ∀ {batch m n b ps} (πs : Permutations n ps) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) →
    forward (act πs θs) φs x ≈ forward θs φs x
  theorem = Theory.Permutation.Theorems.permuting-preserves-outputs 𝔸 laws Target

-- The natural numbers obey the law, so that the theorem is about something.

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-in-any-order

-- Control: "permute incoming weights only": where the outgoing weights stay where they were, the outputs change.

module Control where
  open Recursion ℕ-arithmetic ℕ (program ℕ-arithmetic ℕ)

  incoming-only : ∀ {m n b ps} → Permutations n ps → Layers ℕ m n b ps → Layers ℕ m n b ps
  incoming-only []       θs       = θs
  incoming-only (π ∷ πs) (θ ∷ θs) = moved unmoved π θ ∷ incoming-only πs θs

  refuted : ¬ (∀ {batch m n b ps} (πs : Permutations n ps) (θs : Layers ℕ m n b ps)
    (φs : Activations ℕ ps) (x : Matrix ℕ batch m) →
    forward (incoming-only πs θs) φs x ≈ forward θs φs x)
  refuted claim with claim (swap ∷ []) two-units linear (ones {1}) zero zero
  ... | ()
