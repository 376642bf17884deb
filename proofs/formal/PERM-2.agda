-- PERM.2. The activations of the hidden units permute with the units, layer by layer: a(π·θ, x) = π·a(θ, x).
module PERM-2 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation using (Permutations; []; _∷_; act; act-on-units; moved)
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
    activations (act πs θs) φs x ≈ᵘ act-on-units πs (activations θs φs x)
  theorem = Theory.Permutation.Theorems.activations-permute 𝔸 laws Target

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-in-any-order

-- Control: "permute outgoing weights only": the units stay where they were.

module Control where
  open Recursion ℕ-arithmetic ℕ (program ℕ-arithmetic ℕ)

  outgoing-only : ∀ {m n b ps} → Permutations n ps → Layers ℕ m n b ps → Layers ℕ m n b ps
  outgoing-only []           θs                  = θs
  outgoing-only (π ∷ [])     (θ ∷ [ η ])         = θ ∷ [ moved π unmoved η ]
  outgoing-only (π ∷ σ ∷ πs) (θ ∷ η ∷ θs)        = θ ∷ outgoing-only (σ ∷ πs) (moved π unmoved η ∷ θs)

  refuted : ¬ (∀ {batch m n b ps} (πs : Permutations n ps) (θs : Layers ℕ m n b ps)
    (φs : Activations ℕ ps) (x : Matrix ℕ batch m) →
    activations (outgoing-only πs θs) φs x ≈ᵘ act-on-units πs (activations θs φs x))
  refuted claim with claim (swap ∷ []) two-units linear (ones {1})
  ... | p ∷ _ with p zero zero
  ... | ()
