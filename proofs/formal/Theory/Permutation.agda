-- Permuting the hidden units of any layers leaves the outputs as they are, and moves the gradient as it moves the
-- network. One law is used: a sum does not depend on the order of its terms.
module Theory.Permutation where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Generated.Program
import Generated.Facts

-- A permutation of the units of every hidden layer.

data Permutations : ℕ → Widths → Set where
  []  : ∀ {n} → Permutations n []
  _∷_ : ∀ {n p c ps} → Permutation n → Permutations p ps → Permutations n ((p , c) ∷ ps)

-- Row i and column j of the moved layer are row ρ i and column π j of the layer; its bias j is bias π j.

moved-bias : ∀ {A n b} → Permutation n → Bias A n b → Bias A n b
moved-bias π none     = none
moved-bias π (some b) = some λ j → b (to π j)

moved : ∀ {A m n b} → Permutation m → Permutation n → Layer A m n b → Layer A m n b
moved ρ π θ = layer (λ i j → weight θ (to ρ i) (to π j)) (moved-bias π (bias θ))

act-after : ∀ {A m n b ps} → Permutation m → Permutations n ps → Layers A m n b ps → Layers A m n b ps
act-after ρ []       [ θ ]    = [ moved ρ unmoved θ ]
act-after ρ (π ∷ πs) (θ ∷ θs) = moved ρ π θ ∷ act-after π πs θs

-- π · θ

act : ∀ {A m n b ps} → Permutations n ps → Layers A m n b ps → Layers A m n b ps
act = act-after unmoved

-- What the hidden units hold, permuted; the units of the output layer stay.

act-on-units : ∀ {A batch n ps} → Permutations n ps → Units A batch n ps → Units A batch n ps
act-on-units []       us       = us
act-on-units (π ∷ πs) (u ∷ us) = (λ e j → u e (to π j)) ∷ act-on-units πs us

module Theorems (𝔸 : Arithmetic) (laws : SumsInAnyOrder 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open SumsInAnyOrder laws
  open Generated.Program.Functions 𝔸 Target
  open Recursion 𝔸 Target (Generated.Program.program 𝔸 Target)
  open Generated.Facts.Moves 𝔸 Target sum-of-equals sum-in-any-order

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  -- Permuted inputs meet permuted rows: the preactivations are those of the permuted columns. The network θ′ may be any
  -- that is equal to the moved one, entry by entry.

  moved-preactivations : (ρ : Permutation m) (π : Permutation n) (θ : Layer Number m n b) {θ′ : Layer Number m n b} →
    SameLayer θ′ (moved ρ π θ) → {x x′ : Matrix Number batch m} → (x′ ≈ λ e i → x e (to ρ i)) →
    preactivations x′ θ′ ≈ λ e j → preactivations x θ e (to π j)
  moved-preactivations ρ π (layer w none)     {layer _ none}     (same same-w none)        same-x =
    preactivation-without-bias-moves ρ π {V = w} same-x same-w
  moved-preactivations ρ π (layer w (some b)) {layer _ (some _)} (same same-w (some same-b)) same-x =
    preactivation-moves ρ π {V = w} {b = b} same-x same-w same-b

  moved-values : (ρ : Permutation m) (π : Permutation n) (θ : Layer Number m n b) {θ′ : Layer Number m n b} →
    SameLayer θ′ (moved ρ π θ) → (φ : Activation Number) {x x′ : Matrix Number batch m} → (x′ ≈ λ e i → x e (to ρ i)) →
    activated (preactivations x′ θ′) φ ≈ λ e j → activated (preactivations x θ) φ e (to π j)
  moved-values ρ π θ same-θ φ {x} same-x =
    activated-moves π {φ = φ} {z = preactivations x θ} (moved-preactivations ρ π θ same-θ same-x)

  same-outputs : (ρ : Permutation m) (πs : Permutations n ps) (θs : Layers Number m n b ps)
    {θs′ : Layers Number m n b ps} → θs′ ≋ act-after ρ πs θs → (φs : Activations Number ps)
    {x x′ : Matrix Number batch m} → (x′ ≈ λ e i → x e (to ρ i)) → forward θs′ φs x′ ≈ forward θs φs x
  same-outputs ρ []       [ θ ]    [ same-θ ]          φ        same-x = moved-values ρ unmoved θ same-θ φ same-x
  same-outputs ρ (π ∷ πs) (θ ∷ θs) (same-θ ∷ same-θs) (φ , φs) same-x =
    same-outputs π πs θs same-θs φs (moved-values ρ π θ same-θ φ same-x)

  permuting-preserves-outputs : (πs : Permutations n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) → forward (act πs θs) φs x ≈ forward θs φs x
  permuting-preserves-outputs πs θs φs x = same-outputs unmoved πs θs (refl-layers _) φs (λ _ _ → refl)

  permuting-preserves-loss : (loss : LossValue (last n ps)) → Respects loss →
    (πs : Permutations n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) (y : Vector Target batch) →
    network-loss loss (act πs θs) φs x y ≡ network-loss loss θs φs x y
  permuting-preserves-loss loss respects πs θs φs x y =
    batch-loss-moves {loss = loss} {y} respects {a = forward θs φs x} (permuting-preserves-outputs πs θs φs x)

  -- What the units of the hidden layers hold moves with them; the output layer stays.

  first-of : Permutations n ps → Permutation n
  first-of []      = unmoved
  first-of (π ∷ _) = π

  Moved : Permutations n ps → Units Number batch n ps → Units Number batch n ps → Set
  Moved []       [ u ]    [ u′ ]     = u′ ≈ u
  Moved (π ∷ πs) (u ∷ us) (u′ ∷ us′) = (u′ ≈ λ e j → u e (to π j)) × Moved πs us us′

  moved-head : (πs : Permutations n ps) (us us′ : Units Number batch n ps) → Moved πs us us′ →
    head us′ ≈ λ e j → head us e (to (first-of πs) j)
  moved-head []       [ _ ]   [ _ ]   p       = p
  moved-head (_ ∷ _) (_ ∷ _) (_ ∷ _) (p , _) = p

  moved-is-permuted : (πs : Permutations n ps) (us us′ : Units Number batch n ps) → Moved πs us us′ →
    us′ ≈ᵘ act-on-units πs us
  moved-is-permuted []       [ _ ]    [ _ ]      p       = [ p ]
  moved-is-permuted (π ∷ πs) (_ ∷ us) (_ ∷ us′) (p , ps) = p ∷ moved-is-permuted πs us us′ ps

  moved-activations : (ρ : Permutation m) (πs : Permutations n ps) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) {x x′ : Matrix Number batch m} → (x′ ≈ λ e i → x e (to ρ i)) →
    Moved πs (activations θs φs x) (activations (act-after ρ πs θs) φs x′)
  moved-activations ρ []       [ θ ]    φ        same-x = moved-values ρ unmoved θ (refl-layer _) φ same-x
  moved-activations ρ (π ∷ πs) (θ ∷ θs) (φ , φs) same-x = here , moved-activations π πs θs φs here
    where here = moved-values ρ π θ (refl-layer _) φ same-x

  activations-permute : (πs : Permutations n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) → activations (act πs θs) φs x ≈ᵘ act-on-units πs (activations θs φs x)
  activations-permute πs θs φs x = moved-is-permuted πs _ _ (moved-activations unmoved πs θs φs (λ _ _ → refl))
