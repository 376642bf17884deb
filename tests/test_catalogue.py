"""The catalogue is whole: every theorem is there, with the evidence that was set for it."""

import subprocess
import sys

import pytest

from proofs import load
from symmetry.statements.theorem import WIDE, Theorem

pytestmark = pytest.mark.quick

KNOWN = load()

SET = {
    "GRAD": "DIS DIS DIS IS IS DIS DIS",
    "PERM": "DIS DIS DIS DIS DIS DIS IS DIS I R",
    "TIE": "DIS DIS IS DIS DIS DIS DIS IS IS DS DIS IS RS IS DIS DIS S",
    "DUP": "DIS DIS DIS DIS",
    "SIGN": "DIS DIS DIS DS DIS",
    "SCALE": "DS DS R DIS DIS DIS DS",
    "SOFT": "DIS DISR DS",
    "NORM": "DIS DS DS DS",
    "NOETHER": "DIS DIS DS DIS DI DIR DI DI R",
    "OPT": "DIR",
    "DATA": "DISR",
    "LAND": "I DS D",
    "MIRROR": "DS DI",
    "COUNT": "I",
    "ASYM": "I",
    "FDIM": "I DI",
    "CAP": "DIS IS DIS DS DI I DIS DS DIS SR",
    "ARCH": "S S S DSR DS S S",
    "ROPE": "DIS DIS",
    "GQA": "IS",
    "ATT": "DISR",
    "LN": "DISR DIS",
    "BN": "DIS",
    "GLU": "DISR",
    "MOE": "DS",
    "LORA": "DIS R",
    "METH": "S S S IS S" + 19 * " S" + " IS S",
}
"""Of each chapter, the evidence set for theorem 1, 2, ...: derived, identity, sampled, refuted; - where none is."""

KINDS = {"D": "derived", "I": "identity", "S": "sampled", "R": "refuted"}
ROWS = [
    (f"{chapter}.{number}", row)
    for chapter, rows in SET.items()
    for number, row in enumerate(rows.split(), 1)
    if row != "-"
]


def test_nothing_is_missing_and_nothing_is_there_unset():
    assert {id for id, made in KNOWN.items() if isinstance(made, Theorem)} == {id for id, _ in ROWS}


@pytest.mark.parametrize(("id", "row"), ROWS)
def test_a_theorem_lists_the_evidence_set_for_it(id, row):
    made = KNOWN[id]
    assert {KINDS[letter] for letter in row} <= set(made.evidence)
    assert ("derived" in made.evidence) == (made.derivation is not None)
    assert made.controls
    if "S" in row and made.chapter != "METH":
        assert set(WIDE) <= set(made.dtypes)


def test_the_order_does_not_depend_on_which_chapter_was_imported_first():
    code = "import proofs.tied_training, proofs; print(*proofs.load())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(load())
    assert done.stdout.startswith("GRAD.1 ")
