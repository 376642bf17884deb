"""symmetry.testing: assertions fail where they should and say why, networks are dyadic, theorems speak of own models."""

import shutil
from pathlib import Path
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings

from symmetry import theorem
from symmetry.cases import CASE_KINDS
from symmetry.discovery.groups import GroupAxis, UnitGroup
from symmetry.engine.measure import trials
from symmetry.statements.registry import REGISTRY
from symmetry.statements.variant import PassesEmptily, function_of
from symmetry.testing import (
    Model,
    assert_equivariant_update,
    assert_same_function,
    assert_symmetric,
    networks,
)

EXAMPLE = Path(__file__).parent / "examples" / "model"

PARAMS = {"W1": jnp.ones((3, 4)), "b1": jnp.zeros(4), "W2": jnp.ones((4, 2))}
X = jnp.ones((2, 3))


def mlp(params, x):
    return jnp.tanh(x @ params["W1"] + params["b1"]) @ params["W2"]


def squares(params, x):
    return (mlp(params, x) ** 2).sum()


def group(*axes: tuple[str, int]) -> UnitGroup:
    return UnitGroup("b1", 4, tuple(GroupAxis(path, axis, np.arange(4)[None]) for path, axis in axes))


def test_a_symmetric_model_passes_and_a_wrong_group_raises_the_report():
    assert_symmetric(mlp, PARAMS, X, networks=2)
    with pytest.raises(AssertionError, match=r"(?s)b1 FAILED, same function: output differs.*1 FAILED: b1\."):
        assert_symmetric(mlp, PARAMS, X, groups=[group(("W1", 1), ("b1", 0))], networks=2)


def test_a_specification_is_asserted_name_by_name():
    spec = {"W1": (None, "P"), "b1": ("P",), "W2": ("P", None)}
    assert_symmetric(mlp, PARAMS, X, groups=spec, networks=2)
    with pytest.raises(AssertionError, match="P FAILED, same function"):
        assert_symmetric(mlp, PARAMS, X, groups=spec | {"b1": (None,)}, networks=2)


def test_an_assertion_that_nothing_could_break_fails():
    with pytest.raises(AssertionError, match="nothing was asserted, since no group of units could break a law"):
        assert_symmetric(lambda w, x: w * x, jnp.ones(3), jnp.ones(3))


def descend(params, x):
    return jax.tree.map(lambda at, slope: at - slope / 8, params, jax.grad(squares)(params, x))


def descend_in_places(params, x):
    return jax.tree.map(lambda at, slope: at - slope * jnp.arange(at.shape[-1]), params, jax.grad(squares)(params, x))


def test_an_update_that_follows_passes_and_one_that_looks_at_places_fails():
    hidden = [group(("W1", 1), ("b1", 0), ("W2", 0))]
    assert_equivariant_update(descend, PARAMS, X, networks=2)
    with pytest.raises(AssertionError, match="b1 FAILED, same function: output W1 differs"):
        assert_equivariant_update(descend_in_places, PARAMS, X, groups=hidden, networks=2)


def test_a_loss_with_an_optimiser_is_an_update():
    import optax

    assert_equivariant_update((squares, optax.adam(0.1)), PARAMS, X, networks=2)
    placed = optax.stateless(lambda updates, _: jax.tree.map(lambda leaf: leaf * jnp.arange(leaf.shape[-1]), updates))
    with pytest.raises(AssertionError, match="b1 FAILED, updates follow"):
        assert_equivariant_update((squares, placed), PARAMS, X, networks=2)


def test_functions_that_differ_raise_the_report_of_the_comparison():
    with pytest.raises(AssertionError, match="different"):
        assert_same_function(mlp, PARAMS, lambda params, x: mlp(params, x) + 1e-4, PARAMS, X, networks=2)


