"""Specifications held against a function: right ones pass, every way to break one is found, and the right line is given."""

import ast
import dataclasses
import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from specified_models import CELL, CNN, MLP, MODELS, RESIDUAL, Model, Spec

from symmetry.discovery import FrozenAxis, UnitGroups, discover
from symmetry.discovery.specification import Judgement, judged
from symmetry.discovery.specification.judged import judged_by
from symmetry.discovery.specification.trial import Trial


@functools.cache
def compiled(name: str) -> tuple[Trial, UnitGroups]:
    model = MODELS[name]
    return Trial(model.apply, model.params, model.inputs), model.groups


def findings(name: str, spec, groups: UnitGroups | None = None) -> tuple[Judgement, ...]:
    trial, discovered = compiled(name)
    return judged_by(trial, spec, discovered if groups is None else groups, MODELS[name].params)


def only(found: tuple[Judgement, ...]) -> Judgement:
    (one,) = found
    return one


def repaired(spec: Mapping, found: tuple[Judgement, ...], model: Model) -> Spec:
    """The specification with the lines that the findings give."""
    lines = [line for one in found if one.wrong for line in one.lines]
    known = {path: names for path, names in spec.items() if path in model.params}
    return known | {path: names for line in lines for path, names in ast.literal_eval(f"{{{line}}}").items()}


def without(spec: Spec, *paths: str) -> Spec:
    return {path: names for path, names in spec.items() if path not in paths}


def places(spec: Mapping) -> dict[str, set[tuple[str, int]]]:
    found = defaultdict(set)
    for path, names in spec.items():
        for axis, name in enumerate(names):
            if name is not None:
                found[name].add((path, axis))
    return found


def is_right(spec: Mapping, model: Model) -> bool:
    """Whether a specification holds, by counting: what each name lists must be whole names of the right one."""
    if any(path not in model.params or len(names) != model.params[path].ndim for path, names in spec.items()):
        return False
    whole = places(model.spec).values()
    return all(
        listed == set().union(*(each for each in whole if each <= listed))
        and len({model.params[path].shape[axis] for path, axis in listed}) == 1
        for listed in places(spec).values()
    )


def single_changes(spec: Spec) -> Iterator[Spec]:
    """Every other name in the place of each one, and each line left out, with a name too few, or under another path."""
    names = [*places(spec), "P_new", None]
    for path, entries in spec.items():
        for axis, old in enumerate(entries):
            for name in names:
                if name != old:
                    yield {**spec, path: (*entries[:axis], name, *entries[axis + 1 :])}
        yield without(spec, path)
        yield {**spec, path: entries[1:]}
        yield {f"{other}s" if other == path else other: each for other, each in spec.items()}


def many_changes(spec: Spec, source: np.random.Generator) -> Spec:
    """A name renamed, joined to another or dropped throughout, or a few lines changed at random."""
    names = [*places(spec), None, "P_new"]
    chosen = names[source.integers(len(names))]
    if source.integers(3) == 0:
        renamed = names[source.integers(len(names))]
        return {path: tuple(renamed if name == chosen else name for name in each) for path, each in spec.items()}
    for _ in range(source.integers(1, 5)):
        choices = list(single_changes(spec))
        spec = choices[source.integers(len(choices))]
    return spec


def require_right_verdict(name: str, spec: Spec) -> Spec:
    """Raise unless the verdict is right and the lines given repair the specification; the repaired one."""
    model, found = MODELS[name], findings(name, spec)
    wrong = [str(one) for one in found if one.wrong]
    assert bool(wrong) != is_right(spec, model), (spec, wrong)
    better = repaired(spec, found, model)
    assert is_right(better, model), (spec, wrong)
    return better


@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_said_of_a_right_specification(name):
    assert findings(name, MODELS[name].spec) == ()


@pytest.mark.parametrize("name", ["MLP", "recurrent cell"])
def test_every_single_change_is_found_wrong_or_is_harmless_and_the_lines_given_repair_it(name):
    changes = list(single_changes(MODELS[name].spec))
    assert sum(not is_right(each, MODELS[name]) for each in changes) == len(changes) - 1
    for spec in changes:
        assert require_right_verdict(name, spec) in (MODELS[name].spec, spec)


