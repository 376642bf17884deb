-- With polynomial activations and a polynomial loss, backprop is the derivative with no hypothesis left.
module Theory.PolynomialGradient where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Polynomials hiding (module Theorems)
import Theory.Calculus
import Theory.Polynomials
import Theory.FirstOrder

module Theorems (𝔸 : Arithmetic) (semiring : Semiring 𝔸) (Target : Set) (now : Arithmetic.Number 𝔸) where
  open Arithmetic 𝔸
  open Semiring semiring
  open Theory.Polynomials.Theorems 𝔸 semiring Target now public
  open Theory.Calculus.Theorems 𝔸 laws Target now HasDerivative rules public
  open Theory.FirstOrder.Theorems 𝔸 semiring Target now using (expansion)

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  data PolynomialActivations : ∀ {ps} → Activations Number ps → Set where
    [_] : ∀ p → PolynomialActivations {[]} (activation p)
    _∷_ : ∀ {w ps} {φs : Activations Number ps} → ∀ p → PolynomialActivations φs →
          PolynomialActivations {w ∷ ps} (activation p , φs)

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

  to-first-order : (loss : Target → Polynomial Number (last n ps)) (θs : Layers Curve m n b ps)
    {φs : Activations Number ps} → PolynomialActivations φs → (X : Matrix Curve batch m) (y : Vector Target batch) →
    let gradient , input = backprop (gradient-of loss) (at now θs) φs (inputs-at now X) y
        L : Number → Number
        L t = network-loss (value-of loss) (at t θs) φs (inputs-at t X) y
    in Σ (Polynomial Number 1) λ r → ∀ t → L (now + t) ≡
         L now + t * ((⟪ gradient , rates θs ⟫ + ⟨ input , inputs-rates X ⟩) + t * evaluate r (λ _ → t))
  to-first-order loss θs polynomials X y = expansion (of-polynomials loss θs polynomials X y)

  -- A curve that every number may move along: the straight line a + t v.

  line : Number → Number → Curve
  line a v = curve (λ t → a + t * v) v (number a ⊕ unknown zero ⊗ number v , (λ _ → refl) , sym (trans
    (+-zero _) (trans (cong₂ _+_ (*-zero now) (*-one v)) (+-zero v))))
