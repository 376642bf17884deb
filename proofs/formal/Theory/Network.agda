-- Networks of any depth and widths, each layer with a bias or without. The recursions over the layers are loops over
-- lists in Python; what happens in one layer is given by `Functions`.
module Theory.Network where

open import Theory.Base
open import Theory.Numbers
open import Theory.Functions

-- Of each layer after the first: its units, and whether it has a bias.

Widths : Set
Widths = List (ℕ × Bool)

last : ℕ → Widths → ℕ
last n []             = n
last n ((p , _) ∷ ps) = last p ps

-- m inputs, n units in the first layer, with a bias if b; then the layers listed.

data Layers (A : Set) (m n : ℕ) (b : Bool) : Widths → Set where
  [_] : Layer A m n b → Layers A m n b []
  _∷_ : ∀ {p c ps} → Layer A m n b → Layers A n p c ps → Layers A m n b ((p , c) ∷ ps)

infixr 5 _∷_

first : ∀ {A m n b ps} → Layers A m n b ps → Layer A m n b
first [ θ ]   = θ
first (θ ∷ _) = θ

rest : ∀ {A m n b p c ps} → Layers A m n b ((p , c) ∷ ps) → Layers A n p c ps
rest (_ ∷ θs) = θs

-- The activation of every layer.

Activations : Set → Widths → Set
Activations A []       = Activation A
Activations A (_ ∷ ps) = Activation A × Activations A ps

-- What the units of each layer hold, for every example.

data Units (A : Set) (batch n : ℕ) : Widths → Set where
  [_] : Matrix A batch n → Units A batch n []
  _∷_ : ∀ {p c ps} → Matrix A batch n → Units A batch p ps → Units A batch n ((p , c) ∷ ps)

head : ∀ {A batch n ps} → Units A batch n ps → Matrix A batch n
head [ u ]   = u
head (u ∷ _) = u

-- Whatever is computed for each parameter by itself.

zip-bias : ∀ {A B C : Set} {n b} → (A → B → C) → Bias A n b → Bias B n b → Bias C n b
zip-bias f none     none     = none
zip-bias f (some u) (some v) = some λ j → f (u j) (v j)

zip-layer : ∀ {A B C : Set} {m n b} → (A → B → C) → Layer A m n b → Layer B m n b → Layer C m n b
zip-layer f θ η = layer (λ i j → f (weight θ i j) (weight η i j)) (zip-bias f (bias θ) (bias η))

zip : ∀ {A B C : Set} {m n b ps} → (A → B → C) → Layers A m n b ps → Layers B m n b ps → Layers C m n b ps
zip f [ θ ]    [ η ]    = [ zip-layer f θ η ]
zip f (θ ∷ θs) (η ∷ ηs) = zip-layer f θ η ∷ zip f θs ηs

map : ∀ {A B : Set} {m n b ps} → (A → B) → Layers A m n b ps → Layers B m n b ps
map f θs = zip (λ θ _ → f θ) θs θs

module Recursion (𝔸 : Arithmetic) (Target : Set) (F : Functions 𝔸 Target) where
  open Arithmetic 𝔸
  open Functions F

  LossValue LossError : ℕ → Set
  LossValue k = Vector Number k → Target → Number
  LossError k = Vector Number k → Target → Vector Number k

  -- Loss and error of one example are determined by the entries of its outputs: true of every function of vectors.

  Respects : ∀ {k} → LossValue k → Set
  Respects loss = ∀ {a a′} t → (∀ k → a′ k ≡ a k) → loss a′ t ≡ loss a t

  ErrorRespects : ∀ {k} → LossError k → Set
  ErrorRespects error = ∀ {a a′} t → (∀ k → a′ k ≡ a k) → ∀ k → error a′ t k ≡ error a t k

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  preactivations : Matrix Number batch m → Layer Number m n b → Matrix Number batch n
  preactivations x (layer w none)     = preactivation-without-bias x w
  preactivations x (layer w (some b)) = preactivation x w b

  forward : Layers Number m n b ps → Activations Number ps → Matrix Number batch m → Matrix Number batch (last n ps)
  forward [ θ ]    φ        x = activated (preactivations x θ) φ
  forward (θ ∷ θs) (φ , φs) x = forward θs φs (activated (preactivations x θ) φ)

  -- What the units of every layer hold.

  activations : Layers Number m n b ps → Activations Number ps → Matrix Number batch m → Units Number batch n ps
  activations [ θ ]    φ        x = [ activated (preactivations x θ) φ ]
  activations (θ ∷ θs) (φ , φs) x = a ∷ activations θs φs a
    where a = activated (preactivations x θ) φ

  network-loss : LossValue (last n ps) → Layers Number m n b ps → Activations Number ps →
                 Matrix Number batch m → Vector Target batch → Number
  network-loss loss θs φs x y = batch-loss loss (forward θs φs x) y

  backpropagate : LossError (last n ps) → Layers Number m n b ps → Activations Number ps →
                  Matrix Number batch m → Vector Target batch → Units Number batch n ps
  backpropagate error [ θ ] φ x y = [ output-error error φ z (activated z φ) y ]
    where z = preactivations x θ
  backpropagate error (θ ∷ θs) (φ , φs) x y = hidden-error (head δs) (weight (first θs)) z φ ∷ δs
    where z = preactivations x θ
          δs = backpropagate error θs φs (activated z φ) y

  bias-gradients : Bias Number n b → Matrix Number batch n → Bias Number n b
  bias-gradients none     δ = none
  bias-gradients (some _) δ = some (bias-gradient δ)

  layer-gradient : Layer Number m n b → Matrix Number batch m → Matrix Number batch n → Layer Number m n b
  layer-gradient θ x δ = layer (weight-gradient x δ) (bias-gradients (bias θ) δ)

  layers-gradient : Layers Number m n b ps → Activations Number ps → Matrix Number batch m →
                    Units Number batch n ps → Layers Number m n b ps
  layers-gradient [ θ ]    φ        x [ δ ]    = [ layer-gradient θ x δ ]
  layers-gradient (θ ∷ θs) (φ , φs) x (δ ∷ δs) =
    layer-gradient θ x δ ∷ layers-gradient θs φs (activated (preactivations x θ) φ) δs

  -- The gradient in all the parameters, and in the inputs.

  backprop : LossError (last n ps) → Layers Number m n b ps → Activations Number ps →
             Matrix Number batch m → Vector Target batch → Layers Number m n b ps × Matrix Number batch m
  backprop error θs φs x y = layers-gradient θs φs x δs , input-gradient (head δs) (weight (first θs))
    where δs = backpropagate error θs φs x y
