"""The formulas of a course, as terms: what Theory/Textbook.agda has, line by line.

They are written index by index, without the operators of formal arrays, so that a fault there does not hide here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from symmetry.numbers.formal import Applied, Entry, Index, OfRow, Operation, Sum, Term

n, i, j, k = Index("n", "batch"), Index("i", "ins"), Index("j", "units"), Index("k", "next")


def _product(left: Term, right: Term) -> Term:
    return Operation("*", left, right)


def _entry(array: str, *indices: Index) -> Entry:
    return Entry(array, indices)


_WEIGHTED = Sum(i, _product(_entry("inputs", n, i), _entry("V", i, j)))
_SLOPE = Applied(1, _entry("z", n, j), "φ")
_ERROR = OfRow("error", Index("j′", "units"), _entry("a", n, Index("j′", "units")), _entry("y", n), j)

TEXTBOOK: Mapping[str, Term] = MappingProxyType(
    {
        "preactivation": Operation("+", _WEIGHTED, _entry("b", j)),
        "preactivation-without-bias": _WEIGHTED,
        "activated": Applied(0, _entry("z", n, j), "φ"),
        "batch-loss": Sum(n, OfRow("loss", j, _entry("a", n, j), _entry("y", n))),
        "output-error": _product(_ERROR, _SLOPE),
        "hidden-error": _product(Sum(k, _product(_entry("next-δ", n, k), _entry("next-weight", j, k))), _SLOPE),
        "weight-gradient": Sum(n, _product(_entry("inputs", n, i), _entry("δ", n, j))),
        "bias-gradient": Sum(n, _entry("δ", n, j)),
        "input-gradient": Sum(j, _product(_entry("δ", n, j), _entry("V", i, j))),
    }
)
"""The entry of every function's result at its indices, by the function's name in Agda."""
