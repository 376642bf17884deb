"""Causes that show in the arrays alone: each is named where it is the fault, and none where the values are others."""

import itertools
from typing import Any

import numpy as np
import pytest

from symmetry.gradcheck.cause import same
from symmetry.gradcheck.diagnosis import array_faults, explained
from symmetry.gradcheck.gradients import Gradients
from symmetry.gradcheck.scaled import sizes_of

pytestmark = pytest.mark.quick

DRAW = np.random.default_rng(0)
TRUE = {name: DRAW.normal(size=shape) for name, shape in {"K": (3, 3, 2, 2), "W": (5, 4), "b": (4,), "c": (4,)}.items()}
PARAMETERS = {name: DRAW.normal(size=array.shape) for name, array in TRUE.items()}
X, Y = DRAW.normal(size=(6, 5)), DRAW.normal(size=(6, 4))
INDICES = np.array([[0, 1, 1], [2, 3, 1]])


def gradients_of(change: dict[str, np.ndarray], x: Any = X, y: Any = Y, true=TRUE, arrays=PARAMETERS) -> Gradients:
    yours = {**true, **change}
    wrong = tuple(name for name in true if not same(yours[name], true[name]))
    return Gradients(yours, true, arrays, wrong, x, y)


def told_of(gradients: Gradients) -> str:
    return "\n".join(cause.sentence for cause in explained(gradients.wrong, list(array_faults(gradients)), gradients))


def with_rows(array: np.ndarray, rows, value) -> np.ndarray:
    changed = array.copy()
    changed[rows] = value
    return changed


