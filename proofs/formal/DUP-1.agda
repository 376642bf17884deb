-- DUP.1. Two units of a hidden layer with equal incoming weights and biases merge into one: without unit t, and with
-- the outgoing weights of t added to those of the unit s of the others, the network computes the same.
module DUP-1 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.HiddenLayer using (Hidden; here; At; outputs; same-activations; replace; Rows)
open import Theory.Units using (skip; choose)
open import Theory.Tie using (EqualIncoming; incoming)
open import Theory.Naturals
open import Theory.SmallNetworks
open import Agda.Builtin.Nat using (_+_)
import Theory.Duplication
import Generated.ForwardTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : FirstTermApart 𝔸) (Target : Set) where
  open Arithmetic 𝔸 using (Number)
  open Theory.Duplication.Theorems 𝔸 laws Target

  theorem : ∀ {batch m n b ps k n′ ps′} (hidden : Hidden (suc k) k n ps n′ ps′) (s : Fin k) (t : Fin (suc k))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) →
    At hidden (λ θ _ _ → EqualIncoming (skip t s) t θ) θs φs → (x : Matrix Number batch m) → ∀ e j →
    forward (merge hidden s t θs) (same-activations hidden φs) x e (outputs hidden j) ≡ forward θs φs x e j
  theorem = merging

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-first-apart

-- Control: "v averaged": where the outgoing weights are averaged, the network computes something else.

module Control where
  open Theory.Duplication.Theorems ℕ-arithmetic ℕ-first-apart ℕ

  half : ℕ → ℕ
  half zero          = 0
  half (suc zero)    = 0
  half (suc (suc a)) = suc (half a)

  averaged : ∀ {k} → Fin k → Fin (suc k) → Rows ℕ (suc k) k
  averaged s t w i q = choose s i (half (w t q + w (skip t s) q)) (w (skip t i) q)

  refuted : ¬ (∀ {batch m n b ps k n′ ps′} (hidden : Hidden (suc k) k n ps n′ ps′) (s : Fin k) (t : Fin (suc k))
    (θs : Layers ℕ m n b ps) (φs : Activations ℕ ps) →
    At hidden (λ θ _ _ → EqualIncoming (skip t s) t θ) θs φs → (x : Matrix ℕ batch m) → ∀ e j →
    forward (replace hidden (skip t) (averaged s t) θs) (same-activations hidden φs) x e (outputs hidden j)
      ≡ forward θs φs x e j)
  refuted claim with claim here zero zero equal-units linear (incoming (λ _ → refl) tt) (ones {1}) zero zero
  ... | ()
