-- The derivative itself. The program is run once more, on curves: functions of t with a known derivative at one moment.
-- What is taken from analysis is a list of rules; over the reals they are theorems of any first course.
module Theory.Calculus where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Duals
import Theory.BackpropGradient
open import Generated.Program using (program)

-- The rules of calculus for sums and products; `HasDerivative f d` says that f has the derivative d at `now`.
record Rules (𝔸 : Arithmetic) (now : Arithmetic.Number 𝔸)
  (HasDerivative : (Arithmetic.Number 𝔸 → Arithmetic.Number 𝔸) → Arithmetic.Number 𝔸 → Set) : Set where
  open Arithmetic 𝔸
  field
    sum-rule     : ∀ {f g c d} → HasDerivative f c → HasDerivative g d → HasDerivative (λ t → f t + g t) (c + d)
    product-rule : ∀ {f g c d} → HasDerivative f c → HasDerivative g d →
                   HasDerivative (λ t → f t * g t) (f now * d + c * g now)
    sums-rule    : ∀ {n} {f : Fin n → Number → Number} {d : Fin n → Number} → (∀ i → HasDerivative (f i) (d i)) →
                   HasDerivative (λ t → sum λ i → f i t) (sum d)

module Derivatives (𝔸 : Arithmetic) (now : Arithmetic.Number 𝔸)
  (HasDerivative : (Arithmetic.Number 𝔸 → Arithmetic.Number 𝔸) → Arithmetic.Number 𝔸 → Set) (Target : Set) where
  open Arithmetic 𝔸

  -- The chain rule: the slope of an activation is its derivative, the error of a loss its gradient.

  record Differentiable (φ : Activation Number) : Set where
    constructor differentiable
    field chain-rule : ∀ {f d} → HasDerivative f d → HasDerivative (λ t → value (f t) φ) (slope (f now) φ * d)
  open Differentiable public

  data AllDifferentiable : ∀ {ps} → Activations Number ps → Set where
    [_] : ∀ {φ} → Differentiable φ → AllDifferentiable {[]} φ
    _∷_ : ∀ {p ps φ} {φs : Activations Number ps} → Differentiable φ → AllDifferentiable φs →
          AllDifferentiable {p ∷ ps} (φ , φs)

  record HasGradient {k} (loss : Vector Number k → Target → Number)
    (error : Vector Number k → Target → Vector Number k) : Set where
    constructor has-gradient
    field total-derivative : ∀ {f : Fin k → Number → Number} {d : Fin k → Number} y →
            (∀ i → HasDerivative (f i) (d i)) →
            HasDerivative (λ t → loss (λ i → f i t) y) (sum λ i → error (λ i → f i now) y i * d i)
  open HasGradient public

  -- A curve: a function of t with its derivative.

  record Curve : Set where
    constructor curve
    field
      path    : Number → Number
      rate    : Number
      derives : HasDerivative path rate
  open Curve public

  -- What moves along curves: where it is at t, and how fast it moves now.

  at : ∀ {m n b ps} → Number → Layers Curve m n b ps → Layers Number m n b ps
  at t = map λ c → path c t

  rates : ∀ {m n b ps} → Layers Curve m n b ps → Layers Number m n b ps
  rates = map rate

  inputs-at : ∀ {batch m} → Number → Matrix Curve batch m → Matrix Number batch m
  inputs-at t X e i = path (X e i) t

  inputs-rates : ∀ {batch m} → Matrix Curve batch m → Matrix Number batch m
  inputs-rates X e i = rate (X e i)

