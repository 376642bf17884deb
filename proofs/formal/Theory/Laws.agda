-- What a theorem may suppose of numbers. Each set of laws is a record; a theorem names the one that it needs.
module Theory.Laws where

open import Theory.Base
open import Theory.Numbers

-- Equal terms have equal sums (true of every function of sets; in type theory, a hypothesis).
record EqualTerms (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    sum-of-equals : DeterminedByTerms 𝔸

-- A sum does not depend on the order of its terms. Nothing is supposed of *.
record SumsInAnyOrder (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    sum-of-equals    : DeterminedByTerms 𝔸
    sum-in-any-order : ∀ {n} (π : Permutation n) (f : Fin n → Number) → sum (λ i → f (to π i)) ≡ sum f

  equal-terms : EqualTerms 𝔸
  equal-terms = record { sum-of-equals = sum-of-equals }

-- + and * are associative and commutative, * distributes over + and sums, sums add and exchange; no 1, no subtraction.
record Laws (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    +-assoc  : ∀ a b c → (a + b) + c ≡ a + (b + c)
    +-comm   : ∀ a b → a + b ≡ b + a
    *-assoc  : ∀ a b c → (a * b) * c ≡ a * (b * c)
    *-comm   : ∀ a b → a * b ≡ b * a
    *-plus   : ∀ a b c → a * (b + c) ≡ a * b + a * c
    sum-of-equals : DeterminedByTerms 𝔸
    *-sum    : ∀ {n} a (f : Fin n → Number) → a * sum f ≡ sum (λ i → a * f i)
    sum-plus : ∀ {n} (f g : Fin n → Number) → sum (λ i → f i + g i) ≡ sum f + sum g
    sum-swap : ∀ {m n} (f : Fin m → Fin n → Number) → sum (λ i → sum (λ j → f i j)) ≡ sum (λ j → sum (λ i → f i j))

  equal-terms : EqualTerms 𝔸
  equal-terms = record { sum-of-equals = sum-of-equals }
