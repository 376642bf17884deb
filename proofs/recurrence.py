"""ARCH.2: the units of recurrent networks permute, in Flax's and Equinox's cells (ainsworth2023git)."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from proofs.architectures import KEY, LIBRARIES, SOURCES, Case, Options, controls_of, each_network, shapes_in_equinox
from proofs.stacks import Change, acted, along, by_path, in_parts, orders, random_stack
from symmetry.engine.measure import Trials
from symmetry.statements.theorem import WIDE, theorem

UNITS, INPUTS, OUTPUTS, EXAMPLES, STEPS = 4, 2, 3, 2, 3


def run(step, carry, inputs, readout):
    """The readout's outputs at every step; `step` returns the next state and the units' values."""
    outputs = []
    for x in inputs:
        carry, values = step(carry, x)
        outputs.append(readout(values))
    return jnp.stack(outputs)


def shapes_of_data(cell: str, dtype: np.dtype) -> dict[str, Case]:
    """The shapes of the initial state, two arrays for an LSTM, and of the inputs at all steps."""
    state = jax.ShapeDtypeStruct((EXAMPLES, UNITS), dtype)
    inputs = jax.ShapeDtypeStruct((STEPS, EXAMPLES, INPUTS), dtype)
    return {"carry": (state, state) if cell == "LSTMCell" else state, "inputs": inputs}


def cell_in_flax(name: str, forgotten: str, trials: Trials, count: int, fault: str):
    """A cell of that class with a dense readout; the fault of a gate forgets the one of that letter."""
    from flax import linen

    kinds: Options = {"dtype": trials.dtype, "param_dtype": trials.dtype}
    cell, readout = getattr(linen, name)(UNITS, **kinds), linen.Dense(OUTPUTS, **kinds)
    data = shapes_of_data(name, trials.dtype)
    values, x = (jax.ShapeDtypeStruct((EXAMPLES, width), trials.dtype) for width in (UNITS, INPUTS))
    like = data | {
        "cell": jax.eval_shape(cell.init, KEY, data["carry"], x)["params"],
        "readout": jax.eval_shape(readout.init, KEY, values)["params"],
    }

    def function(case: Case):
        step = functools.partial(cell.apply, {"params": case["cell"]})
        read = functools.partial(readout.apply, {"params": case["readout"]})
        return run(step, case["carry"], case["inputs"], read)

    before, pi = random_stack(trials.generator, count, like, trials.dtype), orders(trials.generator, count, UNITS)
    left_out = forgotten if fault == "one gate left out" else None
    changes = {"readout/kernel": along({0: pi})} | gates_in_flax(like, pi, left_out)
    if fault != "initial state left out":
        changes |= {path: along({1: pi}) for path in by_path({"carry": data["carry"]})}
    return function, before, acted(before, changes)


def gates_in_flax(like: Case, pi: np.ndarray, left_out: str | None) -> dict[str, Change]:
    """The changes of all gates except one. Gate g has a layer ig that reads the inputs, and a layer hg that reads the units."""
    changes = {}
    for path in by_path({"cell": like["cell"]}):
        _, layer, kind = path.split("/")
        axes = {"kernel": {1: pi}, "bias": {0: pi}}[kind]
        if layer[1:] != left_out:
            changes[path] = along(axes | {0: pi} if layer[0] == "h" else axes)
    return changes


def cell_in_equinox(name: str, gates: int, trials: Trials, count: int, fault: str):
    """A cell of that class with a linear readout; the gates lie one after another, and the fault forgets the first."""
    import equinox

    def build(key):
        kinds: Options = {"dtype": trials.dtype, "key": key}
        cell = getattr(equinox.nn, name)(INPUTS, UNITS, **kinds)
        return {"cell": cell, "readout": equinox.nn.Linear(UNITS, OUTPUTS, **kinds)}

    parameters, rest = shapes_in_equinox(build)
    data = shapes_of_data(name, trials.dtype)

    def function(case: Case):
        modules = equinox.combine({name: case[name] for name in rest}, rest)

        def step(carry, x):
            carry = jax.vmap(modules["cell"])(x, carry)
            return carry, carry[0] if isinstance(carry, tuple) else carry

        return run(step, case["carry"], case["inputs"], jax.vmap(modules["readout"]))

    before = random_stack(trials.generator, count, parameters | data, trials.dtype)
    pi = orders(trials.generator, count, UNITS)
    rows = in_parts(pi, gates)
    if fault == "one gate left out":
        rows[:, :UNITS] = range(UNITS)
    changes = {
        "cell/weight_ih": along({0: rows}),
        "cell/weight_hh": along({0: rows, 1: pi}),
        "cell/bias": along({0: rows}),
        "readout/weight": along({1: pi}),
    } | {path: along({1: pi}) for path in by_path({"carry": data["carry"]})}
    if name == "GRUCell":
        changes["cell/bias_n"] = along({0: pi})
    return function, before, acted(before, changes)


GATED = {
    "Flax's LSTM": functools.partial(cell_in_flax, "LSTMCell", "f"),
    "Flax's GRU": functools.partial(cell_in_flax, "GRUCell", "z"),
    "Equinox's LSTM": functools.partial(cell_in_equinox, "LSTMCell", 4),
    "Equinox's GRU": functools.partial(cell_in_equinox, "GRUCell", 3),
}
"""With the letter of a gate in Flax, and the number of gates in Equinox."""

SIMPLE = {"Flax's simple RNN": functools.partial(cell_in_flax, "SimpleCell", "")}


@theorem(
    "ARCH.2",
    title="Recurrent units permute: one permutation for every gate, the recurrent columns and the initial state",
    statement=r"f(\pi\cdot\theta, \pi h_0, x_{1..T}) = f(\theta, h_0, x_{1..T}), \quad "
    r"(U_g, W_g, b_g) \mapsto (U_g \pi, \pi^T W_g \pi, b_g \pi) \text{ for every gate } g, \quad V \mapsto \pi^T V",
    hypotheses="any permutation of the units of a simple RNN, an LSTM or a GRU, the same at every gate, in the rows and "
    "columns of the recurrent weights, in the initial state (of an LSTM both parts) and in what reads the units",
    cites=SOURCES,
    controls=controls_of("one gate left out", *GATED) | controls_of("initial state left out", *SIMPLE),
    evidence=("sampled",),
    systems=("balls",),
    dtypes=WIDE,
    needs=LIBRARIES,
)
def recurrent_units_permute_with_every_gate(trials: Trials, *, fault: str = "", only: str = "") -> None:
    """The outputs of each cell after its units are permuted equal those before."""
    for name, function, before, after in each_network(GATED | SIMPLE, trials, fault, only):
        trials.compare(name, function, after, before)
