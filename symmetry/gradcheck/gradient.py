"""What a student's `grads` returned, matched to the parameters: by name, by order, or by the tree that it is."""

from collections.abc import Callable, Mapping

import numpy as np

from symmetry.gradcheck.exact import ExactNumber
from symmetry.gradcheck.parameters import EVERY, Arrays, Leaf, Leaves, Tree, leaves_of
from symmetry.gradcheck.verdict import WrongGradient

SPELLINGS = ("{}", "d{}", "d_{}", "{}_grad", "grad_{}", "grad{}", "nabla_{}", "g{}", "g_{}", "delta_{}", "{}_gradient")
"""How the gradient of a parameter is called."""


def gradient_of(returned: Tree, like: Leaves, convert: Callable[[Leaf], np.ndarray] = np.asarray) -> dict[str, Leaf]:
    """The arrays of what `grads` returned, by the path of the parameter that each belongs to.

    They may stand in a tree like the parameters, in a dictionary by name (`dW1` counts as `W1`; what else it holds is
    ignored), or in a sequence in the order of the parameters.

    Raises:
        WrongGradient: arrays are missing, too many, or of another shape.
    """
    found = leaves_of(returned, EVERY)
    named = _by_name(found, like) or _by_order(found, like) or _by_name(_with_lists(returned), like)
    if named is None:
        raise WrongGradient(_missing(found, like))
    arrays = {path: _real(path, convert(named[path])) for path in like}
    for path, array in arrays.items():
        if array.shape != np.shape(like[path]):
            raise WrongGradient(
                f"grads: {path} has shape {array.shape}, but the parameter has {np.shape(like[path])}; "
                "a gradient has the shape of its parameter."
            )
    return arrays


def _real(path: str, array: Leaf) -> Leaf:
    if array.dtype.kind != "c":
        return array
    if np.any(np.imag(array)):
        raise WrongGradient(f"grads: {path} has an imaginary part; the derivative of a real loss is real.")
    return np.real(array)


def ignored_of(found: Leaves, like: Arrays) -> tuple[str, ...]:
    """What else a gradient with these leaves holds, by name, such as `dZ1`."""
    spelling = _spelling(found, like)
    if spelling is None:
        return ()
    return tuple(name for name in found if name not in {spelling.format(path) for path in like})


def _spelling(found: Leaves, like: Leaves) -> str | None:
    """The way in which every parameter is named, if there is one."""
    return next((each for each in SPELLINGS if all(each.format(path) in found for path in like)), None)


def _by_name(found: dict[str, Leaf], like: Leaves) -> dict[str, Leaf] | None:
    spelling = _spelling(found, like)
    return None if spelling is None else {path: found[spelling.format(path)] for path in like}


def _by_order(found: dict[str, Leaf], like: Leaves) -> dict[str, Leaf] | None:
    shapes = [np.shape(array) for array in found.values()]
    own_names = any(path and not path.startswith("[") for path in found)
    if own_names or shapes != [np.shape(array) for array in like.values()]:
        return None
    return dict(zip(like, found.values(), strict=True))


def _with_lists(returned: Tree) -> dict[str, Leaf]:
    """The same, nested lists of numbers in a dictionary taken as arrays."""
    if not isinstance(returned, Mapping):
        return {}
    found = {}
    for name, value in returned.items():
        if isinstance(value, list | tuple):
            objects = np.array(value, object)
            if all(isinstance(entry, float | int | np.number | ExactNumber) for entry in objects.ravel()):
                exact = any(isinstance(entry, ExactNumber) for entry in objects.ravel())
                value = objects if exact else objects.astype(float)
        found[str(name)] = value
    return found


def _missing(found: dict[str, Leaf], like: Leaves) -> str:
    spelling = max(SPELLINGS, key=lambda each: sum(each.format(path) in found for path in like))
    missing = [path for path in like if spelling.format(path) not in found]
    got = ", ".join(found) if any(found) else "nothing with a name" if found else "no array"
    if len(missing) == len(like) or not missing:
        shapes = ", ".join(str(np.shape(array)) for array in found.values())
        return (
            f"grads: what it returns holds {got} (shapes: {shapes or 'none'}), which cannot be matched to the parameters; return "
            f"one array for each of {', '.join(like)}."
        )
    verb = "is" if len(missing) == 1 else "are"
    return (
        f"grads: {', '.join(missing)} {verb} missing from what it returns, which holds {got}; return one array for each of "
        f"{', '.join(like)}."
    )
