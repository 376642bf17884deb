-- What the program's backprop computes is what the textbook's formulas compute.
module Theory.BackpropAgreement where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Generated.Facts
import Generated.Agrees.OutputError
import Generated.Agrees.HiddenError
import Generated.Agrees.WeightGradient
import Generated.Agrees.BiasGradient
import Generated.Agrees.InputGradient

module Backprop (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Generated.Facts.Equal 𝔸 Target sum-of-equals
  open Theory.Agreement.Forward 𝔸 laws Target public
  open T using (LossValue; LossError; ErrorRespects)

  private
    module Out  = Generated.Agrees.OutputError.Agreement 𝔸 laws Target
    module Hid  = Generated.Agrees.HiddenError.Agreement 𝔸 laws Target
    module Wei  = Generated.Agrees.WeightGradient.Agreement 𝔸 laws Target
    module Bia  = Generated.Agrees.BiasGradient.Agreement 𝔸 laws Target
    module Inp  = Generated.Agrees.InputGradient.Agreement 𝔸 laws Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  -- Arrays of the units of every layer, equal entry by entry.

  data Agree {batch} : ∀ {n ps} → Units Number batch n ps → Units Number batch n ps → Set where
    [_] : ∀ {n} {u u′ : Matrix Number batch n} → u′ ≈ u → Agree [ u ] [ u′ ]
    _∷_ : ∀ {n p c ps} {u u′ : Matrix Number batch n} {us us′ : Units Number batch p ps} →
          u′ ≈ u → Agree us us′ → Agree (_∷_ {c = c} u us) (u′ ∷ us′)

  heads-agree : {us us′ : Units Number batch n ps} → Agree us us′ → head us′ ≈ head us
  heads-agree [ p ]   = p
  heads-agree (p ∷ _) = p

  errors-agree : (error : LossError (last n ps)) → ErrorRespects error → {x x′ : Matrix Number batch m} → x′ ≈ x →
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (y : Vector Target batch) →
    Agree (T.backpropagate error θs φs x y) (P.backpropagate error θs φs x′ y)
  errors-agree error respects {x} same-x [ θ ] [ φ ] y = [ (λ e j →
    trans (output-error-of-equals {error = error} {φ} {y} respects {z = T.preactivations x θ}
            {a = T.activated (T.preactivations x θ) φ} (preactivations-agree same-x θ) (values-agree same-x θ φ) e j)
          (Out.agrees error φ (T.preactivations x θ) (T.activated (T.preactivations x θ) φ) y e j)) ]
  errors-agree error respects {x} same-x (θ ∷ θs) (φ ∷ φs) y = (λ e j →
    trans (hidden-error-of-equals {φ = φ} {next-δ = head δs} {next-weight = weight (first θs)} {z = z}
            (heads-agree later) (λ _ _ → refl) (preactivations-agree same-x θ) e j)
          (Hid.agrees (head δs) (weight (first θs)) z φ e j)) ∷ later
    where z     = T.preactivations x θ
          δs    = T.backpropagate error θs φs (T.activated z φ) y
          later = errors-agree error respects (values-agree same-x θ φ) θs φs y

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
    {δs δs′ : Units Number batch n ps} → Agree δs δs′ →
    P.layers-gradient θs φs x′ δs′ ≋ T.layers-gradient θs φs x δs
  gradients-agree [ θ ]    [ φ ]    same-x [ same-δ ]       = [ layer-gradients-agree θ same-x same-δ ]
  gradients-agree (θ ∷ θs) (φ ∷ φs) same-x (same-δ ∷ more) =
    layer-gradients-agree θ same-x same-δ ∷ gradients-agree θs φs (values-agree same-x θ φ) more

  inputs-agree : (w : Matrix Number m n) {δ δ′ : Matrix Number batch n} → δ′ ≈ δ →
    P.input-gradient δ′ w ≈ T.input-gradient δ w
  inputs-agree w {δ} same-δ e i =
    trans (input-gradient-of-equals {δ = δ} {V = w} same-δ (λ _ _ → refl) e i) (Inp.agrees δ w e i)

  backprop-agrees : (error : LossError (last n ps)) → ErrorRespects error →
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    (fst (P.backprop error θs φs x y) ≋ fst (T.backprop error θs φs x y))
      × (snd (P.backprop error θs φs x y) ≈ snd (T.backprop error θs φs x y))
  backprop-agrees error respects θs φs x y =
    gradients-agree θs φs (λ _ _ → refl) errors , inputs-agree (weight (first θs)) (heads-agree errors)
    where errors = errors-agree error respects {x} (λ _ _ → refl) θs φs y
