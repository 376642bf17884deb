-- The program on dual numbers gives the derivative of its loss along any direction; its backprop gives the vector whose
-- product with the direction is that derivative. From the same of the textbook's formulas, which are the program's.
module Theory.ProgramGradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
open import Theory.DualLaws using (dual-laws)
open import Theory.Entrywise
import Theory.Gradient
import Theory.Agreement
import Theory.BackpropAgreement
open import Generated.Program using (program)

module Theorems (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Lifting 𝔸 Target program public
  open Products 𝔸 public
  open Theory.BackpropAgreement.Backprop 𝔸 laws Target public using (backprop-agrees)
  open Recursion 𝔸 Target (program 𝔸 Target) public
  open Theory.Gradient.Theorems 𝔸 laws Target public using (primals; tangents; backprop-is-the-derivative)

  private
    module D = Theory.Agreement.Forward (duals 𝔸) (dual-laws 𝔸 laws) Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  lifted-respects : {loss : LossValue n} {error : LossError n} → Respects loss → ErrorRespects error →
    OnDuals.Respects (lifted-loss loss error)
  lifted-respects respects error-respects t same-a = cong₂ dual
    (respects t λ k → cong primal (same-a k))
    (sum-of-equals λ k → cong₂ _*_ (error-respects t (λ i → cong primal (same-a i)) k) (cong tangent (same-a k)))

  products-agree : {u u′ : Matrix Number m n} (v : Matrix Number m n) → u′ ≈ u → ⟨ u′ , v ⟩ ≡ ⟨ u , v ⟩
  products-agree v same-u = sum-of-equals λ i → sum-of-equals λ j → cong (_* v i j) (same-u i j)

  layer-products-agree : {θ θ′ : Layer Number m n b} (η : Layer Number m n b) → SameLayer θ′ θ →
    layer-product θ′ η ≡ layer-product θ η
  layer-products-agree {θ = layer _ none}     (layer v none)     (same w none)     = products-agree v w
  layer-products-agree {θ = layer _ (some _)} (layer v (some c)) (same w (some s)) =
    cong₂ _+_ (products-agree v w) (sum-of-equals λ j → cong (_* c j) (s j))

  all-products-agree : {θs θs′ : Layers Number m n b ps} (ηs : Layers Number m n b ps) → θs′ ≋ θs →
    ⟪ θs′ , ηs ⟫ ≡ ⟪ θs , ηs ⟫
  all-products-agree [ η ]    [ p ]    = layer-products-agree η p
  all-products-agree (η ∷ ηs) (p ∷ ps) = cong₂ _+_ (layer-products-agree η p) (all-products-agree ηs ps)

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
