-- Number systems: a set of numbers with +, * and a sum of finitely many terms. No law is supposed of them.
-- Floats are one (their sum may add in any order and round), and so are residues, duals, any ring.
module Theory.Numbers where

open import Theory.Base

record Arithmetic : Set₁ where
  infixl 6 _+_
  infixl 7 _*_
  field
    Number : Set
    _+_    : Number → Number → Number
    _*_    : Number → Number → Number
    sum    : ∀ {n} → (Fin n → Number) → Number

-- A sum is determined by its terms: equal terms, equal sums.

DeterminedByTerms : Arithmetic → Set
DeterminedByTerms 𝔸 = ∀ {n} {f g : Fin n → Number} → (∀ i → f i ≡ g i) → sum f ≡ sum g
  where open Arithmetic 𝔸

-- Arrays are functions of their indices.

Vector : Set → ℕ → Set
Vector A n = Fin n → A

Matrix : Set → ℕ → ℕ → Set
Matrix A m n = Fin m → Fin n → A

-- The biases of the units of one layer, or none.

data Bias (A : Set) (n : ℕ) : Bool → Set where
  none : Bias A n false
  some : Vector A n → Bias A n true

-- The parameters of one layer: weight (units in, units out) and bias (units out).

record Layer (A : Set) (m n : ℕ) (biased : Bool) : Set where
  constructor layer
  field
    weight : Matrix A m n
    bias   : Bias A n biased
open Layer public

-- An activation, or what stands for one: its derivatives, of order 0 (the value), 1 (the slope), ...

Activation : Set → Set
Activation A = ℕ → A → A

value slope : ∀ {A : Set} → A → Activation A → A
value z φ = φ 0 z
slope z φ = φ 1 z
