-- Dual numbers obey the laws that their parts obey.
module Theory.DualLaws where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
open import Theory.Duals

module _ (𝔸 : Arithmetic) (laws : Laws 𝔸) where
  open Arithmetic 𝔸
  open Laws laws
  private module D = Arithmetic (duals 𝔸)

  dual-*-assoc : ∀ p q r → (p D.* q) D.* r ≡ p D.* (q D.* r)
  dual-*-assoc (dual p p′) (dual q q′) (dual r r′) = cong₂ dual (*-assoc p q r) (
    (p * q) * r′ + (p * q′ + p′ * q) * r
      ≡⟨ cong₂ _+_ (*-assoc p q r′) (trans (plus-* _ _ r) (cong₂ _+_ (*-assoc p q′ r) (*-assoc p′ q r))) ⟩
    p * (q * r′) + (p * (q′ * r) + p′ * (q * r))
      ≡⟨ sym (+-assoc _ _ _) ⟩
    (p * (q * r′) + p * (q′ * r)) + p′ * (q * r)
      ≡⟨ cong (_+ p′ * (q * r)) (sym (*-plus p _ _)) ⟩
    p * (q * r′ + q′ * r) + p′ * (q * r) ∎)

  dual-*-plus : ∀ p q r → p D.* (q D.+ r) ≡ p D.* q D.+ p D.* r
  dual-*-plus (dual p p′) (dual q q′) (dual r r′) = cong₂ dual (*-plus p q r)
    (trans (cong₂ _+_ (*-plus p q′ r′) (*-plus p′ q r)) (middle _ _ _ _))

  dual-laws : Laws (duals 𝔸)
  dual-laws = record
    { +-assoc       = λ p q r → cong₂ dual (+-assoc _ _ _) (+-assoc _ _ _)
    ; +-comm        = λ p q → cong₂ dual (+-comm _ _) (+-comm _ _)
    ; *-assoc       = dual-*-assoc
    ; *-comm        = λ p q → cong₂ dual (*-comm _ _) (trans (cong₂ _+_ (*-comm _ _) (*-comm _ _)) (+-comm _ _))
    ; *-plus        = dual-*-plus
    ; sum-of-equals = λ same → cong₂ dual (sum-of-equals λ i → cong primal (same i))
                                          (sum-of-equals λ i → cong tangent (same i))
    ; *-sum         = λ p f → cong₂ dual (*-sum _ _) (trans (cong₂ _+_ (*-sum _ _) (*-sum _ _)) (sym (sum-plus _ _)))
    ; sum-plus      = λ f g → cong₂ dual (sum-plus _ _) (sum-plus _ _)
    ; sum-swap      = λ f → cong₂ dual (sum-swap _) (sum-swap _)
    }
