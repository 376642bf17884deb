-- Training a permuted network is permuting the trained network, if the states are permuted too.
module Theory.PermutedTraining where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
open import Theory.Permutation hiding (module Theorems)
open import Theory.Training
open import Theory.Duals using (module Products)
import Theory.PermutedGradient

-- Whatever is computed for each parameter by itself is permuted with the parameters.

zip-moved-bias : ∀ {A B C : Set} {n b} (f : A → B → C) (π : Permutation n) (u : Bias A n b) (v : Bias B n b) →
  zip-bias f (moved-bias π u) (moved-bias π v) ≈ᵇ moved-bias π (zip-bias f u v)
zip-moved-bias f π none     none     = none
zip-moved-bias f π (some _) (some _) = some λ _ → refl

zip-moved : ∀ {A B C : Set} {m n b} (f : A → B → C) (ρ : Permutation m) (π : Permutation n) (θ : Layer A m n b)
  (η : Layer B m n b) → SameLayer (zip-layer f (moved ρ π θ) (moved ρ π η)) (moved ρ π (zip-layer f θ η))
zip-moved f ρ π θ η = same (λ _ _ → refl) (zip-moved-bias f π (bias θ) (bias η))

zip-act-after : ∀ {A B C : Set} {m n b ps} (f : A → B → C) (ρ : Permutation m) (πs : Permutations n ps)
  (θs : Layers A m n b ps) (ηs : Layers B m n b ps) →
  zip f (act-after ρ πs θs) (act-after ρ πs ηs) ≋ act-after ρ πs (zip f θs ηs)
zip-act-after f ρ []       [ θ ]    [ η ]    = [ zip-moved f ρ unmoved θ η ]
zip-act-after f ρ (π ∷ πs) (θ ∷ θs) (η ∷ ηs) = zip-moved f ρ π θ η ∷ zip-act-after f π πs θs ηs

module Theorems (𝔸 : Arithmetic) (laws : SumsInAnyOrder 𝔸) (Target State : Set) where
  open Arithmetic 𝔸
  open SumsInAnyOrder laws
  open Rules 𝔸 Target State
  open Products 𝔸
  open Theory.PermutedGradient.Theorems 𝔸 laws Target using (gradient-of-same)

  private variable
    m n : ℕ
    b : Bool
    ps : Widths

  parameters-permute : (πs : Permutations n ps) (held : Layers Held m n b ps) {held′ : Layers Held m n b ps} →
    held′ ≋ act πs held → parameters held′ ≋ act πs (parameters held)
  parameters-permute πs held same-held =
    trans-layers (zip-same (λ _ _ → refl) same-held same-held) (zip-act-after _ unmoved πs held held)

  gradients-permute : (error : LossError (last n ps)) → ErrorRespects error → (φs : Activations Number ps)
    (batch : Minibatch m) (πs : Permutations n ps) (held : Layers Held m n b ps) {held′ : Layers Held m n b ps} →
    held′ ≋ act πs held → gradient-of error φs batch held′ ≋ act πs (gradient-of error φs batch held)
  gradients-permute error respects φs batch πs held same-held =
    fst (gradient-of-same error respects πs (parameters held) (parameters-permute πs held same-held) φs _ _)

  step-permutes : (error : LossError (last n ps)) → ErrorRespects error → (φs : Activations Number ps)
    {move move′ : Held → Number → Held} → (∀ h g → move′ h g ≡ move h g) → (batch : Minibatch m)
    (πs : Permutations n ps) (held : Layers Held m n b ps) {held′ : Layers Held m n b ps} → held′ ≋ act πs held →
    step error φs move′ batch held′ ≋ act πs (step error φs move batch held)
  step-permutes error respects φs same-move batch πs held same-held = trans-layers
    (zip-same same-move same-held (gradients-permute error respects φs batch πs held same-held))
    (zip-act-after _ unmoved πs held (gradient-of error φs batch held))

  -- A rule looks at all parameters, states and gradients together only through what permuting leaves as it is.

  Invariant : Rule m n b ps → Set
  Invariant rule = ∀ πs t {held held′ gradient gradient′} → held′ ≋ act πs held → gradient′ ≋ act πs gradient →
    ∀ h g → rule t held′ gradient′ h g ≡ rule t held gradient h g

  training-permutes : (error : LossError (last n ps)) → ErrorRespects error → (φs : Activations Number ps)
    (rule : Rule m n b ps) → Invariant rule → (minibatches : ℕ → Minibatch m) (πs : Permutations n ps)
    (start : Layers Held m n b ps) → ∀ T →
    train error φs rule minibatches T (act πs start) ≋ act πs (train error φs rule minibatches T start)
  training-permutes error respects φs rule invariant minibatches πs start zero    = refl-layers _
  training-permutes error respects φs rule invariant minibatches πs start (suc T) =
    step-permutes error respects φs (invariant πs T before same-gradients) (minibatches T) πs _ before
    where before = training-permutes error respects φs rule invariant minibatches πs start T
          same-gradients = gradients-permute error respects φs (minibatches T) πs _ before

  -- The sum of the squares of all entries is one that permuting leaves as it is, so that gradients may be clipped by
  -- it.

  sums-permute : (ρ : Permutation m) (π : Permutation n) {f f′ : Fin m → Fin n → Number} →
    (∀ i j → f′ i j ≡ f (to ρ i) (to π j)) → ∑∑ f′ ≡ ∑∑ f
  sums-permute ρ π {f} same-f = trans
    (sum-of-equals λ i → trans (sum-of-equals (same-f i)) (sum-in-any-order π (f (to ρ i))))
    (sum-in-any-order ρ λ i → sum (f i))

  layer-norm-permutes : (ρ : Permutation m) (π : Permutation n) (θ : Layer Number m n b) {θ′ : Layer Number m n b} →
    SameLayer θ′ (moved ρ π θ) → layer-product θ′ θ′ ≡ layer-product θ θ
  layer-norm-permutes ρ π (layer w none)     {layer _ none}     (same p none)     =
    sums-permute ρ π λ i j → cong₂ _*_ (p i j) (p i j)
  layer-norm-permutes ρ π (layer w (some u)) {layer _ (some _)} (same p (some q)) = cong₂ _+_
    (sums-permute ρ π λ i j → cong₂ _*_ (p i j) (p i j))
    (trans (sum-of-equals λ j → cong₂ _*_ (q j) (q j)) (sum-in-any-order π λ j → u j * u j))

  norm-permutes : (ρ : Permutation m) (πs : Permutations n ps) (θs : Layers Number m n b ps)
    {θs′ : Layers Number m n b ps} → θs′ ≋ act-after ρ πs θs → ⟪ θs′ , θs′ ⟫ ≡ ⟪ θs , θs ⟫
  norm-permutes ρ []       [ θ ]    [ p ]    = layer-norm-permutes ρ unmoved θ p
  norm-permutes ρ (π ∷ πs) (θ ∷ θs) (p ∷ ps) = cong₂ _+_ (layer-norm-permutes ρ π θ p) (norm-permutes π πs θs ps)

  -- At step t, a parameter is moved by a function of t, the gradient's sum of squares, the state, itself and its
  -- gradient.

  clipped : (ℕ → Number → Held → Number → Held) → Rule m n b ps
  clipped move t held gradient = move t ⟪ gradient , gradient ⟫

  clipped-is-invariant : (move : ℕ → Number → Held → Number → Held) → Invariant {m} {n} {b} {ps} (clipped move)
  clipped-is-invariant move πs t {gradient = gradient} same-held same-gradient h g =
    cong (λ norm → move t norm h g) (norm-permutes unmoved πs gradient same-gradient)
