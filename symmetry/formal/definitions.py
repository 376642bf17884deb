"""The program's definitions: what its functions return on formal arrays, written as Generated/Program.agda."""

import dataclasses
from collections.abc import Callable, Mapping

from symmetry.array import Array
from symmetry.formal.digests import program_digest
from symmetry.formal.signatures import ARRAYS, SIGNATURES, Signature
from symmetry.numbers.formal import Formal, FormalActivation, FormalLoss, FormalTargets, Term, indices_of
from symmetry.numbers.formal.array import shown
from symmetry.raised import described


@dataclasses.dataclass(frozen=True)
class Definition:
    """A function's entry at the indices of its result, or why it cannot be written."""

    signature: Signature
    term: Term | None
    reason: str = ""

    def text(self, term: Term) -> str:
        """Its lines in Agda, with that term."""
        signature = self.signature
        indices = indices_of(signature.dimensions)
        left = " ".join([signature.name, *signature.arguments, *[index.letter for index in indices]])
        return f"  {signature.name} : {signature.type}\n  {left} = {term.text()}\n"


def given() -> dict[str, Array]:
    """Formal arguments, by their names in Agda."""
    arrays = {name: Formal.named(name, *dimensions) for name, dimensions in ARRAYS.items()}
    loss = FormalLoss()
    return {**arrays, "φ": FormalActivation("φ"), "loss": loss, "error": loss, "y": FormalTargets("y", "batch")}


def definition(signature: Signature) -> Definition:
    """What the program's function, or what stands in for it, returns on formal arrays."""
    try:
        found = signature.run(given())
        return Definition(signature, entry_of(found, signature.dimensions))
    except Exception as error:  # whatever the reader's own code raises is why it cannot be written
        return Definition(signature, None, described(error))


def entry_of(found: object, dimensions: tuple[str, ...]) -> Term:
    """The entry of a formal array of those dimensions.

    Raises:
        TypeError: it is no formal array, or has other dimensions.
    """
    if not isinstance(found, Formal):
        raise TypeError(f"it returned a {type(found).__name__}; expected an array ({', '.join(dimensions)})")
    if found.dimensions != dimensions:
        raise TypeError(f"it returned an array {shown(found)}; expected ({', '.join(dimensions)})")
    return found.entry(*indices_of(dimensions))


def definitions() -> dict[str, Definition]:
    """Those of every function, by its name in Agda."""
    return {signature.name: definition(signature) for signature in SIGNATURES}


HEAD = """-- Written by running symmetry/network.py (sha256 {digest}) on formal arrays. Do not edit.
module Generated.Program where

open import Theory.Base
open import Theory.Numbers
import Theory.Functions

module Functions (𝔸 : Arithmetic) (Target : Set) where
  open Arithmetic 𝔸

"""


def program_text(found: Mapping[str, Definition], instead: Callable[[Signature], Term]) -> str:
    """Generated/Program.agda; a function that cannot be written has another term in its place, and a line that says so."""
    written = []
    for each in found.values():
        missing = f"  -- Not the program's: {each.reason}\n" if each.term is None else ""
        written.append(missing + each.text(each.term if each.term is not None else instead(each.signature)))
    fields = "\n  ; ".join(f"{name} = F.{name}" for name in found)
    record = f"""
program : (𝔸 : Arithmetic) (Target : Set) → Theory.Functions.Functions 𝔸 Target
program 𝔸 Target = record
  {{ {fields}
  }}
  where module F = Functions 𝔸 Target
"""
    return HEAD.format(digest=program_digest()[:16]) + "\n".join(written) + record
