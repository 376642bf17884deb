-- The errors of backprop are the derivatives of the loss in the preactivations, layer by layer: what a network's GRAD.2,
-- GRAD.3 and GRAD.7 say. Everything that does not move is a constant: a dual number with 0 in front of ε.
module Theory.Errors where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Duals
open import Theory.LossFrom
import Theory.Gradient
import Theory.LayerGradient
import Theory.ProgramGradient
open import Generated.Program using (program)

module Theorems (𝔸 : Arithmetic) (with-zero : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open LawsWithZero with-zero
  open Generated.Program.Functions 𝔸 Target
  open From 𝔸 Target (program 𝔸 Target) public
  open Theory.ProgramGradient.Theorems 𝔸 laws Target public
  open Theory.LayerGradient.Theorems 𝔸 laws Target
  module FromOnDuals = From (duals 𝔸) Target (program (duals 𝔸) Target)

  private
    module T = Theory.Gradient.Theorems 𝔸 laws Target

  private variable
    batch m n p : ℕ
    b c : Bool
    ps : Widths

  -- Numbers that stay, and numbers that move along v.

  constant : Number → Dual Number
  constant a = dual a 0#

  constants : Matrix Number batch n → Matrix (Dual Number) batch n
  constants x e i = constant (x e i)

  along : Matrix Number batch n → Matrix Number batch n → Matrix (Dual Number) batch n
  along x v e i = dual (x e i) (v e i)

  constant-rest : Rest Number n ps → Rest (Dual Number) n ps
  constant-rest {ps = []}    tt = tt
  constant-rest {ps = _ ∷ _} θs = map constant θs

  -- δ is the derivative of the loss in preactivations z of one layer.

  record IsError (loss : LossValue (last n ps)) (error : LossError (last n ps)) (rest : Rest Number n ps)
    (φs : Activations Number ps) (z : Matrix Number batch n) (y : Vector Target batch) (δ : Matrix Number batch n) : Set where
    constructor is-error
    field
      differentiates : ∀ v → tangent (FromOnDuals.loss-from (lifted-loss loss error) (constant-rest rest)
        (lifted-activations φs) (along z v) y) ≡ ⟨ δ , v ⟩
  open IsError public

  -- What 0 leaves out of a product, and of a sum.

  times-zeros : (u : Vector Number n) → sum (λ j → u j * 0#) ≡ 0#
  times-zeros u = trans (sum-of-equals λ j → *-zero (u j)) zeros

  times-zero : (u : Matrix Number m n) → ⟨ u , (λ _ _ → 0#) ⟩ ≡ 0#
  times-zero u = trans (sum-of-equals λ i → times-zeros (u i)) zeros

  left-out : ∀ {a c} → a ≡ 0# → a + c ≡ c
  left-out {c = c} p = trans (cong (_+ c) p) (+-zero c)

  right-out : ∀ {a c} → c ≡ 0# → a + c ≡ a
  right-out p = trans (+-comm _ _) (left-out p)

  zero-bias : Bias Number n b → Bias Number n b
  zero-bias none     = none
  zero-bias (some _) = some λ _ → 0#

  zero-layer : Layer Number m n b → Layer Number m n b
  zero-layer θ = layer (λ _ _ → 0#) (zero-bias (bias θ))

  times-zero-layer : (θ g : Layer Number m n b) → layer-product g (zero-layer θ) ≡ 0#
  times-zero-layer (layer _ none)     (layer u none)     = times-zero u
  times-zero-layer (layer _ (some _)) (layer u (some v)) = trans (left-out (times-zero u)) (times-zeros v)

  -- Through the weights of a layer that stays.

  constant-layer : Layer Number m n b → Layer (Dual Number) m n b
  constant-layer θ = zip-layer (λ θ _ → constant θ) θ θ

  same-constants : (θ : Layer Number m n b) (X : Matrix (Dual Number) batch m) →
    tangents (OnDuals.preactivations X (constant-layer θ)) ≡ tangents (OnDuals.preactivations X (zip-layer dual θ (zero-layer θ)))
  same-constants (layer _ none)     X = refl
  same-constants (layer _ (some _)) X = refl

  through : (θ : Layer Number m n b) (X : Matrix (Dual Number) batch m) (δ : Matrix Number batch n) →
    ⟨ δ , tangents (OnDuals.preactivations X (constant-layer θ)) ⟩ ≡ ⟨ input-gradient δ (weight θ) , tangents X ⟩
  through θ X δ = trans (cong (λ V → ⟨ δ , V ⟩) (same-constants θ X)) (trans (layer-change θ (zero-layer θ) X δ)
    (left-out (times-zero-layer θ (layer-gradient θ (primals X) δ))))

  -- The loss on duals from preactivations on, of which only the inputs move.

  loss-through : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (X : Matrix (Dual Number) batch m) (y : Vector Target batch) (δ : Matrix Number batch n) →
    IsError loss error (after θs) φs (preactivations (primals X) (first θs)) y δ →
    tangent (OnDuals.network-loss (lifted-loss loss error) (map constant θs) (lifted-activations φs) X y) ≡
      ⟨ input-gradient δ (weight (first θs)) , tangents X ⟩
  loss-through loss error [ θ@(layer _ none) ] [ φ ] X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)
  loss-through loss error [ θ@(layer _ (some _)) ] [ φ ] X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)
  loss-through loss error (θ@(layer _ none) ∷ θs) (φ ∷ φs) X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)
  loss-through loss error (θ@(layer _ (some _)) ∷ θs) (φ ∷ φs) X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)

  -- GRAD.2, one layer back; then of all layers.

  hidden-error-differentiates : (loss : LossValue (last p ps)) (error : LossError (last p ps)) (θs : Layers Number n p c ps)
    (φ : Activation Number) (φs : Activations Number ps) (z : Matrix Number batch n) (y : Vector Target batch)
    (δ : Matrix Number batch p) →
    IsError loss error (after θs) φs (preactivations (activated z φ) (first θs)) y δ →
    IsError {ps = (p , c) ∷ ps} loss error θs (φ ∷ φs) z y (hidden-error δ (weight (first θs)) z φ)
  hidden-error-differentiates loss error θs φ φs z y δ p = is-error λ v → trans
    (loss-through loss error θs φs _ y δ p) (hidden-change δ (weight (first θs)) φ (along z v))

  backpropagated-errors : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    IsError loss error (after θs) φs (preactivations x (first θs)) y (head (backpropagate error θs φs x y))
  backpropagated-errors loss error [ θ ]    [ φ ]    x y =
    is-error λ v → output-change loss error φ (along (preactivations x θ) v) y
  backpropagated-errors loss error (θ ∷ θs) (φ ∷ φs) x y = hidden-error-differentiates loss error θs φ φs
    (preactivations x θ) y _ (backpropagated-errors loss error θs φs (activated (preactivations x θ) φ) y)

  -- δs are the derivatives of the loss in the preactivations of every layer.

  AllErrors : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) → Units Number batch n ps → Set
  AllErrors loss error [ θ ] [ φ ] x y [ δ ] = IsError loss error tt [ φ ] (preactivations x θ) y δ
  AllErrors loss error (θ ∷ θs) (φ ∷ φs) x y (δ ∷ δs) =
    IsError loss error θs (φ ∷ φs) z y δ × AllErrors loss error θs φs (activated z φ) y δs
    where z = preactivations x θ

  backpropagate-gives-all : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    AllErrors loss error θs φs x y (backpropagate error θs φs x y)
  backpropagate-gives-all loss error [ θ ]    [ φ ]    x y = backpropagated-errors loss error [ θ ] [ φ ] x y
  backpropagate-gives-all loss error (θ ∷ θs) (φ ∷ φs) x y =
    backpropagated-errors loss error (θ ∷ θs) (φ ∷ φs) x y ,
    backpropagate-gives-all loss error θs φs (activated (preactivations x θ) φ) y

  -- Two derivatives at one place give a layer's parameters the same derivative.

  same-layer-gradient : {loss : LossValue (last n ps)} {error : LossError (last n ps)} {rest : Rest Number n ps}
    {φs : Activations Number ps} (θ η : Layer Number m n b) (x : Matrix Number batch m) {y : Vector Target batch}
    {δ δ′ : Matrix Number batch n} → IsError loss error rest φs (preactivations x θ) y δ →
    IsError loss error rest φs (preactivations x θ) y δ′ →
    layer-product (layer-gradient θ x δ) η ≡ layer-product (layer-gradient θ x δ′) η
  same-layer-gradient θ η x {δ = δ} {δ′} p q = trans (sym (by-change δ)) (trans
    (trans (sym (differentiates p _)) (differentiates q _)) (by-change δ′))
    where
    by-change : ∀ δ → ⟨ δ , tangents (OnDuals.preactivations (constants x) (zip-layer dual θ η)) ⟩ ≡
      layer-product (layer-gradient θ x δ) η
    by-change δ = trans (layer-change θ η (constants x) δ) (right-out (times-zero (input-gradient δ (weight θ))))

  same-gradients : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs v : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) (δs δs′ : Units Number batch n ps) →
    AllErrors loss error θs φs x y δs → AllErrors loss error θs φs x y δs′ →
    ⟪ layers-gradient θs φs x δs , v ⟫ ≡ ⟪ layers-gradient θs φs x δs′ , v ⟫
  same-gradients loss error [ θ ]    [ η ]   [ φ ]    x y [ δ ]    [ δ′ ]     p q = same-layer-gradient θ η x p q
  same-gradients loss error (θ ∷ θs) (η ∷ v) (φ ∷ φs) x y (δ ∷ δs) (δ′ ∷ δs′) (p , ps) (q , qs) =
    cong₂ _+_ (same-layer-gradient θ η x p q) (same-gradients loss error θs v φs _ y δs δs′ ps qs)

  -- GRAD.3, of a whole network.

  parameters-get-errors : (loss : LossValue (last n ps)) (error : LossError (last n ps)) → Respects loss →
    ErrorRespects error → (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m)
    (y : Vector Target batch) (δs : Units Number batch n ps) → AllErrors loss error θs φs x y δs → ∀ v →
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) (constants x) y)
      ≡ ⟪ layers-gradient θs φs x δs , v ⟫
  parameters-get-errors loss error respects error-respects θs φs x y δs p v = trans
    (program-gradient loss error respects error-respects θs v φs (constants x) y)
    (trans (right-out (times-zero (snd (backprop error θs φs x y))))
           (same-gradients loss error θs v φs x y _ δs (backpropagate-gives-all loss error θs φs x y) p))
