"""What tests share: 64-bit floats as in the engines, imports that are forgotten, cycles searched for as rarely as there."""

import gc
import sys

import pytest

from symmetry.engine.kernel import exact_settings
from symmetry.engine.memory import COLLECT_AFTER

pytest_plugins = ["pytester"]


@pytest.fixture
def exact():
    """JAX with 64 bits for the length of a test."""
    with exact_settings():
        yield


@pytest.fixture(autouse=True)
def forgotten_modules(tmp_path_factory):
    """What a test imports from files that it wrote, the next one does not find in the place of its own."""
    before, written = set(sys.modules), str(tmp_path_factory.getbasetemp())
    yield
    for name in set(sys.modules) - before:
        if str(vars(sys.modules[name]).get("__file__")).startswith(written):
            del sys.modules[name]


def pytest_configure():
    gc.set_threshold(*COLLECT_AFTER)  # a process of thousands of tests has many objects to go through
