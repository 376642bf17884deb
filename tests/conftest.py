"""What tests share: floats of 64 bits, as the engines use them."""

import pytest

from symmetry.engine.kernel import exact_settings

pytest_plugins = ["pytester"]


@pytest.fixture
def exact():
    """JAX with 64 bits for the length of a test."""
    with exact_settings():
        yield
