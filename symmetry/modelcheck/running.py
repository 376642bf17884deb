"""A model made ready to run: traced once, in float64 if it can be, and compiled once for all parameters."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import numpy as np

from symmetry.discovery.leaves import Leaf, split
from symmetry.engine.compilation import QUICK_TO_COMPILE
from symmetry.engine.kernel import exact_settings
from symmetry.modelcheck.model import Arrays, Model, Results
from symmetry.modelcheck.precision import narrowest_float, widened
from symmetry.modelcheck.refusals import require_runs, require_trains
from symmetry.raised import described


class Case(NamedTuple):
    """Numbers to run a model on: its parameters by path, and the arrays among its inputs."""

    arrays: Arrays
    inputs: Sequence[Leaf]


@dataclasses.dataclass(frozen=True)
class Running:
    """A compiled model.

    Attributes:
        kernel: computes `Results` from the arrays among the parameters and those among the inputs.
        wide: whether floats are widened to 64 bits.
        narrowest: the least precise float type that it computes in.
        narrow_because: what it raises in float64, if it is not run in float64.
        untrained_because: what it raises when it is differentiated, if laws of gradients and updates cannot be run.
    """

    kernel: Callable[[Sequence[Leaf], Sequence[Leaf]], Results]
    wide: bool
    narrowest: np.dtype
    narrow_because: str = ""
    untrained_because: str = ""

    def run(self, case: Case) -> Results:
        """What the model computes, as NumPy arrays."""
        with exact_settings():
            found = self.kernel(list(case.arrays.values()), list(case.inputs))
            return Results(*({path: np.asarray(leaf) for path, leaf in part.items()} for part in found))


def made_ready(model: Model) -> Running:
    """The model compiled: in float64 and with its training, if it can be.

    Raises:
        ValueError: the function, the loss or the optimiser raises in every float type, or returns something else than
            arrays.
    """
    raised: dict[tuple[bool, bool], str] = {}
    with exact_settings():
        for train, wide in ((True, True), (True, False), (False, True), (False, False)):
            if not train and wide:
                require_runs(model)
                require_trains(model)
            try:
                traced = _traced(model, wide, train)
            except Exception as error:  # whatever a model raises while it is traced
                raised[train, wide] = described(error)
                continue
            quick = QUICK_TO_COMPILE if jax.default_backend() == "cpu" else {}
            kernel = traced.lower().compile(compiler_options=dict(quick))
            narrow, untrained = raised.get((train, True), ""), "" if train else raised[True, wide]
            return Running(kernel, wide, narrowest_float(traced.jaxpr), narrow, untrained)
    raise AssertionError("a model that runs in no float type has been refused")


def _traced(model: Model, wide: bool, train: bool):
    def shape(leaf: Leaf) -> Leaf:
        leaf = widened(leaf) if wide else leaf
        return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)

    arrays, inputs = (list(map(shape, part)) for part in (model.arrays.values(), split(model.inputs)[0]))
    return jax.jit(lambda arrays, inputs: model.compute(arrays, inputs, train)).trace(arrays, inputs)
