"""Whether a function of the program is the textbook's: decided by normal forms and by numbers, and proved for Agda."""

import dataclasses
from collections.abc import Mapping
from typing import Literal

from symmetry.formal.definitions import Definition
from symmetry.formal.difference import difference
from symmetry.formal.equation import equation
from symmetry.formal.notation import equation_in_words
from symmetry.formal.proof import SAME, Proof
from symmetry.formal.signatures import Signature, argument_type
from symmetry.formal.textbook import TEXTBOOK
from symmetry.numbers.formal import indices_of
from symmetry.own_backprop import current


@dataclasses.dataclass(frozen=True)
class Agreement:
    """What is known of a function: it agrees, with a proof; it differs, with numbers; or it cannot be told."""

    definition: Definition
    outcome: Literal["agrees", "differs", "unknown"]
    proof: Proof = SAME
    words: str = ""


def where(signature: Signature) -> str:
    """Where a function of the program is written.

    >>> from symmetry.formal.signatures import SIGNATURES
    >>> where(SIGNATURES[5])
    'hidden_error (symmetry/network.py)'
    """
    own = current()
    if own is not None and signature.python in own.functions:
        return f"{own}.{signature.python}"
    files = {"value": "symmetry/activation/activation.py"}
    return f"{signature.python} ({files.get(signature.python, 'symmetry/network.py')})"


def agreement(found: Definition) -> Agreement:
    """Whether the function that the definition is of agrees with the textbook's formula."""
    signature, proved = found.signature, TEXTBOOK[found.signature.name]
    proof = equation(found.term, proved) if found.term is not None else None
    differs = difference(signature, proved)
    formulas = f"what was proved:  {equation_in_words(signature, proved)}"
    if found.term is not None:
        formulas = f"the program:      {equation_in_words(signature, found.term)}\n  {formulas}"
    name = where(signature)
    if differs is not None and differs.outcome.raised:
        return Agreement(found, "unknown", words=f"{name} cannot be told: {differs}.")
    if differs is not None:
        words = f"{name} differs from what was proved:\n  {formulas}\n  {differs}."
        return Agreement(found, "differs", words=words)
    if found.term is None:
        words = f"{name} is not written in the operators of formal arrays, so it cannot be told: {found.reason}."
        return Agreement(found, "unknown", words=f"{words} On small integers it agrees with what was proved.")
    if proof is None:
        words = f"{name} is not equal to what was proved by the laws of + and *, so it cannot be told:\n  {formulas}"
        return Agreement(found, "unknown", words=f"{words}\n  On small integers the two agree.")
    return Agreement(found, "agrees", proof)


def agreements(found: Mapping[str, Definition]) -> dict[str, Agreement]:
    """Of every function, by its name in Agda."""
    return {name: agreement(each) for name, each in found.items()}


HEAD = """-- Written with Generated/Program.agda: that the program's function is the textbook's. Do not edit.
module Generated.Agrees.{module} where

open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
import Theory.Functions
import Theory.Textbook
import Generated.Program

module Agreement (𝔸 : Arithmetic) (laws : Laws 𝔸) (Target : Set) where
  open Arithmetic 𝔸
  open Laws laws
  module Program = Generated.Program.Functions 𝔸 Target
  module Textbook = Theory.Functions.Functions (Theory.Textbook.textbook 𝔸 Target)

"""


def agreement_files(found: Mapping[str, Agreement]) -> dict[str, str]:
    """The files Generated/Agrees/<Function>.agda, by their modules' names; of functions that all agree only."""
    modules: dict[str, list[Agreement]] = {}
    for each in found.values():
        modules.setdefault(each.definition.signature.module, []).append(each)
    return {
        module: HEAD.format(module=module) + "\n".join(map(_agrees, group))
        for module, group in modules.items()
        if all(each.outcome == "agrees" for each in group)
    }


def _agrees(found: Agreement) -> str:
    signature = found.definition.signature
    indices = indices_of(signature.dimensions)
    arguments = [f"({name} : {argument_type(name)})" for name in signature.arguments]
    places = [f"({index.letter} : Fin {index.dimension})" for index in indices]
    applied = " ".join([signature.name, *signature.arguments, *[index.letter for index in indices]])
    name = "agrees" + signature.name.removeprefix("preactivation") * signature.name.startswith("preactivation")
    left = " ".join([name, *signature.arguments, *[index.letter for index in indices]])
    return (
        f"  {name} : ∀ {{{' '.join(signature.all_dimensions)}}} {' '.join(arguments + places)}\n"
        f"    → Program.{applied}\n    ≡ Textbook.{applied}\n"
        f"  {left} =\n    {found.proof.written()}\n"
    )
