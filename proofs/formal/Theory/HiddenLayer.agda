-- A hidden layer gets other units: each new unit has the incoming weights and bias of an old one, and the outgoing
-- weights are given anew. If what the next layer receives stays the same, so do the outputs.
module Theory.HiddenLayer where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Generated.Program
import Generated.Facts

private variable
  A : Set
  m n p k k′ n′ : ℕ
  b c : Bool
  ps ps′ : Widths

-- A hidden layer of k units, of a network with n units in the first layer and the widths ps after it. With k′ units in
-- their place, the widths are n′ and ps′.

data Hidden (k k′ : ℕ) : ℕ → Widths → ℕ → Widths → Set where
  here  : ∀ {p c ps} → Hidden k k′ k ((p , c) ∷ ps) k′ ((p , c) ∷ ps)
  there : ∀ {n p c ps p′ ps′} → Hidden k k′ p ps p′ ps′ → Hidden k k′ n ((p , c) ∷ ps) n ((p′ , c) ∷ ps′)

-- Output units and activations are the same.

outputs : Hidden k k′ n ps n′ ps′ → Fin (last n ps) → Fin (last n′ ps′)
outputs here      j = j
outputs (there h) j = outputs h j

same-activations : Hidden k k′ n ps n′ ps′ → Activations A ps → Activations A ps′
same-activations here      φs       = φs
same-activations (there h) (φ , φs) = φ , same-activations h φs

-- Unit j of the new layer comes from unit f j. The rows of the next weight become R of them.

select-bias : (Fin k′ → Fin k) → Bias A k b → Bias A k′ b
select-bias f none     = none
select-bias f (some u) = some λ j → u (f j)

select : (Fin k′ → Fin k) → Layer A m k b → Layer A m k′ b
select f θ = layer (λ i j → weight θ i (f j)) (select-bias f (bias θ))

Rows : Set → ℕ → ℕ → Set
Rows A k k′ = ∀ {p} → Matrix A k p → Matrix A k′ p

with-rows : Rows A k k′ → Layer A k p c → Layer A k′ p c
with-rows R η = layer (R (weight η)) (bias η)

on-first : (Layer A m n b → Layer A k n b) → Layers A m n b ps → Layers A k n b ps
on-first g [ θ ]    = [ g θ ]
on-first g (θ ∷ θs) = g θ ∷ θs

replace : Hidden k k′ n ps n′ ps′ → (Fin k′ → Fin k) → Rows A k k′ → Layers A m n b ps → Layers A m n′ b ps′
replace here      f R (θ ∷ θs) = select f θ ∷ on-first (with-rows R) θs
replace (there h) f R (θ ∷ θs) = θ ∷ replace h f R θs

-- What is said of the hidden layer, its activation and the layer that follows.

AboutLayer : Set → ℕ → Set₁
AboutLayer A k = ∀ {m b p c} → Layer A m k b → Activation A → Layer A k p c → Set

At : Hidden k k′ n ps n′ ps′ → AboutLayer A k → Layers A m n b ps → Activations A ps → Set
At here      P (θ ∷ θs) (φ , φs) = P θ φ (first θs)
At (there h) P (θ ∷ θs) (φ , φs) = At h P θs φs

at-maps : (h : Hidden k k′ n ps n′ ps′) {P Q : AboutLayer A k} →
  (∀ {m b p c} (θ : Layer A m k b) (φ : Activation A) (η : Layer A k p c) → P θ φ η → Q θ φ η) →
  (θs : Layers A m n b ps) (φs : Activations A ps) → At h P θs φs → At h Q θs φs
at-maps here      g (θ ∷ θs) (φ , φs) p = g θ φ (first θs) p
at-maps (there h) g (θ ∷ θs) (φ , φs) p = at-maps h g θs φs p

everywhere : (h : Hidden k k′ n ps n′ ps′) {P : AboutLayer A k} →
  (∀ {m b p c} (θ : Layer A m k b) (φ : Activation A) (η : Layer A k p c) → P θ φ η) →
  (θs : Layers A m n b ps) (φs : Activations A ps) → At h P θs φs
