"""The book's pages of the proofs in Agda: with Agda's links between names, and without Agda."""

import html
import re
from collections import Counter
from pathlib import Path

import pytest
from book_page import Page
from recorded import record_of

import proofs
from symmetry.book.agda_tokens import linked
from symmetry.book.site import write_book
from symmetry.formal import checker
from symmetry.formal.checking import written
from symmetry.formal.digests import program_digest

KNOWN = proofs.load()
SOME = {id: KNOWN[id] for id in ("PERM.1", "TIE.1", "SOFT.1")}
MISSING = "Agda is not installed; run pip install 'symmetry-proofs[formal]'."

needs_agda = pytest.mark.skipif(bool(checker.unavailable()), reason=checker.unavailable())


def pages_of(folder: Path, record=None) -> dict[str, Page]:
    return {file.name: Page(file) for file in write_book(folder / "book", SOME, record) if file.suffix == ".html"}


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> dict[str, Page]:
    return pages_of(tmp_path_factory.mktemp("checked"), record_of(SOME))


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> dict[str, Page]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checker, "unavailable", lambda: MISSING)
        return pages_of(tmp_path_factory.mktemp("plain"))


@pytest.fixture(params=["plain", pytest.param("checked", marks=needs_agda)])
def pages(request) -> dict[str, Page]:
    return request.getfixturevalue(request.param)


def code(page: Page) -> str:
    found = re.search(r'<pre class="code agda"[^>]*><code>(.*?)</code></pre>', page.html, re.DOTALL)
    assert found is not None
    return found[1]


def text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def words(page: Page) -> str:
    return " ".join(text(page.html).split())


def sources() -> dict[str, str]:
    """The text of every file, by its page."""
    folder = checker.sources()
    by_hand = {path.relative_to(folder): path.read_text(encoding="utf-8") for path in folder.rglob("*.agda")}
    files = {".".join(path.with_suffix("").parts): text for path, text in by_hand.items()} | dict(written().files)
    return {f"{module}.html": text for module, text in files.items()}


def test_each_page_has_the_text_of_its_file(pages):
    expected = sources()
    shown = pages.keys() & expected.keys()
    assert {"PERM-1.html", "TIE-1.html", "Theory.Permutation.html", "Generated.Program.html"} <= shown
    assert "DUP-1.html" not in shown
    for name in shown:
        assert text(code(pages[name])).rstrip() == expected[name].rstrip(), name


def test_links_and_anchors_resolve_and_anchors_are_unique(pages):
    for name, page in pages.items():
        assert not page.ids or max(Counter(page.ids).values()) == 1, name
        for link in page.links:
            file, _, anchor = link.partition("#")
            if not link.startswith("https://") and not file.endswith(".svg"):
                assert not anchor or anchor in pages[file or name].ids, f"{name}: {link}"


def test_a_theorem_links_to_its_proof_and_the_proof_back(pages):
    assert "PERM-1.html" in pages["permutation.html"].links
    assert "permutation.html#PERM.1" in pages["PERM-1.html"].links
    assert {"PERM-1.html", "TIE-1.html", "Theory.Laws.html", "Generated.Example.html"} <= set(pages["agda.html"].links)
    assert all("agda.html" in page.links for page in pages.values())


def test_a_proof_names_the_laws_that_it_needs_and_the_control_that_it_refutes(pages):
    assert "order: a sum does not depend on the order of its terms" in words(pages["PERM-1.html"])
    assert "Laws of numbers that it needs none" in words(pages["TIE-1.html"])
    assert "Refuted control permute incoming weights only" in words(pages["PERM-1.html"])


@needs_agda
def test_a_name_leads_to_its_definition(checked):
    """What stands at an anchor is the name that the link shows, or an operator that it is a part of."""
    definitions = {
        f"{name}#{id}": html.unescape(shown)
        for name, page in checked.items()
        for id, shown in re.findall(r'<(?:a|span)[^>]* id="([^"]+)"[^>]*>([^<]*)<', page.html)
    }
    links = [
        (link if not link.startswith("#") else f"{name}{link}", html.unescape(shown))
        for name, page in checked.items()
        if 'pre class="code agda"' in page.html
        for link, shown in re.findall(r'<a[^>]* href="([^"]*#[^"]+)"[^>]*>([^<]*)</a>', code(page))
    ]
    assert len(links) > 1000
    same = [(link, shown) for link, shown in links if shown.rpartition(".")[2] in definitions[link]]
    assert len(same) > 0.9 * len(links)  # the rest are names that an import renames
    moved = next(link for link, shown in links if link.startswith("Theory.Permutation.html#") and shown == "moved")
    assert definitions[moved] == "moved"


