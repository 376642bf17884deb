"""The optimisers that the installed optax exports, found by introspection, and training with any of them.

An export counts as an optimiser if it is a function of `optax` or `optax.contrib` that asks for a learning rate, or for
an optimiser to improve on, by a parameter whose name ends in `learning_rate` or `optimizer`; but not if it is named
`scale_by_...`, as optax names the parts of optimisers.
"""

import contextlib
import dataclasses
import functools
import importlib
import inspect
import logging
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import jax

MODULES = ("optax", "optax.contrib")

RATE = 1 / 16
"""The learning rate where one has to be given."""

REQUIRED = {"learning_rate": RATE, "seed": 0, "period": 2, "mask": False, "": 0.5}
"""What a required parameter is given, by how its name ends."""

CHOSEN = {"momentum": 0.5, "weight_decay": 1 / 64}
"""What an optional parameter of that name is given, so that no optimiser is tried without what it can do."""


@dataclasses.dataclass(frozen=True)
class Way:
    """How an optimiser is to be called.

    Attributes:
        reads: what its update reads besides the gradient, by keyword.
        per_example: whether its gradients have a leading axis of examples.
        paired: whether it trains a pair of slow and fast parameters.
    """

    reads: tuple[str, ...] = ()
    per_example: bool = False
    paired: bool = False


WAYS = (
    Way(),
    Way(("value",)),
    Way(("value", "grad", "value_fn")),
    Way(("obj_fn",)),
    Way(per_example=True),
    Way(paired=True),
)
"""Every way known; an optimiser gets the first in which it runs."""


def optimisers() -> dict[str, Callable]:
    """The functions that make optimisers, by their names in optax.

    >>> found = optimisers()
    >>> "optax.adam" in found, "optax.contrib.muon" in found, "optax.scale_by_adam" in found, "optax.clip" in found
    (True, True, False, False)
    """
    found = {}
    with quietly():
        for module in map(importlib.import_module, MODULES):
            for name in sorted(dir(module)):
                make = getattr(module, name)
                if inspect.isfunction(make) and not name.startswith(("_", "scale_by_")):
                    parameters = inspect.signature(make).parameters
                    if any(parameter.endswith(("learning_rate", "optimizer")) for parameter in parameters):
                        found[f"{module.__name__}.{name}"] = make
    return found


def made(make: Callable) -> Any:
    """An optimiser: required parameters by the kind that their names tell, momentum and weight decay where there are any."""
    import optax

    arguments: dict[str, Any] = {}
    parameters = inspect.signature(make).parameters
    for name, parameter in parameters.items():
        if name in CHOSEN:
            arguments[name] = CHOSEN[name]
        elif name == "learning_rate" and parameter.default is None and "linesearch" not in parameters:
            arguments[name] = RATE  # without a rate optax scales by 1, up the gradient; a line search finds its own
        elif parameter.default is parameter.empty and name.endswith("optimizer"):
            arguments[name] = optax.sgd(RATE)
        elif parameter.default is parameter.empty:
            arguments[name] = next(value for ending, value in REQUIRED.items() if name.endswith(ending))
    return optax.with_extra_args_support(make(**arguments))


def trained(optimiser: Any, way: Way, parameters: Any, batches: Any, gradient_at: Callable) -> tuple[Any, Any]:
    """The parameters after each step, and the gradient of each step, stacked along a leading axis.

    Args:
        optimiser: an optax `GradientTransformation`.
        way: how it is called.
        parameters: any tree of arrays.
        batches: what the steps see, stacked along a leading axis.
        gradient_at: of parameters and one step's batch, the gradient and a dict of all that an update may read besides.

    Raises:
        ValueError: an update does not have the shape of its parameter.
    """
    import optax

    def fast(held):
        return held.fast if way.paired else held

    def step(carry, batch):
        held, state = carry
        gradient, readable = gradient_at(fast(held), batch)
        updates, state = optimiser.update(gradient, state, held, **{name: readable[name] for name in way.reads})
        held = jax.tree.map(_moved, held, updates)
        return (held, state), (fast(held), gradient)

    start = optax.LookaheadParams.init_synced(parameters) if way.paired else parameters
    return jax.lax.scan(step, (start, optimiser.init(start)), batches)[1]


def _moved(parameter, update):
    if parameter.shape != update.shape:
        raise ValueError(f"the update has shape {update.shape}, but its parameter has {parameter.shape}.")
    return (parameter + update).astype(parameter.dtype)


@contextlib.contextmanager
def in_float64() -> Iterator[None]:
    """Whatever optax's code names float32 is float64 meanwhile: an optimiser's own roundings become float64's."""
    import jax.numpy as jnp

    modules = [vars(each) for name, each in sys.modules.items() if name.startswith("optax") and hasattr(each, "jnp")]
    wide = types.ModuleType(jnp.__name__)
    vars(wide).update(float32=jnp.float64, __getattr__=functools.partial(getattr, jnp))
    for names in modules:
        names["jnp"] = wide
    try:
        yield
    finally:
        for names in modules:
            names["jnp"] = jnp


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without what optax says of its own deprecated names, or of being called in a way that is not its own."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
