"""The theorems, a chapter a file. Importing this package registers them all, in the order of the chapters."""

from symmetry.statements.ids import chapter_and_number
from symmetry.statements.registry import REGISTRY

CHAPTERS = (
    "gradient permutation permuted_training orbits equal_initialisation tied_training partly_equal "
    "zero_initialisation distinct_units breaking_ties keeping_ties tied_geometry rounding duplication sign skips "
    "scaling linear sharpness softmax normalisation noether attention_balance decay_and_momentum muon turned_inputs "
    "landscape mirrors wider_critical_points masks functional_dimension capacity interpolation architectures recurrence "
    "attention residual_stream rotary grouped_attention value_bias folded_norms folded_batch_norm gated_units experts "
    "adapters method coverage wide_balls number_systems dual_functions extreme_numbers dead_batches comparisons "
    "false_identities oracles loss_oracles uniformity every_shape every_action descent_with_state clipping "
    "optimisers_with_state choices scales reflections known_blocks"
)
"""The modules of the chapters, in reading order, with spaces between; a long chapter has several."""

CLAIMS = (
    "zero_initialisation ties tie_keeping tie_breaking differing_units initial_values identical_units solutions "
    "posted_class capacity approximation boundaries dimensions backprop descent layers answers"
)
"""The modules of `proofs.claims`, in the order of the claims, with spaces between."""


def load() -> dict:
    """Imports everything and returns the theorems and claims by id, by chapter and in the order of their numbers."""
    import importlib

    importlib.import_module("proofs.notation")
    modules = [f"proofs.{name}" for name in (*CHAPTERS.split(), *[f"claims.{theme}" for theme in CLAIMS.split()])]
    for module in modules:
        importlib.import_module(module)
    places = {module: place for place, module in enumerate(modules)}
    # By module, since whoever imported a chapter earlier registered it earlier.
    in_order = sorted(REGISTRY.values(), key=lambda made: places.get(made.module, len(places)))
    chapters = list(dict.fromkeys(made.chapter for made in in_order))
    return dict(
        sorted(REGISTRY.items(), key=lambda item: (chapters.index(item[1].chapter), chapter_and_number(item[0])))
    )
