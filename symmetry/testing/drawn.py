"""`Model(build)` as a case: a theorem quantifies over the parameters of a model of the reader's own."""

import functools
from collections.abc import Callable, Sequence
from typing import Annotated

import jax
import numpy as np

from symmetry.architecture import Architecture
from symmetry.cases import CASE_KINDS, CaseKind
from symmetry.discovery.leaves import Leaf, Tree, named_arrays, split
from symmetry.discovery.precision import in_float64, narrowest_float
from symmetry.modelcheck.loading import Built, read
from symmetry.modelcheck.networks import drawn
from symmetry.numbers.ball.source import FloatSource
from symmetry.source import Source


@jax.tree_util.register_pytree_node_class
class Model:
    """The model that a function builds, as a type of case, and with drawn numbers as a case.

    A law names it in its signature, `model: Annotated[Model, Model(build)]` or shorter `model: Model(build)`, and gets the
    model with any parameters and inputs. Code from elsewhere runs on floats only: the law is sampled in float64, and its
    sides may differ by 16 times what one unit in the last place of every number changes.

    Args:
        build: takes nothing and returns (apply, params, inputs) or a dictionary, as for `symmetry check`; it is called when
            the first case is drawn.
    """

    def __init__(self, build: Callable[[], object]):
        self.build = build
        self.kind, self._numbers = self, None
        CASE_KINDS[self] = CASE_KINDS[Annotated[Model, self]] = CaseKind(self._draw, floats_only=True)

    def __repr__(self) -> str:
        return f"Model({self.build.__name__})"

    def __call__(self, params: Tree) -> Tree:
        """The outputs at some parameters and the drawn inputs."""
        return self.apply(params, *self.inputs)

    @property
    def params(self) -> Tree:
        """The drawn parameters, a tree like those that `build` returns."""
        return self._drawn[0]

    @property
    def inputs(self) -> tuple:
        """The drawn inputs."""
        return self._drawn[1]

    @functools.cached_property
    def built(self) -> Built:
        """What the function returns.

        Raises:
            ValueError: it is no model.
        """
        return read(self.build(), f"{self.build.__name__}()")

    def apply(self, params: Tree, *inputs: Tree) -> Tree:
        """The function at numbers of float64; what it computes in narrower floats is widened."""
        arrays, joined = split((params, inputs))

        def function(*leaves: Leaf) -> Tree:
            own, given = joined(list(leaves))
            return self.kind.built.apply(own, *given)

        try:
            if narrowest_float(jax.make_jaxpr(function)(*arrays)) == np.float64:
                return function(*arrays)
        except TypeError:  # a loop or an equation that takes narrow floats only
            pass
        given = split((self.kind.built.params, self.kind.built.inputs))[0]
        narrow = [jax.ShapeDtypeStruct(leaf.shape, one.dtype) for leaf, one in zip(arrays, given, strict=True)]
        program, shapes = jax.make_jaxpr(function, return_shape=True)(*narrow)
        return jax.tree.structure(shapes).unflatten(in_float64(program)(*arrays))

    def tree_flatten(self) -> tuple[Sequence[Leaf], "Model"]:
        return self._numbers or [], self.kind

    @classmethod
    def tree_unflatten(cls, kind: "Model", numbers: Sequence[Leaf]) -> "Model":
        case = cls.__new__(cls)
        case.build, case.kind, case._numbers = kind.build, kind, list(numbers)
        return case

    @property
    def _drawn(self) -> tuple[Tree, tuple]:
        if self._numbers is None:
            raise TypeError(f"{self!r} is a type of case: it has numbers only where a law gets it as a case.")
        return split((self.kind.built.params, self.kind.built.inputs))[1](self._numbers)

    def _draw(self, source: Source, architecture: Architecture, name: str) -> "Model":
        """The model with a leading axis of cases in every array."""
        assert isinstance(source, FloatSource)
        params = {f"{name} {path}": leaf for path, leaf in named_arrays(self.built.params).items()}
        inputs = {f"{name} input {place}": leaf for place, leaf in enumerate(split(self.built.inputs)[0])}
        numbers = [*drawn(params, source).values(), *drawn(inputs, source).values()]
        return Model.tree_unflatten(self, numbers)
