"""Each test runs in an empty folder, where Hypothesis keeps nothing and Python no compiled modules, and states nothing for
other tests.
"""

import importlib
import sys

import pytest
from hypothesis import configuration


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, tmp_path_factory, monkeypatch):
    before = configuration.storage_directory(intent_to_write=False).home_directory
    configuration.set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)
    registry = importlib.import_module("symmetry.statements.registry")
    monkeypatch.setattr(registry, "REGISTRY", dict(registry.REGISTRY))
    yield
    configuration.set_hypothesis_home_dir(before)
