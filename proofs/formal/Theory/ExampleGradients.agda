-- The gradient of a batch is the sum of its examples' gradients.
module Theory.ExampleGradients where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Theory.ErrorAgreement
import Theory.ParameterAgreement
open import Generated.Program using (program)

-- The example e of a batch, as a batch of one.

example : ∀ {A batch n} → Matrix A batch n → Fin batch → Matrix A 1 n
example x e _ i = x e i

module Theorems (𝔸 : Arithmetic) (sums-of-one : SumsOfOne 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open SumsOfOne sums-of-one
  open Theory.Agreement.Forward 𝔸 laws Target using (module T)
  open Theory.ErrorAgreement.Errors 𝔸 laws Target using (errors-agree)
  open Theory.ParameterAgreement.Parameters 𝔸 laws Target using (gradients-agree)
  open Recursion 𝔸 Target (program 𝔸 Target)

  private variable
    batch m n k : ℕ
    b : Bool
    ps : Widths

  -- The sum of the parameters of k networks, place by place.

  entries : Bias Number n true → Vector Number n
  entries (some u) = u

  total-bias : (Fin k → Bias Number n b) → Bias Number n b
  total-bias {b = false} us = none
  total-bias {b = true}  us = some λ j → sum λ e → entries (us e) j

  total-layer : (Fin k → Layer Number m n b) → Layer Number m n b
  total-layer θs = layer (λ i j → sum λ e → weight (θs e) i j) (total-bias λ e → bias (θs e))

  total : (Fin k → Layers Number m n b ps) → Layers Number m n b ps
  total {ps = []}    networks = [ total-layer (λ e → first (networks e)) ]
  total {ps = _ ∷ _} networks = total-layer (λ e → first (networks e)) ∷ total (λ e → rest (networks e))

  same-entries : {u v : Bias Number n true} → u ≈ᵇ v → ∀ j → entries u j ≡ entries v j
  same-entries (some p) = p

  same-total-bias : {us vs : Fin k → Bias Number n b} → (∀ e → us e ≈ᵇ vs e) → total-bias us ≈ᵇ total-bias vs
  same-total-bias {b = false} p = none
  same-total-bias {b = true}  p = some λ j → sum-of-equals λ e → same-entries (p e) j

  same-total-layer : {θs ηs : Fin k → Layer Number m n b} → (∀ e → SameLayer (θs e) (ηs e)) →
    SameLayer (total-layer θs) (total-layer ηs)
  same-total-layer p = same (λ i j → sum-of-equals λ e → SameLayer.weights (p e) i j)
                            (same-total-bias λ e → SameLayer.biases (p e))

  same-rest : ∀ {p c} {θs ηs : Layers Number m n b ((p , c) ∷ ps)} → θs ≋ ηs → rest θs ≋ rest ηs
  same-rest (_ ∷ p) = p

  same-total : {networks others : Fin k → Layers Number m n b ps} → (∀ e → networks e ≋ others e) →
    total networks ≋ total others
  same-total {ps = []}    p = [ same-total-layer (λ e → same-first (p e)) ]
  same-total {ps = _ ∷ _} p = same-total-layer (λ e → same-first (p e)) ∷ same-total (λ e → same-rest (p e))

  -- By the textbook's formulas, what the units hold for an example does not depend on the others.

  examples : Units Number batch n ps → Fin batch → Units Number 1 n ps
  examples [ u ]    e = [ example u e ]
  examples (u ∷ us) e = example u e ∷ examples us e

  head-of-example : (us : Units Number batch n ps) (e : Fin batch) → head (examples us e) ≡ example (head us) e
  head-of-example [ u ]    e = refl
  head-of-example (u ∷ us) e = refl

  errors-of-example : (error : LossError (last n ps)) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) (y : Vector Target batch) (e : Fin batch) →
    T.backpropagate error θs φs (example x e) (λ _ → y e) ≡ examples (T.backpropagate error θs φs x y) e
  errors-of-example error [ layer _ none ]     φ x y e = refl
  errors-of-example error [ layer _ (some _) ] φ x y e = refl
  errors-of-example error (θ@(layer _ none) ∷ θs) (φ , φs) x y e =
    cong₂ (λ δs δ → T.hidden-error δ (weight (first θs)) z φ ∷ δs) later
          (trans (cong head later) (head-of-example δs e))
    where a = T.activated (T.preactivations x θ) φ
          z = T.preactivations (example x e) θ
          δs = T.backpropagate error θs φs a y
          later = errors-of-example error θs φs a y e
  errors-of-example error (θ@(layer _ (some _)) ∷ θs) (φ , φs) x y e =
    cong₂ (λ δs δ → T.hidden-error δ (weight (first θs)) z φ ∷ δs) later
          (trans (cong head later) (head-of-example δs e))
    where a = T.activated (T.preactivations x θ) φ
          z = T.preactivations (example x e) θ
          δs = T.backpropagate error θs φs a y
          later = errors-of-example error θs φs a y e

  layer-of-examples : (θ : Layer Number m n b) (x : Matrix Number batch m) (δ : Matrix Number batch n) →
    SameLayer (T.layer-gradient θ x δ) (total-layer λ e → T.layer-gradient θ (example x e) (example δ e))
  layer-of-examples (layer _ none)     x δ = same (λ i j → sum-of-equals λ e → sym (sum-of-one _)) none
  layer-of-examples (layer _ (some _)) x δ =
    same (λ i j → sum-of-equals λ e → sym (sum-of-one _)) (some λ j → sum-of-equals λ e → sym (sum-of-one _))

  gradient-of-examples : (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m)
    (δs : Units Number batch n ps) →
    T.layers-gradient θs φs x δs ≋ total λ e → T.layers-gradient θs φs (example x e) (examples δs e)
  gradient-of-examples [ θ ] φ x [ δ ] = [ layer-of-examples θ x δ ]
  gradient-of-examples (θ@(layer _ none) ∷ θs) (φ , φs) x (δ ∷ δs) =
    layer-of-examples θ x δ ∷ gradient-of-examples θs φs (T.activated (T.preactivations x θ) φ) δs
  gradient-of-examples (θ@(layer _ (some _)) ∷ θs) (φ , φs) x (δ ∷ δs) =
    layer-of-examples θ x δ ∷ gradient-of-examples θs φs (T.activated (T.preactivations x θ) φ) δs

  gradient-agrees : (error : LossError (last n ps)) → ErrorRespects error → (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    fst (backprop error θs φs x y) ≋ T.layers-gradient θs φs x (T.backpropagate error θs φs x y)
  gradient-agrees error respects θs φs x y =
    gradients-agree θs φs (λ _ _ → refl) (errors-agree error respects (λ _ _ → refl) θs φs y)

  batch-gradient : (error : LossError (last n ps)) → ErrorRespects error → (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    fst (backprop error θs φs x y) ≋ total λ e → fst (backprop error θs φs (example x e) (λ _ → y e))
  batch-gradient error respects θs φs x y = trans-layers (gradient-agrees error respects θs φs x y)
    (trans-layers (gradient-of-examples θs φs x _) (same-total λ e → of-example e))
    where
    of-example : ∀ e → T.layers-gradient θs φs (example x e) (examples (T.backpropagate error θs φs x y) e) ≋
      fst (backprop error θs φs (example x e) (λ _ → y e))
    of-example e rewrite sym (errors-of-example error θs φs x y e) =
      sym-layers (gradient-agrees error respects θs φs (example x e) (λ _ → y e))
