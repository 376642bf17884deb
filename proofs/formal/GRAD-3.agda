-- GRAD.3. The derivative of the loss in the weights of a layer is aᵀ δ, where a comes into the layer and δ is the
-- derivative in its preactivations; in its biases it is the sum of δ over the batch. `layers-gradient` has both, of all
-- layers, and its product with any direction v of the parameters is the derivative along v. Nothing is supposed of
-- where the errors δs come from. `of-one-layer`: if only the parameters of one layer move, along η, its own error is
-- enough (the layer is the first of those that are left; x comes into it).
module GRAD-3 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.LossFrom
open import Theory.Naturals
open import Theory.SmallNetworks
open import Theory.Duals
import Theory.ParameterGradient
import Theory.OutputErrors
import Generated.ForwardTraces
import Generated.BackpropTraces
import Generated.Example
import Generated.Program

module Theorem (𝔸 : Arithmetic) (laws : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Theory.ParameterGradient.Theorems 𝔸 laws Target

  theorem : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) (y : Vector Target batch) (δs : Units Number batch n ps) →
    AllErrors loss error θs φs x y δs → ∀ v →
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) (constants x) y)
      ≡ ⟪ layers-gradient θs φs x δs , v ⟫
  theorem = parameters-get-errors

  of-one-layer : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch)
    (δ : Matrix Number batch n) → IsError loss error (after θs) φs (preactivations x (first θs)) y δ → ∀ η →
    tangent (OnDuals.network-loss (lifted-loss loss error) (moving-first θs η) (lifted-activations φs) (constants x) y)
      ≡ layer-product (layer-gradient (first θs) x δ) η
  of-one-layer = one-layer-gets-its-error

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-laws-with-zero

-- Control: "a^l for a^(l-1)": with what comes out of a layer in place of what comes in, it is not the derivative. (Said
-- of networks of one layer with as many units as inputs, so that the shapes fit.)

module Control where
  open Theory.ParameterGradient.Theorems ℕ-arithmetic ℕ-laws-with-zero ℕ
  open Theory.OutputErrors.Theorems ℕ-arithmetic ℕ-laws-with-zero ℕ
  open Generated.Program.Functions ℕ-arithmetic ℕ

  weight-2 : Layer ℕ 1 1 false
  weight-2 = layer (λ _ _ → 2) none

  refuted : ¬ (∀ {batch n b} (loss : LossValue n) (error : LossError n)
    (θ : Layer ℕ n n b) (φ : Activation ℕ) (x : Matrix ℕ batch n) (y : Vector ℕ batch) (δ : Matrix ℕ batch n) →
    IsError loss error tt φ (preactivations x θ) y δ → ∀ v →
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual [ θ ] v) (lifted-activations φ)
      (constants x) y) ≡ ⟪ [ layer-gradient θ (activated (preactivations x θ) φ) δ ] , v ⟫)
  refuted claim with claim output one weight-2 identity (ones {1}) (λ _ → 0) _
    (slopes-give-the-error output one identity (preactivations ones weight-2) (λ _ → 0)) [ layer ones none ]
  ... | ()
