-- The error of the last layer: the slope of the loss times that of the activation.
module Theory.OutputErrors where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
open import Theory.DualLaws using (dual-laws)
import Theory.Errors
import Generated.Program
import Generated.Agrees.BatchLoss

module Theorems (𝔸 : Arithmetic) (with-zero : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open LawsWithZero with-zero
  open Generated.Program.Functions 𝔸 Target using (activated)
  open Theory.Errors.Theorems 𝔸 with-zero Target

  private
    module P′ = Generated.Program.Functions (duals 𝔸) Target
    module Sum = Generated.Agrees.BatchLoss.Agreement (duals 𝔸) (dual-laws 𝔸 laws) Target

  slopes-give-the-error : ∀ {batch n} (loss : LossValue n) (error : LossError n) (φ : Activation Number)
    (z : Matrix Number batch n) (y : Vector Target batch) →
    IsError loss error tt φ z y (T.output-error error φ z (activated z φ) y)
  slopes-give-the-error loss error φ z y = is-error λ v → trans
    (cong tangent (Sum.agrees (lifted-loss loss error) (P′.activated (along z v) (lifted-activation φ)) y))
    (values-change φ (along z v) (λ e → error (activated z φ e) (y e)))
