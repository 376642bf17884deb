-- Training: each parameter has a state (momentum, its past gradients, ...), and a rule moves parameter and state by one
-- function of them and of the parameter's gradient. Which function it is may depend on the step (a schedule).
module Theory.Training where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
import Generated.Program

module Rules (𝔸 : Arithmetic) (Target State : Set) where
  open Arithmetic 𝔸
  open Recursion 𝔸 Target (Generated.Program.program 𝔸 Target) public

  private variable
    m n : ℕ
    b : Bool
    ps : Widths

  -- The state of a parameter, and the parameter.

  Held : Set
  Held = State × Number

  -- At every step, what depends on all the parameters, states and gradients (a norm to clip by, a loss, nothing), and
  -- the function that moves each parameter by itself, given that.

  Rule : ℕ → ℕ → Bool → Widths → Set
  Rule m n b ps = ℕ → Layers Held m n b ps → Layers Number m n b ps → (Held → Number → Held)

  record Minibatch (m : ℕ) : Set where
    field
      {size}  : ℕ
      inputs  : Matrix Number size m
      targets : Vector Target size
  open Minibatch public

  parameters : Layers Held m n b ps → Layers Number m n b ps
  parameters = map snd

  gradient-of : LossError (last n ps) → Activations Number ps → Minibatch m → Layers Held m n b ps →
    Layers Number m n b ps
  gradient-of error φs batch held = fst (backprop error (parameters held) φs (inputs batch) (targets batch))

  step : LossError (last n ps) → Activations Number ps → (Held → Number → Held) → Minibatch m →
    Layers Held m n b ps → Layers Held m n b ps
  step error φs move batch held = zip move held (gradient-of error φs batch held)

  train : LossError (last n ps) → Activations Number ps → Rule m n b ps → (ℕ → Minibatch m) →
          ℕ → Layers Held m n b ps → Layers Held m n b ps
  train error φs rule minibatches zero    held = held
  train error φs rule minibatches (suc T) held =
    step error φs (rule T now (gradient-of error φs (minibatches T) now)) (minibatches T) now
    where now = train error φs rule minibatches T held
