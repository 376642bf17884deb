"""Each test runs in an empty folder, where Hypothesis keeps nothing and Python no compiled modules."""

import sys

import pytest
from hypothesis import configuration


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, tmp_path_factory, monkeypatch):
    before = configuration.storage_directory(intent_to_write=False).home_directory
    configuration.set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)
    yield
    configuration.set_hypothesis_home_dir(before)
