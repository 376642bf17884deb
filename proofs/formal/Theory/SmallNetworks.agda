-- Small networks of natural numbers. With them the controls show that a statement with something broken is false.
module Theory.SmallNetworks where

open import Theory.Base
open import Theory.Numbers
open import Theory.Network
open import Theory.Naturals using (ℕ-arithmetic)
open import Theory.Training
open import Agda.Builtin.Nat using (_*_)

open Rules ℕ-arithmetic ℕ ℕ using (Minibatch)

-- Unit j holds the number j, or each holds 1.

index : ∀ {n} → Fin n → ℕ
index zero    = 0
index (suc i) = suc (index i)

ones : ∀ {m n} → Matrix ℕ m n
ones _ _ = 1

-- The activations z and z², with their slopes.

identity square : Activation ℕ
identity zero          z = z
identity (suc zero)    z = 1
identity (suc (suc _)) z = 0
square zero                z = z * z
square (suc zero)          z = 2 * z
square (suc (suc zero))    z = 2
square (suc (suc (suc _))) z = 0

-- The loss of an example is its first output, with the gradient 1.

output : Vector ℕ 1 → ℕ → ℕ
output a _ = a zero

one : Vector ℕ 1 → ℕ → Vector ℕ 1
one _ _ _ = 1

output-respects : ∀ {a a′ : Vector ℕ 1} (t : ℕ) → (∀ k → a′ k ≡ a k) → output a′ t ≡ output a t
output-respects t same = same zero

one-respects : ∀ {a a′ : Vector ℕ 1} (t : ℕ) → (∀ k → a′ k ≡ a k) → ∀ k → one a′ t k ≡ one a t k
one-respects t same k = refl

-- One input, two hidden units, one output. The hidden units have incoming and outgoing weights 0 and 1.

two-units : Layers ℕ 1 2 false ((1 , false) ∷ [])
two-units = layer (λ _ j → index j) none ∷ [ layer (λ i _ → index i) none ]

-- One hidden unit, or two that are equal: all weights are 1. In training, every parameter has the state 0 besides.

one-unit : Layers ℕ 1 1 false ((1 , false) ∷ [])
one-unit = layer ones none ∷ [ layer ones none ]

equal-units : Layers ℕ 1 2 false ((1 , false) ∷ [])
equal-units = layer ones none ∷ [ layer ones none ]

with-states : ∀ {m n b ps} → Layers ℕ m n b ps → Layers (ℕ × ℕ) m n b ps
with-states = map (0 ,_)

linear : Activations ℕ ((1 , false) ∷ [])
linear = identity , identity

-- A minibatch of one example.

one-example : Minibatch 1
one-example = record { size = 1 ; inputs = ones ; targets = λ _ → 0 }

-- The permutation of two units.

swap : Permutation 2
swap = record { to = other ; from = other ; from-to = twice ; to-from = twice }
  where
  other : Fin 2 → Fin 2
  other zero       = suc zero
  other (suc zero) = zero
  twice : ∀ i → other (other i) ≡ i
  twice zero       = refl
  twice (suc zero) = refl
