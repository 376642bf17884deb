-- The errors that backprop computes are the derivatives of the loss in the preactivations of all layers.
module Theory.HiddenErrors where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.LossFrom
import Theory.Errors
import Theory.OutputErrors
import Generated.Program
import Generated.Agrees.OutputError
import Generated.Agrees.HiddenError

module Theorems (𝔸 : Arithmetic) (with-zero : LawsWithZero 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open LawsWithZero with-zero
  open Generated.Program.Functions 𝔸 Target
  open Theory.Errors.Theorems 𝔸 with-zero Target public
  open Theory.OutputErrors.Theorems 𝔸 with-zero Target using (slopes-give-the-error)

  private
    module Out = Generated.Agrees.OutputError.Agreement 𝔸 laws Target
    module Hid = Generated.Agrees.HiddenError.Agreement 𝔸 laws Target

  private variable
    batch m n p : ℕ
    b c : Bool
    ps : Widths

  -- Of the last layer, of a hidden layer, of all.

  output-error-differentiates : (loss : LossValue n) (error : LossError n) (φ : Activation Number)
    (z : Matrix Number batch n) (y : Vector Target batch) →
    IsError loss error tt φ z y (output-error error φ z (activated z φ) y)
  output-error-differentiates loss error φ z y =
    equal-error (Out.agrees error φ z (activated z φ) y) (slopes-give-the-error loss error φ z y)

  hidden-error-differentiates : (loss : LossValue (last p ps)) (error : LossError (last p ps))
    (θs : Layers Number n p c ps) (φ : Activation Number) (φs : Activations Number ps) (z : Matrix Number batch n)
    (y : Vector Target batch) (δ : Matrix Number batch p) →
    IsError loss error (after θs) φs (preactivations (activated z φ) (first θs)) y δ →
    IsError {ps = (p , c) ∷ ps} loss error θs (φ , φs) z y (hidden-error δ (weight (first θs)) z φ)
  hidden-error-differentiates loss error θs φ φs z y δ p =
    equal-error (Hid.agrees δ (weight (first θs)) z φ) (one-layer-back loss error θs φ φs z y δ p)

  backpropagate-gives-all : (loss : LossValue (last n ps)) (error : LossError (last n ps))
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    AllErrors loss error θs φs x y (backpropagate error θs φs x y)
  backpropagate-gives-all loss error [ θ ]    φ        x y =
    output-error-differentiates loss error φ (preactivations x θ) y
  backpropagate-gives-all loss error (θ ∷ θs) (φ , φs) x y =
    hidden-error-differentiates loss error θs φ φs (preactivations x θ) y _ (first-error θs φs later) , later
    where later = backpropagate-gives-all loss error θs φs (activated (preactivations x θ) φ) y

  backpropagated-errors : (loss : LossValue (last n ps)) (error : LossError (last n ps)) (θs : Layers Number m n b ps)
    (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    IsError loss error (after θs) φs (preactivations x (first θs)) y (head (backpropagate error θs φs x y))
  backpropagated-errors loss error θs φs x y = first-error θs φs (backpropagate-gives-all loss error θs φs x y)
