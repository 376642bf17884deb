"""Statements as text for a terminal: nothing that they say is left out."""

import re

import pytest

import proofs
from symmetry.bibliography import plain

pytestmark = pytest.mark.quick

STATEMENTS = {id: made.statement for id, made in proofs.load().items() if made.statement}


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
