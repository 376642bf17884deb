-- The formulas of a course, as the theorems on gradients are proved of them; Generated.Agrees proves that the program
-- computes the same.
module Theory.Textbook where

open import Theory.Base
open import Theory.Numbers
import Theory.Functions

module Functions (𝔸 : Arithmetic) (Target : Set) where
  open Arithmetic 𝔸

  preactivation : ∀ {batch ins units} → Matrix Number batch ins → Matrix Number ins units →
    Vector Number units → Matrix Number batch units
  preactivation inputs V b n j = sum (λ i → inputs n i * V i j) + b j

  preactivation-without-bias : ∀ {batch ins units} → Matrix Number batch ins → Matrix Number ins units →
    Matrix Number batch units
  preactivation-without-bias inputs V n j = sum (λ i → inputs n i * V i j)

  activated : ∀ {batch units} → Matrix Number batch units → Activation Number → Matrix Number batch units
  activated z φ n j = value (z n j) φ

  batch-loss : ∀ {batch units} → (Vector Number units → Target → Number) → Matrix Number batch units →
    Vector Target batch → Number
  batch-loss loss a y = sum (λ n → loss (a n) (y n))

  output-error : ∀ {batch units} → (Vector Number units → Target → Vector Number units) → Activation Number →
    Matrix Number batch units → Matrix Number batch units → Vector Target batch → Matrix Number batch units
  output-error error φ z a y n j = error (a n) (y n) j * slope (z n j) φ

  hidden-error : ∀ {batch units next} → Matrix Number batch next → Matrix Number units next →
    Matrix Number batch units → Activation Number → Matrix Number batch units
  hidden-error next-δ next-weight z φ n j = sum (λ k → next-δ n k * next-weight j k) * slope (z n j) φ

  weight-gradient : ∀ {batch ins units} → Matrix Number batch ins → Matrix Number batch units → Matrix Number ins units
  weight-gradient inputs δ i j = sum (λ n → inputs n i * δ n j)

  bias-gradient : ∀ {batch units} → Matrix Number batch units → Vector Number units
  bias-gradient δ j = sum (λ n → δ n j)

  input-gradient : ∀ {batch ins units} → Matrix Number batch units → Matrix Number ins units → Matrix Number batch ins
  input-gradient δ V n i = sum (λ j → δ n j * V i j)

textbook : (𝔸 : Arithmetic) (Target : Set) → Theory.Functions.Functions 𝔸 Target
textbook 𝔸 Target = record
  { preactivation = F.preactivation
  ; preactivation-without-bias = F.preactivation-without-bias
  ; activated = F.activated
  ; batch-loss = F.batch-loss
  ; output-error = F.output-error
  ; hidden-error = F.hidden-error
  ; weight-gradient = F.weight-gradient
  ; bias-gradient = F.bias-gradient
  ; input-gradient = F.input-gradient
  }
  where module F = Functions 𝔸 Target
