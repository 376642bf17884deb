"""Every number that a derived theorem's law claims is compared with its derivation: changed by 1, it is noticed."""

import dataclasses

import pytest

import proofs
from symmetry.engine.conclude import Law
from symmetry.engine.derive import check
from symmetry.numbers.symbol import Symbol
from symmetry.statements.theorem import Theorem

pytestmark = pytest.mark.slow

DERIVED = [made for made in proofs.load().values() if isinstance(made, Theorem) and "derived" in made.evidence]


@pytest.mark.parametrize("made", DERIVED, ids=lambda made: made.id)
def test_every_number_of_the_law_is_compared(made, monkeypatch):
    places, changed = {}, []
    claims = Law._leaves

    def leaves_of(law, setting):
        found = claims(law, setting)
        places.update({leaf.path: leaf.relation for leaf in found})
        return [_changed(leaf, changed[1]) if changed and leaf.path == changed[0] else leaf for leaf in found]

    monkeypatch.setattr(Law, "_leaves", leaves_of)
    assert made.derivation is not None
    sound = check(made.derivation(""), made.law)
    assert (sound.failure, sound.error) == ("", "")
    for path, relation in list(places.items()):
        for side in ("left",) if relation == "cancels" else ("left", "right"):
            changed[:] = [path, side]
            assert check(made.derivation(""), made.law).failure, f"{side} side at {path}"


def _changed(leaf, side):
    """The leaf with one side larger by 1; a rank, smaller."""
    if leaf.relation == "rank" and side == "right":
        return dataclasses.replace(leaf, right=leaf.right - 1)
    return dataclasses.replace(leaf, **{side: Symbol.of(getattr(leaf, side)) + 1})
