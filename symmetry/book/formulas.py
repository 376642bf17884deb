"""LaTeX as MathML that wraps: a long formula is several `<math>` elements, so that a narrow screen can break between them."""

import functools
import itertools
from xml.etree import ElementTree

from markupsafe import Markup

from symmetry.book.breaking import FACTORS, SIGNS, broken, depth_after, in_one_line, opened, tokens
from symmetry.book.mathml import mathml

LONG = 30
"""Characters of LaTeX from which a formula may be broken before its relations."""

VERY_LONG = 70
"""Characters from which a piece may be broken before a sum or a difference, too."""

WIDE = 32
"""Letters and signs of a piece from which it may be broken in its brackets, too."""

TOO_WIDE = 120
"""Letters and signs of a piece from which its long fractions are divisions, so that it may be broken there, too."""

A_LINE = 64
"""Letters and signs of an equation that surely does not fit one line."""

ON_A_TELEPHONE = 20
"""Letters and signs of a part that surely fits the screen of a telephone."""

RELATIONS = {"=", "<", ">", r"\leq", r"\geq", r"\neq", r"\Rightarrow", r"\iff", r"\to"}
SPACES = {r"\;"}
WIDE_SPACES = {r"\quad", r"\qquad"}


@functools.cache
def formula(latex: str) -> Markup:
    r"""A formula as a `<span>` of MathML and, where it has them, words.

    >>> formula(r"a \text{ for all } b").striptags()
    'a for all b'

    Raises:
        ValueError: the LaTeX cannot be read, or holds what is no part of a formula.
    """
    pieces = _pieces(latex)
    in_two_lines = _in_two_lines(pieces)
    parts = Markup("")
    for place, (kind, content) in enumerate(pieces):
        if place:
            parts += _gap(pieces[place - 1][1], kind, content, in_two_lines)
        parts += content if kind == "text" else Markup(_mathml(content))  # elements of MathML alone
    return Markup('<span class="formula">{}</span>').format(parts)


def _gap(before: str, kind: str, content: str, in_two_lines: bool) -> Markup:
    """What stands between two pieces: a relation or a sign brings its own space with it."""
    if kind == "math" and in_two_lines and _begins_with(content, RELATIONS):
        return Markup("<br>")
    return Markup("<wbr>" if kind == "math" and (_is_infix(content) or before in RELATIONS) else " ")


def _in_two_lines(pieces: list[tuple[str, str]]) -> bool:
    """Whether the right side of an equation begins a line, because the two sides would not fit one."""
    relations = [content for kind, content in pieces if kind == "math" and _begins_with(content, RELATIONS)]
    return len(relations) == 1 and sum(_width(content) for kind, content in pieces if kind == "math") > A_LINE


def _begins_with(latex: str, some: set[str]) -> bool:
    return tokens(latex)[0].strip() in some


def _is_infix(latex: str) -> bool:
    return _begins_with(latex, RELATIONS | SIGNS)


def may_scroll(latex: str) -> bool:
    """Whether a part of a formula may be wider than a telephone's screen, so that a keyboard must be able to scroll it.

    >>> may_scroll("a = b"), may_scroll(" ".join("abcdefghijklmnopqrstuvwxyz"))
    (False, True)
    """
    return any(_width(content) > ON_A_TELEPHONE for kind, content in _pieces(latex) if kind == "math")


@functools.cache
def _mathml(latex: str) -> str:
    """One `<math>` element; a relation or a sign that it begins with is spaced as between two sides."""
    math = mathml(("{} " if _is_infix(latex) else "") + latex)
    math.attrib = {"displaystyle": "true"}
    for parent in list(math.iter()):
        for child in list(parent):
            if child.tag == "mo" and not child.text:  # what an empty bracket leaves
                parent.remove(child)
        if parent.text in _UNSPACED:
            parent.tag = "mo"
            parent.attrib |= {"lspace": "0.28em", "rspace": "0.28em"}
        if parent.tag in _LIMITS and parent[0].text in ("\N{N-ARY SUMMATION}", "\N{N-ARY PRODUCT}"):
            parent.tag = _LIMITS[parent.tag]
        for before, sign in itertools.pairwise(parent):  # a sign belongs to what follows it here, not between two
            if sign.tag == before.tag == "mo" and sign.text in _EITHER and before.text in _BEFORE_A_PREFIX:
                sign.set("form", "prefix")
    return ElementTree.tostring(math, encoding="unicode")


_EITHER = ("+", "\N{MINUS SIGN}")
_BEFORE_A_PREFIX = (*"([{,;=<>", "\N{LESS-THAN OR EQUAL TO}", "\N{GREATER-THAN OR EQUAL TO}", "\N{NOT EQUAL TO}")
"""A sign after one of these belongs to what follows it, though browsers space it as between two."""

_UNSPACED = ("\N{LONG LEFT RIGHT DOUBLE ARROW}", "\N{LONG RIGHTWARDS DOUBLE ARROW}")
"""Relations that neither latex2mathml nor browsers know to be some."""

_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
"""Sums carry their limits above and below, in brackets too."""


def _pieces(latex: str) -> list[tuple[str, str]]:
    r"""The parts of a formula between which a line may break, each ("math", LaTeX) or ("text", words).

    >>> _pieces(r"f(x) = 0 \text{ for } x > 0, \quad g = 1")
    [('math', 'f(x)'), ('math', '= 0'), ('text', 'for'), ('math', 'x'), ('math', '> 0,'), ('math', '\\quad g'), ('math', '= 1')]
    """
    latex = "".join(r"\;" if token == "\\ " else token for token in tokens(latex))  # which survives being stripped
    parts: list[tuple[str, str]] = []
    for kind, content in _words_apart(latex):
        if kind == "text":
            parts.append((kind, content))
            continue
        stop = content[:1] if content[:1] in ",;:" else ""
        content = content.removeprefix(stop).strip()
        if stop and parts:
            parts[-1] = (parts[-1][0], parts[-1][1] + stop)
        for phrase in broken(content, SPACES, keep=False):
            for line in broken(phrase, RELATIONS | WIDE_SPACES if len(latex) > LONG else WIDE_SPACES):
                parts += [("math", term) for term in _terms(line) if term not in WIDE_SPACES]
    return parts


def _terms(line: str) -> list[str]:
    """A piece broken before its sums and differences, if it is long; also in its brackets, if a term is still too wide."""
    terms = broken(line, SIGNS) if len(line) > VERY_LONG else [line]
    found = []
    for term in terms:
        inside = opened(term)
        if _width(term) <= WIDE or (inside == term and _width(term) <= TOO_WIDE):
            found.append(term)
        elif inside != term:
            found += _terms(inside)
        else:
            factors = broken(in_one_line(term), FACTORS)
            found += [each for factor in factors for each in (_terms(factor) if factor != term else [factor])]
    return found


def _width(latex: str) -> int:
    """Letters and signs that are seen."""
    return len("".join(Markup(_mathml(latex)).striptags().split()))


def _words_apart(latex: str) -> list[tuple[str, str]]:
    r"""Splits at each `\text{...}` that stands by itself."""
    found, math, depth, before = [], "", 0, ""
    for token in tokens(latex):
        if token.startswith(r"\text{") and depth == 0 and before not in ("_", "^"):
            words = token.removeprefix(r"\text{").removesuffix("}").strip()
            found += [("math", math.strip()), ("text", words)]
            math = ""
        else:
            math += token
            depth = depth_after(depth, token)
        before = token.strip() or before
    found.append(("math", math.strip()))
    return [(kind, content) for kind, content in found if content]
