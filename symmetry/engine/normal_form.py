"""A normal form for indexed sums with symbolic widths: two expressions are equal if their normal forms are.

SymPy's own `simplify` does not equate sums that differ by the name or order of their indices, and leaves Kronecker
deltas in piecewise form. Here an expression becomes a list of terms, each a product under bound indices; deltas
collapse only where the two indices have one range; bound indices are renamed in one order.
"""

import itertools
from collections import defaultdict
from typing import NamedTuple

import sympy
from sympy import Add, Expr, Idx, KroneckerDelta, Mul, Pow, Sum


class Term(NamedTuple):
    """A product of factors, summed over its bound indices."""

    product: Expr
    bound: tuple[Idx, ...]


def difference(left: Expr, right: Expr) -> Expr:
    """The normal form of left - right: 0 if and only if they are equal as sums of products.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> i, j = Idx("i", n), Idx("j", n)
    >>> x = sympy.IndexedBase("x")
    >>> difference(Sum(x[i] * KroneckerDelta(i, j), (i, 0, n - 1)), x[j])
    0
    >>> difference(Sum(x[i], (i, 0, n - 1)), n * x[j]) == 0
    False
    """
    return normal_form(left - right)


def normal_form(expression: Expr) -> Expr:
    """The expression as one sum of canonical terms."""
    collected: dict[tuple, Expr] = defaultdict(lambda: sympy.S.Zero)
    for term in _terms(_differentiated(sympy.sympify(expression))):
        term = _without_idle_indices(_collapsed(term))
        coefficient, product = term.product.as_coeff_Mul()
        collected[_renamed(Term(product, term.bound))] += coefficient
    parts = []
    for (product, bound), coefficient in collected.items():
        if coefficient != 0:
            limits = [(index, index.lower, index.upper) for index in bound]
            parts.append(coefficient * (Sum(product, *limits) if limits else product))
    return Add(*parts)


def _differentiated(expression: Expr) -> Expr:
    """Derivatives along a curve, written d/de at e = 0, carried out."""

    def carry_out(node):
        derivative = node.expr
        value = derivative.expr
        for symbol, count in derivative.variable_count:
            value = value.diff(symbol, count)
        return value.subs(dict(zip(node.variables, node.point, strict=True)))

    return expression.replace(lambda node: isinstance(node, sympy.Subs), carry_out)


def _terms(expression: Expr) -> list[Term]:
    if isinstance(expression, Add):
        return [term for part in expression.args for term in _terms(part)]
    if isinstance(expression, Mul):
        return _product([_terms(factor) for factor in expression.args])
    if isinstance(expression, Pow) and expression.exp.is_Integer and expression.exp > 0 and not expression.base.is_Atom:
        return _product([_terms(expression.base) for _ in range(int(expression.exp))])
    if isinstance(expression, Sum):
        body, bound = _fresh(expression)
        return [Term(term.product, (*bound, *term.bound)) for term in _terms(body)]
    if expression.args and not isinstance(expression, sympy.Indexed | KroneckerDelta | Idx):
        return [
            Term(
                expression.func(*[normal_form(part) if isinstance(part, Expr) else part for part in expression.args]),
                (),
            )
        ]
    return [Term(expression, ())]


def _product(factors: list[list[Term]]) -> list[Term]:
    return [
        Term(Mul(*[term.product for term in chosen]), tuple(index for term in chosen for index in term.bound))
        for chosen in itertools.product(*factors)
    ]


def _fresh(total: Sum) -> tuple[Expr, tuple[Idx, ...]]:
    """The body of a sum with a new index for every bound one, so that no two sums share an index."""
    body, bound = total.function, []
    for index, lower, upper in total.limits:
        new = Idx(sympy.Dummy(integer=True), (lower, upper))
        body = body.xreplace({index: new})
        bound.append(new)
    return body, tuple(bound)


def _range(index: Expr) -> tuple | None:
    return (index.lower, index.upper) if isinstance(index, Idx) else None


def _collapsed(term: Term) -> Term:
    """Each Kronecker delta with a bound index is used up, where both its indices run over the same range."""
    product, bound = term
    for delta in product.atoms(KroneckerDelta):
        for index, other in (delta.args, delta.args[::-1]):
            if index in bound and _range(index) == _range(other) and product.has(delta):
                factors = [factor for factor in Mul.make_args(product) if factor != delta]
                if len(factors) == len(Mul.make_args(product)):
                    continue
                rest = Mul(*factors).xreplace({index: other})
                return _collapsed(Term(rest, tuple(kept for kept in bound if kept != index)))
    return Term(product, bound)


def _without_idle_indices(term: Term) -> Term:
    idle = [index for index in term.bound if not term.product.has(index)]
    sizes = [index.upper - index.lower + 1 for index in idle]
    return Term(sympy.expand(Mul(term.product, *sizes)), tuple(index for index in term.bound if index not in idle))


def _renamed(term: Term) -> tuple[Expr, tuple[Idx, ...]]:
    """The term with its bound indices renamed, in the order that gives the first of all possible products."""
    candidates = []
    for order in itertools.permutations(term.bound):
        names = {index: Idx(f"_{place}", _range(index)) for place, index in enumerate(order)}
        product = term.product.xreplace(names)
        candidates.append((sympy.srepr(product), product, tuple(names.values())))
    return min(candidates, key=lambda candidate: (candidate[0], str(candidate[2])))[1:]
