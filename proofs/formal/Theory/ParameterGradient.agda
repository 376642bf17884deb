-- From the derivatives of the loss in the preactivations of all layers, those in the parameters.
module Theory.ParameterGradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
open import Theory.LossFrom
import Theory.Errors
import Theory.ParameterAgreement
import Generated.Program

module Theorems (𝔸 : Arithmetic) (with-zero : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open LawsWithZero with-zero
  open Generated.Program.Functions 𝔸 Target
  open Theory.Errors.Theorems 𝔸 with-zero Target public
  open Theory.ParameterAgreement.Parameters 𝔸 laws Target using (layer-gradients-agree)

  private
    module P′ = Generated.Program.Functions (duals 𝔸) Target

  private variable
    batch m n p : ℕ
    b : Bool
    ps : Widths

  -- One layer, of which the parameters move along η and the inputs along their tangents.

  by-layer : (θ η : Layer Number m n b) (X : Matrix (Dual Number) batch m) (δ : Matrix Number batch n) →
    ⟨ δ , tangents (OnDuals.preactivations X (zip-layer dual θ η)) ⟩ ≡
      layer-product (layer-gradient θ (primals X) δ) η + ⟨ T.input-gradient δ (weight θ) , tangents X ⟩
  by-layer θ η X δ = trans (layer-change θ η X δ) (cong (_+ ⟨ T.input-gradient δ (weight θ) , tangents X ⟩)
    (sym (layer-products-agree η (layer-gradients-agree θ (λ _ _ → refl) (λ _ _ → refl)))))

  -- A change of what a hidden layer holds changes the loss as the change of its preactivations does.

  through-units : {loss : LossValue (last p ps)} {error : LossError (last p ps)} (θs : Layers Number n p b ps)
    (φ : Activation Number) (φs : Activations Number ps) (Z : Matrix (Dual Number) batch n) (y : Vector Target batch)
    (δ : Matrix Number batch n) (next-δ : Matrix Number batch p) →
    IsError {ps = (p , b) ∷ ps} loss error θs (φ , φs) (primals Z) y δ →
    IsError loss error (after θs) φs (preactivations (activated (primals Z) φ) (first θs)) y next-δ →
    ⟨ T.input-gradient next-δ (weight (first θs)) , tangents (P′.activated Z (lifted-activation φ)) ⟩ ≡
      ⟨ δ , tangents Z ⟩
  through-units {loss = loss} {error} θs φ φs Z y δ next-δ p q = trans
    (values-change φ Z (T.input-gradient next-δ (weight (first θs))))
    (same-products (one-layer-back loss error θs φ φs (primals Z) y next-δ q) p (tangents Z))

  -- All parameters move along v, and the inputs along their tangents.

  whole-change : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs v : Layers Number m n b ps)
    (φs : Activations Number ps) (X : Matrix (Dual Number) batch m) (y : Vector Target batch)
    (δs : Units Number batch n ps) → AllErrors loss error θs φs (primals X) y δs →
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) X y) ≡
      ⟪ layers-gradient θs φs (primals X) δs , v ⟫ + ⟨ T.input-gradient (head δs) (weight (first θs)) , tangents X ⟩
  whole-change loss error [ θ@(layer _ none) ] [ η@(layer _ none) ] φ X y [ δ ] p =
    trans (differentiates p (tangents (OnDuals.preactivations X (zip-layer dual θ η)))) (by-layer θ η X δ)
  whole-change loss error [ θ@(layer _ (some _)) ] [ η@(layer _ (some _)) ] φ X y [ δ ] p =
    trans (differentiates p (tangents (OnDuals.preactivations X (zip-layer dual θ η)))) (by-layer θ η X δ)
  whole-change loss error (θ@(layer _ none) ∷ θs) (η@(layer _ none) ∷ v) (φ , φs) X y (δ ∷ δs) (p , q) =
    join (whole-change loss error θs v φs (P′.activated Z (lifted-activation φ)) y δs q)
         (trans (through-units θs φ φs Z y δ (head δs) p (first-error θs φs q)) (by-layer θ η X δ))
    where Z = OnDuals.preactivations X (zip-layer dual θ η)
  whole-change loss error (θ@(layer _ (some _)) ∷ θs) (η@(layer _ (some _)) ∷ v) (φ , φs) X y (δ ∷ δs) (p , q) =
    join (whole-change loss error θs v φs (P′.activated Z (lifted-activation φ)) y δs q)
         (trans (through-units θs φ φs Z y δ (head δs) p (first-error θs φs q)) (by-layer θ η X δ))
    where Z = OnDuals.preactivations X (zip-layer dual θ η)

  -- The inputs stay.

  parameters-get-errors : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) (δs : Units Number batch n ps) →
    AllErrors loss error θs φs x y δs → ∀ v →
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) (constants x) y)
      ≡ ⟪ layers-gradient θs φs x δs , v ⟫
  parameters-get-errors loss error θs φs x y δs p v = trans
    (whole-change loss error θs v φs (constants x) y δs p)
    (right-out (times-zero (T.input-gradient (head δs) (weight (first θs)))))

  -- Only the parameters of the first layer move, along η. Of the errors, that of this layer is enough.

  moving-first : Layers Number m n b ps → Layer Number m n b → Layers (Dual Number) m n b ps
  moving-first [ θ ]    η = [ zip-layer dual θ η ]
  moving-first (θ ∷ θs) η = zip-layer dual θ η ∷ map constant θs

  by-constants : (θ η : Layer Number m n b) (x : Matrix Number batch m) (δ : Matrix Number batch n) →
    ⟨ δ , tangents (OnDuals.preactivations (constants x) (zip-layer dual θ η)) ⟩ ≡
      layer-product (layer-gradient θ x δ) η
  by-constants θ η x δ = trans (by-layer θ η (constants x) δ) (right-out (times-zero (T.input-gradient δ (weight θ))))

  one-layer-gets-its-error : (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch)
    (δ : Matrix Number batch n) → IsError loss error (after θs) φs (preactivations x (first θs)) y δ → ∀ η →
    tangent (OnDuals.network-loss (lifted-loss loss error) (moving-first θs η) (lifted-activations φs) (constants x) y)
      ≡ layer-product (layer-gradient (first θs) x δ) η
  one-layer-gets-its-error loss error [ θ@(layer _ none) ] φ x y δ p η@(layer _ none) =
    trans (differentiates p (tangents (OnDuals.preactivations (constants x) (zip-layer dual θ η))))
          (by-constants θ η x δ)
  one-layer-gets-its-error loss error [ θ@(layer _ (some _)) ] φ x y δ p η@(layer _ (some _)) =
    trans (differentiates p (tangents (OnDuals.preactivations (constants x) (zip-layer dual θ η))))
          (by-constants θ η x δ)
  one-layer-gets-its-error loss error (θ@(layer _ none) ∷ θs) (φ , φs) x y δ p η@(layer _ none) =
    trans (differentiates p (tangents (OnDuals.preactivations (constants x) (zip-layer dual θ η))))
          (by-constants θ η x δ)
  one-layer-gets-its-error loss error (θ@(layer _ (some _)) ∷ θs) (φ , φs) x y δ p η@(layer _ (some _)) =
    trans (differentiates p (tangents (OnDuals.preactivations (constants x) (zip-layer dual θ η))))
          (by-constants θ η x δ)
