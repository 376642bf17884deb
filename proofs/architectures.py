"""ARCH: permutations of layers that are not fully connected, in real Flax and Equinox modules (ainsworth2023git).

A network here is a function of (trials, count, fault). It returns a function of one case, a stack of so many cases, and the
stack after the symmetry has acted. With a fault the symmetry leaves something out.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from proofs.stacks import Change, acted, along, orders, random_stack
from symmetry.array import Tree
from symmetry.engine.measure import Trials
from symmetry.engine.work import CONTROL_NETWORKS
from symmetry.statements.theorem import WIDE, theorem

SOURCES = ("ainsworth2023git", "zhou2024universal")
LIBRARIES = ("flax", "equinox")

Case: TypeAlias = Tree
"""The numbers of one network, its parameters and inputs, as a tree of arrays; or of many networks, stacked."""

Options: TypeAlias = dict[str, Any]
"""Keyword arguments of a library's module."""

Network: TypeAlias = Callable[[Trials, int, str], tuple[Callable, Case, Case]]
"""It returns a function of one case and two stacks of cases, whose results are claimed to be equal."""

KEY = jax.ShapeDtypeStruct((2,), jnp.uint32)
"""The shape of a random key: enough to ask a module for the shapes of its parameters."""


def each_network(
    networks: Mapping[str, Network], trials: Trials, fault: str, only: str
) -> Iterator[tuple[str, Callable, Case, Case]]:
    """Each network's name, its function of one case, and its cases before and after the symmetry has acted.

    The networks share the budget. A control has a fault, needs few cases, and tries `only` the network of that name.
    """
    tried = {name: network for name, network in networks.items() if only in ("", name)}
    share = -(-trials.budget // len(tried))
    for name, network in tried.items():
        yield name, *network(trials, min(share, CONTROL_NETWORKS) if fault else share, fault)


def controls_of(fault: str, *names: str) -> dict[str, dict[str, str]]:
    """A control for each network: it alone is tried, and its symmetry has the fault."""
    return {f"{fault}: {name}": dict(fault=fault, only=name) for name in names}


def shapes_in_equinox(build: Callable[[jax.Array], Case]) -> tuple[Case, Case]:
    """The shapes of the parameters of what `build` makes from a key, and its other parts. No number is drawn."""
    import equinox

    built = equinox.filter_eval_shape(build, KEY)
    return equinox.partition(built, lambda leaf: isinstance(leaf, jax.ShapeDtypeStruct))


GROUPS, SIZE = 2, 2
CHANNELS = GROUPS * SIZE


def channel_orders(generator: np.random.Generator, count: int, fault: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders of the inputs and outputs of a grouped convolution, and of the outputs of a depthwise one after it.

    Groups move whole, and alike on both sides; channels move within their groups. A depthwise convolution has outputs in
    the order of its inputs.
    """
    groups = orders(generator, count, GROUPS)
    inputs, outputs = (
        (groups[:, :, None] * SIZE + generator.permuted(np.tile(np.arange(SIZE), (count, GROUPS, 1)), axis=2))
        for _ in range(2)
    )
    inputs, outputs = inputs.reshape(count, -1), outputs.reshape(count, -1)
    if fault == "channels moved across groups":
        inputs[:, [0, SIZE]] = inputs[:, [SIZE, 0]]
    return inputs, outputs, np.roll(outputs, 1, axis=1) if fault == "depthwise inputs and outputs apart" else outputs


def grouped(inputs: np.ndarray, outputs: np.ndarray, reading: int, writing: int):
    """The change of a grouped convolution's kernel; its axis `reading` is a group's inputs, its axis `writing` all outputs."""

    def change(kernel: np.ndarray) -> np.ndarray:
        moved = np.moveaxis(along({writing: outputs})(kernel), (reading + 1, writing + 1), (-2, -1))
        group_of_output = np.arange(CHANNELS) // SIZE
        places = inputs[:, group_of_output * SIZE + np.arange(SIZE)[:, None]] % SIZE
        shape = (len(inputs), *[1] * (moved.ndim - 3), SIZE, CHANNELS)
        return np.moveaxis(np.take_along_axis(moved, places.reshape(shape), -2), (-2, -1), (reading + 1, writing + 1))

    return change


def axes_in_flax(first, inputs, outputs, last) -> dict[str, dict[str, dict[int, np.ndarray]]]:
    """The order of each axis, by layer and parameter; the kernel of the grouped convolution is not here."""
    return {
        "layers_0": {"kernel": {3: first}, "bias": {0: first}},
        "layers_1": {"scale": {0: first}, "bias": {0: first}},
        "layers_3": {"kernel": {2: first, 3: inputs}, "bias": {0: inputs}},
        "layers_4": {"scale": {0: inputs}, "bias": {0: inputs}},
        "layers_6": {"bias": {0: outputs}},
        "layers_7": {"scale": {0: outputs}, "bias": {0: outputs}},
        "layers_9": {"kernel": {3: last}, "bias": {0: last}},
        "layers_11": {"kernel": {2: last}},
    }


def convolutions_of_flax(trials: Trials, count: int, fault: str):
    from flax import linen

    kinds: Options = {"dtype": trials.dtype, "param_dtype": trials.dtype}
    network = linen.Sequential([
        linen.Conv(3, (2, 2), **kinds),
        linen.BatchNorm(use_running_average=True, **kinds),
        linen.tanh,
        linen.Conv(CHANNELS, (1, 1), **kinds),
        linen.LayerNorm(**kinds),
        linen.relu,
        linen.Conv(CHANNELS, (2, 2), feature_group_count=GROUPS, **kinds),
        linen.GroupNorm(GROUPS, **kinds),
        linen.relu,
        linen.Conv(CHANNELS, (2, 2), feature_group_count=CHANNELS, **kinds),
        linen.tanh,
        linen.Conv(2, (1, 1), **kinds),
    ])  # fmt: skip
    x = jax.ShapeDtypeStruct((2, 3, 3, 2), trials.dtype)
    like = {"variables": jax.eval_shape(network.init, KEY, x), "x": x}
    before = random_stack(trials.generator, count, like, trials.dtype)
    half = trials.dtype.type(0.5)
    before = acted(before, {"variables/batch_stats/layers_1/var": lambda normal: normal * normal + half})
    first = orders(trials.generator, count, 3)
    inputs, outputs, last = channel_orders(trials.generator, count, fault)
    moves = axes_in_flax(first, inputs, outputs, last)
    changes = {
        f"variables/params/{layer}/{name}": along(axes)
        for layer, named in moves.items()
        for name, axes in named.items()
    }
    changes["variables/params/layers_6/kernel"] = grouped(inputs, outputs, reading=2, writing=3)
    statistics = {f"variables/batch_stats/layers_1/{name}": along({0: first}) for name in ("mean", "var")}
    if fault != "norm left out":
        changes |= statistics
    return lambda case: network.apply(case["variables"], case["x"]), before, acted(before, changes)


def changes_in_equinox(first, inputs, outputs, last) -> dict[str, Change]:
    """The change of each parameter, by its path."""
    return {
        "first/weight": along({0: first}),
        "first/bias": along({0: first}),
        "batch norm/weight": along({0: first}),
        "batch norm/bias": along({0: first}),
        "second/weight": along({1: first, 0: inputs}),
        "second/bias": along({0: inputs}),
        "grouped/weight": grouped(inputs, outputs, reading=1, writing=0),
        "grouped/bias": along({0: outputs}),
        "group norm/weight": along({0: outputs}),
        "group norm/bias": along({0: outputs}),
        "depthwise/weight": along({0: last}),
        "depthwise/bias": along({0: last}),
        "last/weight": along({1: last}),
    }


def convolutions_of_equinox(trials: Trials, count: int, fault: str):
    import equinox

    batch_norm, state = equinox.nn.make_with_state(equinox.nn.BatchNorm)(3, "batch", mode="batch", dtype=trials.dtype)

    def build(key):
        kinds: Options = {"dtype": trials.dtype, "key": key}
        return {
            "first": equinox.nn.Conv2d(2, 3, 2, **kinds),
            "batch norm": batch_norm,
            "second": equinox.nn.Conv2d(3, CHANNELS, 1, **kinds),
            "grouped": equinox.nn.Conv2d(CHANNELS, CHANNELS, 2, groups=GROUPS, **kinds),
            "group norm": equinox.nn.GroupNorm(GROUPS, CHANNELS, dtype=trials.dtype),
            "depthwise": equinox.nn.Conv2d(CHANNELS, CHANNELS, 1, groups=CHANNELS, **kinds),
            "last": equinox.nn.Conv2d(CHANNELS, 2, 1, **kinds),
        }

    parameters, rest = shapes_in_equinox(build)
    like = parameters | {"x": jax.ShapeDtypeStruct((2, 2, 3, 3), trials.dtype)}

    def function(case):
        module = equinox.combine({name: case[name] for name in rest}, rest)

        def run(x):
            x, _ = module["batch norm"](module["first"](x), jax.tree.map(lambda leaf: leaf, state))
            x = jax.nn.relu(module["second"](jnp.tanh(x)))
            x = module["depthwise"](jax.nn.relu(module["group norm"](module["grouped"](x))))
            return module["last"](jnp.tanh(x))

        return jax.vmap(run, axis_name="batch")(case["x"])

    before = random_stack(trials.generator, count, like, trials.dtype)
    first = orders(trials.generator, count, 3)
    inputs, outputs, last = channel_orders(trials.generator, count, fault)
    changes = changes_in_equinox(first, inputs, outputs, last)
    if fault == "norm left out":
        del changes["group norm/weight"], changes["group norm/bias"]
    return function, before, acted(before, changes)


CONVOLUTIONS = {"Flax": convolutions_of_flax, "Equinox": convolutions_of_equinox}


@theorem(
    "ARCH.1",
    title="Convolution channels permute, with the parameters of their norms",
    statement=r"f(\pi\cdot\theta, x) = f(\theta, x), \quad \pi \text{ permuting output channels, the norm's scale, shift, "
    r"mean and variance, and the next layer's input channels; in } G \text{ groups } \pi \in S_{C/G} \wr S_G, "
    r"\text{ the groups alike on both sides; depthwise one } \pi \text{ on both sides}",
    hypotheses="pointwise activations; batch norm with running statistics or the batch's own, layer norm over channels, "
    "group norm whose groups are permuted whole; any permutation where a layer has one group",
    cites=SOURCES,
    controls=controls_of("norm left out", *CONVOLUTIONS)
    | controls_of("channels moved across groups", *CONVOLUTIONS)
    | controls_of("depthwise inputs and outputs apart", *CONVOLUTIONS),
    evidence=("sampled",),
    systems=("balls",),
    dtypes=WIDE,
    needs=LIBRARIES,
)
def convolution_channels_permute_with_their_norms(trials: Trials, *, fault: str = "", only: str = "") -> None:
    """The outputs of each library's network after its channels are permuted equal those before."""
    for name, function, before, after in each_network(CONVOLUTIONS, trials, fault, only):
        trials.compare(name, function, after, before, optimise=True)
