-- The derivative of the loss along any direction, as the same formulas run on dual numbers give it, is the product of
-- that direction with what backprop gives. Proved of the textbook's formulas.
module Theory.Gradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
open import Theory.Textbook

module Theorems (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Functions 𝔸 Target
  open Recursion 𝔸 Target (textbook 𝔸 Target)
  open Lifting 𝔸 Target textbook
  open Products 𝔸

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  -- Sums of sums.

  ∑∑-equal : {f g : Fin m → Fin n → Number} → (∀ i j → f i j ≡ g i j) → ∑∑ f ≡ ∑∑ g
  ∑∑-equal same = sum-of-equals λ i → sum-of-equals λ j → same i j

  ∑∑-plus : (f g : Fin m → Fin n → Number) → (∑∑ λ i j → f i j + g i j) ≡ ∑∑ f + ∑∑ g
  ∑∑-plus f g = trans (sum-of-equals λ i → sum-plus (f i) (g i)) (sum-plus (λ i → sum (f i)) (λ i → sum (g i)))

  sum-* : ∀ {n} (f : Fin n → Number) a → sum f * a ≡ sum (λ i → f i * a)
  sum-* f a = trans (*-comm (sum f) a) (trans (*-sum a f) (sum-of-equals λ i → *-comm a (f i)))

  exchange : ∀ a b c → a * (b * c) ≡ (b * a) * c
  exchange a b c = trans (sym (*-assoc a b c)) (cong (_* c) (*-comm a b))

  exchange′ : ∀ a b c → a * (b * c) ≡ (a * c) * b
  exchange′ a b c = trans (cong (a *_) (*-comm b c)) (sym (*-assoc a c b))

  swap-last : ∀ a b c → (a + b) + c ≡ (a + c) + b
  swap-last a b c = trans (+-assoc a b c) (trans (cong (a +_) (+-comm b c)) (sym (+-assoc a c b)))

  -- The weights w of a layer move along v, its inputs x along ẋ; the loss changes at the rate δ with preactivations.

  module _ (w v : Matrix Number m n) (x ẋ : Matrix Number batch m) (δ : Matrix Number batch n) where

    change by-weights by-inputs : Matrix Number batch n
    change     e j = sum λ i → x e i * v i j + ẋ e i * w i j
    by-weights e j = sum λ i → δ e j * (x e i * v i j)
    by-inputs  e j = sum λ i → δ e j * (ẋ e i * w i j)

    split : ∀ e j → δ e j * change e j ≡ by-weights e j + by-inputs e j
    split e j = trans (*-sum (δ e j) _) (trans (sum-of-equals λ i → *-plus _ _ _) (sum-plus _ _))

    weights : ∑∑ by-weights ≡ ⟨ weight-gradient x δ , v ⟩
    weights =
      sum (λ e → sum λ j → sum λ i → δ e j * (x e i * v i j))
        ≡⟨ sum-of-equals (λ e → sum-swap λ j i → δ e j * (x e i * v i j)) ⟩
      sum (λ e → sum λ i → sum λ j → δ e j * (x e i * v i j))
        ≡⟨ sum-swap (λ e i → sum λ j → δ e j * (x e i * v i j)) ⟩
      sum (λ i → sum λ e → sum λ j → δ e j * (x e i * v i j))
        ≡⟨ sum-of-equals (λ i → sum-swap λ e j → δ e j * (x e i * v i j)) ⟩
      sum (λ i → sum λ j → sum λ e → δ e j * (x e i * v i j))
        ≡⟨ ∑∑-equal (λ i j → sum-of-equals λ e → exchange _ _ _) ⟩
      sum (λ i → sum λ j → sum λ e → (x e i * δ e j) * v i j)
        ≡⟨ ∑∑-equal (λ i j → sym (sum-* (λ e → x e i * δ e j) (v i j))) ⟩
      ⟨ weight-gradient x δ , v ⟩ ∎

    inputs : ∑∑ by-inputs ≡ ⟨ input-gradient δ w , ẋ ⟩
    inputs =
      sum (λ e → sum λ j → sum λ i → δ e j * (ẋ e i * w i j))
        ≡⟨ sum-of-equals (λ e → sum-swap λ j i → δ e j * (ẋ e i * w i j)) ⟩
      sum (λ e → sum λ i → sum λ j → δ e j * (ẋ e i * w i j))
        ≡⟨ ∑∑-equal (λ e i → sum-of-equals λ j → exchange′ _ _ _) ⟩
      sum (λ e → sum λ i → sum λ j → (δ e j * w i j) * ẋ e i)
        ≡⟨ ∑∑-equal (λ e i → sym (sum-* (λ j → δ e j * w i j) (ẋ e i))) ⟩
      ⟨ input-gradient δ w , ẋ ⟩ ∎

    without-bias : (∑∑ λ e j → δ e j * change e j) ≡ ⟨ weight-gradient x δ , v ⟩ + ⟨ input-gradient δ w , ẋ ⟩
    without-bias = trans (∑∑-equal split) (trans (∑∑-plus by-weights by-inputs) (cong₂ _+_ weights inputs))

    biases : (c : Vector Number n) → (∑∑ λ e j → δ e j * c j) ≡ sum λ j → bias-gradient δ j * c j
    biases c = trans (sum-swap λ e j → δ e j * c j) (sum-of-equals λ j → sym (sum-* (λ e → δ e j) (c j)))

    with-bias : (c : Vector Number n) → (∑∑ λ e j → δ e j * (change e j + c j)) ≡
      (⟨ weight-gradient x δ , v ⟩ + sum λ j → bias-gradient δ j * c j) + ⟨ input-gradient δ w , ẋ ⟩
    with-bias c =
      (∑∑ λ e j → δ e j * (change e j + c j))
        ≡⟨ trans (∑∑-equal λ e j → *-plus _ _ _) (∑∑-plus (λ e j → δ e j * change e j) (λ e j → δ e j * c j)) ⟩
      (∑∑ λ e j → δ e j * change e j) + (∑∑ λ e j → δ e j * c j)
        ≡⟨ cong₂ _+_ without-bias (biases c) ⟩
      (⟨ weight-gradient x δ , v ⟩ + ⟨ input-gradient δ w , ẋ ⟩) + (sum λ j → bias-gradient δ j * c j)
        ≡⟨ swap-last _ _ _ ⟩
      (⟨ weight-gradient x δ , v ⟩ + sum λ j → bias-gradient δ j * c j) + ⟨ input-gradient δ w , ẋ ⟩ ∎

  -- One layer on duals: what its preactivations change, times the rates δ at which the loss changes with them.

  primals tangents : Matrix (Dual Number) batch m → Matrix Number batch m
  primals  X e i = primal (X e i)
  tangents X e i = tangent (X e i)

  layer-change : (θ η : Layer Number m n b) (X : Matrix (Dual Number) batch m) (δ : Matrix Number batch n) →
    ⟨ δ , tangents (OnDuals.preactivations X (zip-layer dual θ η)) ⟩ ≡
      layer-product (layer-gradient θ (primals X) δ) η + ⟨ input-gradient δ (weight θ) , tangents X ⟩
  layer-change (layer w none)     (layer v none)     X δ = without-bias w v (primals X) (tangents X) δ
  layer-change (layer w (some _)) (layer v (some d)) X δ = with-bias w v (primals X) (tangents X) δ d

  -- The same with the activations. What comes after changes at the rate of the product of c with their change.

  values : Layer Number m n b → Layer Number m n b → Activation Number → Matrix (Dual Number) batch m →
    Matrix (Dual Number) batch n
  values θ η φ X = F.activated (OnDuals.preactivations X (zip-layer dual θ η)) (lifted-activation φ)
    where module F = Functions (duals 𝔸) Target

  error-from : Layer Number m n b → Activation Number → Matrix Number batch m → Matrix Number batch n →
    Matrix Number batch n
  error-from θ φ x c e j = c e j * slope (preactivations x θ e j) φ

  one-layer : (θ η : Layer Number m n b) (φ : Activation Number) (X : Matrix (Dual Number) batch m)
    (c : Matrix Number batch n) → let δ = error-from θ φ (primals X) c in
    (∑∑ λ e j → c e j * tangent (values θ η φ X e j)) ≡
      layer-product (layer-gradient θ (primals X) δ) η + ⟨ input-gradient δ (weight θ) , tangents X ⟩
  one-layer θ@(layer _ none)     η@(layer _ none)     φ X c =
    trans (∑∑-equal λ e j → sym (*-assoc _ _ _)) (layer-change θ η X (error-from θ φ (primals X) c))
  one-layer θ@(layer _ (some _)) η@(layer _ (some _)) φ X c =
    trans (∑∑-equal λ e j → sym (*-assoc _ _ _)) (layer-change θ η X (error-from θ φ (primals X) c))

  -- The errors of an output layer, before the slope of its activation.

  errors : LossError n → Layer Number m n b → Activation Number → Matrix Number batch m → Vector Target batch →
    Matrix Number batch n
  errors error θ φ x y e = error (activated (preactivations x θ) φ e) (y e)

  join : ∀ {t later c here input} → t ≡ later + c → c ≡ here + input → t ≡ (here + later) + input
  join {later = later} {here = here} {input} p q = trans p (trans (cong (later +_) q)
    (trans (sym (+-assoc later here input)) (cong (_+ input) (+-comm later here))))

  backprop-is-the-derivative : (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs ηs : Layers Number m n b ps) (φs : Activations Number ps) (X : Matrix (Dual Number) batch m)
    (y : Vector Target batch) → let gradient , input = backprop error θs φs (primals X) y in
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs ηs) (lifted-activations φs) X y)
      ≡ ⟪ gradient , ηs ⟫ + ⟨ input , tangents X ⟩
  backprop-is-the-derivative loss error [ θ@(layer _ none) ] [ η@(layer _ none) ] φ X y =
    one-layer θ η φ X (errors error θ φ (primals X) y)
  backprop-is-the-derivative loss error [ θ@(layer _ (some _)) ] [ η@(layer _ (some _)) ] φ X y =
    one-layer θ η φ X (errors error θ φ (primals X) y)
  backprop-is-the-derivative loss error (θ@(layer _ none) ∷ θs) (η@(layer _ none) ∷ ηs) (φ , φs) X y =
    join (backprop-is-the-derivative loss error θs ηs φs (values θ η φ X) y) (one-layer θ η φ X _)
  backprop-is-the-derivative loss error (θ@(layer _ (some _)) ∷ θs) (η@(layer _ (some _)) ∷ ηs) (φ , φs) X y =
    join (backprop-is-the-derivative loss error θs ηs φs (values θ η φ X) y) (one-layer θ η φ X _)
