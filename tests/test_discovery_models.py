"""`symmetry.discover` finds the groups of real modules: all of them, no more, and each holds in numbers."""

import functools

import pytest

from tests.models import MODELS
from tests.models.model import Model
from tests.models.trial import Trial

WITH_GROUPS = [name for name, model in MODELS.items() if model.groups]


@functools.cache
def trial_of(name: str) -> Trial:
    return Trial(MODELS[name].build())


def marks(model: Model) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=model.missed)] if model.missed else []


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(model)) for name, model in MODELS.items()])
def test_groups_are_those_worked_out_by_hand(name):
    assert tuple(map(str, trial_of(name).groups)) == MODELS[name].groups


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("name", WITH_GROUPS)
def test_permuting_the_units_of_a_group_changes_nothing(name):
    trial = trial_of(name)
    changes = {group.name: trial.change(group, group) for group in trial.groups}
    assert {name: change for name, change in changes.items() if change > 1} == {}


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("name", WITH_GROUPS)
def test_an_axis_that_is_left_out_is_seen(name):
    assert trial_of(name).unseen() == MODELS[name].unseen