@pytest.mark.parametrize("name", MODELS)
def test_several_changes_at_once_are_judged_right(name):
    source = np.random.default_rng(0)
    for _ in range(6):
        require_right_verdict(name, many_changes(MODELS[name].spec, source))


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_a_corpus_of_changes_is_judged_right(name):
    source = np.random.default_rng(1)
    for spec in single_changes(MODELS[name].spec):
        require_right_verdict(name, spec)
    for _ in range(300):
        require_right_verdict(name, many_changes(MODELS[name].spec, source))


BROKEN = {
    "a leaf is missing": (
        "MLP",
        without(MLP.spec, "Dense_1/bias"),
        "missing",
        r"Axis 0 of Dense_1/bias is not listed, but it carries the units of P_1 \(Dense_1\)\. Swapping units 0 and 3 of P_1 "
        r'changes the output by up to .* on 1 row drawn at random.*The right line is "Dense_1/bias": \("P_1",\),',
    ),
    "an axis is left out": (
        "MLP",
        {**MLP.spec, "Dense_1/kernel": (None, "P_1")},
        "axis left out",
        r"Axis 0 of Dense_1/kernel is listed as None, but it carries the units of P_0 \(Dense_0\)",
    ),
    "a leaf is unknown": (
        "MLP",
        {**without(MLP.spec, "Dense_1/bias"), "Dense_1/bais": ("P_1",)},
        "unknown",
        r"Dense_1/bais is listed, but no parameter has this path; did you mean Dense_1/bias\?",
    ),
    "an axis has the wrong name": (
        "MLP",
        {**MLP.spec, "Dense_1/kernel": ("P_1", "P_1")},
        "wrong name",
        r"Axis 0 of Dense_1/kernel is listed under P_1, but it carries the units of P_0 \(Dense_0\)",
    ),
    "a residual stream has two permutations": (
        "residual network",
        {**RESIDUAL.spec, "Block_1/Out/kernel": ("P_1", "P_2"), "Block_1/Out/bias": ("P_2",)},
        "split",
        r"Block_0/Out.* is one set of units, but listed under two names, P_res on 7 axes and P_2 on 2 axes; axis 1 of "
        r"Block_1/Out/kernel is one of the latter",
    ),
    "an input is permuted": (
        "MLP",
        {**MLP.spec, "Dense_0/kernel": ("P_in", "P_0")},
        "input or output",
        r"Axis 0 of Dense_0/kernel is listed under P_in, but nothing may move there: it reads an input of the function",
    ),
    "an output is permuted": (
        "MLP",
        {**MLP.spec, "Dense_2/kernel": ("P_1", "P_out"), "Dense_2/bias": ("P_out",)},
        "input or output",
        r"Axis 1 of Dense_2/kernel is listed under P_out, but nothing may move there: it makes an output of the function",
    ),
    "sizes do not fit": (
        "MLP",
        {**MLP.spec, "Dense_2/kernel": ("P_1", "P_1")},
        "sizes",
        r"Axis 1 of Dense_2/kernel is listed as 2 units of P_1, which has 4 elsewhere; nothing may move there",
    ),
    "there are too few names": (
        "MLP",
        {**MLP.spec, "Dense_1/kernel": ("P_1",)},
        "number of names",
        r"Dense_1/kernel has shape \(4, 4\), but the specification has 1 name for it; pass one for each axis",
    ),
    "a recurrent matrix has one axis": (
        "recurrent cell",
        {**CELL.spec, "New/recurrent": (None, "P_0")},
        "one axis of two",
        r"One axis of a recurrent matrix is left out: axis 0 of New/recurrent is listed as None, but it carries the units of P_0 "
        r"\(.*\), as axis 1 does",
    ),
    "batch statistics are left out": (
        "CNN with batch norm",
        without(CNN.spec, "batch_stats/BatchNorm_0/mean", "batch_stats/BatchNorm_0/var"),
        "batch statistics",
        r"Batch statistics are left out: axis 0 of batch_stats/BatchNorm_0/mean is not listed, but it carries the units of P_0",
    ),
    "a spatial axis is permuted": (
        "CNN with batch norm",
        {**CNN.spec, "Conv_0/kernel": ("P_height", None, None, "P_0")},
        "frozen",
        r"Axis 0 of Conv_0/kernel is listed under P_height, but nothing may move there",
    ),
    "a layer is listed twice unlike": (
        "residual network",
        [*RESIDUAL.spec.items(), ("Block_0/In/kernel", ("P_0", "P_res"))],
        "listed twice",
        r'Block_0/In/kernel is listed twice, as "Block_0/In/kernel": \("P_res", "P_0"\) and as "Block_0/In/kernel": '
        r'\("P_0", "P_res"\)\. The right line is "Block_0/In/kernel": \("P_res", "P_0"\),',
    ),
    "a line cannot be read": (
        "MLP",
        {**MLP.spec, "Dense_1/kernel": ("P_0", "4 *")},
        "cannot be read",
        r'Dense_1/kernel, axis 1: "4 \*" cannot be read: it ends where',
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_said_with_the_right_line(what):
    name, spec, kind, message = BROKEN[what]
    found = findings(name, spec)
    assert any(one.kind == kind and one.wrong and re.search(message, str(one)) for one in found), "\n".join(
        map(str, found)
    )
    assert repaired(dict(spec), found, MODELS[name]) == MODELS[name].spec


def test_a_layer_listed_twice_alike_is_harmless_and_named():
    found = only(findings("residual network", [*RESIDUAL.spec.items(), ("Block_0/In/bias", ("P_0",))]))
    assert not found.wrong
    assert str(found) == "remark: Block_0/In/bias is listed twice alike, which is harmless; one line will do."


def test_groups_that_are_not_listed_are_allowed_and_named():
    spec = {path: tuple(None if name == "P_0" else name for name in names) for path, names in MLP.spec.items()}
    found = only(findings("MLP", spec))
    assert (found.wrong, found.kind) == (False, "not listed")
    assert str(found).startswith(
        "remark: not listed: Dense_0: 4 units (Dense_0/bias:0, Dense_0/kernel:1, Dense_1/kernel:0)."
    )
    assert '"Dense_1/kernel": ("P_0", "P_1"),' in found.lines


def test_two_groups_under_one_name_hold_and_are_named():
    spec = {path: tuple(name and "P_0" for name in names) for path, names in MLP.spec.items()}
    found = only(findings("MLP", spec))
    assert (found.wrong, found.kind) == (False, "joined")
    assert "P_0 is listed for two groups, Dense_0 and Dense_1, whose units can be permuted independently" in str(found)
    assert found.lines == (
        '"Dense_1/bias": ("P_1",),',
        '"Dense_1/kernel": ("P_0", "P_1"),',
        '"Dense_2/kernel": ("P_1", None),',
    )


def test_a_parameter_without_a_line_in_which_nothing_moves_is_named():
    found = only(findings("MLP", without(MLP.spec, "Dense_2/bias")))
    assert not found.wrong
    assert str(found).endswith('needs a line. It could read "Dense_2/bias": (None,),')


def test_a_list_of_places_by_name_gets_its_lines_in_that_form():
    by_name = {"P_0": [("Dense_0/kernel", 1), ("Dense_0/bias", 0)], "P_1": [*places(MLP.spec)["P_1"]]}
    assert only(findings("MLP", by_name)).lines == (
        '"P_0": [("Dense_0/bias", 0), ("Dense_0/kernel", 1), ("Dense_1/kernel", 0)],',
    )
    assert findings("MLP", {name: [*each] for name, each in places(MLP.spec).items()}) == ()


def test_the_smallest_batch_that_shows_a_change_is_one_row():
    change = only(findings("recurrent cell", {**CELL.spec, "New/recurrent": (None, "P_0")})).change
    assert change is not None
    assert (change.rows, change.given, change.amount > change.allowed > 0) == (1, True, True)


def test_two_rows_are_kept_where_one_shows_nothing():
    def centred(params, x):
        hidden = x @ params["kernel"]
        return jnp.tanh(hidden - hidden.mean(0)) @ params["out"]

    source = np.random.default_rng(0)
    params = {"kernel": source.normal(size=(3, 4)), "out": source.normal(size=(4, 2))}
    x = source.normal(size=(5, 3))
    found = only(judged({"kernel": (None, "P_0")}, discover(centred, params, x), centred, params, x))
    assert found.change is not None
    assert found.change.rows == 2


def test_the_whole_input_is_kept_where_rows_cannot_be_taken_away():
    def mixer(params, x):
        return jnp.tanh(x.T @ params["tokens"]) @ params["out"]

    source = np.random.default_rng(0)
    params = {"tokens": source.normal(size=(3, 4)), "out": source.normal(size=(4, 3))}
    x = source.normal(size=(3, 2))
    found = only(judged({"tokens": (None, "P_0")}, discover(mixer, params, x), mixer, params, x))
    assert "on the whole input (no row could be taken away)" in str(found)


def test_a_mistake_that_changes_nothing_is_no_mistake():
    """A bias before batch norm in training is taken away again, so that its order does not matter."""

    def model(params, x):
        hidden = x @ params["kernel"] + params["bias"]
        hidden = (hidden - hidden.mean(0)) / jnp.sqrt(hidden.var(0) + 1e-5)
        return jnp.tanh(hidden * params["scale"]) @ params["out"]

    source = np.random.default_rng(0)
    shapes = {"kernel": (3, 4), "bias": (4,), "scale": (4,), "out": (4, 2)}
    params = {name: source.normal(size=shape) for name, shape in shapes.items()}
    x = source.normal(size=(5, 3))
    groups = discover(model, params, x)
    spec = {"kernel": (None, "P_0"), "bias": (None,), "scale": ("P_0",), "out": ("P_0", None)}
    held = only(judged(spec, groups, model, params, x))
    assert (held.kind, held.wrong) == ("held", False)
    assert "It makes no difference: the specification held on 12 permutations of these units." in str(held)
    wrong, harmless = judged({**spec, "scale": (None,)}, groups, model, params, x)
    assert (wrong.where, wrong.wrong, harmless.where, harmless.wrong) == ("scale", True, "bias", False)
    assert "With all other lines right, this one alone held on 12 permutations." in str(harmless)


def frozen(model: Model) -> UnitGroups:
    """Groups as if discovery had met an operation that it does not know."""
    axes = [(path, axis, size) for path, each in model.params.items() for axis, size in enumerate(each.shape)]
    return UnitGroups((), [FrozenAxis(path, axis, np.arange(size), "unknown_primitive") for path, axis, size in axes])


def test_what_discovery_does_not_find_is_decided_by_running():
    held = findings("MLP", MLP.spec, frozen(MLP))
    assert [one.wrong for one in held] == [False, False]
    assert str(held[0]) == "remark: P_0 was not found by discovery, but held on 12 permutations."
    broken = findings("MLP", without(MLP.spec, "Dense_1/bias"), frozen(MLP))
    wrong = only(tuple(one for one in broken if one.wrong))
    assert wrong.where == "P_1"
    assert wrong.lines == ('"Dense_1/kernel": ("P_0", None),', '"Dense_2/kernel": (None, None),')
    assert "nothing may move there: unknown_primitive. Which of these lines are right, and which" in str(wrong)


def test_what_holds_whatever_is_permuted_is_said_to_tell_nothing():
    def constant(params, x):
        return x + 0 * params["unused"].sum()

    params, x = {"unused": np.ones((3, 2))}, np.ones((2, 2))
    found = only(judged({"unused": ("P_0", None)}, UnitGroups(()), constant, params, x))
    assert not found.wrong
    assert "So does moving any one of its axes alone, so that the function does not tell whether it is right." in str(
        found
    )


def test_a_specification_that_holds_is_not_wrong_though_the_groups_given_are():
    groups = UnitGroups([dataclasses.replace(group, axes=group.axes[1:]) for group in MLP.groups])
    assert not any(one.wrong for one in findings("MLP", MLP.spec, groups))


def test_lines_cannot_be_told_from_groups_that_do_not_hold():
    groups = UnitGroups([dataclasses.replace(group, axes=group.axes[1:]) for group in MLP.groups])
    found = findings("MLP", {**MLP.spec, "Dense_1/kernel": (None, "P_1")}, groups)
    assert {one.kind for one in found if not one.wrong} >= {"cannot be told"}
    wrong = only(tuple(one for one in found if one.wrong))
    assert str(wrong).startswith("wrong: Permuting the units of P_0 as listed changes the function.")
    as_groups = {**MLP.spec, "Dense_0/bias": (None,)}
    assert "are those of the discovered groups, so that no better ones are known" in str(
        findings("MLP", as_groups, groups)[0]
    )


def test_one_unit_has_nothing_to_permute():
    def narrow(params, x):
        return jnp.tanh(x @ params["in"]) @ params["out"]

    params, x = {"in": np.ones((2, 1)), "out": np.ones((1, 2))}, np.ones((3, 2))
    found = only(judged({"in": (None, "P_0"), "out": ("P_0", None)}, discover(narrow, params, x), narrow, params, x))
    assert "P_0 has one unit, so that there is nothing to permute." in str(found)


def lstm(params, x):
    hidden = memory = jnp.zeros((x.shape[0], 3), x.dtype)
    for step in range(x.shape[1]):
        gates = x[:, step] @ params["input"] + hidden @ params["recurrent"] + params["bias"]
        enter, forget, new, leave = jnp.split(gates, 4, axis=1)
        memory = jax.nn.sigmoid(forget) * memory + jax.nn.sigmoid(enter) * jnp.tanh(new)
        hidden = jax.nn.sigmoid(leave) * jnp.tanh(memory)
    return hidden @ params["out"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, None),
        ({"recurrent": (None, "4 * P_0")}, r"One axis of a recurrent matrix is left out: axis 0 of recurrent"),
        ({"input": (None, "P_0 * 4")}, r'Axis 1 of input is listed as "P_0 \* 4", but .*, as "4 \* P_0"\. Swapping'),
        (
            {"input": (None, "P_0")},
            r'Axis 1 of input is listed as 12 units of P_0, which has 3 elsewhere; .* as "4 \* P_0"',
        ),
        ({"input": (None, "3 * P_0")}, r'Axis 1 of input has length 12, but "3 \* P_0" stands for 9 positions'),
        (
            {"input": (None, "P_1")},
            r'Axis 1 of input is listed as "P_1", but it carries the units of P_0 \(.*\), as "4 \* P_0"',
        ),
    ],
)
def test_gates_are_judged_in_the_extended_form(change, message):
    source = np.random.default_rng(0)
    shapes = {"input": (2, 12), "recurrent": (3, 12), "bias": (12,), "out": (3, 2)}
    params, x = {name: source.normal(size=shape) for name, shape in shapes.items()}, source.normal(size=(2, 2, 2))
    right = {"input": (None, "4 * P_0"), "recurrent": ("P_0", "4 * P_0"), "bias": ("4 * P_0",), "out": ("P_0", None)}
    found = judged(right | change, discover(lstm, params, x), lstm, params, x)
    if message is None:
        assert found == ()
    else:
        assert re.search(message, str(only(found)))
        assert dict(right | change) | ast.literal_eval(f"{{{only(found).lines[0]}}}") == right


