"""Faults planted in `symmetry.convert`, each with the test that must fail."""

import functools

import test_convert
import test_converters_in_general as general

from tests.checked_fault import CheckedFault, Examples
from tests.faults.fault import Edit


def _at(module: str, check, *rows: tuple[str, str, str]) -> list[CheckedFault]:
    """Faults of one module that one check shows: a name, what stands there, what is put there."""
    return [CheckedFault(name, Edit(f"symmetry.convert.{module}", old, new), check) for name, old, new in rows]


SPLIT = test_convert.test_a_unit_of_equinox_splits_and_merges_again
NORMS = test_convert.test_a_norm_of_equinox_folds_into_a_kernel_that_is_multiplied_from_the_left
BATCH_NORM = functools.partial(test_convert.test_a_batch_norm_of_linen_folds_into_the_convolution_before_it, True)
VALUE = test_convert.test_a_value_bias_of_nnx_moves_to_the_output
EXPERTS = test_convert.test_experts_of_equinox_change_places_with_the_outputs_of_their_router
ADAPTER = test_convert.test_an_adapter_of_nnx_merges_and_keeps_its_function_under_a_change_of_basis
COMBINED = functools.partial(test_convert.test_adapters_combine_by_their_products_in_the_type_they_had, 3)
FUSED = functools.partial(test_convert.test_projections_fuse_and_split_in_either_layout, "groups", 0)

UNITS = [
    *_at(
        "units",
        SPLIT,
        ("shares exchanged", "shared[unit] *= 1 - share", "shared[unit] *= share"),
        ("the first unit copied", "np.take(array, [unit], place.axis)", "np.take(array, [0], place.axis)"),
        ("outgoing weights copied whole", "share * array[[unit]]", "array[[unit]]"),
        ("outgoing weights averaged", "array[list(units)].sum(axis=0)", "array[list(units)].mean(axis=0)"),
        ("the first unit deleted", "np.delete(array, others, axis=0)", "np.delete(array, [first], axis=0)"),
    ),
    *_at(
        "units",
        general.test_units_that_differ_in_one_number_do_not_merge,
        ("units merged that are partly equal", "(array[others] == array[first]).all()", "(array[others] == array[first]).any()"),
        ("units merged that are nearly equal", "(array[others] == array[first]).all()", "np.allclose(array[others], array[first], rtol=1e-3)"),
    ),
]  # fmt: skip

FOLDS = [
    *_at(
        "norms",
        NORMS,
        ("a scale along the first axis", "for a in range(kernel.ndim) if a != place.axis", "for a in range(kernel.ndim) if a != 0"),
        ("a shift that replaces the bias", "{bias: old + added}", "{bias: added}"),
        ("a shift taken away", "{bias: old + added}", "{bias: old - added}"),
        ("a shift that is kept", "new[shift] = np.zeros(", "new[shift] = 0 * np.ones(1) + parameters.floats(shift) + 0 * np.zeros("),
        ("a scale that is kept", "new[scale] = np.full(parameters.leaf(scale).shape, 1.0 - centre)", "new[scale] = parameters.floats(scale)"),
    ),
    *_at(
        "norms",
        general.test_a_scale_that_is_stored_less_1_folds,
        ("the program's 1 left out", "centre + _along(parameters, scale, place)", "_along(parameters, scale, place)"),
        ("a scale of 1 beside the program's 1", "1.0 - centre)", "1.0)"),
    ),
    *_at(
        "batch_norms",
        BATCH_NORM,
        ("epsilon outside of the root", "np.sqrt(variances + epsilon)", "(np.sqrt(variances) + epsilon)"),
        ("a variance taken for a deviation", "scales / np.sqrt(variances + epsilon)", "scales / (variances + epsilon)"),
        ("epsilon added again", "np.full_like(variances, 1.0 - epsilon)", "np.full_like(variances, 1.0)"),
        ("a mean that is not scaled", "(old - centres) * factors + shifts", "old * factors - centres + shifts"),
        ("a shift lost", "(old - centres) * factors + shifts", "(old - centres) * factors"),
        ("kernels of another axis", "for axis in range(array.ndim) if axis != place.axis", "for axis in range(array.ndim) if axis != 0"),
    ),
]  # fmt: skip

