-- The program on dual numbers: how what one layer computes changes with its parameters and inputs. From the same of the
-- textbook's formulas, whose forward pass is the program's.
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
import Generated.Program
import Generated.Agrees.Activated
open import Generated.Program using (program)

module Theorems (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Lifting 𝔸 Target program public
  open Products 𝔸 public
  open Recursion 𝔸 Target (program 𝔸 Target) public
  open Theory.Gradient.Theorems 𝔸 laws Target public using (primals; tangents; join)
  module T = Theory.Agreement.Forward.T 𝔸 laws Target

  private
    module G = Theory.Gradient.Theorems 𝔸 laws Target
    module P′ = Generated.Program.Functions (duals 𝔸) Target
    module Pre = Theory.Agreement.Forward (duals 𝔸) (dual-laws 𝔸 laws) Target
    module Act = Generated.Agrees.Activated.Agreement (duals 𝔸) (dual-laws 𝔸 laws) Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  -- Equal arrays have equal products.

  products-agree : {u u′ : Matrix Number m n} (v : Matrix Number m n) → u′ ≈ u → ⟨ u′ , v ⟩ ≡ ⟨ u , v ⟩
  products-agree v same-u = sum-of-equals λ i → sum-of-equals λ j → cong (_* v i j) (same-u i j)

  same-right : (u : Matrix Number m n) {v v′ : Matrix Number m n} → v′ ≈ v → ⟨ u , v′ ⟩ ≡ ⟨ u , v ⟩
  same-right u same-v = sum-of-equals λ i → sum-of-equals λ j → cong (u i j *_) (same-v i j)

  layer-products-agree : {θ θ′ : Layer Number m n b} (η : Layer Number m n b) → SameLayer θ′ θ →
    layer-product θ′ η ≡ layer-product θ η
  layer-products-agree {θ = layer _ none}     (layer v none)     (same w none)     = products-agree v w
  layer-products-agree {θ = layer _ (some _)} (layer v (some c)) (same w (some s)) =
    cong₂ _+_ (products-agree v w) (sum-of-equals λ j → cong (_* c j) (s j))

  all-products-agree : {θs θs′ : Layers Number m n b ps} (ηs : Layers Number m n b ps) → θs′ ≋ θs →
    ⟪ θs′ , ηs ⟫ ≡ ⟪ θs , ηs ⟫
  all-products-agree [ η ]    [ p ]    = layer-products-agree η p
  all-products-agree (η ∷ ηs) (p ∷ ps) = cong₂ _+_ (layer-products-agree η p) (all-products-agree ηs ps)

  -- Weights and biases move along η, inputs along their tangents.

  layer-change : (θ η : Layer Number m n b) (X : Matrix (Dual Number) batch m) (δ : Matrix Number batch n) →
    ⟨ δ , tangents (OnDuals.preactivations X (zip-layer dual θ η)) ⟩ ≡
      layer-product (T.layer-gradient θ (primals X) δ) η + ⟨ T.input-gradient δ (weight θ) , tangents X ⟩
  layer-change θ η X δ = trans
    (same-right δ λ e j → cong tangent (Pre.preactivations-agree (λ _ _ → refl) (zip-layer dual θ η) e j))
    (G.layer-change θ η X δ)

  -- Preactivations Z move along their tangents.

  values-change : (φ : Activation Number) (Z : Matrix (Dual Number) batch n) (c : Matrix Number batch n) →
    ⟨ c , tangents (P′.activated Z (lifted-activation φ)) ⟩ ≡
      ⟨ (λ e j → c e j * slope (primal (Z e j)) φ) , tangents Z ⟩
  values-change φ Z c = trans
    (same-right c λ e j → cong tangent (Act.agrees Z (lifted-activation φ) e j))
    (sum-of-equals λ e → sum-of-equals λ j → sym (*-assoc _ _ _))
