"""`same_function`: whether two functions of JAX are one, so that their difference is rounding, or whether there is a bug."""

from collections.abc import Callable

from symmetry.array import Tree
from symmetry.given import require_whole
from symmetry.same.carried import rounded_alike
from symmetry.same.judgement import Case, judged
from symmetry.same.points import points
from symmetry.same.report import Sameness, Verdict
from symmetry.same.running import DOUBLES, ExactSystem
from symmetry.same.sides import Side, arrays_of, require_same_results, traced_side
from symmetry.wording import shortened


def same_function(
    f: Callable, params_f: Tree, g: Callable, params_g: Tree, *inputs: Tree, networks: int = 16, seed: int = 0
) -> Sameness:
    """Says whether `f` with its parameters and `g` with its own are the same function: is a difference rounding, or a bug?

    Both are traced by JAX and run on exact numbers of 256 bits, at the inputs given and at generated ones. Where they agree,
    all that floats show is rounding; where they do not, they are different functions, however small the difference.
    Numbers that one side has and the other lacks, such as a folded kernel's, may be rounded: these are moved by one unit in
    their last place, and 16 times what that does is allowed. What floats show is held against a bound by the type of each
    equation. What does not run on exact numbers runs on floats of 64 bits, which is said.

    >>> import jax.numpy as jnp
    >>> def normalised(scale, x):
    ...     return scale * x / jnp.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)
    >>> def ported(scale, x):
    ...     return x * scale / jnp.sqrt((x * x).mean(-1, keepdims=True) + 1e-6)
    >>> scale, x = jnp.array([0.5, 0.25]), jnp.array([[1.0, 2.0]])
    >>> bool(same_function(normalised, scale, normalised, scale, x, networks=2))
    True
    >>> same_function(normalised, scale, ported, scale, x, networks=2)
    <same_function: different>

    Args:
        f: of `params_f` and the inputs: an array, or a tree of arrays.
        params_f: any pytree: a dictionary, a module of Equinox, a state of Flax. What is no array in it stays as it is.
        g: of `params_g` and the inputs; returns a tree of the same shapes as `f` does.
        params_g: its parameters, in any other arrangement.
        inputs: handed to both; pytrees of arrays.
        networks: how many inputs are generated besides: floats of sizes from 1e-6 to 1e3, one number alone, zeros, and the
            given ones in another order; whole numbers within the range seen, or as they are. Fewer if they take long.
        seed: of what is random here; equal seeds give equal reports.

    Returns: a report, true if they are the same function; `str` of it is for reading, `to_json()` for programs.

    Raises:
        TypeError: `f` or `g` is no function, cannot be traced, or returns what is no array.
        ValueError: parameters or inputs do not fit or are not finite, or the results have other shapes.
    """
    require_whole("same_function: networks", networks)
    require_whole("same_function: seed", seed)
    sides = traced_side("f", f, params_f, inputs), traced_side("g", g, params_g, inputs)
    require_same_results(*sides)
    given = arrays_of(inputs)
    alike, rounded_to = _rounded_alike(*sides)
    names = tuple(f"inputs{path}" for path in given.paths)
    case = Case(sides, alike, rounded_to, names, tuple(points(given.leaves, networks, seed)))
    return _decided(case)


def _decided(case: Case) -> Sameness:
    """The verdict of the first system of numbers that both run on."""
    refused: list[str] = []
    for system, name in ((ExactSystem(), "exact numbers"), (DOUBLES, "floats of 64 bits")):
        try:
            report = judged(case, system)
        except Exception as error:  # what other numbers do to code is no fault of the code
            refused.append(f"{name}: {_reason(error)}")
            continue
        if report.verdict is not Verdict.UNTOLD or report.inputs > report.silent:
            return report.after(refused)
        refused.append(f"{name}: {'; '.join(report.refused)}")
    return Sameness(Verdict.UNTOLD, False, inputs=0, refused=tuple(refused))


def _reason(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return shortened(said[0], 160) if said else type(error).__name__


def _rounded_alike(f: Side, g: Side) -> tuple[tuple[Side, Side], str]:
    """Both sides, one of them with parameters rounded as the other's were."""
    rounded, dtype = rounded_alike(f, g)
    if dtype:
        return (rounded, g), dtype
    rounded, dtype = rounded_alike(g, f)
    return (f, rounded), dtype
