"""symmetry.check: right groups hold with every control rejected, wrong ones fail by name, and what shows nothing is said."""

import dataclasses
import json
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import symmetry
from symmetry.discovery.groups import Block, GroupAxis, UnitGroup, UnitGroups
from symmetry.evidence.fields import Json
from symmetry.modelcheck import ModelReport, Section
from symmetry.modelcheck.example import build
from symmetry.modelcheck.laws import ALL, NEEDS_TRAINING, TIED
from symmetry.modelcheck.measure import gap
from symmetry.modelcheck.printed import printed

FUNCTION, LOSS, GRADIENTS, UPDATES = ALL[1:5]


def axis(path: str, place: int, size: int, *blocks: Block) -> GroupAxis:
    return GroupAxis(path, place, np.arange(size)[None], blocks)


def mlp(params, x):
    return jnp.tanh(x @ params["W1"] + params["b1"]) @ params["W2"]


def numbers(*shape: int) -> jax.Array:
    return jnp.asarray(np.random.default_rng(len(shape)).normal(size=shape), jnp.float32)


X = numbers(4, 3)
MLP = {"W1": numbers(3, 5), "b1": numbers(5), "W2": numbers(5, 2)}
HIDDEN = UnitGroup("b1", 5, (axis("W1", 1, 5), axis("b1", 0, 5), axis("W2", 0, 5)))


def outcomes(report: ModelReport, group: str = "b1") -> dict[str, str]:
    return {law.name: law.outcome for law in report.group(group).laws}


@pytest.fixture(scope="module")
def example() -> ModelReport:
    built = build()
    return symmetry.check(
        built["apply"], built["params"], built["inputs"], loss=built["loss"], optimizer=built["optimizer"]
    )


def test_every_group_of_an_attention_block_holds_in_every_law(example):
    assert [one.group.size for one in example.groups] == [5, 2, 2, 2]
    assert {law.outcome for one in example.groups for law in one.laws} == {"passed"}
    assert {one.verdict for one in example.groups} == {"holds"}
    assert not example.wrong
    assert example.settings["float type"] == "float64"


def test_only_key_biases_may_stay_where_they_are(example):
    assert {name for one in example.groups for name in one.vacuous} == {"key/bias:0", "key/bias:1"}
    for one in example.groups:
        for law in one.laws[1:]:
            assert law.unnoticed == one.vacuous
            assert law.controls == len(one.group.axes)
            assert law.rejected == law.controls - len(one.vacuous)


def test_biases_that_are_all_zero_are_said_to_be_tested_by_random_parameters_only(example):
    assert example.networks == ("the given parameters", "random parameters 1", "random parameters 2")
    assert "hidden/bias:0" in example.group("hidden").constant
    assert "hidden/kernel:1" not in example.group("hidden").constant


def test_a_group_that_lacks_an_axis_fails_in_the_law_of_the_function():
    lacking = dataclasses.replace(HIDDEN, axes=HIDDEN.axes[:2])
    report = symmetry.check(mlp, MLP, X, groups=[lacking])
    assert report.wrong
    assert report.group("b1").verdict == "failed"
    assert "times what rounding allows" in report.group("b1").law(FUNCTION).failure
    assert "b1 FAILED, same function: output differs by" in str(report)


def test_of_an_input_axis_that_is_listed_the_cure_is_named():
    square = {"W1": numbers(3, 3), "b1": numbers(3), "W2": numbers(3, 2)}
    right = UnitGroup("b1", 3, tuple(dataclasses.replace(one, positions=np.arange(3)[None]) for one in HIDDEN.axes))
    report = symmetry.check(mlp, square, X, groups=[dataclasses.replace(right, axes=(*right.axes, axis("W1", 0, 3)))])
    assert outcomes(report)[FUNCTION] == "failed"
    assert report.group("b1").cures == ("W1:0",)
    assert "the outputs would not change if W1:0 stayed where it is" in printed(report, 120)


