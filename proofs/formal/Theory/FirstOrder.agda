-- What the derivative of a polynomial means: f (a + t) = f a + t (f′ a + t r t), where r is a polynomial, too.
module Theory.FirstOrder where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Polynomials hiding (module Theorems)
import Theory.Polynomials

module Theorems (𝔸 : Arithmetic) (semiring : Semiring 𝔸) (Target : Set) (now : Arithmetic.Number 𝔸) where
  open Arithmetic 𝔸
  open Semiring semiring
  open Theory.Polynomials.Theorems 𝔸 semiring Target now

  -- Near a, f has the value f a and the derivative d; what remains, divided by t², is r.

  record Near (f : Number → Number) (a d : Number) (r : Number → Number) : Set where
    constructor near
    field expands : ∀ t → f (a + t) ≡ f a + t * (d + t * r t)
  open Near

  exchange : ∀ a b c → a * (b * c) ≡ b * (a * c)
  exchange a b c = trans (sym (*-assoc a b c)) (trans (cong (_* c) (*-comm a b)) (*-assoc b a c))

  plus-zero : ∀ a → a + 0# ≡ a
  plus-zero a = trans (+-comm a 0#) (+-zero a)

  -- t (c + t r) + t (d + t s) = t ((c + d) + t (r + s))

  collected : ∀ t c r d s → t * (c + t * r) + t * (d + t * s) ≡ t * ((c + d) + t * (r + s))
  collected t c r d s = trans (sym (*-plus t _ _)) (cong (t *_)
    (trans (middle c (t * r) d (t * s)) (cong ((c + d) +_) (sym (*-plus t r s)))))

  of-sum : ∀ {f g a c d r s} → Near f a c r → Near g a d s →
    Near (λ t → f t + g t) a (c + d) (λ t → r t + s t)
  of-sum p q = near λ t → trans (cong₂ _+_ (expands p t) (expands q t))
    (trans (middle _ _ _ _) (cong (_ +_) (collected t _ _ _ _)))

  -- (A + t u) (B + t v) = A B + t ((A v + u B) + t (u v)), where u = c + t r and v = d + t s

  multiplied : ∀ A B t u v → (A + t * u) * (B + t * v) ≡ A * B + t * ((A * v + u * B) + t * (u * v))
  multiplied A B t u v =
    (A + t * u) * (B + t * v)
      ≡⟨ plus-* A (t * u) (B + t * v) ⟩
    A * (B + t * v) + (t * u) * (B + t * v)
      ≡⟨ cong₂ _+_ (*-plus A B (t * v)) (*-assoc t u (B + t * v)) ⟩
    (A * B + A * (t * v)) + t * (u * (B + t * v))
      ≡⟨ +-assoc _ _ _ ⟩
    A * B + (A * (t * v) + t * (u * (B + t * v)))
      ≡⟨ cong (A * B +_) (cong₂ _+_ (exchange A t v) (cong (t *_) (*-plus u B (t * v)))) ⟩
    A * B + (t * (A * v) + t * (u * B + u * (t * v)))
      ≡⟨ cong (A * B +_) (sym (*-plus t _ _)) ⟩
    A * B + t * (A * v + (u * B + u * (t * v)))
      ≡⟨ cong (λ e → A * B + t * e) (trans (sym (+-assoc _ _ _)) (cong ((A * v + u * B) +_) (exchange u t v))) ⟩
    A * B + t * ((A * v + u * B) + t * (u * v)) ∎

  crossed : ∀ A B t c r d s → A * (d + t * s) + (c + t * r) * B ≡ (A * d + c * B) + t * (A * s + r * B)
  crossed A B t c r d s = trans
    (cong₂ _+_ (trans (*-plus A d (t * s)) (cong (A * d +_) (exchange A t s)))
               (trans (plus-* c (t * r) B) (cong (c * B +_) (*-assoc t r B))))
    (trans (middle _ _ _ _) (cong ((A * d + c * B) +_) (sym (*-plus t _ _))))

  of-product : ∀ {f g a c d r s} → Near f a c r → Near g a d s →
    Near (λ t → f t * g t) a (f a * d + c * g a)
         (λ t → (f a * s t + r t * g a) + (c + t * r t) * (d + t * s t))
  of-product {f} {g} {a} {c} {d} {r} {s} p q = near λ t → trans (cong₂ _*_ (expands p t) (expands q t))
    (trans (multiplied (f a) (g a) t (c + t * r t) (d + t * s t)) (cong (λ e → f a * g a + t * e) (trans
      (cong (_+ t * ((c + t * r t) * (d + t * s t))) (crossed (f a) (g a) t c (r t) d (s t)))
      (trans (+-assoc _ _ _) (cong ((f a * d + c * g a) +_) (sym (*-plus t _ _)))))))

  of-sums : ∀ {n} {f : Fin n → Number → Number} {a} {d : Fin n → Number} {r : Fin n → Number → Number} →
    (∀ i → Near (f i) a (d i) (r i)) → Near (λ t → sum λ i → f i t) a (sum d) (λ t → sum λ i → r i t)
  of-sums {a = a} {d} {r} p = near λ t → trans (sum-of-equals λ i → expands (p i) t)
    (trans (sum-plus _ _) (cong (_ +_) (trans (sym (*-sum t _)) (cong (t *_)
      (trans (sum-plus d _) (cong (sum d +_) (sym (*-sum t _))))))))

  -- Of every polynomial in one unknown. The rest is a polynomial.

  at-number : Number → Vector Number 1
  at-number a _ = a

  rest : Number → Polynomial Number 1 → Polynomial Number 1
  rest a (number c)  = number 0#
  rest a (unknown i) = number 0#
  rest a (p ⊕ q)     = rest a p ⊕ rest a q
  rest a (p ⊗ q)     =
      (there p ⊗ rest a q ⊕ rest a p ⊗ there q) ⊕
      (rate p ⊕ unknown zero ⊗ rest a p) ⊗ (rate q ⊕ unknown zero ⊗ rest a q)
    where
    there rate : Polynomial Number 1 → Polynomial Number 1
    there p = number (evaluate p (at-number a))
    rate p = number (evaluate (∂ zero p) (at-number a))
  rest a (⨁ p)       = ⨁ λ i → rest a (p i)

  first-order : (p : Polynomial Number 1) (a : Number) →
    Near (λ t → evaluate p (at-number t)) a (evaluate (∂ zero p) (at-number a))
         (λ t → evaluate (rest a p) (at-number t))
  first-order (number c)        a = near λ t → sym (trans (cong (λ e → c + t * e) (trans (+-zero _) (*-zero t)))
    (trans (cong (c +_) (*-zero t)) (plus-zero c)))
  first-order (unknown zero)    a = near λ t → sym (cong (a +_)
    (trans (cong (t *_) (trans (cong (1# +_) (*-zero t)) (plus-zero 1#))) (trans (*-comm t 1#) (*-one t))))
  first-order (p ⊕ q)           a = of-sum (first-order p a) (first-order q a)
  first-order (p ⊗ q)           a = of-product (first-order p a) (first-order q a)
  first-order (⨁ p)             a = of-sums λ i → first-order (p i) a

  -- So of every function that has a derivative.

  expansion : ∀ {f d} → HasDerivative f d →
    Σ (Polynomial Number 1) λ r → ∀ t → f (now + t) ≡ f now + t * (d + t * evaluate r (at-number t))
  expansion {f} {d} (p , same , d-is) = rest now p , λ t → trans (same (now + t)) (trans
    (expands (first-order p now) t)
    (cong₂ _+_ (sym (same now)) (cong (λ e → t * (e + t * evaluate (rest now p) (at-number t))) (sym d-is))))