K, W, B, C = TRUE["K"], TRUE["W"], TRUE["b"], TRUE["c"]
FAULTS = {
    "your b is 0 everywhere, as if forgotten": {"b": 0 * B},
    "your K and W have the wrong sign": {"K": -K, "W": -W},
    "your W is 2 times the derivative of your loss: a 2 too many": {"W": 2 * W},
    "your W is 0.5 times the derivative of your loss: a 2 left out": {"W": W / 2},
    "your W is 1.41421 times the derivative of your loss: a scale of 1/sqrt(2) left out": {"W": np.sqrt(2) * W},
    "your W is 0.57735 times the derivative of your loss: a scale of 1/sqrt(3) too many": {"W": W / np.sqrt(3)},
    "your W is 0.71 times the derivative of your loss": {"W": 0.71 * W},
    "your b is divided by 6, the number of examples, once too often": {"b": B / 6},
    "your b is 6 times the derivative of your loss; 6 is the number of examples: summed": {"b": 6 * B},
    "your b is -6 times the derivative of your loss, of the wrong sign and 6 times": {"b": -6 * B},
    "your b is divided by 5, the length of axis 1 of x, where 6, the number of examples, belongs": {"b": 6 / 5 * B},
    "your W is the derivative of your loss clipped to [-0.5, 0.5]: equal wherever it is smaller (all 20 entries)": {
        "W": np.clip(W, -0.5, 0.5)
    },
    "your b and c are exchanged: each equals the derivative in the other (all 8 entries)": {"b": C, "c": B},
    "your b equals the derivative in c (all 4 entries)": {"b": C},
    "your K has axes 2 and 3 reversed (all 36 entries)": {"K": K[:, :, ::-1, ::-1]},
    "your K has axis 3 reversed (all 36 entries)": {"K": K[..., ::-1]},
    "your K has axes 0 and 1 exchanged (all 36 entries)": {"K": K.swapaxes(0, 1)},
    "your K has axes 2 and 3 exchanged and has axis 2 reversed": {"K": np.rot90(K, axes=(2, 3))},
    "your K has the right values laid out in another order: as if reshaped with the axes in the order (0, 2, 3, 1)": {
        "K": K.transpose(0, 2, 3, 1).reshape(K.shape)
    },
    "your W has the right values laid out in another order: as if reshaped with the axes in the order (1, 0)": {
        "W": W.T.reshape(W.shape)
    },
    "your W has the right values in another order along axis 0: moved by 1 (all 20 entries)": {"W": np.roll(W, 1, 0)},
    "your W has the right values in another order along axis 0: 1 and 3 exchanged": {"W": W[[0, 3, 2, 1, 4]]},
    "your W has the right values in another order along the last axis: the places [1, 2, 0, 3]": {
        "W": W[:, [1, 2, 0, 3]]
    },
    "your W has the right values in another order (all 20 entries)": {
        "W": DRAW.permutation(W.ravel()).reshape(W.shape)
    },
    "your W has in every entry the sum of the derivative over axis 0 (all 20 entries)": {"W": W.sum(0) + 0 * W},
    "your b has in every entry the mean of the derivative over axis 0": {"b": B.mean() + 0 * B},
    "your b has the right total in the wrong entries": {"b": B + np.array([0.3, 0.4, -0.5, -0.2])},
    "your W is off by -0.3 times the parameter itself: the gradient of an L2 penalty left out": {
        "W": W - 0.3 * PARAMETERS["W"]
    },
    "your b and c are off by 0.2 times the parameter itself: the gradient of an L2 penalty that your loss does not have": {
        "b": B + 0.2 * PARAMETERS["b"],
        "c": C + 0.2 * PARAMETERS["c"],
    },
    "your W is right except in W[0]: 0 there, as if forgotten": {"W": with_rows(W, 0, 0)},
    "your W is right except in W[:, 3]: divided by 6, the number of examples, once too often there": {
        "W": W * np.array([1, 1, 1, 1 / 6])
    },
    "your W is right except in W[4]: of the wrong sign there": {"W": with_rows(W, 4, -W[4])},
    "your W is right except in W[4]: off by 0.1 times the parameter itself there": {
        "W": with_rows(W, 4, W[4] + 0.1 * PARAMETERS["W"][4])
    },
    "your W is right in W[0] and off by -0.1 times the parameter itself in the rest": {
        "W": with_rows(W - 0.1 * PARAMETERS["W"], 0, W[0])
    },
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_named(sentence):
    assert sentence in told_of(gradients_of(FAULTS[sentence]))


@pytest.mark.parametrize("seed", range(20))
def test_other_values_have_no_cause(seed):
    draw = np.random.default_rng(seed)
    for count in (1, 2, 4):
        change = {name: draw.normal(size=TRUE[name].shape) for name in list(TRUE)[:count]}
        assert not told_of(gradients_of(change, INDICES, draw.integers(3, size=6)))


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_cause_is_not_claimed_where_one_entry_is_another(sentence):
    def disturbed(array: np.ndarray) -> np.ndarray:
        return array + 1e-3 * np.arange(array.size).reshape(array.shape) / array.size

    told = told_of(gradients_of({name: disturbed(array) for name, array in FAULTS[sentence].items()}))
    assert "entries)" not in told
    assert sentence not in told


def test_all_arrays_scaled_to_a_round_norm_are_named_together_or_one_by_one():
    norm = np.sqrt(sum((array**2).sum() for array in TRUE.values()))
    together = told_of(gradients_of({name: array * (0.5 / norm) for name, array in TRUE.items()}))
    assert "your K, W, b and c are scaled to a norm of 0.5 over all arrays" in together
    each = told_of(gradients_of({name: array / np.linalg.norm(array) for name, array in TRUE.items()}))
    assert "your K, W, b and c are scaled to a norm of 1 each" in each
    neither = told_of(gradients_of({name: array * (0.5123 / norm) for name, array in TRUE.items()}))
    assert "norm" not in neither


def test_one_entry_cut_off_at_a_number_that_is_not_round_is_not_called_clipped():
    largest = np.sort(np.abs(B))[-2]
    assert "clipped" not in told_of(gradients_of({"b": np.clip(B, -largest, largest)}))


TABLE = {"E": DRAW.normal(size=(5, 2))}
TABLE["E"][4] = 0


def table_with(change: dict[int, float], x) -> str:
    wrong = TABLE["E"].copy()
    for row, value in change.items():
        wrong[row] += value
    return told_of(gradients_of({"E": wrong}, x, None, TABLE, {"E": np.ones((5, 2))}))


@pytest.mark.parametrize(
    "x",
    [
        INDICES,
        INDICES.astype(np.uint64),
        INDICES.ravel(),
        (np.ones((2, 3)), INDICES),
        {"words": INDICES},
        INDICES.tolist(),
    ],
)
def test_contributions_lost_where_an_index_repeats_are_named(x):
    assert "contributions lost where an index repeats; `=`" in table_with({1: 0.7}, x)
    assert "contributions lost" not in table_with({2: 0.7}, x)
    assert "contributions lost" not in table_with({1: 0.7, 3: 0.1}, x)
    assert "contributions lost" not in table_with({1: 0.7}, np.array([[0, 1, 2], [4, 3, 0]]))


def test_an_index_that_repeats_only_within_one_example_is_told_from_one_that_repeats_at_all():
    x = np.array([[0, 1, 1], [2, 3, 0]])
    told = table_with({1: 0.7}, x)
    assert (
        "wrong in exactly those that repeat within axis 1 of x (1): contributions lost where an index repeats within"
        in told
    )
    assert "where an index repeats; `=`" in table_with({0: 0.2, 1: 0.7}, x)


def test_a_row_that_the_loss_leaves_out_is_named():
    told = table_with({4: 0.5}, INDICES)
    assert "your E is right except in E[4], where the derivative of your loss is 0" in told


def test_entries_that_were_not_compared_are_passed_over():
    known = DRAW.random(W.shape) < 0.5
    change, true = ({"W": np.where(known, array, np.nan)} for array in (W / 6, W))
    told = told_of(gradients_of(change, true=true, arrays={"W": PARAMETERS["W"]}))
    assert told == "your W is divided by 6, the number of examples, once too often"
    nothing = {"W": np.full(W.shape, np.nan)}
    assert not told_of(Gradients(nothing, nothing, PARAMETERS, ("W",), X, Y))


class Opaque:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("this is no array")


@pytest.mark.parametrize(
    "data",
    [None, 3, "text", [[1, 2], [3]], [[], [1]], {"a{b}": INDICES}, Opaque(), (None, Opaque()), {1, 2}, np.array("x")],
)
def test_data_of_any_kind_raises_nothing(data):
    for x, y in itertools.product((data, X), (data, INDICES)):
        told = [told_of(gradients_of(change, x, y)) for change in FAULTS.values()]
        assert all(isinstance(each, str) for each in told)


def test_lengths_are_named_after_what_they_count():
    assert sizes_of(np.ones((6, 5)), np.ones(6)) == {6: "the number of examples", 5: "the length of axis 1 of x"}
    assert sizes_of(np.ones((3, 6)), np.ones((1, 6))) == {3: "the length of axis 0 of x", 6: "the number of examples"}
    ambiguous = sizes_of(np.ones((4, 3)), np.ones((4, 3)))
    assert ambiguous[4] == "the length of axis 0 of x and the length of axis 0 of y"
    assert sizes_of((np.ones(4), [[1, 2], [3, 4]]), None) == {
        4: "the length of axis 0 of x[0]",
        2: "the length of axis 0 of x[1] and the length of axis 1 of x[1]",
    }
