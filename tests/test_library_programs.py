"""Programs made of the modules of Flax and Equinox compute what ours do, in the float type of what they are given."""

import dataclasses
import math
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from proofs.adapter import Adapter
from proofs.adapter_modules import ADAPTED, adapted
from proofs.attention_block import Attention, Head, RotaryHead, attend
from proofs.expert_modules import MIXED
from proofs.experts import SIZES
from proofs.folded_norms import STREAM
from proofs.gated_layer import GatedLayer, gated
from proofs.gated_modules import GATED
from proofs.gated_units import UNITS
from proofs.grouped_attention import BLOCK
from proofs.grouped_heads import GroupedAttention
from proofs.grouped_modules import ATTEND
from proofs.norm_modules import READ_OUT
from proofs.norms import layer_norm, rms_norm, unnormed
from proofs.residual_layers import Stream, read_out
from proofs.rotary import outputs_and_gradient
from proofs.rotary_modules import ROTATED
from proofs.rotations import Complex, Rotations, half_split, interleaved
from proofs.router import Mixture, mixed, sigmoids
from symmetry.cases import case_types, draw_cases
from symmetry.engine.float_laws import run_by
from symmetry.engine.measure import trials
from symmetry.loss import softmax
from symmetry.network import Batch
from symmetry.numbers.ball.source import RandomFloats, round_to

EPSILONS = {"Flax": 1e-6, "Equinox": 1e-5}
"""What the norms of each library add to the variance."""


def gates(name: str):
    def law(layer: GatedLayer, batch: Batch):
        return GATED[name](layer, batch.x), gated(layer, batch.x)

    return law, UNITS


def experts(probabilities):
    def law(mixture: Mixture, batch: Batch):
        return MIXED["Equinox"](mixture, batch.x, probabilities), mixed(mixture, batch.x, probabilities)

    return law, SIZES


def streams(name: str, for_units, for_head):
    def law(stream: Stream, batch: Batch):
        norms = tuple(dataclasses.replace(norm, epsilon=EPSILONS[name]) for norm in stream.norms)
        stream, kinds = dataclasses.replace(stream, norms=norms), {"for_units": for_units, "for_head": for_head}
        return READ_OUT[name](stream, batch.x, **kinds), read_out(stream, batch.x, **kinds)

    return law, STREAM


def adapters():
    def law(adapter: Adapter, batch: Batch):
        return ADAPTED["Flax"](adapter, batch.x), adapted(adapter, batch.x)

    return law, STREAM


def over_root_of_size(attention: Attention) -> Attention:
    """The block whose queries hold what the libraries divide scores by."""

    def scaled(head: Head) -> Head:
        root = math.sqrt(head.output.shape[0])
        return dataclasses.replace(head, query=head.query.map(lambda array: array / root))

    return dataclasses.replace(attention, heads=tuple(map(scaled, attention.heads)))


def groups():
    def law(attention: GroupedAttention, batch: Batch):
        block = attention.attention
        return ATTEND["Flax"](block, batch.x), attend(over_root_of_size(block), batch.x)

    return law, BLOCK


def rotary(layout):
    def law(attention: RotaryHead, batch: Batch):
        positions, frequencies = jnp.arange(len(batch.x)), attention.heads[0].output.shape[0] // 2
        angles = positions[:, None] / 10_000 ** (jnp.arange(frequencies) / frequencies)
        rotations = Rotations(Complex(jnp.cos(angles), jnp.sin(angles)))
        made, _ = ROTATED["Equinox"](attention, rotations, batch, layout)
        expected, _ = outputs_and_gradient(over_root_of_size(attention), rotations, batch, layout)
        return made, expected

    return law, BLOCK


LAWS: dict[str, Any] = {
    "gated units of Flax": gates("Flax"),
    "gated units of Equinox": gates("Equinox"),
    "experts": experts(softmax),
    "experts with sigmoids": experts(sigmoids),
    "layer norms of Flax": streams("Flax", layer_norm, layer_norm),
    "layer norms of Equinox": streams("Equinox", layer_norm, unnormed),
    "RMS norms of Flax": streams("Flax", rms_norm, unnormed),
    "RMS norms of Equinox": streams("Equinox", rms_norm, rms_norm),
    "adapters": adapters(),
    "grouped heads": groups(),
    "half-split rotary embedding": rotary(half_split),
    "interleaved rotary embedding": rotary(interleaved),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.usefixtures("exact")
def test_programs_of_the_libraries_compute_what_ours_do(name):
    law, architecture = LAWS[name]
    measured = trials("MY.1", jnp.dtype("float64"), 100, 0)
    run_by({name: law}, architecture)(measured)
    assert not measured.violation
    assert (measured.count, measured.vacuous) == (100, 0)


@pytest.mark.usefixtures("exact")
def test_a_program_in_the_other_layout_is_found_to_differ():
    def sides(attention: RotaryHead, rotations: Rotations, batch: Batch):
        one, other = (ROTATED["Equinox"](attention, rotations, batch, each)[0] for each in (half_split, interleaved))
        return one, other

    measured = trials("MY.1", jnp.dtype("float64"), 100, 0)
    run_by({"layouts": sides}, BLOCK)(measured)
    assert measured.violation.startswith("layouts, the value: trial 0")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", LAWS)
@pytest.mark.usefixtures("exact")
def test_programs_of_the_libraries_run_in_the_float_type_of_their_inputs(name, dtype):
    law, architecture = LAWS[name]
    cases = round_to(draw_cases(case_types(law), RandomFloats((27,), 1), architecture), dtype)
    made, _ = jax.eval_shape(lambda case: law(**case), jax.tree.map(lambda leaf: leaf[0], cases))
    assert made.dtype == dtype
