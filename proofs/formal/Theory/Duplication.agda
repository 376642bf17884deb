-- Units that merge, split or are dead: what the next layer receives stays the same.
module Theory.Duplication where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Tie using (EqualIncoming)
open import Theory.HiddenLayer hiding (module Theorems)
open import Theory.Units hiding (module Theorems)
import Theory.HiddenLayer
import Theory.Tie
import Theory.Agreement
import Theory.Units

module Theorems (𝔸 : Arithmetic) (one-by-one : SumsOneByOne 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open SumsOneByOne one-by-one
  open Theory.HiddenLayer.Theorems 𝔸 laws Target public
  open Theory.Agreement.Forward 𝔸 laws Target using (module P; module T; preactivations-agree; values-agree)
  open P public using (forward)
  open P using (activated; preactivations)
  open Theory.Tie.Theorems 𝔸 equal-terms Target using (equal-units)
  open Theory.Units.Theorems 𝔸 one-by-one

  private variable
    batch m n p k n′ : ℕ
    b c : Bool
    ps ps′ : Widths

  -- Unit t is left out, and its outgoing weights are added to those of s, one of the others.

  merged-rows : Fin k → Fin (suc k) → Rows Number (suc k) k
  merged-rows s t w i q = choose s i (w t q + w (skip t s) q) (w (skip t i) q)

  merge : Hidden (suc k) k n ps n′ ps′ → Fin k → Fin (suc k) → Layers Number m n b ps → Layers Number m n′ b ps′
  merge h s t = replace h (skip t) (merged-rows s t)

  merging-same-sums : (s : Fin k) (t : Fin (suc k)) (θ : Layer Number m (suc k) b) (φ : Activation Number)
    (η : Layer Number (suc k) p c) → EqualIncoming (skip t s) t θ → SameSums (skip t) (merged-rows s t) θ φ η
  merging-same-sums s t θ φ η equal _ x e q = trans
    (sym (parts s others w (w s) (weight η t q) _ refl))
    (trans (cong₂ _+_ (cong (_* weight η t q) (equal-units θ φ x equal e)) (unchanged s others w))
           (sym (taken-out t λ i → a i * weight η i q)))
    where
    a      = activated (preactivations x θ) φ e
    others = λ j → a (skip t j)
    w      = λ j → weight η (skip t j) q

  merging : (h : Hidden (suc k) k n ps n′ ps′) (s : Fin k) (t : Fin (suc k)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) → At h (λ θ _ _ → EqualIncoming (skip t s) t θ) θs φs → (x : Matrix Number batch m) →
    ∀ e j → forward (merge h s t θs) (same-activations h φs) x e (outputs h j) ≡ forward θs φs x e j
  merging h s t θs φs equal = same-outputs h (skip t) (merged-rows s t) θs φs
    (at-maps h (λ θ φ η p → merging-same-sums s t θ φ η p) θs φs equal)

  -- A copy of unit s is put in as unit t; both get a part of its outgoing weights.

  copied : Fin k → Fin (suc k) → Fin (suc k) → Fin k
  copied s t = insert t s (λ j → j)

  split-rows : Fin k → Fin (suc k) → Number → Number → Rows Number k (suc k)
  split-rows s t α β w i q = insert t (β * w s q) (λ j → choose s j (α * w s q) (w j q)) i

  split : Hidden k (suc k) n ps n′ ps′ → Fin k → Fin (suc k) → Number → Number →
    Layers Number m n b ps → Layers Number m n′ b ps′
  split h s t α β = replace h (copied s t) (split-rows s t α β)

  splitting-same-sums : (s : Fin k) (t : Fin (suc k)) (α β : Number) → (∀ a → (α + β) * a ≡ a) →
    (θ : Layer Number m k b) (φ : Activation Number) (η : Layer Number k p c) →
    SameSums (copied s t) (split-rows s t α β) θ φ η
  splitting-same-sums s t α β whole θ φ η _ x e q = trans (taken-out t _) (trans
    (cong₂ _+_ (cong₂ _*_ (cong a (insert-there t s λ j → j)) (insert-there t (β * w s) _))
               (sum-of-equals λ j → cong₂ _*_ (cong a (insert-skip t s (λ j → j) j)) (insert-skip t (β * w s) _ j)))
    (trans (parts s a w (α * w s) (β * w s) (w s) together) (unchanged s a w)))
    where
    a = activated (preactivations x θ) φ e
    w = λ j → weight η j q
    together : β * w s + α * w s ≡ w s
    together = trans (cong₂ _+_ (*-comm β (w s)) (*-comm α (w s))) (trans (sym (*-plus (w s) β α))
      (trans (*-comm (w s) (β + α)) (trans (cong (_* w s) (+-comm β α)) (whole (w s)))))

  splitting : (h : Hidden k (suc k) n ps n′ ps′) (s : Fin k) (t : Fin (suc k)) (α β : Number) →
    (∀ a → (α + β) * a ≡ a) → (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) →
    ∀ e j → forward (split h s t α β θs) (same-activations h φs) x e (outputs h j) ≡ forward θs φs x e j
  splitting h s t α β whole θs φs = same-outputs h (copied s t) (split-rows s t α β) θs φs
    (everywhere h (λ θ φ η → splitting-same-sums s t α β whole θ φ η) θs φs)

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
  nothing-sent t θ φ η (no-outgoing v)               x e q = trans (cong (activated (preactivations x θ) φ e t *_) (v q)) (*-zero _)
  nothing-sent t θ φ η (no-incoming w no-bias φ-zero) x e q = trans
    (cong (_* weight η t q) (trans (values-agree (λ _ _ → refl) θ φ e t)
      (trans (cong (λ z → value z φ) (nothing-received t θ w no-bias x e)) φ-zero)))
    (trans (*-comm 0# _) (*-zero _))

  dead-same-sums : (t : Fin (suc k)) (θ : Layer Number m (suc k) b) (φ : Activation Number)
    (η : Layer Number (suc k) p c) → Dead t θ φ η → SameSums (skip t) (left-out-rows t) θ φ η
  dead-same-sums t θ φ η dead _ x e q = sym (trans (taken-out t λ i → activated (preactivations x θ) φ e i * weight η i q)
    (trans (cong (_+ _) (nothing-sent t θ φ η dead x e q)) (+-zero _)))

  leaving-out : (h : Hidden (suc k) k n ps n′ ps′) (t : Fin (suc k)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) → At h (Dead t) θs φs → (x : Matrix Number batch m) →
    ∀ e j → forward (without h t θs) (same-activations h φs) x e (outputs h j) ≡ forward θs φs x e j
  leaving-out h t θs φs dead = same-outputs h (skip t) (left-out-rows t) θs φs
    (at-maps h (λ θ φ η p → dead-same-sums t θ φ η p) θs φs dead)
