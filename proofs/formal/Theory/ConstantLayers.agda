-- Networks that start with one constant a layer: all weights of a layer are equal, and all its biases. Any two units
-- of a hidden layer are then tied.
module Theory.ConstantLayers where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
open import Theory.Tie hiding (module Theorems)

private variable
  A : Set
  m n : ℕ
  b : Bool
  ps : Widths

ConstantBias : Bias A n b → Set
ConstantBias     none     = ⊤
ConstantBias {A} (some u) = Σ A λ β → ∀ j → u j ≡ β

record Constant (θ : Layer A m n b) : Set where
  constructor constant
  field
    α       : A
    weights : ∀ i j → weight θ i j ≡ α
    biases  : ConstantBias (bias θ)
open Constant

data AllConstant {A m n b} : ∀ {ps} → Layers A m n b ps → Set where
  [_] : {θ : Layer A m n b} → Constant θ → AllConstant [ θ ]
  _∷_ : ∀ {p c ps θ} {θs : Layers A n p c ps} → Constant θ → AllConstant θs → AllConstant (θ ∷ θs)

equal-biases : (u : Bias A n b) → ConstantBias u → (s t : Fin n) → EqualBiases s t u
equal-biases none     _       s t = tt
equal-biases (some u) (_ , p) s t = trans (p s) (sym (p t))

constant-first : {θs : Layers A m n b ps} → AllConstant θs → Constant (first θs)
constant-first [ p ]   = p
constant-first (p ∷ _) = p

constant-ties : {θs : Layers A m n b ps} → AllConstant θs → (pair : Pair n ps) → Tied pair θs
constant-ties {θs = θ ∷ θs} (p ∷ ps) (here s t) = equal
  (incoming (λ i → trans (weights p i s) (sym (weights p i t))) (equal-biases (bias θ) (biases p) s t))
  (λ k → trans (weights (constant-first ps) s k) (sym (weights (constant-first ps) t k)))
constant-ties (p ∷ ps) (there pair) = constant-ties ps pair
