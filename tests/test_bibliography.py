"""Statements as text for a terminal, where nothing that they say is left out, and references with their addresses."""

import dataclasses
import re
from importlib import resources

import pytest

import proofs
from symmetry.bibliography import address, plain, references
from symmetry.citation.formats import cite
from symmetry.display.statement import shown
from symmetry.statements.claim import QUESTIONS, Claim

pytestmark = pytest.mark.quick

KNOWN = proofs.load()
STATEMENTS = {id: made.statement for id, made in KNOWN.items() if made.statement}


@pytest.mark.parametrize("id", STATEMENTS)
def test_no_statement_holds_a_command_that_the_text_does_not_know(id):
    assert "\\" not in plain(STATEMENTS[id])


def test_an_unknown_command_is_kept_rather_than_dropped():
    assert r"\unheardof" in plain(r"a \unheardof b")


@pytest.mark.parametrize(
    ("command", "sign"),
    [("ne", "≠"), ("neq", "≠"), ("iff", "⟺"), ("leq", "≤"), ("Rightarrow", "⇒"), ("mapsto", "↦"), ("odot", "⊙")],
)
def test_every_relation_of_a_statement_is_a_sign_between_spaces(command, sign):
    spelled = re.compile(rf"\\{command}(?![a-zA-Z])")
    saying = [latex for latex in STATEMENTS.values() if spelled.search(latex)]
    assert saying
    for latex in saying:
        assert plain(latex).count(f" {sign} ") >= len(spelled.findall(latex))


THREADS = {key: entry for key, entry in references().items() if "author" not in entry}


def test_no_entry_holds_a_note_on_itself():
    assert not [key for key, entry in references().items() if {"note", "annote"} & entry.keys()]


def test_every_thread_has_an_address_and_the_year_of_its_key():
    assert len(THREADS) == 4
    for key, entry in THREADS.items():
        assert address(key).startswith("https://")
        assert re.sub(r"\D", "", key) == entry.get("year", "")


@pytest.mark.parametrize("id", [id for id in KNOWN if id.startswith("CLAIM.")])
def test_a_claim_is_shown_and_cited_with_the_title_and_the_address_of_its_thread_and_without_its_key(id):
    claim = KNOWN[id]
    assert isinstance(claim, Claim)
    texts = [shown(dataclasses.replace(claim, check=None), 80), cite(claim), cite(claim, "markdown")]
    for text in texts:
        assert address(claim.thread) in text
        assert not [key for key in THREADS if key in text]
    assert f"<{address(claim.thread)}>" in texts[2]


def test_a_question_is_shown_with_the_address_of_each_thread():
    for question in QUESTIONS.values():
        assert all(f"\n    {address(thread)}\n" in shown(question, 60) for thread in question.threads)


def test_every_key_stands_once():
    text = resources.files("symmetry").joinpath("references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{(\S+),$", text, re.MULTILINE)
    assert len(keys) > 60
    assert len(set(keys)) == len(keys)
