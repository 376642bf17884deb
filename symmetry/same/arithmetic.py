"""What floats of each type round, on balls and on floats of 64 bits: the bound and the yardstick of what rounding explains."""

import math
from collections.abc import Callable, Sequence

import jax.numpy as jnp
import numpy as np
from flint import arb
from jax.extend.core import JaxprEqn

from symmetry.gradcheck.exact import ExactNumber, Numbers, objects_of
from symmetry.gradcheck.jaxpr.evaluate import RULES
from symmetry.gradcheck.jaxpr.shapes import SHAPES
from symmetry.gradcheck.jaxpr.values import Value, is_inexact, shaped
from symmetry.gradcheck.tape import current
from symmetry.same.evaluate import Arithmetic
from symmetry.yardstick import FACTOR

EXACT = {
    *SHAPES,
    *("gather", "scatter", "scatter-max", "scatter-min", "copy", "name", "stop_gradient", "optimization_barrier"),
    *(
        "device_put",
        "sharding_constraint",
        "select_n",
        "max",
        "min",
        "clamp",
        "neg",
        "abs",
        "sign",
        "floor",
        "ceil",
        "round",
    ),
    *("reduce_max", "reduce_min", "cummax", "cummin", "reduce_window_max", "reduce_window_min", "sort", "top_k"),
}
"""Primitives that round nothing: they move entries, choose among them or change signs."""

BASIC = {"add", "add_any", "sub", "mul", "div", "square", "sqrt", "rem", "integer_pow", "reduce_precision"}
"""Primitives that one unit in the last place of the result covers, or a few for a power; compilers turn quotients by
constants into products, which rounds twice."""

SUMS = {"reduce_sum", "cumsum", "reduce_window_sum", "scatter-add", "scatter-sub"}
"""Sums in the type of their operands."""

PRODUCTS = {"dot_general", "conv_general_dilated"}
"""Sums of products: XLA adds up floats of 16 bits in 32, and rounds the sum to 16."""


def unit(dtype: np.dtype) -> float:
    """The unit in the last place of 1 in a float type."""
    return float(jnp.finfo(dtype).eps)


def smallest(dtype: np.dtype) -> float:
    """The smallest normal number of a float type; XLA takes what is below for 0."""
    return float(jnp.finfo(dtype).smallest_normal)


def sizes_of(array: np.ndarray) -> np.ndarray:
    """The size of every number, as a float; infinite where it is not finite."""
    if array.dtype != object:
        return np.abs(np.asarray(array, np.float64))
    balls = (number.value if isinstance(number, ExactNumber) else arb(float(number)) for number in array.ravel())
    sizes = [abs(float(ball.mid())) if ball.is_finite() else math.inf for ball in balls]
    return np.array(sizes, np.float64).reshape(array.shape)


def rounding_of(
    equation: JaxprEqn, dtype: np.dtype, operands: Sequence[np.ndarray], outcome: np.ndarray
) -> np.ndarray | float:
    """How far off an equation may be in floats of a type, entry by entry; 0 if it rounds nothing.

    A sum of n numbers is off by up to n units of the sum of their sizes, in any order; a function by 16 units.
    """
    name = equation.primitive.name
    if name in EXACT or not is_inexact(dtype):
        return 0.0
    one = unit(dtype)
    if name == "reduce_precision":
        one = max(one, 2.0 ** -equation.params["mantissa_bits"])
    if name == "convert_element_type":
        source = shaped(equation.invars[0]).dtype
        one = one if not is_inexact(source) or unit(source) < one else 0.0
        return one * sizes_of(outcome) + (smallest(dtype) if one else 0.0)
    within = 0.0
    if name in SUMS | PRODUCTS:
        within = terms(equation) * _unit_within(name, one) * sizes_of_terms(equation, operands)
    return within + one * _units(equation, operands, sizes_of(outcome)) + smallest(dtype)


def _unit_within(name: str, one: float) -> float:
    """The unit in which a sum is added up."""
    return min(one, unit(np.dtype(np.float32))) if name in PRODUCTS else one


