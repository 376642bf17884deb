"""ARCH.2: the units of recurrent networks permute, in Flax's and Equinox's cells (ainsworth2023git)."""

import functools
from typing import Any

import jax
import jax.numpy as jnp

from proofs.architectures import KEY, LIBRARIES, SOURCES, controls_of, shapes_in_equinox, stacks
from proofs.stacks import acted, along, by_path, in_parts, orders, random_stack
from symmetry.engine.measure import Trials
from symmetry.statements.theorem import WIDE, theorem

UNITS, INPUTS, OUTPUTS, EXAMPLES, STEPS = 4, 2, 3, 2, 3


def run(step, carry, inputs, readout):
    """The readout's outputs at every step, unrolled; `step` returns the next state and the units' values."""
    outputs = []
    for x in inputs:
        carry, values = step(carry, x)
        outputs.append(readout(values))
    return jnp.stack(outputs)


def cell_of_flax(name: str, forgotten: str):
    """A cell of that class with a dense readout; a fault forgets the gate of that letter.

    The parameters of gate g are called ig where they read inputs and hg where they read the units.
    """

    def network(trials: Trials, count: int, fault: str):
        from flax import linen

        kinds: dict[str, Any] = {"dtype": trials.dtype, "param_dtype": trials.dtype}
        cell, readout = getattr(linen, name)(UNITS, **kinds), linen.Dense(OUTPUTS, **kinds)
        state = jax.ShapeDtypeStruct((EXAMPLES, UNITS), trials.dtype)
        carry = (state, state) if name == "LSTMCell" else state
        inputs = jax.ShapeDtypeStruct((STEPS, EXAMPLES, INPUTS), trials.dtype)
        x = jax.ShapeDtypeStruct((EXAMPLES, INPUTS), trials.dtype)
        like = {
            "cell": jax.eval_shape(cell.init, KEY, carry, x)["params"],
            "readout": jax.eval_shape(readout.init, KEY, state)["params"],
            "carry": carry,
            "inputs": inputs,
        }

        def function(case):
            step = functools.partial(cell.apply, {"params": case["cell"]})
            read = functools.partial(readout.apply, {"params": case["readout"]})
            return run(step, case["carry"], case["inputs"], read)

        before, pi = random_stack(trials.generator, count, like, trials.dtype), orders(trials.generator, count, UNITS)
        changes = {"readout/kernel": along({0: pi})} | {path: along({1: pi}) for path in by_path({"carry": carry})}
        for path in by_path({"cell": like["cell"]}):
            _, part, kind = path.split("/")
            reads_units = part[0] == "h" and kind == "kernel"
            axes = {"kernel": {1: pi}, "bias": {0: pi}}[kind] | ({0: pi} if reads_units else {})
            if not (fault == "one gate left out" and part[1:] == forgotten):
                changes[path] = along(axes)
        if fault == "initial state left out":
            changes = {path: change for path, change in changes.items() if not path.startswith("carry")}
        return function, before, acted(before, changes)

    return network


def cell_of_equinox(name: str, gates: int):
    """A cell of that class with a linear readout; the gates lie one after another, and a fault forgets the first."""

    def network(trials: Trials, count: int, fault: str):
        import equinox

        def build(key):
            kinds: dict[str, Any] = {"dtype": trials.dtype, "key": key}
            cell = getattr(equinox.nn, name)(INPUTS, UNITS, **kinds)
            return {"cell": cell, "readout": equinox.nn.Linear(UNITS, OUTPUTS, **kinds)}

        parameters, rest = shapes_in_equinox(build)
        state = jax.ShapeDtypeStruct((EXAMPLES, UNITS), trials.dtype)
        carry = (state, state) if name == "LSTMCell" else state
        inputs = jax.ShapeDtypeStruct((STEPS, EXAMPLES, INPUTS), trials.dtype)

        def function(case):
            modules = equinox.combine({name: case[name] for name in rest}, rest)

            def step(carry, x):
                carry = jax.vmap(modules["cell"])(x, carry)
                return carry, carry[0] if isinstance(carry, tuple) else carry

            return run(step, case["carry"], case["inputs"], jax.vmap(modules["readout"]))

        like = parameters | {"carry": carry, "inputs": inputs}
        before, pi = random_stack(trials.generator, count, like, trials.dtype), orders(trials.generator, count, UNITS)
        rows = in_parts(pi, gates)
        if fault == "one gate left out":
            rows[:, :UNITS] = range(UNITS)
        changes = {
            "cell/weight_ih": along({0: rows}),
            "cell/weight_hh": along({0: rows, 1: pi}),
            "cell/bias": along({0: rows}),
            "readout/weight": along({1: pi}),
        } | {path: along({1: pi}) for path in by_path({"carry": carry})}
        if name == "GRUCell":
            changes["cell/bias_n"] = along({0: pi})
        return function, before, acted(before, changes)

    return network


GATED = {
    "Flax's LSTM": cell_of_flax("LSTMCell", forgotten="f"),
    "Flax's GRU": cell_of_flax("GRUCell", forgotten="z"),
    "Equinox's LSTM": cell_of_equinox("LSTMCell", gates=4),
    "Equinox's GRU": cell_of_equinox("GRUCell", gates=3),
}
SIMPLE = {"Flax's simple RNN": cell_of_flax("SimpleCell", forgotten="")}


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
    for name, (function, before, after) in stacks(GATED | SIMPLE, trials, fault, only):
        trials.compare(name, function, after, before)
