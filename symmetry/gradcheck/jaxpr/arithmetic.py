"""Rules of arithmetic, of comparisons, and of what takes one operand or another."""

from collections.abc import Callable

import numpy as np

from symmetry.gradcheck.jaxpr.values import dual, is_exact, order


def _by_order(real: Callable, first_stays: Callable) -> Callable:
    """One of two operands; of equal ones the first."""

    def rule(x: np.ndarray, y: np.ndarray, **_: object) -> np.ndarray:
        kinds = (x.dtype, y.dtype)
        if object in kinds or "c" in (kind.kind for kind in kinds):
            return np.where(first_stays(order(x), order(y)), x, y)
        return real(x, y)

    return rule


maximum = _by_order(np.maximum, np.greater_equal)
minimum = _by_order(np.minimum, np.less_equal)


def _power(x: np.ndarray, y: np.ndarray, **_: object) -> np.ndarray:
    if not (np.iscomplexobj(x) or np.iscomplexobj(y)):
        return np.power(x, y)
    base, exponent = order(x), order(y)
    value = np.power(base, exponent)
    slope = np.where(exponent == 0, 0, exponent * np.power(base, exponent - 1))
    return dual(value, (np.imag(x), slope), (np.imag(y), value * np.log(base)))


def _absolute(x: np.ndarray, **_: object) -> np.ndarray:
    return np.where(order(x) < 0, -x, x)


def _sign(x: np.ndarray, **_: object) -> np.ndarray:
    if is_exact(x):
        return np.subtract(x > 0, x < 0, dtype=float)
    return np.sign(order(x))


def _select(which: np.ndarray, *cases: np.ndarray, **_: object) -> np.ndarray:
    chosen = cases[0]
    for place, case in enumerate(cases[1:], 1):
        chosen = np.where(which == place, case, chosen)
    return chosen


def _comparing(compare: Callable) -> Callable:
    return lambda x, y, **_: compare(order(x), order(y))


def _same(x: np.ndarray, **_: object) -> np.ndarray:
    return x


ARITHMETIC: dict[str, Callable] = {
    "add": lambda x, y, **_: x + y,
    "add_any": lambda x, y, **_: x + y,
    "sub": lambda x, y, **_: x - y,
    "mul": lambda x, y, **_: x * y,
    "div": lambda x, y, **_: x / y,
    "neg": lambda x, **_: -x,
    "square": lambda x, **_: x * x,
    "pow": _power,
    "integer_pow": lambda x, *, y, **_: _power(x, np.asarray(y, float)),
    "max": maximum,
    "min": minimum,
    "clamp": lambda low, x, high, **_: minimum(maximum(x, low), high),
    "abs": _absolute,
    "sign": _sign,
    "eq": _comparing(np.equal),
    "ne": _comparing(np.not_equal),
    "lt": _comparing(np.less),
    "lt_to": _comparing(np.less),
    "le": _comparing(np.less_equal),
    "le_to": _comparing(np.less_equal),
    "gt": _comparing(np.greater),
    "ge": _comparing(np.greater_equal),
    "is_finite": lambda x, **_: np.isfinite(x),
    "select_n": _select,
    "copy": _same,
    "name": _same,
    "stop_gradient": _same,
    "reduce_precision": _same,
    "sharding_constraint": _same,
    "optimization_barrier": lambda *operands, **_: operands,
    "device_put": lambda *operands, **_: operands,
}
"""By name of the primitive."""
