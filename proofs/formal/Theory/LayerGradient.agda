-- One layer of the program on dual numbers: the chain rule through preactivations, activations and the loss.
module Theory.LayerGradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Duals
open import Theory.DualLaws using (dual-laws)
import Theory.Gradient
import Theory.Agreement
import Theory.BackpropAgreement
import Theory.ProgramGradient
import Generated.Program
import Generated.Agrees.Activated
import Generated.Agrees.BatchLoss
import Generated.Agrees.OutputError
import Generated.Agrees.HiddenError

module Theorems (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Generated.Program.Functions 𝔸 Target
  open Theory.ProgramGradient.Theorems 𝔸 laws Target
  open Theory.BackpropAgreement.Backprop 𝔸 laws Target using (layer-gradients-agree; inputs-agree)

  private
    module T = Theory.Gradient.Theorems 𝔸 laws Target
    module P′ = Generated.Program.Functions (duals 𝔸) Target
    module Agree = Theory.Agreement.Forward (duals 𝔸) (dual-laws 𝔸 laws) Target
    module Act = Generated.Agrees.Activated.Agreement (duals 𝔸) (dual-laws 𝔸 laws) Target
    module Sum = Generated.Agrees.BatchLoss.Agreement (duals 𝔸) (dual-laws 𝔸 laws) Target
    module Out = Generated.Agrees.OutputError.Agreement 𝔸 laws Target
    module Hid = Generated.Agrees.HiddenError.Agreement 𝔸 laws Target

  private variable
    batch m n p : ℕ
    b : Bool

  same-right : (u : Matrix Number m n) {v v′ : Matrix Number m n} → v′ ≈ v → ⟨ u , v′ ⟩ ≡ ⟨ u , v ⟩
  same-right u same-v = T.∑∑-equal λ i j → cong (u i j *_) (same-v i j)

  -- Weights and biases move along η, inputs along their tangents.

  layer-change : (θ η : Layer Number m n b) (X : Matrix (Dual Number) batch m) (δ : Matrix Number batch n) →
    ⟨ δ , tangents (OnDuals.preactivations X (zip-layer dual θ η)) ⟩ ≡
      layer-product (layer-gradient θ (primals X) δ) η + ⟨ input-gradient δ (weight θ) , tangents X ⟩
  layer-change θ η X δ = trans
    (same-right δ λ e j → cong tangent (Agree.preactivations-agree (λ _ _ → refl) (zip-layer dual θ η) e j))
    (trans (T.layer-change θ η X δ) (sym (cong₂ _+_
      (layer-products-agree η (layer-gradients-agree θ (λ _ _ → refl) (λ _ _ → refl)))
      (products-agree (tangents X) (inputs-agree (weight θ) (λ _ _ → refl))))))

  -- Preactivations Z move along their tangents.

  values-change : (φ : Activation Number) (Z : Matrix (Dual Number) batch n) (c : Matrix Number batch n) →
    ⟨ c , tangents (P′.activated Z (lifted-activation φ)) ⟩ ≡
      ⟨ (λ e j → c e j * slope (primal (Z e j)) φ) , tangents Z ⟩
  values-change φ Z c = trans
    (same-right c λ e j → cong tangent (Act.agrees Z (lifted-activation φ) e j))
    (T.∑∑-equal λ e j → sym (*-assoc _ _ _))

  hidden-change : (δ : Matrix Number batch p) (w : Matrix Number n p) (φ : Activation Number)
    (Z : Matrix (Dual Number) batch n) →
    ⟨ input-gradient δ w , tangents (P′.activated Z (lifted-activation φ)) ⟩ ≡
      ⟨ hidden-error δ w (primals Z) φ , tangents Z ⟩
  hidden-change δ w φ Z = trans (values-change φ Z (input-gradient δ w)) (products-agree (tangents Z) λ e j →
    trans (cong (_* slope (primal (Z e j)) φ) (inputs-agree w {δ} (λ _ _ → refl) e j))
          (sym (Hid.agrees δ w (primals Z) φ e j)))

  output-change : (loss : LossValue n) (error : LossError n) (φ : Activation Number) (Z : Matrix (Dual Number) batch n)
    (y : Vector Target batch) → let z = primals Z in
    tangent (P′.batch-loss (lifted-loss loss error) (P′.activated Z (lifted-activation φ)) y) ≡
      ⟨ output-error error φ z (activated z φ) y , tangents Z ⟩
  output-change loss error φ Z y = trans
    (cong tangent (Sum.agrees (lifted-loss loss error) (P′.activated Z (lifted-activation φ)) y))
    (trans (values-change φ Z (λ e → error (activated (primals Z) φ e) (y e)))
           (products-agree (tangents Z) λ e j →
             sym (Out.agrees error φ (primals Z) (activated (primals Z) φ) y e j)))
