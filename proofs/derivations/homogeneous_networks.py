"""Networks with homogeneous activations and linear ones, on which the laws of SCALE are run."""

import dataclasses
import functools

import sympy

from proofs.derivations.notation import WIDTHS, m, program
from proofs.derivations.small_networks import batch_at, inputs_of_errors, network_at, observed
from proofs.hessian import curvatures
from symmetry.actions import Rescaling
from symmetry.activation import LEAKY_RELU, SQUARE
from symmetry.engine.conclude import Setting, Sides
from symmetry.loss import HALF_SQUARED_ERROR


def of_degree(degree: int, at) -> Setting:
    """A network whose activations are homogeneous of degree 1, factors and a batch; the letters are for K = degree."""
    network, batch = network_at(at, hidden=LEAKY_RELU), batch_at(at)
    rescaling = Rescaling((at.array("alpha", m).map(abs),))
    gradient = program.backprop(network.with_hidden(activation_of(degree)), batch)
    first, second = gradient.layers
    known = {"K": degree, "alpha": rescaling.factors[0], "eta": sympy.Rational(1, 16)}
    known |= {"G": first.weight, "g": first.bias, "H": second.weight}
    at = observed(at, network.with_hidden(activation_of(degree)), batch).choosing(phi=activation_of(degree))
    return Setting(
        {"network": network, "rescaling": rescaling, "batch": batch}, at.knowing(**known), inputs_of_errors(batch)
    )


def activation_of(degree: int):
    return {1: LEAKY_RELU, 2: SQUARE}[degree]


def without_factors(degree: int, at) -> Setting:
    """The same for a law that rescales nothing."""
    setting = of_degree(degree, at)
    network, _, batch = setting.arguments.values()
    return setting._replace(arguments={"network": network, "batch": batch})


def perfect_fit(at) -> Setting:
    """A network, factors and a batch; the letters are second derivatives where the network fits the batch perfectly."""
    setting = of_degree(1, at)
    network, _, batch = setting.arguments.values()
    fitted = dataclasses.replace(network, loss=HALF_SQUARED_ERROR)
    curved = curvatures(fitted, program.Batch(batch.x, program.forward(fitted, batch.x))).layers
    known = {"S": curved[0].weight, "B": curved[0].bias, "T": curved[1].weight, "R": curved[1].bias}
    return setting._replace(at=setting.at.knowing(**known))


RESCALING = [functools.partial(of_degree, degree) for degree in (1, 2)]


ALONE = [functools.partial(without_factors, degree) for degree in (1, 2)]
"""Settings, each the same function wherever it is named, so that a law is run on it once."""


def of_each_degree(settings, paths, indices=(), *, each_part: bool = False) -> tuple[Sides, ...]:
    """Where the law computes the two sides for K = 1 and for K = 2."""
    return tuple(
        Sides(setting, path, indices, widths=WIDTHS, each_part=each_part)
        for setting, path in zip(settings, paths, strict=True)
    )
