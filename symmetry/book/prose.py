"""Text as HTML: sentences, whose ids and references become links, references in full, code, and what is written in Markdown."""

import html
import re
from collections.abc import Mapping
from importlib import resources

import pygments
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer

from symmetry.bibliography import references, short, title_of, words


def prose(text: str, addresses: Mapping[str, str]) -> Markup:
    """A sentence with links to what it names; what stands in backticks becomes code.

    >>> prose("PERM.1 & `act`", {"PERM.1": "permutation.html#PERM.1"})
    Markup('<a href="permutation.html#PERM.1">PERM.1</a> &amp; <code>act</code>')
    >>> prose("symmetry-proofs", {})
    Markup('symmetry-proofs')
    """
    written, plain = Markup(""), ""
    for part in re.split(r"(`[^`]+`|[A-Z]+\.[0-9]+|[a-z]+[0-9a-z]{6,})", text):
        if marked := _marked(part, addresses):
            written, plain = written + _mathematics(plain) + marked, ""
        else:
            plain += part
    return written + _mathematics(plain)


def _marked(part: str, addresses: Mapping[str, str]) -> Markup | None:
    """Code or a link; None if a part is neither."""
    if part.startswith("`") and len(part) > 2:
        return Markup("<code>{}</code>").format(part[1:-1])
    if part not in addresses:
        return None
    return Markup('<a href="{}">{}</a>').format(addresses[part], short(part) if part in references() else part)


def _mathematics(text: str) -> Markup:
    """Names of Greek letters as letters, minus signs and primes as such, and what stands in brackets or after an underscore
    or a caret as indices.

    >>> _mathematics("phi'(z[n, j]) of x_k^2, a - b, exp(-a)")
    Markup('φ′(z<sub>n, j</sub>) of x<sub>k</sub><sup>2</sup>, a − b, exp(−a)')
    >>> _mathematics("a 2-2-1 network, 2^-348, c^(K-1) phi''(z)")
    Markup('a 2-2-1 network, 2<sup>−348</sup>, c<sup>K−1</sup> φ′′(z)')
    """
    text = _GREEK_NAME.sub(lambda name: _GREEK[name.group()], text)
    text = _EXPONENT.sub(lambda power: f"^{{{power[1].replace('-', _MINUS)}}}", text)
    text = _PRIMES.sub(lambda primes: _PRIME * len(primes[0]), _MINUS_SIGN.sub(_MINUS, text))
    text = str(escape(text))
    for pattern, mark in ((_BRACKET, "sub"), (_UNDERSCORE, "sub"), (_CARET, "sup")):
        text = pattern.sub(rf"<{mark}>\1\2</{mark}>", text)
    return Markup(text)


_NAMES = "alpha beta gamma delta epsilon eta theta lambda pi rho sigma tau phi psi Lambda"
_GREEK: dict[str, str] = dict(zip(_NAMES.split(), "αβγδεηθλπρστφψΛ", strict=True))
_GREEK_NAME = re.compile(rf"(?<![A-Za-z])({'|'.join(_GREEK)})(?![A-Za-z])")
_BRACKET = re.compile(r"(?:(?<=\b[A-Za-zα-ω])|(?<=\bd[a-z]))\[([^\[\]]+)()\]")
_UNDERSCORE = re.compile(r"(?:(?<=\b[A-Za-zα-ω])|(?<=\bd[a-z]))_(?:\{([^{}]+)\}|([A-Za-z0-9]+))")
_CARET = re.compile(r"(?<=\S)\^(?:\{([^{}]+)\}|(\N{MINUS SIGN}?[A-Za-z0-9]+))")
_MINUS, _PRIME = "\N{MINUS SIGN}", "\N{PRIME}"
_EXPONENT = re.compile(r"\^\(([^()]+)\)")
_MINUS_SIGN = re.compile(r"(?<= )-(?= )|(?<=[ (^{])-(?=[\w(|])|^-(?=[\w(])")
_PRIMES = re.compile(r"(?<=[α-ω])'+(?!\w)")


def full(key: str) -> Markup:
    """A reference with all that is known of where it appeared, and a link where there is one."""
    entry = references()[key]
    authors = "; ".join(words(author) for author in entry.get("author", "").split(" and ") if author)
    where = [words(entry[field]) for field in ("journal", "booktitle", "publisher", "howpublished") if field in entry]
    numbers = [f"{field} {words(entry[field])}" for field in ("volume", "number", "pages") if field in entry]
    details = ", ".join([*where, *numbers, *([entry["year"]] if "year" in entry else [])])
    details += ". " if details else ""
    link = next((Markup(text).format(entry[field]) for field, text in _LINKS.items() if field in entry), "")
    return Markup("{}<cite>{}</cite>. {}{}").format(f"{authors}: " if authors else "", title_of(key), details, link)


_LINKS = {
    "doi": '<a href="https://doi.org/{0}">doi:{0}</a>',
    "eprint": '<a href="https://arxiv.org/abs/{0}">arXiv:{0}</a>',
    "url": '<a href="{0}">{0}</a>',
}


def highlighted(source: str) -> Markup:
    """Python source as `<span>`s whose classes the style sheet colours."""
    return coloured(source, PythonLexer(stripall=True))


_PLAIN = re.compile(r'<span class="(?:n|o|p|w|err)">([^<]*)</span>')
"""What has the colour of the text."""


def coloured(source: str, lexer: Lexer) -> Markup:
    """Source of any language in the book's colours; names and signs, which have that of the text, are not marked.

    >>> from pygments.lexers import AgdaLexer
    >>> coloured("module Empty where", AgdaLexer())
    Markup('<span class="kr">module</span> Empty <span class="kr">where</span>')
    """
    written = pygments.highlight(source, lexer, HtmlFormatter(nowrap=True)).rstrip()
    return Markup(_PLAIN.sub(r"\1", written))  # what pygments writes is escaped


NAMES = {"python": "Code", "sh": "Commands", "text": "What is printed"}
"""What blocks of the tutorial are, by their language."""


def document(name: str) -> Markup:
    """A text of the book that is written in Markdown, such as its tutorial, as HTML."""
    text = (resources.files("symmetry.book") / name).read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark").enable("table")
    markdown.add_render_rule("fence", _block)
    return Markup(markdown.render(text))  # what it writes is escaped


def _block(renderer, tokens, index, options, environment) -> str:
    """A block as elsewhere in the book, one that a keyboard can scroll."""
    language, text = tokens[index].info, tokens[index].content.rstrip()
    content = highlighted(text) if language == "python" else html.escape(text)
    blocks = [token for token in tokens[:index] if token.type == "fence" and token.info == language]
    label = f"{NAMES[language]}, {len(blocks) + 1}"
    return f'<pre class="code" tabindex="0" aria-label="{label}"><code>{content}</code></pre>\n'
