-- Units that start equal stay equal through training: whatever is done to each parameter by itself keeps ties.
module Theory.TiedTraining where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Tie hiding (module Theorems)
open import Theory.Training

zip-biases : ∀ {A B C : Set} {n b} (f : A → B → C) {s t : Fin n} (u : Bias A n b) (v : Bias B n b) →
  EqualBiases s t u → EqualBiases s t v → EqualBiases s t (zip-bias f u v)
zip-biases f none     none     p q = tt
zip-biases f (some _) (some _) p q = cong₂ f p q

first-zip : ∀ {A B C : Set} {m n b ps} (f : A → B → C) (θs : Layers A m n b ps) (ηs : Layers B m n b ps) →
  ∀ i j → weight (first (zip f θs ηs)) i j ≡ f (weight (first θs) i j) (weight (first ηs) i j)
first-zip f [ θ ]    [ η ]    i j = refl
first-zip f (θ ∷ θs) (η ∷ ηs) i j = refl

zip-tied : ∀ {A B C : Set} {m n b ps} (f : A → B → C) (pair : Pair n ps) (θs : Layers A m n b ps)
  (ηs : Layers B m n b ps) → Tied pair θs → Tied pair ηs → Tied pair (zip f θs ηs)
zip-tied f (here s t) (θ ∷ θs) (η ∷ ηs) (equal (incoming w u) v) (equal (incoming w′ u′) v′) = equal
  (incoming (λ i → cong₂ f (w i) (w′ i)) (zip-biases f (bias θ) (bias η) u u′))
  (λ k → trans (first-zip f θs ηs s k) (trans (cong₂ f (v k) (v′ k)) (sym (first-zip f θs ηs t k))))
zip-tied f (there pair) (θ ∷ θs) (η ∷ ηs) tied tied′ = zip-tied f pair θs ηs tied tied′

module Theorems (𝔸 : Arithmetic) (laws : EqualTerms 𝔸) (Target State : Set) where
  open Arithmetic 𝔸
  open Rules 𝔸 Target State
  open Theory.Tie.Theorems 𝔸 laws Target using (equal-gradients)

  private variable
    m n : ℕ
    b : Bool
    ps : Widths

  tied-after-a-step : (error : LossError (last n ps)) (φs : Activations Number ps) (move : Held → Number → Held)
    (batch : Minibatch m) (pair : Pair n ps) (held : Layers Held m n b ps) →
    Tied pair held → Tied pair (step error φs move batch held)
  tied-after-a-step error φs move batch pair held tied =
    zip-tied move pair held _ tied
      (equal-gradients error pair (parameters held) φs _ _ (zip-tied _ pair held _ tied tied))

  tied-through-training : (error : LossError (last n ps)) (φs : Activations Number ps) (rule : Rule m n b ps)
    (minibatches : ℕ → Minibatch m) (pair : Pair n ps) (start : Layers Held m n b ps) →
    Tied pair start → ∀ T → Tied pair (train error φs rule minibatches T start)
  tied-through-training error φs rule minibatches pair start tied zero    = tied
  tied-through-training error φs rule minibatches pair start tied (suc T) =
    tied-after-a-step error φs _ (minibatches T) pair _
      (tied-through-training error φs rule minibatches pair start tied T)
