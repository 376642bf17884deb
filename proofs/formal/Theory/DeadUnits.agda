-- A dead unit sends nothing on, and so may be left out or added: what the next layer receives stays the same.
module Theory.DeadUnits where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.HiddenLayer hiding (module Theorems)
open import Theory.Units hiding (module Theorems)
import Theory.Agreement

module Theorems (𝔸 : Arithmetic) (one-by-one : SumsOneByOne 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open SumsOneByOne one-by-one
  open Theory.HiddenLayer.Theorems 𝔸 laws Target public
  open Theory.Agreement.Forward 𝔸 laws Target using (module P; module T; values-agree)
  open P public using (forward)
  open P using (activated; preactivations)
  open Theory.Units.Theorems 𝔸 first-apart

  private variable
    batch m n p k n′ : ℕ
    b c : Bool
    ps ps′ : Widths

  -- Unit t is dead: its outgoing weights are 0, or its incoming weights and bias are, and φ(0) is 0.

  ZeroBias : Fin k → Bias Number k b → Set
  ZeroBias t none     = ⊤
  ZeroBias t (some u) = u t ≡ 0#

  data Dead (t : Fin k) {m b p c} (θ : Layer Number m k b) (φ : Activation Number) (η : Layer Number k p c) : Set where
    no-outgoing : (∀ q → weight η t q ≡ 0#) → Dead t θ φ η
    no-incoming : (∀ i → weight θ i t ≡ 0#) → ZeroBias t (bias θ) → value 0# φ ≡ 0# → Dead t θ φ η

  left-out-rows : Fin (suc k) → Rows Number (suc k) k
  left-out-rows t w i = w (skip t i)

  without : Hidden (suc k) k n ps n′ ps′ → Fin (suc k) → Layers Number m n b ps → Layers Number m n′ b ps′
  without h t = replace h (skip t) (left-out-rows t)

  sum-of-zeros : (x : Vector Number m) {w : Vector Number m} → (∀ i → w i ≡ 0#) → sum (λ i → x i * w i) ≡ 0#
  sum-of-zeros x same = trans (sum-of-equals λ i → trans (cong (x i *_) (same i)) (*-zero (x i))) zeros

  nothing-received : (t : Fin k) (θ : Layer Number m k b) → (∀ i → weight θ i t ≡ 0#) → ZeroBias t (bias θ) →
    (x : Matrix Number batch m) → ∀ e → T.preactivations x θ e t ≡ 0#
  nothing-received t (layer _ none)     no-weight _       x e = sum-of-zeros (x e) no-weight
  nothing-received t (layer _ (some _)) no-weight no-bias x e =
    trans (cong₂ _+_ (sum-of-zeros (x e) no-weight) no-bias) (+-zero 0#)

  nothing-sent : (t : Fin k) (θ : Layer Number m k b) (φ : Activation Number) (η : Layer Number k p c) → Dead t θ φ η →
    (x : Matrix Number batch m) → ∀ e q → activated (preactivations x θ) φ e t * weight η t q ≡ 0#
  nothing-sent t θ φ η (no-outgoing v) x e q =
    trans (cong (activated (preactivations x θ) φ e t *_) (v q)) (*-zero _)
  nothing-sent t θ φ η (no-incoming w no-bias φ-zero) x e q = trans
    (cong (_* weight η t q) (trans (values-agree (λ _ _ → refl) θ φ e t)
      (trans (cong (λ z → value z φ) (nothing-received t θ w no-bias x e)) φ-zero)))
    (trans (*-comm 0# _) (*-zero _))

  dead-same-sums : (t : Fin (suc k)) (θ : Layer Number m (suc k) b) (φ : Activation Number)
    (η : Layer Number (suc k) p c) → Dead t θ φ η → SameSums (skip t) (left-out-rows t) θ φ η
  dead-same-sums t θ φ η dead _ x e q = sym (trans
    (taken-out t λ i → activated (preactivations x θ) φ e i * weight η i q)
    (trans (cong (_+ _) (nothing-sent t θ φ η dead x e q)) (+-zero _)))

  leaving-out : (h : Hidden (suc k) k n ps n′ ps′) (t : Fin (suc k)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) → At h (Dead t) θs φs → (x : Matrix Number batch m) →
    ∀ e j → forward (without h t θs) (same-activations h φs) x e (outputs h j) ≡ forward θs φs x e j
  leaving-out h t θs φs dead = same-outputs h (skip t) (left-out-rows t) θs φs
    (at-maps h (λ θ φ η p → dead-same-sums t θ φ η p) θs φs dead)
