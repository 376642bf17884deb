-- Dual numbers, on which the same program runs, and the product of a gradient with a direction.
module Theory.Duals where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Functions
open import Theory.Network

-- Dual numbers: primal + tangent ε, where ε² = 0.

record Dual (A : Set) : Set where
  constructor dual
  field primal tangent : A
open Dual public

duals : Arithmetic → Arithmetic
duals 𝔸 = record
  { Number = Dual Number
  ; _+_    = λ u v → dual (primal u + primal v) (tangent u + tangent v)
  ; _*_    = λ u v → dual (primal u * primal v) (primal u * tangent v + tangent u * primal v)
  ; sum    = λ f → dual (sum λ i → primal (f i)) (sum λ i → tangent (f i))
  }
  where open Arithmetic 𝔸

-- Any function and loss on dual numbers. None of it depends on the program, so it is the same for any two programs.

module Lifted (𝔸 : Arithmetic) (Target : Set) where
  open Arithmetic 𝔸

  -- φ (a + b ε) = φ a + (φ′ a * b) ε

  lifted-activation : Activation Number → Activation (Dual Number)
  lifted-activation φ order z = dual (φ order (primal z)) (φ (suc order) (primal z) * tangent z)

  lifted-activations : ∀ {ps} → Activations Number ps → Activations (Dual Number) ps
  lifted-activations {[]}    φ        = lifted-activation φ
  lifted-activations {_ ∷ _} (φ , φs) = lifted-activation φ , lifted-activations φs

  -- loss (a + b ε) = loss a + (the product of error a with b) ε

  lifted-loss : ∀ {k} → (Vector Number k → Target → Number) → (Vector Number k → Target → Vector Number k) →
    Vector (Dual Number) k → Target → Dual Number
  lifted-loss loss error a y = dual (loss a₀ y) (sum λ k → error a₀ y k * tangent (a k))
    where a₀ = λ k → primal (a k)

module Lifting (𝔸 : Arithmetic) (Target : Set) (F : (𝔸 : Arithmetic) (Target : Set) → Functions 𝔸 Target) where
  open Lifted 𝔸 Target public
  module OnDuals = Recursion (duals 𝔸) Target (F (duals 𝔸) Target)

module Products (𝔸 : Arithmetic) where
  open Arithmetic 𝔸

  private variable
    m n : ℕ
    b : Bool
    ps : Widths

  infix 9 ⟨_,_⟩ ⟪_,_⟫

  -- The product of two arrays: the sum of the products of their entries.

  ∑∑ : (Fin m → Fin n → Number) → Number
  ∑∑ f = sum λ i → sum λ j → f i j

  ⟨_,_⟩ : Matrix Number m n → Matrix Number m n → Number
  ⟨ u , v ⟩ = ∑∑ λ i j → u i j * v i j

  layer-product : Layer Number m n b → Layer Number m n b → Number
  layer-product (layer u none)     (layer v none)     = ⟨ u , v ⟩
  layer-product (layer u (some b)) (layer v (some c)) = ⟨ u , v ⟩ + sum λ j → b j * c j

  ⟪_,_⟫ : Layers Number m n b ps → Layers Number m n b ps → Number
  ⟪ [ θ ] , [ η ] ⟫       = layer-product θ η
  ⟪ θ ∷ θs , η ∷ ηs ⟫ = layer-product θ η + ⟪ θs , ηs ⟫
