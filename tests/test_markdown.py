"""Markdown that the product writes, rendered by CommonMark: formulas and words come out as they were."""

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from recorded import record_of

import proofs
from symmetry.bibliography import plain
from symmetry.citation.formats import cite
from symmetry.markdown import escaped, formula
from symmetry.statements.statement import Statement

pytestmark = pytest.mark.quick

KNOWN = proofs.load()
RECORD = record_of(KNOWN)


class Rendered(HTMLParser):
    """The text of a page outside of code, and the names of its tags."""

    def __init__(self, markdown: str):
        super().__init__()
        self.text, self.tags, self._code = "", set(), 0
        self.feed(MarkdownIt("gfm-like", {"linkify": False}).render(markdown))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self._code += tag == "code"

    def handle_endtag(self, tag):
        self._code -= tag == "code"

    def handle_data(self, data):
        self.text += "" if self._code else data

    @property
    def formulas(self) -> list[str]:
        return re.findall(r"\$\$(.*?)\$\$", self.text, flags=re.DOTALL)


def signs(latex: str) -> str:
    """The signs of a formula, without spaces, whose widths say nothing, and without braces."""
    return re.sub(r"[\s{}]", "", plain(latex.replace(r"\cr ", r"\\")))


@pytest.mark.parametrize("made", KNOWN.values(), ids=KNOWN)
def test_a_statement_comes_out_of_its_citation_and_of_a_notebook_as_it_was(made: Statement):
    for markdown in (cite(made, "markdown", RECORD), made._repr_markdown_()):
        page = Rendered(markdown)
        assert page.formulas == ([formula(made.statement)[2:-2]] if made.statement else [])
        assert page.tags <= {"p", "strong", "em", "ul", "li", "a", "pre", "code"}
        assert made.title.removesuffix(".") in page.text
        for latex in page.formulas:
            assert not re.search(r"\\[^\w\s]", latex)
            assert signs(latex) == signs(made.statement)


def test_a_formula_between_dollars_as_it_stands_would_not_come_out():
    changed = [made for made in KNOWN.values() if Rendered(f"$${made.statement}$$").formulas != [made.statement]]
    assert len(changed) > 50


def test_emphasis_in_a_notebook_is_that_of_headings_only():
    for made in KNOWN.values():
        emphasised = re.findall(
            "<em>(.*?)</em>", MarkdownIt("gfm-like", {"linkify": False}).render(made._repr_markdown_())
        )
        assert set(emphasised) <= {"Hypotheses:", "Evidence listed:", "Controls:", "Verdict:", "Rests on:"}


@pytest.mark.parametrize(
    "latex",
    [
        r"\{a\}\;b\,c\!d\:e",
        r"(a)_i (b)_j",
        r"a^*b*c",
        r"[a](b)",
        r"a<b>c</b>",
        r"x &amp y",
        r"\|v\| \\ w",
        r"a\%b\#c",
        "a\n\nb",
    ],
)
def test_no_sign_of_a_formula_is_read_as_markdown(latex):
    page = Rendered(formula(latex))
    assert page.tags == {"p"}
    kept = formula(latex)[2:-2].replace(r"\\", "\\")
    assert page.formulas == [kept]


def test_no_sign_of_a_sentence_is_read_as_markdown():
    text = "a_i * b_j * [x](y) <b> & # ~~z~~ $2$ `w_1 * w_2` | 2^n {k}"
    page = Rendered(escaped(text))
    assert page.tags == {"p", "code"}
    assert page.text.split() == text.replace("`w_1 * w_2`", "").split()


def test_the_tutorial_of_the_book_holds_no_formula_that_commonmark_changes():
    from symmetry.book.prose import document

    assert "\\" not in re.sub("<pre.*?</pre>", "", str(document("tutorial.md")), flags=re.DOTALL)