def sizes_of_terms(equation: JaxprEqn, operands: Sequence[np.ndarray]) -> np.ndarray:
    """What the sizes of the numbers that an equation adds up come to."""
    name = equation.primitive.name
    sizes = [
        sizes_of(each) if is_inexact(shaped(atom).dtype) else each
        for each, atom in zip(operands, equation.invars, strict=True)
    ]
    return RULES["scatter-add" if name == "scatter-sub" else name](*sizes, **equation.params)


def _units(equation: JaxprEqn, operands: Sequence[np.ndarray], sizes: np.ndarray) -> np.ndarray:
    """By how many units the result of an equation is off, times its size."""
    name = equation.primitive.name
    if name in BASIC | SUMS | PRODUCTS:
        return max(1, abs(int(equation.params.get("y", 1)))) * sizes
    if name in ("sin", "cos", "tan"):  # near a zero that is not at 0, they are off by a share of 1
        return FACTOR * np.maximum(sizes, np.minimum(sizes_of(operands[0]), 1.0))
    if name == "pow":  # by way of a logarithm, which makes its rounding larger
        with np.errstate(all="ignore"):
            return FACTOR * sizes * (1 + np.where(sizes > 0, np.abs(np.log(sizes)), 0.0))
    return FACTOR * sizes


def terms(equation: JaxprEqn) -> int:
    """How many numbers an equation adds up for an entry of its result."""
    shapes, parameters = [shaped(atom).shape for atom in equation.invars], equation.params
    match equation.primitive.name:
        case "dot_general":
            (axes, _), _ = parameters["dimension_numbers"]
            return math.prod(shapes[0][axis] for axis in axes)
        case "conv_general_dilated":
            return math.prod(shapes[1]) // max(1, shapes[1][parameters["dimension_numbers"].rhs_spec[0]])
        case "reduce_sum":
            return math.prod(shapes[0][axis] for axis in parameters["axes"])
        case "cumsum":
            return shapes[0][parameters["axis"]]
        case "reduce_window_sum":
            return math.prod(parameters["window_dimensions"])
        case "scatter-add" | "scatter-sub":
            return math.prod(shapes[2]) + 1
    return 1


EITHER_FITS = {
    *("max", "min", "clamp", "abs", "sort", "reduce_max", "reduce_min", "cummax", "cummin"),
    *("reduce_window_max", "reduce_window_min"),
}
"""Primitives that compare numbers to choose one: of two whose balls overlap, either will do if its ball is widened."""


class Exact(Arithmetic):
    """Exact numbers: floats that comparisons or whole numbers gave become exact ones, too."""

    def __init__(self) -> None:
        self.unclear = 0

    def rounded(
        self, equation: JaxprEqn, place: int, operands: Sequence[np.ndarray], outcome: np.ndarray
    ) -> np.ndarray:
        if not is_inexact(shaped(equation.outvars[place]).dtype):
            self.unclear = current().unclear
            return outcome
        numbers = outcome if outcome.dtype == object else exact_numbers(outcome)
        if current().unclear > self.unclear and equation.primitive.name in EITHER_FITS and len(operands) < 4:
            current().unclear = self.unclear
            radius = max((_largest_radius(each) for each in operands if each.dtype == object), default=0.0)
            numbers = _widened(numbers, np.full(numbers.shape, 2 * radius))
        self.unclear = current().unclear
        return numbers


TypeOf = Callable[[JaxprEqn, np.dtype], np.dtype]
"""The float type that the result of an equation is taken to have, from the equation and its own type."""


def own_type(equation: JaxprEqn, dtype: np.dtype) -> np.dtype:
    """The type that the equation has."""
    return dtype


def all_in(dtype: np.dtype) -> TypeOf:
    """One type for all equations."""
    return lambda equation, own: dtype


