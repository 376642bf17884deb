-- What the program's backprop computes is what the textbook's formulas compute.
module Theory.BackpropAgreement where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Theory.ErrorAgreement
import Theory.ParameterAgreement
import Theory.InputAgreement

module Backprop (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Theory.Agreement.Forward 𝔸 laws Target
  open Theory.ErrorAgreement.Errors 𝔸 laws Target
  open Theory.ParameterAgreement.Parameters 𝔸 laws Target
  open Theory.InputAgreement.Inputs 𝔸 laws Target
  open T using (LossError; ErrorRespects)

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  backprop-agrees : (error : LossError (last n ps)) → ErrorRespects error →
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    (fst (P.backprop error θs φs x y) ≋ fst (T.backprop error θs φs x y))
      × (snd (P.backprop error θs φs x y) ≈ snd (T.backprop error θs φs x y))
  backprop-agrees error respects θs φs x y =
    gradients-agree θs φs (λ _ _ → refl) errors , inputs-agree (weight (first θs)) (heads-agree errors)
    where errors = errors-agree error respects {x} (λ _ _ → refl) θs φs y