def attention(params, x):
    query, key, value = ((x @ params[name]).reshape(*x.shape[:2], 2, 3) for name in ("query", "key", "value"))
    weights = jax.nn.softmax(jnp.einsum("bthd,bshd->bhts", query, key))
    return jnp.einsum("bhts,bshd->bthd", weights, value).reshape(*x.shape[:2], 6) @ params["out"]


def test_units_inside_heads_are_told_from_heads():
    source = np.random.default_rng(0)
    shapes = {"query": (4, 6), "key": (4, 6), "value": (4, 6), "out": (6, 4)}
    params, x = {name: source.normal(size=shape) for name, shape in shapes.items()}, source.normal(size=(2, 3, 4))
    groups = discover(attention, params, x)
    assert judged(groups.to_axes(params, extended=True), groups, attention, params, x) == ()
    heads = {name: ("P_0 * 3", None) if name == "out" else (None, "P_0 * 3") for name in params}
    assert {one.kind for one in judged(heads, groups, attention, params, x)} == {"not listed"}
    across = {"query": (None, "P_0"), "key": (None, "P_0"), "value": (None, "P_1"), "out": ("P_1", None)}
    found = judged(across, groups, attention, params, x)
    assert [(one.kind, one.wrong) for one in found] == [("layout", True)] * 4
    lines = {path: names for one in found for path, names in ast.literal_eval(f"{{{one.lines[0]}}}").items()}
    assert lines["query"] == (None, "P_2:2 * P_3:3 per P_2")
    assert judged(lines, groups, attention, params, x) == ()
    alike = {"query": (None, "2 * P_0"), "key": (None, "2 * P_0")}
    freer = next(one for one in judged(alike, groups, attention, params, x) if one.kind == "blocks")
    assert "P_0 moves all blocks alike; it could have one permutation for each of 2 of" in str(freer)
    unlike = {"query": (None, "L=2 * P_0 per L"), "key": (None, "2 * P_0")}
    mixed = judged(unlike, groups, attention, params, x)[0]
    assert "Axis 1 of key is listed as one permutation of P_0, elsewhere 2 permutations" in str(mixed)


