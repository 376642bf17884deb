-- Two units of a hidden layer that are equal have equal activations, errors and gradients. No law of arithmetic is
-- used: + and * may be any functions of two numbers, and sum any function of its terms. So it holds of floats,
-- whatever they round, as long as each entry is computed in one way.
module Theory.Tie where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
import Generated.Program
import Generated.Facts

-- Two units of one hidden layer, of a network whose first layer has n units.

data Pair : ℕ → Widths → Set where
  here  : ∀ {n p ps} → Fin n → Fin n → Pair n (p ∷ ps)
  there : ∀ {n p c ps} → Pair p ps → Pair n ((p , c) ∷ ps)

-- Units s and t have equal biases, if they have any.

EqualBiases : ∀ {A n b} → Fin n → Fin n → Bias A n b → Set
EqualBiases s t none     = ⊤
EqualBiases s t (some b) = b s ≡ b t

-- Equal incoming weights and biases; and equal outgoing weights, too.

record EqualIncoming {A m n b} (s t : Fin n) (θ : Layer A m n b) : Set where
  constructor incoming
  field
    weights : ∀ i → weight θ i s ≡ weight θ i t
    biases  : EqualBiases s t (bias θ)

record Equal {A m n p b c} (s t : Fin n) (θ : Layer A m n b) (following : Layer A n p c) : Set where
  constructor equal
  field
    ins  : EqualIncoming s t θ
    outs : ∀ k → weight following s k ≡ weight following t k

-- The two units of a pair are tied: equal incoming weights, biases and outgoing weights (or gradients, or states).

Tied : ∀ {A m n b ps} → Pair n ps → Layers A m n b ps → Set
Tied (here s t)   (θ ∷ θs) = Equal s t θ (first θs)
Tied (there pair) (θ ∷ θs) = Tied pair θs

-- They hold equal values in every example.

Same : ∀ {A batch n ps} → Pair n ps → Units A batch n ps → Set
Same (here s t)   (u ∷ us) = ∀ example → u example s ≡ u example t
Same (there pair) (u ∷ us) = Same pair us

