"""The loss of a model as a function of its parameters, however its author wrote it."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from symmetry.discovery.leaves import Tree

Loss = Callable[..., Any]


def loss_of_parameters(loss: Loss, apply: Callable, inputs: tuple[Tree, ...]) -> Loss:
    """The loss as a function of (params, *inputs); a loss that takes one argument is of what `apply` returns.

    >>> square = loss_of_parameters(lambda outputs: outputs**2, lambda params, x: params * x, (3,))
    >>> square(2, 3)
    36
    """
    if not inputs or not callable(loss) or not _takes_only_one(loss):
        return loss

    @functools.wraps(loss)
    def of_parameters(params: Tree, *given: Tree) -> Any:
        return loss(apply(params, *given))

    return of_parameters


def _takes_only_one(function: Callable) -> bool:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a builtin that does not say what it takes
        return False
    return _binds(signature, 1) and not _binds(signature, 2)


def _binds(signature: inspect.Signature, arguments: int) -> bool:
    try:
        signature.bind(*[None] * arguments)
    except TypeError:
        return False
    return True
