"""Faults planted in `symmetry.dimension`, each with the test that must fail."""

import functools

import test_dimension as tests

from tests.checked_fault import CheckedFault
from tests.faults.fault import Edit


def _at(module: str, check, *rows: tuple[str, str, str]) -> list[CheckedFault]:
    """Faults of one module that one check shows: a name, what stands there, what is put there."""
    return [CheckedFault(name, Edit(f"symmetry.dimension.{module}", old, new), check) for name, old, new in rows]


FRACTIONS = functools.partial(tests.test_the_certified_rank_is_that_of_fractions_and_never_more, 0)
DEPENDENT = tests.test_balls_that_may_be_dependent_certify_nothing
RELU = tests.test_a_layer_of_relu_loses_one_dimension_for_each_hidden_unit
LINEAR = functools.partial(tests.test_a_linear_network_has_the_dimension_of_matrices_of_its_rank, 3, 2, 3)
DEEP = tests.test_a_deep_linear_network_counts_no_symmetry_twice
SOFTMAX = tests.test_a_softmax_loses_one_dimension_for_each_row_of_weights_before_it
ROTARY = tests.test_what_rotary_positions_leave_of_heads_is_found
NEAR = tests.test_a_change_too_small_for_floats_is_seen_on_balls
ONE_PLACE = tests.test_multiples_that_hold_at_one_place_only_are_no_symmetry
DERIVATIVES = tests.test_derivatives_are_those_of_jax

RANKS = [
    *_at(
        "elimination",
        DEPENDENT,
        ("pivots whose balls hold 0", "float(ball.abs_lower())", "float(ball.abs_upper())"),
    ),
    *_at(
        "elimination",
        FRACTIONS,
        ("a zero pivot counted", "sizes[place] > 0 else -1", "sizes[place] >= 0 else -1"),
        ("rows reduced by the wrong pivot", "self._pivots.append(place)", "self._pivots.append(0)"),
        ("rows that are not scaled to their pivot", "self._rows.append(left / left[place])", "self._rows.append(left * 2)"),
        ("rows added in the place of taken away", "left = left - factor * known", "left = left + factor * known"),
        ("the first row only taken away", "zip(self._pivots, self._rows, strict=True)", "zip(self._pivots[:1], self._rows[:1], strict=True)"),
        ("the row as it came kept", "self._rows.append(left / left[place])", "self._rows.append(np.array(row, dtype=object) / row[place])"),
    ),
    *_at(
        "measure",
        RELU,
        ("the least rank of all networks", "lower = max(visit.rank", "lower = min(visit.rank"),
        ("ranks added up", "lower = max(visit.rank", "lower = sum(visit.rank"),
        ("symmetries that are not taken off", "model.size - sum(each.dimensions for each in named)", "model.size"),
    ),
    *_at(
        "visits",
        tests.test_a_unit_that_is_dead_at_the_given_parameters_is_no_symmetry,
        ("the given parameters left out", "[model.arrays] if given else []", "[]"),
        ("the given parameters for all networks", "np.asarray(leaf[0]) for path, leaf in drawn(model.arrays, source).items()", "np.asarray(leaf[0]) if not given else model.arrays[path] for path, leaf in drawn(model.arrays, source).items()"),
    ),
    *_at(
        "visits",
        RELU,
        ("one input in the place of many", "while idle < PATIENCE and", "while number < 1 and"),
    ),
]  # fmt: skip

MOVES = [
    *_at(
        "generators",
        LINEAR,
        ("units mixed and not unmixed", "(*there, *back))", "(*there,))"),
        ("units mixed and unmixed alike", "back = [(slot[one], slot[other]) for slot in slots]", "back = [(slot[other], slot[one]) for slot in slots]"),
    ),
    *_at(
        "generators",
        SOFTMAX,
        ("lines along the wrong axis", "np.moveaxis(own, axis, -1).reshape(-1, own.shape[axis])", "np.moveaxis(own, axis, 0).reshape(-1, own.shape[axis])"),
        ("lines of the first axis only", "for axis in range(own.ndim):\n            lines", "for axis in range(1):\n            lines"),
        ("entries added to themselves", "made[place, targets] = 1 if sources is None else params[sources]", "made[place, targets] = params[targets] if sources is None else params[sources]"),
    ),
    *_at(
        "generators",
        ROTARY,
        ("pairs stretched and not turned", "(*turned, *stretched))", "(*stretched,))"),
        ("pairs turned and not stretched", "(*turned, *stretched))", "(*turned,))"),
        ("pairs of neighbours only", "in itertools.combinations(range(length), 2):", "in itertools.pairwise(range(length)):"),
    ),
    *_at(
        "invariance",
        NEAR,
        ("changes of floats", "if all(_vanishes(found, place) for place in places):", "if places:"),
    ),
    *_at("measure", DEEP, ("every move counted as a direction", "after = max(each.rank for each in eliminations)", "after = before + 1")),
    *_at(
        "jacobian",
        tests.test_where_a_relu_is_at_its_kink_nothing_is_differentiated,
        ("slopes at a kink", "return tape.ties == 0 and tape.unclear == 0", "return tape.unclear == 0"),
    ),
]  # fmt: skip

FAULTS = [*RANKS, *MOVES]
"""Each is one line."""

QUICK = ("a zero pivot counted", "rows reduced by the wrong pivot", "pivots whose balls hold 0", "slopes at a kink")
"""Names of faults that every run plants; the slow run plants all."""
