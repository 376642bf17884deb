"""Faults of what is counted: ranks of Jacobians, families of critical points, permutations that keep a mask."""

from tests.faults.fault import Fault
from tests.faults.one_line import Place

RANKS = Place("rank", "proofs.exact_ranks", "FDIM.1")
DIMENSION = Place("rank", "proofs.functional_dimension", "FDIM.2")
COPIES = Place("count", "proofs.wider_critical_points", "COUNT.1")
MASKS = Place("mask", "proofs.masks", "ASYM.1")

REDUCED = "return flint.nmod_mat(rows, columns, [int(entry) % PRIME for entry in matrix.ravel()], PRIME).rank()"
ERROR = "outputs * 0 + (np.arange(outputs.shape[1]) == self.index).astype(int)"
DRAWN = "generator.integers(1 - below, below, shape)"
SHARES = "1 + copies * (copies - 1) // 2"
SAME = "all((one.weight == other).all() for one, other in zip(moved.layers, masks, strict=True))"

OF_RANKS = [
    RANKS.fault("a rank of full size", REDUCED, "return min(rows, columns)"),
    RANKS.fault("rows that are not 0 counted", REDUCED, "return int((matrix != 0).any(axis=1).sum())"),
    RANKS.fault("a rank modulo 2", REDUCED, REDUCED.replace("PRIME", "2")),
    RANKS.fault("a rank of the transposed reading", REDUCED, REDUCED.replace("nmod_mat(rows, columns", "nmod_mat(columns, rows"), source="reshape for a transpose: numbers read along the other axis. Right: rows stay rows."),
    RANKS.fault("a zero pivot counted", REDUCED, "return flint.nmod_mat(rows, columns, [int(entry) % PRIME for entry in matrix.ravel()], PRIME).rank() + (rows > columns)"),
    RANKS.fault("one row left out", REDUCED, REDUCED.replace("nmod_mat(rows, columns", "nmod_mat(rows - 1, columns").replace("matrix.ravel()", "matrix[1:].ravel()")),
    DIMENSION.fault("the least hidden width", "least = min(widths)", "least = min(widths[1:-1])", "FDIM.1"),
    DIMENSION.fault("the first width for the least", "least = min(widths)", "least = widths[0]", "FDIM.1"),
    DIMENSION.fault("the square of the rank not taken off", "(widths[0] + widths[-1] - least)", "(widths[0] + widths[-1])", "FDIM.1"),
    DIMENSION.fault("both sides enlarged", "multiply_units(network, more, less)", "multiply_units(network, more, more)"),
    DIMENSION.fault("one bound for every depth", "sum(widths[1:-1])", "widths[1]"),
]  # fmt: skip

OF_COUNTS = [
    COPIES.fault("shares of the whole width", "choice.count(unit)) for unit in choice]", "len(choice)) for unit in choice]"),
    COPIES.fault("outgoing weights copied whole", "sympy.Rational(1, choice.count(unit))", "sympy.Integer(1)", source="Net2Net: a copied unit's outgoing weights must be divided among the copies. Right: shares that sum to 1."),
]  # fmt: skip

OF_MASKS = [
    MASKS.fault("the first layer's mask only", SAME, SAME.replace("all((", "all(layer == 0 and (").replace("for one, other in zip", "for layer, (one, other) in enumerate(zip").replace("strict=True))", "strict=True)) if layer == 0)")),
    MASKS.fault("one weight that agrees", "(one.weight == other).all() for", "(one.weight == other).any() for"),
    MASKS.fault("numbers of ones compared", "(one.weight == other).all() for", "(one.weight.sum() == other.sum()) for"),
    MASKS.fault("fan-ins of rows", "(one.weight == other).all() for", "(one.weight.sum(1) == other.sum(1)).all() for", source="A sum along the other axis of a mask. Right: fan-in is a column's sum."),
    MASKS.fault("masks of any columns", "if len({int(column.sum()) for column in each}) == units", "if len(each) == units"),
    MASKS.fault("masks whose columns differ in two units", "if len({int(column.sum()) for column in each}) == units", "if len({int(column.sum()) for column in each}) >= min(units, 2)"),
]  # fmt: skip

COUNTED: list[Fault] = [*OF_RANKS, *OF_COUNTS, *OF_MASKS]
"""Each is one line."""
