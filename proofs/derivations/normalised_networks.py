"""Networks with a normalisation, on which the laws of NORM are run."""

import dataclasses

import numpy as np
import sympy

from proofs.derivations.notation import N, d, m, program
from proofs.derivations.small_networks import batch_at, direction_at, network_at
from proofs.norms import batch_norm, rms_norm
from symmetry.actions import Rescaling
from symmetry.activation import value
from symmetry.cases import Direction
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.network import Batch, Layer, Network
from symmetry.numbers.dual import every_derivative
from symmetry.numbers.symbol import Symbol


def with_one_unit(at: Instantiation) -> Instantiation:
    """The instance with one hidden unit, so that its numbers have one square root in them."""
    return dataclasses.replace(at, sizes={**at.sizes, m: 1})


@dataclasses.dataclass(frozen=True)
class ReciprocalRoot:
    """1 / sqrt(v + epsilon), as a function of v."""

    epsilon: sympy.Expr

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        variable = sympy.Symbol("v", positive=True)
        formula = sympy.diff(1 / sympy.sqrt(variable + self.epsilon), variable, order)
        return z.map(lambda entry: formula.subs(variable, entry))


def errors_after(network: Network, normalised: Symbol, batch: Batch) -> Symbol:
    """The gradient of the loss in what a normalisation gives to the hidden units: shape (examples, units)."""
    rest = dataclasses.replace(network, layers=network.layers[1:], activations=network.activations[1:])
    return every_derivative(
        lambda inputs: program.batch_loss(rest, Batch(value(inputs, network.activations[0]), batch.y)), normalised
    )


def a_bias_before(at: Instantiation) -> Setting:
    """A network, a bias before its batch norm, scale and shift after it, epsilon and a batch."""
    at = with_one_unit(at)
    network, batch = network_at(at), batch_at(at)
    bias, scale, epsilon = direction_at(at, "o"), direction_at(at, "s"), at.array("epsilon")
    z = batch.x @ network.layers[0].weight
    gamma, beta, shift = scale.layers[0].weight[0], scale.layers[0].bias, bias.layers[0].bias
    error = errors_after(network, batch_norm(z + shift, epsilon * epsilon) * gamma + beta, batch) * gamma
    known = at.knowing(z=z, b=shift, gamma=gamma, beta=beta, e=error)
    arguments = {"network": network, "bias": bias, "scale": scale, "epsilon": epsilon, "batch": batch}
    return Setting(arguments, known.choosing(r=ReciprocalRoot(sympy.sympify(epsilon[()]) ** 2)))


def invariant_weights(at: Instantiation) -> Setting | None:
    """A network with batch norm before its hidden units, and a batch of more than one example.

    G is the gradient in the weights; B[i, h, j] is a matrix for each unit j, (B - B^T) W of which is G.
    """
    if at.size(N) == 1:  # the variance of one example is 0
        return None
    at = with_one_unit(at)
    network, batch = network_at(at), batch_at(at)
    weight = network.layers[0].weight
    gradient = weight_gradient(network, weight, batch)
    lengths = (weight * weight).sum(0)
    known = at.knowing(W=weight, G=gradient, B=gradient[:, None, :] * weight / lengths, eta=sympy.Rational(1, 8))
    return Setting({"network": network, "batch": batch}, known)


def weight_gradient(network: Network, weight: Symbol, batch: Batch) -> Symbol:
    """The gradient in the weights, through the batch norm."""
    rest = dataclasses.replace(network, layers=network.layers[1:], activations=network.activations[1:])

    def loss(weight):
        normalised = batch_norm(batch.x @ weight)
        return program.batch_loss(rest, Batch(value(normalised, network.activations[0]), batch.y))

    return every_derivative(loss, weight)


def rescaled_weights(at: Instantiation) -> Setting | None:
    """The same with a factor alpha for each unit; G1 is the gradient at the rescaled weights."""
    setting = invariant_weights(at)
    if setting is None:
        return None
    at, (network, batch) = setting.at, setting.arguments.values()
    factors = at.array("alpha", m).map(abs)
    weight = network.layers[0].weight
    z = batch.x @ weight
    distances = z - z.sum(0) / len(z)
    letters = {"u": distances, "v": (distances * distances).sum(0) / len(z), "alpha": factors}
    letters |= {
        "e": errors_after(network, batch_norm(z), batch),
        "G1": weight_gradient(network, weight * factors, batch),
    }
    return Setting({"network": network, "scale": Rescaling((factors,)), "batch": batch}, at.knowing(**letters))


def rotation(at: Instantiation, level: bool = False) -> Setting | None:
    """A network, the mirrors of a rotation Q, epsilon and a batch; a `level` Q sends the all-ones direction to itself."""
    if at.size(d) == 1:  # nothing but a change of sign
        return None
    network, batch, epsilon = network_at(at), batch_at(at), at.array("epsilon")
    mirrors = at.array("mirrors", d, 3)
    u, v, gamma = mirrors.T
    matrix = Symbol.of(np.eye(at.size(d), dtype=int))
    for mirror in (u, v):
        normal = mirror - mirror.sum() / len(mirror) if level else mirror
        matrix = matrix - (matrix @ normal)[:, None] * normal * 2 / (normal * normal).sum()
    squared = sympy.sympify(epsilon[()]) ** 2
    scales = rms_norm(batch.x, squared)[:, 0] / batch.x[:, 0]
    letters = {"Q": matrix, "s": scales, "gamma": gamma, "W": network.layers[0].weight}
    letters |= {"R": matrix.sum(1), "C": matrix.sum(0), "rho": matrix[0].sum()}
    arguments = {"network": network, "mirrors": Direction((Layer(mirrors),)), "epsilon": epsilon, "batch": batch}
    return Setting(arguments, at.knowing(**letters).choosing(r=ReciprocalRoot(squared)))


def level_rotation(at: Instantiation) -> Setting | None:
    """The same with a rotation that sends the all-ones direction to itself."""
    return rotation(at, level=True)
