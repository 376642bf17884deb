-- From the first error, the program's gradient in the inputs is that of the textbook's formulas.
module Theory.InputAgreement where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Generated.Facts
import Generated.Agrees.InputGradient

module Inputs (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Generated.Facts.Equal 𝔸 Target sum-of-equals
  open Theory.Agreement.Forward 𝔸 laws Target

  private
    module Inp = Generated.Agrees.InputGradient.Agreement 𝔸 laws Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  inputs-agree : (w : Matrix Number m n) {δ δ′ : Matrix Number batch n} → δ′ ≈ δ →
    P.input-gradient δ′ w ≈ T.input-gradient δ w
  inputs-agree w {δ} same-δ e i =
    trans (input-gradient-of-equals {δ = δ} {V = w} same-δ (λ _ _ → refl) e i) (Inp.agrees δ w e i)
