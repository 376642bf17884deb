"""Everything together: Agda accepts every theorem's file about the program, and refuses what is wrong."""

import hashlib
import re
import shutil

import pytest

from symmetry import network
from symmetry.formal import checker, checking
from symmetry.formal.checker import unavailable, workspace
from symmetry.formal.checking import checked, written
from symmetry.formal.example import DEPTHS, compared, drawn
from symmetry.formal.example_text import example_text
from symmetry.formal.imports import imported, rests_on, written_modules
from symmetry.formal.recursion import Result, backprop_results, forward_results
from symmetry.formal.textbook import TEXTBOOK
from symmetry.formal.traces import traced
from tests.faults.fault import Edit
from tests.faults.plant import planted
from tests.formal_faults import ALL_REWRITTEN, ARRAY_FAULTS, FAULTS

needs_agda = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


def agda_says(files: dict[str, str], module: str) -> checker.Refusal | None:
    """Agda's refusal of a module, with files that are written besides the sources."""
    with workspace({f"{name.replace('.', '/')}.agda": text for name, text in files.items()}) as agda:
        return agda.check(f"{module.replace('.', '/')}.agda")


@needs_agda
@pytest.mark.slow  # the formal items of the theorems say the same
def test_agda_accepts_every_theorem_about_the_program():
    found = checked()
    assert (found.refused, found.unknown, found.missing, found.agda) == ({}, {}, "", "2.7.0")
    assert all(len(digest) == 64 for digest in (found.definitions, found.program, found.sources))


@needs_agda
def test_agda_accepts_every_theorem_about_a_program_that_is_written_otherwise():
    with planted(ALL_REWRITTEN):
        found = checked()
    assert (found.refused, found.unknown) == ({}, {})
    assert found.definitions != hashlib.sha256(written().files["Generated.Program"].encode()).hexdigest()


@needs_agda
@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("the slope left out of hidden_error", "HiddenError"),
        ("the value for the slope in hidden_error", "HiddenError"),
        ("the slope left out of output_error", "OutputError"),
        ("the bias gradient doubled", "BiasGradient"),
        ("the bias forgotten in the forward pass", "Preactivation"),
    ],
)
def test_agda_refuses_that_a_wrong_function_is_the_textbooks(name, module):
    """With the proof that the right function has."""
    right = written().files
    with planted(FAULTS[name].edits):
        wrong = written().files
    agrees = f"Generated.Agrees.{module}"
    refusal = agda_says(
        {**{each: wrong[each] for each in wrong if "Agrees" not in each}, agrees: right[agrees]}, agrees
    )
    assert refusal is not None
    assert (refusal.file, refusal.name) == (f"Generated/Agrees/{module}.agda", "agrees")


@needs_agda
def test_agda_refuses_the_numbers_of_a_loop_that_is_wrong_from_depth_5_on():
    files = {"Generated.Program": written().files["Generated.Program"]}
    with planted(FAULTS["a fault from depth 5 on"].edits):
        wrong = returned_by_the_program()
    refusal = agda_says({**files, "Generated.Example": example_text(wrong)}, "Generated.Example")
    assert refusal is not None
    assert (refusal.file, refusal.name) == ("Generated/Example.agda", "gradient")
    assert "!=" in refusal.message


def returned_by_the_program() -> dict[int, list[Result]]:
    """What backprop returns at every depth, whether or not it is the recursion's."""
    return {depth: backprop_results(*drawn(depth), network) for depth in DEPTHS}


@needs_agda
def test_agda_refuses_theorems_on_permutations_where_the_programs_permute_otherwise():
    """Where rows move as if by the inverse permutation, which a permutation that is its own inverse does not show."""
    by_the_inverse = Edit(
        "symmetry.actions.hidden_units",
        "layer.weight[maps[l], :]",
        "layer.weight[jnp.argsort(jnp.asarray(maps[l])), :]",
    )
    with planted((by_the_inverse,)):
        found = checked(["PERM-1", "TIE-1"])
    assert set(found.refused) == {"PERM-1"}
    assert "Generated/Action.agda" in found.refused["PERM-1"]
    assert "permuted" in found.refused["PERM-1"]


@needs_agda
@pytest.mark.parametrize("name", ["a transposition that forgets", "a matrix product with the wrong entry"])
def test_agda_refuses_definitions_of_the_wrong_type(name):
    with planted(ARRAY_FAULTS[name].edits):
        files = written().files
    refusal = agda_says({"Generated.Program": files["Generated.Program"]}, "Generated.Program")
    assert refusal is not None
    assert "!=" in refusal.message


@pytest.fixture
def own_sources(tmp_path, monkeypatch):
    """A copy of the Agda sources that a test can add to."""
    folder = tmp_path / "formal"
    shutil.copytree(checker.sources(), folder)
    for theorem in folder.glob("*.agda"):
        theorem.unlink()
    monkeypatch.setattr(checker, "sources", lambda: folder)
    return folder


