"""Converters of checkpoints: each moves parameters as a theorem allows, and refuses where its hypotheses fail."""

from symmetry.convert.adapters import combine_adapters, merge_adapter, regauge_adapter
from symmetry.convert.attention import move_value_bias
from symmetry.convert.batch_norms import fold_batch_norm
from symmetry.convert.checking import checked
from symmetry.convert.embeddings import fold_embedding_scale
from symmetry.convert.experts import reorder_experts
from symmetry.convert.norms import fold_norm
from symmetry.convert.projections import fuse_projections, split_projections
from symmetry.convert.refusal import ConversionRefused
from symmetry.convert.rotary import interleave_rotary, split_rotary
from symmetry.convert.streams import center_writers
from symmetry.convert.units import merge_units, split_unit

__all__ = [
    "ConversionRefused",
    "center_writers",
    "checked",
    "combine_adapters",
    "fold_batch_norm",
    "fold_embedding_scale",
    "fold_norm",
    "fuse_projections",
    "interleave_rotary",
    "merge_adapter",
    "merge_units",
    "move_value_bias",
    "regauge_adapter",
    "reorder_experts",
    "split_projections",
    "split_rotary",
    "split_unit",
]
