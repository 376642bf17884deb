"""Networks on which the laws of CAP are run: affine ones, a unit more, chains of single units, one input."""

import dataclasses

import numpy as np

from proofs.derivations.duplication import with_unit
from proofs.derivations.notation import d, m, p, program
from proofs.derivations.small_networks import batch_at, network_at, observed
from symmetry.activation import IDENTITY, LEAKY_RELU, SOFTPLUS, TANH, derivative
from symmetry.cases import HiddenUnit
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import PolynomialActivation, PolynomialLoss
from symmetry.loss import HALF_SQUARED_ERROR
from symmetry.network import Layer, Network
from symmetry.numbers.symbol import Symbol


def affine_network(at) -> Setting:
    """A network whose activations the law makes affine, the identity, and a batch."""
    known = {"A": at.array("W", d, m), "a0": at.array("b", m), "alpha": 1, "beta": 0}
    return Setting({"network": network_at(at), "batch": batch_at(at)}, at.knowing(**known))


def network_and_rates(at) -> Setting:
    """A network, a batch, and how fast the outputs of the first example change with each hidden unit."""
    network, batch = network_at(at), batch_at(at)
    at = observed(at, network, batch)
    rates = network.layers[1].weight * derivative(at.known["u"], network.activations[1], 1)[0]
    return Setting({"network": network, "batch": batch}, at.knowing(R=rates))


def moved_across(at) -> Setting:
    """A network and a batch; B - B^T is the antisymmetric matrix of signs by which the law moves inputs."""
    above = Symbol.of(np.triu(np.ones((at.size(d),) * 2, int), 1))
    return Setting({"network": network_at(at), "batch": batch_at(at)}, at.knowing(B=above))


def one_more_unit(at, unit: int) -> Setting:
    """A network, one of its hidden units, and a batch; the law makes the unit's outgoing weights v zero."""
    setting = with_unit(at, unit)
    return setting._replace(at=setting.at.knowing(v=Symbol.of([0] * at.size(p))))


def best_unit(at, unit: int) -> Setting:
    """The same for the half squared error; f, v and o are those of the unit's best outgoing weights."""
    network, batch = network_at(at, output=IDENTITY, loss=HALF_SQUARED_ERROR), batch_at(at)
    _, activations = program.forward_pass(network, batch.x)
    feature, weight = activations[1][:, unit], network.layers[1].weight
    missing = batch.y - (activations[2] - feature[:, None] * weight[unit])
    best = (missing * feature[:, None]).sum(0) / (feature * feature).sum()
    known = at.knowing(f=feature, v=best, o=missing - feature[:, None] * best)
    return Setting({"network": network, "unit": HiddenUnit(np.array(unit), 0), "batch": batch}, known)


@dataclasses.dataclass(frozen=True)
class Following:
    """The layers of a network after its first preactivation, as one function of it."""

    network: Network

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        rest = Network(self.network.layers[1:], self.network.activations[1:], self.network.loss)
        return program.forward(rest, derivative(z[:, None], self.network.activations[0], 0))[:, 0]


def chain_at(at) -> Setting:
    """A chain of single units with a batch; f is the output times the product of the weights, which is v^(1/2)."""
    weights = [at.array("W", d, 1), at.array("V", 1, 1), at.array("U", 1, 1)]
    layers = tuple(Layer(weight, at.array(f"b{place}", 1)) for place, weight in enumerate(weights))
    network = Network(layers, (PolynomialActivation("phi", at.seed),) * 3, PolynomialLoss("loss", at.seed))
    monotone = dataclasses.replace(network, activations=(TANH, SOFTPLUS, LEAKY_RELU))
    batch = batch_at(at)
    here, there = (program.forward(monotone, each)[:, 0] for each in (batch.x, batch.x + weights[0].T))
    product, gap = (weights[1] @ weights[2])[0, 0], (weights[0] * weights[0]).sum()[()]
    known = {"f": here * product, "slope": (there - here) / (product * gap), "v": product**2, "gap": gap}
    known |= {"B": Symbol.of(np.triu(np.ones((at.size(d),) * 2, int), 1)), "W": weights[0], "b": layers[0].bias}
    return Setting({"network": network, "batch": batch}, at.knowing(**known).choosing(psi=Following(monotone)))


def one_input(at, unit: int) -> Setting:
    """A network with one input and one output."""
    at = dataclasses.replace(at, sizes={**at.sizes, d: 1, p: 1})
    return Setting({"network": network_at(at), "batch": batch_at(at)}, at)
