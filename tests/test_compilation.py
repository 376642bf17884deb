"""What kernels are compiled with, on whatever release of XLA there is."""

import pytest

from symmetry.engine.compilation import QUICK_TO_COMPILE, QUICK_TO_RUN, Options, known_options


@pytest.mark.quick
def test_an_option_that_this_xla_does_not_know_is_left_out():
    known: Options = {"xla_backend_optimization_level": "0"}
    assert known_options(known | {"xla_no_such_option": "1"}) == known


@pytest.mark.quick
@pytest.mark.parametrize("options", [QUICK_TO_COMPILE, QUICK_TO_RUN], ids=["to compile", "to run"])
def test_the_release_that_is_installed_knows_every_option(options):
    assert known_options(options) == options
