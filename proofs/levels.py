"""Many SymPy formulas at once, on arrays: level by level, and on each level one call for all operations of a kind.

Compiled one by one, the operations of a formula for every weight would take many times as long to compile.
"""

import dataclasses
import operator
from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import sympy

from symmetry.array import Array

ARITHMETIC: Mapping[str, Callable[..., Array]] = {"Add": operator.add, "Mul": operator.mul, "Neg": operator.neg}


@dataclasses.dataclass(frozen=True)
class Levels:
    """Formulas as operations on a row of numbers, to which each level appends its results.

    Attributes:
        numbers: the integers in the formulas.
        operations: of every level, the operations of each kind: an array of places in the row for each operand.
        results: the places of the formulas' values.
    """

    numbers: Sequence[int]
    operations: Sequence[Mapping[str, np.ndarray]]
    results: np.ndarray

    def __call__(self, row: Array, functions: Mapping[str, Callable[..., Array]]) -> Array:
        """The values of the formulas, from a row of the arguments and then `numbers`; functions take rows."""
        calls = {**ARITHMETIC, **functions}
        for level in self.operations:
            found = [calls[kind](*[row[each] for each in places]) for kind, places in level.items()]
            row = concatenated([row, *found])
        return row[self.results]


def in_levels(formulas: Sequence[sympy.Expr], arguments: Sequence[sympy.Symbol]) -> Levels:
    """Formulas made of the arguments, integers, sums, products, whole powers and functions of these.

    >>> x, y = sympy.symbols("x y")
    >>> levels = in_levels([x * y + 2, sympy.Function("f")(x * y)], [x, y])
    >>> [list(level) for level in levels.operations]
    [['Mul'], ['Add', 'f']]
    >>> levels(np.array([3, 5, *levels.numbers]), {"f": lambda z: -z}).tolist()
    [17, -15]
    """
    numbers = sorted({int(number) for formula in formulas for number in formula.atoms(sympy.Integer)})
    nodes = {atom: place for place, atom in enumerate([*arguments, *map(sympy.Integer, numbers)])}
    operations: dict[tuple[str, tuple[int, ...]], int] = {}

    def made(kind: str, *operands: int) -> int:
        return operations.setdefault((kind, operands), leaves + len(operations))

    def node(formula: sympy.Expr) -> int:
        if formula not in nodes:
            nodes[formula] = computed(formula)
        return nodes[formula]

    def computed(formula: sympy.Expr) -> int:
        if formula.is_Mul and formula.args[0] == -1:
            return made("Neg", node(-formula))
        if formula.is_Add or formula.is_Mul:
            return combined(formula.func.__name__, list(map(node, formula.args)))
        if formula.is_Pow and formula.exp.is_Integer and formula.exp > 0:
            return combined("Mul", [node(formula.base)] * int(formula.exp))
        if formula.is_Function:
            return made(formula.func.__name__, *map(node, formula.args))
        raise TypeError(f"{formula} is no sum, product, whole power or function, so it cannot be computed on levels.")

    def combined(kind: str, operands: list[int]) -> int:
        while len(operands) > 1:  # in pairs, which takes few levels
            operands = [
                made(kind, *pair) if len(pair) > 1 else pair[0]
                for pair in (operands[start : start + 2] for start in range(0, len(operands), 2))
            ]
        return operands[0]

    leaves = len(nodes)
    shared, rest = sympy.cse(formulas)
    for symbol, formula in shared:
        nodes[symbol] = node(formula)
    results = [node(formula) for formula in rest]
    return _ordered(numbers, leaves, list(operations), results)


def _ordered(
    numbers: Sequence[int], leaves: int, operations: Sequence[tuple[str, tuple]], results: list[int]
) -> Levels:
    """Operations by level and kind, each of which names the operands among the leaves and the operations before it."""
    depth = [0] * leaves
    levels: list[dict[str, list[int]]] = []
    for node, (kind, operands) in enumerate(operations, leaves):
        depth.append(1 + max(depth[each] for each in operands))
        if depth[node] > len(levels):
            levels.append({})
        levels[depth[node] - 1].setdefault(kind, []).append(node)
    order = [*range(leaves), *(node for level in levels for nodes in level.values() for node in nodes)]
    places = np.argsort(order)
    return Levels(
        numbers,
        [
            {kind: places[[operations[node - leaves][1] for node in nodes]].T for kind, nodes in level.items()}
            for level in levels
        ],
        places[results],
    )


def concatenated(rows: Sequence[Array]) -> Array:
    """One row of all the numbers."""
    return jax.tree.map(lambda *parts: jnp.concatenate(parts), *rows)
