"""Rules of decompositions of matrices and of Fourier transforms: stacks of them pass, and their own axes freeze."""

from symmetry.discovery.axes import Axes
from symmetry.discovery.rules.equation import Equation, Rule, unify_all
from symmetry.discovery.values import Value

MATRICES = """
cholesky eig eigh geqp3 geqrf hessenberg householder_product lu ormqr qr schur svd symmetric_product
triangular_solve tridiagonal
"""


def _matrices(equation: Equation, *operands: Value) -> list[Axes]:
    stack = len(operands[0].axes) - 2
    return _stacked(equation, stack, operands)


def _fourier(equation: Equation, operand: Value) -> list[Axes]:
    return _stacked(equation, len(operand.axes) - len(equation.params["fft_lengths"]), (operand,))


def _stacked(equation: Equation, stack: int, operands: tuple[Value, ...]) -> list[Axes]:
    """The first axes are the stack, which all operands and results share."""
    shared = tuple(unify_all(*same) for same in zip(*[operand.axes[:stack] for operand in operands], strict=True))
    for operand in operands:
        equation.freeze(*operand.axes[stack:])
    return [shared + equation.all_fixed(shape[stack:]) for shape in equation.shapes]


LINEAR_ALGEBRA: dict[str, Rule] = {**dict.fromkeys(MATRICES.split(), _matrices), "fft": _fourier}
