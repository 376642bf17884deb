"""What tests share: floats of 64 bits, as the engines use them, and Python's search for cycles as rare as there."""

import gc

import pytest

from symmetry.engine.kernel import exact_settings
from symmetry.engine.memory import COLLECT_AFTER

pytest_plugins = ["pytester"]


@pytest.fixture
def exact():
    """JAX with 64 bits for the length of a test."""
    with exact_settings():
        yield


def pytest_configure():
    gc.set_threshold(*COLLECT_AFTER)  # a process of thousands of tests has many objects to go through