RIGHT = "module RIGHT-1 where\nopen import Theory.Base\nimport Generated.Facts\ntheorem : 1 ≡ 1\ntheorem = refl\n"


@needs_agda
def test_a_file_that_agda_refuses_is_named_with_its_line_and_agdas_message(own_sources):
    before = checked()
    (own_sources / "RIGHT-1.agda").write_text(RIGHT)
    (own_sources / "WRONG-1.agda").write_text(RIGHT.replace("RIGHT", "WRONG").replace(": 1 ≡ 1", ": 1 ≡ 2"))
    found = checked()
    assert found.unknown == {}
    assert list(found.refused) == ["WRONG-1"]
    assert found.refused["WRONG-1"].startswith("Agda refuses WRONG-1.agda, line 5, in theorem: 1 != 2 of type ℕ")
    assert (found.sources != before.sources, found.definitions) == (True, before.definitions)


def test_without_agda_nothing_is_said_but_why_it_is_missing(own_sources, monkeypatch):
    (own_sources / "WRONG-1.agda").write_text(RIGHT.replace("RIGHT", "WRONG"))
    monkeypatch.setattr(checker, "unavailable", lambda: "Agda is not installed; run this.")
    found = checked()
    assert (found.agda, found.missing) == ("", "Agda is not installed; run this.")
    assert (found.refused, found.unknown) == ({}, {})


def test_what_agda_did_not_end_well_with_cannot_be_told(own_sources, monkeypatch):
    (own_sources / "RIGHT-1.agda").write_text(RIGHT)
    monkeypatch.setattr(checker, "unavailable", lambda: "")
    monkeypatch.setattr(checker, "version", lambda: "2.7.0")
    monkeypatch.setattr(
        checking,
        "_refusals",
        lambda theorems, wrote, folder: {
            "RIGHT-1": checker.Refusal("RIGHT-1.agda", None, "", "Agda ended with -9: it said nothing")
        },
    )
    found = checked()
    assert (found.refused, found.unknown) == (
        {},
        {
            "RIGHT-1": "Agda did not come to an answer, so it cannot be told: RIGHT-1.agda: Agda ended with -9: it said nothing"
        },
    )


def test_a_theorem_about_a_loop_rests_on_the_traces_of_that_loop():
    """A file that did not would be accepted whatever the loop is in Python."""
    by_hand = written_modules(checker.sources())
    theorems = {name: text.split("module Model")[0] for name, text in by_hand.items() if "." not in name}
    assert theorems
    for name, text in theorems.items():
        statement = re.sub(r"--.*|import .*", "", text)
        loops = {
            "Generated.BackpropTraces": re.search(r"\b(LossError|backprop)\b", statement),
            "Generated.ForwardTraces": re.search(r"\b(forward|network-loss)\b", statement),
            "Generated.Example": re.search(r"\b(LossError|backprop|forward|network-loss)\b", statement),
        }
        assert {loop for loop, found in loops.items() if found} <= imported(by_hand[name]), name


@needs_agda
def test_a_fault_refuses_the_theorems_on_the_gradient_and_no_others():
    by_hand = written_modules(checker.sources())
    rests = {name: rests_on(name, by_hand) for name in by_hand if "." not in name}
    others = {name for name, needs in rests.items() if "Generated.Agrees.HiddenError" in needs} - {"GRAD-2", "GRAD-4"}
    with planted(FAULTS["the slope left out of hidden_error"].edits):
        found = checked()
    assert (set(found.refused), set(found.unknown)) == ({"GRAD-2", "GRAD-4"}, others)
    assert {name for name in rests if name.startswith(("PERM", "TIE", "DUP"))}.isdisjoint(others)
    for words in found.refused.values():
        assert "hidden_error (symmetry/network.py) differs from what was proved" in words
        assert "What it returns is not the gradient: at 2 layers, the gradient in the weight of layer 1 is" in words


def test_the_textbook_in_python_is_the_textbook_in_agda():
    """Line by line: the definitions of Theory/Textbook.agda, whatever their type."""
    text = (checker.sources() / "Theory" / "Textbook.agda").read_text()
    pairs = [line.strip().split(" = ", 1) for line in text.splitlines() if " = " in line]
    lines = {left.split()[0]: right for left, right in pairs}
    assert {name: term.text() for name, term in TEXTBOOK.items()} == {name: lines[name] for name in TEXTBOOK}


def test_loops_agree_with_the_recursion_by_numbers_and_by_traces():
    for results in (forward_results, backprop_results):
        assert compared(results).outcome == "agrees"
        assert traced(results).outcome == "same"
