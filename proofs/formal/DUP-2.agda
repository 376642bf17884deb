-- DUP.2. A unit splits into two that share its outgoing weights: s and its copy t, with α v and β v for v.
-- The network computes the same for any two numbers with α + β = 1, so with λ and 1 - λ for every λ of a ring. (That
-- the reals are one is not said here.)
module DUP-2 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.HiddenLayer using (Hidden; here; outputs; same-activations)
open import Theory.Naturals
open import Theory.SmallNetworks
import Theory.Duplication
import Generated.ForwardTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : FirstTermApartWithOne 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open FirstTermApartWithOne laws
  open Theory.Duplication.Theorems 𝔸 first-apart Target

  theorem : ∀ {batch m n b ps k n′ ps′} (hidden : Hidden k (suc k) n ps n′ ps′) (s : Fin k) (t : Fin (suc k))
    (α β : Number) → α + β ≡ 1# → (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) → ∀ e j →
    forward (split hidden s t α β θs) (same-activations hidden φs) x e (outputs hidden j) ≡ forward θs φs x e j
  theorem hidden s t α β one = splitting hidden s t α β λ a → trans (cong (_* a) one) (*-one a)

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-first-apart-with-one

-- Control: "parts that do not sum to 1": with parts that sum to 2, the network computes something else.

module Control where
  open Arithmetic ℕ-arithmetic
  open Theory.Duplication.Theorems ℕ-arithmetic ℕ-first-apart ℕ

  refuted : ¬ (∀ {batch m n b ps k n′ ps′} (hidden : Hidden k (suc k) n ps n′ ps′) (s : Fin k) (t : Fin (suc k))
    (α β : ℕ) → α + β ≡ 2 → (θs : Layers ℕ m n b ps) (φs : Activations ℕ ps)
    (x : Matrix ℕ batch m) → ∀ e j →
    forward (split hidden s t α β θs) (same-activations hidden φs) x e (outputs hidden j) ≡ forward θs φs x e j)
  refuted claim with claim here zero zero 1 1 refl one-unit linear (ones {1}) zero zero
  ... | ()
