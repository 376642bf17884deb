"""Files that cannot be read or written: each command says so before it works, writes nothing, and loses nothing."""

import os

import pytest
from hypothesis import strategies as st

from tests.hostile.fuzz import files_in, fuzz, refused

NOWHERE = ["", ".", "..", "/", "folder", "folder/", "file.json/inside", "no/such", "x" * 300, "no/\n", "a\0b"]
"""Names under which no file can be made."""

READERS = [
    ("show", "PERM.1", "--record"),
    ("show", "PERM.1", "--path"),
    ("cite", "PERM.1", "--record"),
    ("cite", "PERM.1", "--path"),
    ("list", "--path"),
    ("sheet", "PERM.1", "--record"),
    ("sheet", "PERM.1", "--path"),
    ("book", "pages", "--record"),
    ("book", "pages", "--path"),
    ("figure", "evidence_ledger", "--record"),
    ("prove", "PERM.1", "--path"),
    ("prove", "--resume"),
    ("reproduce",),
    ("grade", ".", "--tests"),
    ("check",),
]

WRITERS = [
    ("sheet", "PERM.1", "--output"),
    ("figure", "evidence_ledger", "--output"),
    ("prove", "PERM.1", "--record"),
    ("check", "--example", "--json"),
    ("grade", ".", "--output"),
    ("new", "MY.1", "A title", "--path"),
]


@pytest.fixture
def folder(tmp_path):
    """A folder with files that must stay as they are."""
    (tmp_path / "folder" / "deeper").mkdir(parents=True)
    (tmp_path / "folder" / "kept.txt").write_bytes(b"kept")
    (tmp_path / "file.json").write_bytes(b"{}")
    (tmp_path / "kept.py").write_bytes(b"kept = 1\n")
    return tmp_path


@fuzz(
    60,
    300,
    reader=st.sampled_from(READERS),
    name=st.sampled_from(NOWHERE) | st.text("a/.\n\0é<[", min_size=1, max_size=8),
)
def test_what_cannot_be_read_is_refused(reader, name, folder):
    before = files_in(folder)
    refused(*reader, *(("--", name) if reader in (("reproduce",), ("check",)) else (name,)))
    assert files_in(folder) == before


@fuzz(40, 150, writer=st.sampled_from(WRITERS), name=st.sampled_from(NOWHERE))
def test_what_cannot_be_written_is_refused_before_any_work(writer, name, folder):
    before = files_in(folder)
    refused(*writer, name)
    assert files_in(folder) == before


@pytest.mark.quick
@pytest.mark.parametrize(
    "line",
    [
        ("new", "MY.1", "A title", "--path", "kept.py"),
        ("sheet", "NO.1", "--output", "kept.html"),
        ("sheet", "PERM.1", "--record", "file.json", "--output", "kept.html"),
        ("figure", "evidence_ledger", "--record", "file.json", "--output", "kept.svg"),
        ("prove", "NO.1", "--record", "file.json"),
        ("prove", "--resume", "file.json"),
        ("check", "no.py", "--json", "file.json"),
        ("grade", "folder", "--output", "file.json"),
        ("book", ".", "--record", "file.json"),
        ("book", "kept.py"),
        ("show", "PERM.1", "--formal", "--sources", "folder"),
        ("show", "PERM.1", "--formal", "--sources", "kept.py"),
    ],
)
def test_a_command_that_is_refused_leaves_what_there_was(line, folder):
    for name in ("kept.html", "kept.svg"):
        (folder / name).write_bytes(b"kept")
    before = files_in(folder)
    refused(*line)
    assert files_in(folder) == before


@pytest.mark.quick
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_said(folder):
    (folder / "folder").chmod(0o500)
    for writer in WRITERS:
        assert "cannot write folder/" in refused(*writer, f"folder/made.{'py' if 'new' in writer else 'html'}")
