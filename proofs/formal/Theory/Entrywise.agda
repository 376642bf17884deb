-- Arrays, layers and networks are equal when their entries are.
module Theory.Entrywise where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network

infix 4 _≈_ _≋_ _≈ᵇ_ _≈ᵘ_

_≈_ : ∀ {A m n} → Matrix A m n → Matrix A m n → Set
u ≈ v = ∀ i j → u i j ≡ v i j

data _≈ᵇ_ {A n} : ∀ {b} → Bias A n b → Bias A n b → Set where
  none : none ≈ᵇ none
  some : ∀ {u v : Vector A n} → (∀ j → u j ≡ v j) → some u ≈ᵇ some v

record SameLayer {A m n b} (θ η : Layer A m n b) : Set where
  constructor same
  field
    weights : weight θ ≈ weight η
    biases  : bias θ ≈ᵇ bias η

data _≋_ {A m n b} : ∀ {ps} → Layers A m n b ps → Layers A m n b ps → Set where
  [_] : ∀ {θ η} → SameLayer θ η → [ θ ] ≋ [ η ]
  _∷_ : ∀ {p c ps θ η} {θs ηs : Layers A n p c ps} → SameLayer θ η → θs ≋ ηs → (θ ∷ θs) ≋ (η ∷ ηs)

data _≈ᵘ_ {A batch n} : ∀ {ps} → Units A batch n ps → Units A batch n ps → Set where
  [_] : ∀ {u v : Matrix A batch n} → u ≈ v → [ u ] ≈ᵘ [ v ]
  _∷_ : ∀ {p c ps} {u v : Matrix A batch n} {us vs : Units A batch p ps} →
        u ≈ v → us ≈ᵘ vs → (_∷_ {c = c} u us) ≈ᵘ (v ∷ vs)
