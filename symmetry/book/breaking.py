"""Where the LaTeX of a formula may be broken into lines: before relations and signs, and before signs in long brackets."""

import itertools
import re

OPENING = {"{", "(", "[", r"\{", r"\left", r"\begin", r"\langle", r"\bigl"}
CLOSING = {"}", ")", "]", r"\}", r"\right", r"\end", r"\rangle", r"\bigr"}
SIGNS = {"+", "-"}

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
        if rest[0].strip() == r"\left" and depth == 0:
            end = _end(rest)
            found += _in_fixed_size(rest[: end + 2])
            rest = rest[end + 2 :]
        else:
            depth = depth_after(depth, rest[0])
            found += rest.pop(0)
    return found


def _end(some: list[str]) -> int:
    r"""The place of the `\right` that belongs to the `\left` that stands first."""
    depths = itertools.accumulate((token.strip() == r"\left") - (token.strip() == r"\right") for token in some)
    return next((place for place, depth in enumerate(depths) if depth == 0), len(some))


def _in_fixed_size(bracket: list[str]) -> str:
    r"""A bracket from `\left` to what follows its `\right`, unless it holds no sum or difference."""
    _, left, *inside, _, right = bracket
    content = "".join(inside).strip()
    if len(broken(content, SIGNS)) < 2 and opened(content) == content:
        return "".join(bracket)
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
