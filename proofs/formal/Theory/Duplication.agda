-- Two units that merge into one, and a unit that splits into two: what the next layer receives stays the same.
module Theory.Duplication where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Tie using (EqualIncoming)
open import Theory.HiddenLayer hiding (module Theorems)
open import Theory.Units hiding (module Theorems)
import Theory.Agreement

module Theorems (𝔸 : Arithmetic) (first-apart : FirstTermApart 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open FirstTermApart first-apart
  open Theory.HiddenLayer.Theorems 𝔸 laws Target public
  open Theory.Agreement.Forward 𝔸 laws Target using (module P)
  open P public using (forward)
  open P using (activated; preactivations)
  open Theory.Tie.Theorems 𝔸 equal-terms Target using (equal-units)
  open Theory.Units.Theorems 𝔸 first-apart

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
