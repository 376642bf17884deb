-- Sums of finitely many terms, added one by one: what the laws of + and * imply of them.
module Theory.Sums where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws

-- Added one by one, beginning with zero.

fold : ∀ {A : Set} → A → (A → A → A) → ∀ {n} → (Fin n → A) → A
fold 0# _+_ {zero}  f = 0#
fold 0# _+_ {suc n} f = f zero + fold 0# _+_ (λ i → f (suc i))

record CommutativeMonoid : Set₁ where
  infixl 6 _+_
  field
    Number    : Set
    0#        : Number
    _+_       : Number → Number → Number
    +-assoc   : ∀ a b c → (a + b) + c ≡ a + (b + c)
    +-comm    : ∀ a b → a + b ≡ b + a
    +-zero    : ∀ a → 0# + a ≡ a

  sum : ∀ {n} → (Fin n → Number) → Number
  sum = fold 0# _+_

  sum-of-equals : ∀ {n} {f g : Fin n → Number} → (∀ i → f i ≡ g i) → sum f ≡ sum g
  sum-of-equals {zero}  same = refl
  sum-of-equals {suc n} same = cong₂ _+_ (same zero) (sum-of-equals λ i → same (suc i))

  middle : ∀ a b c d → (a + b) + (c + d) ≡ (a + c) + (b + d)
  middle a b c d =
    (a + b) + (c + d)   ≡⟨ +-assoc a b (c + d) ⟩
    a + (b + (c + d))   ≡⟨ cong (a +_) (sym (+-assoc b c d)) ⟩
    a + ((b + c) + d)   ≡⟨ cong (λ e → a + (e + d)) (+-comm b c) ⟩
    a + ((c + b) + d)   ≡⟨ cong (a +_) (+-assoc c b d) ⟩
    a + (c + (b + d))   ≡⟨ sym (+-assoc a c (b + d)) ⟩
    (a + c) + (b + d)   ∎

  -- The sum of two sums, term by term.

  sum-plus : ∀ {n} (f g : Fin n → Number) → sum (λ i → f i + g i) ≡ sum f + sum g
  sum-plus {zero}  f g = sym (+-zero 0#)
  sum-plus {suc n} f g = trans (cong ((f zero + g zero) +_) (sum-plus (λ i → f (suc i)) (λ i → g (suc i))))
    (middle (f zero) (g zero) _ _)

  sum-zeros : ∀ n → sum {n} (λ _ → 0#) ≡ 0#
  sum-zeros zero    = refl
  sum-zeros (suc n) = trans (+-zero _) (sum-zeros n)

  -- Two sums may change places.

  sum-swap : ∀ {m n} (f : Fin m → Fin n → Number) → sum (λ i → sum (λ j → f i j)) ≡ sum (λ j → sum (λ i → f i j))
  sum-swap {zero} {n}  f = sym (sum-zeros n)
  sum-swap {suc m} f = trans (cong (sum (f zero) +_) (sum-swap (λ i → f (suc i))))
    (sym (sum-plus (f zero) (λ j → sum (λ i → f (suc i) j))))

  -- A sum of zeros and one term is that term. `at i j a` is a where i = j and zero elsewhere.

  at : ∀ {n} → Fin n → Fin n → Number → Number
  at zero    zero    a = a
  at zero    (suc j) a = 0#
  at (suc i) zero    a = 0#
  at (suc i) (suc j) a = at i j a

  sum-at : ∀ {n} (i : Fin n) (f : Fin n → Number) → sum (λ j → at i j (f j)) ≡ f i
  sum-at {suc n} zero    f = trans (cong (f zero +_) (sum-zeros n)) (trans (+-comm _ _) (+-zero _))
  sum-at {suc n} (suc i) f = trans (+-zero _) (sum-at i (λ j → f (suc j)))

  at-sym : ∀ {n} (i j : Fin n) a → at i j a ≡ at j i a
  at-sym zero    zero    a = refl
  at-sym zero    (suc j) a = refl
  at-sym (suc i) zero    a = refl
  at-sym (suc i) (suc j) a = at-sym i j a

  same-at : ∀ {n} (i : Fin n) a → at i i a ≡ a
  same-at zero    a = refl
  same-at (suc i) a = same-at i a

  -- at (π i) j is at i (π⁻¹ j): by cases on whether the indices are equal.

  data Compared {n} (i j : Fin n) : Set where
    equal   : i ≡ j → Compared i j
    unequal : (∀ a → at i j a ≡ 0#) → Compared i j

  compared : ∀ {n} (i j : Fin n) → Compared i j
  compared zero    zero    = equal refl
  compared zero    (suc j) = unequal λ _ → refl
  compared (suc i) zero    = unequal λ _ → refl
  compared (suc i) (suc j) with compared i j
  ... | equal p   = equal (cong suc p)
  ... | unequal q = unequal q

  at-permuted : ∀ {n} (π : Permutation n) (i j : Fin n) a → at (to π i) j a ≡ at i (from π j) a
  at-permuted π i j a with compared (to π i) j | compared i (from π j)
  ... | equal refl | _ = trans (same-at (to π i) a) (sym (trans (cong (λ k → at i k a) (from-to π i)) (same-at i a)))
  ... | unequal q | equal refl = trans (cong (λ k → at k j a) (to-from π j))
                                       (trans (same-at j a) (sym (same-at (from π j) a)))
  ... | unequal q | unequal r = trans (q a) (sym (r a))

  -- A sum does not depend on the order of its terms.

  sum-in-any-order : ∀ {n} (π : Permutation n) (f : Fin n → Number) → sum (λ i → f (to π i)) ≡ sum f
  sum-in-any-order π f =
    sum (λ i → f (to π i))                              ≡⟨ sum-of-equals (λ i → sym (sum-at (to π i) f)) ⟩
    sum (λ i → sum (λ j → at (to π i) j (f j)))         ≡⟨ sum-swap (λ i j → at (to π i) j (f j)) ⟩
    sum (λ j → sum (λ i → at (to π i) j (f j)))         ≡⟨ sum-of-equals (λ j → sum-of-equals λ i →
                                                           trans (at-permuted π i j (f j)) (at-sym i _ (f j))) ⟩
    sum (λ j → sum (λ i → at (from π j) i (f j)))       ≡⟨ sum-of-equals (λ j → sum-at (from π j) (λ _ → f j)) ⟩
    sum f                                               ∎

  -- With any *, a number system in which sums do not depend on the order of their terms.

  with-product : (Number → Number → Number) → Arithmetic
  with-product _*_ = record { Number = Number ; _+_ = _+_ ; _*_ = _*_ ; sum = sum }

  in-any-order : (_*_ : Number → Number → Number) → SumsInAnyOrder (with-product _*_)
  in-any-order _*_ = record { sum-of-equals = sum-of-equals ; sum-in-any-order = sum-in-any-order }

-- No 1, no subtraction: a ring has these laws, and so have the natural numbers.

record CommutativeSemiring : Set₁ where
  field
    monoid : CommutativeMonoid
  open CommutativeMonoid monoid public
  infixl 7 _*_
  field
    _*_     : Number → Number → Number
    *-assoc : ∀ a b c → (a * b) * c ≡ a * (b * c)
    *-comm  : ∀ a b → a * b ≡ b * a
    *-plus  : ∀ a b c → a * (b + c) ≡ a * b + a * c
    *-zero  : ∀ a → a * 0# ≡ 0#

  *-sum : ∀ {n} a (f : Fin n → Number) → a * sum f ≡ sum (λ i → a * f i)
  *-sum {zero}  a f = *-zero a
  *-sum {suc n} a f = trans (*-plus a (f zero) _) (cong (a * f zero +_) (*-sum a (λ i → f (suc i))))

  arithmetic : Arithmetic
  arithmetic = record { Number = Number ; _+_ = _+_ ; _*_ = _*_ ; sum = sum }

  laws : Laws arithmetic
  laws = record { +-assoc = +-assoc ; +-comm = +-comm ; *-assoc = *-assoc ; *-comm = *-comm ; *-plus = *-plus
                ; sum-of-equals = sum-of-equals ; *-sum = *-sum ; sum-plus = sum-plus ; sum-swap = sum-swap }

  laws-with-zero : LawsWithZero arithmetic
  laws-with-zero = record { laws = laws ; 0# = 0# ; +-zero = +-zero ; *-zero = *-zero }

  one-by-one : SumsOneByOne arithmetic
  one-by-one = record { with-zero = laws-with-zero ; sum-of-more = λ _ → refl }
