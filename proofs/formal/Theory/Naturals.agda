-- The natural numbers are a commutative semiring, so the theorems hold of them with no hypothesis left.
module Theory.Naturals where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Sums
open import Agda.Builtin.Nat using (_+_; _*_)

+-zero : ∀ a → a + 0 ≡ a
+-zero zero    = refl
+-zero (suc a) = cong suc (+-zero a)

+-suc : ∀ a b → a + suc b ≡ suc (a + b)
+-suc zero    b = refl
+-suc (suc a) b = cong suc (+-suc a b)

+-comm : ∀ a b → a + b ≡ b + a
+-comm zero    b = sym (+-zero b)
+-comm (suc a) b = trans (cong suc (+-comm a b)) (sym (+-suc b a))

+-assoc : ∀ a b c → (a + b) + c ≡ a + (b + c)
+-assoc zero    b c = refl
+-assoc (suc a) b c = cong suc (+-assoc a b c)

*-zero : ∀ a → a * 0 ≡ 0
*-zero zero    = refl
*-zero (suc a) = *-zero a

additive : CommutativeMonoid
additive = record { Number = ℕ ; 0# = 0 ; _+_ = _+_ ; +-assoc = +-assoc ; +-comm = +-comm ; +-zero = λ _ → refl }

*-suc : ∀ a b → a * suc b ≡ a + a * b
*-suc zero    b = refl
*-suc (suc a) b = cong suc (trans (cong (b +_) (*-suc a b)) (trans (sym (+-assoc b a (a * b)))
  (trans (cong (_+ a * b) (+-comm b a)) (+-assoc a b (a * b)))))

*-comm : ∀ a b → a * b ≡ b * a
*-comm zero    b = sym (*-zero b)
*-comm (suc a) b = trans (cong (b +_) (*-comm a b)) (sym (*-suc b a))

*-plus : ∀ a b c → a * (b + c) ≡ a * b + a * c
*-plus zero    b c = refl
*-plus (suc a) b c = trans (cong (b + c +_) (*-plus a b c)) (CommutativeMonoid.middle additive b c (a * b) (a * c))

*-assoc : ∀ a b c → (a * b) * c ≡ a * (b * c)
*-assoc zero    b c = refl
*-assoc (suc a) b c = trans (*-comm (b + a * b) c) (trans (*-plus c b (a * b))
  (cong₂ _+_ (*-comm c b) (trans (*-comm c (a * b)) (*-assoc a b c))))

naturals : CommutativeSemiring
naturals = record
  { monoid = additive ; _*_ = _*_ ; *-assoc = *-assoc ; *-comm = *-comm ; *-plus = *-plus
                  ; *-zero = *-zero }

ℕ-arithmetic : Arithmetic
ℕ-arithmetic = CommutativeSemiring.arithmetic naturals

ℕ-laws : Laws ℕ-arithmetic
ℕ-laws = CommutativeSemiring.laws naturals

ℕ-laws-with-zero : LawsWithZero ℕ-arithmetic
ℕ-laws-with-zero = CommutativeSemiring.laws-with-zero naturals

ℕ-sums-of-one : SumsOfOne ℕ-arithmetic
ℕ-sums-of-one = record { laws = ℕ-laws ; sum-of-one = λ f → +-zero (f zero) }

ℕ-one-by-one : SumsOneByOne ℕ-arithmetic
ℕ-one-by-one = CommutativeSemiring.one-by-one naturals

ℕ-first-apart : FirstTermApart ℕ-arithmetic
ℕ-first-apart = SumsOneByOne.first-apart ℕ-one-by-one

ℕ-first-apart-with-one : FirstTermApartWithOne ℕ-arithmetic
ℕ-first-apart-with-one = record { first-apart = ℕ-first-apart ; 1# = 1 ; *-one = +-zero }

ℕ-semiring : Semiring ℕ-arithmetic
ℕ-semiring = record { one-by-one = ℕ-one-by-one ; 1# = 1 ; *-one = +-zero }

ℕ-in-any-order : SumsInAnyOrder ℕ-arithmetic
ℕ-in-any-order = CommutativeMonoid.in-any-order additive _*_

ℕ-equal-terms : EqualTerms ℕ-arithmetic
ℕ-equal-terms = SumsInAnyOrder.equal-terms ℕ-in-any-order