def test_units_that_move_from_head_to_head_fail():
    built = build()
    own = (Block(1, np.arange(2)),)
    value = UnitGroup("value", 2, (axis("value/kernel", 2, 2, *own), axis("value/bias", 1, 2, Block(0, np.arange(2)))))
    right = dataclasses.replace(
        value, axes=(*value.axes, axis("out/kernel", 1, 2, Block(0, np.arange(2)))), per=(("value:1", 2),)
    )
    mixed = dataclasses.replace(
        right, name="mixed", axes=(*right.axes[:2], axis("out/kernel", 1, 2, Block(0, np.array([1, 0]))))
    )
    report = symmetry.check(built["apply"], built["params"], built["inputs"], groups=[right, mixed])
    assert [one.verdict for one in report.groups] == ["holds", "failed"]
    assert "a permutation of its own for each block" in report.group("mixed").law(FUNCTION).failure


def test_positions_that_name_a_unit_twice_are_no_group_action():
    twice = dataclasses.replace(HIDDEN, axes=(GroupAxis("W1", 1, np.array([[0, 1, 2, 3, 3]])), *HIDDEN.axes[1:]))
    report = symmetry.check(mlp, MLP, X, groups=[twice])
    assert outcomes(report)[ALL[0]] == "failed"
    assert "W1 is not where the product of two permutations takes it" in report.group("b1").law(ALL[0]).failure


def test_an_optimiser_that_treats_units_by_their_place_fails_in_the_law_of_updates_alone():
    placed = optax.stateless(lambda updates, _: jax.tree.map(lambda leaf: leaf * jnp.arange(leaf.shape[-1]), updates))
    report = symmetry.check(mlp, MLP, X, optimizer=placed, groups=[HIDDEN])
    found = outcomes(report)
    assert {name for name, outcome in found.items() if outcome == "failed"} == {UPDATES, TIED}
    assert report.wrong


def test_a_loss_that_reads_one_unit_fails_in_the_laws_of_loss_and_gradient():
    def loss(params, x):
        return (mlp(params, x) ** 2).sum() + params["b1"][0]

    found = outcomes(symmetry.check(mlp, MLP, X, loss=loss, groups=[HIDDEN]))
    assert found[FUNCTION] == "passed"
    assert found[LOSS] == found[GRADIENTS] == "failed"


def normalised(params, x):
    z = x @ params["W"] + params["b"]
    mean, variance = z.mean(0), z.var(0)
    scaled = (z - mean) / jnp.sqrt(variance + 1e-5) * params["scale"]
    return jnp.tanh(scaled) @ params["out"], {"mean": 0.9 * params["stats"]["mean"] + 0.1 * mean}


NORMALISED = {
    "W": numbers(3, 4),
    "b": jnp.zeros(4),
    "scale": jnp.ones(4),
    "out": numbers(4, 2),
    "stats": {"mean": jnp.zeros(4)},
}


def test_a_bias_before_batch_norm_is_vacuous():
    report = symmetry.check(lambda params, x: normalised(params, x)[0], NORMALISED, X)
    assert report.groups[0].vacuous == ("b:0",)
    assert report.groups[0].verdict == "holds"


def test_outputs_that_mirror_parameters_move_with_them():
    report = symmetry.check(normalised, NORMALISED, X, mirrors={"1": "stats"})
    (one,) = report.groups
    assert one.verdict == "holds"
    assert "stats/mean" in {each.path for each in one.group.axes}
    assert one.law(FUNCTION).rejected == one.law(FUNCTION).controls == 5
    assert set(one.law(LOSS).unnoticed) == {"b:0", "stats/mean:0"}
    assert "Vacuous in these laws alone (same loss, " in printed(report, 100)


def test_without_mirrors_such_a_group_fails():
    (group,) = symmetry.discover(normalised, NORMALISED, X, mirrors={"1": "stats"})
    report = symmetry.check(normalised, NORMALISED, X, groups=[group])
    assert "output 1/mean differs" in report.group(group.name).law(FUNCTION).failure


def test_equal_units_show_nothing_by_themselves():
    equal = {"W1": jnp.ones((3, 5)), "b1": jnp.zeros(5), "W2": jnp.ones((5, 2))}
    alone = symmetry.check(mlp, equal, X, networks=1)
    assert alone.group("b1").verdict == "vacuous"
    assert alone.group("b1").law(FUNCTION).outcome == "vacuous"
    assert "1 vacuous: b1" in printed(alone, 100)
    assert symmetry.check(mlp, equal, X).group("b1").verdict == "holds"


