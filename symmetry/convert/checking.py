"""A conversion held against the model: what was forgotten shows in the function."""

from collections.abc import Callable

from symmetry.array import Tree
from symmetry.convert.refusal import ConversionRefused


def checked(
    apply: Callable,
    before: Tree,
    after: Tree,
    *inputs: Tree,
    apply_after: Callable | None = None,
    networks: int = 4,
    seed: int = 0,
) -> Tree:
    """Returns the converted parameters if the model with them is the function that it was.

    Converters know the names that they were given, and nothing of the program. What the program does besides, such as
    reading a folded norm in a place that was not named, is found by `symmetry.same_function`.

    >>> import numpy as np
    >>> from symmetry.convert import fold_norm
    >>> params = {"g": np.array([2.0, 3.0]), "W": np.eye(2), "U": np.eye(2)}
    >>> def apply(params, x):
    ...     return (x * params["g"]) @ params["W"] + (x * params["g"]) @ params["U"]
    >>> x = np.array([[1.0, 2.0]])
    >>> made = checked(apply, params, fold_norm(params, scale="g", readers={"W:0": None, "U:0": None}), x)
    >>> try:
    ...     checked(apply, params, fold_norm(params, scale="g", readers={"W:0": None}), x)
    ... except ConversionRefused as refused:
    ...     print(str(refused).split(":")[1])
     f and g are different functions

    Args:
        apply: the program, of parameters and inputs.
        before: the parameters as they were.
        after: the converted ones.
        inputs: handed to the program; generated ones of their shapes are tried besides.
        apply_after: the program that the conversion is for; the same one for None.
        networks: how many inputs are generated.
        seed: of what is random here.

    Raises:
        ConversionRefused: they are different functions, or it cannot be told; the message is the report.
    """
    from symmetry.same import same_function

    found = same_function(
        apply, before, apply if apply_after is None else apply_after, after, *inputs, networks=networks, seed=seed
    )
    if not found:
        raise ConversionRefused(
            "",
            f"checked: {found}\nExpected the same function: look at what the conversion was given, or keep the old ones.",
        )
    return after
