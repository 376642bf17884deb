"""A step's equation as two-dimensional text for a terminal."""

import sympy

from symmetry.wording import wrapped

SIGNS = {"=": ("Eq", "equals"), "<=": ("Le", "is at most"), "<": ("Lt", "is less than")}
"""The sign of a step as SymPy and a sentence have it."""


def as_text(step, width: int) -> str:
    """The equation on one line if it fits, else the right side below the left one."""
    left, right = map(sympy.sympify, step.equation)
    relation, words = SIGNS[step.sign]
    whole = _drawn(getattr(sympy, relation)(left, right, evaluate=False))
    if _columns(whole) <= width:
        return whole
    return f"{_fitting(left, width)}\n\n{words}\n\n{_fitting(right, width)}"


def _drawn(expression) -> str:
    text = sympy.pretty(expression, use_unicode=True, wrap_line=False)
    return "\n".join(line.rstrip() for line in text.splitlines())


def _fitting(expression, width: int) -> str:
    """One side, written along a line where it is too wide to be drawn."""
    text = _drawn(expression)
    return text if _columns(text) <= width else wrapped(sympy.sstr(expression), width)


def _columns(text: str) -> int:
    return max(map(len, text.splitlines()))
