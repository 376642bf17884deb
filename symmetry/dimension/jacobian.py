"""The derivative of a model's results in its parameters, on balls: the model itself, with its own activations, at one point."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import jax
import numpy as np

from symmetry.array import Tree
from symmetry.discovery.leaves import Leaf, has_floats, named_arrays, split
from symmetry.discovery.traced import Traced, traced
from symmetry.gradcheck.exact import exact_constants, inputs_like
from symmetry.gradcheck.jaxpr.evaluate import evaluate
from symmetry.gradcheck.jaxpr.values import is_key
from symmetry.gradcheck.number import ExactNumber
from symmetry.gradcheck.tape import CannotRun, Tape, recording


@dataclasses.dataclass(frozen=True)
class Rows:
    """Derivatives at one point: a row of balls for each number that the model returns.

    Attributes:
        balls: shape (numbers returned, parameters), of arb.
        smooth: whether the model has a derivative there: nothing that it compares is equal or cannot be told apart.
    """

    balls: np.ndarray
    smooth: bool


@dataclasses.dataclass(frozen=True)
class Model:
    """A function as a program, and where each of its parameters stands in a row.

    Attributes:
        program: JAX's equations with names.
        arrays: every array of parameters by path.
        inputs: the arrays of the inputs.
        in_64_bits: whether JAX had 64 bits when it was traced.
    """

    program: Traced
    arrays: Mapping[str, Leaf]
    inputs: Sequence[Leaf]
    in_64_bits: bool

    @classmethod
    def of(cls, apply: Callable, params: Tree, inputs: tuple[Tree, ...]) -> "Model":
        """The model of a reader's function.

        Raises:
            CannotTrace: JAX cannot trace it.
        """
        in_64_bits = bool(jax.config.read("jax_enable_x64"))
        return cls(traced(apply, params, inputs), named_arrays(params), split(inputs)[0], in_64_bits)

    @property
    def floats(self) -> list[str]:
        """The paths of the arrays that count as parameters: those of floats."""
        return [path for path in self.program.params if has_floats(self.arrays[path])]

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(int(np.prod(self.arrays[path].shape)) for path in self.floats)

    @property
    def places(self) -> dict[str, np.ndarray]:
        """For each array of parameters, the places of its entries in a row, in the array's shape."""
        found, start = {}, 0
        for path in self.floats:
            shape = self.arrays[path].shape
            found[path] = start + np.arange(int(np.prod(shape))).reshape(shape)
            start += found[path].size
        return found

    def rows(self, params: Mapping[str, Leaf], inputs: Sequence[Leaf]) -> Rows:
        """The derivatives at these numbers, which count as they are: floats as the rational numbers that they are.

        Raises:
            CannotRun: JAX's primitive has no rule on balls, or the model is too large.
        """
        with recording() as tape:
            own = inputs_like(tape, {path: np.asarray(params[path], np.float64) for path in self.floats})
            given = [own.get(path, params[path]) for path in self.program.params]
            values = [*given, *(_lifted(leaf) for leaf in inputs)]
            with jax.enable_x64(self.in_64_bits), np.errstate(all="ignore"):
                results = evaluate(self.program.program, *values)
            numbers = [number for each in results for number in _numbers(each)]
            balls = _stacked([tape.derivatives(number, self.size) for number in numbers], self.size)
        return Rows(balls, _is_smooth(tape) and all(ball.is_finite() for ball in balls.ravel()))


def _lifted(leaf: Leaf) -> Leaf:
    """An input as a constant of exact numbers; what is no float as it is."""
    return exact_constants(np.asarray(leaf, np.float64)) if not is_key(leaf) and has_floats(leaf) else np.asarray(leaf)


def _numbers(result: Leaf) -> list[ExactNumber]:
    """The entries of a result that depend on parameters."""
    array = np.asarray(result)
    if array.dtype != object:
        return []
    return [number for number in array.ravel().tolist() if isinstance(number, ExactNumber) and number.node is not None]


def _stacked(rows: list[list], columns: int) -> np.ndarray:
    made = np.empty((len(rows), columns), object)
    for place, row in enumerate(rows):
        made[place, :] = row
    return made


def _is_smooth(tape: Tape) -> bool:
    if tape.converted:
        raise CannotRun("numbers that depend on parameters are turned into floats, which drops their derivative")
    return tape.ties == 0 and tape.unclear == 0
