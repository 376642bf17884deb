"""LaTeX as MathML that wraps: a long formula is several `<math>` elements, so that a narrow screen can break between them."""

import functools
import re
from xml.etree import ElementTree

import latex2mathml.converter
from markupsafe import Markup, escape

LONG = 30
"""Characters of LaTeX from which a formula may be broken before its relations."""

VERY_LONG = 70
"""Characters from which a piece may be broken before a sum or a difference, too."""

ON_A_TELEPHONE = 20
"""Letters and signs of a part that surely fits the screen of a telephone."""

RELATIONS = {"=", "<", ">", r"\leq", r"\geq", r"\neq", r"\Rightarrow", r"\iff", r"\to"}
SIGNS = {"+", "-"}
SPACES = {r"\;"}
WIDE_SPACES = {r"\quad", r"\qquad"}
OPENING = {"{", "(", "[", r"\{", r"\left", r"\begin", r"\langle", r"\bigl", r"\Bigl"}
CLOSING = {"}", ")", "]", r"\}", r"\right", r"\end", r"\rangle", r"\bigr", r"\Bigr"}


@functools.cache
def formula(latex: str) -> Markup:
    r"""A formula as a `<span>` of MathML and, where it has them, words.

    >>> formula(r"a \text{ for all } b").striptags()
    'a for all b'
    """
    parts = [
        escape(content) if kind == "text" else Markup(_mathml(content))  # what latex2mathml writes is escaped
        for kind, content in _pieces(latex)
    ]
    return Markup('<span class="formula">{}</span>').format(Markup(" ").join(parts))


def may_scroll(latex: str) -> bool:
    """Whether a part of a formula may be wider than a telephone's screen, so that a keyboard must be able to scroll it.

    >>> may_scroll("a = b"), may_scroll(" ".join("abcdefghijklmnopqrstuvwxyz"))
    (False, True)
    """
    parts = [Markup(_mathml(content)).striptags() for kind, content in _pieces(latex) if kind == "math"]
    return any(len("".join(part.split())) > ON_A_TELEPHONE for part in parts)


@functools.cache
def _mathml(latex: str) -> str:
    """One `<math>` element; a relation or a sign that it begins with is spaced as between two sides."""
    infix = _tokens(latex)[0].strip() in RELATIONS | SIGNS
    text = latex2mathml.converter.convert(("{} " if infix else "") + latex, display="block")
    math = ElementTree.fromstring(text.replace(_NAMESPACE, ""))
    math.attrib = {"displaystyle": "true"}
    for parent in list(math.iter()):
        for child in list(parent):
            if child.tag == "mo" and not child.text:  # what an empty bracket leaves
                parent.remove(child)
        if parent.tag == "mo" and parent.text in _UNSPACED:
            parent.attrib |= {"lspace": "0.28em", "rspace": "0.28em"}
        if parent.tag in _LIMITS and parent[0].text in ("\N{N-ARY SUMMATION}", "\N{N-ARY PRODUCT}"):
            parent.tag = _LIMITS[parent.tag]
    return ElementTree.tostring(math, encoding="unicode")


_UNSPACED = ("\N{LONG LEFT RIGHT DOUBLE ARROW}", "\N{LONG RIGHTWARDS DOUBLE ARROW}")
"""Relations that browsers do not know to be some."""

_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
"""Sums carry their limits above and below, in brackets too."""


def _pieces(latex: str) -> list[tuple[str, str]]:
    r"""The parts of a formula between which a line may break, each ("math", LaTeX) or ("text", words).

    >>> _pieces(r"f(x) = 0 \text{ for } x > 0, \quad g = 1")
    [('math', 'f(x)'), ('math', '= 0'), ('text', 'for'), ('math', 'x'), ('math', '> 0,'), ('math', '\\quad g'), ('math', '= 1')]
    """
    latex = "".join(r"\;" if token == "\\ " else token for token in _tokens(latex))  # which survives being stripped
    parts: list[tuple[str, str]] = []
    for kind, content in _words_apart(latex):
        if kind == "text":
            parts.append((kind, content))
            continue
        content, stop = _stop_apart(content)
        if stop and parts:
            parts[-1] = (parts[-1][0], parts[-1][1] + stop)
        for phrase in _broken(content, SPACES, keep=False):
            lines = _broken(phrase, RELATIONS | WIDE_SPACES if len(latex) > LONG else WIDE_SPACES)
            for line in lines:
                terms = _broken(line, SIGNS) if len(line) > VERY_LONG else [line]
                parts += [("math", term) for term in terms if term not in WIDE_SPACES]
    return parts


def _stop_apart(latex: str) -> tuple[str, str]:
    """What follows a comma, colon or semicolon that stands first, and the stop."""
    stop = latex[:1] if latex[:1] in ",;:" else ""
    return latex.removeprefix(stop).strip(), stop


def _words_apart(latex: str) -> list[tuple[str, str]]:
    r"""Splits at each `\text{...}` that stands by itself."""
    found, math, depth, before = [], "", 0, ""
    tokens = iter(_tokens(latex))
    for token in tokens:
        if token.startswith(r"\text{") and depth == 0 and before not in ("_", "^"):
            words = token.removeprefix(r"\text{").removesuffix("}").strip()
            found += [("math", math.strip()), ("text", words)]
            math = ""
        else:
            math += token
            depth = _depth(depth, token)
        before = token.strip() or before
    found.append(("math", math.strip()))
    return [(kind, content) for kind, content in found if content]


def _broken(latex: str, at: set[str], keep: bool = True) -> list[str]:
    r"""Splits before the tokens `at` that are in no bracket, and leaves them out unless `keep`.

    >>> _broken("a + (b + c) + d_{i + 1}", {"+"})
    ['a', '+ (b + c)', '+ d_{i + 1}']
    """
    parts, part, depth = [], "", 0
    for token in _tokens(latex):
        if (token.strip() or token) in at and depth == 0 and (part.strip() or not keep):
            parts.append(part)
            part = token if keep else ""
        else:
            part += token
        depth = _depth(depth, token)
    return [part.strip() for part in [*parts, part] if part.strip()]


def _tokens(latex: str) -> list[str]:
    """The tokens of LaTeX: a command with the space that ends it, words whole, else a character."""
    return re.findall(r"\\text\{[^{}]*\}|\\[A-Za-z]+\s?|\\.|.", latex, flags=re.DOTALL)


def _depth(depth: int, token: str) -> int:
    token = token.strip() or token
    return max(0, depth + (token in OPENING) - (token in CLOSING))
