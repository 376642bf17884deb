-- GRAD.4. Backprop is the derivative of the loss along every direction v. Three statements:
-- `theorem`: run on dual numbers θ + v ε (ε² = 0), the program has in front of ε the product of v with what backprop
--   gives. On duals an activation has its slope for a derivative, whatever is declared as slope, and a loss its error.
-- `with-rules-of-calculus`: so has the derivative itself, if it obeys the rules for sums and products, and the chain
--   rule for each activation and the loss; then, whatever curves parameters and inputs move along.
-- `of-polynomials`: with polynomial activations and a polynomial loss, no such hypothesis is left: with L t the loss at
--   t, L (now + t) = L now + t (d + t r t), where d is the product of what backprop gives with the rates at which
--   parameters and inputs move, and r is a polynomial. (Where numbers are finitely many, there may be several such d.)
module GRAD-4 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
open import Theory.Naturals
open import Theory.SmallNetworks
open import Theory.Polynomials using (Polynomial)
import Theory.BackpropGradient
import Theory.Calculus
import Theory.PolynomialGradient
import Generated.ForwardTraces
import Generated.BackpropTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Theory.BackpropGradient.Theorems 𝔸 laws Target

  theorem : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps)) →
    Respects loss → ErrorRespects error → (θs v : Layers Number m n b ps) (φs : Activations Number ps)
    (X : Matrix (Dual Number) batch m) (y : Vector Target batch) →
    let gradient , input = backprop error θs φs (primals X) y in
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) X y)
      ≡ ⟪ gradient , v ⟫ + ⟨ input , tangents X ⟩
  theorem = program-gradient

module OfAnyDerivative (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) (now : Arithmetic.Number 𝔸)
  (HasDerivative : (Arithmetic.Number 𝔸 → Arithmetic.Number 𝔸) → Arithmetic.Number 𝔸 → Set)
  (rules : Theory.Calculus.Rules 𝔸 now HasDerivative) where
  open Arithmetic 𝔸
  open Theory.Calculus.Theorems 𝔸 laws Target now HasDerivative rules

  with-rules-of-calculus : ∀ {batch m n b ps} {loss : LossValue (last n ps)} {error : LossError (last n ps)} →
    HasGradient loss error → Respects loss → ErrorRespects error → (θs : Layers Curve m n b ps)
    {φs : Activations Number ps} → AllDifferentiable φs → (X : Matrix Curve batch m) (y : Vector Target batch) →
    let gradient , input = backprop error (at now θs) φs (inputs-at now X) y in
    HasDerivative (λ t → network-loss loss (at t θs) φs (inputs-at t X) y)
                  (⟪ gradient , rates θs ⟫ + ⟨ input , inputs-rates X ⟩)
  with-rules-of-calculus = backprop-is-the-gradient

module OfPolynomials (𝔸 : Arithmetic) (laws : Semiring 𝔸) (Target : Set) (now : Arithmetic.Number 𝔸) where
  open Arithmetic 𝔸
  open Theory.PolynomialGradient.Theorems 𝔸 laws Target now hiding (of-polynomials; to-first-order)

  of-polynomials : ∀ {batch m n b ps} (loss : Target → Polynomial Number (last n ps)) (θs : Layers Curve m n b ps)
    {φs : Activations Number ps} → PolynomialActivations φs → (X : Matrix Curve batch m) (y : Vector Target batch) →
    let gradient , input = backprop (gradient-of loss) (at now θs) φs (inputs-at now X) y
        L : Number → Number
        L t = network-loss (value-of loss) (at t θs) φs (inputs-at t X) y
    in Σ (Polynomial Number 1) λ r → ∀ t → L (now + t) ≡
         L now + t * ((⟪ gradient , rates θs ⟫ + ⟨ input , inputs-rates X ⟩) + t * evaluate r (λ _ → t))
  of-polynomials = Theory.PolynomialGradient.Theorems.to-first-order 𝔸 laws Target now

-- The natural numbers obey the laws; derivatives of polynomials in them obey the rules of calculus.

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-laws
  polynomials-in-naturals = OfPolynomials.of-polynomials ℕ-arithmetic ℕ-semiring

-- Control: "one entry off by 1 part in 10^9": with 1 added to the first entry of the first weight's gradient, which is
-- 2³⁰ here, it is not the derivative.

module Control where
  open Arithmetic ℕ-arithmetic using (_+_)
  open Theory.BackpropGradient.Theorems ℕ-arithmetic ℕ-laws ℕ

  off : ∀ {m n} → Matrix ℕ m n → Matrix ℕ m n
  off g zero    zero    = suc (g zero zero)
  off g zero    (suc j) = g zero (suc j)
  off g (suc i) j       = g (suc i) j

  one-entry-off : ∀ {m n b ps} → Layers ℕ m n b ps → Layers ℕ m n b ps
  one-entry-off [ g ]    = [ layer (off (weight g)) (bias g) ]
  one-entry-off (g ∷ gs) = layer (off (weight g)) (bias g) ∷ gs

  -- One weight. Its gradient is its input, 2³⁰; with one entry off, 2³⁰ + 1.

  one-weight : Layers ℕ 1 1 false []
  one-weight = [ layer ones none ]

  refuted : ¬ (∀ {batch m n b ps} (loss : LossValue (last n ps)) (error : LossError (last n ps)) →
    Respects loss → ErrorRespects error → (θs v : Layers ℕ m n b ps) (φs : Activations ℕ ps)
    (X : Matrix (Dual ℕ) batch m) (y : Vector ℕ batch) →
    let gradient , input = backprop error θs φs (primals X) y in
    tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual θs v) (lifted-activations φs) X y)
      ≡ ⟪ one-entry-off gradient , v ⟫ + ⟨ input , tangents X ⟩)
  refuted claim with claim output one output-respects one-respects one-weight one-weight identity
    (λ (_ : Fin 1) _ → dual 1073741824 0) (λ _ → 0)
  ... | ()
