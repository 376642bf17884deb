-- The program's forward pass is that of the textbook's formulas: layer by layer, then of whole networks.
module Theory.Agreement where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Textbook
import Generated.Program
import Generated.Facts
import Generated.Agrees.Preactivation
import Generated.Agrees.Activated

module Forward (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Generated.Facts.Equal 𝔸 Target sum-of-equals
  module P where
    open Generated.Program.Functions 𝔸 Target public
    open Recursion 𝔸 Target (Generated.Program.program 𝔸 Target) public
  module T where
    open Theory.Textbook.Functions 𝔸 Target public
    open Recursion 𝔸 Target (Theory.Textbook.textbook 𝔸 Target) public

  private
    module Pre = Generated.Agrees.Preactivation.Agreement 𝔸 laws Target
    module Act = Generated.Agrees.Activated.Agreement 𝔸 laws Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  preactivations-agree : {x x′ : Matrix Number batch m} → x′ ≈ x → (θ : Layer Number m n b) →
    P.preactivations x′ θ ≈ T.preactivations x θ
  preactivations-agree {x = x} same-x (layer w none) e j =
    trans (preactivation-without-bias-of-equals {V = w} same-x (λ _ _ → refl) e j) (Pre.agrees-without-bias x w e j)
  preactivations-agree {x = x} same-x (layer w (some b)) e j =
    trans (preactivation-of-equals {V = w} {b = b} same-x (λ _ _ → refl) (λ _ → refl) e j) (Pre.agrees x w b e j)

  values-agree : {x x′ : Matrix Number batch m} → x′ ≈ x → (θ : Layer Number m n b) (φ : Activation Number) →
    P.activated (P.preactivations x′ θ) φ ≈ T.activated (T.preactivations x θ) φ
  values-agree {x = x} same-x θ φ e j =
    trans (activated-of-equals {φ = φ} {z = T.preactivations x θ} (preactivations-agree same-x θ) e j)
          (Act.agrees (T.preactivations x θ) φ e j)

  outputs-agree : {x x′ : Matrix Number batch m} → x′ ≈ x → (θs : Layers Number m n b ps) (φs : Activations Number ps) →
    P.forward θs φs x′ ≈ T.forward θs φs x
  outputs-agree same-x [ θ ]    φ        = values-agree same-x θ φ
  outputs-agree same-x (θ ∷ θs) (φ , φs) = outputs-agree (values-agree same-x θ φ) θs φs
