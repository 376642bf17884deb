-- What every file below reads: equality, finite indices, lists of widths, bijections.
module Theory.Base where

open import Agda.Builtin.Equality public using (_≡_; refl)
open import Agda.Builtin.Bool public using (Bool; true; false)
open import Agda.Builtin.Nat public using (zero; suc) renaming (Nat to ℕ)
open import Agda.Builtin.List public using (List; []; _∷_)
open import Agda.Builtin.Sigma public using (Σ; _,_; fst; snd)

private variable
  A B C : Set

infixr 4 _×_
_×_ : Set → Set → Set
A × B = Σ A λ _ → B

-- Equality: it passes through functions, and chains.

cong : (f : A → B) {x y : A} → x ≡ y → f x ≡ f y
cong f refl = refl

cong₂ : (f : A → B → C) {x y : A} {u v : B} → x ≡ y → u ≡ v → f x u ≡ f y v
cong₂ f refl refl = refl

sym : {x y : A} → x ≡ y → y ≡ x
sym refl = refl

trans : {x y z : A} → x ≡ y → y ≡ z → x ≡ z
trans refl p = p

infix  3 _∎
infixr 2 _≡⟨_⟩_ _≡⟨⟩_

_≡⟨_⟩_ : (x : A) {y z : A} → x ≡ y → y ≡ z → x ≡ z
x ≡⟨ p ⟩ q = trans p q

_≡⟨⟩_ : (x : A) {y : A} → x ≡ y → x ≡ y
x ≡⟨⟩ q = q

_∎ : (x : A) → x ≡ x
x ∎ = refl

-- Fin n has n elements: the indices of the units of a layer, or of the examples of a batch.

data Fin : ℕ → Set where
  zero : ∀ {n} → Fin (suc n)
  suc  : ∀ {n} → Fin n → Fin (suc n)

-- A bijection of n units.

record Permutation (n : ℕ) : Set where
  field
    to from : Fin n → Fin n
    from-to : ∀ i → from (to i) ≡ i
    to-from : ∀ i → to (from i) ≡ i
open Permutation public

unmoved : ∀ {n} → Permutation n
unmoved = record { to = λ i → i ; from = λ i → i ; from-to = λ _ → refl ; to-from = λ _ → refl }

-- Nothing to say, and a contradiction.

record ⊤ : Set where
  constructor tt

data ⊥ : Set where

infix 3 ¬_
¬_ : Set → Set
¬ A = A → ⊥
