-- GRAD.7. The derivative of the loss in the inputs, along any direction v of them, is the product of v with δ Wᵀ, where
-- W is the first weight and δ the derivative of the loss in the first preactivations. `by-backprop`: the gradient in
-- the inputs that backprop gives is this derivative.
module GRAD-7 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.LossFrom
open import Theory.Naturals
open import Theory.SmallNetworks
open import Theory.Duals
import Theory.InputAgreement
import Theory.HiddenErrors
import Generated.ForwardTraces
import Generated.BackpropTraces
import Generated.Example
import Generated.Program

module Theorem (𝔸 : Arithmetic) (laws : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Theory.HiddenErrors.Theorems 𝔸 laws Target
  open Theory.InputAgreement.Inputs 𝔸 (LawsWithZero.laws laws) Target using (inputs-agree)
  open Generated.Program.Functions 𝔸 Target

  theorem : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch)
    (δ : Matrix Number batch n) → IsError loss error (after θs) φs (preactivations x (first θs)) y δ → ∀ v →
    tangent (OnDuals.network-loss (lifted-loss loss error) (map constant θs) (lifted-activations φs) (along x v) y)
      ≡ ⟨ input-gradient δ (weight (first θs)) , v ⟩
  theorem loss error θs φs x y δ p v = trans (loss-through loss error θs φs (along x v) y δ p)
    (sym (products-agree v (inputs-agree (weight (first θs)) (λ _ _ → refl))))

  by-backprop : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    ∀ v →
    tangent (OnDuals.network-loss (lifted-loss loss error) (map constant θs) (lifted-activations φs) (along x v) y)
      ≡ ⟨ snd (backprop error θs φs x y) , v ⟩
  by-backprop loss error θs φs x y = theorem loss error θs φs x y _ (backpropagated-errors loss error θs φs x y)

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-laws-with-zero

-- Control: "transpose left out": with W in place of its transpose, it is not the derivative. (Said of networks of one
-- layer with as many units as inputs, so that the shapes fit.)

module Control where
  open Arithmetic ℕ-arithmetic
  open Theory.HiddenErrors.Theorems ℕ-arithmetic ℕ-laws-with-zero ℕ

  not-transposed : ∀ {batch n} → Matrix ℕ batch n → Matrix ℕ n n → Matrix ℕ batch n
  not-transposed δ w e i = sum (λ j → δ e j * w j i)

  -- Two units, of which only the first has weights, 0 and 1. The loss is the first output.

  upper : Layer ℕ 2 2 false
  upper = layer (λ { i zero → index i ; i (suc _) → 0 }) none

  first-output : LossValue 2
  first-output a _ = a zero

  its-gradient : LossError 2
  its-gradient _ _ zero    = 1
  its-gradient _ _ (suc _) = 0

  refuted : ¬ (∀ {batch n b} (loss : LossValue n) (error : LossError n) (θ : Layer ℕ n n b) (φ : Activation ℕ)
    (x : Matrix ℕ batch n) (y : Vector ℕ batch) (δ : Matrix ℕ batch n) →
    IsError loss error tt φ (preactivations x θ) y δ → ∀ v →
    tangent (OnDuals.network-loss (lifted-loss loss error) (map constant [ θ ]) (lifted-activations φ)
      (along x v) y) ≡ ⟨ not-transposed δ (weight θ) , v ⟩)
  refuted claim with claim first-output its-gradient upper identity (ones {1}) (λ _ → 0) _
    (backpropagated-errors first-output its-gradient [ upper ] identity ones (λ _ → 0)) ones
  ... | ()
