"""LN: what layer norm on a residual stream hides from its readers (ba2016layer, ashkboos2024slicegpt)."""

import dataclasses
from collections.abc import Callable

from proofs.architectures import LIBRARIES
from proofs.derivations import folded_norms as derivations
from proofs.norm_modules import READ_OUT
from proofs.norms import layer_norm, rms_norm, unnormed
from proofs.residual_layers import Levels, Norm, Stream, read_out
from symmetry.architecture import Architecture
from symmetry.network import Batch, Layer
from symmetry.statements.theorem import WIDE, OtherPrograms, theorem

STREAM = Architecture((3, 3, 2), batch=3)
"""Three features: the layer norm of any two is 1 and -1."""


@theorem(
    "LN.1",
    title="If all readers of a stream are layer-normed, its writers do not see one number added to all features",
    statement=r"(W, b) \to (W + u 1^T, b + t 1) \text{ for any writer} \;\Rightarrow\; f(\theta', x) = f(\theta, x), \quad "
    r"\mathrm{LN}(s + c 1) = \mathrm{LN}(s)",
    hypotheses="every reader of the stream, the head among them, reads it through a norm that subtracts the mean over features; "
    "u holds any number for each input of a writer, t is any number; any epsilon, scale and shift. RMS norm does not subtract "
    "the mean, which breaks it",
    cites=("ba2016layer", "ashkboos2024slicegpt"),
    controls={
        "one reader without norm": dict(for_head=unnormed),
        "RMS norm in the place of layer norm": dict(for_units=rms_norm, for_head=rms_norm),
    },
    derivation=derivations.added_levels,
    architectures=(STREAM,),
    dtypes=WIDE,
    black_boxes=OtherPrograms("run", READ_OUT, needs=LIBRARIES),
    refutes={
        "one number added to all features changes nothing, with RMS norm": dict(for_units=rms_norm, for_head=rms_norm)
    },
)
def layer_normed_readers_do_not_see_one_number_added_to_all_features(
    stream: Stream,
    levels: Levels,
    batch: Batch,
    *,
    for_units: Callable = layer_norm,
    for_head: Callable = layer_norm,
    run: Callable = read_out,
):
    """The outputs after such numbers are added to the embedding and to what the units write, and before."""
    return tuple(run(each, batch.x, for_units=for_units, for_head=for_head) for each in (levels.add(stream), stream))


def folded(reader: Layer, norm: Norm) -> Layer:
    """The reader with the norm's scale and shift in it: diag(gamma) W, b + beta W."""
    return Layer(reader.weight * norm.scale[:, None], reader.bias + norm.shift @ reader.weight)


def without_scale_and_shift(norm: Norm) -> Norm:
    return Norm(norm.scale * 0 + 1, norm.shift * 0, norm.epsilon)


def fold(stream: Stream, readers: tuple[str, ...]) -> Stream:
    """The stream with its norms' scales and shifts in the head and in the named readers of the units, "gate" and "up"."""
    of_units, of_head = stream.norms
    units = dataclasses.replace(
        stream.units, **{name: folded(getattr(stream.units, name), of_units) for name in readers}
    )
    bare = tuple(map(without_scale_and_shift, stream.norms))
    return dataclasses.replace(stream, units=units, head=folded(stream.head, of_head), norms=bare)


@theorem(
    "LN.2",
    title="A norm's scale and shift fold into everything that reads it",
    statement=r"(n \odot \gamma + \beta) W + b = n\, \mathrm{diag}(\gamma) W + (b + \beta W): \quad "
    r"f(\gamma, \beta, W, b) = f(1, 0, \mathrm{diag}(\gamma) W, b + \beta W)",
    hypotheses="W and b of every reader of the norm change, each once: gate and up of gated units, as queries, keys and values "
    "of a block of attention; n is what the norm makes before scale and shift, by layer norm or RMS norm; any scale, 0 included",
    cites=("ashkboos2024slicegpt", "ba2016layer", "zhang2019root"),
    controls={"folded into one reader of two": dict(readers=("gate",))},
    derivation=derivations.folding,
    architectures=(STREAM,),
    dtypes=WIDE,
    black_boxes=OtherPrograms("run", READ_OUT, needs=LIBRARIES),
)
def scale_and_shift_of_a_norm_fold_into_every_reader(
    stream: Stream, batch: Batch, *, readers: tuple[str, ...] = ("gate", "up"), run: Callable = read_out
):
    """The outputs after scales and shifts are folded, and before: with layer norms, and with RMS norms."""
    moved = fold(stream, readers)
    kinds = {"layer norm": layer_norm, "RMS norm": rms_norm}
    return tuple(
        {name: run(each, batch.x, for_units=kind, for_head=kind) for name, kind in kinds.items()}
        for each in (moved, stream)
    )
