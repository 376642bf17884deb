-- The program's errors are those of the textbook's formulas, in the preactivations of every layer.
module Theory.ErrorAgreement where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Generated.Facts
import Generated.Agrees.OutputError
import Generated.Agrees.HiddenError

module Errors (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Generated.Facts.Equal 𝔸 Target sum-of-equals
  open Theory.Agreement.Forward 𝔸 laws Target
  open T using (LossError; ErrorRespects)

  private
    module Out = Generated.Agrees.OutputError.Agreement 𝔸 laws Target
    module Hid = Generated.Agrees.HiddenError.Agreement 𝔸 laws Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  heads-agree : {us us′ : Units Number batch n ps} → us′ ≈ᵘ us → head us′ ≈ head us
  heads-agree [ p ]   = p
  heads-agree (p ∷ _) = p

  errors-agree : (error : LossError (last n ps)) → ErrorRespects error → {x x′ : Matrix Number batch m} → x′ ≈ x →
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (y : Vector Target batch) →
    P.backpropagate error θs φs x′ y ≈ᵘ T.backpropagate error θs φs x y
  errors-agree error respects {x} same-x [ θ ] φ y = [ (λ e j →
    trans (output-error-of-equals {error = error} {φ} {y} respects {z = T.preactivations x θ}
            {a = T.activated (T.preactivations x θ) φ} (preactivations-agree same-x θ) (values-agree same-x θ φ) e j)
          (Out.agrees error φ (T.preactivations x θ) (T.activated (T.preactivations x θ) φ) y e j)) ]
  errors-agree error respects {x} same-x (θ ∷ θs) (φ , φs) y = (λ e j →
    trans (hidden-error-of-equals {φ = φ} {next-δ = head δs} {next-weight = weight (first θs)} {z = z}
            (heads-agree later) (λ _ _ → refl) (preactivations-agree same-x θ) e j)
          (Hid.agrees (head δs) (weight (first θs)) z φ e j)) ∷ later
    where z     = T.preactivations x θ
          δs    = T.backpropagate error θs φs (T.activated z φ) y
          later = errors-agree error respects (values-agree same-x θ φ) θs φs y
