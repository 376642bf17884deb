"""Networks with linear hidden units, on which the laws of NOETHER are run, and matrices that act on what belongs to units."""

import dataclasses
import itertools

import numpy as np
import sympy

from proofs.derivations.notation import group_order, m, parameters, program
from proofs.derivations.small_networks import batch_at, direction_at, hidden_parts, network_at, observed
from proofs.hessian import hessian_times
from symmetry.actions import HiddenMap
from symmetry.activation import IDENTITY
from symmetry.engine.conclude import Part, Setting
from symmetry.engine.instantiate import Instantiation
from symmetry.network import Batch, HasLayers, Layer, Network
from symmetry.numbers.symbol import Symbol


def linear_network_at(at: Instantiation) -> tuple[Network, HiddenMap, Batch, Instantiation]:
    """A network with linear hidden units, a map I + u v^T of its hidden space and its inverse, A and B, and a batch."""
    network, batch = network_at(at, hidden=IDENTITY), batch_at(at)
    columns, rows = at.array("u", m), at.array("v", m)
    identity = Symbol.of(np.eye(at.size(m), dtype=int))
    forwards = identity + columns[:, None] * rows
    backwards = identity - columns[:, None] * rows / (1 + (columns * rows).sum())
    known = observed(at, network, batch).knowing(A=forwards, B=backwards)
    return network, HiddenMap((columns,), (rows,)), batch, known


def parts_under(incoming: Symbol, outgoing: Symbol, letter: str, **things: HasLayers) -> dict[str, Part]:
    """What belongs to the hidden units, and by the given letter the matrix that acts on it."""
    parts = hidden_parts(**things)
    for end, part in parts.items():
        rest = next(iter(part.arrays.values())).shape[:-1]
        matrix = outgoing if end == "[1].weight" else incoming
        acting = {letter: np.broadcast_to(matrix, (*rest, *matrix.shape))}
        parts[end] = part._replace(arrays={**part.arrays, **acting})
    return parts


def mapped_network(at: Instantiation) -> Setting:
    """A linear network, a map g of its hidden space with inverse f, a direction and a batch.

    G and G1 are the gradients before and after mapping, Y and X the Hessians times the direction.
    """
    network, g, batch, known = linear_network_at(at)
    direction, after = direction_at(at, "d"), g.act(network)
    things = {"G": program.backprop(network, batch), "G1": program.backprop(after, batch)}
    things["Y"] = hessian_times(network, batch, direction.layers)
    things["X"] = hessian_times(after, batch, g.act(direction).layers)
    forwards, backwards = known.known["A"], known.known["B"]
    parts, inverses = (
        parts_under(forwards.T, backwards, "g", **things),
        parts_under(backwards.T, forwards, "f", **things),
    )
    both = {end: part._replace(arrays={**part.arrays, **inverses[end].arrays}) for end, part in parts.items()}
    known = known.knowing(G=things["G"].layers[1].bias, Y=things["Y"].layers[1].bias)
    return Setting({"network": network, "g": g, "direction": direction, "batch": batch}, known, both)


def generated(at: Instantiation) -> Setting:
    """A linear network, a batch, and a map of its hidden space that gives the generator u v^T, K; A acts on all parameters."""
    network, g, batch, known = linear_network_at(at)
    matrix = g.columns[0][:, None] * g.rows[0]
    gradient, motion = program.backprop(network, batch), g.generate(network)
    curved = hessian_times(network, batch, motion.layers)
    parts = parts_under(matrix.T, -matrix, "A", G=gradient, Y=curved)
    known = known.knowing(K=matrix, Y=curved.layers[1].bias)
    return Setting({"network": network, "g": g, "batch": batch}, known, parts)


def form_of_a_generator(at: Instantiation) -> Setting:
    """A linear network, a batch, and a generator as a matrix B that acts on all parameters in a row, theta."""
    network, g, batch, known = linear_network_at(at)
    size = len(in_a_row(network))
    units = np.eye(size, dtype=int)
    columns = [in_a_row(g.generate(from_a_row(network, Symbol.of(unit)))) for unit in units]
    letters = {"theta": in_a_row(network), "G": in_a_row(program.backprop(network, batch)), "B": Symbol.of(columns).T}
    letters |= {"eta": sympy.Rational(1, 8), "lambda": sympy.Rational(1, 16), "mu": sympy.Rational(1, 2)}
    known = dataclasses.replace(known, sizes={**at.sizes, parameters: size})
    return Setting({"network": network, "g": g, "batch": batch}, known.knowing(**letters))


def moving(at: Instantiation) -> Setting:
    """The same network, of which every parameter has a velocity, v."""
    setting, velocity = form_of_a_generator(at), direction_at(at, "v")
    return setting._replace(
        arguments={**setting.arguments, "velocity": velocity}, at=setting.at.knowing(v=in_a_row(velocity))
    )


def in_a_row(thing: HasLayers) -> Symbol:
    """Every weight and bias, one after the other."""
    return Symbol.of(np.concatenate([np.ravel(part) for layer in thing.layers for part in (layer.weight, layer.bias)]))


def from_a_row(network: Network, numbers: Symbol) -> Network:
    """The network with these numbers as its weights and biases."""
    shapes = [part.shape for layer in network.layers for part in (layer.weight, layer.bias)]
    ends = itertools.accumulate(int(np.prod(shape)) for shape in shapes)
    pieces = [piece.reshape(shape) for piece, shape in zip(np.split(numbers, list(ends)[:-1]), shapes, strict=True)]
    layers = tuple(Layer(*pair) for pair in zip(pieces[::2], pieces[1::2], strict=True))
    return dataclasses.replace(network, layers=layers)


def reflected_network(at: Instantiation) -> Setting:
    """A network, a map whose reflection the law takes, and a batch; the group is that of the reflection."""
    arguments = network_and_map(at)
    columns = arguments["g"].columns[0]
    identity = Symbol.of(np.eye(at.size(m), dtype=int))
    mirror = identity - 2 * columns[:, None] * columns / (columns * columns).sum()
    fixed = arguments["g"].reflection().project(arguments["network"].with_hidden(IDENTITY))
    return with_group(at, arguments, Symbol.of([identity, mirror]), fixed)


def network_of_equal_units(at: Instantiation) -> Setting:
    """The same arguments; the group is that of all permutations of the units."""
    arguments = network_and_map(at)
    identity = np.eye(at.size(m), dtype=int)
    matrices = [identity[list(units)] for units in itertools.permutations(range(len(identity)))]
    first, second = arguments["network"].layers
    incoming = first.map(lambda part: part * 0 + part.sum(-1, keepdims=True) / len(identity))
    outgoing = second.weight * 0 + second.weight.sum(0, keepdims=True) / len(identity)
    fixed = dataclasses.replace(arguments["network"], layers=(incoming, Layer(outgoing, second.bias)))
    return with_group(at, arguments, Symbol.of(np.stack(matrices)), fixed)


def network_and_map(at: Instantiation) -> dict:
    return {"network": network_at(at), "g": HiddenMap((at.array("u", m),), (at.array("v", m),)), "batch": batch_at(at)}


def with_group(at: Instantiation, arguments: dict, matrices: Symbol, fixed: Network) -> Setting:
    """A case with the letters g, the matrices of a group, and G, the gradient at a fixed point."""
    gradient = program.backprop(fixed, arguments["batch"])
    known = dataclasses.replace(at, sizes={**at.sizes, group_order: len(matrices)})
    known = known.knowing(g=matrices, G=gradient.layers[1].bias)
    return Setting(arguments, known, hidden_parts(G=gradient))
