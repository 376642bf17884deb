-- What a theorem may suppose of numbers. Each set of laws is a record, with its name for readers above; a theorem names
-- the one that it needs.
module Theory.Laws where

open import Theory.Base
open import Theory.Numbers

-- none: equal terms have equal sums (true of every function of sets; in type theory, a hypothesis).
record EqualTerms (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    sum-of-equals : DeterminedByTerms 𝔸

-- order: a sum does not depend on the order of its terms. Nothing is supposed of *.
record SumsInAnyOrder (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    sum-of-equals    : DeterminedByTerms 𝔸
    sum-in-any-order : ∀ {n} (π : Permutation n) (f : Fin n → Number) → sum (λ i → f (to π i)) ≡ sum f

  equal-terms : EqualTerms 𝔸
  equal-terms = record { sum-of-equals = sum-of-equals }

-- semiring: + and * are associative and commutative, * distributes over + and sums, sums add and exchange; no 0, 1, -.
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

  plus-* : ∀ a b c → (a + b) * c ≡ a * c + b * c
  plus-* a b c = trans (*-comm (a + b) c) (trans (*-plus c a b) (cong₂ _+_ (*-comm c a) (*-comm c b)))

  middle : ∀ a b c d → (a + b) + (c + d) ≡ (a + c) + (b + d)
  middle a b c d = trans (+-assoc a b (c + d)) (trans (cong (a +_) (trans (sym (+-assoc b c d))
    (trans (cong (_+ d) (+-comm b c)) (+-assoc c b d)))) (sym (+-assoc a c (b + d))))

  equal-terms : EqualTerms 𝔸
  equal-terms = record { sum-of-equals = sum-of-equals }

-- one term: those of `semiring`, and the sum of one term is that term.
record SumsOfOne (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    laws       : Laws 𝔸
    sum-of-one : (f : Fin 1 → Number) → sum f ≡ f zero
  open Laws laws public

-- one by one: those of `semiring`, and a sum is its first term added to the sum of the others.
record FirstTermApart (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    laws        : Laws 𝔸
    sum-of-more : ∀ {n} (f : Fin (suc n) → Number) → sum f ≡ f zero + sum (λ i → f (suc i))
  open Laws laws public

-- one by one 1: those of `one by one`, and a one: 1 * a is a.
record FirstTermApartWithOne (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    first-apart : FirstTermApart 𝔸
    1#          : Number
    *-one       : ∀ a → 1# * a ≡ a
  open FirstTermApart first-apart public

-- semiring 0: those of `semiring`, and a zero: 0 + a is a, and a * 0 is 0.
record LawsWithZero (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    laws   : Laws 𝔸
    0#     : Number
    +-zero : ∀ a → 0# + a ≡ a
    *-zero : ∀ a → a * 0# ≡ 0#
  open Laws laws public

  zeros : ∀ {n} → sum {n} (λ _ → 0#) ≡ 0#
  zeros = trans (sum-of-equals λ _ → sym (*-zero 0#)) (trans (sym (*-sum 0# _)) (trans (*-comm 0# _) (*-zero _)))

  sum-of-none : (f : Fin 0 → Number) → sum f ≡ 0#
  sum-of-none f = trans (sum-of-equals λ ()) zeros

-- one by one 0: those of `semiring 0`, and a sum is its first term added to the sum of the others.
record SumsOneByOne (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    with-zero   : LawsWithZero 𝔸
    sum-of-more : ∀ {n} (f : Fin (suc n) → Number) → sum f ≡ f zero + sum (λ i → f (suc i))
  open LawsWithZero with-zero public

  first-apart : FirstTermApart 𝔸
  first-apart = record { laws = laws ; sum-of-more = sum-of-more }

-- semiring 0 1: those of `one by one 0`, and a one: 1 * a is a. A commutative semiring with 0 and 1.
record Semiring (𝔸 : Arithmetic) : Set where
  open Arithmetic 𝔸
  field
    one-by-one : SumsOneByOne 𝔸
    1#         : Number
    *-one      : ∀ a → 1# * a ≡ a
  open SumsOneByOne one-by-one public
