"""Networks whose hidden units are permuted, on which the laws of PERM are run."""

import numpy as np

from proofs.derivations.notation import N, d, m, p, pi, program, rho
from proofs.derivations.small_networks import direction_at, hidden_parts, network_at, permuted
from proofs.hessian import hessian_times
from symmetry.actions import UnitPermutation
from symmetry.engine.conclude import Setting
from symmetry.engine.instantiate import polynomial
from symmetry.network import Layer, Network


def two_layers_permuted(at) -> Setting:
    """A network with two hidden layers, each permuted by its own permutation, and one output."""
    shallow, x = network_at(at), at.array("x", N, d)
    outputs = Layer(at.array("U", p, 1))
    network = Network((*shallow.layers, outputs), (*shallow.activations, shallow.activations[1]), shallow.loss)
    moves = (np.array(at.permutation(str(each), size)) for each, size in ((pi, m), (rho, p)))
    both = UnitPermutation(tuple(moves))
    batch = program.Batch(x, at.array("y", N, 1))
    return Setting({"network": network, "pi": both, "batch": batch}, at)


def permuted_along(at) -> Setting:
    """The network, the permutation pi, a batch and a direction."""
    arguments, known, _ = permuted(at)
    direction = direction_at(at, "v")
    gradient = program.backprop(arguments["network"], arguments["batch"])
    curved = hessian_times(arguments["network"], arguments["batch"], direction.layers)
    parts = hidden_parts(g=gradient, H=curved)
    return Setting({**arguments, "direction": direction}, known.knowing(H=curved.layers[1].bias), parts)


class AnyRule:
    """s <- psi(s, g), theta <- theta + u(s), with unknown functions psi and u."""

    def __init__(self, seed: int):
        self.seed = seed

    def step(self, network, gradient, state):
        def of(name, *numbers):
            return polynomial(name, (), self.seed, numbers)

        remembered = program.map_parameters(lambda slope, past: of("psi", past, slope), gradient, state)
        return program.map_parameters(lambda old, past: old + of("u", past), network, remembered), remembered


def permuted_rule(at) -> Setting:
    """The network, the permutation pi, a batch, a state, noise and any rule with a memory."""
    arguments, known, _ = permuted(at)
    network, moves, batch = arguments.values()
    state, noise = direction_at(at, "s"), direction_at(at, "noise")
    gradient, moved_gradient = (program.backprop(each, batch) for each in (network, moves.act(network)))
    things = {"F": network, "S": state, "G": gradient, "G'": moved_gradient, "noise": noise}
    known = known.knowing(**{letter: each.layers[1].bias for letter, each in things.items() if letter != "F"})
    parts = hidden_parts(**things)
    return Setting({**arguments, "state": state, "rule": AnyRule(at.seed)}, known, parts)


def permuted_twice(at) -> Setting:
    """The network, without biases of the outputs, and the permutations pi and sigma."""
    arguments, known, _ = permuted(at)
    network: Network = arguments["network"]
    first, second = network.layers
    network = Network((first, Layer(second.weight)), network.activations, network.loss)
    moves = arguments["pi"]
    by_sigma = np.array(at.permutation("sigma", m))
    known = known.knowing(inverse=np.argsort(moves.permutations[0]))
    acted = UnitPermutation((by_sigma,)).act(network)
    parts = hidden_parts(**{"F": network, "F'": acted})
    return Setting({"network": network, "pi": moves, "sigma": UnitPermutation((by_sigma,))}, known, parts)
