-- The program's loss of a network is that of the textbook's formulas.
module Theory.LossAgreement where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Network
open import Theory.Entrywise
import Theory.Agreement
import Generated.Facts
import Generated.Agrees.BatchLoss

module Loss (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  open Generated.Facts.Equal 𝔸 Target sum-of-equals
  open Theory.Agreement.Forward 𝔸 laws Target public
  open T using (LossValue; Respects)

  private
    module Sum = Generated.Agrees.BatchLoss.Agreement 𝔸 laws Target

  private variable
    batch m n : ℕ
    b : Bool
    ps : Widths

  losses-agree : (loss : LossValue (last n ps)) → Respects loss →
    (θs : Layers Number m n b ps) (φs : Activations Number ps) (x : Matrix Number batch m) (y : Vector Target batch) →
    P.network-loss loss θs φs x y ≡ T.network-loss loss θs φs x y
  losses-agree loss respects θs φs x y =
    trans (batch-loss-of-equals {loss = loss} {y} respects {a = T.forward θs φs x} (outputs-agree (λ _ _ → refl) θs φs))
          (Sum.agrees loss (T.forward θs φs x) y)
