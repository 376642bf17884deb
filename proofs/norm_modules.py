"""LN.2 on layer norms of Flax and Equinox, which fold into the gated units that read them."""

import functools

import jax
import numpy as np

from proofs.architectures import KEY, Case, Options, each_network, shapes_in_equinox
from proofs.stacks import acted, by_path, random_stack
from symmetry.array import Tree
from symmetry.engine.measure import Trials

EXAMPLES, FEATURES, UNITS = 2, 4, 3

READERS = ("gate", "up")


def read(case: Case, part) -> jax.Array:
    """Gated units that read a layer norm; `part` applies the part of that name."""
    normed = part("norm", case["x"])
    return jax.nn.silu(part("gate", normed)) * part("up", normed)


def units_of_flax(trials: Trials):
    """The units as a function of one case, and the shapes in a case."""
    from flax import linen

    kinds: Options = {"dtype": trials.dtype, "param_dtype": trials.dtype}
    modules = {"norm": linen.LayerNorm(**kinds), **{name: linen.Dense(UNITS, **kinds) for name in READERS}}
    x = jax.ShapeDtypeStruct((EXAMPLES, FEATURES), trials.dtype)
    like = {name: jax.eval_shape(module.init, KEY, x)["params"] for name, module in modules.items()} | {"x": x}
    return lambda case: read(case, lambda name, x: modules[name].apply({"params": case[name]}, x)), like


def units_of_equinox(trials: Trials):
    """The same in Equinox."""
    import equinox

    def build(key):
        readers = {name: equinox.nn.Linear(FEATURES, UNITS, dtype=trials.dtype, key=key) for name in READERS}
        return {"norm": equinox.nn.LayerNorm(FEATURES, dtype=trials.dtype), **readers}

    parameters, rest = shapes_in_equinox(build)

    def function(case):
        whole = equinox.combine({name: case[name] for name in rest}, rest)
        return read(case, lambda name, x: jax.vmap(whole[name])(x))

    return function, parameters | {"x": jax.ShapeDtypeStruct((EXAMPLES, FEATURES), trials.dtype)}


def folded(stack: Tree, scale: str, weight: str, fault: str) -> Tree:
    """Scale and shift folded into the readers; `scale` and `weight` are the names of parameters in the library."""
    leaves, inputs_last = by_path(stack), weight == "weight"
    gamma, beta = leaves[f"norm/{scale}"], leaves["norm/bias"]
    changes = {f"norm/{scale}": np.ones_like, "norm/bias": np.zeros_like}
    for reader in READERS[: 1 if fault == "folded into one reader of two" else 2]:
        matrix = leaves[f"{reader}/{weight}"].mT if inputs_last else leaves[f"{reader}/{weight}"]
        product, added = matrix * gamma[:, :, None], np.einsum("ni,nij->nj", beta, matrix)
        changes[f"{reader}/{weight}"] = lambda _, product=product: product.mT if inputs_last else product
        changes[f"{reader}/bias"] = lambda old, added=added: old + added
    return acted(stack, changes)


UNITS_OF = {"Flax": (units_of_flax, "scale", "kernel"), "Equinox": (units_of_equinox, "weight", "weight")}


def before_and_folded(name: str, trials: Trials, count: int, fault: str):
    """The units as a function of one case, and cases before and after the norm is folded."""
    make, scale, weight = UNITS_OF[name]
    function, like = make(trials)
    before = random_stack(trials.generator, count, like, trials.dtype)
    return function, before, folded(before, scale, weight, fault)


def norms_of_modules_fold_into_their_readers(trials: Trials, *, fault: str = "") -> None:
    """The outputs of each library's units after the norm is folded equal those before."""
    networks = {name: functools.partial(before_and_folded, name) for name in UNITS_OF}
    for name, function, before, after in each_network(networks, trials, fault, ""):
        trials.compare(name, function, after, before)
