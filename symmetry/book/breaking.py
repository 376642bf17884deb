"""Where the LaTeX of a formula may be broken into lines: before relations and signs, and before signs in long brackets."""

import itertools
import re

OPENING = {"{", "(", "[", r"\{", r"\left", r"\begin", r"\langle", r"\bigl"}
CLOSING = {"}", ")", "]", r"\}", r"\right", r"\end", r"\rangle", r"\bigr"}
SIGNS = {"+", "-"}
FACTORS = {"/", r"\sum"}

LONG_PART = 100
"""Characters of LaTeX from which a fraction, or a power of e, is long."""

TALL = (r"\sum", r"\frac", r"\prod", r"\int")


def broken(latex: str, at: set[str], keep: bool = True) -> list[str]:
    r"""Splits before the tokens `at` that are in no bracket, and leaves them out unless `keep`.

    >>> broken("a + (b + c) + d_{i + 1}", {"+"})
    ['a', '+ (b + c)', '+ d_{i + 1}']
    """
    parts, part, depth, before = [], "", 0, ""
    for token in tokens(latex):
        name = token.strip() or token
        may_stand_first = part.strip() or not keep
        if name in at and depth == 0 and may_stand_first and not before.startswith((r"\Bigl", r"\biggl")):
            parts.append(part)
            part = token if keep else ""
        else:
            part += token
        depth = depth_after(depth, token)
        before = token.strip() or before
    return [part.strip() for part in [*parts, part] if part.strip()]


def opened(latex: str) -> str:
    r"""The formula with its outer brackets around sums and differences in a fixed size, so that a line may break
    in them.

    >>> opened(r"x \left(a + \left(b - c\right)\right)^{2} \left[i = j\right]")
    'x \\Bigl(a + \\left(b - c\\right){\\Bigr)}^{2} \\left[i = j\\right]'
    """
    found, rest = "", tokens(latex)
    depth = 0
    while rest:
        if rest[0].strip() == r"\left" and depth == 0 and (end := _end(rest, r"\left", r"\right")) + 1 < len(rest):
            found += _in_fixed_size(rest[1], rest[2:end], rest[end + 1], "".join(rest[: end + 2]))
            rest = rest[end + 2 :]
        elif rest[0] == "(" and depth == 0 and (end := _end(rest, "(", ")")) < len(rest):
            found += _in_fixed_size("(", rest[1:end], ")", "".join(rest[: end + 1]))
            rest = rest[end + 1 :]
        else:
            depth = depth_after(depth, rest[0])
            found += rest.pop(0)
    return found


def in_one_line(latex: str) -> str:
    r"""The formula with long fractions as divisions and long powers of e as exp, in brackets in which a line may break.

    >>> short, long = r"e^{a}", " + ".join("abcdefghijklmnopqrstuvwxyz")
    >>> in_one_line(rf"\frac{{{short}}}{{{long}}}") == rf"\Bigl({short}{{\Bigr)}} / \Bigl({long}{{\Bigr)}}"
    True
    >>> in_one_line(rf"\frac{{{short}}}{{b}} e^{{{long}}}") == rf"\frac{{{short}}}{{b}} \exp\Bigl({long}{{\Bigr)}}"
    True
    """
    found, rest = "", tokens(latex)
    while rest:
        token, name = rest[0], rest.pop(0).strip()
        groups = 2 if name == r"\frac" else int(name == "e" and rest[:2] == ["^", "{"])
        if groups == 1:
            rest.pop(0)
        parts = [_braced(rest) for _ in range(groups)]
        if sum(map(len, parts)) > LONG_PART:
            brackets = [_sized("(", in_one_line(part), ")") for part in parts]
            found += " / ".join(brackets) if groups == 2 else rf"\exp{brackets[0]}"
        else:
            found += token + "^" * (groups == 1) + "".join(f"{{{part}}}" for part in parts)
    return found


def _braced(rest: list[str]) -> str:
    """What the braces that come next hold, or the token that stands in their place; it is taken from the rest."""
    while rest and rest[0].isspace():
        rest.pop(0)
    if rest[:1] != ["{"]:
        return rest.pop(0) if rest else ""
    end = _end(rest, "{", "}")
    inside = "".join(rest[1:end])
    del rest[: end + 1]
    return inside


def _end(some: list[str], opens: str, closes: str) -> int:
    """The place of what closes the bracket that stands first."""
    names = [token.strip() for token in some]
    depths = itertools.accumulate((name == opens) - (name == closes) for name in names)
    return next((place for place, depth in enumerate(depths) if depth == 0), len(some))


def _in_fixed_size(left: str, inside: list[str], right: str, bracket: str) -> str:
    """A bracket with what it holds, in a fixed size unless it holds no sum or difference."""
    content = "".join(inside).strip()
    if len(broken(content, SIGNS)) < 2 and opened(content) == content:
        return bracket
    return _sized(left, content, right)


def _sized(left: str, content: str, right: str) -> str:
    # A fixed size, since a bracket in which a line may break cannot grow with what it holds, which is in several pieces.
    size = r"\bigg" if any(name in content for name in TALL) else r"\Big"
    before = "" if left == "." else f"{size}l{left}"
    after = "" if right == "." else f"{{{size}r{right}}}"  # in braces, as under a power browsers stretch nothing else
    return f"{before}{content}{after}"


def tokens(latex: str) -> list[str]:
    """The tokens of LaTeX: a command with the space that ends it, words whole, brackets of fixed size, else a character."""
    return re.findall(r"\\text\{[^{}]*\}|\\(?:bigg|Big)[lr](?:\\.|.)|\\[A-Za-z]+\s?|\\.|.", latex, flags=re.DOTALL)


def depth_after(depth: int, token: str) -> int:
    """How many brackets are open after a token."""
    token = token.strip() or token
    return max(0, depth + (token in OPENING) - (token in CLOSING))
