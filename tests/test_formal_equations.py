"""Terms that Laws make equal are proved equal, by proofs that Agda accepts; terms that they do not are not."""

import pytest

from symmetry.activation import slope, value
from symmetry.formal.checker import unavailable, workspace
from symmetry.formal.equation import equation
from symmetry.formal.letters import same
from symmetry.numbers.formal import Formal, FormalActivation, Term, indices_of

x, y, u, w = (Formal.named(name, "batch", "batch") for name in ("x", "y", "u", "w"))
c = Formal.named("c", "batch")
PHI = FormalActivation("φ")

EQUAL = [
    (x @ y, (y.T @ x.T).T),
    (x @ (y + u), x @ u + x @ y),
    ((x @ y) @ u, x @ (y @ u)),
    ((x + y) * (u + w), w * y + u * y + x * w + x * u),
    ((x @ y + u) * (w @ x), (w @ x) * u + (x @ y) * (w @ x)),
    (x.sum(0) * y.sum(1), y.sum(1) * x.sum(0)),
    ((x * y).sum(0).sum(0), (y * x).sum(1).sum()),
    (slope(x + y @ u, PHI) * w, w * slope((u.T @ y.T).T + x, PHI)),
    (x @ y @ u @ w, x @ (y @ (u @ w))),
    (2 * (x + y), x + x + 2 * y),
    (x * y * u * w * x, x * x * (w * (y * u))),
    ((x + y + u) * (x + y), x * x + y * y + 2 * (x * y) + u * x + u * y),
    (x * c, c * x),
    ((x @ slope(y @ u, PHI)).T @ w, slope((u.T @ y.T).T, PHI).T @ (x.T @ w)),
    ((x @ y).sum(), (x.sum(0) * y.sum(1)).sum()),
]

DIFFERENT = [
    (x @ y, y @ x),
    (x + y, x + x),
    (x * x, x),
    (x.sum(0), x.sum(1)),
    (slope(x, PHI), value(x, PHI)),
    (x @ y, x.T @ y),
    (slope(x, PHI) * y, slope(y, PHI) * x),
    ((x * y).sum(), (x @ y).sum()),
    (x.sum(0) * x.sum(0), (x * x).sum(0)),
]


def terms(one: Formal, other: Formal) -> tuple[Term, Term]:
    indices = indices_of(one.dimensions)
    assert one.dimensions == other.dimensions
    return one.entry(*indices), other.entry(*indices)


HEAD = """module Equations where
open import Theory.Base
open import Theory.Numbers
open import Theory.Laws
module Compared (𝔸 : Arithmetic) (laws : Laws 𝔸) (let open Arithmetic 𝔸) {batch : ℕ}
  (x y u w : Matrix Number batch batch) (c : Vector Number batch) (φ : Activation Number) where
  open Laws laws
"""


@pytest.mark.skipif(bool(unavailable()), reason=unavailable())
def test_agda_accepts_every_proof():
    lines = []
    for number, pair in enumerate(EQUAL):
        one, other = terms(*pair)
        proof = equation(one, other)
        assert proof is not None
        letters = " ".join(index.letter for index in indices_of(pair[0].dimensions))
        for_all = f"∀ {letters} → " if letters else ""
        lines += [f"  p{number} : {for_all}{one.text()} ≡ {other.text()}", f"  p{number} {letters} = {proof.written()}"]
    with workspace({"Equations.agda": HEAD + "\n".join(lines) + "\n"}) as agda:
        assert agda.check("Equations.agda") is None


@pytest.mark.parametrize("pair", DIFFERENT)
def test_terms_that_differ_are_not_proved_equal(pair):
    assert equation(*terms(*pair)) is None


def test_letters_of_bound_indices_do_not_matter():
    one, other = terms(x @ y @ u, x @ y @ u)
    assert same(one, other)
    assert equation(one, other) == equation(other, one)
    assert not same(*terms(x @ y, (y.T @ x.T).T))
