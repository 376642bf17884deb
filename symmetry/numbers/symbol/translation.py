"""SymPy's formulas as functions of numbers of another system."""

from collections.abc import Callable, Mapping, Sequence

import sympy

from symmetry.array import Array


def translated(
    expression: sympy.Expr,
    arguments: Sequence[sympy.Symbol],
    functions: Mapping[str, Callable],
    enclosure: Callable[[sympy.Expr, Array], Array],
) -> Callable:
    """A SymPy expression as a function of numbers of another system.

    Args:
        expression: what to compute; a two-sided piece becomes a call of `left_or_right(z, left, right)`.
        arguments: its symbols, in the order in which the function will take them.
        functions: what its function names mean.
        enclosure: from a constant that is not a dyadic fraction, and an argument, the number to use.
    """
    constants: dict[sympy.Expr, sympy.Symbol] = {}
    prepared = _prepared(sympy.sympify(expression), constants)
    code = sympy.lambdify([*arguments, *constants.values()], prepared, modules=[dict(functions)], cse=True)

    def evaluate(*numbers: Array) -> Array:
        return code(*numbers, *[enclosure(constant, numbers[0]) for constant in constants])

    return evaluate


def _prepared(node, constants: dict[sympy.Expr, sympy.Symbol]):
    """The expression with its inexact constants named and its two-sided pieces made calls."""
    if not node.free_symbols:
        if node.is_Rational and node.q & (node.q - 1) == 0:
            return node
        return constants.setdefault(node, sympy.Symbol(f"constant_{len(constants)}", real=True))
    if isinstance(node, sympy.Piecewise):
        (left, condition), (right, _) = node.args
        parts = [_prepared(part, constants) for part in (condition.lhs - condition.rhs, left, right)]
        return sympy.Function("left_or_right")(*parts)
    if isinstance(node, sympy.Pow):
        return sympy.Pow(_prepared(node.base, constants), node.exp)
    return node.func(*[_prepared(part, constants) for part in node.args]) if node.args else node
