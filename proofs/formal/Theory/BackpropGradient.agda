-- The program on dual numbers gives the derivative of its loss along any direction; its backprop gives the vector whose
-- product with the direction is that derivative. From the same of the textbook's formulas, which are the program's.
module Theory.BackpropGradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
open import Theory.DualLaws using (dual-laws)
import Theory.Gradient
import Theory.LossAgreement
import Theory.BackpropAgreement
import Theory.ProgramGradient

module Theorems (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Theory.ProgramGradient.Theorems 𝔸 laws Target public
  open Theory.Gradient.Theorems 𝔸 laws Target using (backprop-is-the-derivative)
  open Theory.BackpropAgreement.Backprop 𝔸 laws Target using (backprop-agrees)

  private
    module D = Theory.LossAgreement.Loss (duals 𝔸) (dual-laws 𝔸 laws) Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  lifted-respects : {loss : LossValue n} {error : LossError n} → Respects loss → ErrorRespects error →
    OnDuals.Respects (lifted-loss loss error)
  lifted-respects respects error-respects t same-a = cong₂ dual
    (respects t λ k → cong primal (same-a k))
    (sum-of-equals λ k → cong₂ _*_ (error-respects t (λ i → cong primal (same-a i)) k) (cong tangent (same-a k)))

  program-gradient : (loss : LossValue (last n ps)) (error : LossError (last n ps)) → Respects loss →
    ErrorRespects error → (θs ηs : Layers Number m n b ps) (φs : Activations Number ps)
    (X : Matrix (Dual Number) batch m) (y : Vector Target batch) →
    let gradient , input = backprop error θs φs (primals X) y in
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs ηs) (lifted-activations φs) X y)
      ≡ ⟪ gradient , ηs ⟫ + ⟨ input , tangents X ⟩
  program-gradient loss error respects error-respects θs ηs φs X y = trans
    (cong tangent (D.losses-agree (lifted-loss loss error) (lifted-respects respects error-respects)
      (zip dual θs ηs) (lifted-activations φs) X y))
    (trans (backprop-is-the-derivative loss error θs ηs φs X y)
      (sym (cong₂ _+_ (all-products-agree ηs (fst agree)) (products-agree (tangents X) (snd agree)))))
    where agree = backprop-agrees error error-respects θs φs (primals X) y
