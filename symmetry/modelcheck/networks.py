"""Parameters to check a model on: those that were given, and random ones of the same shapes.

An initialisation hides faults: biases that are all 0 and scales that are all 1 can stay where they are when units move.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from symmetry.discovery.leaves import Leaf, has_floats, split
from symmetry.discovery.precision import widened
from symmetry.modelcheck.running import Case, Running
from symmetry.modelcheck.subject import Results, Subject
from symmetry.numbers.ball.source import FloatSource, RandomFloats

POSITIVE = ("var", "variance", "std", "running_var")
"""Last parts of the paths of parameters that are drawn positive, where no values are given to learn that from."""

GIVEN = "the given parameters"
"""What a report calls them."""

NEAR = 1 / 8
"""How far parameters move, relative to their size, where random ones have no finite outputs."""


class Network(NamedTuple):
    """Parameters and inputs, what they are called in a report, and what the model computes from them."""

    name: str
    case: Case
    results: Results


def networks_of(subject: Subject, running: Running, count: int, seed: int) -> list[Network]:
    """The given parameters, if they have values, and random ones: so many together.

    Where the outputs of random parameters are not numbers, the given ones moved a little take their place. Those whose
    outputs are not numbers either are left out.
    """
    inputs = split(subject.inputs)[0]
    found = []
    for number, candidates in enumerate(_candidates(subject.arrays, inputs, count, seed)):
        for name, case in candidates:
            case = _in_type(case, subject, running)
            results = running.run(case)
            if not any(np.isnan(leaf).any() for leaf in results.outputs.values() if has_floats(leaf)):
                found.append(Network(name.format(number), case, results))
                break
    return found


def _candidates(
    arrays: Mapping[str, Leaf], inputs: Sequence[Leaf], count: int, seed: int
) -> Iterator[list[tuple[str, Case]]]:
    """For each network, what to try in turn."""
    has_values = not any(isinstance(leaf, jax.ShapeDtypeStruct) for leaf in arrays.values())
    if has_values:
        yield [(GIVEN, Case(arrays, inputs_drawn(inputs, (seed, 0), only_shapes=True)))]
    for number in range(int(has_values), count):
        source = RandomFloats((seed, number), 1)
        wild = {path: leaf[0] for path, leaf in drawn(arrays, source).items()}
        candidates = [("random parameters {}", Case(wild, inputs_drawn(inputs, (seed, number))))]
        if has_values:
            mild = {path: _near(leaf, wild[path]) for path, leaf in arrays.items()}
            candidates.append(("the given parameters moved a little, {}", Case(mild, inputs)))
        yield candidates


def _in_type(case: Case, subject: Subject, running: Running) -> Case:
    """A case in the float types in which the model runs."""

    def cast(leaf: Leaf, like: Leaf) -> Leaf:
        return widened(leaf) if running.wide or not has_floats(leaf) else np.asarray(leaf).astype(like.dtype)

    like = split(subject.inputs)[0]
    return Case(
        {path: cast(leaf, subject.arrays[path]) for path, leaf in case.arrays.items()},
        [cast(leaf, other) for leaf, other in zip(case.inputs, like, strict=True)],
    )


def drawn(arrays: Mapping[str, Leaf], source: FloatSource) -> dict[str, Leaf]:
    """Random arrays in float64 of the shapes of others, with a leading axis of the source's cases.

    Floats are about as large as those that are given, and positive where all of those are, as variances must be. Integers
    and random keys are those that are given, in every case.
    """
    return {path: _drawn(path, leaf, source) for path, leaf in arrays.items()}


def inputs_drawn(inputs: Sequence[Leaf], seed: tuple[int, ...], *, only_shapes: bool = False) -> list[Leaf]:
    """Random inputs: of all that are floats and finite, or only of those that have no values."""
    source = RandomFloats(seed, 1)
    return [
        leaf if _is_kept(leaf, only_shapes) else _drawn(f"input {place}", leaf, source)[0]
        for place, leaf in enumerate(inputs)
    ]


def _is_kept(leaf: Leaf, only_shapes: bool) -> bool:
    if isinstance(leaf, jax.ShapeDtypeStruct):
        return False
    return only_shapes or not has_floats(leaf) or not np.isfinite(np.asarray(leaf)).all()


def _drawn(path: str, leaf: Leaf, source: FloatSource) -> Leaf:
    if not has_floats(leaf):
        given = _without_values(leaf) if isinstance(leaf, jax.ShapeDtypeStruct) else leaf
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            return jnp.broadcast_to(given, (source.count, *leaf.shape))
        return source.constants(np.asarray(given))
    size = _size(leaf)
    if jnp.issubdtype(leaf.dtype, jnp.complexfloating):
        return size * (source.numbers(path, leaf.shape) + 1j * source.numbers(f"{path} imaginary", leaf.shape))
    draw = source.positive_numbers if _is_positive(path, leaf) else source.numbers
    return size * draw(path, leaf.shape)


def _without_values(leaf: jax.ShapeDtypeStruct) -> Leaf:
    """Zeros, or fresh random keys, in the place of a shape."""
    if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        return jax.random.split(jax.random.key(0), leaf.shape)
    return np.zeros(leaf.shape, leaf.dtype)


def _size(leaf: Leaf) -> float:
    """About how large the entries are, as a power of 2: of a shape, so that sums of as many are about 1."""
    if isinstance(leaf, jax.ShapeDtypeStruct):
        root = 1 / math.sqrt(max(leaf.shape)) if len(leaf.shape) > 1 and max(leaf.shape) else 0.5
    else:
        numbers = np.abs(np.asarray(leaf).astype(np.complex128))
        finite = numbers[np.isfinite(numbers)]
        root = float(np.sqrt(np.mean(finite**2))) if finite.size else 0.0
    return 2.0 ** round(math.log2(root)) if 0 < root < math.inf else 0.5


def _is_positive(path: str, leaf: Leaf) -> bool:
    if isinstance(leaf, jax.ShapeDtypeStruct):
        return path.rpartition("/")[2] in POSITIVE
    return bool(np.all(np.asarray(leaf) > 0))


def _near(given: Leaf, wild: Leaf) -> Leaf:
    """The given numbers moved by a part of random ones: away from 0 where all are positive."""
    return np.asarray(given) + NEAR * wild if has_floats(given) else given
