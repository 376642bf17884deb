"""What formulas of derivations contain beside SymPy's own: permutations of units, signs, and families of numbers."""

import sympy


class Reordering(sympy.IndexedBase):
    """A permutation pi of the m units of a layer, Reordering("pi", (m,)): its entry pi[j] is the unit that comes to place j.

    A sum does not see the order of its terms: that over j of F[pi[j]] is that over j of F[j].
    """


class Signs(sympy.IndexedBase):
    """An array of signs: each entry is 1 or -1, so that its square is 1."""


class Every(sympy.Expr):
    """The numbers that a formula gives for every value of an index: an argument of a function of so many numbers.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> k = sympy.Idx("k", n)
    >>> Every(sympy.IndexedBase("a")[k], k)
    (a[k] for every k)
    """

    is_commutative = True

    @property
    def formula(self) -> sympy.Expr:
        return self.args[0]

    @property
    def index(self) -> sympy.Idx:
        return self.args[1]

    @property
    def free_symbols(self) -> set:
        return self.formula.free_symbols - self.index.free_symbols

    def _sympystr(self, printer) -> str:
        return f"({printer.doprint(self.formula)} for every {printer.doprint(self.index.label)})"

    def _pretty(self, printer):
        from sympy.printing.pretty.stringpict import prettyForm

        words = prettyForm(f" for every {self.index.label}")
        return prettyForm(*prettyForm(*printer._print(self.formula).right(words)).parens())

    def _latex(self, printer) -> str:
        return rf"({printer._print(self.formula)})_{{{printer._print(self.index.label)}}}"
