-- From the errors, the program's gradient in the parameters is that of the textbook's formulas.
module Theory.ParameterAgreement where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Generated.Facts
import Generated.Agrees.WeightGradient
import Generated.Agrees.BiasGradient

module Parameters (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Generated.Facts.Equal 𝔸 Target sum-of-equals
  open Theory.Agreement.Forward 𝔸 laws Target

  private
    module Wei = Generated.Agrees.WeightGradient.Agreement 𝔸 laws Target
    module Bia = Generated.Agrees.BiasGradient.Agreement 𝔸 laws Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  biases-agree : (bias : Bias Number n b) {δ δ′ : Matrix Number batch n} → δ′ ≈ δ →
    P.bias-gradients bias δ′ ≈ᵇ T.bias-gradients bias δ
  biases-agree none     same-δ = none
  biases-agree (some _) {δ} same-δ = some λ j → trans (bias-gradient-of-equals {δ = δ} same-δ j) (Bia.agrees δ j)

  layer-gradients-agree : (θ : Layer Number m n b) {x x′ : Matrix Number batch m} {δ δ′ : Matrix Number batch n} →
    x′ ≈ x → δ′ ≈ δ → SameLayer (P.layer-gradient θ x′ δ′) (T.layer-gradient θ x δ)
  layer-gradients-agree θ {x} {_} {δ} same-x same-δ = same
    (λ i j → trans (weight-gradient-of-equals {inputs = x} {δ = δ} same-x same-δ i j) (Wei.agrees x δ i j))
    (biases-agree (bias θ) same-δ)

  gradients-agree : (θs : Layers Number m n b ps) (φs : Activations Number ps) {x x′ : Matrix Number batch m} → x′ ≈ x →
    {δs δs′ : Units Number batch n ps} → δs′ ≈ᵘ δs →
    P.layers-gradient θs φs x′ δs′ ≋ T.layers-gradient θs φs x δs
  gradients-agree [ θ ]    φ        same-x [ same-δ ]       = [ layer-gradients-agree θ same-x same-δ ]
  gradients-agree (θ ∷ θs) (φ , φs) same-x (same-δ ∷ more) =
    layer-gradients-agree θ same-x same-δ ∷ gradients-agree θs φs (values-agree same-x θ φ) more