def test_results_that_mirror_parameters_move_with_them():
    def step(params, x):
        mean = x.mean(0) @ params["kernel"]
        return jnp.tanh(x @ params["kernel"] - mean) @ params["out"], {"mean": 0.9 * params["mean"] + 0.1 * mean}

    source = np.random.default_rng(0)
    params = {"kernel": source.normal(size=(3, 4)), "mean": np.zeros(4), "out": source.normal(size=(4, 2))}
    x, mirrors = source.normal(size=(5, 3)), {"1/mean": "mean"}
    groups = discover(step, params, x, mirrors=mirrors)
    spec = {"kernel": (None, "P_0"), "mean": ("P_0",), "out": ("P_0", None)}
    assert judged(spec, groups, step, params, x, mirrors=mirrors) == ()
    left_out = only(judged({**spec, "mean": (None,)}, groups, step, params, x, mirrors=mirrors))
    assert (left_out.kind, left_out.change and left_out.change.output) == ("batch statistics", "1/mean")
    assert any(one.wrong for one in judged(spec, groups, step, params, x))


def test_code_that_asks_for_float32_is_run_in_float64_by_its_equations():
    def single(params, x):
        hidden, _ = jax.lax.scan(
            lambda carry, row: (jnp.tanh(carry @ params["recurrent"] + row @ params["in"]), None),
            jnp.zeros((x.shape[1], 4), "float32"),
            x,
        )
        return hidden @ params["out"]

    source = np.random.default_rng(0)
    shapes = {"in": (2, 4), "recurrent": (4, 4), "out": (4, 2)}
    params = {name: source.normal(size=shape).astype("float32") for name, shape in shapes.items()}
    x = source.normal(size=(3, 2, 2)).astype("float32")
    spec = {"in": (None, "P_0"), "recurrent": ("P_0", "P_0"), "out": ("P_0", None)}
    groups = discover(single, params, x)
    assert judged(spec, groups, single, params, x) == ()
    change = only(judged({**spec, "recurrent": (None, "P_0")}, groups, single, params, x)).change
    assert change is not None
    assert change.allowed < 1e-12


