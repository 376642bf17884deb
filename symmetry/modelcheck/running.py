"""A model made ready to run: traced once, its equations widened to float64, and compiled once for all parameters."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, jaxpr_as_fun

from symmetry.discovery.leaves import Leaf, split
from symmetry.discovery.precision import in_float64, narrowest_float, widened
from symmetry.engine.compilation import compiled
from symmetry.engine.kernel import exact_settings
from symmetry.modelcheck.refusals import require_runs, require_trains
from symmetry.modelcheck.subject import Arrays, Results, Subject
from symmetry.raised import described


class Case(NamedTuple):
    """Numbers to run a model on: its parameters by path, and the arrays among its inputs."""

    arrays: Arrays
    inputs: Sequence[Leaf]


@dataclasses.dataclass(frozen=True)
class Running:
    """A compiled model.

    Attributes:
        kernel: computes all arrays of `Results` from those among the parameters and then those among the inputs.
        results: `Results` of shapes, in the order in which the kernel returns them.
        paths: the parameters in the order in which the kernel takes them.
        narrowest: the least precise float type that it computes in.
        narrow_because: what widening it to float64 raised, if it is run in the types in which it was given.
        untrained_because: what differentiating it raised, if laws of gradients and updates cannot be run.
    """

    kernel: Callable[..., Sequence[Leaf]]
    results: Results
    paths: tuple[str, ...]
    narrowest: np.dtype
    narrow_because: str = ""
    untrained_because: str = ""

    @property
    def wide(self) -> bool:
        return not self.narrow_because

    def run(self, case: Case) -> Results:
        """What the model computes, as NumPy arrays."""
        with exact_settings():
            found = self.kernel(*(case.arrays[path] for path in self.paths), *case.inputs)
            return jax.tree.structure(self.results).unflatten(map(np.asarray, found))


def made_ready(subject: Subject) -> Running:
    """The model compiled: in float64 and with its training, if it can be.

    Raises:
        ValueError: the function, the loss or the optimiser raises, or returns something else than arrays.
    """
    program, results, untrained = _traced(subject)
    if not results.outputs:
        raise ValueError("the function returns no array; expected arrays, alone or in a tree, that depend on params.")
    arguments = [*subject.arrays.values(), *split(subject.inputs)[0]]
    paths = tuple(subject.arrays)
    with exact_settings():
        try:
            wide = [_shape(leaf, wide=True) for leaf in arguments]
            kernel = compiled(in_float64(program), *wide)
            return Running(kernel, results, paths, np.dtype(np.float64), "", untrained)
        except Exception as error:  # whatever equations that know only narrow types raise
            reason = described(error)
        kernel = compiled(jaxpr_as_fun(program), *map(_shape, arguments))
        return Running(kernel, results, paths, narrowest_float(program), reason, untrained)


def _traced(subject: Subject) -> tuple[ClosedJaxpr, Results, str]:
    """All that the model computes as equations, the shapes of it, and why it cannot be trained."""
    arrays, inputs = ([_shape(leaf) for leaf in part] for part in (subject.arrays.values(), split(subject.inputs)[0]))
    untrained = ""
    for train in (True, False):
        try:
            program, shapes = jax.make_jaxpr(
                lambda arrays, inputs, train=train: subject.compute(arrays, inputs, train), return_shape=True
            )(arrays, inputs)
        except Exception as error:  # whatever a model raises while it is traced or differentiated
            if not train:
                raise
            untrained = described(error)
            require_runs(subject)
            require_trains(subject)
        else:
            return program, Results(*shapes), untrained
    raise AssertionError("what is not trained returns or raises")


def _shape(leaf: Leaf, wide: bool = False) -> jax.ShapeDtypeStruct:
    dtype = widened(np.empty(0, leaf.dtype)).dtype if wide and not _is_key(leaf) else leaf.dtype
    return jax.ShapeDtypeStruct(leaf.shape, dtype)


def _is_key(leaf: Leaf) -> bool:
    return jax.numpy.issubdtype(leaf.dtype, jax.dtypes.prng_key)