class TypedBalls(Exact):
    """Balls that are widened at every equation by what floats of its type round.

    Attributes:
        type_of: which type that is.
    """

    def __init__(self, type_of: TypeOf = own_type) -> None:
        super().__init__()
        self.type_of = type_of

    def computed(self, equation: JaxprEqn, value: Value) -> Value:
        """JAX computes constants in an order and with functions of its own."""
        array = np.asarray(value)
        wide = np.asarray(array, np.float64)
        one = unit(self.type_of(equation, array.dtype))
        radii = np.where(is_short(array), 0.0, FACTOR * one * np.abs(wide))
        return _widened(exact_numbers(wide), radii)

    def rounded(
        self, equation: JaxprEqn, place: int, operands: Sequence[np.ndarray], outcome: np.ndarray
    ) -> np.ndarray:
        dtype, numbers = shaped(equation.outvars[place]).dtype, super().rounded(equation, place, operands, outcome)
        if not is_inexact(dtype):
            return numbers
        dtype = self.type_of(equation, dtype)
        radii = np.broadcast_to(rounding_of(equation, dtype, operands, numbers), numbers.shape)
        return _widened(numbers, np.where(sizes_of(numbers) > float(jnp.finfo(dtype).max), np.inf, radii))


class Noise(Arithmetic):
    """Floats of 64 bits, of which every equation moves its results by what rounding may: each up or down at random.

    Attributes:
        draws: which way each number moves.
        type_of: as for balls; no type is finer than the 64 bits.
    """

    def __init__(self, draws: np.random.Generator, type_of: TypeOf) -> None:
        self.draws, self.type_of = draws, type_of

    def computed(self, equation: JaxprEqn, value: Value) -> Value:
        array = np.asarray(value)
        wide = np.asarray(array, np.float64)
        moves = np.where(is_short(array), 0.0, unit(self.type_of(equation, array.dtype)) * np.abs(wide))
        return self._moved(wide, moves)

    def rounded(
        self, equation: JaxprEqn, place: int, operands: Sequence[np.ndarray], outcome: np.ndarray
    ) -> np.ndarray:
        dtype = shaped(equation.outvars[place]).dtype
        if not is_inexact(dtype):
            return outcome
        moves = rounding_of(equation, self.type_of(equation, dtype), operands, outcome)
        return self._moved(outcome, moves)

    def _moved(self, outcome: np.ndarray, moves: np.ndarray | float) -> np.ndarray:
        """The numbers up or down by so much; what is not finite stays."""
        with np.errstate(all="ignore"):
            return outcome + np.where(np.isfinite(moves), moves, 0.0) * self.draws.choice(
                (-1.0, 1.0), np.shape(outcome)
            )


def is_short(array: np.ndarray) -> np.ndarray:
    """Which numbers need at most half of the digits of their type, such as 0.5 and 100: those are meant as they are.

    >>> is_short(np.array([0.5, 100.0, 0.1], np.float32)).tolist()
    [True, True, False]
    """
    digits = min(12, -int(math.log2(unit(array.dtype))) // 2 + 1)
    fractions, _ = np.frexp(np.asarray(array, np.float64))
    scaled = fractions * 2.0**digits
    return np.asarray((scaled == np.rint(scaled)) | ~np.isfinite(scaled))


def exact_numbers(array: np.ndarray) -> Numbers:
    """Exact numbers with the values of floats, for comparisons of which it is kept whether they could be decided."""
    array = np.asarray(array, np.float64)
    return objects_of(array.shape, [ExactNumber(arb(entry), 0) for entry in array.ravel().tolist()]).view(Numbers)


def _largest_radius(numbers: np.ndarray) -> float:
    return max((float(number.value.rad()) for number in numbers.ravel() if number.value.is_finite()), default=0.0)


def _widened(numbers: np.ndarray, radii: np.ndarray) -> Numbers:
    pairs = zip(numbers.ravel().tolist(), radii.ravel().tolist(), strict=True)
    made = [
        number if radius == 0 else ExactNumber(number.value + arb(0, radius) if radius < math.inf else arb.nan(), 0)
        for number, radius in pairs
    ]
    return objects_of(numbers.shape, made).view(Numbers)