module Theorems (𝔸 : Arithmetic) (laws : EqualTerms 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open EqualTerms laws
  open Generated.Program.Functions 𝔸 Target
  open Recursion 𝔸 Target (Generated.Program.program 𝔸 Target)
  open Generated.Facts.Equal 𝔸 Target sum-of-equals

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  -- Equal columns of the weight and equal biases give equal preactivations: a unit is a layer of one unit.

  equal-preactivations : (x : Matrix Number batch m) (θ : Layer Number m n b) {s t : Fin n} → EqualIncoming s t θ →
    ∀ example → preactivations x θ example s ≡ preactivations x θ example t
  equal-preactivations x (layer w none) {s} {t} (incoming same _) example =
    preactivation-without-bias-of-equals {inputs = x} {V = λ i (_ : Fin 1) → w i t} {λ i _ → w i s}
      (λ _ _ → refl) (λ i _ → same i) example zero
  equal-preactivations x (layer w (some b)) {s} {t} (incoming same biases) example =
    preactivation-of-equals {inputs = x} {V = λ i (_ : Fin 1) → w i t} {λ i _ → w i s} {b = λ _ → b t} {λ _ → b s}
      (λ _ _ → refl) (λ i _ → same i) (λ _ → biases) example zero

  equal-values : (φ : Activation Number) (z : Matrix Number batch n) {s t : Fin n} →
    (∀ example → z example s ≡ z example t) → ∀ example → activated z φ example s ≡ activated z φ example t
  equal-values φ z {s} {t} same example =
    activated-of-equals {φ = φ} {z = λ e (_ : Fin 1) → z e t} {λ e _ → z e s} (λ e _ → same e) example zero

  equal-units : (θ : Layer Number m n b) (φ : Activation Number) (x : Matrix Number batch m) {s t : Fin n} →
    EqualIncoming s t θ → ∀ example →
    activated (preactivations x θ) φ example s ≡ activated (preactivations x θ) φ example t
  equal-units θ φ x same = equal-values φ (preactivations x θ) (equal-preactivations x θ same)

  equal-activations : (pair : Pair n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) → Tied pair θs → Same pair (activations θs φs x)
  equal-activations (here s t)   (θ ∷ θs) (φ , φs) x (equal same _) = equal-units θ φ x same
  equal-activations (there pair) (θ ∷ θs) (φ , φs) x tied =
    equal-activations pair θs φs (activated (preactivations x θ) φ) tied

  equal-errors : (error : LossError (last n ps)) (pair : Pair n ps) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    Tied pair θs → Same pair (backpropagate error θs φs x y)
  equal-errors error (here s t) (θ ∷ θs) (φ , φs) x y (equal same outs) example =
    hidden-error-of-equals {φ = φ} {next-δ = head δs}
      {next-weight = λ (_ : Fin 1) k → v t k} {λ _ k → v s k} {z = λ e _ → z e t} {λ e _ → z e s}
      (λ _ _ → refl) (λ _ k → outs k) (λ e _ → equal-preactivations x θ same e) example zero
    where v = weight (first θs)
          z = preactivations x θ
          δs = backpropagate error θs φs (activated z φ) y
  equal-errors error (there pair) (θ ∷ θs) (φ , φs) x y tied =
    equal-errors error pair θs φs (activated (preactivations x θ) φ) y tied

  first-gradient : (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m)
    (δs : Units Number batch n ps) →
    ∀ i j → weight (first (layers-gradient θs φs x δs)) i j ≡ weight-gradient x (head δs) i j
  first-gradient [ θ ]    φ        x [ δ ]    i j = refl
  first-gradient (θ ∷ θs) (φ , φs) x (δ ∷ δs) i j = refl

  equal-bias-gradients : (bias : Bias Number n b) (δ : Matrix Number batch n) {s t : Fin n} →
    (∀ example → δ example s ≡ δ example t) → EqualBiases s t (bias-gradients bias δ)
  equal-bias-gradients none     δ same = tt
  equal-bias-gradients (some _) δ {s} {t} same =
    bias-gradient-of-equals {δ = λ e (_ : Fin 1) → δ e t} {λ e _ → δ e s} (λ e _ → same e) zero

  equal-gradients-from : (pair : Pair n ps) (θs : Layers Number m n b ps) (φs : Activations Number ps)
    (x : Matrix Number batch m) (δs : Units Number batch n ps) →
    Tied pair θs → Same pair δs → Tied pair (layers-gradient θs φs x δs)
  equal-gradients-from (here s t) (θ ∷ θs) (φ , φs) x (δ ∷ δs) (equal ins _) same = equal
    (incoming
      (λ i → weight-gradient-of-equals {inputs = x} {δ = λ e (_ : Fin 1) → δ e t} {λ e _ → δ e s}
        (λ _ _ → refl) (λ e _ → same e) i zero)
      (equal-bias-gradients (bias θ) δ same))
    (λ k → trans (first-gradient θs φs a δs s k) (trans
      (weight-gradient-of-equals {inputs = λ e (_ : Fin 1) → a e t} {λ e _ → a e s} {δ = head δs}
        (λ e _ → equal-units θ φ x ins e) (λ _ _ → refl) zero k)
      (sym (first-gradient θs φs a δs t k))))
    where a = activated (preactivations x θ) φ
  equal-gradients-from (there pair) (θ ∷ θs) (φ , φs) x (δ ∷ δs) tied same =
    equal-gradients-from pair θs φs (activated (preactivations x θ) φ) δs tied same

  equal-gradients : (error : LossError (last n ps)) (pair : Pair n ps) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    Tied pair θs → Tied pair (fst (backprop error θs φs x y))
  equal-gradients error pair θs φs x y tied =
    equal-gradients-from pair θs φs x _ tied (equal-errors error pair θs φs x y tied)
