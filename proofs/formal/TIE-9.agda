-- TIE.9. One constant a layer ties every hidden layer, for ever: if the weights of each layer start equal, and its
-- biases, then any two units of any hidden layer are equal after any number of steps, by any rule of TIE.3. The
-- states of the parameters (momentum, ...) start equal in each layer, too.
module TIE-9 where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Tie using (Pair; here; Tied; incoming; equal)
open import Theory.ConstantLayers
open import Theory.Training
open import Theory.Naturals
open import Theory.SmallNetworks
open import Agda.Builtin.Nat using (_+_)
import Theory.TiedTraining
import Generated.BackpropTraces
import Generated.Example

module Theorem (𝔸 : Arithmetic) (laws : EqualTerms 𝔸) (Target State : Set) where
  open Arithmetic 𝔸
  open Rules 𝔸 Target State
  open Theory.TiedTraining.Theorems 𝔸 laws Target State

  theorem : ∀ {m n b ps} (error : LossError (last n ps)) (φs : Activations Number ps) (rule : Rule m n b ps)
    (minibatches : ℕ → Minibatch m) (start : Layers Held m n b ps) → AllConstant start →
    ∀ pair T → Tied pair (train error φs rule minibatches T start)
  theorem error φs rule minibatches start constants pair =
    tied-through-training error φs rule minibatches pair start (constant-ties constants pair)

module Model where
  on-naturals = Theorem.theorem ℕ-arithmetic ℕ-equal-terms

-- Control: "one unit perturbed": with 1 added to the incoming weights of the last unit of the first hidden layer, that
-- unit is not tied.

module Control where
  open Rules ℕ-arithmetic ℕ ℕ

  add : Rule 1 2 false ((1 , false) ∷ [])
  add _ _ _ (s , θ) g = s , θ + g

  last-unit : ∀ {n} → Fin n → ℕ
  last-unit {suc zero} zero     = 1
  last-unit {suc (suc _)} zero  = 0
  last-unit {suc n}    (suc j)  = last-unit j

  perturbed-layer : ∀ {m n b} → Layer Held m n b → Layer Held m n b
  perturbed-layer θ = layer (λ i j → fst (weight θ i j) , snd (weight θ i j) + last-unit j) (bias θ)

  perturbed : ∀ {m n b ps} → Layers Held m n b ps → Layers Held m n b ps
  perturbed [ θ ]    = [ θ ]
  perturbed (θ ∷ θs) = perturbed-layer θ ∷ θs

  refuted : ¬ (∀ {m n b ps} (error : LossError (last n ps)) (φs : Activations ℕ ps) (rule : Rule m n b ps)
    (minibatches : ℕ → Minibatch m) (start : Layers Held m n b ps) → AllConstant start →
    ∀ pair T → Tied pair (train error φs rule minibatches T (perturbed start)))
  refuted claim with claim one linear add (λ _ → one-example) (with-states equal-units)
    (constant _ (λ _ _ → refl) tt ∷ [ constant _ (λ _ _ → refl) tt ]) (here zero (suc zero)) 1
  ... | equal (incoming ins _) _ with ins zero
  ... | ()
