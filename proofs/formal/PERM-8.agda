-- PERM.8. Permutations act on networks as a group, on each layer independently:
-- π·(σ·θ) = (π∘σ)·θ, id·θ = θ, π⁻¹·(π·θ) = θ = π·(π⁻¹·θ); permuting one layer after the other is permuting all at once.
-- No law is needed: the entries of a network may be anything.
module PERM-8 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation using (Permutations; []; _∷_; act)
open import Theory.PermutationGroup
open import Theory.SmallNetworks using (index)
import Generated.Action

module Theorem where

  theorem : ∀ {A m n b ps} (πs σs : Permutations n ps) (θs : Layers A m n b ps) →
    (act πs (act σs θs) ≋ act (πs ∘̂ σs) θs)
      × (act identity θs ≋ θs)
      × (act (inverse πs) (act πs θs) ≋ θs)
      × (act πs (act (inverse πs) θs) ≋ θs)
      × (act-all (layer-by-layer πs) θs ≋ act πs θs)
  theorem πs σs θs =
      composed πs σs θs
    , identity-acts θs
    , back (inverse-left πs) (composed (inverse πs) πs θs)
    , back (inverse-right πs) (composed πs (inverse πs) θs)
    , trans-layers (product-acts (layer-by-layer πs) θs) (same-action (layers-compose πs) θs)
    where
    back : ∀ {A m n b ps} {πs : Permutations n ps} {θs ηs : Layers A m n b ps} →
      Same πs identity → ηs ≋ act πs θs → ηs ≋ θs
    back p q = trans-layers q (trans-layers (same-action p _) (identity-acts _))

module Model where
  on-naturals = Theorem.theorem {ℕ}

-- Control: "composition in the wrong order": composing the other way round acts otherwise, from three units on.

module Control where

  turn flip : Permutation 3
  turn = record { to = next ; from = λ i → next (next i) ; from-to = thrice ; to-from = thrice }
    where
    next : Fin 3 → Fin 3
    next zero             = suc zero
    next (suc zero)       = suc (suc zero)
    next (suc (suc zero)) = zero
    thrice : ∀ i → next (next (next i)) ≡ i
    thrice zero             = refl
    thrice (suc zero)       = refl
    thrice (suc (suc zero)) = refl
  flip = record { to = other ; from = other ; from-to = twice ; to-from = twice }
    where
    other : Fin 3 → Fin 3
    other zero             = suc zero
    other (suc zero)       = zero
    other (suc (suc zero)) = suc (suc zero)
    twice : ∀ i → other (other i) ≡ i
    twice zero             = refl
    twice (suc zero)       = refl
    twice (suc (suc zero)) = refl

  three-units : Layers ℕ 1 3 false ((1 , false) ∷ [])
  three-units = layer (λ _ j → index j) none ∷ [ layer (λ i _ → index i) none ]

  refuted : ¬ (∀ {m n b ps} (πs σs : Permutations n ps) (θs : Layers ℕ m n b ps) →
    act πs (act σs θs) ≋ act (σs ∘̂ πs) θs)
  refuted claim with same-weights (claim (turn ∷ []) (flip ∷ []) three-units) zero zero
  ... | ()
