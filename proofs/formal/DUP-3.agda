-- DUP.3. Adding a dead unit preserves the function, and so does leaving one out. Unit t of a hidden layer is dead if
-- its outgoing weights are 0, or if its incoming weights and its bias are 0 and φ(0) = 0.
module DUP-3 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.HiddenLayer using (Hidden; here; At; outputs; same-activations)
open import Theory.Naturals
open import Theory.SmallNetworks
import Theory.DeadUnits
import Generated.ForwardTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : SumsOneByOne 𝔸) (Target : Set) where
  open Arithmetic 𝔸 using (Number)
  open Theory.DeadUnits.Theorems 𝔸 laws Target

  theorem : ∀ {batch m n b ps k n′ ps′} (hidden : Hidden (suc k) k n ps n′ ps′) (t : Fin (suc k))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) → At hidden (Dead t) θs φs →
    (x : Matrix Number batch m) → ∀ e j →
    forward (without hidden t θs) (same-activations hidden φs) x e (outputs hidden j) ≡ forward θs φs x e j
  theorem = leaving-out

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-one-by-one

-- Control: "outgoing weights not zero": where neither they nor the incoming ones are 0, leaving the unit out changes
-- the outputs.

module Control where
  open Theory.DeadUnits.Theorems ℕ-arithmetic ℕ-one-by-one ℕ

  refuted : ¬ (∀ {batch m n b ps k n′ ps′} (hidden : Hidden (suc k) k n ps n′ ps′) (t : Fin (suc k))
    (θs : Layers ℕ m n b ps) (φs : Activations ℕ ps) →
    (x : Matrix ℕ batch m) → ∀ e j →
    forward (without hidden t θs) (same-activations hidden φs) x e (outputs hidden j) ≡ forward θs φs x e j)
  refuted claim with claim here zero one-unit linear (ones {1}) zero zero
  ... | ()