def test_shapes_are_enough():
    shapes = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape, leaf.dtype), (MLP, X))
    report = symmetry.check(mlp, *shapes, networks=2)
    assert report.networks == ("random parameters 0", "random parameters 1")
    assert report.group("b1").verdict == "holds"
    assert "on 2 random sets" in printed(report, 100)


def test_a_group_of_one_axis_is_controlled_by_moving_it_in_one_slice_alone():
    def pooled(params, x):
        return jnp.tanh(x @ params["W"]).max(-1)

    report = symmetry.check(pooled, {"W": numbers(3, 4)}, X)
    law = report.groups[0].law(FUNCTION)
    assert (law.controls, law.rejected) == (1, 1)


def test_integers_and_random_keys_among_the_parameters_stay():
    def looked_up(params, x):
        noise = jax.random.normal(params["key"], x.shape)
        return mlp(params["net"], (x + noise)[params["table"]])

    params = {"net": MLP, "key": jax.random.key(0), "table": jnp.array([2, 0])}
    report = symmetry.check(looked_up, params, X)
    assert report.group("net").verdict == "holds"
    assert report.settings["float type"] == "float64"


def test_parameters_are_moved_a_little_where_random_ones_give_no_numbers():
    def rooted(params, x):
        return mlp(params, x) * jnp.sqrt(0.3 - (params["near one"] + 1) ** 2).mean()

    report = symmetry.check(rooted, MLP | {"near one": -jnp.ones(6)}, X)
    assert report.networks[1:] == ("the given parameters moved a little, 1", "the given parameters moved a little, 2")
    assert report.group("b1").verdict == "holds"


def test_what_is_no_number_for_any_parameters_is_not_run_and_so_not_right():
    report = symmetry.check(lambda params, x: mlp(params, x) * jnp.nan, MLP, X)
    assert report.wrong
    assert report.group("b1").verdict == "not run"
    assert "not numbers, whatever parameters are tried" in printed(report, 100)


def test_what_has_no_gradient_is_checked_as_a_function():
    def looped(params, x):
        return jax.lax.while_loop(lambda y: y.sum() < 10, lambda y: y + 1, mlp(params, x))

    report = symmetry.check(looped, MLP, X)
    found = outcomes(report)
    assert {name for name, outcome in found.items() if outcome == "not run"} == set(NEEDS_TRAINING)
    assert found[FUNCTION] == "passed"
    assert "the loss has no gradient: ValueError: Reverse-mode differentiation" in str(report).replace("\n", " ")


def test_a_loop_that_starts_from_float32_runs_in_float64():
    def recurrent(params, x):
        def step(h, one):
            return jnp.tanh(one @ params["W1"] + h @ params["H"] + params["b1"]).astype(jnp.float32), None

        return jax.lax.scan(step, jnp.zeros(5, jnp.float32), x)[0] @ params["W2"]

    report = symmetry.check(recurrent, MLP | {"H": numbers(5, 5)}, X)
    assert report.settings["float type"] == "float64"
    assert report.group("b1").verdict == "holds"
    assert report.group("b1").controls == report.group("b1").rejected


def test_layers_in_bfloat16_are_told_apart_from_rounding():
    def coarse(params, x):
        return mlp(*jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), (params, x)))

    report = symmetry.check(coarse, MLP, X)
    assert report.settings["float type"] == "float64"
    assert report.group("b1").rejected == report.group("b1").controls


def test_the_same_seed_gives_the_same_report_as_json():
    first, again = (symmetry.check(mlp, MLP, X, seed=3).to_json() for _ in range(2))
    assert json.loads(json.dumps(first)) == again
    assert first["wrong"] is False
    assert jnp.ones(1).dtype == jnp.float32  # no setting has changed


def test_a_difference_that_nothing_bounds_is_null_in_json():
    def counted(params, x):
        return (x @ params["W1"] > 0).argmax(-1), mlp(params, x)

    report = symmetry.check(counted, MLP, X, groups=[HIDDEN])
    law = report.group("b1").law(FUNCTION)
    assert law.worst == math.inf
    assert law.to_json()["worst"] is None
    json.dumps(report.to_json(), allow_nan=False)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_report_fits_its_width(example, width):
    lines = printed(example, width).splitlines()
    assert max(map(len, lines)) <= width
    assert lines[-1] == "4 of 4 groups hold."
    text = " ".join(printed(example, width).split())
    assert "Vacuous, for the outputs stay the same where these are left as they were: key/{bias:0, bias:1}." in text
    assert "frozen by an input: hidden/kernel:0" in text


