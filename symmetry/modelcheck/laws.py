"""The laws of a group: what permuting its units must do to everything that the model computes.

Each law is one function that returns two sides, which must be equal.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from symmetry.discovery.groups import UnitGroup
from symmetry.discovery.leaves import has_floats
from symmetry.modelcheck.motion import Motion
from symmetry.modelcheck.running import Case
from symmetry.modelcheck.subject import STEPS, Arrays, Results

ACTION = "group action"
TIED = "tied units stay tied"


class Law(NamedTuple):
    """A law that compares what is computed from permuted parameters.

    Attributes:
        name: in words.
        part: the part of the results that it compares.
        place: what an array of that part is called in a report, with its path.
        trains: whether it needs a gradient.
    """

    name: str
    part: str
    place: str
    trains: bool


EQUIVARIANCE = (
    Law("same function", "outputs", "output {}", False),
    Law("same loss", "loss", "the loss{}", False),
    Law("gradients follow", "gradients", "the gradient in {}", True),
    Law("updates follow", "trained", f"{{}} after {STEPS} steps", True),
)

FUNCTION = EQUIVARIANCE[0].name

ALL = (ACTION, *(law.name for law in EQUIVARIANCE), TIED)
"""The names of all laws, in the order in which a report has them."""

NEEDS_TRAINING = (*(law.name for law in EQUIVARIANCE if law.trains), TIED)


def acting_twice_is_acting_with_the_product(
    group: UnitGroup, first: np.ndarray, second: np.ndarray, labels: Arrays, *, both: bool = True
) -> tuple[Arrays, Arrays]:
    """act(second, act(first, theta)) = act(first after second, theta), exactly; the control leaves `second` out."""
    product = np.take_along_axis(*np.broadcast_arrays(first, second), axis=-1)
    return group.act(second, group.act(first, dict(labels))), group.act(product if both else first, dict(labels))


def the_identity_moves_nothing(group: UnitGroup, labels: Arrays) -> tuple[Arrays, Arrays]:
    """act(identity, theta) = theta, exactly."""
    return group.act(np.arange(group.size), dict(labels)), labels


def results_follow(
    motion: Motion, permutation: np.ndarray, case: Case, results: Results, run: Callable[[Case], Results]
) -> tuple[Results, Results]:
    """F(pi theta) = pi F(theta), for F the outputs, the loss, the gradient and the trained parameters."""
    moved = case._replace(arrays=motion.arrays(permutation, case.arrays))
    return run(moved), motion.results(permutation, case.arrays, results)


def tied(motion: Motion, exchange: np.ndarray, arrays: Arrays) -> Arrays | None:
    """Parameters in which two units are equal: the mean of the given ones and those with the two exchanged.

    None if integers among them would have to be averaged.
    """
    exchanged = motion.arrays(exchange, arrays)
    for path, leaf in arrays.items():
        if not has_floats(leaf) and exchanged[path] is not leaf and not np.array_equal(exchanged[path], leaf):
            return None
    return {
        path: ((leaf + exchanged[path]) / 2).astype(leaf.dtype) if has_floats(leaf) else leaf
        for path, leaf in arrays.items()
    }


def labels_of(arrays: Mapping[str, np.ndarray]) -> Arrays:
    """Arrays of the same shapes whose entries all differ, so that whatever moves is seen."""
    return {path: np.arange(leaf.size).reshape(leaf.shape) for path, leaf in arrays.items()}
