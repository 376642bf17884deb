"""What authors write in titles and hypotheses stands for itself in every form of page and citation; formulas are formulas."""

import importlib
import json
import re
from html.parser import HTMLParser

import pybtex.database
import pytest
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from symmetry import Batch, Network, forward, theorem
from symmetry.book.formulas import formula
from symmetry.book.mathml import ELEMENTS
from symmetry.book.sheet import FORMS
from symmetry.citation.formats import cite
from symmetry.display.listing import listing
from symmetry.evidence.finding import Finding, Heading
from symmetry.statements.statement import Statement
from tests.hostile.fuzz import fuzz, refusal_in_words
from tests.hostile.strategies import MARKUP

PRINTED = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]))
WORDS = st.lists(st.sampled_from(MARKUP) | PRINTED, min_size=1, max_size=3).map(" ".join).filter(str.isprintable)

SAFE = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "article",
    "footer",
    "section",
    "div",
    "p",
    "span",
    "h1",
    "h2",
    "h3",
}
SAFE |= {
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "em",
    "strong",
    "code",
    "pre",
    "sub",
}
SAFE |= {"sup", "i", "b", "br", "wbr", "a", "hr", "details", "summary", "caption", "small"}


@pytest.fixture
def made(monkeypatch):
    """A theorem with these texts, in a catalogue of its own."""
    monkeypatch.setattr(importlib.import_module("symmetry.statements.registry"), "REGISTRY", {})

    def law(network: Network, batch: Batch, *, factor=1):
        r"</script> \end{verbatim} ``` {% raw %}"
        return factor * forward(network, batch.x), forward(network, batch.x)

    def theorem_of(title: str, hypotheses: str) -> Statement:
        statement, controls = r"\{x : f(x) < 1", {f"control {title}": dict(factor=2)}
        return theorem("MY.1", title=title, statement=statement, hypotheses=hypotheses, controls=controls)(law)

    return theorem_of


class Tags(HTMLParser):
    """The elements of a page, and their attributes."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    @property
    def harmful(self) -> list:
        return [
            (tag, attributes)
            for tag, attributes in self.found
            if not (tag in SAFE or ELEMENTS.fullmatch(tag))
            or any(name.startswith("on") for name in attributes)
            or (attributes.get("href") or "#").partition(":")[0].lower() not in ("#", "https", "http", "mailto")
        ]


@fuzz(20, 200, title=WORDS, hypotheses=WORDS)
def test_a_page_has_no_element_that_an_author_wrote(title, hypotheses, made):
    theorem = made(title, hypotheses)
    assert Tags(FORMS[".html"]([theorem], None)).harmful == []
    assert Tags(Finding(Heading.of(theorem))._repr_html_()).harmful == []


@fuzz(20, 200, title=WORDS, hypotheses=WORDS)
def test_neither_has_markdown(title, hypotheses, made):
    theorem = made(title, hypotheses)
    for text in (cite(theorem, "markdown"), FORMS[".md"]([theorem], None)):
        page = MarkdownIt("commonmark").render(text)
        assert {tag for tag, _ in Tags(page).found} <= SAFE
        assert [attributes["href"] for tag, attributes in Tags(page).found if tag == "a" and attributes] == []


@fuzz(20, 200, title=WORDS, hypotheses=WORDS)
def test_latex_has_no_command_that_an_author_wrote_in_words(title, hypotheses, made):
    text = cite(made(title, hypotheses), "latex")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("% "))
    assert text.count(r"\end{verbatim}") == text.count(r"\begin{verbatim}") == 1
    lines = re.sub(r"\\begin\{verbatim\}.*?\\end\{verbatim\}", "", text, flags=re.DOTALL).splitlines()
    for command in (r"\input", r"\write", r"\def"):
        assert not any(command in line for line in lines)
    assert not any(re.search(r"(?<!\\)%", line) for line in lines)


@fuzz(20, 200, title=WORDS, hypotheses=WORDS)
def test_bibtex_is_one_entry_whatever_an_author_wrote(title, hypotheses, made):
    text = cite(made(title, hypotheses), "bibtex")
    found = pybtex.database.parse_string(text, "bibtex")
    assert list(found.entries) == ["symmetry:MY.1"]
    assert {"author", "title", "digest"} <= {
        *found.entries["symmetry:MY.1"].fields,
        *found.entries["symmetry:MY.1"].persons,
    }


@fuzz(20, 100, title=WORDS, hypotheses=WORDS)
def test_texts_of_a_terminal_and_json_keep_every_sign(title, hypotheses, made):
    theorem = made(title, hypotheses)
    assert json.loads(json.dumps(listing(None, {"MY.1": theorem}, None, None).to_json()))[0]["title"] == title
    assert " ".join(title.split()) in " ".join(cite(theorem, "text", width=10_000).split())


COMMANDS = [r"\frac", r"\left(", r"\right)", "{", "}", "^", "_", "&", "<", "a", "=", r"\text{", r"\mbox{", r"\textbf{"]
HARMFUL = [
    r"\tag{",
    r"\href{javascript:alert(1)}{x}",
    r"\class{x}{",
    r"\style{color:red}{",
    r"\color{red\" onclick=\"x}",
]
LATEX = st.sampled_from([*MARKUP, *COMMANDS, *HARMFUL])


@fuzz(60, 400, latex=st.lists(LATEX, max_size=5).map(" ".join))
def test_a_formula_is_mathml_or_is_refused(latex):
    with refusal_in_words(ValueError):
        assert Tags(str(formula(latex))).harmful == []


@pytest.mark.quick
@pytest.mark.parametrize(
    "latex", [r"\mbox{<script>x</script>}", r"\textbf{<img/>}", r"\href{javascript:x}{y}", r"\tag{<b>x</b>}"]
)
def test_a_formula_with_html_is_refused(latex):
    with pytest.raises(ValueError, match="which is no part of one; leave links and tags out"):
        formula(latex)