@settings(deadline=None, max_examples=20, derandomize=True)
@given(networks({"w": jnp.zeros((2, 3)), "var": jnp.ones(2), "table": jnp.arange(3), "key": jax.random.key(0)}))
def test_networks_are_dyadic_of_the_same_shapes_and_types(params):
    assert params["w"].dtype == np.float32
    assert params["w"].shape == (2, 3)
    assert np.array_equal(params["w"] * 32, np.round(params["w"] * 32))
    assert (params["var"] > 0).all()
    assert params["table"].tolist() == [0, 1, 2]


def test_hypothesis_finds_networks_that_differ():
    seen = set()

    @settings(deadline=None, max_examples=20, derandomize=True, database=None)
    @given(networks({"w": jnp.zeros(2)}))
    def note(params):
        seen.add(params["w"].tobytes())

    note()
    assert len(seen) > 5


@pytest.fixture
def registry():
    """What a test defines is forgotten afterwards."""
    known, kinds = dict(REGISTRY), dict(CASE_KINDS)
    yield
    REGISTRY.clear()
    REGISTRY.update(known)
    CASE_KINDS.clear()
    CASE_KINDS.update(kinds)


def stated(law, **controls):
    """A theorem with that law."""
    hypotheses = "any parameters"
    return theorem("MINE.1", title="Reversed", statement="f = f", hypotheses=hypotheses, controls=controls)(law)


def build():
    return mlp, PARAMS, X


def nothing():
    return 3


def reversed_units(params, bias):
    return {"W1": params["W1"][:, ::-1], "b1": params["b1"][::-1] if bias else params["b1"], "W2": params["W2"][::-1]}


@pytest.mark.usefixtures("registry", "exact")
@pytest.mark.parametrize("annotated", [True, False])
def test_a_theorem_speaks_of_any_parameters_of_a_model(annotated):
    kind = Annotated[Model, Model(build)] if annotated else Model(build)

    def law(model, *, bias=True):
        return model(reversed_units(model.params, bias)), model(model.params)

    law.__annotations__["model"] = kind
    made = stated(law, bias=dict(bias=False))
    assert made.evidence == ("sampled",)
    assert made.dtypes == ("float64",)
    holds, control = (trials("MINE.1", "float64", 40, 0) for _ in range(2))
    made.law(holds)
    assert (holds.networks, holds.violation) == (40, "")
    assert 0 < holds.worst < 1
    assert holds.vacuous == 0
    function_of(made.controls["bias"])(control)
    assert "is off by" in control.violation


@pytest.mark.usefixtures("registry", "exact")
def test_a_model_that_starts_a_loop_in_float32_is_drawn_in_float64():
    def recurrent(params, x):
        def step(h, one):
            return jnp.tanh(one @ params["W1"] + h + params["b1"]).astype(jnp.float32), None

        return jax.lax.scan(step, jnp.zeros(4, jnp.float32), x)[0] @ params["W2"]

    def law(model):
        return model(reversed_units(model.params, True)), model(model.params)

    law.__annotations__["model"] = Model(lambda: (recurrent, PARAMS, X))
    found = trials("MINE.1", "float64", 8, 0)
    stated(law).law(found)
    assert (found.networks, found.violation) == (8, "")


@pytest.mark.usefixtures("registry")
def test_what_a_model_cannot_be_is_said():
    model = Model(build)
    with pytest.raises(TypeError, match=r"Model\(build\) is a type of case: it has numbers only where a law gets it"):
        _ = model.params
    with pytest.raises(ValueError, match=r"nothing\(\) returned a int; expected \(apply, params, inputs\)"):
        _ = Model(nothing).built

    def law(model):
        return model(model.params), model(model.params)

    law.__annotations__["model"] = model
    with pytest.raises(ValueError, match=r"MINE\.1: the control 'empty' cannot pass emptily on a model"):
        stated(law, empty=PassesEmptily(lambda model: (0, 0)))


@pytest.mark.usefixtures("registry")
def test_the_example_runs_as_it_stands(pytester):
    for file in EXAMPLE.glob("*.py"):
        shutil.copy(file, pytester.path)
    pytester.syspathinsert()
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--symmetry-networks", "200")
    result.assert_outcomes(passed=7)
    result.stdout.fnmatch_lines(["*MINE.1 checked*"])
