-- The gradient at the permuted network is the permuted gradient. One law is used, as for the outputs.
module Theory.PermutedGradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation hiding (module Theorems)
import Theory.Permutation
import Generated.Program
import Generated.Facts

module Theorems (𝔸 : Arithmetic) (laws : SumsInAnyOrder 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open SumsInAnyOrder laws
  open Generated.Program.Functions 𝔸 Target
  open Recursion 𝔸 Target (Generated.Program.program 𝔸 Target)
  open Generated.Facts.Moves 𝔸 Target sum-of-equals sum-in-any-order
  open Theory.Permutation.Theorems 𝔸 laws Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  moved-weight : (ρ : Permutation m) (πs : Permutations n ps) (θs : Layers Number m n b ps)
    {θs′ : Layers Number m n b ps} → θs′ ≋ act-after ρ πs θs →
    weight (first θs′) ≈ λ i j → weight (first θs) (to ρ i) (to (first-of πs) j)
  moved-weight ρ []       [ θ ]    [ same w _ ]   = w
  moved-weight ρ (π ∷ πs) (θ ∷ θs) (same w _ ∷ _) = w

  -- An error sent back through the weights: the sum runs over the units of the permuted layer.

  moved-back : (ρ : Permutation m) (πs : Permutations n ps) (θs : Layers Number m n b ps)
    {θs′ : Layers Number m n b ps} → θs′ ≋ act-after ρ πs θs → (us us′ : Units Number batch n ps) → Moved πs us us′ →
    input-gradient (head us′) (weight (first θs′)) ≈ λ e i → input-gradient (head us) (weight (first θs)) e (to ρ i)
  moved-back ρ πs θs same-θs us us′ same-us = input-gradient-moves ρ (first-of πs) {δ = head us} {V = weight (first θs)}
    (moved-head πs us us′ same-us) (moved-weight ρ πs θs same-θs)

  moved-errors : (error : LossError (last n ps)) → ErrorRespects error →
    (ρ : Permutation m) (πs : Permutations n ps) (θs : Layers Number m n b ps) {θs′ : Layers Number m n b ps} →
    θs′ ≋ act-after ρ πs θs → (φs : Activations Number ps) {x x′ : Matrix Number batch m} (y : Vector Target batch) →
    (x′ ≈ λ e i → x e (to ρ i)) → Moved πs (backpropagate error θs φs x y) (backpropagate error θs′ φs x′ y)
  moved-errors error respects ρ [] [ θ ] [ same-θ ] φ {x} y same-x =
    output-error-moves {error = error} {φ} {y} respects
      {z = preactivations x θ} {a = activated (preactivations x θ) φ}
      (moved-preactivations ρ unmoved θ same-θ same-x) (moved-values ρ unmoved θ same-θ φ same-x)
  moved-errors error respects ρ (π ∷ πs) (θ ∷ θs) (same-θ ∷ same-θs) (φ , φs) {x} y same-x =
    hidden-error-moves π (first-of πs) {φ = φ} {next-δ = head δs} {next-weight = weight (first θs)}
      {z = preactivations x θ}
      (moved-head πs δs _ later) (moved-weight π πs θs same-θs) (moved-preactivations ρ π θ same-θ same-x) , later
    where δs = backpropagate error θs φs (activated (preactivations x θ) φ) y
          later = moved-errors error respects π πs θs same-θs φs y (moved-values ρ π θ same-θ φ same-x)

  moved-bias-gradients : (π : Permutation n) (bias : Bias Number n b) {bias′ : Bias Number n b} →
    bias′ ≈ᵇ moved-bias π bias → (δ : Matrix Number batch n) {δ′ : Matrix Number batch n} →
    (δ′ ≈ λ e j → δ e (to π j)) → bias-gradients bias′ δ′ ≈ᵇ moved-bias π (bias-gradients bias δ)
  moved-bias-gradients π none     none     δ same-δ = none
  moved-bias-gradients π (some _) (some _) δ same-δ = some (bias-gradient-moves π {δ = δ} same-δ)

  moved-layer-gradient : (ρ : Permutation m) (π : Permutation n) (θ : Layer Number m n b) {θ′ : Layer Number m n b} →
    SameLayer θ′ (moved ρ π θ) → (x : Matrix Number batch m) {x′ : Matrix Number batch m}
    (δ : Matrix Number batch n) {δ′ : Matrix Number batch n} →
    (x′ ≈ λ e i → x e (to ρ i)) → (δ′ ≈ λ e j → δ e (to π j)) →
    SameLayer (layer-gradient θ′ x′ δ′) (moved ρ π (layer-gradient θ x δ))
  moved-layer-gradient ρ π θ (same _ same-bias) x δ same-x same-δ = same
    (weight-gradient-moves ρ π {inputs = x} {δ = δ} same-x same-δ)
    (moved-bias-gradients π (bias θ) same-bias δ same-δ)

  moved-gradients : (ρ : Permutation m) (πs : Permutations n ps) (θs : Layers Number m n b ps)
    {θs′ : Layers Number m n b ps} → θs′ ≋ act-after ρ πs θs → (φs : Activations Number ps)
    (x : Matrix Number batch m) {x′ : Matrix Number batch m}
    (δs δs′ : Units Number batch n ps) → (x′ ≈ λ e i → x e (to ρ i)) → Moved πs δs δs′ →
    layers-gradient θs′ φs x′ δs′ ≋ act-after ρ πs (layers-gradient θs φs x δs)
  moved-gradients ρ [] [ θ ] [ same-θ ] φ x [ δ ] [ _ ] same-x same-δ =
    [ moved-layer-gradient ρ unmoved θ same-θ x δ same-x same-δ ]
  moved-gradients ρ (π ∷ πs) (θ ∷ θs) (same-θ ∷ same-θs) (φ , φs) x (δ ∷ δs) (_ ∷ δs′) same-x (same-δ , same-δs) =
    moved-layer-gradient ρ π θ same-θ x δ same-x same-δ ∷
    moved-gradients π πs θs same-θs φs (activated (preactivations x θ) φ) δs δs′
      (moved-values ρ π θ same-θ φ same-x) same-δs

  gradient-of-same : (error : LossError (last n ps)) → ErrorRespects error →
    (πs : Permutations n ps) (θs : Layers Number m n b ps) {θs′ : Layers Number m n b ps} → θs′ ≋ act πs θs →
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    let gradient  , input  = backprop error θs φs x y
        gradient′ , input′ = backprop error θs′ φs x y
    in (gradient′ ≋ act πs gradient) × (input′ ≈ input)
  gradient-of-same error respects πs θs same-θs φs x y =
    moved-gradients unmoved πs θs same-θs φs x _ _ (λ _ _ → refl) errors , moved-back unmoved πs θs same-θs _ _ errors
    where errors = moved-errors error respects unmoved πs θs same-θs φs y (λ _ _ → refl)

  gradient-permutes : (error : LossError (last n ps)) → ErrorRespects error →
    (πs : Permutations n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) (y : Vector Target batch) →
    let gradient  , input  = backprop error θs φs x y
        gradient′ , input′ = backprop error (act πs θs) φs x y
    in (gradient′ ≋ act πs gradient) × (input′ ≈ input)
  gradient-permutes error respects πs θs = gradient-of-same error respects πs θs (refl-layers _)