@needs_agda
def test_a_proof_says_what_checked_it_and_from_what(checked):
    digest = program_digest()
    assert re.search(
        rf"Agda {checker.version()} checked this file and what it imports, .* symmetry/network.py \(sha256 {digest[:12]}\.\.\.\)",
        words(checked["PERM-1.html"]),
    )
    assert f"network.py (sha256 {digest})" in words(checked["agda.html"])
    assert (
        f"Agda 2.7.0 checked the proof, from definitions generated from symmetry/network.py (sha256 {digest[:12]}"
        in words(checked["permutation.html"])
    )
    assert "generated from symmetry/network.py" not in words(checked["Theory.Base.html"])
    assert not any("not run when" in words(page) for page in checked.values())


def test_without_agda_pages_say_so_and_names_are_no_links(plain):
    for name in ("PERM-1.html", "Theory.Laws.html", "agda.html", "permutation.html"):
        assert f"not run when this book was written: {MISSING}" in words(plain[name])
        assert "checked this file" not in words(plain[name])
    for name in ("PERM-1.html", "Theory.Laws.html", "Generated.Program.html"):
        assert "<a" not in code(plain[name])
        assert '<span class="kr">module</span>' in code(plain[name])


@needs_agda
def test_a_book_of_proofs_that_agda_refuses_says_so(tmp_path, monkeypatch):
    refusal = checker.Refusal("PERM-1.agda", 25, "theorem", "1 != 2 of type ℕ")
    monkeypatch.setattr(checker.Workspace, "pages", lambda self, file: refusal)
    pages = pages_of(tmp_path)
    for name in ("PERM-1.html", "permutation.html"):
        assert "failed when this book was written: Agda refuses PERM-1.agda; it says: PERM-1.agda, line 25" in words(
            pages[name]
        )
        assert "checked this file" not in words(pages[name])


def test_a_book_without_proofs_in_agda_has_no_page_of_them(tmp_path):
    files = write_book(tmp_path, {"SOFT.1": KNOWN["SOFT.1"]})
    assert not [file for file in files if "agda" in file.name or file.name.startswith(("Theory.", "Generated."))]
    assert "Proofs in Agda" not in files[0].read_text(encoding="utf-8")


def test_a_folder_with_such_a_page_of_others_is_refused(tmp_path):
    (tmp_path / "Theory.Base.html").write_text("mine")
    with pytest.raises(ValueError, match=r"Theory\.Base\.html is no page of this book, and is not replaced"):
        write_book(tmp_path, SOME)


def token(name: str, id: int, kind: str, href: str = "") -> str:
    return f'<a id="{id}"{f" href={chr(34)}{href}{chr(34)}" if href else ""} class="{kind}">{name}</a>'


def test_links_to_pages_that_the_book_lacks_and_anchors_that_nothing_leads_to_are_left_out():
    written = {
        "A.html": '<pre class="Agda">'
        + token("f", 1, "Function", "A.html#1")
        + token("ℕ", 2, "Datatype", "Agda.Builtin.Nat.html#3")
        + token("x", 3, "Bound", "A.html#1")
        + "</pre>",
        "B.html": f'<pre class="Agda">{token("f", 1, "Function", "A.html#1")}</pre>',
    }
    assert linked(written, ["A.html", "B.html"]) == {
        "A.html": '<span id="1">f</span><span class="ty">ℕ</span>x',
        "B.html": '<a href="A.html#1">f</a>',
    }


def test_a_page_that_is_not_as_agda_writes_it_is_an_error():
    with pytest.raises(ValueError, match=r'A.html: Agda\'s page has no <pre class="Agda">; use the version'):
        linked({"A.html": "<p>"}, ["A.html"])
