"""BN.1 on Flax's batch norm with running statistics, between two dense layers."""

import jax
import jax.numpy as jnp
import numpy as np

from proofs.architectures import KEY, Options, each_network
from proofs.stacks import acted, along, by_path, orders, random_stack
from symmetry.array import Tree
from symmetry.engine.measure import Trials

EXAMPLES, FEATURES, UNITS, OUTPUTS = 2, 3, 4, 2

EPSILON = 2.0**-10


def network_of_flax(trials: Trials):
    """The network in evaluation as a function of one case, and the shapes in a case."""
    from flax import linen

    kinds: Options = {"dtype": trials.dtype, "param_dtype": trials.dtype}
    norm = linen.BatchNorm(use_running_average=True, epsilon=EPSILON, **kinds)
    network = linen.Sequential([linen.Dense(UNITS, **kinds), norm, jnp.tanh, linen.Dense(OUTPUTS, **kinds)])
    x = jax.ShapeDtypeStruct((EXAMPLES, FEATURES), trials.dtype)
    return lambda case: network.apply(case["variables"], case["x"]), {
        "variables": jax.eval_shape(network.init, KEY, x),
        "x": x,
    }


LAYER, NORM, NEXT = (f"variables/params/layers_{place}" for place in (0, 1, 3))
MEAN, VARIANCE = (f"variables/batch_stats/layers_1/{name}" for name in ("mean", "var"))


def folded(stack: Tree, fault: str) -> Tree:
    """The norm folded into the layer before it, and made one that changes nothing, unless the fault keeps it."""
    leaves = by_path(stack)
    factor = leaves[f"{NORM}/scale"] / np.sqrt(leaves[VARIANCE] + EPSILON)
    bias = (leaves[f"{LAYER}/bias"] - leaves[MEAN]) * factor + leaves[f"{NORM}/bias"]
    changes = {f"{LAYER}/kernel": lambda old: old * factor[:, None, :], f"{LAYER}/bias": lambda _: bias}
    if fault != "folded, and the norm kept":
        changes |= {MEAN: np.zeros_like, VARIANCE: lambda old: np.ones_like(old) - EPSILON}
        changes |= {f"{NORM}/scale": np.ones_like, f"{NORM}/bias": np.zeros_like}
    return acted(stack, changes)


def permuted(stack: Tree, pi: np.ndarray, fault: str) -> Tree:
    """The units in another order, with their statistics unless the fault leaves these."""
    moves = {f"{LAYER}/kernel": {1: pi}, f"{LAYER}/bias": {0: pi}, f"{NEXT}/kernel": {0: pi}}
    moves |= {f"{NORM}/scale": {0: pi}, f"{NORM}/bias": {0: pi}}
    if fault != "statistics left where they were":
        moves |= {MEAN: {0: pi}, VARIANCE: {0: pi}}
    return acted(stack, {path: along(axes) for path, axes in moves.items()})


def before_and_after(trials: Trials, count: int, fault: str):
    """The network as a function of one case, and cases before and after units are permuted and the norm is then folded."""
    function, like = network_of_flax(trials)
    drawn = random_stack(trials.generator, count, like, trials.dtype)
    before = acted(drawn, {VARIANCE: np.exp2})
    return function, before, folded(permuted(before, orders(trials.generator, count, UNITS), fault), fault)


def the_norm_of_a_module_folds_and_permutes(trials: Trials, *, fault: str = "") -> None:
    """The outputs of the network after both equal those before."""
    for name, function, before, after in each_network({"Flax": before_and_after}, trials, fault, ""):
        trials.compare(name, function, after, before)
