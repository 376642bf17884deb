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

-- This equality is reflexive, symmetric and transitive.

refl-bias : ∀ {A n b} (u : Bias A n b) → u ≈ᵇ u
refl-bias none     = none
refl-bias (some u) = some λ _ → refl

refl-layer : ∀ {A m n b} (θ : Layer A m n b) → SameLayer θ θ
refl-layer θ = same (λ _ _ → refl) (refl-bias (bias θ))

refl-layers : ∀ {A m n b ps} (θs : Layers A m n b ps) → θs ≋ θs
refl-layers [ θ ]    = [ refl-layer θ ]
refl-layers (θ ∷ θs) = refl-layer θ ∷ refl-layers θs

sym-bias : ∀ {A n b} {u v : Bias A n b} → u ≈ᵇ v → v ≈ᵇ u
sym-bias none     = none
sym-bias (some p) = some λ j → sym (p j)

sym-layer : ∀ {A m n b} {θ η : Layer A m n b} → SameLayer θ η → SameLayer η θ
sym-layer (same w u) = same (λ i j → sym (w i j)) (sym-bias u)

sym-layers : ∀ {A m n b ps} {θs ηs : Layers A m n b ps} → θs ≋ ηs → ηs ≋ θs
sym-layers [ p ]    = [ sym-layer p ]
sym-layers (p ∷ ps) = sym-layer p ∷ sym-layers ps

trans-bias : ∀ {A n b} {u v w : Bias A n b} → u ≈ᵇ v → v ≈ᵇ w → u ≈ᵇ w
trans-bias none     none     = none
trans-bias (some p) (some q) = some λ j → trans (p j) (q j)

trans-layer : ∀ {A m n b} {θ η ζ : Layer A m n b} → SameLayer θ η → SameLayer η ζ → SameLayer θ ζ
trans-layer (same w u) (same v t) = same (λ i j → trans (w i j) (v i j)) (trans-bias u t)

trans-layers : ∀ {A m n b ps} {θs ηs ζs : Layers A m n b ps} → θs ≋ ηs → ηs ≋ ζs → θs ≋ ζs
trans-layers [ p ]    [ q ]    = [ trans-layer p q ]
trans-layers (p ∷ ps) (q ∷ qs) = trans-layer p q ∷ trans-layers ps qs

same-first : ∀ {A m n b ps} {θs ηs : Layers A m n b ps} → θs ≋ ηs → SameLayer (first θs) (first ηs)
same-first [ p ]   = p
same-first (p ∷ _) = p

same-weights : ∀ {A m n b ps} {θs ηs : Layers A m n b ps} → θs ≋ ηs → weight (first θs) ≈ weight (first ηs)
same-weights same-layers = SameLayer.weights (same-first same-layers)

-- What is computed of equal numbers, for each parameter by itself, is equal.

zip-same-bias : ∀ {A B C : Set} {n b} {f g : A → B → C} → (∀ a b → f a b ≡ g a b) → {u u′ : Bias A n b}
  {v v′ : Bias B n b} → u ≈ᵇ u′ → v ≈ᵇ v′ → zip-bias f u v ≈ᵇ zip-bias g u′ v′
zip-same-bias {f = f} same-f none     none     = none
zip-same-bias {f = f} same-f (some p) (some q) = some λ j → trans (cong₂ f (p j) (q j)) (same-f _ _)

zip-same-layer : ∀ {A B C : Set} {m n b} {f g : A → B → C} → (∀ a b → f a b ≡ g a b) → {θ θ′ : Layer A m n b}
  {η η′ : Layer B m n b} → SameLayer θ θ′ → SameLayer η η′ → SameLayer (zip-layer f θ η) (zip-layer g θ′ η′)
zip-same-layer {f = f} same-f (same w u) (same w′ u′) =
  same (λ i j → trans (cong₂ f (w i j) (w′ i j)) (same-f _ _)) (zip-same-bias same-f u u′)

zip-same : ∀ {A B C : Set} {m n b ps} {f g : A → B → C} → (∀ a b → f a b ≡ g a b) → {θs θs′ : Layers A m n b ps}
  {ηs ηs′ : Layers B m n b ps} → θs ≋ θs′ → ηs ≋ ηs′ → zip f θs ηs ≋ zip g θs′ ηs′
zip-same same-f [ p ]    [ q ]    = [ zip-same-layer same-f p q ]
zip-same same-f (p ∷ ps) (q ∷ qs) = zip-same-layer same-f p q ∷ zip-same same-f ps qs
