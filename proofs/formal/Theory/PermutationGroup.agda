-- Permutations of the hidden units of a network form a group, which acts on networks. Nothing is supposed of numbers.
module Theory.PermutationGroup where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation using (Permutations; []; _∷_; moved; moved-bias; act; act-after)

private variable
  A : Set
  m n : ℕ
  b : Bool
  ps : Widths

infixr 9 _∘_ _∘̂_

-- The permutation that acts as σ and then as π; the one that undoes π.

_∘_ : Permutation n → Permutation n → Permutation n
π ∘ σ = record
  { to      = λ i → to σ (to π i)
  ; from    = λ i → from π (from σ i)
  ; from-to = λ i → trans (cong (from π) (from-to σ (to π i))) (from-to π i)
  ; to-from = λ i → trans (cong (to σ) (to-from π (from σ i))) (to-from σ i)
  }

undo : Permutation n → Permutation n
undo π = record { to = from π ; from = to π ; from-to = to-from π ; to-from = from-to π }

-- The same for the permutations of every hidden layer.

_∘̂_ : Permutations n ps → Permutations n ps → Permutations n ps
[]       ∘̂ []       = []
(π ∷ πs) ∘̂ (σ ∷ σs) = (π ∘ σ) ∷ (πs ∘̂ σs)

inverse : Permutations n ps → Permutations n ps
inverse []       = []
inverse (π ∷ πs) = undo π ∷ inverse πs

identity : Permutations n ps
identity {ps = []}    = []
identity {ps = _ ∷ _} = unmoved ∷ identity

-- Acting twice is acting by the composition.

composed-bias : (π σ : Permutation n) (u : Bias A n b) → moved-bias π (moved-bias σ u) ≈ᵇ moved-bias (π ∘ σ) u
composed-bias π σ none     = none
composed-bias π σ (some _) = some λ _ → refl

composed-after : (ρ τ : Permutation m) (πs σs : Permutations n ps) (θs : Layers A m n b ps) →
  act-after ρ πs (act-after τ σs θs) ≋ act-after (ρ ∘ τ) (πs ∘̂ σs) θs
composed-after ρ τ []       []       [ θ ]    = [ same (λ _ _ → refl) (composed-bias unmoved unmoved (bias θ)) ]
composed-after ρ τ (π ∷ πs) (σ ∷ σs) (θ ∷ θs) =
  same (λ _ _ → refl) (composed-bias π σ (bias θ)) ∷ composed-after π σ πs σs θs

composed : (πs σs : Permutations n ps) (θs : Layers A m n b ps) → act πs (act σs θs) ≋ act (πs ∘̂ σs) θs
composed = composed-after unmoved unmoved

-- Permutations that send every unit to the same place act in the same way.

data Same : ∀ {n ps} → Permutations n ps → Permutations n ps → Set where
  []  : ∀ {n} → Same {n} [] []
  _∷_ : ∀ {n p c ps} {π σ : Permutation n} {πs σs : Permutations p ps} →
        (∀ i → to π i ≡ to σ i) → Same πs σs → Same (_∷_ {c = c} π πs) (σ ∷ σs)

same-bias : {π σ : Permutation n} → (∀ i → to π i ≡ to σ i) → (u : Bias A n b) → moved-bias π u ≈ᵇ moved-bias σ u
same-bias p none     = none
same-bias p (some u) = some λ j → cong u (p j)

same-after : {ρ τ : Permutation m} → (∀ i → to ρ i ≡ to τ i) → {πs σs : Permutations n ps} → Same πs σs →
  (θs : Layers A m n b ps) → act-after ρ πs θs ≋ act-after τ σs θs
same-after p []       [ θ ]    = [ same (λ i j → cong (λ k → weight θ k j) (p i)) (same-bias (λ _ → refl) (bias θ)) ]
same-after p (q ∷ qs) (θ ∷ θs) =
  same (λ i j → cong₂ (weight θ) (p i) (q j)) (same-bias q (bias θ)) ∷ same-after q qs θs

