"""Rules of the smooth functions of one or two real numbers: each has its slope beside it, for complex numbers."""

import dataclasses
from collections.abc import Callable

import flint
import numpy as np
import scipy.special
from flint import arb

from symmetry.gradcheck.jaxpr.values import dual, each_entry, is_exact, numbers_of, order
from symmetry.gradcheck.number import ExactNumber, made

ArrayFunction = Callable[[np.ndarray], np.ndarray]


@dataclasses.dataclass(frozen=True)
class Smooth:
    """A function of one number; on complex numbers the slope in the real part times the imaginary part is its change.

    Attributes:
        value: the function of real arrays, and of exact numbers if `balls` is None.
        slope: its derivative, on real arrays and on exact numbers.
        balls: the function of one ball, if exact numbers lack it.
    """

    value: ArrayFunction
    slope: ArrayFunction
    balls: Callable[[arb], arb] | None = None

    def __call__(self, x: np.ndarray, **_: object) -> np.ndarray:
        if np.iscomplexobj(x):
            return dual(self.value(np.real(x)), (np.imag(x), self.slope(np.real(x))))
        if self.balls is None or not is_exact(x):
            return self.value(x)
        balls, constants = self.balls, numbers_of(each_entry(lambda number: ExactNumber(number.value), x))
        slopes = numbers_of(self.slope(constants))
        return each_entry(lambda number, slope: made(balls(number.value), (number, slope.value)), x, slopes)


def special(double: Callable, balls: Callable[[arb], arb]) -> ArrayFunction:
    """A function of SciPy, which has float64 only, in every kind of real numbers."""

    def longer(number: np.longdouble) -> np.longdouble:
        high = float(number)
        if not np.isfinite(high):
            return np.longdouble(double(high))
        with flint.ctx.workprec(128):
            centre = balls(arb(high) + arb(float(number - high))).mid()
            leading = float(centre)
            return np.longdouble(leading) + float(centre - leading)

    def value(x: np.ndarray) -> np.ndarray:
        if is_exact(x):
            return each_entry(lambda number: ExactNumber(balls(number.value)), x)
        return each_entry(longer, x).astype(np.longdouble) if x.dtype == np.longdouble else double(x)

    return value


def _pi(like: np.ndarray) -> np.ndarray:
    return 4 * np.arctan(np.ones_like(like))


def _cube_root(ball: arb) -> arb:
    return -(-ball).root(3) if ball < 0 else ball.root(3)


_cbrt = special(np.cbrt, _cube_root)
_erf_inverse = special(scipy.special.erfinv, arb.erfinv)
_digamma = special(scipy.special.digamma, arb.digamma)
_trigamma = special(lambda x: scipy.special.polygamma(1, x), lambda ball: arb(2).zeta(ball))


def _arc_tangent(y: np.ndarray, x: np.ndarray, **_: object) -> np.ndarray:
    """The angle of the point (x, y)."""
    if is_exact(y) or is_exact(x):
        return each_entry(_angle, numbers_of(y), numbers_of(x))
    real, other = order(y), order(x)
    angle, square = np.arctan2(real, other), real * real + other * other
    if not (np.iscomplexobj(y) or np.iscomplexobj(x)):
        return angle
    return dual(angle, (np.imag(y), other / square), (np.imag(x), -real / square))


def _angle(y: ExactNumber, x: ExactNumber) -> ExactNumber:
    square = x.value * x.value + y.value * y.value
    return made(arb.atan2(y.value, x.value), (y, x.value / square), (x, -y.value / square))


FUNCTIONS: dict[str, Callable] = {
    "exp": Smooth(np.exp, np.exp),
    "exp2": Smooth(np.exp2, lambda x: np.exp2(x) * np.log(2 * np.ones_like(x))),
    "expm1": Smooth(np.expm1, np.exp),
    "log": Smooth(np.log, lambda x: 1 / x),
    "log1p": Smooth(np.log1p, lambda x: 1 / (1 + x)),
    "sqrt": Smooth(np.sqrt, lambda x: 1 / (2 * np.sqrt(x))),
    "rsqrt": Smooth(lambda x: 1 / np.sqrt(x), lambda x: -1 / (2 * x * np.sqrt(x))),
    "cbrt": Smooth(np.cbrt, lambda x: _cbrt(x) / (3 * x), _cube_root),
    "sin": Smooth(np.sin, np.cos),
    "cos": Smooth(np.cos, lambda x: -np.sin(x)),
    "tan": Smooth(np.tan, lambda x: 1 / np.cos(x) ** 2, arb.tan),
    "asin": Smooth(np.arcsin, lambda x: 1 / np.sqrt(1 - x * x), arb.asin),
    "acos": Smooth(np.arccos, lambda x: -1 / np.sqrt(1 - x * x), arb.acos),
    "atan": Smooth(np.arctan, lambda x: 1 / (1 + x * x)),
    "atan2": _arc_tangent,
    "sinh": Smooth(np.sinh, np.cosh),
    "cosh": Smooth(np.cosh, np.sinh),
    "tanh": Smooth(np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "asinh": Smooth(np.arcsinh, lambda x: 1 / np.sqrt(x * x + 1), arb.asinh),
    "acosh": Smooth(np.arccosh, lambda x: 1 / np.sqrt(x * x - 1), arb.acosh),
    "atanh": Smooth(np.arctanh, lambda x: 1 / (1 - x * x), arb.atanh),
    "logistic": Smooth(scipy.special.expit, lambda x: scipy.special.expit(x) * scipy.special.expit(-x)),
    "erf": Smooth(special(scipy.special.erf, arb.erf), lambda x: 2 * np.exp(-x * x) / np.sqrt(_pi(x)), arb.erf),
    "erfc": Smooth(special(scipy.special.erfc, arb.erfc), lambda x: -2 * np.exp(-x * x) / np.sqrt(_pi(x)), arb.erfc),
    "erf_inv": Smooth(_erf_inverse, lambda x: np.sqrt(_pi(x)) / 2 * np.exp(_erf_inverse(x) ** 2), arb.erfinv),
    "lgamma": Smooth(special(scipy.special.gammaln, arb.lgamma), _digamma, arb.lgamma),
    "digamma": Smooth(_digamma, _trigamma, arb.digamma),
}
"""By name of the primitive."""