everywhere here      g (θ ∷ θs) (φ , φs) = g θ φ (first θs)
everywhere (there h) g (θ ∷ θs) (φ , φs) = everywhere h g θs φs

module Theorems (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Theory.Agreement.Forward 𝔸 laws Target
    using (module P; module T; preactivations-agree; values-agree; outputs-agree)
  open P using (forward; activated; preactivations)
  open Generated.Facts.Equal 𝔸 Target (Laws.sum-of-equals laws)

  private variable
    batch : ℕ

  -- The next layer receives the same.

  SameSums : (Fin k′ → Fin k) → Rows Number k k′ → AboutLayer Number k
  SameSums f R {m} θ φ η = ∀ batch (x : Matrix Number batch m) → let a = activated (preactivations x θ) φ in
    ∀ e q → sum (λ j → a e (f j) * R (weight η) j q) ≡ sum (λ i → a e i * weight η i q)

  selected-values : (f : Fin k′ → Fin k) (θ : Layer Number m k b) (φ : Activation Number) (x : Matrix Number batch m) →
    activated (preactivations x (select f θ)) φ ≈ λ e j → activated (preactivations x θ) φ e (f j)
  selected-values f (layer _ none)     φ x e j = refl
  selected-values f (layer _ (some _)) φ x e j = refl

  same-preactivations : (R : Rows Number k k′) (η : Layer Number k p c)
    {a : Matrix Number batch k} {a′ : Matrix Number batch k′} →
    (∀ e q → sum (λ j → a′ e j * R (weight η) j q) ≡ sum (λ i → a e i * weight η i q)) →
    T.preactivations a′ (with-rows R η) ≈ T.preactivations a η
  same-preactivations R (layer _ none)     same-sums e q = same-sums e q
  same-preactivations R (layer _ (some b)) same-sums e q = cong (_+ b q) (same-sums e q)

  next-preactivations : (f : Fin k′ → Fin k) (R : Rows Number k k′) (θ : Layer Number m k b) (φ : Activation Number)
    (η : Layer Number k p c) → SameSums f R θ φ η → (x : Matrix Number batch m) →
    preactivations (activated (preactivations x (select f θ)) φ) (with-rows R η) ≈
      preactivations (activated (preactivations x θ) φ) η
  next-preactivations f R θ φ η same-sums x e q =
    trans (preactivations-agree (selected-values f θ φ x) (with-rows R η) e q)
    (trans (same-preactivations R η (same-sums _ x) e q) (sym (preactivations-agree (λ _ _ → refl) η e q)))

  same-forward : {x x′ : Matrix Number batch m} → x′ ≈ x → (θs : Layers Number m n b ps) (φs : Activations Number ps) →
    forward θs φs x′ ≈ forward θs φs x
  same-forward same-x θs φs e j =
    trans (outputs-agree same-x θs φs e j) (sym (outputs-agree (λ _ _ → refl) θs φs e j))

  same-outputs : (h : Hidden k k′ n ps n′ ps′) (f : Fin k′ → Fin k) (R : Rows Number k k′) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) → At h (SameSums f R) θs φs → (x : Matrix Number batch m) → ∀ e j →
    forward (replace h f R θs) (same-activations h φs) x e (outputs h j) ≡ forward θs φs x e j
  same-outputs here f R (θ ∷ [ η ])      (φ , ψ)    same-sums x =
    activated-of-equals {φ = ψ} {z = preactivations (activated (preactivations x θ) φ) η}
      (next-preactivations f R θ φ η same-sums x)
  same-outputs here f R (θ ∷ (η ∷ ηs)) (φ , (ψ , ψs)) same-sums x = same-forward
    (activated-of-equals {φ = ψ} {z = preactivations (activated (preactivations x θ) φ) η}
      (next-preactivations f R θ φ η same-sums x)) ηs ψs
  same-outputs (there h) f R (θ ∷ θs) (φ , φs) same-sums x = same-outputs h f R θs φs same-sums _
