-- One unit among others: it is left out, put in, or told from the others; and a sum with one term taken out.
module Theory.Units where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws

private variable
  B : Set
  n : ℕ

-- The units other than t.

skip : Fin (suc n) → Fin n → Fin (suc n)
skip zero    i       = suc i
skip (suc t) zero    = zero
skip (suc t) (suc i) = suc (skip t i)

-- a at t and g at the others.

insert : Fin (suc n) → B → (Fin n → B) → Fin (suc n) → B
insert zero            a g zero    = a
insert zero            a g (suc i) = g i
insert {suc n} (suc t) a g zero    = g zero
insert {suc n} (suc t) a g (suc i) = insert t a (λ j → g (suc j)) i

insert-there : (t : Fin (suc n)) (a : B) (g : Fin n → B) → insert t a g t ≡ a
insert-there zero            a g = refl
insert-there {suc n} (suc t) a g = insert-there t a (λ j → g (suc j))

insert-skip : (t : Fin (suc n)) (a : B) (g : Fin n → B) (i : Fin n) → insert t a g (skip t i) ≡ g i
insert-skip zero            a g i       = refl
insert-skip {suc n} (suc t) a g zero    = refl
insert-skip {suc n} (suc t) a g (suc i) = insert-skip t a (λ j → g (suc j)) i

-- a if i is s, and b if not.

choose : Fin n → Fin n → B → B → B
choose zero    zero    a b = a
choose zero    (suc i) a b = b
choose (suc s) zero    a b = b
choose (suc s) (suc i) a b = choose s i a b

choose-there : (s : Fin n) (a b : B) → choose s s a b ≡ a
choose-there zero    a b = refl
choose-there (suc s) a b = choose-there s a b

choose-skip : (s : Fin (suc n)) (i : Fin n) (a b : B) → choose s (skip s i) a b ≡ b
choose-skip zero    i       a b = refl
choose-skip (suc s) zero    a b = refl
choose-skip (suc s) (suc i) a b = choose-skip s i a b

module Theorems (𝔸 : Arithmetic) (first-apart : FirstTermApart 𝔸) where
  open Arithmetic 𝔸
  open FirstTermApart first-apart

  exchange : ∀ a b c → a + (b + c) ≡ b + (a + c)
  exchange a b c = trans (sym (+-assoc a b c)) (trans (cong (_+ c) (+-comm a b)) (+-assoc b a c))

  taken-out : (t : Fin (suc n)) (f : Fin (suc n) → Number) → sum f ≡ f t + sum (λ i → f (skip t i))
  taken-out zero            f = sum-of-more f
  taken-out {suc n} (suc t) f = trans (sum-of-more f) (trans (cong (f zero +_) (taken-out t λ i → f (suc i)))
    (trans (exchange _ _ _) (cong (f (suc t) +_) (sym (sum-of-more λ i → f (skip (suc t) i))))))

  -- The sum of products a i * v i of which the one at s has the factor c in place of v s.

  one-changed : (s : Fin (suc n)) (a v : Fin (suc n) → Number) (c : Number) →
    sum (λ i → a i * choose s i c (v i)) ≡ a s * c + sum (λ i → a (skip s i) * v (skip s i))
  one-changed s a v c = trans (taken-out s _) (cong₂ _+_ (cong (a s *_) (choose-there s c (v s)))
    (sum-of-equals λ i → cong (a (skip s i) *_) (choose-skip s i c (v (skip s i)))))

  -- Where parts c of one term's factor and d are added, the sum of the rest stays.

  parts : (s : Fin n) (a v : Fin n → Number) (c d e : Number) → d + c ≡ e →
    a s * d + sum (λ i → a i * choose s i c (v i)) ≡ sum (λ i → a i * choose s i e (v i))
  parts {suc n} s a v c d e d+c = trans (cong (a s * d +_) (one-changed s a v c)) (trans (sym (+-assoc _ _ _))
    (trans (cong (_+ others) (trans (sym (*-plus (a s) d c)) (cong (a s *_) d+c))) (sym (one-changed s a v e))))
    where others = sum λ i → a (skip s i) * v (skip s i)

  unchanged : (s : Fin n) (a v : Fin n → Number) → sum (λ i → a i * choose s i (v s) (v i)) ≡ sum (λ i → a i * v i)
  unchanged {suc n} s a v = trans (one-changed s a v (v s)) (sym (taken-out s λ i → a i * v i))
