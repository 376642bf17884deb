-- Polynomials and their derivatives. They obey the rules of calculus with no hypothesis.
module Theory.Polynomials where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Calculus using (Rules; module Derivatives)
open import Theory.Units using (skip; choose; choose-there; choose-skip)
import Theory.Gradient
import Theory.Units

-- Polynomials in k unknowns, as they are written down.

infixl 6 _⊕_
infixl 7 _⊗_

data Polynomial (A : Set) (k : ℕ) : Set where
  number  : A → Polynomial A k
  unknown : Fin k → Polynomial A k
  _⊕_ _⊗_ : Polynomial A k → Polynomial A k → Polynomial A k
  ⨁       : ∀ {n} → (Fin n → Polynomial A k) → Polynomial A k

module Theorems (𝔸 : Arithmetic) (semiring : Semiring 𝔸) (Target : Set) (now : Arithmetic.Number 𝔸) where
  open Arithmetic 𝔸
  open Semiring semiring
  open Theory.Gradient.Theorems 𝔸 laws Target using (sum-*)
  open Theory.Units.Theorems 𝔸 first-apart using (taken-out)

  private variable
    k : ℕ
    ps : Widths

  evaluate : Polynomial Number k → Vector Number k → Number
  evaluate (number c)  a = c
  evaluate (unknown i) a = a i
  evaluate (p ⊕ q)     a = evaluate p a + evaluate q a
  evaluate (p ⊗ q)     a = evaluate p a * evaluate q a
  evaluate (⨁ p)       a = sum λ i → evaluate (p i) a

  -- The derivative in unknown i.

  ∂ : Fin k → Polynomial Number k → Polynomial Number k
  ∂ i (number c)  = number 0#
  ∂ i (unknown j) = number (choose j i 1# 0#)
  ∂ i (p ⊕ q)     = ∂ i p ⊕ ∂ i q
  ∂ i (p ⊗ q)     = p ⊗ ∂ i q ⊕ ∂ i p ⊗ q
  ∂ i (⨁ p)       = ⨁ λ j → ∂ i (p j)

  evaluate-same : (p : Polynomial Number k) {a a′ : Vector Number k} → (∀ i → a′ i ≡ a i) → evaluate p a′ ≡ evaluate p a
  evaluate-same (number c)  same = refl
  evaluate-same (unknown i) same = same i
  evaluate-same (p ⊕ q)     same = cong₂ _+_ (evaluate-same p same) (evaluate-same q same)
  evaluate-same (p ⊗ q)     same = cong₂ _*_ (evaluate-same p same) (evaluate-same q same)
  evaluate-same (⨁ p)       same = sum-of-equals λ i → evaluate-same (p i) same

  -- A function of t has the derivative d now if it is that of a polynomial whose derivative is d now.

  HasDerivative : (Number → Number) → Number → Set
  HasDerivative f d = Σ (Polynomial Number 1) λ p →
    (∀ t → f t ≡ evaluate p (λ _ → t)) × (d ≡ evaluate (∂ zero p) (λ _ → now))

  rules : Rules 𝔸 now HasDerivative
  rules = record
    { sum-rule     = λ (p , f , c) (q , g , d) → p ⊕ q , (λ t → cong₂ _+_ (f t) (g t)) , cong₂ _+_ c d
    ; product-rule = λ (p , f , c) (q , g , d) → p ⊗ q , (λ t → cong₂ _*_ (f t) (g t)) ,
                       cong₂ _+_ (cong₂ _*_ (f now) d) (cong₂ _*_ c (g now))
    ; sums-rule    = λ ds → ⨁ (λ i → fst (ds i)) , (λ t → sum-of-equals λ i → fst (snd (ds i)) t) ,
                       sum-of-equals λ i → snd (snd (ds i))
    }

  -- Polynomials q in the place of the unknowns of p.

  substitute : Polynomial Number k → (Fin k → Polynomial Number 1) → Polynomial Number 1
  substitute (number c)  q = number c
  substitute (unknown i) q = q i
  substitute (p ⊕ r)     q = substitute p q ⊕ substitute r q
  substitute (p ⊗ r)     q = substitute p q ⊗ substitute r q
  substitute (⨁ p)       q = ⨁ λ i → substitute (p i) q

  substituted : (p : Polynomial Number k) (q : Fin k → Polynomial Number 1) (t : Vector Number 1) →
    evaluate (substitute p q) t ≡ evaluate p (λ i → evaluate (q i) t)
  substituted (number c)  q t = refl
  substituted (unknown i) q t = refl
  substituted (p ⊕ r)     q t = cong₂ _+_ (substituted p q t) (substituted r q t)
  substituted (p ⊗ r)     q t = cong₂ _*_ (substituted p q t) (substituted r q t)
  substituted (⨁ p)       q t = sum-of-equals λ i → substituted (p i) q t

  zero-* : ∀ a → 0# * a ≡ 0#
  zero-* a = trans (*-comm 0# a) (*-zero a)

  no-term : {f : Fin k → Number} → (∀ i → f i ≡ 0#) → sum f ≡ 0#
  no-term same = trans (sum-of-equals same) zeros

  only-term : (j : Fin k) (d : Vector Number k) → sum (λ i → choose j i 1# 0# * d i) ≡ d j
  only-term {suc k} j d = trans (taken-out j _) (trans
    (cong₂ _+_ (trans (cong (_* d j) (choose-there j 1# 0#)) (*-one (d j)))
               (no-term λ i → trans (cong (_* d (skip j i)) (choose-skip j i 1# 0#)) (zero-* _)))
    (trans (+-comm (d j) 0#) (+-zero (d j))))

  -- The chain rule. The unknowns have the values a and the derivatives d now.

  module _ (q : Fin k → Polynomial Number 1) where
    t : Vector Number 1
    t _ = now
    a d : Vector Number k
    a i = evaluate (q i) t
    d i = evaluate (∂ zero (q i)) t

    total : Polynomial Number k → Number
    total p = sum λ i → evaluate (∂ i p) a * d i

    chained : (p : Polynomial Number k) → evaluate (∂ zero (substitute p q)) t ≡ total p
    chained (number c)  = sym (no-term λ i → zero-* (d i))
    chained (unknown j) = sym (only-term j d)
    chained (p ⊕ r)     = trans (cong₂ _+_ (chained p) (chained r))
      (sym (trans (sum-of-equals λ i → plus-* _ _ (d i)) (sum-plus _ _)))
    chained (p ⊗ r)     = trans
      (cong₂ _+_ (cong₂ _*_ (substituted p q t) (chained r)) (cong₂ _*_ (chained p) (substituted r q t)))
      (trans (cong₂ _+_ (trans (*-sum _ _) (sum-of-equals λ i → sym (*-assoc _ _ (d i))))
                        (trans (sum-* _ _) (sum-of-equals λ i → last-two _ (d i) _)))
      (sym (trans (sum-of-equals λ i → plus-* _ _ (d i)) (sum-plus _ _))))
      where
      last-two : ∀ a b c → (a * b) * c ≡ (a * c) * b
      last-two a b c = trans (*-assoc a b c) (trans (cong (a *_) (*-comm b c)) (sym (*-assoc a c b)))
    chained (⨁ p)       = trans (sum-of-equals λ j → chained (p j))
      (trans (sum-swap _) (sum-of-equals λ i → sym (sum-* _ (d i))))

  -- An activation and a loss that are polynomials, with their derivatives.

  derivative : ℕ → Polynomial Number 1 → Polynomial Number 1
  derivative zero        p = p
  derivative (suc order) p = derivative order (∂ zero p)

  activation : Polynomial Number 1 → Activation Number
  activation p order z = evaluate (derivative order p) (λ _ → z)

  value-of : (Target → Polynomial Number k) → Vector Number k → Target → Number
  value-of loss a y = evaluate (loss y) a

  gradient-of : (Target → Polynomial Number k) → Vector Number k → Target → Vector Number k
  gradient-of loss a y i = evaluate (∂ i (loss y)) a

  open Derivatives 𝔸 now HasDerivative Target

  total-rule : (p : Polynomial Number k) {f : Fin k → Number → Number} {d : Vector Number k} →
    (∀ i → HasDerivative (f i) (d i)) →
    HasDerivative (λ t → evaluate p (λ i → f i t)) (sum λ i → evaluate (∂ i p) (λ i → f i now) * d i)
  total-rule p ds =
      substitute p q
    , (λ t → trans (evaluate-same p λ i → fst (snd (ds i)) t) (sym (substituted p q _)))
    , trans (sum-of-equals λ i → cong₂ _*_ (evaluate-same (∂ i p) λ i → fst (snd (ds i)) now) (snd (snd (ds i))))
            (sym (chained q p))
    where
    q : Fin _ → Polynomial Number 1
    q i = fst (ds i)

  activation-differentiable : (p : Polynomial Number 1) → Differentiable (activation p)
  activation-differentiable p = differentiable λ {f} {d} has → one-term (total-rule p {λ _ → f} {λ _ → d} λ _ → has)
    where
    sum-of-one : (c : Vector Number 1) → sum c ≡ c zero
    sum-of-one c = trans (sum-of-more c)
      (trans (cong (c zero +_) (sum-of-none _)) (trans (+-comm (c zero) 0#) (+-zero (c zero))))
    one-term : ∀ {f} {c : Vector Number 1} → HasDerivative f (sum c) → HasDerivative f (c zero)
    one-term {c = c} (r , f , e) = r , f , trans (sym (sum-of-one c)) e

  loss-has-gradient : (loss : Target → Polynomial Number k) → HasGradient (value-of loss) (gradient-of loss)
  loss-has-gradient loss = has-gradient λ y ds → total-rule (loss y) ds
