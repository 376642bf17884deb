"""`symmetry.discover` finds the groups of real modules: all of them, no more, and each holds in numbers."""

import functools

import pytest

from tests.models import MODELS
from tests.models.trial import Trial


@functools.cache
def trial_of(name: str) -> Trial:
    return Trial(MODELS[name].build())


@pytest.mark.parametrize("name", MODELS)
def test_groups_are_those_worked_out_by_hand(name):
    assert tuple(map(str, trial_of(name).groups)) == MODELS[name].groups


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.groups])
def test_permuting_the_units_of_a_group_changes_nothing(name):
    trial = trial_of(name)
    assert {group.name: True for group in trial.groups} == {
        group.name: trial.change(group, group) <= 1 for group in trial.groups
    }


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.groups])
def test_an_axis_that_is_left_out_is_seen(name):
    assert trial_of(name).unseen() == MODELS[name].unseen
