-- Errors: the derivatives of the loss in the preactivations of a layer; how they come back through weights that stay.
-- Everything that does not move is a constant: a dual number with 0 in front of ε.
module Theory.Errors where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Duals
open import Theory.LossFrom
import Theory.ProgramGradient
open import Generated.Program using (program)

module Theorems (𝔸 : Arithmetic) (with-zero : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open LawsWithZero with-zero
  open Generated.Program.Functions 𝔸 Target
  open From 𝔸 Target (program 𝔸 Target) public
  open Theory.ProgramGradient.Theorems 𝔸 laws Target public
  module FromOnDuals = From (duals 𝔸) Target (program (duals 𝔸) Target)

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

  -- δ is the derivative of the loss in preactivations z of one layer, along every direction v.

  record IsError (loss : LossValue (last n ps)) (error : LossError (last n ps)) (rest : Rest Number n ps)
    (φs : Activations Number ps) (z : Matrix Number batch n) (y : Vector Target batch)
    (δ : Matrix Number batch n) : Set where
    constructor is-error
    field
      differentiates : ∀ v → tangent (FromOnDuals.loss-from (lifted-loss loss error) (constant-rest rest)
        (lifted-activations φs) (along z v) y) ≡ ⟨ δ , v ⟩
  open IsError public

  -- δs are the derivatives of the loss in the preactivations of every layer.

  AllErrors : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) → Units Number batch n ps → Set
  AllErrors loss error [ θ ] φ x y [ δ ] = IsError loss error tt φ (preactivations x θ) y δ
  AllErrors loss error (θ ∷ θs) (φ , φs) x y (δ ∷ δs) =
    IsError loss error θs (φ , φs) z y δ × AllErrors loss error θs φs (activated z φ) y δs
    where z = preactivations x θ

  first-error : {loss : LossValue (last n ps)} {error : LossError (last n ps)} (θs : Layers Number m n b ps)
    (φs : Activations Number ps) {x : Matrix Number batch m} {y : Vector Target batch} {δs : Units Number batch n ps} →
    AllErrors loss error θs φs x y δs →
    IsError loss error (after θs) φs (preactivations x (first θs)) y (head δs)
  first-error [ θ ]    φ        {δs = [ δ ]}    p       = p
  first-error (θ ∷ θs) (φ , φs) {δs = δ ∷ δs} (p , _) = p

  -- What is equal to a derivative is one; and two derivatives at one place have the same products.

  equal-error : {loss : LossValue (last n ps)} {error : LossError (last n ps)} {rest : Rest Number n ps}
    {φs : Activations Number ps} {z : Matrix Number batch n} {y : Vector Target batch} {δ δ′ : Matrix Number batch n} →
    δ′ ≈ δ → IsError loss error rest φs z y δ → IsError loss error rest φs z y δ′
  equal-error same-δ p = is-error λ v → trans (differentiates p v) (sym (products-agree v same-δ))

  same-products : {loss : LossValue (last n ps)} {error : LossError (last n ps)} {rest : Rest Number n ps}
    {φs : Activations Number ps} {z : Matrix Number batch n} {y : Vector Target batch} {δ δ′ : Matrix Number batch n} →
    IsError loss error rest φs z y δ → IsError loss error rest φs z y δ′ → ∀ v → ⟨ δ , v ⟩ ≡ ⟨ δ′ , v ⟩
  same-products p q v = trans (sym (differentiates p v)) (differentiates q v)

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
    tangents (OnDuals.preactivations X (constant-layer θ)) ≡
      tangents (OnDuals.preactivations X (zip-layer dual θ (zero-layer θ)))
  same-constants (layer _ none)     X = refl
  same-constants (layer _ (some _)) X = refl

  through : (θ : Layer Number m n b) (X : Matrix (Dual Number) batch m) (δ : Matrix Number batch n) →
    ⟨ δ , tangents (OnDuals.preactivations X (constant-layer θ)) ⟩ ≡ ⟨ T.input-gradient δ (weight θ) , tangents X ⟩
  through θ X δ = trans (cong (λ V → ⟨ δ , V ⟩) (same-constants θ X)) (trans (layer-change θ (zero-layer θ) X δ)
    (left-out (times-zero-layer θ (T.layer-gradient θ (primals X) δ))))

  -- The loss of a network of which only the inputs move.

  loss-through : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (X : Matrix (Dual Number) batch m) (y : Vector Target batch)
    (δ : Matrix Number batch n) → IsError loss error (after θs) φs (preactivations (primals X) (first θs)) y δ →
    tangent (OnDuals.network-loss (lifted-loss loss error) (map constant θs) (lifted-activations φs) X y) ≡
      ⟨ T.input-gradient δ (weight (first θs)) , tangents X ⟩
  loss-through loss error [ θ@(layer _ none) ] φ X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)
  loss-through loss error [ θ@(layer _ (some _)) ] φ X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)
  loss-through loss error (θ@(layer _ none) ∷ θs) (φ , φs) X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)
  loss-through loss error (θ@(layer _ (some _)) ∷ θs) (φ , φs) X y δ p =
    trans (differentiates p (tangents (OnDuals.preactivations X (constant-layer θ)))) (through θ X δ)

  -- So the textbook's formula of a hidden error, (δ Wᵀ) ⊙ φ′(z), gives the derivative one layer back.

  one-layer-back : (loss : LossValue (last p ps)) (error : LossError (last p ps)) (θs : Layers Number n p c ps)
    (φ : Activation Number) (φs : Activations Number ps) (z : Matrix Number batch n) (y : Vector Target batch)
    (δ : Matrix Number batch p) →
    IsError loss error (after θs) φs (preactivations (activated z φ) (first θs)) y δ →
    IsError {ps = (p , c) ∷ ps} loss error θs (φ , φs) z y (T.hidden-error δ (weight (first θs)) z φ)
  one-layer-back loss error θs φ φs z y δ p = is-error λ v → trans
    (loss-through loss error θs φs _ y δ p) (values-change φ (along z v) (T.input-gradient δ (weight (first θs))))