def test_code_whose_equations_take_no_float64_either_is_run_as_it_is_given():
    def told(params, x):
        kept = jax.pure_callback(np.float32, jax.ShapeDtypeStruct(x.shape, "float32"), x)
        return jax.lax.add(jnp.tanh(kept @ params["in"]), jnp.float32(1)) @ params["out"]

    source = np.random.default_rng(0)
    params = {"in": source.normal(size=(2, 4)).astype("float32"), "out": source.normal(size=(4, 2)).astype("float32")}
    x = source.normal(size=(3, 2)).astype("float32")
    groups = discover(told, params, x)
    change = only(judged({"in": (None, "P_0"), "out": (None, None)}, groups, told, params, x)).change
    assert change is not None
    assert change.allowed > 1e-7


def test_shapes_alone_are_judged_at_random_values():
    shapes = {path: jax.ShapeDtypeStruct(each.shape, each.dtype) for path, each in MLP.params.items()}
    x = jax.ShapeDtypeStruct((2, 3), "float32")
    assert judged(MLP.spec, MLP.groups, MLP.apply, shapes, x) == ()
    assert only(judged(without(MLP.spec, "Dense_0/bias"), MLP.groups, MLP.apply, shapes, x)).wrong


def test_tables_of_whole_numbers_without_values_are_not_all_alike():
    def looked_up(params, x):
        return jnp.tanh(x @ params["W"])[:, params["units"]] @ params["V"]

    shapes = {"W": ((3, 4), "float32"), "units": ((5,), "int32"), "V": ((5, 2), "float32")}
    params = {name: jax.ShapeDtypeStruct(*each) for name, each in shapes.items()}
    x = jax.ShapeDtypeStruct((2, 3), "float32")
    spec = {"units": ("P_0",), "V": ("P_0", None), "W": (None, None)}
    groups = discover(looked_up, params, x)
    assert not any(one.wrong for one in judged(spec, groups, looked_up, params, x))
    assert any(one.wrong for one in judged({**spec, "units": (None,)}, groups, looked_up, params, x))


