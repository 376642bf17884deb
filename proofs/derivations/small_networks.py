"""Networks of exact rationals, on which the laws are run: what the letters of a derivation stand for at an instance.

A network has the weights W, b, V and c, hidden units with the activation phi, and an output activation chi. The loss is an
unknown function of the outputs and targets of an example.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from proofs.derivations.notation import N, d, m, p, pi
from symmetry.actions import TiedUnits, UnitPermutation
from symmetry.activation import ActivationLike
from symmetry.cases import Direction
from symmetry.engine.conclude import Part, Setting
from symmetry.engine.instantiate import Instantiation, PolynomialActivation, PolynomialLoss
from symmetry.network import Batch, HasLayers, Layer, Network, backpropagate, forward_pass
from symmetry.numbers.symbol import Symbol


def network_at(
    at: Instantiation, *, hidden: ActivationLike | None = None, output: ActivationLike | None = None, loss: Any = None
) -> Network:
    """The network with one hidden layer; the activations and the loss may be given."""
    layers = Layer(at.array("W", d, m), at.array("b", m)), Layer(at.array("V", m, p), at.array("c", p))
    phi, chi = (PolynomialActivation(name, at.seed) for name in ("phi", "chi"))
    return Network(layers, (hidden or phi, output or chi), loss or PolynomialLoss("loss", at.seed))


def batch_at(at: Instantiation) -> Batch:
    """The inputs x and targets y."""
    return Batch(at.array("x", N, d), at.array("y", N, p))


def observed(at: Instantiation, network: Network, batch: Batch) -> Instantiation:
    """The instance that knows what the program computes: z and u, the errors delta and e, and a, the layer's inputs.

    W, b, V and c are the network's.
    """
    (z, u), activations = forward_pass(network, batch.x)
    delta, error = backpropagate(network, [z, u], activations, batch.y)
    first, second = network.layers
    weights = {"W": first.weight, "b": first.bias, "V": second.weight, "c": second.bias}
    return at.knowing(x=batch.x, a=batch.x, z=z, u=u, delta=delta, e=error, **weights)


def direction_at(at: Instantiation, name: str) -> Direction:
    """A number for every parameter."""
    incoming = Layer(at.array(f"{name}W", d, m), at.array(f"{name}b", m))
    return Direction((incoming, Layer(at.array(f"{name}V", m, p), at.array(f"{name}c", p))))


def permuted(at: Instantiation) -> Setting:
    """The network, a batch, and the permutation pi."""
    network, batch = network_at(at), batch_at(at)
    moved = UnitPermutation((np.array(at.permutation(str(pi), m)),))
    return Setting({"network": network, "pi": moved, "batch": batch}, observed(at, network, batch))


def hidden_parts(**things: HasLayers) -> dict[str, Part]:
    """What belongs to the units of the hidden layer in each thing with layers, by the letters of the formulas."""

    def part(axis: int, array_of: Callable) -> Part:
        return Part(axis, {letter: np.moveaxis(array_of(each.layers), axis, -1) for letter, each in things.items()})

    return {
        "[0].weight": part(1, lambda layers: layers[0].weight),
        "[0].bias": part(0, lambda layers: layers[0].bias),
        "[1].weight": part(0, lambda layers: layers[1].weight),
    }


def parts_of_a_unit(**things: HasLayers) -> dict[str, Part]:
    """The same where the law returns what belongs to one unit: incoming weights, bias, outgoing weights."""
    ends = ("[0]", "[1]", "[2]")
    return {end: Part(None, part.arrays) for end, part in zip(ends, hidden_parts(**things).values(), strict=True)}


def tied(at: Instantiation, first: int, second: int, **kept: bool) -> Setting:
    """The network, a batch, and a pair of units to tie: in `kept`, which weights are not tied. Letters are of the tied one."""
    network, batch = network_at(at), batch_at(at)
    ties = TiedUnits(((np.array(first), np.array(second)),))
    return Setting({"network": network, "ties": ties, "batch": batch}, observed(at, ties.act(network, **kept), batch))


@dataclasses.dataclass(frozen=True)
class OddPolynomial:
    """An odd activation, (psi(z) - psi(-z))/2 for a polynomial psi, to which `middle` is added."""

    seed: int
    middle: Any = 0

    def evaluate(self, z: Symbol, order: int) -> Symbol:
        psi = PolynomialActivation("psi", self.seed)
        odd = (psi.evaluate(z, order) - psi.evaluate(-z, order) * (-1) ** order) / 2
        return odd if order else odd + self.middle


def inputs_of_errors(batch: Batch) -> dict[str, Part]:
    """The gradients of a unit's incoming weights and bias: I[n] is the weight's input in example n, and 1 for the bias."""
    ones = batch.x[:, 0] * 0 + 1
    return {".layers[0].weight": Part(1, {"I": batch.x.T}), ".layers[0].bias": Part(0, {"I": ones})}
