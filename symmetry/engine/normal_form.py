"""A normal form for indexed sums with symbolic widths: two expressions are equal if their normal forms are.

SymPy's own `simplify` does not equate sums that differ by the name or order of their indices, and leaves Kronecker
deltas in piecewise form. Here an expression becomes a list of terms, each a product under bound indices; deltas
collapse only where the two indices have one range; bound indices are renamed in one order. A delta is 0 or 1, so a function
g of one is delta g(1) + (1 - delta) g(0).
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import sympy
from sympy import Add, Expr, Idx, KroneckerDelta, Mul, Pow, Sum

from symmetry.engine.formulas import Every, Reordering, Signs


class Term(NamedTuple):
    """A product of factors, summed over its bound indices."""

    product: Expr
    bound: tuple[Idx, ...]


Pair: TypeAlias = tuple[Expr, Expr]


def difference(left: Expr, right: Expr, distinct: Iterable[Pair] = ()) -> Expr:
    """The normal form of left - right: 0 if and only if they are equal as sums of products.

    `distinct` lists pairs of indices that are different.

    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> i, j = Idx("i", n), Idx("j", n)
    >>> x = sympy.IndexedBase("x")
    >>> difference(Sum(x[i] * KroneckerDelta(i, j), (i, 0, n - 1)), x[j])
    0
    >>> difference(Sum(x[i], (i, 0, n - 1)), n * x[j]) == 0
    False
    """
    return normal_form(left - right, distinct)


def normal_form(expression: Expr, distinct: Iterable[Pair] = ()) -> Expr:
    """The expression as one sum of canonical terms."""
    apart = {KroneckerDelta(*pair): sympy.S.Zero for pair in distinct}
    return _normal_form(_differentiated(sympy.sympify(expression)), apart)


Apart: TypeAlias = dict[Expr, Expr]
"""The deltas of indices that are different, each with its value, 0."""


def _normal_form(expression: Expr, apart: Apart) -> Expr:
    collected: dict[tuple, Expr] = defaultdict(lambda: sympy.S.Zero)
    for term in _terms(expression, apart):
        term = _without_idle_indices(_reordered(_with_signs_squared(_collapsed(term, apart))))
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


def _terms(expression: Expr, apart: Apart) -> list[Term]:
    if isinstance(expression, Add):
        return [term for part in expression.args for term in _terms(part, apart)]
    if isinstance(expression, Mul):
        return _product([_terms(factor, apart) for factor in expression.args])
    if isinstance(expression, Pow) and expression.exp.is_Integer and expression.exp > 0 and not expression.base.is_Atom:
        return _product([_terms(expression.base, apart) for _ in range(int(expression.exp))])
    if isinstance(expression, Sum):
        body, bound = _fresh(expression)
        return [Term(term.product, (*bound, *term.bound)) for term in _terms(body, apart)]
    if expression.args and not isinstance(expression, sympy.Indexed | KroneckerDelta | Idx):
        return _terms_of_function(expression, apart)
    return [Term(expression.xreplace(apart), ())]


def _terms_of_function(expression: Expr, apart: Apart) -> list[Term]:
    """A function of sums, its arguments in normal form; of a delta, its values where the indices are equal and where not."""
    parts = [_normal_form(part, apart) if isinstance(part, Expr) else part for part in expression.args]
    normal = expression.func(*parts)
    bound = {limit[0] for each in normal.atoms(Sum) for limit in each.limits}
    bound |= {each.index for each in normal.atoms(Every)}
    deltas = sorted((delta for delta in normal.atoms(KroneckerDelta) if not bound & set(delta.args)), key=str)
    if not deltas:
        return [Term(normal, ())]
    delta = deltas[0]
    equal, unequal = normal.xreplace({delta: sympy.S.One}), normal.xreplace({delta: sympy.S.Zero})
    if (index := _replaced_index(delta)) is not None:
        equal = equal.xreplace(index).xreplace(apart)
    return _terms(delta * equal + (1 - delta) * unequal, apart)


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


def _replaced_index(delta: Expr) -> dict[Expr, Expr] | None:
    """The later of a delta's two indices, with the earlier one in its place, if they run over the same range."""
    earlier, later = sorted(delta.args, key=str)
    return {later: earlier} if _range(later) is not None and _range(earlier) == _range(later) else None


def _collapsed(term: Term, apart: Apart) -> Term:
    """Each Kronecker delta with a bound index is used up, where both its indices run over the same range.

    Beside a delta of two free indices, the later index is replaced by the earlier.
    """
    product, bound = term
    for delta in sorted(product.atoms(KroneckerDelta), key=str):
        factors = [factor for factor in Mul.make_args(product) if factor != delta]
        if len(factors) == len(Mul.make_args(product)) or _replaced_index(delta) is None:
            continue
        for index, other in (delta.args, delta.args[::-1]):
            if index in bound:
                rest = Mul(*factors).xreplace({index: other}).xreplace(apart)
                return _collapsed(Term(rest, tuple(kept for kept in bound if kept != index)), apart)
        rest = Mul(*factors)
        if any(rest.xreplace({one: other}).xreplace(apart) == 0 for one, other in (delta.args, delta.args[::-1])):
            return Term(sympy.S.Zero, ())
        if (replaced := rest.xreplace(_replaced_index(delta))) != rest:
            return _collapsed(Term(delta * replaced, bound), apart)
    return Term(product, bound)


def _with_signs_squared(term: Term) -> Term:
    """The product with the square of every sign left out."""

    def is_power(node: Expr) -> bool:
        return isinstance(node, Pow) and isinstance(getattr(node.base, "base", None), Signs) and node.exp.is_Integer

    return Term(term.product.replace(is_power, lambda node: node.base ** (node.exp % 2)), term.bound)


def _reordered(term: Term) -> Term:
    """Where all terms of a sum are permuted alike, the permutation left out."""
    product, bound = term
    for node in sorted(product.atoms(sympy.Indexed), key=str):
        (index, *_), place = node.indices, sympy.Dummy(integer=True)
        if isinstance(node.base, Reordering) and index in bound and index.upper + 1 == node.base.shape[0]:
            rest = product.xreplace({node: place})
            product = product if rest.has(index) else rest.xreplace({place: index})
    return Term(product, bound)


def _without_idle_indices(term: Term) -> Term:
    idle = [index for index in term.bound if not term.product.has(index)]
    sizes = [index.upper - index.lower + 1 for index in idle]
    return Term(sympy.expand(Mul(term.product, *sizes)), tuple(index for index in term.bound if index not in idle))


def _renamed(term: Term) -> tuple[Expr, tuple[Idx, ...]]:
    """The term with its bound indices renamed, in the order that gives the first of all possible products.

    Indices of different ranges never change places. The names go on from those that sums inside functions have.
    """
    inside = [limit[0] for each in term.product.atoms(Sum) for limit in each.limits]
    start = 1 + max([int(str(index.label).removeprefix("_")) for index in inside], default=-1)
    by_range = itertools.groupby(sorted(term.bound, key=lambda index: str(_range(index))), key=_range)
    orders = [list(itertools.permutations(group)) for _, group in by_range]
    candidates = []
    for chosen in itertools.product(*orders):
        order = [index for group in chosen for index in group]
        names = {index: Idx(f"_{place}", _range(index)) for place, index in enumerate(order, start)}
        product = term.product.xreplace(names)
        candidates.append((sympy.srepr(product), product, tuple(names.values())))
    return min(candidates, key=lambda candidate: (candidate[0], str(candidate[2])))[1:]
