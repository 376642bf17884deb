"""Expressions as LaTeX that reads like the statements: indices without their ranges, slopes as primes, [i = j] for deltas."""

import re

import sympy
from sympy.printing.latex import LatexPrinter, translate

SIGNS = {"=": "=", "<=": r"\leq", "<": "<"}
"""The sign of a step in LaTeX."""


def latex(expression) -> str:
    r"""An expression of a derivation as LaTeX.

    >>> i, j = sympy.Idx("i", 3), sympy.Idx("j", 3)
    >>> latex(sympy.IndexedBase("z")[i] * sympy.KroneckerDelta(i, j))
    '\\left[i = j\\right] {z}_{i}'
    >>> latex(sympy.Function("phi'")(sympy.Symbol("z")))
    "\\varphi'\\left(z \\right)"
    >>> [latex(sympy.Symbol(name)) for name in ("below1", "y_next", "epsilon")]
    ['\\mathrm{below}_{1}', 'y_{\\mathrm{next}}', '\\epsilon']
    """
    return _Printer().doprint(sympy.sympify(expression))


def equation(step) -> str:
    """A step's equation or inequality as LaTeX."""
    left, right = map(latex, step.equation)
    return f"{left} {SIGNS[step.sign]} {right}"


def _is_word(name: str) -> bool:
    """Whether a name is more than a letter, and none of those that SymPy writes as one, such as epsilon."""
    return re.fullmatch("[A-Za-z]{2,}", name) is not None and translate(name) == name


class _Printer(LatexPrinter):
    """SymPy's printer, but for what derivations are full of. SymPy finds these methods by their names."""

    def _print_Idx(self, expr) -> str:
        return self._print(expr.label)

    def _print_Symbol(self, expr, style: str = "plain") -> str:
        """Words upright, also as indices, and numbers after them as indices."""
        parts = re.fullmatch(r"([^_]*?)(?:([0-9]+)|_([a-z]+))?", expr.name)
        stem, number, index = parts.groups() if parts else ("", None, None)
        if not _is_word(stem) and not _is_word(index or ""):
            return super()._print_Symbol(expr, style)
        named = [rf"\mathrm{{{part}}}" if _is_word(part) else translate(part) for part in (stem, index or number or "")]
        return f"{named[0]}_{{{named[1]}}}" if named[1] else named[0]

    def _print_KroneckerDelta(self, expr, exp=None) -> str:
        i, j = expr.args
        bracket = rf"\left[{self._print(i)} = {self._print(j)}\right]"
        return bracket if exp is None else f"{bracket}^{{{exp}}}"

    def _print_Subs(self, subs) -> str:
        expr, old, new = subs.args
        places = ", ".join(f"{self._print(o)} = {self._print(n)}" for o, n in zip(old, new, strict=True))
        return rf"\left. {self._print(expr)} \right|_{{{places}}}"

    def _print_Function(self, expr, exp=None) -> str:
        """Arguments in no braces, which are invisible, so that a line may break in a long bracket."""
        text = super()._print_Function(expr, exp)
        name, brace, arguments = text.partition(r"{\left(")
        return rf"{name}\left({arguments.removesuffix('}')}" if brace and text.endswith(r"\right)}") else text

    def _hprint_Function(self, func: str) -> str:
        stem = func.rstrip("'")
        primes = func[len(stem) :]
        if stem == "phi":
            return rf"\varphi{primes}"
        return super()._hprint_Function(stem) + primes
