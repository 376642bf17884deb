-- GRAD.2. Hidden errors come back through the weights: if δ is the derivative of the loss in the preactivations of the
-- layer that follows, then hidden-error δ W z φ, that is (δ Wᵀ) ⊙ φ′(z), is its derivative in the preactivations z of
-- the hidden layer. `every-depth`: so the errors that backprop computes are the derivatives of the loss in the
-- preactivations of all layers, whatever the depth. (`IsError` δ: run on duals z + v ε, what comes after z gives the
-- loss with ⟨ δ , v ⟩ in front of ε, for every direction v.)
module GRAD-2 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.LossFrom
open import Theory.Naturals
open import Theory.SmallNetworks
import Theory.HiddenErrors
import Generated.ForwardTraces
import Generated.BackpropTraces
import Generated.Example
import Generated.Program

module Theorem (𝔸 : Arithmetic) (laws : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Theory.HiddenErrors.Theorems 𝔸 laws Target
  open Generated.Program.Functions 𝔸 Target

  theorem : ∀ {batch n p c ps} (loss : LossValue (last p ps)) (error : LossError (last p ps))
    (θs : Layers Number n p c ps) (φ : Activation Number) (φs : Activations Number ps)
    (z : Matrix Number batch n) (y : Vector Target batch) (δ : Matrix Number batch p) →
    IsError loss error (after θs) φs (preactivations (activated z φ) (first θs)) y δ →
    IsError loss error θs (φ , φs) z y (hidden-error δ (weight (first θs)) z φ)
  theorem = hidden-error-differentiates

  every-depth : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    AllErrors loss error θs φs x y (backpropagate error θs φs x y)
  every-depth = backpropagate-gives-all

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-laws-with-zero

-- Control: "weights left out": the sum of δ over the next layer, times the slope, is not the derivative.

module Control where
  open Arithmetic ℕ-arithmetic
  open Theory.HiddenErrors.Theorems ℕ-arithmetic ℕ-laws-with-zero ℕ
  open Generated.Program.Functions ℕ-arithmetic ℕ

  weights-left-out : ∀ {batch n p} → Matrix ℕ batch p → Matrix ℕ n p → Matrix ℕ batch n → Activation ℕ →
    Matrix ℕ batch n
  weights-left-out δ w z φ e j = sum (λ k → δ e k) * slope (z e j) φ

  weight-2 : Layers ℕ 1 1 false []
  weight-2 = [ layer (λ _ _ → 2) none ]

  refuted : ¬ (∀ {batch n p c ps} (loss : LossValue (last p ps)) (error : LossError (last p ps))
    (θs : Layers ℕ n p c ps) (φ : Activation ℕ) (φs : Activations ℕ ps)
    (z : Matrix ℕ batch n) (y : Vector ℕ batch) (δ : Matrix ℕ batch p) →
    IsError loss error (after θs) φs (preactivations (activated z φ) (first θs)) y δ →
    IsError loss error θs (φ , φs) z y (weights-left-out δ (weight (first θs)) z φ))
  refuted claim with differentiates (claim output one weight-2 identity identity (ones {1}) (λ _ → 0) _
    (backpropagated-errors output one weight-2 identity ones (λ _ → 0))) ones
  ... | ()
