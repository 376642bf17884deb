"""What backprop is checked against has bounds that right code keeps, also where JAX's derivatives lose digits."""

import dataclasses

import numpy as np
import pytest

import proofs
from symmetry.architecture import Architecture
from symmetry.cases import case_types, draw_cases
from symmetry.engine.kernel import Kernel
from symmetry.numbers.ball.source import RandomFloats

GRADIENT = proofs.load()["GRAD.4"]


@pytest.mark.parametrize(("hidden", "dtype"), [("sigmoid", "float64"), ("tanh", "float32")])
def test_saturated_units_raise_no_false_alarm(hidden, dtype):
    """JAX takes the slope of a sigmoid for a (1 - a), which near a = 1 has an error that no change of the inputs shows."""
    networks = 16_384
    architecture = Architecture((1, 4, 1), batch=1, hidden=hidden, output="identity", loss="half_squared_error")
    cases = draw_cases(case_types(GRADIENT.law), RandomFloats((7,), networks), architecture)
    first, last = cases["network"].layers
    generator = np.random.default_rng(5)
    saturated = generator.uniform(2, 9, first.bias.shape) * generator.choice([-1, 1], first.bias.shape)
    first = dataclasses.replace(first, weight=first.weight * 1e-5, bias=saturated)
    cases["network"] = dataclasses.replace(cases["network"], layers=(first, last))
    kernel = Kernel({GRADIENT.id: GRADIENT.law}, np.dtype(dtype), optimise=True)
    found = kernel(cases)[GRADIENT.id]
    assert not found.vacuous.all(axis=1).any()
    assert found.excess.max() < 0.5