same-action : {πs σs : Permutations n ps} → Same πs σs → (θs : Layers A m n b ps) → act πs θs ≋ act σs θs
same-action = same-after λ _ → refl

identity-acts : (θs : Layers A m n b ps) → act identity θs ≋ θs
identity-acts = after
  where
  nowhere : ∀ {A n b} (u : Bias A n b) → moved-bias unmoved u ≈ᵇ u
  nowhere none     = none
  nowhere (some _) = some λ _ → refl
  after : ∀ {A m n b ps} (θs : Layers A m n b ps) → act-after unmoved identity θs ≋ θs
  after [ θ ]    = [ same (λ _ _ → refl) (nowhere (bias θ)) ]
  after (θ ∷ θs) = same (λ _ _ → refl) (nowhere (bias θ)) ∷ after θs

inverse-left : (πs : Permutations n ps) → Same (inverse πs ∘̂ πs) identity
inverse-left []       = []
inverse-left (π ∷ πs) = to-from π ∷ inverse-left πs

inverse-right : (πs : Permutations n ps) → Same (πs ∘̂ inverse πs) identity
inverse-right []       = []
inverse-right (π ∷ πs) = from-to π ∷ inverse-right πs

-- The permutations of a list, acting one after the other; π as a list of permutations of one layer each.

act-all : List (Permutations n ps) → Layers A m n b ps → Layers A m n b ps
act-all []       θs = θs
act-all (π ∷ πs) θs = act-all πs (act π θs)

each : ∀ {A B : Set} → (A → B) → List A → List B
each f []       = []
each f (a ∷ as) = f a ∷ each f as

layer-by-layer : Permutations n ps → List (Permutations n ps)
layer-by-layer []       = []
layer-by-layer (π ∷ πs) = (π ∷ identity) ∷ each (unmoved ∷_) (layer-by-layer πs)

product : List (Permutations n ps) → Permutations n ps
product []       = identity
product (π ∷ πs) = product πs ∘̂ π

product-acts : (πs : List (Permutations n ps)) (θs : Layers A m n b ps) → act-all πs θs ≋ act (product πs) θs
product-acts []       θs = sym-layers (identity-acts θs)
product-acts (π ∷ πs) θs = trans-layers (product-acts πs (act π θs)) (composed (product πs) π θs)

same-trans : {πs σs τs : Permutations n ps} → Same πs σs → Same σs τs → Same πs τs
same-trans []       []       = []
same-trans (p ∷ ps) (q ∷ qs) = (λ i → trans (p i) (q i)) ∷ same-trans ps qs

same-compose : {πs σs : Permutations n ps} (τs : Permutations n ps) → Same πs σs → Same (πs ∘̂ τs) (σs ∘̂ τs)
same-compose []       []       = []
same-compose (τ ∷ τs) (p ∷ ps) = (λ i → cong (to τ) (p i)) ∷ same-compose τs ps

same-identity : (πs : Permutations n ps) → Same (πs ∘̂ identity) πs
same-identity []       = []
same-identity (π ∷ πs) = (λ _ → refl) ∷ same-identity πs

later-layers : ∀ {p c} (πs : List (Permutations p ps)) →
  Same (product (each (_∷_ {n} {p} {c} unmoved) πs)) (unmoved ∷ product πs)
later-layers []       = (λ _ → refl) ∷ same-identity′ identity
  where
  same-identity′ : ∀ {n ps} (πs : Permutations n ps) → Same πs πs
  same-identity′ []       = []
  same-identity′ (π ∷ πs) = (λ _ → refl) ∷ same-identity′ πs
later-layers (π ∷ πs) = same-compose (unmoved ∷ π) (later-layers πs)

layers-compose : (πs : Permutations n ps) → Same (product (layer-by-layer πs)) πs
layers-compose []       = []
layers-compose (π ∷ πs) = same-trans (same-compose (π ∷ identity) (later-layers (layer-by-layer πs)))
  ((λ _ → refl) ∷ same-trans (same-identity (product (layer-by-layer πs))) (layers-compose πs))