module Theorems (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) (now : Arithmetic.Number 𝔸)
  (HasDerivative : (Arithmetic.Number 𝔸 → Arithmetic.Number 𝔸) → Arithmetic.Number 𝔸 → Set)
  (rules : Rules 𝔸 now HasDerivative) where
  open Arithmetic 𝔸
  open Rules rules
  open Derivatives 𝔸 now HasDerivative Target public
  open Theory.BackpropGradient.Theorems 𝔸 laws Target public

  -- Curves are numbers of a system of their own.

  curves : Arithmetic
  curves = record
    { Number = Curve
    ; _+_    = λ u v → curve (λ t → path u t + path v t) (rate u + rate v) (sum-rule (derives u) (derives v))
    ; _*_    = λ u v → curve (λ t → path u t * path v t) (path u now * rate v + rate u * path v now)
                             (product-rule (derives u) (derives v))
    ; sum    = λ f → curve (λ t → sum λ i → path (f i) t) (sum λ i → rate (f i)) (sums-rule λ i → derives (f i))
    }

  module OnCurves = Recursion curves Target (program curves Target)

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  -- The program on curves is the program at every t, with the derivative of the program on duals.

  moving : Curve → Dual Number
  moving c = dual (path c now) (rate c)

  -- Forwards, only the value of an activation is used: what stands here for its slope, the curve itself, never is.

  on-curves : (φ : Activation Number) → Differentiable φ → Activation Curve
  on-curves φ φ′ zero    z = curve (λ t → value (path z t) φ) (slope (path z now) φ * rate z)
                                   (chain-rule φ′ (derives z))
  on-curves φ φ′ (suc _) z = z

  all-on-curves : {φs : Activations Number ps} → AllDifferentiable φs → Activations Curve ps
  all-on-curves [ φ′ ]     = on-curves _ φ′
  all-on-curves (φ′ ∷ φs′) = on-curves _ φ′ , all-on-curves φs′

  loss-on-curves : ∀ {k} {loss : LossValue k} {error : LossError k} → HasGradient loss error → OnCurves.LossValue k
  loss-on-curves {loss = loss} {error} gradient a y = curve
    (λ t → loss (λ i → path (a i) t) y) (sum λ i → error (λ i → path (a i) now) y i * rate (a i))
    (total-derivative gradient y λ i → derives (a i))

  path-is-program : {loss : LossValue (last n ps)} {error : LossError (last n ps)} (gradient : HasGradient loss error)
    (θs : Layers Curve m n b ps) {φs : Activations Number ps} (φs′ : AllDifferentiable φs) (X : Matrix Curve batch m)
    (y : Vector Target batch) →
    path (OnCurves.network-loss (loss-on-curves gradient) θs (all-on-curves φs′) X y)
      ≡ λ t → network-loss loss (at t θs) φs (inputs-at t X) y
  path-is-program gradient [ layer _ none ]     [ φ′ ] X y = refl
  path-is-program gradient [ layer _ (some _) ] [ φ′ ] X y = refl
  path-is-program gradient (layer _ none ∷ θs)     (φ′ ∷ φs′) X y = path-is-program gradient θs φs′ _ y
  path-is-program gradient (layer _ (some _) ∷ θs) (φ′ ∷ φs′) X y = path-is-program gradient θs φs′ _ y

  rate-is-tangent : {loss : LossValue (last n ps)} {error : LossError (last n ps)} (gradient : HasGradient loss error)
    (θs : Layers Curve m n b ps) {φs : Activations Number ps} (φs′ : AllDifferentiable φs) (X : Matrix Curve batch m)
    (y : Vector Target batch) →
    rate (OnCurves.network-loss (loss-on-curves gradient) θs (all-on-curves φs′) X y)
      ≡ tangent (OnDuals.network-loss (lifted-loss loss error) (zip dual (at now θs) (rates θs)) (lifted-activations φs)
                                      (λ e i → moving (X e i)) y)
  rate-is-tangent gradient [ layer _ none ]     [ φ′ ] X y = refl
  rate-is-tangent gradient [ layer _ (some _) ] [ φ′ ] X y = refl
  rate-is-tangent gradient (layer _ none ∷ θs)     (φ′ ∷ φs′) X y = rate-is-tangent gradient θs φs′ _ y
  rate-is-tangent gradient (layer _ (some _) ∷ θs) (φ′ ∷ φs′) X y = rate-is-tangent gradient θs φs′ _ y

  -- If every parameter and every input moves along a curve, the loss moves with the derivative that backprop gives.

  backprop-is-the-gradient : {loss : LossValue (last n ps)} {error : LossError (last n ps)} → HasGradient loss error →
    Respects loss → ErrorRespects error →
    (θs : Layers Curve m n b ps) {φs : Activations Number ps} → AllDifferentiable φs → (X : Matrix Curve batch m)
    (y : Vector Target batch) → let gradient , input = backprop error (at now θs) φs (inputs-at now X) y in
    HasDerivative (λ t → network-loss loss (at t θs) φs (inputs-at t X) y)
                  (⟪ gradient , rates θs ⟫ + ⟨ input , inputs-rates X ⟩)
  backprop-is-the-gradient {loss = loss} {error} gradient respects error-respects θs {φs} φs′ X y = along
    (path-is-program gradient θs φs′ X y)
    (trans (rate-is-tangent gradient θs φs′ X y)
           (program-gradient loss error respects error-respects (at now θs) (rates θs) φs (λ e i → moving (X e i)) y))
    (derives (OnCurves.network-loss (loss-on-curves gradient) θs (all-on-curves φs′) X y))
    where
    along : ∀ {f g c d} → f ≡ g → c ≡ d → HasDerivative f c → HasDerivative g d
    along refl refl p = p
