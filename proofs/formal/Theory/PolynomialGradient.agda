-- With polynomial activations and a polynomial loss, backprop is the derivative with no hypothesis left.
module Theory.PolynomialGradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Polynomials hiding (module Theorems)
import Theory.Calculus
import Theory.Polynomials

module Theorems (𝔸 : Arithmetic) (semiring : Semiring 𝔸) (Target : Set) (now : Arithmetic.Number 𝔸) where
  open Arithmetic 𝔸
  open Semiring semiring
  open Theory.Polynomials.Theorems 𝔸 semiring Target now public
  open Theory.Calculus.Theorems 𝔸 laws Target now HasDerivative rules public

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  data PolynomialActivations : ∀ {ps} → Activations Number ps → Set where
    [_] : ∀ p → PolynomialActivations [ activation p ]
    _∷_ : ∀ {w ps} {φs : Activations Number ps} → ∀ p → PolynomialActivations φs →
          PolynomialActivations (_∷_ {p = w} (activation p) φs)

  all-differentiable : {φs : Activations Number ps} → PolynomialActivations φs → AllDifferentiable φs
  all-differentiable [ p ]    = [ activation-differentiable p ]
  all-differentiable (p ∷ ps) = activation-differentiable p ∷ all-differentiable ps

  of-polynomials : (loss : Target → Polynomial Number (last n ps)) (θs : Layers Curve m n b ps)
    {φs : Activations Number ps} → PolynomialActivations φs → (X : Matrix Curve batch m) (y : Vector Target batch) →
    let gradient , input = backprop (gradient-of loss) (at now θs) φs (inputs-at now X) y in
    HasDerivative (λ t → network-loss (value-of loss) (at t θs) φs (inputs-at t X) y)
                  (⟪ gradient , rates θs ⟫ + ⟨ input , inputs-rates X ⟩)
  of-polynomials loss θs polynomials = backprop-is-the-gradient (loss-has-gradient loss)
    (λ y same → evaluate-same (loss y) same) (λ y same i → evaluate-same (∂ i (loss y)) same)
    θs (all-differentiable polynomials)
