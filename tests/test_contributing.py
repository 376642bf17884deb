"""CONTRIBUTING: what it points at exists, and no task touches more than two files."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TASKS = re.findall(r"^\| ([^|]+) \| ([^|]*`(?:symmetry|proofs)[^|]*) \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?:symmetry|proofs)/[a-z_/.]*[a-z/]", TEXT))))
def test_what_it_points_at_exists(path):
    assert (ROOT / path).exists()


def test_no_task_touches_more_than_two_files():
    assert len(TASKS) >= 12
    for task, files in TASKS:
        assert 1 <= len(re.findall(r"`[^`]+`", files)) <= 2, task


def test_every_kind_of_evidence_and_verdict_is_in_the_glossary():
    from symmetry.evidence.kinds import KINDS

    for word in (*KINDS, "proved", "checked", "refuted", "incomplete", "failed"):
        assert re.search(rf"^\| {word} \| ", TEXT, re.MULTILINE), word