def test_a_notebook_shows_a_row_for_each_group(example):
    page = example._repr_html_()
    assert page.count("<tr>") == 1 + len(example.groups)
    assert "<p>4 of 4 groups hold.</p>" in page


def test_other_findings_have_a_section_and_can_be_wrong(example):
    @dataclasses.dataclass(frozen=True)
    class Tied:
        wrong: bool

        def __str__(self) -> str:
            return "units 0 to 3 start equal"

        def to_json(self) -> Json:
            return {"units": [0, 3]}

    report = dataclasses.replace(example, sections=(Section("start", "At the start", [Tied(True)]),))
    assert report.wrong
    assert report.to_json()["sections"] == {"start": [{"units": [0, 3]}]}
    assert "At the start:\nwrong: units 0 to 3 start equal\n" in printed(report, 80)
    assert printed(report, 80).endswith("1 other finding wrong.")
    assert not dataclasses.replace(example, sections=(Section("start", "At the start", [Tied(False)]),)).wrong


def test_no_group_is_said():
    report = symmetry.check(lambda w, x: x * w, numbers(3), X)
    assert not report.wrong
    assert printed(report, 100).endswith("No group of units.")


ONE = {"": np.array([1.0, 2.0])}


@pytest.mark.parametrize(
    ("other", "spread", "excess", "vacuous"),
    [
        ([1.0, 2.0], 1e-16, 0.0, False),
        ([1.0, 2.0 + 2.0**-33], 2.0**-53, 2.0**15, False),
        ([1.0, 2.0], 1.0, 0.0, True),
        ([1.0, 2.1], 1.0, 0.0, True),
        ([1.0, np.nan], 1e-16, math.inf, False),
        ([1.0, 2.5], 0.0, math.inf, False),
    ],
)
def test_a_difference_is_measured_by_the_spread(other, spread, excess, vacuous):
    found = gap(ONE, {"": np.array(other)}, {"": np.array(spread)})
    assert found.excess == excess
    assert found.vacuous == vacuous


def test_infinities_at_the_same_places_do_not_differ():
    one, other = ({"": np.array([-np.inf, 1.0])} for _ in range(2))
    assert gap(one, other, {"": np.array(1e-16)}).excess == 0


def vector_loss(params, x):
    return mlp(params, x).sum(0)


def raising_loss(params, x):
    raise KeyError("no labels")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"loss": vector_loss},
            r"the loss returns an array of shape \(2,\) and type float32; expected one real number",
        ),
        (
            {"loss": raising_loss},
            r"the loss raises KeyError: 'no labels' \(test_check_model.py, line \d+, in raising_loss\)",
        ),
        (
            {"optimizer": optax.masked(optax.sgd(0.1), {"other": True})},
            r"the optimiser raises ValueError: .*; pass an optax",
        ),
        ({"networks": 0}, "networks is 0; pass a whole number of at least 1"),
        ({"mirrors": {"nowhere": "W1"}}, "no result lies at 'nowhere'"),
    ],
)
def test_what_does_not_fit_is_said_in_a_line(options, message):
    with pytest.raises(ValueError, match=message):
        symmetry.check(mlp, MLP, X, **options)


def test_a_function_that_cannot_be_traced_is_named():
    with pytest.raises(ValueError, match="cannot be traced by JAX"):
        symmetry.check(lambda params, x: float(mlp(params, x).sum()), MLP, X)
    with pytest.raises(ValueError, match="cannot be traced by JAX"):
        symmetry.check(lambda params, x: float(mlp(params, x).sum()), MLP, X, groups=[HIDDEN])
    with pytest.raises(ValueError, match="the function returns no array"):
        symmetry.check(lambda params, x: None, MLP, X)


def test_a_group_of_other_parameters_is_named():
    with pytest.raises(ValueError, match="the parameters have no array W3"):
        symmetry.check(mlp, MLP, X, groups=UnitGroups([UnitGroup("W3", 5, (axis("W3", 0, 5),))]))