def test_a_function_that_is_nowhere_finite_cannot_be_judged():
    params, x = {"a": np.ones(3)}, np.ones(2)
    with pytest.raises(ValueError, match=r"returns numbers that are not finite at the given and at random parameters"):
        judged({"a": ("P_0",)}, UnitGroups(()), lambda params, x: x / (0 * params["a"].sum()), params, x)


def test_numbers_that_explode_are_drawn_nearer_to_the_given_ones():
    def steep(params, x):
        return jnp.exp(jnp.exp(x @ params["kernel"] + 6 + params["bias"])) @ params["out"]

    params = {"kernel": np.zeros((2, 3)), "bias": np.zeros(3), "out": np.ones((3, 2))}
    spec = {"kernel": (None, "P_0"), "bias": (None,), "out": ("P_0", None)}
    x = np.ones((2, 2))
    found = only(judged(spec, discover(steep, params, x), steep, params, x))
    assert found.wrong
    assert "drawn at random, as are the parameters (given ones do not show it)" in str(found)


def test_groups_of_other_parameters_are_refused():
    with pytest.raises(
        ValueError, match=r"group Dense_0 moves axis 0 of Dense_0/bias, which the parameters do not have"
    ):
        judged(RESIDUAL.spec, MLP.groups, RESIDUAL.apply, RESIDUAL.params, *RESIDUAL.inputs)
    wider = {**MLP.params, "Dense_0/bias": np.zeros(2)}
    with pytest.raises(
        ValueError, match=r"moves axis 0 of Dense_0/bias, whose shape is \(2,\); pass groups that were found"
    ):
        judged(MLP.spec, MLP.groups, MLP.apply, wider, *MLP.inputs)


def test_findings_are_written_as_json():
    found = only(findings("MLP", without(MLP.spec, "Dense_1/bias")))
    read = json.loads(json.dumps(found.to_json()))
    assert read["kind"] == "missing"
    assert read["lines"] == ['"Dense_1/bias": ("P_1",),']
    assert read["change"]["permutation"] == [3, 1, 2, 0]
    assert json.loads(json.dumps(findings("MLP", {**MLP.spec, "Dense_2/bias": ()})[0].to_json()))["change"] is None
