"""What a start and an optimiser imply: each start is trained, and what is said of it must be what happened."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import proofs
import symmetry
from symmetry.discovery import GroupAxis, UnitGroup
from symmetry.engine.kernel import exact_settings
from symmetry.starts import Finding, Findings
from symmetry.starts.problem import problem_of
from tests import starts
from tests.starts import INPUTS, constants, mlp, mlp_params, with_second_unit, zeros

ADAM = optax.adam(1e-2)


def check(apply, params, *inputs, **options) -> Findings:
    return symmetry.check_start(apply, params, *(inputs or (INPUTS,)), **options)


def only(findings: Findings, kind: str) -> Finding:
    """The one finding of a kind."""
    (found,) = [finding for finding in findings if finding.kind == kind]
    return found


def kinds(findings: Findings) -> list[str]:
    return [finding.kind for finding in findings]


# Equal units


def test_a_random_start_has_no_findings():
    found = check(mlp(jnp.tanh), mlp_params())
    assert not found
    assert "No two units start alike" in str(found)


@pytest.mark.parametrize("optimizer", [None, ADAM, optax.sgd(1e-2, momentum=0.9), optax.adamw(1e-2)])
def test_one_constant_a_layer_stays_tied(optimizer):
    tied = only(check(mlp(jnp.tanh), constants(mlp_params()), optimizer=optimizer), "tied units")
    assert tied.wrong
    assert tied.theorems == ("TIE.3",)
    assert tied.units == (((), (0, 1, 2, 3)),)


def test_two_equal_units_of_four_are_named():
    tied = only(check(mlp(jnp.tanh), with_second_unit(mlp_params())), "tied units")
    assert tied.units == (((), (0, 1)),)
    assert str(tied).startswith("Units 0 and 1 of ")
    assert tied.measured["parted at step"] is None


@pytest.mark.slow
def test_an_optimiser_with_noise_parts_tied_units():
    found = check(mlp(jnp.tanh), constants(mlp_params()), optimizer=optax.noisy_sgd(1e-2, key=0))
    assert not only(found, "tied units").wrong


def test_noise_for_each_unit_parts_tied_units():
    noise = optax.stateless(lambda updates, _: {**updates, "W": updates["W"] + np.random.default_rng(0).normal(size=4)})
    found = check(mlp(jnp.tanh), constants(mlp_params()), optimizer=optax.chain(optax.sgd(1e-2), noise))
    tied = only(found, "tied units")
    assert not found.wrong
    assert "does not treat them alike, and step 1 parts them" in str(tied)


def test_a_learning_rate_for_each_unit_parts_tied_units():
    rates = optax.stateless(lambda updates, _: {**updates, "W": updates["W"] * jnp.arange(1, 5)})
    found = check(mlp(jnp.tanh), constants(mlp_params()), optimizer=optax.chain(optax.sgd(1e-2), rates))
    assert not only(found, "tied units").wrong


def test_what_only_rounding_opens_is_said_to_be_that():
    rounding = optax.stateless(lambda updates, _: {**updates, "W": updates["W"] * (1 + 2.0**-52 * jnp.arange(4))})
    found = check(mlp(jnp.tanh), constants(mlp_params()), optimizer=optax.chain(optax.sgd(1e-2), rounding))
    tied = only(found, "tied units")
    assert tied.wrong
    assert tied.measured["opened by"] == "rounding"
    assert "in exact arithmetic" in str(tied)
    assert "Rounding alone parts them: by " in str(tied)


@pytest.mark.slow
def test_muon_on_constant_layers_is_tied_but_for_rounding():
    def deep(params, x):
        hidden = jnp.tanh(jnp.tanh(x @ params["W"]) @ params["U"])
        return hidden @ params["V"]

    params = {"W": np.full((3, 7), 0.3), "U": np.full((7, 7), 0.2), "V": np.full((7, 2), 0.1)}
    found = check(deep, params, optimizer=optax.contrib.muon(0.1))
    assert kinds(found) == ["tied units"] * 2
    for tied in found:
        assert tied.wrong
        assert tied.theorems == ("TIE.3",)
        assert tied.measured["opened by"] in (None, "rounding")  # which of the two depends on the processor


def test_an_optimiser_that_changes_its_ways_is_not_trusted():
    def late_noise(updates, state, params=None):
        noise = jnp.where(state > 50, jnp.arange(4.0), jnp.zeros(4))
        return {**updates, "W": updates["W"] + noise}, state + 1

    late = optax.GradientTransformation(lambda params: jnp.zeros(()), late_noise)
    found = check(mlp(jnp.tanh), constants(mlp_params()), optimizer=optax.chain(optax.sgd(1e-2), late))
    tied = only(found, "tied units")
    assert not tied.wrong
    assert tied.verdict == "cannot be told"
    assert "step 52 parted them" in str(tied)


def test_a_recurrent_matrix_may_tie_units_whose_rows_differ():
    params = {"W": np.full((3, 4), 0.2), "R": 0.5 * np.eye(4) + 0.1, "V": np.full((4, 2), 0.7)}
    group = UnitGroup("state", 4, (_axis("W", 1), _axis("R", 0), _axis("R", 1), _axis("V", 0)))

    def recurrent(params, x):
        state = jnp.tanh(x @ params["W"])
        for _ in range(2):
            state = jnp.tanh(state @ params["R"] + x @ params["W"])
        return state @ params["V"]

    assert only(check(recurrent, params, groups=[group]), "tied units").wrong
    unequal = params | {"R": params["R"] + np.triu(np.full((4, 4), 0.1), 1)}
    assert not check(recurrent, unequal, groups=[group])


def test_units_of_one_expert_are_tied_in_its_block():
    params = starts.equal_experts()
    generator = np.random.default_rng(0)
    params = {name: generator.normal(size=array.shape) for name, array in params.items()}
    params["up"][2][:, 3], params["down"][2][3] = params["up"][2][:, 1], params["down"][2][1]
    tied = only(check(starts.soft_experts, params), "tied units")
    assert tied.units == (((2,), (1, 3)),)
    assert "units 1 and 3 in block 2" in str(tied).lower()


def test_dropout_for_each_unit_parts_tied_units_and_a_shared_mask_does_not():
    def dropping(params, x, mask):
        return (jnp.tanh(x @ params["W"] + params["b"]) * mask) @ params["V"]

    params = constants({name: array for name, array in mlp_params().items() if name != "c"})
    group = UnitGroup("units", 4, (_axis("W", 1), _axis("b", 0), _axis("V", 0)))
    masks = np.random.default_rng(0).integers(0, 2, (5, 4)).astype(float)
    apart = only(check(dropping, params, INPUTS, masks, groups=[group]), "tied units")
    assert not apart.wrong
    assert "the loss tells them apart on these inputs, and step 1 parts them" in str(apart)
    assert only(check(dropping, params, INPUTS, masks[:, :1], groups=[group]), "tied units").wrong


def test_equal_experts_stay_tied_under_a_soft_router_of_zeros():
    found = check(starts.soft_experts, zeros(starts.equal_experts(), "router"))
    assert only(found, "tied units").wrong
    assert only(found, "never moves").where == "router"


def test_a_random_router_parts_equal_experts():
    found = check(starts.soft_experts, starts.equal_experts())
    apart = only(found, "equal in part")
    assert not found.wrong
    assert apart.measured["parted at step"] == {"down": 1, "up": 1}
    assert "all equal but router" in str(apart)


def test_top_1_routing_parts_equal_experts_by_their_place():
    axes = (_axis("router", 1), _axis("up", 0), _axis("down", 0))
    params = zeros(starts.equal_experts(), "router")
    apart = only(check(starts.first_expert, params, groups=[UnitGroup("experts", 4, axes)]), "tied units")
    assert not apart.wrong
    assert "a choice between equal values goes by their place" in str(apart)


def test_equal_heads_stay_tied_and_a_key_bias_has_no_effect():
    params = starts.attention_params()
    for name, array in params.items():
        if name != "out":
            array[...] = np.take(array, [0], axis=array.ndim - 2)
    params["out"][...] = params["out"][:1]
    found = check(starts.attention, params)
    tied = only(found, "tied units")
    assert tied.wrong
    assert tied.theorems == ("TIE.4",)
    assert only(found, "without effect").where == "key bias"


def test_what_has_no_effect_is_not_the_fault_of_the_start():
    found = check(starts.attention, starts.attention_params())
    assert kinds(found) == ["without effect"]
    assert not found.wrong


# Units that are equal in part


def test_equal_incoming_weights_part_at_step_1():
    apart = only(check(mlp(jnp.tanh), with_second_unit(mlp_params(), outgoing=None)), "equal incoming weights")
    assert apart.theorems == ("DUP.1", "TIE.6")
    assert apart.units == (((), (0, 1)),)
    assert apart.measured["parted at step"] == {"W": 1, "b": 1}
    assert not apart.wrong


def test_equal_outgoing_weights_part_at_step_1():
    apart = only(check(mlp(jnp.tanh), with_second_unit(mlp_params(), incoming=None)), "equal outgoing weights")
    assert apart.theorems == ("TIE.7",)
    assert apart.measured["parted at step"] == {"V": 1}


def test_a_theorem_of_gradient_descent_is_not_cited_for_adam():
    start = with_second_unit(mlp_params(), outgoing=None)
    assert only(check(mlp(jnp.tanh), start, optimizer=ADAM), "equal incoming weights").theorems == ("DUP.1",)


def test_the_first_step_of_adam_hardly_sees_how_large_a_gradient_is():
    start = with_second_unit(mlp_params(), outgoing=None)
    start["V"][1] = 1.5 * start["V"][0]
    apart = only(check(mlp(jnp.tanh), start, optimizer=ADAM), "equal incoming weights")
    first, second = (apart.measured["gap after step"]["W"][step] for step in (1, 2))
    assert 0 < first < 1e-8 < 1e-6 < second


def test_outgoing_weights_are_told_by_the_function_and_not_by_names():
    def swapped(params, x):
        return jnp.tanh(params["V"] @ x.T + params["c"][:, None]).T @ params["W"]

    params = {"V": np.random.default_rng(0).normal(size=(4, 3)), "c": np.zeros(4), "W": mlp_params()["V"]}
    params["V"][1] = params["V"][0]
    apart = only(check(swapped, params), "equal incoming weights")
    assert apart.measured["parted at step"] == {"V": 1, "c": 1}


def test_of_two_linear_factors_the_one_that_is_used_last_is_outgoing():
    params = starts.adapter_params()
    params["A"][:, 1] = params["A"][:, 0]
    apart = only(check(starts.adapted, params), "equal incoming weights")
    assert apart.measured["parted at step"] == {"A": 1}


# Units that are multiples of each other


@pytest.mark.parametrize("factor", [2.0, 1.7])
def test_proportional_relu_units_stay_so_under_gradient_descent(factor):
    start = with_second_unit(mlp_params(seed=3), factor, factor)
    for params in (start, {name: np.float32(array) for name, array in start.items()}):
        tied = only(check(mlp(jax.nn.relu), params), "proportional units")
        assert tied.wrong
        assert tied.theorems == ("TIE.12",)


def test_adam_parts_proportional_units():
    found = check(mlp(jax.nn.relu), with_second_unit(mlp_params(seed=3), 1.7, 1.7), optimizer=ADAM)
    assert not only(found, "proportional units").wrong
    assert "does not treat them alike, and step 1 parts them" in str(found)


def test_proportional_units_mean_nothing_where_rescaling_is_no_symmetry():
    assert not check(mlp(jnp.tanh), with_second_unit(mlp_params(seed=3), 2.0, 2.0))
    assert not check(mlp(jax.nn.relu), with_second_unit(mlp_params(seed=3), 2.0, 0.5))


def test_opposite_units_stay_so_where_activations_are_odd():
    start = with_second_unit(mlp_params(), -1.0, -1.0)
    tied = only(check(mlp(jnp.tanh), start), "opposite units")
    assert tied.wrong
    assert tied.theorems == ("TIE.15",)
    assert only(check(mlp(jnp.tanh), start, optimizer=ADAM), "opposite units").theorems == ("TIE.4",)
    assert not check(mlp(jax.nn.sigmoid), start)


# What moves late or never


@pytest.mark.parametrize("activation", [jnp.tanh, jax.nn.relu])
def test_all_zero_only_the_last_bias_moves_if_the_activation_is_0_at_0(activation):
    found = check(mlp(activation), zeros(mlp_params()))
    assert found.moves == {"W": None, "b": None, "V": None, "c": 1}
    assert only(found, "tied units").wrong
    never = only(found, "never moves")
    assert never.wrong
    assert never.theorems == ("TIE.8",)


def test_all_zero_a_sigmoid_network_moves_from_the_output_inwards():
    found = check(mlp(jax.nn.sigmoid), zeros(mlp_params()))
    assert found.moves == {"W": 2, "b": 2, "V": 1, "c": 1}
    assert only(found, "tied units").wrong
    assert only(found, "waits").theorems == ("TIE.8",)


def test_the_table_of_zero_starts_is_not_cited_for_inputs_that_its_hypotheses_exclude():
    found = check(mlp(jax.nn.sigmoid), zeros(mlp_params()), np.zeros((5, 3)))
    assert found.moves == {"W": None, "b": 2, "V": 1, "c": 1}
    assert only(found, "waits").theorems == ("GRAD.2",)


def test_behind_a_last_layer_of_zeros_all_moves_at_step_2():
    found = check(mlp(jnp.tanh), zeros(mlp_params(), "V"))
    waits = only(found, "waits")
    assert not found.wrong
    assert found.moves == {"W": 2, "b": 2, "V": 1, "c": 1}
    assert waits.theorems == ("GRAD.2",)
    assert "the units of b part in it at step 1" in str(waits)


def test_a_zero_weight_in_the_middle_holds_up_both_sides():
    def deep(params, x):
        return jnp.tanh(jnp.tanh(x @ params["W"]) @ params["U"]) @ params["V"]

    generator = np.random.default_rng(0)
    params = {"W": generator.normal(size=(3, 4)), "U": np.zeros((4, 4)), "V": generator.normal(size=(4, 2))}
    found = check(deep, params)
    assert found.moves == {"W": 2, "U": 1, "V": 2}
    assert only(found, "waits").theorems == ("GRAD.2", "GRAD.3")


def test_the_first_factor_of_an_adapter_moves_at_step_2():
    found = check(starts.adapted, zeros(starts.adapter_params(), "B"))
    assert kinds(found) == ["waits"]
    assert found.moves == {"base": 1, "A": 2, "B": 1}


def test_an_adapter_with_a_constant_factor_trains_as_rank_1():
    params = zeros(starts.adapter_params(), "B") | {"A": np.full((3, 3), 0.3)}
    found = check(starts.adapted, params)
    assert kinds(found) == ["tied units", "waits"]
    assert found.wrong


def test_an_adapter_of_two_zero_factors_never_moves():
    found = check(starts.adapted, zeros(starts.adapter_params(), "A", "B"))
    assert found.moves == {"base": 1, "A": None, "B": None}
    assert "A and B are 0 at the start and each waits for another" in str(only(found, "never moves"))


def test_a_base_that_the_optimiser_holds_still_is_no_finding():
    labels = {"base": "frozen", "A": "trained", "B": "trained"}
    optimizer = optax.multi_transform({"frozen": optax.set_to_zero(), "trained": optax.sgd(1e-2)}, labels)
    found = check(starts.adapted, zeros(starts.adapter_params(), "B"), optimizer=optimizer)
    assert [(finding.kind, finding.verdict) for finding in found] == [("waits", "as expected")]


def test_a_warm_up_delays_what_waits():
    schedule = optax.join_schedules([optax.constant_schedule(0.0), optax.constant_schedule(1e-2)], [3])
    found = check(starts.adapted, zeros(starts.adapter_params(), "B"), optimizer=optax.sgd(schedule))
    assert found.moves == {"base": 4, "A": 5, "B": 4}
    assert only(found, "waits").verdict == "as expected"


@pytest.mark.parametrize(("zero", "late"), [("gate", ("V", "W")), ("V", ("W", "gate"))])
def test_the_rest_of_a_branch_with_a_zero_moves_at_step_2(zero, late):
    found = check(starts.gated_branch, zeros(starts.branch_params(), zero))
    assert kinds(found) == ["waits"]
    assert found.moves == {"in": 1, zero: 1, **dict.fromkeys(late, 2)}


def test_a_branch_with_a_zero_gate_and_a_zero_weight_is_dead():
    found = check(starts.gated_branch, zeros(starts.branch_params(), "gate", "V"))
    assert only(found, "never moves").wrong
    assert found.moves == {"in": 1, "W": None, "V": None, "gate": None}


def dead_on_any_input() -> starts.Params:
    params = mlp_params(seed=3)
    params["b"][2] = -50
    return params


def test_a_unit_that_is_dead_on_any_input_is_wrong():
    dead = only(check(mlp(jax.nn.relu), dead_on_any_input()), "dead units")
    assert dead.wrong
    assert dead.units == (((), (2,)),)


def test_a_unit_that_is_dead_on_these_inputs_only_is_not_wrong():
    params = mlp_params(seed=3)
    params["W"][:, 2], params["b"][2], params["b"][3] = -abs(params["W"][:, 2]), 0, 5
    dead = only(check(mlp(jax.nn.relu), params, abs(INPUTS)), "dead units")
    assert not dead.wrong
    assert "Random inputs of their size reach it" in str(dead)


def test_decay_of_the_bias_alone_revives_a_dead_unit_at_the_step_that_can_be_computed():
    params, rate, decay = mlp_params(seed=3), 1 / 16, 0.5
    params["b"][2] = -20
    only_bias = {name: name == "b" for name in params}
    optimizer = optax.chain(optax.add_decayed_weights(decay, mask=only_bias), optax.sgd(rate))
    dead = only(check(mlp(jax.nn.relu), params, optimizer=optimizer), "dead units")
    highest = (INPUTS @ params["W"][:, 2]).max()
    steps = np.arange(100)
    revived = 1 + (highest > 20 * (1 - rate * decay) ** steps).argmax()
    assert dead.measured["revived at step"] == revived > 1
    assert not dead.wrong


# How it is asked, and what is returned


def test_findings_are_plain_data_too():
    found = check(mlp(jnp.tanh), zeros(mlp_params()))
    data = json.loads(json.dumps(found.to_json()))
    assert data["moves"] == dict(found.moves)
    assert [finding["sentence"] for finding in data["findings"]] == list(map(str, found))
    assert data["findings"][0]["units"] == [{"block": [], "units": [0, 1, 2, 3]}]


def test_every_theorem_that_can_be_cited_exists():
    proofs.load()
    for id in ("DUP.1", "GRAD.2", "GRAD.3", "TIE.3", "TIE.4", "TIE.6", "TIE.7", "TIE.8", "TIE.12", "TIE.15"):
        assert symmetry.theorem_by_id(id).id == id


def test_a_function_that_takes_no_float64_is_trained_in_float64_by_its_equations():
    def apply(params, x):
        state = jnp.zeros(4, jnp.float32)
        return jax.lax.scan(lambda state, row: (jnp.tanh(row @ params["W"] + state), None), state, x)[0] @ params["V"]

    params, x = {"W": np.full((3, 4), 0.1, np.float32), "V": np.ones((4, 2), np.float32)}, np.float32(INPUTS)
    found = check(apply, params, x, steps=3)
    assert "in float64" in str(found)
    assert only(found, "tied units").wrong


def test_a_derivative_of_its_own_is_kept_in_float64():
    @jax.custom_vjp
    def rounded(x):
        return jnp.round(x)

    rounded.defvjp(lambda x: (jnp.round(x), None), lambda _, slope: (slope,))

    def apply(params, x):
        state = jnp.zeros(4, jnp.float32)
        return jax.lax.scan(lambda state, row: (rounded(row @ params["W"] + state), None), state, x)[0]

    with exact_settings():
        problem = problem_of(apply, {"W": np.ones((3, 4), np.float32)}, (np.float32(INPUTS),))
        slopes = problem.gradient(problem.start, problem.inputs)[1]["W"]
    assert slopes.dtype == np.float64
    assert np.any(slopes)


def test_a_function_whose_equations_take_no_float64_either_is_trained_as_it_is_given():
    def apply(params, x):
        like_x = jax.ShapeDtypeStruct(x.shape, jnp.float32)
        told = jax.pure_callback(np.float32, like_x, jax.lax.stop_gradient(x))
        state = jnp.zeros(4, jnp.float32)
        return jax.lax.scan(lambda state, row: (jnp.tanh(row @ params["W"] + state), None), state, x + told)[0]

    params, x = {"W": np.full((3, 4), 0.1, np.float32)}, np.float32(INPUTS)
    assert "in the given precision" in str(check(apply, params, x, steps=3))


def test_a_run_that_overflows_is_judged_up_to_there():
    found = check(lambda params, x: (x @ params["W"]) ** 3, {"W": np.ones((3, 2))}, optimizer=optax.sgd(10.0))
    assert found.steps < found.asked
    assert "the next one overflows" in str(found)


def test_positive_parameters_are_drawn_positive_and_others_near_the_start():
    def root(params, x):
        return jnp.tanh(x @ params["W"] / jnp.sqrt(params["variance"])) @ jnp.log(params["V"] + 3)

    params = {"W": np.full((3, 4), 0.2), "variance": np.full(4, 2.0), "V": np.tile([[-1.0, 1.0]], (4, 1))}
    tied = only(check(root, params, optimizer=optax.sgd(1e-3)), "tied units")
    assert tied.wrong
    assert tied.theorems == ("TIE.4",)


def test_the_loss_may_be_given():
    found = check(mlp(jnp.tanh), zeros(mlp_params()), loss=lambda outputs: (outputs**2).mean())
    assert set(found.moves.values()) == {None}
    assert "the given loss" in str(found)
    assert only(found, "never moves").theorems == ()


def test_new_batch_statistics_are_left_out_of_the_default_loss():
    def normalised(params, x):
        z = x @ params["W"] + params["b"]
        mean = z.mean(0)
        return jnp.tanh(z - mean) @ params["V"] + params["c"], {"mean": 0.9 * params["mean"] + 0.1 * mean}

    params = with_second_unit(mlp_params(), outgoing=None) | {"mean": np.zeros(4)}
    found = check(normalised, params, mirrors={"1/mean": "mean"})
    assert kinds(found) == ["equal incoming weights", "without effect"]
    assert found[0].measured["parted at step"] == {"W": 1}
    assert found[1].where == "b and mean"


def test_shapes_without_values_are_refused():
    shapes = {name: jax.ShapeDtypeStruct(array.shape, "float32") for name, array in mlp_params().items()}
    with pytest.raises(ValueError, match=r"V is a shape without values.* pass the parameters as they are initialised"):
        check(mlp(jnp.tanh), shapes)


def test_parameters_without_floats_are_refused():
    with pytest.raises(ValueError, match="no array of floats to train among table; pass the parameters"):
        check(lambda params, x: x[params["table"]], {"table": np.arange(2)})


def test_outputs_without_floats_are_refused():
    with pytest.raises(ValueError, match="no output is an array of floats"):
        check(lambda params, x: (x @ params["W"]) > 0, {"W": np.ones((3, 2))})


def test_a_function_that_cannot_be_traced_is_refused():
    with pytest.raises(ValueError, match="cannot be traced by JAX"):
        check(lambda params, x: 1.0 if params["W"][0, 0] > 0 else 0.0, {"W": np.ones((3, 2))})


def test_a_loss_of_many_numbers_is_refused():
    with pytest.raises(ValueError, match=r"it returns float64\[5, 2\], but must return one real number"):
        check(mlp(jnp.tanh), mlp_params(), loss=lambda outputs: outputs)


def test_something_else_than_an_optimiser_is_refused():
    with pytest.raises(TypeError, match="got float, which has no init and update; pass an optimiser of optax"):
        check(mlp(jnp.tanh), mlp_params(), optimizer=0.1)


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="steps is 0; pass a whole number of at least 1"):
        check(mlp(jnp.tanh), mlp_params(), steps=0)


def test_a_first_step_that_overflows_is_refused():
    with pytest.raises(ValueError, match="first step of training leads to numbers that are not finite"):
        check(lambda params, x: jnp.log(params["W"] @ x.T), {"W": np.zeros((2, 3))})


def test_a_group_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="the parameters have no array missing"):
        check(mlp(jnp.tanh), mlp_params(), groups=[UnitGroup("units", 4, (_axis("missing", 0),))])


def _axis(path: str, axis: int, units: int = 4) -> GroupAxis:
    return GroupAxis(path, axis, np.arange(units)[None])
