-- TIE.1. Two units of a hidden layer that are equal in incoming weights, bias and outgoing weights have equal
-- activations, equal errors and equal gradients.
module TIE-1 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Tie using (Pair; here; there; Tied; EqualIncoming; incoming; Same)
open import Theory.Naturals
open import Theory.SmallNetworks
import Generated.ForwardTraces
import Generated.BackpropTraces
import Generated.Example
open import Generated.Program using (program)

module Theorem (𝔸 : Arithmetic) (laws : EqualTerms 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Recursion 𝔸 Target (program 𝔸 Target)
  open Theory.Tie.Theorems 𝔸 laws Target

  theorem : ∀ {batch m n b ps} (error : LossError (last n ps)) (pair : Pair n ps) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) → Tied pair θs →
    Same pair (activations θs φs x)
      × Same pair (backpropagate error θs φs x y)
      × Tied pair (fst (backprop error θs φs x y))
  theorem error pair θs φs x y tied =
      equal-activations pair θs φs x tied
    , equal-errors error pair θs φs x y tied
    , equal-gradients error pair θs φs x y tied

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-equal-terms

-- Control: "tie incoming weights only": units with different outgoing weights have different errors.

module Control where
  open Recursion ℕ-arithmetic ℕ (program ℕ-arithmetic ℕ)

  TiedIncoming : ∀ {m n b ps} → Pair n ps → Layers ℕ m n b ps → Set
  TiedIncoming (here s t)   (θ ∷ θs) = EqualIncoming s t θ
  TiedIncoming (there pair) (θ ∷ θs) = TiedIncoming pair θs

  equal-incoming : Layers ℕ 1 2 false ((1 , false) ∷ [])
  equal-incoming = layer ones none ∷ [ layer (λ i _ → index i) none ]

  refuted : ¬ (∀ {batch m n b ps} (error : LossError (last n ps)) (pair : Pair n ps) (θs : Layers ℕ m n b ps)
    (φs : Activations ℕ ps) (x : Matrix ℕ batch m) (y : Vector ℕ batch) → TiedIncoming pair θs →
    Same pair (activations θs φs x)
      × Same pair (backpropagate error θs φs x y)
      × Tied pair (fst (backprop error θs φs x y)))
  refuted claim with claim one (here zero (suc zero)) equal-incoming linear (ones {1}) (λ _ → 0)
    (incoming (λ _ → refl) tt)
  ... | _ , errors , _ with errors zero
  ... | ()
