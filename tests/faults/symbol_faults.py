"""Faults of symbols: functions along the wrong axis, wrong derivatives, one entry compared."""

from tests.faults.fault import Fault, one_edit_each

SYMBOL_FUNCTIONS = "symmetry.numbers.symbol.functions"
SYMBOL = "symmetry.numbers.symbol.symbol"

SYMBOLS: list[Fault] = one_edit_each(
    "symbols",
    (
        *("METH.8", "log-sum-exp of symbols across the batch", SYMBOL_FUNCTIONS),
        *(
            "logits.map(sympy.exp).sum(-1, keepdims=True).map(sympy.log)",
            "logits.map(sympy.exp).sum(0, keepdims=True).map(sympy.log)",
        ),
    ),
    (
        *("METH.8", "softmax of symbols across the batch", SYMBOL_FUNCTIONS),
        *("exponentials / exponentials.sum(-1, keepdims=True)", "exponentials / exponentials.sum(0, keepdims=True)"),
    ),
    (
        *("METH.8", "a root for the reciprocal root of symbols", SYMBOL_FUNCTIONS),
        *("lambda entry: 1 / sympy.sqrt(entry)", "lambda entry: sympy.sqrt(entry)"),
    ),
    (
        *("METH.3", "the next derivative of symbols", SYMBOL_FUNCTIONS),
        *(
            "return sympy.diff(FORMULAS[name], VARIABLE, order)",
            "return sympy.diff(FORMULAS[name], VARIABLE, min(order, 1))",
        ),
    ),
    (
        *("METH.11", "formulas of which one entry is compared", SYMBOL),
        *(
            "for place in np.ndindex(*leaf.left.shape):\n        left",
            "for place in [(0,) * leaf.left.ndim]:\n        left",
        ),
    ),
)