HEADS = [
    *_at(
        "attention",
        VALUE,
        ("a bias moved and kept", "np.zeros(bias.shape)", "bias"),
        ("the old bias overwritten", "old + added", "added"),
        ("dropout allowed", "if given:", "if given is True:"),
        ("a sink allowed", "if given:", "if given and given is not True:"),
    ),
    *_at(
        "attention",
        general.test_value_biases_go_to_the_query_heads_of_their_own_group,
        ("value heads tiled for repeated", "np.repeat(bias.reshape(-1, size), read // len(bias), axis=0).ravel()", "np.tile(bias, read // len(bias))"),
    ),
    *_at(
        "rotary",
        general.test_heads_of_six_entries_are_interleaved_and_split,
        ("interleaved as split", 'rotated, "interleave_rotary", (2, -1))', 'rotated, "interleave_rotary", (-1, 2))'),
        ("split as interleaved", 'rotated, "split_rotary", (-1, 2))', 'rotated, "split_rotary", (2, -1))'),
        ("one head for all", "np.arange(heads)[:, None] * len(order) + order", "np.arange(heads)[:, None] * 0 + order"),
        ("queries only", "for place in places:\n        heads, rest", "for place in places[: len(queries)]:\n        heads, rest"),
    ),
    *_at(
        "projections",
        FUSED,
        ("values before keys", "_axis_first(each, axis) for each in (query, key, value)]", "_axis_first(each, axis) for each in (query, value, key)]"),
        ("groups taken apart as parts", 'groups = key_heads if layout == "groups" else 1', 'groups = 1 if layout == "groups" else 1'),
        ("as many queries as keys", "np.cumsum([query_heads * size // groups, key_heads * size // groups])", "np.cumsum([key_heads * size // groups, query_heads * size // groups])"),
    ),
    *_at(
        "projections",
        Examples("symmetry.convert.projections"),
        ("parts in both layouts", 'axis=1 if layout == "groups" else 0)\n', "axis=0)\n"),
    ),
]  # fmt: skip

OTHERS = [
    *_at(
        "experts",
        EXPERTS,
        ("experts by the inverse order", "{path: found[paths[old]] for path, old in zip(paths, order, strict=True)}", "{paths[old]: found[path] for path, old in zip(paths, order, strict=True)}"),
        ("the router by the inverse order", "np.take(np.asarray(parameters.leaf(place.path)), index, place.axis)", "np.take(np.asarray(parameters.leaf(place.path)), np.argsort(index), place.axis)"),
        ("the router left", "new |= _exchanged(parameters, pattern, index.tolist())", "new = _exchanged(parameters, pattern, index.tolist())"),
        ("no router needed", "if not router:", "if router is None:"),
    ),
    *_at(
        "streams",
        test_convert.test_centred_writers_leave_a_model_behind_layer_norms_as_it_is,
        ("the mean of all entries", "array.mean(place.axis, keepdims=True)", "array.mean(0, keepdims=True)"),
        ("any norm allowed", "if norm != LAYER_NORM:", "if not norm:"),
    ),
    *_at(
        "streams",
        Examples("symmetry.convert.streams"),
        ("the mean added", "array - array.mean", "array + array.mean"),
    ),
    *_at(
        "adapters",
        ADAPTER,
        ("G in the place of its inverse", "np.linalg.solve(matrix, other)", "matrix @ other"),
        ("G transposed on one side", "in_type_of(left, one @ matrix", "in_type_of(left, one @ matrix.T"),
        ("the other factor left", 'in_type_of(right, solved, "right")', 'in_type_of(right, other, "right")'),
    ),
    *_at(
        "adapters",
        Examples("symmetry.convert.adapters"),
        ("scaling left out", "kernel + scaling * (one @ other)", "kernel + one @ other"),
        ("scaling of both factors", "kernel + scaling * (one @ other)", "kernel + scaling * scaling * (one @ other)"),
        ("a rank that is cut off", "if needed > rank:", "if needed > rank + 1:"),
    ),
    *_at(
        "adapters",
        COMBINED,
        ("weights without scaling", "[weight * scaling for", "[weight for"),
        ("weights of both factors", "np.concatenate([other for _, other in pairs], axis=0)", "np.concatenate([factor * other for factor, (_, other) in zip(factors, pairs, strict=True)], axis=0)"),
        ("singular values twice", "one[:, :kept] * roots, roots[:, None]", "one[:, :kept] * roots * roots, roots[:, None]"),
    ),
    *_at(
        "embeddings",
        Examples("symmetry.convert.embeddings"),
        ("divided by the factor", "array * factor", "array / factor"),
    ),
]  # fmt: skip

FAULTS = [*UNITS, *FOLDS, *HEADS, *OTHERS]
"""Each is one line."""

QUICK = ("value heads tiled for repeated", "interleaved as split", "divided by the factor")
"""Names of faults that every run plants; the slow run plants all."""
