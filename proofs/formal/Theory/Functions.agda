-- What a program computes in one layer. Nothing is supposed of it here: Generated.Program has what running
-- symmetry/network.py wrote, Theory.Textbook the formulas of a course.
module Theory.Functions where

open import Theory.Base
open import Theory.Numbers

record Functions (𝔸 : Arithmetic) (Target : Set) : Set where
  open Arithmetic 𝔸
  field
    preactivation              : ∀ {batch ins units} → Matrix Number batch ins → Matrix Number ins units →
                                 Vector Number units → Matrix Number batch units
    preactivation-without-bias : ∀ {batch ins units} → Matrix Number batch ins → Matrix Number ins units →
                                 Matrix Number batch units
    activated                  : ∀ {batch units} → Matrix Number batch units → Activation Number →
                                 Matrix Number batch units
    batch-loss                 : ∀ {batch units} → (Vector Number units → Target → Number) →
                                 Matrix Number batch units → Vector Target batch → Number
    output-error               : ∀ {batch units} → (Vector Number units → Target → Vector Number units) →
                                 Activation Number → Matrix Number batch units → Matrix Number batch units →
                                 Vector Target batch → Matrix Number batch units
    hidden-error               : ∀ {batch units next} → Matrix Number batch next → Matrix Number units next →
                                 Matrix Number batch units → Activation Number → Matrix Number batch units
    weight-gradient            : ∀ {batch ins units} → Matrix Number batch ins → Matrix Number batch units →
                                 Matrix Number ins units
    bias-gradient              : ∀ {batch units} → Matrix Number batch units → Vector Number units
    input-gradient             : ∀ {batch ins units} → Matrix Number batch units → Matrix Number ins units →
                                 Matrix Number batch ins
