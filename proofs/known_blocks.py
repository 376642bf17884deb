"""METH, continued: the blocks of the theorems are what libraries call by these names, not only something as symmetric."""

import dataclasses
import functools
from collections.abc import Callable, Mapping

from proofs import attention_scores as own
from proofs import blocks_of_jax as jaxs
from proofs.adapter import Adapter, gradient_in_factors
from proofs.attention_block import Attention, RotaryAttention, attend
from proofs.attention_scores import Heads
from proofs.folded_batch_norm import RunningNorm, evaluate
from proofs.gated_layer import GatedLayer, gated
from proofs.grouped_heads import GroupedAttention
from proofs.muon import TurnedMatrix, newton_schulz
from proofs.norms import layer_norm, rms_norm
from proofs.residual_layers import Stream, read_out
from proofs.rotations import Complex, Layout, Rotations, half_split, interleaved, turned
from proofs.router import Mixture, mixed
from symmetry.architecture import Architecture
from symmetry.array import Array
from symmetry.engine.float_laws import run_by
from symmetry.engine.measure import Trials
from symmetry.loss import softmax
from symmetry.network import Batch, Network
from symmetry.statements.theorem import theorem
from symmetry.statements.variant import law_of

SIZES = Architecture((3, 3, 2), batch=3, hidden="tanh", output="identity", loss="half_squared_error")
"""Three features and positions, two outputs; heads of three columns, or of three frequencies."""


def of_norms(stream: Stream, batch: Batch, *, norm: Callable = layer_norm):
    """A stream that is read through layer norms, and through RMS norms."""
    kinds = {jaxs.layer_norm: norm, jaxs.rms_norm: rms_norm}
    found = [read_out(stream, batch.x, for_units=each, for_head=each) for each in kinds.values()]
    return found, [jaxs.read_out(stream, batch.x, each) for each in kinds]


def of_running_norms(network: Network, norm: RunningNorm, batch: Batch):
    """A batch norm in evaluation, before the activation of a hidden layer."""
    return evaluate(network, norm, batch.x), jaxs.evaluated(network, norm, batch.x)


def of_experts(mixture: Mixture, batch: Batch, *, mix: Callable = mixed):
    """A mixture of experts."""
    return mix(mixture, batch.x), jaxs.mixture(mixture, batch.x)


def of_rotary_heads(attention: RotaryAttention, rotations: Rotations, batch: Batch, *, turn: Callable = turned):
    """Rotary attention, in both layouts."""
    layouts = {half_split: jaxs.half_split, interleaved: jaxs.interleaved}
    ours = [functools.partial(turn, by=rotations.at, layout=each) for each in layouts]
    theirs = [functools.partial(each, by=rotations.at) for each in layouts.values()]
    found = [attend(attention, batch.x, turn=each) for each in ours]
    return found, [jaxs.attention(attention, batch.x, each) for each in theirs]


def of_heads(attention: Attention, grouped: GroupedAttention, batch: Batch):
    """Attention with keys and values for each head, and for each group of heads."""
    found = attend(attention, batch.x), attend(grouped.attention, batch.x)
    return found, (jaxs.attention(attention, batch.x, lambda rows: rows), jaxs.grouped_attention(grouped, batch.x))


def of_gates(layer: GatedLayer, batch: Batch):
    """Gated units."""
    return gated(layer, batch.x), jaxs.gated(layer, batch.x)


def of_scores(case: Heads):
    """The scores of heads without rotary positions and with them, and the gradients of a loss of the latter."""
    sides = []
    for program in (own, jaxs):
        both = [program.scores(case.heads, case.x, rotary=rotary) for rotary in (False, True)]
        sides.append((both, program.gradients(case, rotary=True)))
    return tuple(sides)


def of_adapters(adapter: Adapter, batch: Batch):
    """The gradient in the factors of an adapter."""
    return gradient_in_factors(adapter, batch), jaxs.gradient_in_factors(adapter, batch)


def of_directions(case: TurnedMatrix):
    """Muon's direction."""
    return newton_schulz(case.matrix, case.coefficients, case.iterations), jaxs.newton_schulz(case)


BLOCKS: Mapping[str, Callable] = {
    "norms": of_norms,
    "batch norm in evaluation": of_running_norms,
    "experts": of_experts,
    "rotary attention": of_rotary_heads,
    "attention": of_heads,
    "gated units": of_gates,
    "scores and gradients": of_scores,
    "gradients of adapters": of_adapters,
    "Muon's direction": of_directions,
}
"""Laws whose two sides are the program of the theorems and the one in JAX's functions."""


def epsilon_outside_of_the_root(z: Array, epsilon: Array) -> Array:
    """Layer norm with epsilon beside the root of the variance."""
    return layer_norm(z) + epsilon


def mixed_by_the_smallest(mixture: Mixture, x: Array) -> Array:
    """The mixture whose examples are sent to the experts of their smallest logits."""
    opposite = dataclasses.replace(mixture, router=mixture.router.map(lambda array: -array))
    return mixed(opposite, x, lambda logits: softmax(-logits))


def turned_back(rows: Array, by: Complex, layout: Layout) -> Array:
    """Positions turned the other way."""
    return turned(rows, Complex(by.real, -by.imaginary), layout)


@theorem(
    "METH.26",
    title="The blocks of the theorems are those that JAX's own functions make",
    statement=r"B(\theta, x) = J(\theta, x)",
    hypotheses="J a second program that shares no line with B, and B: attention with keys for each head, for each group of "
    "heads and with rotary positions in both layouts; gated units; a mixture of experts; layer norm and RMS norm on a residual "
    "stream; batch norm in evaluation; the scores of heads, and their gradient; the gradient of an adapter's factors; Muon's "
    "direction; on random numbers in floats, within the one-ulp yardstick",
    cites=("vaswani2017attention", "su2021roformer", "shazeer2017outrageously", "jordan2024muon"),
    controls={
        "epsilon outside of the root": dict(instead={"norms": dict(norm=epsilon_outside_of_the_root)}),
        "experts of the smallest logits": dict(instead={"experts": dict(mix=mixed_by_the_smallest)}),
        "positions turned the other way": dict(instead={"rotary attention": dict(turn=turned_back)}),
    },
    evidence=("sampled",),
    systems=("balls",),
    dtypes=("float64",),
)
def blocks_are_those_of_jaxs_own_functions(
    trials: Trials, *, instead: Mapping[str, Mapping[str, Callable]] | None = None
) -> None:
    """Both programs of each block on random networks; with something `instead` of a block's part, that block only."""
    turned_knobs = instead or {name: {} for name in BLOCKS}
    run_by({name: law_of(knobs, BLOCKS[name], name) for name, knobs in turned_knobs.items()}, SIZES)(trials)
