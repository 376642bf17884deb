"""The page on proofs in Agda: what it shows is what the program writes and the files say now, and its commands do it."""

import re
from pathlib import Path

import pytest

import proofs
from symmetry.formal import checker
from symmetry.formal.checking import TRUSTED, checked, written
from symmetry.formal.export import write_sources
from symmetry.formal.imports import written_modules
from symmetry.formal.sources import Source, laws, source
from symmetry.formal.verdicts import decided
from symmetry.own_backprop import backprop_from
from symmetry.statements.theorem import Theorem

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "formal.md").read_text(encoding="utf-8")
STUDENTS = (ROOT / "docs" / "students.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```agda\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
THEOREMS = {id: made for id, made in proofs.load().items() if isinstance(made, Theorem)}
SOURCES = {id: source(made.formal_file) for id, made in THEOREMS.items() if made.formal_file is not None}
LAWS = laws(checker.sources() / "Theory" / "Laws.agda")
SHOWN = ("PERM.1", "PERM.4", "TIE.1", "TIE.3", "GRAD.4")
BY_HAND = written_modules(checker.sources())
needs_agda = pytest.mark.skipif(bool(checker.unavailable()), reason=checker.unavailable())


def definitions() -> str:
    """The definitions as the program writes them now, one after another."""
    text = written().files["Generated.Program"]
    inside = text.partition("open Arithmetic 𝔸\n\n")[2].partition("\nprogram :")[0]
    return "".join(f"{line[2:]}\n" for line in inside.rstrip().splitlines())


def statement(found: Source) -> str:
    """The first statement of a theorem's file, with the laws that it supposes, without its proof."""
    head = re.search(r"^module Theorem.*?where$", found.theorem.text, re.DOTALL | re.MULTILINE)
    stated = re.search(r"^  theorem :.*?(?=^  theorem\b(?! :))", found.theorem.text, re.DOTALL | re.MULTILINE)
    assert head is not None
    assert stated is not None
    return f"{head[0]}\n{stated[0]}"


def table_of_laws() -> list[str]:
    """The rows of the table: of each set of laws its words, and the theorems that need it."""
    said = {"": "none at all: the statement is of no sum and no product", **LAWS}
    users: dict[str, list[str]] = {name: [] for name in said}
    for id, found in SOURCES.items():
        for name in found.laws or [""]:
            users[name].append(id)
    rows = []
    for record, ids in users.items():
        name, _, words = said[record].partition(": ")
        named = f"{name}, `{record}`" if record else name
        rows += [f"| {named} | {words.rstrip('.')} | {', '.join(ids)} |"] if ids else []
    return rows


def without_spaces(text: str) -> list[str]:
    return text.split()


def test_the_definitions_shown_are_those_that_the_program_writes_now():
    assert without_spaces(BLOCKS[0]) == without_spaces(definitions())


@pytest.mark.parametrize(("id", "block"), list(zip(SHOWN, BLOCKS[1:], strict=True)))
def test_the_statements_shown_are_those_of_the_files(id, block):
    assert block == statement(SOURCES[id])
    assert re.findall(r"^\*\*([A-Z]+\.[0-9]+):", PAGE.partition(block)[0], re.MULTILINE)[-1] == id


def test_the_table_of_laws_is_that_of_the_files():
    assert PAGE.partition("\n|---|---|---|\n")[2].partition("\n\n")[0].splitlines() == table_of_laws()
    assert sum(len(SOURCES[id].laws) or 1 for id in SOURCES) == len(SOURCES)  # a theorem stands in one row


def test_the_laws_are_of_sums_and_products_only():
    text = (checker.sources() / "Theory" / "Laws.agda").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert re.search(r"\s[+*]\s", code)
    assert not re.search(r"\s[-\N{MINUS SIGN}/<>\N{LESS-THAN OR EQUAL TO}]\s", code)


def test_every_file_has_the_model_and_the_refuted_control_that_the_page_promises():
    for id, found in SOURCES.items():
        assert "on-naturals" in found.model.text, id
        assert found.refutes, id


def test_the_other_statements_of_grad_4_are_in_its_file():
    stated = re.findall(r"^  ([a-z-]+) :", SOURCES["GRAD.4"].theorem.text, re.MULTILINE)
    assert stated == ["theorem", "with-rules-of-calculus", "of-polynomials"]
    assert "(laws : Semiring 𝔸)" in SOURCES["GRAD.4"].theorem.text.partition("module OfPolynomials")[2]
    assert "L (now + t) = L now + t (d + t r t)" in " ".join(SOURCES["GRAD.4"].says.split())
    assert "L (now + t) = L now + t (d + t r t)" in PAGE


def test_what_is_trusted_is_listed_as_the_program_lists_it():
    section = PAGE.partition("## What is trusted besides")[2].partition("\n## ")[0]
    listed = re.findall(r"^- ((?:.|\n  )+)", section, re.MULTILINE)
    assert tuple(" ".join(each.split()).rstrip(".") for each in listed) == TRUSTED


def test_every_theorem_named_has_such_a_proof_but_for_those_that_are_said_to_have_none():
    named = set(re.findall(r"[A-Z]+\.[0-9]+", PAGE))
    assert named <= set(THEOREMS)
    assert named - set(SOURCES) == {"METH.3", "TIE.17"}
    assert f"it checks {len(SOURCES)} theorems" in " ".join(PAGE.split())
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"`formal` brings Agda: {len(SOURCES)} theorems, " in readme


(FORGETFUL,) = re.findall(r"^```python\n(class .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(MINE,) = re.findall(r"^```python\n([^`]*class Mine.*?)^```$", STUDENTS, re.MULTILINE | re.DOTALL)
ENTRY_BY_ENTRY = """
class Mine:
    @staticmethod
    def bias_gradient(error):
        total = error[0]
        for row in error[1:]:
            total = total + row
        return total
"""


def told(name: str, own: str) -> tuple[dict[str, str], dict[str, str]]:
    """What is said of GRAD.4 before Agda runs, where the reader's own stands in: refused, cannot be told."""
    with backprop_from("own.py", name, own.encode()).in_place():
        return decided(["GRAD-4"], BY_HAND, written())


def test_a_backprop_without_the_slope_is_refused_in_the_words_shown():
    refused, _ = told("Forgetful", FORGETFUL)
    shown = PAGE.partition("the reason for GRAD.4 begins\n\n```text\n")[2].partition("\n```")[0]
    assert refused["GRAD-4"].startswith(f"{shown}\nWhat it returns is not the gradient: ")


def test_a_function_that_is_not_written_in_the_operators_cannot_be_told():
    refused, unknown = told("Mine", ENTRY_BY_ENTRY)
    assert not refused
    assert "bias_gradient" in unknown["GRAD-4"]


def test_the_backprop_of_the_page_for_students_is_neither_refused_nor_unknown():
    assert told("Mine", MINE) == ({}, {})


@needs_agda
def test_agda_accepts_the_backprop_of_the_page_for_students():
    with backprop_from("own.py", "Mine", MINE.encode()).in_place():
        found = checked(["GRAD-4"])
    assert (found.missing, found.refused, found.unknown) == ("", {}, {})
    assert found.ran["GRAD-4"] == {"hidden_error"}


@needs_agda
def test_the_files_written_for_an_editor_are_accepted_by_the_command_shown(tmp_path):
    assert f"\nagda {' '.join(checker.FLAGS)} PERM-1.agda\n" in PAGE
    write_sources(checker.sources(), tmp_path / "agda")
    with checker.workspace({}, tmp_path / "agda") as agda:
        assert agda.check("PERM-1.agda") is None


def test_the_item_of_pytest_shown_is_one():
    (file, id, kind) = re.findall(r"^pytest (proofs/\S+)::'([^[]+)\[(\w+)\]'$", PAGE, re.MULTILINE)[0]
    assert file == f"{THEOREMS[id].module.replace('.', '/')}.py"
    assert kind in THEOREMS[id].evidence
