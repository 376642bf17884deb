-- The loss as a function of the preactivations of one layer: the rest of the network, from there on.
module Theory.LossFrom where

open import Theory.Base
open import Theory.Numbers
open import Theory.Functions
open import Theory.Network

-- The layers after a layer of n units: none, or a network.

Rest : Set → ℕ → Widths → Set
Rest A n []             = ⊤
Rest A n ((p , c) ∷ ps) = Layers A n p c ps

after : ∀ {A m n b ps} → Layers A m n b ps → Rest A n ps
after [ θ ]    = tt
after (θ ∷ θs) = θs

module From (𝔸 : Arithmetic) (Target : Set) (F : Functions 𝔸 Target) where
  open Arithmetic 𝔸
  open Functions F
  open Recursion 𝔸 Target F

  loss-from : ∀ {batch n ps} → LossValue (last n ps) → Rest Number n ps → Activations Number ps →
    Matrix Number batch n → Vector Target batch → Number
  loss-from {ps = []}    loss tt φ        z y = batch-loss loss (activated z φ) y
  loss-from {ps = _ ∷ _} loss θs (φ , φs) z y = network-loss loss θs φs (activated z φ) y

  -- The loss of a network is that from its first preactivations on.

  loss-from-first : ∀ {batch m n b ps} (loss : LossValue (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    network-loss loss θs φs x y ≡ loss-from loss (after θs) φs (preactivations x (first θs)) y
  loss-from-first loss [ θ ]    φ        x y = refl
  loss-from-first loss (θ ∷ θs) (φ , φs) x y = refl
